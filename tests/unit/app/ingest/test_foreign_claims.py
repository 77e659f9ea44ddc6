"""What a system says that may not say it: kept, named by INT-04, never applied, and no obstacle to the one that may,
whichever of the two came first (domain.md §1.7, OW-03; I3, I6)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.history import Folder, Moment
from crossdock.app.why import why
from crossdock.bench.trace import PARTNERS, WAREHOUSE, Order, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import PickCompleted
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.policy import Policy
from crossdock.testing.refolded import refolded
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import Ending, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
EVERYBODY = {**PARTNERS, "wms-be1": Partner("wms-be1", Role.WMS, "canonical_json", sites=("WH-BE1",))}
POLICY = Policy(wms_instances={WAREHOUSE: "wms-nl1"})
ORDER = Order(1, START)


def picked(partner: str, minute: int, quantity: int = 0, claimed: str = "", **about: str) -> Told:
    """A pick in WH-NL1, by whomever, of some of line 10 or of everything; `claimed` is who the sender says it is."""
    source = Source(EVERYBODY[claimed or partner].role, claimed or partner, message_id=f"{partner}-{minute}")
    lines = (LineQuantity("10", Quantity(Decimal(quantity))),) if quantity else ORDER.quantities()
    payload = PickCompleted(order_no=ORDER.number, warehouse=WAREHOUSE, lines=lines)
    at = Occurrence(START + timedelta(minutes=minute))
    subject = Subject("fulfilment_order", ORDER.fo)
    return Told(partner, make_envelope("pick.completed", subject, source, at, payload, **about))


def key_of(told: Told) -> str:
    """Its business key."""
    return decode_fact(told.body, START).key


FACTS = list(ORDER.facts())
APPROVED, BEGUN = FACTS[0], FACTS[2:5]
OWN = picked("wms-nl1", 90)
CLAIMS = {
    "afterwards": picked("wms-be1", 300, 7),
    "of the same key, before": picked("wms-be1", 80, 7),
    "of the same key, after": picked("wms-be1", 95, 7),
    "in the same words": picked("wms-be1", 90),
    "of another role": picked("erp1", 80, 7),
    "of another role in the same words": picked("erp1", 90),
    "under the owner's name": picked("wms-be1", 90, claimed="wms-nl1"),
    "taking the owner's word back": picked("wms-be1", 95, 7, retracts=key_of(OWN)),
}


async def told(arrived: Sequence[Told]) -> World:
    """A hub after these, one by one; it is what its log comes to after every step."""
    world = World(EVERYBODY, policy=POLICY, now=START + timedelta(days=5))
    for one in arrived:
        await world.take([(one.partner, one.body)])
        assert refolded(world) == []
    return world


def told_of(world: World) -> Ending:
    """Its ending, with cases by code and subject."""
    ending = world.ending()
    return msgspec.structs.replace(ending, effects=frozenset(), shown={})


@pytest.mark.parametrize("name", CLAIMS)
async def test_it_makes_no_difference_when_a_foreign_claim_comes(name: str) -> None:
    claim = CLAIMS[name]
    before = await told([APPROVED, *BEGUN, OWN])
    assert "FO:WH-NL1/1 PICKED" in before.ending().headlines[f"order||{ORDER.number}"]
    endings = []
    for arrived in itertools.permutations([[APPROVED], BEGUN, [OWN], [claim]]):
        world = await told([*itertools.chain(*arrived)])
        (rejected,) = [row for row in world.store.events.values() if row.disposition is Disposition.REJECT]
        assert rejected.partner == claim.partner, "the evidence stays"
        assert "INT-04" in {code for code, _, _ in world.store.cases}
        endings.append(told_of(world))
    assert all(ending.cases == endings[0].cases for ending in endings)
    assert all(ending.machines == told_of(before).machines for ending in endings), "and nothing of it is applied"


async def test_a_fold_of_the_whole_log_rejects_again_what_a_fold_rejected() -> None:
    """Found by the demo, seed 4: the log of an order no longer opened the case its state held open."""
    world = await told([APPROVED, *BEGUN, CLAIMS["afterwards"]])
    held = {key for key in world.store.cases if key[0] == "INT-04"}
    await world.take([(OWN.partner, OWN.body)])
    assert refolded(world) == []
    assert held <= set(world.store.cases), "a fact that overtakes it closes no case"


async def test_the_past_and_the_reasons_know_the_rejected_claim() -> None:
    world = await told([APPROVED, *BEGUN, OWN, CLAIMS["of the same key, after"]])
    views = MemoryViews(world.store)
    past = await Folder(views, REGISTRIES, POLICY).at(f"order||{ORDER.number}", Moment())
    assert past is not None
    assert "INT-04" in past.open_cases
    answer = await why(views, REGISTRIES, POLICY, f"order||{ORDER.number}")
    assert answer is not None
    assert [claim.disposition for claim in answer.claims if claim.said.by == "wms-be1"] == [Disposition.REJECT]


@pytest.mark.parametrize("name", ["afterwards", "of another role", "in the same words"])
async def test_the_same_claim_again_is_a_repetition(name: str) -> None:
    world = await told([APPROVED, *BEGUN, CLAIMS[name], OWN])
    (receipt,) = await world.take([(CLAIMS[name].partner, CLAIMS[name].body)])
    assert receipt.disposition is Disposition.SUPPRESS
    assert refolded(world) == []


async def test_an_owner_takes_back_its_own_word_whoever_said_the_same() -> None:
    own = picked("wms-nl1", 96, retracts=key_of(OWN))
    for arrived in itertools.permutations([OWN, CLAIMS["of the same key, before"], own]):
        world = await told([APPROVED, *BEGUN, *arrived])
        found = {(row.partner, row.occurred): row.disposition for row in world.store.events.values()}
        assert found["wms-nl1", START + timedelta(minutes=90)] is Disposition.SUPERSEDE
