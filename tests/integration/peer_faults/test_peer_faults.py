"""Faults found in peers' code and docs, as tests of the assembled hub (peers.md §5, with its numbers).

All 22 are named by a marker (`PF-01` to `PF-22`), those that stand elsewhere too: docs/reference/proofs.md lists them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from crossdock.bench.trace import PARTNERS as SPEAKERS
from crossdock.bench.trace import Order
from crossdock.formats.x12.reader import read_x12
from crossdock.testing.assembled import Assembled, assembled, write_project
from tests.integration.bad_input.documents import PARTNERS, SECRET, interchange

EDI = "application/edi-x12"
GATEWAY: dict[str, object] = {
    "role": "CAR",
    "connector": "karrio",
    "scacs": ["HOUS"],
    "settings": {"scac": "HOUS", "base_url": "http://127.0.0.1:9"},
    "transport": {"kind": "http", "private_network": True},
}
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
EVERYONE = PARTNERS | {
    name: {"role": partner.role.value, "connector": "canonical_json"} for name, partner in SPEAKERS.items()
}
EVERYONE["gateway"] = GATEWAY


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with everyone who speaks here."""
    (tmp_path / "secret").write_text(SECRET)
    write_project(tmp_path, EVERYONE)
    return tmp_path


@pytest_asyncio.fixture
async def hub(durable_url: str, project: Path) -> AsyncIterator[Assembled]:
    """The hub."""
    async with assembled(project, durable_url) as opened:
        yield opened


def answer_990(control: int) -> str:
    """A set that accepts load LD-<control>."""
    return f"ST*990*{control:04d}~B1*ABCD*LD-{control}*20260602*A~SE*3*{control:04d}~"


def unknown_set() -> str:
    """A set nobody has a map for."""
    return "ST*862*0009~BSS*1~SE*3*0009~"


def mixed(*groups: tuple[str, int, str]) -> bytes:
    """One interchange with a group for each functional code, its number and its set."""
    whole = interchange(1).decode()
    head = whole[: whole.index("GS*")]
    texts = [
        f"GS*{code}*PARTNER*HUB*20260602*1200*{number}*X*004010~{body}GE*1*{number}~" for code, number, body in groups
    ]
    return f"{head}{''.join(texts)}IEA*{len(groups)}*000000001~".encode()


def status_214(control: int) -> str:
    """The set of the good document."""
    text = interchange(control).decode()
    return text[text.index("ST*") : text.index("GE*")]


@pytest.mark.proves("PF-02")
async def test_02_event_before_its_order_is_kept_and_applied(hub: Assembled) -> None:
    """Backwards: every fact of an order comes before its approval, which comes last; nothing is lost."""
    order = Order(1, START)
    facts = list(order.facts())
    for fact in reversed([*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]):
        assert (await hub.post(fact.partner, fact.body)).status_code == 200
    key = await hub.key("")
    view = (await hub.http.get("/v1/orders/SO-00000001", headers=key)).json()
    assert "ORD FULFILLED" in view["label"]
    assert "SHP:WH-NL1/1 CLOSED" in view["label"]
    assert await hub.rows("select count(*) from waiting") == [(0,)]


@pytest.mark.proves("PF-05")
async def test_05_same_bytes_by_folder_and_http_are_one_effect(hub: Assembled) -> None:
    """One effect, one duplicate record that keeps no second copy of the bytes."""
    await hub.drop("carrier", "one.edi", interchange(1))
    answer = await hub.post("carrier", interchange(1), EDI)
    assert answer.json()["status"] == "duplicate"
    kept = await hub.rows("select status, length(body) > 0 from message order by id")
    assert kept == [("accepted", True), ("duplicate", False)]
    assert await hub.rows("select count(*) from waiting") == [(1,)]


@pytest.mark.proves("PF-06")
async def test_06_control_numbers_are_unique_gap_free_and_survive_a_restart(durable_url: str, project: Path) -> None:
    """200 parallel sends for one partner while another counts apart; after a restart the next number follows.

    More stand in `test_load.py`.
    """
    async with assembled(project, durable_url) as hub:
        numbers = hub.hub.wiring.numbers
        given = await asyncio.gather(*(numbers.number("carrier", "interchange", f"k{key}") for key in range(200)))
        assert await numbers.number("signer", "interchange", "k0") == 1
    assert sorted(given) == list(range(1, 201))
    async with assembled(project, durable_url) as again:
        numbers = again.hub.wiring.numbers
        assert await numbers.number("carrier", "interchange", "k7") == given[7]
        assert await numbers.number("carrier", "interchange", "new") == 201


@pytest.mark.proves("PF-07")
async def test_07_every_set_of_a_mixed_interchange_is_routed_and_acknowledged(hub: Assembled) -> None:
    """A 214 and a 990 in one file: two facts, and an acknowledgment for each group."""
    answer = await hub.post("carrier", mixed(("QM", 1, status_214(1)), ("GF", 2, answer_990(2))), EDI)
    assert answer.json()["status"] == "accepted", answer.text
    types = await hub.rows("select type from waiting order by type")
    assert types == [("carrier.accepted",), ("tracking.milestone",)]
    acknowledged = [line for reply in answer.json()["replies"] for line in reply.split("~") if "AK1" in line]
    assert sorted(acknowledged) == ["AK1*GF*2", "AK1*QM*1"]


@pytest.mark.proves("PF-12")
async def test_12_missing_map_is_refused_by_name_and_the_rest_goes_on(hub: Assembled) -> None:
    """Negative acknowledgment and a case for the one, a fact for the other."""
    document = mixed(("SS", 1, unknown_set()), ("QM", 2, status_214(1)))
    answer = await hub.post("carrier", document, EDI)
    assert answer.json()["status"] == "partial", answer.text
    assert await hub.rows("select type from waiting") == [("tracking.milestone",)]
    (reply,) = answer.json()["replies"]
    verdicts = [line for line in reply.split("~") if line.startswith("AK5")]
    assert [line.split("*")[1] for line in verdicts] == ["R", "A"]
    assert not list(read_x12(reply.encode()).findings())
    assert await hub.rows("select code from exception_case where closed is null") == [("INT-02",)]


@pytest.mark.proves("PF-13")
async def test_13_one_odd_timestamp_costs_only_its_own_event(hub: Assembled) -> None:
    """Of four statuses of one reply the one with no time there is is set aside and told; the others are facts."""
    times = ("2026-06-02T09:00:00.000Z", "2026-06-02T10:00:00Z", "31.02.2026 25:61", "2026-06-02T12:00:00+02:00")
    events = [{"timestamp": at, "status": "in_transit", "code": f"AR{no}"} for no, at in enumerate(times)]
    hook = {"type": "tracker_updated", "data": {"object_type": "tracker", "tracking_number": "NV1", "events": events}}
    answer = (await hub.post("gateway", msgspec.json.encode(hook))).json()
    assert (answer["status"], len(answer["receipts"])) == ("partial", 3), answer
    assert [one["where"] for one in answer["findings"]] == ["$.data.events[2]"]
    assert await hub.rows("select count(*) from waiting") == [(3,)]
    assert await hub.rows("select code, subject from exception_case where closed is null") == [("INT-02", "gateway")]


@pytest.mark.proves("PF-10")
async def test_10_event_keeps_its_id_over_every_repetition(hub: Assembled) -> None:
    """Sent three times, once under another idempotency key: one event that moved something, under one id."""
    approved = next(iter(Order(1, START).facts()))
    first = (await hub.post("erp1", approved.body)).json()
    again = [(await hub.post("erp1", approved.body)).json() for _ in range(2)]
    assert first["disposition"] == "APPLY"
    assert {one["disposition"] for one in again} == {"SUPPRESS"}
    history = (await hub.http.get("/v1/orders/SO-00000001/timeline", headers=await hub.key(""))).json()
    applied = [
        one["id"] for one in history["facts"] if one["type"] == "order.approved" and one["disposition"] == "APPLY"
    ]
    assert applied == [first["event_id"]]


@pytest.mark.proves("PF-16")
async def test_16_unsigned_payload_is_rejected_on_every_way_in(hub: Assembled) -> None:
    """The wired hub lets nobody in who has not proved who they are: JSON, EDI, batch and process API."""
    for path in (
        "/v1/partners/erp/messages",
        "/v1/partners/signer/messages",
        "/v1/partners/carrier/messages",
        "/v1/partners/erp/messages:batch",
        "/v1/partners/signer/messages:batch",
        "/v1/orders",
    ):
        answer = await hub.http.post(path, content=interchange(1), headers={"content-type": "application/json"})
        assert answer.status_code == 401, path
    assert await hub.rows("select count(*) from waiting") == [(0,)]
    assert await hub.rows("select count(*) from event") == [(0,)]


@pytest.mark.proves("PF-19")
async def test_19_a_thousand_failures_of_one_cause_are_one_case_that_counts(hub: Assembled) -> None:
    """Every message is kept, one case is open, and it says how many."""
    carrier = hub.hub.parts.directory.partner("carrier")
    assert carrier is not None
    for wave in range(10):
        numbers = range(wave * 100 + 1, wave * 100 + 101)
        documents = [(number, interchange(number).replace(b"SE*5", b"SE*9")) for number in numbers]
        told = (hub.hub.intake.message(carrier, body, EDI, channel=f"folder:{no}.edi") for no, body in documents)
        assert {receipt.status for receipt in await asyncio.gather(*told)} == {"refused"}
        open_now = await hub.rows("select code, occurrences from exception_case where closed is null")
        assert open_now == [("INT-02", wave * 100 + 100)]
    kept = await hub.rows("select status from message where partner = 'carrier'")
    assert Counter(kept) == {("refused",): 1000}
