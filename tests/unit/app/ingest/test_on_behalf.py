"""On behalf of another system speaks the console alone, with a name and a reason, and for what is urgent by two."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.correlate import CONSOLE, lacks_authority
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Fact, Source, Subject
from crossdock.canonical.events.order import HoldType, OrderHeld, OrderHoldReleased
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Partner
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
SIGNED = {"on_behalf_of": "ERP", "by": "Ana", "reason": "unpaid bills", "second": "Bo"}


def hold(source: Source, spoken: dict[str, str], minute: int = 5) -> bytes:
    payload = OrderHeld(hold_id="OPS-1", type=HoldType.CREDIT, reason="unpaid bills", ext={"ops": spoken})
    at = Occurrence(START + timedelta(minutes=minute))
    return make_envelope("order.held", Subject("order", ORDER.number), source, at, payload)


def by(partner: Partner, spoken: dict[str, str]) -> Fact:
    return decode_fact(hold(Source(partner.role, partner.id), spoken), START)


@pytest.mark.proves("INT-04", "OW-01")
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ERP, Role.SYNC)])
@pytest.mark.parametrize("name", ["console", "ops"])
def test_no_partner_speaks_on_behalf_of_another_whatever_it_is_called(role: Role, name: str) -> None:
    partner = Partner(name, role, "canonical_json", name="Operations console")
    assert "may not state it" in lacks_authority(by(partner, SIGNED), partner)


def test_nobody_borrows_the_name_of_the_console() -> None:
    stranger = Partner("ops", Role.OPS, "canonical_json")
    assert "speaks as" in lacks_authority(by(CONSOLE, SIGNED), stranger)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({}, ""),
        ({"on_behalf_of": ""}, "on whose behalf"),
        ({"on_behalf_of": "WMS"}, "on whose behalf"),
        ({"by": ""}, "who says it and why"),
        ({"reason": ""}, "who says it and why"),
        ({"second": ""}, "second person"),
        ({"second": "Ana"}, "second person"),
    ],
)
def test_the_console_says_whose_word_it_is_who_gives_it_and_who_agreed(change: dict[str, str], lacks: str) -> None:
    assert (lacks in lacks_authority(by(CONSOLE, SIGNED | change), CONSOLE)) is True
    assert bool(lacks_authority(by(CONSOLE, SIGNED | change), CONSOLE)) is bool(lacks)


def test_what_is_not_urgent_takes_one() -> None:
    payload = OrderHoldReleased(hold_id="H-1", by="Ana", ext={"ops": SIGNED | {"second": ""}})
    source = Source(CONSOLE.role, CONSOLE.id)
    body = make_envelope("order.hold_released", Subject("order", ORDER.number), source, Occurrence(START), payload)
    assert lacks_authority(decode_fact(body, START), CONSOLE) == ""


@pytest.mark.proves("ORD-22")
async def test_a_word_on_behalf_of_the_erp_counts_once_and_in_any_order_of_arrival() -> None:
    """Said twice, and before or after what it is about and what the warehouse does: the same order, one command."""
    facts = list(ORDER.facts())
    erp, wms = PARTNERS["erp1"], PARTNERS["wms-nl1"]
    word = (CONSOLE, hold(Source(CONSOLE.role, CONSOLE.id), SIGNED))
    parts = [(erp, facts[0].body), (wms, facts[2].body), word, word]
    endings = []
    for way in itertools.permutations(parts):
        world = World(PARTNERS, now=START + timedelta(hours=1))
        for partner, body in way:
            await world.ingest.take([Arrival(partner, body, decode_fact(body, world.clock.now()))])
        endings.append(world.ending())
        held = [row for row in world.store.deliveries if row.type == "hold_fulfilment"]
        assert len(held) <= 1
    assert all(one.machines == endings[0].machines for one in endings)
    assert all(one.cases == endings[0].cases for one in endings)


async def test_a_hold_by_the_console_stops_the_warehouse() -> None:
    facts = list(ORDER.facts())
    world = World(PARTNERS, now=START + timedelta(hours=1))
    await world.tell("erp1", facts[0].body)
    await world.tell("wms-nl1", facts[2].body)
    body = hold(Source(CONSOLE.role, CONSOLE.id), SIGNED)
    arrival = Arrival(CONSOLE, body, decode_fact(body, world.clock.now()))
    assert [one.disposition for one in await world.ingest.take([arrival])] == [Disposition.APPLY]
    assert [row.partner for row in world.store.deliveries if row.type == "hold_fulfilment"] == ["wms-nl1"]
    assert [one.disposition for one in await world.ingest.take([arrival])] == [Disposition.SUPPRESS]
