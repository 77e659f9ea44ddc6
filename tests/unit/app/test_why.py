"""`crossdock why`: the facts, the rule and its version, and the alternatives that were refused (issue: policies)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.why import Answer, leaves, meant, why
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.kernel.errors import Rejected
from crossdock.process.policy import Policy
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
POLICY = Policy(version="2026-06")


@pytest.fixture
async def views() -> MemoryViews:
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    return MemoryViews(world.store)


async def asked(views: MemoryViews, field: str = "state") -> Answer:
    answer = await why(views, REGISTRIES, POLICY, "SO-00000001", field)
    assert answer is not None
    return answer


async def test_every_state_names_the_fact_and_the_row_that_brought_it(views: MemoryViews) -> None:
    answer = await asked(views)
    first = answer.reasons[0]
    assert (first.said.type, first.said.by, first.rule, first.policy) == ("order.approved", "erp1", "ORD-01", "2026-06")
    assert [change.after for change in first.changes] == ["NEW"]
    walked: dict[str, object] = {}
    for reason in answer.reasons:
        for change in reason.changes:
            assert walked.get(change.field) == change.before
            walked[change.field] = change.after
    assert walked == answer.value


async def test_rows_that_were_passed_over_are_named_with_their_guard(views: MemoryViews) -> None:
    answer = await asked(views)
    (arrived,) = [reason for reason in answer.reasons if reason.rule == "SHP-19"]
    (partial,) = [row for row in arrived.refused if row.row == "SHP-33"]
    assert partial.because == "not so: partial"
    assert arrived.concluded == "shipment.delivered"
    assert "update_delivery_status to ERP" in arrived.led_to


async def test_one_field_is_answered_alone_and_below_a_head(views: MemoryViews) -> None:
    carrier = await asked(views, "carrier")
    begun, planned = carrier.reasons
    assert (begun.concluded, begun.rule) == ("cmd:plan_shipment", "SHP-01")
    assert (planned.said.type, planned.said.by, planned.rule) == ("shipment.planned", "tms1", "SHP-02")
    ledger = await asked(views, "groups")
    assert all(change.field.startswith("ORD.groups") for reason in ledger.reasons for change in reason.changes)


async def test_a_field_nobody_has_is_refused_in_words(views: MemoryViews) -> None:
    with pytest.raises(Rejected, match="no field colour"):
        await asked(views, "colour")
    assert await why(views, REGISTRIES, POLICY, "SO-404") is None


async def test_claims_that_did_not_count_stay_visible() -> None:
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    handed = next(told for told in facts if b"shipment.handed_over" in told.body)
    body = handed.body.replace(b'"wms-nl1"', b'"nvtr"').replace(b'"WMS"', b'"CAR"').replace(b"HO-SO", b"HO-NV")
    await world.tell("nvtr", body)
    answer = await asked(MemoryViews(world.store))
    (claim,) = [claim for claim in answer.claims if claim.said.by == "nvtr"]
    assert (claim.said.type, claim.disposition) == ("shipment.handed_over", "REJECT")
    assert "belongs to WMS" in claim.reason


def test_paths_are_matched_by_whole_names() -> None:
    assert leaves({"a": {"b": 1, "c": []}}, "X") == {"X.a.b": 1, "X.a.c": []}
    assert meant("ORD.lines.20.cancelled", "lines.20")
    assert meant("ORD.lines.20.cancelled", "cancelled")
    assert not meant("ORD.lines.20.cancelled", "lines.2")
    assert not meant("SHP:W/1.delivered_us", "delivered")
