"""The correlation graph, edge by edge, over the worked example (domain.md §1.8): we pass an id on, and what comes back
bearing it is known."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from crossdock.canonical.envelope import Envelope
from crossdock.testing.golden.play import ORDER_IDENT, Player
from crossdock.testing.golden.trace import TRACE

_envelopes = msgspec.json.Decoder(Envelope)
FO, SHIPMENT = "SO-100234/WH-NL1/1", "SHP-88001"


@pytest_asyncio.fixture
async def played() -> AsyncIterator[Player]:
    yield await Player().play(TRACE)


def order_of(played: Player) -> int:
    return next(row.id for row in played.world.store.dossiers.values() if row.ident == ORDER_IDENT)


def known(played: Player, ident: str) -> bool:
    """Whether this identifier leads to the order, and to nothing else."""
    return played.world.store.links.get(ident) == (order_of(played),)


def taken(played: Player, kind: str, subject: str) -> list[str]:
    """Dispositions of what was said of this subject by that name, in the order's dossier."""
    order = order_of(played)
    return [
        str(one.disposition)
        for one in played.world.store.events.values()
        if (one.type, one.dossier) == (kind, order) and _envelopes.decode(one.body).subject.id == subject
    ]


@pytest.mark.proves("CG-01")
async def test_a_warehouse_is_given_order_line_and_release_and_answers_by_them(played: Player) -> None:
    (asked,) = [one for one in played.commands("create_fulfilment_order") if one["request_id"] == FO]
    assert (asked["order_no"], asked["warehouse"], asked.get("release_no", 1)) == ("SO-100234", "WH-NL1", 1)
    assert [line["line"] for line in asked["lines"]] == ["10", "20"]  # type: ignore[attr-defined]
    assert known(played, f"fulfilment_order||{FO}")
    assert taken(played, "pick.completed", FO) == ["APPLY"]


@pytest.mark.proves("CG-02")
async def test_the_tms_echoes_our_request_and_its_own_number_leads_here_from_then_on(played: Player) -> None:
    (asked,) = [one for one in played.commands("plan_shipment") if one["request_id"] == FO]
    assert asked["warehouse"] == "WH-NL1"
    events = played.world.store.events.values()
    plans = [_envelopes.decode(one.body) for one in events if one.type == "shipment.planned"]
    assert {msgspec.json.decode(plan.payload)["request_id"] for plan in plans} == {FO, "SO-100234/WH-GB1/1"}
    assert known(played, f"shipment||{SHIPMENT}")
    assert known(played, f"shipment||{FO}"), "the provisional key stays"


@pytest.mark.proves("CG-06")
async def test_a_task_bears_the_shipment_and_its_run_leads_to_it(played: Player) -> None:
    (task,) = played.commands("create_delivery_task")
    assert (task["shipment"], task["order_no"]) == ("SHP-88002", "SO-100234")
    assert taken(played, "run.planned", "SHP-88002") == ["APPLY", "APPLY"], "both runs told it"
    assert taken(played, "delivery.completed", "SHP-88002") == ["APPLY"]


@pytest.mark.proves("CG-08")
async def test_a_carriers_invoice_about_a_shipment_finds_its_freight_case(played: Player) -> None:
    assert taken(played, "freight.estimated", SHIPMENT) == ["APPLY"]
    assert taken(played, "freight.invoiced", SHIPMENT) == ["APPLY"]
    assert played.seen["R57"].stands["FRT"] == "MISMATCHED"


@pytest.mark.proves("CG-09")
async def test_an_invoice_is_asked_for_by_a_key_of_ours_and_is_posted_under_it(played: Player) -> None:
    asked = {str(one["billing_item"]) for one in played.commands("request_invoice")}
    assert asked == {FO, "SO-100234/WH-GB1/1"}
    keys = [row.idempotency_key for row in played.world.store.deliveries if row.type == "request_invoice"]
    assert all(any(item in key for key in keys) for item in asked)
    assert (played.stands()["BLN"], played.stands()["BLG"]) == ("POSTED", "POSTED")


@pytest.mark.proves("Y-06")
async def test_one_order_from_two_sites_with_the_last_mile_is_one_view(played: Player) -> None:
    """Each site ships its part, the own fleet delivers one, each is billed by its own trigger, one dossier answers."""
    (row,) = [row for row in played.world.store.dossiers.values() if row.ident == ORDER_IDENT]
    names = {part.rpartition(" ")[0] for part in row.label.split("; ")}
    wanted = {f"{kind}:{group}" for kind in ("FO", "SHP", "BIL") for group in ("WH-NL1/1", "WH-GB1/1")}
    assert {"ORD", "DT:WH-GB1/1", *wanted} <= names
    assert "DT:WH-NL1/1" not in names, "line haul goes by carrier"
    assert len([one for one in played.world.store.links if one.startswith("run||")]) == 2
    assert played.seen["R49"].stands["BLG"] == "POSTED"
    assert played.seen["R49"].stands["BLN"] == "PENDING", "what is not proved is not billed yet"
