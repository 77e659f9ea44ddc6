"""Odd times end to end: too far ahead to be true, a little out of order, ahead and told in any order (§4.4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.envelope import Envelope, Source, Subject
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
NOW = START + timedelta(days=3)
ORDER = Order(1, START)
_envelopes = msgspec.json.Decoder(Envelope)


def seen(milestone: Milestone, at: datetime, cls: FactClass = FactClass.ACT) -> Told:
    """What the carrier saw."""
    source = Source(Role.CAR, "nvtr", message_id=f"{milestone}-{at}")
    payload = TrackingMilestone(milestone=milestone)
    subject = Subject("shipment", ORDER.shipment)
    return Told("nvtr", make_envelope("tracking.milestone", subject, source, Occurrence(at), payload, cls=cls))


def named(name: str, *told: Told) -> Told:
    """The first fact of that type."""
    return next(one for one in told if _envelopes.decode(one.body).type == name)


def on_the_road() -> list[Told]:
    """The order up to the hand-over."""
    return [*list(ORDER.facts())[:4], *ORDER.load_facts((ORDER.shipment,)), *list(ORDER.facts())[4:8]]


async def after(*told: Told, now: datetime = NOW) -> World:
    """A hub told these, one by one."""
    hub = World(PARTNERS, now=now)
    for one in told:
        await hub.tell(one.partner, one.body)
    return hub


@pytest.mark.proves("TS-13", "INT-08")
async def test_what_is_more_than_26_hours_ahead_is_quarantined_and_nothing_else_is() -> None:
    hub = await after(*on_the_road())
    before = hub.ending()
    (receipt,) = await hub.tell("nvtr", seen(Milestone.DELIVERED, NOW + timedelta(hours=26, seconds=1)).body)
    assert str(receipt.disposition) == "QUARANTINE"
    assert {code for code, _, _ in hub.store.cases} == {"INT-08"}
    assert hub.ending().headlines == before.headlines
    (receipt,) = await hub.tell("nvtr", seen(Milestone.DELIVERED, NOW + timedelta(hours=26)).body)
    assert str(receipt.disposition) == "APPLY"


@pytest.mark.proves("TS-16")
async def test_a_plan_in_the_future_is_kept_and_moves_nothing() -> None:
    hub = await after(*on_the_road())
    before = hub.ending().headlines
    for cls in (FactClass.EST, FactClass.PLN):
        (receipt,) = await hub.tell("nvtr", seen(Milestone.DELIVERED, NOW + timedelta(days=9), cls).body)
        assert str(receipt.disposition) == "RECORD"
    assert hub.ending().headlines == before
    assert not hub.store.cases


@pytest.mark.proves("TS-15")
async def test_departed_some_minutes_before_it_was_handed_over_is_accepted_as_it_is() -> None:
    """Two clocks, one truth: no case, no correction, and the causal order decides where it stands."""
    told = on_the_road()
    handed = _envelopes.decode(named("shipment.handed_over", *told).body).occurred.instant
    departed = seen(Milestone.DEPARTED_ORIGIN, handed - timedelta(minutes=3))
    for order in ([*told, departed], [*told[:-1], departed, told[-1]]):
        hub = await after(*order)
        (headline,) = [line for ident, line in hub.ending().headlines.items() if ident.startswith("order")]
        assert "SHP:WH-NL1/1 IN_TRANSIT" in headline
        assert "FO:WH-NL1/1 HANDED_OVER" in headline
        assert not hub.store.cases
        (event,) = [one for one in hub.store.events.values() if one.type == "tracking.milestone"]
        assert event.occurred == handed - timedelta(minutes=3)


@pytest.mark.proves("TS-11", "TS-12")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_clocks_ahead_converge_in_any_order(data: st.DataObject) -> None:
    """What the carrier says is up to two hours ahead of its receipt, and still every order of arrival ends the same."""
    road = [
        seen(Milestone.DEPARTED_ORIGIN, NOW + timedelta(minutes=80)),
        seen(Milestone.OUT_FOR_DELIVERY, NOW + timedelta(minutes=110)),
        seen(Milestone.DELIVERED, NOW + timedelta(minutes=115)),
    ]
    told = [*on_the_road(), *road]
    arrived = data.draw(st.permutations(range(len(told))))
    hub = await after(*(told[place] for place in arrived))
    assert hub.ending() == (await after(*told)).ending()
    assert any("SHP:WH-NL1/1 DELIVERED" in line for line in hub.ending().headlines.values())
