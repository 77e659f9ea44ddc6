"""An order called off at every stage, in any order of arrival: everybody who had begun is told to stop, once, and who
calls off what has left is answered (domain.md §3.2.5).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.app.fold.dossier import unpack
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.commands.erp import UpdateOrderStatus
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events.fulfilment import FulfilmentCancelled, FulfilmentCancelRejected, PickShorted
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested
from crossdock.canonical.parts import Address, Incoterm, Mode, OrderLine, Party, Place, StockAtp, Windows
from crossdock.demo.planted import LateStatusWins
from crossdock.kernel.instant import Window
from crossdock.kernel.quantity import Quantity
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.testing.export import PARTNERS, VENLO, Export, Told
from crossdock.testing.world import TRANSIENT_COMMANDS, Ending, World

VENRAY = Place(location_no="LOC-VRY", address=Address(country="NL", city="Venray", postal="5801 AA"))
RUN = Subject("run", "RUN-7")
TASKS = (lmd.RunTask(task="DT-7", shipment="SHP-7", attempt_no=1),)
WAYS = (Mode.LTL, Mode.OWN_FLEET)
# Sent when the request arrives before the hand-over that preceded it, as the warehouse and the TMS may still stop.
OVERTAKEN = {"cancel_fulfilment_order", "cancel_shipment"}
# By the minute of the request: nothing told but the approval, planned, reserved, in a wave, picked, packed.
ON_THE_FLOOR = (1, 3, 30, 70, 100, 130)
# Handed over at 600, under way at 620.
TOO_LATE = (610, 630)


class Domestic(Export):
    """SO-7 stays in the country and goes with a carrier, or with a vehicle of ours."""

    def __init__(self, mode: Mode) -> None:
        super().__init__()
        self.mode = mode

    def ordered(self) -> Told:
        """40 pumps, to Venray."""
        stock = (StockAtp(warehouse="WH-NL1", atp=Decimal(500)),)
        line = OrderLine(no="10", item="IT-501", qty=Quantity(Decimal(40), "EA"), stock=stock)
        order = OrderApproved(
            order_no=self.number, rev=1, customer=Party(no="C-1", name="De Pomp"), ship_to=VENRAY, lines=(line,),
            requested=Window(latest=self.at(60 * 76)), incoterm=Incoterm(code="DAP", place="Venray"), currency="EUR",
        )  # fmt: skip
        return self.erp(0, order, revision=1)

    def plan(self) -> Told:
        """The TMS plans it."""
        plan = tms.ShipmentPlanned(
            tms_id=self.shipment, request_id=self.group, mode=self.mode, origin=VENLO, destination=VENRAY,
            windows=Windows(pickup=Window(latest=self.at(60 * 34))),
        )  # fmt: skip
        return self.tell("tms1", 2, Subject("shipment", self.shipment), plan, revision=1)

    def way(self) -> list[tuple[float, Told]]:
        """Everything up to the departure, with its minute."""
        booked = [(22.0, self.tendered()), (50.0, self.booked())]
        return [
            (0, self.ordered()), (2, self.plan()), (4, self.accepted_by_warehouse()), (20, self.allocated()),
            *([(50.0, self.run_planned())] if self.mode is Mode.OWN_FLEET else booked),
            (60, self.wave()), (90, self.picked()), (120, self.packed()), (600, self.handed_over()),
            (620, self.run_left() if self.mode is Mode.OWN_FLEET else self.departed()),
        ]  # fmt: skip

    def run_planned(self) -> Told:
        """The task is on a run."""
        return self.tell("lmd1", 50, RUN, lmd.RunPlanned(run_id=RUN.id, date="2026-06-01", depot="VEN", tasks=TASKS))

    def run_left(self) -> Told:
        """The run sets out."""
        return self.tell("lmd1", 620, RUN, lmd.RunDispatched(dispatched_at=self.at(620), tasks=TASKS))

    def called_off(self, minutes: float) -> Told:
        """The customer wants nothing of it."""
        return self.erp(minutes, OrderCancelRequested(request_id="CR-1", reason="not needed"))

    def put_back(self, minutes: float) -> Told:
        """The warehouse has stopped."""
        stopped = FulfilmentCancelled(order_no=self.number, warehouse="WH-NL1", cancel_id="CR-1")
        return self.warehouse(minutes, stopped)


def on_the_floor(mode: Mode, minute: float) -> list[Told]:
    """Called off before it left; all stop. What the TMS planned it tells, when asked before as well."""
    told = Domestic(mode)
    way = [one for at, one in told.way() if at < minute or at == 2]
    return [*way, told.called_off(minute), told.put_back(minute + 10), told.cancelled(minute + 12)]


def too_late(mode: Mode, minute: float) -> list[Told]:
    """Called off when it had left."""
    told = Domestic(mode)
    return [*(one for _, one in told.way()), told.called_off(minute)]


HISTORIES = {
    **{f"{mode} {minute}": on_the_floor(mode, minute) for mode in WAYS for minute in ON_THE_FLOOR},
    **{f"{mode} {minute}": too_late(mode, minute) for mode in WAYS for minute in TOO_LATE},
}
LATE = [name for name in HISTORIES if int(name.split()[1]) in TOO_LATE]
IN_TIME = [name for name in HISTORIES if name not in LATE]


async def outcome(told: Sequence[Told]) -> tuple[Ending, Counter[str], Counter[str]]:
    """What this order of arrival ends in, its commands by type, and what was concluded."""
    world = World(PARTNERS, policy=Policy())
    for one in told:
        await world.take([(one.partner, one.body)])
    sent = Counter(row.type for row in world.store.deliveries)
    return world.ending(), sent, Counter(row.type for row in world.store.events.values())


def settled(ending: Ending, may_differ: frozenset[str] | set[str]) -> Ending:
    """Without the commands that an intermediate view may have sent."""
    kept = frozenset(effect for effect in ending.effects if effect.partition(":")[0] not in may_differ)
    return replace(ending, effects=kept)


def each_fact_anywhere(told: Sequence[Told]) -> list[list[Told]]:
    """Backwards, and every single fact as much earlier or later as can be."""
    moved = [told[::-1]]
    for place, one in enumerate(told):
        rest = [*told[:place], *told[place + 1 :]]
        moved += [[*rest[:new], one, *rest[new:]] for new in range(len(told)) if new != place]
    return [list(arrived) for arrived in moved]


@pytest.mark.proves("CX-02", "CX-03", "CX-04", "ORD-12", "ORD-14", "SHP-25", "DT-09")
@pytest.mark.parametrize("name", IN_TIME)
async def test_whoever_had_begun_is_told_to_stop_once_whatever_came_first(name: str) -> None:
    """The warehouse, the TMS, and the last mile where it has the task."""
    told = HISTORIES[name]
    expected, _, _ = await outcome(told)
    assert "ORD CANCELLED" in expected.headlines["order||SO-7"]
    for arrived in each_fact_anywhere(told):
        ending, sent, _ = await outcome(arrived)
        stops = [sent["cancel_fulfilment_order"], sent["cancel_shipment"], sent["cancel_delivery_task"]]
        assert stops == [1, 1, sent["create_delivery_task"]]
        assert settled(ending, TRANSIENT_COMMANDS) == settled(expected, TRANSIENT_COMMANDS)


@pytest.mark.proves("CX-07", "ORD-13")
@pytest.mark.parametrize("name", LATE)
async def test_who_calls_off_what_has_left_is_answered_once_whatever_came_first(name: str) -> None:
    """`order.cancel_rejected`, and the order is where it was."""
    told = HISTORIES[name]
    may_differ = TRANSIENT_COMMANDS | OVERTAKEN
    expected, sent, _ = await outcome(told)
    assert "ORD FULFILLED" in expected.headlines["order||SO-7"]
    assert not OVERTAKEN & sent.keys()
    for arrived in each_fact_anywhere(told):
        ending, _, concluded = await outcome(arrived)
        assert (concluded["order.cancel_rejected"], concluded["order.cancelled"]) == (1, 0)
        assert settled(ending, may_differ) == settled(expected, may_differ)


@pytest.mark.proves("CX-02", "CX-03", "CX-04", "CX-07", "CX-08", "ORD-13", "ORD-14")
@pytest.mark.parametrize("name", HISTORIES)
async def test_the_erp_reads_what_became_of_its_request_whatever_came_first(name: str) -> None:
    """The last status it is shown says cancelled, or bears the mark of a request that was refused (decision 72)."""
    expected = ("FULFILLED", ("cancel_refused",)) if name in LATE else ("CANCELLED", ())
    for arrived in (HISTORIES[name], HISTORIES[name][::-1]):
        world = World(PARTNERS, policy=Policy())
        for one in arrived:
            await world.take([(one.partner, one.body)])
        last = [row.payload for row in world.store.deliveries if row.type == "update_order_status"][-1]
        told = msgspec.json.decode(last, type=UpdateOrderStatus)
        assert (told.control_state, told.overlays) == expected


async def test_a_case_is_worded_by_what_happened_not_by_what_was_heard_first() -> None:
    """The warehouse refuses to stop because the goods are gone; hearing that they are gone later changes no word."""
    told = Domestic(Mode.LTL)
    refused = FulfilmentCancelRejected(
        order_no=told.number, warehouse="WH-NL1", cancel_id="CR-1", reason="it is in the lorry"
    )
    way = [*(one for _, one in told.way()), told.called_off(590), told.warehouse(605, refused)]
    worded = set()
    for arrived in (way, *each_fact_anywhere(way)):
        world = World(PARTNERS, policy=Policy())
        for one in arrived:
            await world.take([(one.partner, one.body)])
        worded.add(tuple(sorted((*key, case.detail) for key, case in world.store.cases.items())))
    assert worded == {
        (("WHS-10", "SO-7", "", "the goods left before the cancellation: intercept the shipment or agree a return"),)
    }


@pytest.mark.proves("ORD-09", "ORD-14", "ORD-15", "CX-03", "WHS-05", "CSR-08")
@pytest.mark.parametrize("stops", [True, False])
async def test_what_turns_out_short_while_it_is_called_off_waits_only_if_the_rest_goes(stops: bool) -> None:
    """Once, whatever came first; of an order that is cancelled nothing waits, and nobody is asked about it."""
    told = Domestic(Mode.LTL)
    fo = {"order_no": told.number, "warehouse": "WH-NL1"}
    short = PickShorted(**fo, line="10", requested=Quantity(Decimal(40)), picked=Quantity(Decimal(30)), reason="stock")
    refused = FulfilmentCancelRejected(**fo, cancel_id="CR-1", reason="the wave is running")
    answer = [told.put_back(64), told.cancelled(65)] if stops else [told.warehouse(64, refused)]
    way = [*(one for at, one in told.way() if at <= 60), told.called_off(62), told.warehouse(63, short), *answer]
    ends = set()
    for arrived in (way, *each_fact_anywhere(way)):
        world = World(PARTNERS, policy=Policy())
        for one in arrived:
            await world.take([(one.partner, one.body)])
        row = next(one for one in world.store.dossiers.values() if one.ident == "order||SO-7")
        registry = REGISTRIES["order"]
        order = registry.unpack(registry.machine("ORD"), unpack(row.state).machines["ORD"])
        assert isinstance(order, OrderState)
        await world.pass_time(world.clock.now() + timedelta(days=60))
        about = frozenset(code for code, _, _ in world.store.cases if code in ("WHS-05", "CSR-08", "CSR-02"))
        ends.add((order.state, sum(order.lines["10"].backorders.values()), about))
    assert ends == {("CANCELLED", 0, frozenset()) if stops else ("EXECUTING", 10_000_000, frozenset({"CSR-08"}))}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_ends_the_same(data: st.DataObject) -> None:
    """Shuffled and repeated, every stage and both ways."""
    told = HISTORIES[data.draw(st.sampled_from(sorted(HISTORIES)))]
    repeated = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=4))
    arrived = data.draw(st.permutations([*range(len(told)), *repeated]))
    found, _, _ = await outcome([told[place] for place in arrived])
    expected, _, _ = await outcome(told)
    may_differ = TRANSIENT_COMMANDS | OVERTAKEN
    assert settled(found, may_differ) == settled(expected, may_differ)


def test_a_failure_shrinks_to_the_few_facts_that_make_it() -> None:
    """Of a hub that never looks back, what hypothesis shows is no story of twelve facts but the two that crossed, and
    what they are about."""
    told = too_late(Mode.LTL, TOO_LATE[1])

    async def ends(places: Sequence[int]) -> dict[str, bytes]:
        world = World(PARTNERS, policy=Policy(), session_type=LateStatusWins)
        for place in places:
            await world.take([(told[place].partner, told[place].body)])
        return world.ending().machines

    def goes_wrong(places: Sequence[int]) -> bool:
        in_order = sorted(places)
        return in_order != places and asyncio.run(ends(places)) != asyncio.run(ends(in_order))

    shuffled = st.lists(st.integers(0, len(told) - 1), max_size=len(told), unique=True)
    bounds = settings(max_examples=200, database=None, deadline=None)
    least = find(shuffled, goes_wrong, settings=bounds, random=Random(1))
    assert len(least) <= 4
    assert not any(goes_wrong([one for one in least if one != left]) for left in least)
