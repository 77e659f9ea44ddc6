"""One partner file puts a carrier on EDIFACT: its IFTSTA become facts, its CONTRL goes back, our IFTMIN is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.canonical.commands.tms import TransmitTender
from crossdock.canonical.parts import Place, Stop, StopType
from crossdock.kernel.codec import encode_json
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind
from crossdock.postgres.packing import unpack_keyed
from crossdock.testing.assembled import Assembled, assembled, write_project
from tests.connectors.edifact.kit import STATUS, interchange, message

CARRIER = {
    "role": "CAR",
    "connector": "edifact",
    "scacs": ["ABCD"],
    "tz": "Europe/Amsterdam",
    "settings": {"sender": "PARTNER", "receiver": "CROSSDOCK", "carrier": "ABCD", "depositor": "D-1"},
}
GOOD = message("IFTSTA", *STATUS)
BAD = message("IFTSTA", *STATUS[:-1], "DTM+334:20260299:102", control="2")


@pytest_asyncio.fixture
async def hub(durable_url: str, tmp_path: Path) -> AsyncIterator[Assembled]:
    write_project(tmp_path, {"carrier": CARRIER})
    async with assembled(tmp_path, durable_url) as hub:
        yield hub


def outbox(hub: Assembled) -> list[bytes]:
    """What lies there for the carrier, in order of names."""
    return [path.read_bytes() for path in sorted((hub.folder("carrier").parent / "out").glob("*.edi"))]


def tender() -> Outbound:
    stop = Stop(seq=1, type=StopType.PICKUP, location=Place(location_no="WH-1"))
    payload = TransmitTender(load="LD-1", tender_no="T-1", carrier="ABCD", stops=(stop,))
    return Outbound(
        1,
        "transmit_tender",
        "transmit_tender|LD-1|T-1|",
        "load:LD-1",
        encode_json(payload),
        "",
        1,
        datetime(2026, 6, 1, 6, 30, tzinfo=UTC),
    )


async def test_of_a_mixed_file_the_good_message_applies_and_the_bad_one_is_answered(hub: Assembled) -> None:
    await hub.drop("carrier", "a.edi", interchange(GOOD, BAD))
    _, status, findings = await hub.last_message("carrier")
    assert status == "partial"
    assert b'"INT-02"' in findings
    (answer,) = outbox(hub)
    assert b"UNZ+1+1'" in answer
    assert b"'UCM+1+IFTSTA:D:96A:UN+7'UCM+2+IFTSTA:D:96A:UN+4'UCS+7'UCD+12+2:2'" in answer
    assert await hub.rows("select code, subject, occurrences from exception_case") == [("INT-02", "carrier", 1)]


async def test_the_same_file_again_is_a_duplicate_and_a_number_used_twice_is_refused(hub: Assembled) -> None:
    await hub.drop("carrier", "a.edi", interchange(GOOD))
    await hub.drop("carrier", "b.edi", interchange(GOOD))
    assert (await hub.last_message("carrier"))[1] == "duplicate"
    await hub.drop("carrier", "c.edi", interchange(GOOD.replace("SHP-88001", "SHP-88002")))
    _, status, findings = await hub.last_message("carrier")
    assert (status, b"CONTROL-REUSED" in findings) == ("refused", True)


async def test_a_tender_of_ours_is_numbered_with_the_answers_and_refused_by_its_number(hub: Assembled) -> None:
    await hub.drop("carrier", "a.edi", interchange(BAD))
    config = next(one for one in hub.hub.project.partners if one.partner.id == "carrier")
    make = KINDS["edifact"].sender
    assert make is not None
    (outcome,) = await make(config, hub.hub.wiring).send([tender()])
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "2")
    assert any(b"'UNH+2+IFTMIN:D:96A:UN'" in body for body in outbox(hub))
    refusal = interchange(message("CONTRL", "UCI+2+CROSSDOCK+PARTNER+4+23", version="D:3:UN"), control="500")
    await hub.drop("carrier", "c.edi", refusal)
    assert (await hub.last_message("carrier"))[1] == "accepted"
    rows = await hub.rows("select ident from waiting_ident where ident like 'control|%%'")
    assert rows == [("control|carrier|2",)]


@pytest.mark.proves("Y-36")
async def test_a_flow_of_the_old_translator_is_wrapped_and_its_partner_sees_no_change(
    durable_url: str, tmp_path: Path
) -> None:
    """The same file in the same folder, the same CONTRL back; beyond them an event, its trace to the bytes, and the
    same event again from those bytes."""
    order = Order(7, datetime(2026, 6, 1, 6, tzinfo=UTC))
    ours = {
        name: {"role": partner.role.value, "connector": "canonical_json"}
        for name, partner in PARTNERS.items()
        if name != "nvtr"
    }
    write_project(tmp_path, {"carrier": CARRIER, **ours})
    body = interchange(GOOD.replace("SHP-88001", order.shipment), head="++++1")
    async with assembled(tmp_path, durable_url) as hub:
        for one in list(order.facts())[:8]:
            assert (await hub.post(one.partner, one.body)).status_code == 200
        await hub.drop("carrier", "a.edi", body)
        assert not list(hub.folder("carrier").glob("*.edi"))
        (answer,) = outbox(hub)
        assert b"'UCM+1+IFTSTA:D:96A:UN+7'" in answer
        message, status, _ = await hub.last_message("carrier")
        assert status == "accepted"
        headers = await hub.key("erp1")
        trace = (await hub.http.get(f"/v1/orders/{order.number}/timeline", headers=headers)).json()
        (seen,) = [fact for fact in trace["facts"] if fact["said_by"] == "carrier"]
        assert (seen["type"], seen["disposition"], seen["message"]) == ("tracking.milestone", "APPLY", message)
        ((kept,),) = await hub.rows("select body from message where id = %s", message)
        assert (kept, bytes(kept)) == (body, body)
        ((event,),) = await hub.rows("select body from event where message = %s", message)
        context = IntakeContext("carrier", "CAR", hub.hub.clock.now(), CARRIER["tz"], CARRIER["settings"])  # type: ignore[arg-type]
        again = KINDS["edifact"].decoder(open_library()).decode(body, "application/edifact", context)
        assert [one.body for one in again.facts] == [unpack_keyed(event)[0]]
