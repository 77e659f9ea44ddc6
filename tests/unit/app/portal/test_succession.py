"""I4: milestones shown to a customer never go back without a correction, in whatever order facts arrive."""

from __future__ import annotations

import itertools
import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.app.portal.succession import succeed, went_back
from crossdock.bench.trace import PARTNERS, Told
from crossdock.canonical.events.fulfilment import HandoverVoided
from crossdock.canonical.events.tracking import RetractReason, TrackingRetracted
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import decode_fact
from crossdock.ports.portal import PortalOrder
from crossdock.testing.world import World
from tests.unit.app.portal.given import CustomersOrder, shown, tell

RETURNED = TrackingRetracted


def _story() -> tuple[CustomersOrder, list[Told]]:
    order = CustomersOrder(1)
    facts = order.all()
    delivered = next(one for one in facts if b'"DELIVERED"' in one.body)
    world = World(PARTNERS)
    key = decode_fact(delivered.body, world.clock.now()).key
    back = TrackingRetracted(target=key, reason=RetractReason.DID_NOT_OCCUR)
    return order, [
        *facts,
        order.say(back, "tracking.retracted", 1520, partner="nvtr", cls=FactClass.RET, retracts=key),
        order.seen(Milestone.DELIVERED, 1900, "London"),
        order.seen(Milestone.DEPARTED_FACILITY, 640, "Rotterdam"),
    ]


async def _looks(told: list[Told], number: str) -> list[PortalOrder]:
    world = World(PARTNERS)
    looks: list[PortalOrder] = []
    for one in told:
        await tell(world, one)
        if f"order||{number}" in world.store.links:
            now = await shown(world, number)
            looks.append(succeed(looks[-1] if looks else None, now))
    return looks


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
async def test_nothing_shown_vanishes_without_a_correction_whatever_arrives_when(dice: random.Random) -> None:
    order, told = _story()
    rest = told[1:]
    dice.shuffle(rest)
    looks = await _looks([told[0], *rest], order.number)
    for before, now in itertools.pairwise(looks):
        assert went_back(before, now) == ()


async def test_a_delivery_taken_back_is_shown_as_corrected_and_the_new_one_stands() -> None:
    order, told = _story()
    looks = await _looks(told[:-2], order.number)
    (delivered,) = [one for one in looks[-1].shipments[0].milestones if one.label == "Delivered"]
    assert delivered.corrected is not None
    assert looks[-1].shipments[0].step < looks[-3].shipments[0].step
    (again,) = [
        one for one in (await _looks(told, order.number))[-1].shipments[0].milestones if one.label == "Delivered"
    ]
    assert again.corrected is None


async def test_a_hand_over_that_was_voided_is_no_milestone_any_more() -> None:
    order = CustomersOrder(1)
    told = order.all()[:11]
    void = HandoverVoided(order_no=order.number, warehouse="WH-NL1", handover_no=f"HO-{order.number}")
    looks = await _looks([*told, order.say(void, "handover.voided", 185, partner="wms-nl1")], order.number)
    (before,) = [one for one in looks[-2].shipments[0].milestones if one.label == "Shipped"]
    (after,) = [one for one in looks[-1].shipments[0].milestones if one.label == "Shipped"]
    assert before.corrected is None
    assert after.corrected is not None


async def test_what_another_customer_was_shown_is_nothing_to_this_one() -> None:
    order, told = _story()
    looks = await _looks(told[:6], order.number)
    other = msgspec.structs.replace(looks[-1], customer="C-OTHER", shipments=())
    assert succeed(looks[-1], other) == other
