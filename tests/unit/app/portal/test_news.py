"""What customers are told: what they can read on the page, once, and nothing of what is only ours."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from crossdock.app.portal.news import KINDS, Words, news
from crossdock.app.portal.succession import succeed
from crossdock.bench.trace import PARTNERS
from crossdock.canonical.events.tracking import RetractReason, TrackingRetracted
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import decode_fact
from crossdock.ports.portal import News, PortalOrder
from crossdock.testing.world import World
from tests.unit.app.portal.given import CustomersOrder, shown, tell


async def _told(order: CustomersOrder, *extra: object, at_once: bool = False) -> tuple[list[News], PortalOrder]:
    """All that is told while these facts arrive, one look a fact or one at the end."""
    world = World(PARTNERS)
    told: list[News] = []
    before: PortalOrder | None = None
    facts = [*order.all(), *extra]
    for number, one in enumerate(facts, 1):
        await tell(world, one)  # type: ignore[arg-type]
        if at_once and number < len(facts):
            continue
        now = succeed(before, await shown(world, order.number))
        told += news(before, now)
        before = now
    assert before is not None
    return told, before


def _milestones(told: list[News]) -> list[str]:
    read = [msgspec.json.decode(one.body, type=Words).milestone for one in told if one.kind == "shipment.milestone"]
    return [one.label for one in read if one is not None]


async def test_a_delivered_order_was_told_from_the_first_word_to_the_last_and_nothing_twice() -> None:
    told, last = await _told(CustomersOrder(1))
    kinds = Counter(one.kind for one in told)
    assert (kinds["order.added"], kinds["shipment.added"]) == (1, 1)
    assert set(kinds) <= set(KINDS)
    shown_at_the_end = Counter(one.label for one in last.shipments[0].milestones)
    assert Counter(_milestones(told)) >= shown_at_the_end
    assert news(last, last) == ()


async def test_a_look_that_comes_late_tells_the_same_milestones() -> None:
    step_by_step, _ = await _told(CustomersOrder(1))
    at_once, _ = await _told(CustomersOrder(1), at_once=True)
    assert set(_milestones(at_once)) == set(_milestones(step_by_step))


async def test_no_checkpoint_load_or_partner_is_in_any_word_of_it() -> None:
    order = CustomersOrder(1)
    seen = order.seen(Milestone.RECEIVED_BY_PARTNER, 500, "Rotterdam")
    told, _ = await _told(order, seen)
    text = b" ".join(one.body for one in told).decode()
    assert not re.search(r"LD-|SHP-|FO-|HO-|wms|tms1|nvtr|erp1|Secret street|dossier", text), text


async def test_no_name_or_address_of_a_person_is_in_any_word_of_it() -> None:
    """Customer, consignee, dock, receiver and what was written by hand: who may read them reads them on the page."""
    order = CustomersOrder(1, mark="PERSONAL")
    told, last = await _told(order)
    pages = msgspec.json.encode(last).decode()
    assert "Dock PERSONAL" in pages, "the page says where it goes"
    text = b" ".join(one.body for one in told).decode()
    persons = [proof.receiver for one in last.shipments for proof in one.proofs if proof.receiver]
    for word in ("Dock PERSONAL", "Customer PERSONAL", *last.ship_to, *persons):
        assert word in pages
        assert word not in text or word == "NL", word


async def test_a_delivery_taken_back_is_told_as_corrected() -> None:
    order = CustomersOrder(1)
    delivered = next(one for one in order.all() if b'"DELIVERED"' in one.body)
    key = decode_fact(delivered.body, World(PARTNERS).clock.now()).key
    back = TrackingRetracted(target=key, reason=RetractReason.DID_NOT_OCCUR)
    said = order.say(back, "tracking.retracted", 1520, partner="nvtr", cls=FactClass.RET, retracts=key)
    told, _ = await _told(order, said)
    corrected = [msgspec.json.decode(one.body, type=Words) for one in told if one.kind == "shipment.corrected"]
    assert "Delivered" in [one.milestone.label for one in corrected if one.milestone is not None]
