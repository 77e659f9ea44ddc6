"""Whose a fact is must not depend on which of its identifiers became known first (I3, K-11; domain.md §1.8)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.ingest.correlate import Ambiguous, identifiers, owner_of
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.planning import CarrierAccepted
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
KINDS = {1: "order", 2: "order", 3: "load"}


def answer(number: str) -> bytes:
    """A 990: its number is the load's, and could be a shipment's just as well."""
    return make_envelope(
        "carrier.accepted",
        Subject("load", number),
        Source(Role.CAR, "nvtr"),
        Occurrence(START + timedelta(minutes=40)),
        CarrierAccepted(tender_no=f"T-{number}", carrier="NVTR"),
        refs=(Reference("load", number), Reference("shipment", number), Reference("bol", "B-1")),
    )


def test_what_is_said_about_a_load_is_looked_for_under_the_load_alone() -> None:
    fact = decode_fact(answer("X-1"), START)
    assert identifiers(fact) == ("load||X-1", "bol||B-1")


@pytest.mark.proves("CG-05")
async def test_an_answer_finds_its_load_whatever_is_known_first() -> None:
    """A shipment with the load's number, planned before or after the load is built: the load gets the carrier's
    answer."""
    order = Order(1, START)
    order.load = order.shipment = "X-1"
    facts = list(order.facts())
    tender = [one.body for one in order.load_facts(("X-1",))]
    parts = [[("tms1", facts[1].body)], [("tms1", tender[0]), ("tms1", tender[1])], [("nvtr", answer("X-1"))]]
    endings = []
    for way in itertools.permutations(parts):
        world = World(PARTNERS, now=START + timedelta(days=2))
        await world.take([("erp1", facts[0].body)])
        for part in way:
            await world.take(part)
        endings.append(world.ending())
    assert all(ending == endings[0] for ending in endings)
    assert endings[0].headlines["load||X-1"] == "LD ACCEPTED"


def test_the_first_identifier_with_one_owner_decides() -> None:
    owners = {"shipment||S": (), "bol||B": (2,), "order||O": (1,)}
    assert owner_of(("shipment||S", "bol||B", "order||O"), owners, KINDS.__getitem__) == 2


def test_the_load_answers_for_what_its_shipments_share() -> None:
    assert owner_of(("pro|NVTR|1",), {"pro|NVTR|1": (1, 2, 3)}, KINDS.__getitem__) == 3


@pytest.mark.proves("INT-09")
def test_two_owners_are_never_decided_by_us() -> None:
    with pytest.raises(Ambiguous, match=r"po\|\|P belongs to 2 dossiers"):
        owner_of(("po||P",), {"po||P": (1, 2)}, KINDS.__getitem__)


def test_nobody_knows_it() -> None:
    assert owner_of(("po||P",), {}, KINDS.__getitem__) == 0
