"""Any order of arrival for the unhappy ways: short picks, holds, a declined tender, a failed attempt, a wrong owner
(I3, I6).

What may differ on the way is declared in `crossdock.testing.world.TRANSIENT_COMMANDS` and checked to be no more than
that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import PickCompleted, PickShorted, PickStarted
from crossdock.canonical.events.order import HoldType, OrderHeld, OrderHoldReleased
from crossdock.canonical.events.planning import CarrierAccepted, CarrierRejected, CarrierTendered
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.testing.world import TRANSIENT_COMMANDS, Ending, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
OTHER = msgspec.structs.replace(PARTNERS["nvtr"], id="flsh", scacs=("FLSH",))
EVERYBODY = {**PARTNERS, "flsh": OTHER}


def say(partner: str, name: str, kind: str, subject: str, minute: int, payload: msgspec.Struct) -> Told:
    """One fact on the wire."""
    source = Source(EVERYBODY[partner].role, partner, message_id=f"{partner}-{name}-{minute}")
    at = Occurrence(START + timedelta(minutes=minute))
    return Told(partner, make_envelope(name, Subject(kind, subject), source, at, payload))


def amount(value: int) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value))


def milestone(order: Order, name: Milestone, minute: int, attempt: int = 0) -> Told:
    """What the carrier saw."""
    payload = TrackingMilestone(milestone=name, attempt_no=attempt)
    return say("nvtr", "tracking.milestone", "shipment", order.shipment, minute, payload)


def unhappy() -> list[Told]:
    """One order to which most things happen, and it arrives in the end."""
    order = Order(1, START)
    plain = list(order.facts())
    order.lines = (("10", Decimal(40)), ("20", Decimal(90)), ("30", Decimal(5)))
    left = list(order.facts())
    load = list(order.load_facts((order.shipment,)))
    expires = START + timedelta(minutes=90)
    declined = [
        say("tms1", "carrier.tendered", "load", order.load, 28,
            CarrierTendered(tender_no="T-0", seq=1, carrier="FLSH", expires_at=expires)),
        say("flsh", "carrier.rejected", "load", order.load, 29, CarrierRejected(tender_no="T-0", carrier="FLSH")),
        say("tms1", "carrier.tendered", "load", order.load, 30,
            CarrierTendered(tender_no="T-1", seq=2, carrier="NVTR", expires_at=expires)),
        say("nvtr", "carrier.accepted", "load", order.load, 40,
            CarrierAccepted(tender_no="T-1", carrier="NVTR", pro_no="NV1")),
    ]  # fmt: skip
    fo = {"order_no": order.number, "warehouse": "WH-NL1"}
    picked = (LineQuantity("10", amount(40)), LineQuantity("20", amount(90)), LineQuantity("30", amount(5)))
    short = [
        say("wms-nl1", "pick.started", "fulfilment_order", order.fo, 70,
            PickStarted(**fo, task_ids=("t1",), started_at=START + timedelta(minutes=70))),
        say("wms-nl1", "pick.shorted", "fulfilment_order", order.fo, 80,
            PickShorted(**fo, line="20", requested=amount(100), picked=amount(90), reason="damage")),
        say("wms-nl1", "pick.completed", "fulfilment_order", order.fo, 90, PickCompleted(**fo, lines=picked)),
    ]  # fmt: skip
    held = [
        say("erp1", "order.held", "order", order.number, 10, OrderHeld(hold_id="H-1", type=HoldType.CREDIT)),
        say("erp1", "order.hold_released", "order", order.number, 12, OrderHoldReleased(hold_id="H-1")),
    ]
    road = [
        milestone(order, Milestone.DEPARTED_ORIGIN, 200),
        milestone(order, Milestone.OUT_FOR_DELIVERY, 600, 1),
        milestone(order, Milestone.DELIVERY_ATTEMPTED, 700, 1),
        milestone(order, Milestone.OUT_FOR_DELIVERY, 1300, 2),
        milestone(order, Milestone.DELIVERED, 1500, 2),
    ]
    wrong = say("erp1", "tracking.milestone", "shipment", order.shipment, 400,
                TrackingMilestone(milestone=Milestone.DELIVERED))  # fmt: skip
    return [*plain[:2], *held, *plain[2:4], load[0], *declined, plain[4], *short, left[6], left[7], *road[:1], wrong,
            *road[1:]]  # fmt: skip


async def outcome(told: Sequence[Told], sizes: Sequence[int] = ()) -> Ending:
    """What this order of arrival ends in; everything reaches us long after it happened, so no deadline passes
    between."""
    world = World(EVERYBODY, now=START + timedelta(days=5))
    left = list(told)
    for size in [*sizes, *[1] * len(told)]:
        batch, left = left[:size], left[size:]
        await world.take((one.partner, one.body) for one in batch)
    return world.ending()


def lasting(ending: Ending) -> Ending:
    """An ending without the commands that may differ on the way."""
    effects = frozenset(key for key in ending.effects if key.partition(":")[0] not in TRANSIENT_COMMANDS)
    return msgspec.structs.replace(ending, effects=effects)


@pytest.fixture(scope="module")
def corpus() -> list[Told]:
    """The corpus."""
    return unhappy()


@pytest.mark.proves("X-16", "X-18", "Y-18")
async def test_in_order_it_is_delivered_on_the_second_attempt(corpus: list[Told]) -> None:
    """W-20, W-15: declined, short and missed, and still everything ends where its owners say."""
    ending = await outcome(corpus)
    headline = ending.headlines["order||SO-00000001"]
    assert "SHP:WH-NL1/1 DELIVERED" in headline
    assert "FO:WH-NL1/1 HANDED_OVER" in headline
    assert {code for code, _, _ in ending.cases} == {"INT-04"}, "the ERP's claim is evidence, never applied"


async def test_backwards_is_the_same(corpus: list[Told]) -> None:
    """The worst order there is."""
    assert lasting(await outcome(corpus[::-1])) == lasting(await outcome(corpus))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_gives_the_same(corpus: list[Told], data: st.DataObject) -> None:
    """Shuffled, repeated and cut into batches by hypothesis."""
    repeated = data.draw(st.lists(st.integers(0, len(corpus) - 1), max_size=5))
    arrived = data.draw(st.permutations([*range(len(corpus)), *repeated]))
    sizes = data.draw(st.lists(st.integers(1, 9), max_size=6))
    ending = await outcome([corpus[place] for place in arrived], sizes)
    assert lasting(ending) == lasting(await outcome(corpus))
