"""Folding only the end again is the whole truth: a hub that remembers ends as one that reads the log each time."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from operator import attrgetter

import pytest

from crossdock.app.fold.dossier import Place, unpack
from crossdock.app.fold.memory import Memory, Unpacked
from crossdock.app.fold.run import Told
from crossdock.app.fold.tail import STEPS_MAX, Mark, Tail
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bench.trace import Told as Sent
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.ports.store import StoredFact
from crossdock.testing.store import MemoryBatch, MemoryStore
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


class Forgetful(Memory):
    """Remembers nothing: every overtaken fact reads the log."""

    def take(self, dossier: int, packed: bytes) -> Unpacked | None:
        """Nothing."""
        return None


def corpus() -> list[Sent]:
    """Two orders and their load, in the order things happened."""
    orders = [Order(1, START), Order(2, START)]
    orders[1].load = orders[0].load
    streams = [list(order.facts()) for order in orders]
    load = list(orders[0].load_facts(tuple(order.shipment for order in orders)))
    return [*streams[0][:4], *streams[1][:4], *load, *streams[0][4:], *streams[1][4:]]


def a_little_out_of_order(dice: random.Random) -> list[Sent]:
    """Every fact up to four places early or late, some twice."""
    told = corpus()
    told += dice.sample(told, 4)
    places = {id(one): place + dice.uniform(-4, 4) for place, one in enumerate(told)}
    return sorted(told, key=lambda one: places[id(one)])


async def hub(told: Sequence[Sent], *, remembers: bool) -> World:
    """A hub after these facts, one a batch."""
    world = World(PARTNERS)
    if not remembers:
        world.ingest = Ingest(dataclasses.replace(world.parts, memory=Forgetful()))
    for one in told:
        await world.tell(one.partner, one.body)
    return world


# A fact that came late and moved nothing any more is recorded; the next reading of the whole log calls it applied.
# Which of the two it is called depends on what arrived after it, with and without a memory.
SAME = {Disposition.RECORD: Disposition.APPLY}


def essence(world: World) -> list[object]:
    """All that was decided: states, what was emitted, commands in the order they keep, open cases, dispositions."""
    states = [unpack(row.state) for _, row in sorted(world.store.dossiers.items())]
    return [
        [(state.machines, state.timers, state.frontier, state.held, state.told, state.shown) for state in states],
        [sorted(state.emitted[at : at + 8] for at in range(0, len(state.emitted), 8)) for state in states],
        [(row.ident, row.version, row.label) for _, row in sorted(world.store.dossiers.items())],
        [(row.idempotency_key, row.payload) for row in sorted(world.store.deliveries, key=attrgetter("ordering_key"))],
        sorted(world.store.cases),
        [(at, row.key, SAME.get(row.disposition, row.disposition)) for at, row in sorted(world.store.events.items())],
    ]


@pytest.mark.parametrize("seed", range(40))
async def test_the_end_folded_again_gives_what_the_whole_log_gives(seed: int) -> None:
    told = a_little_out_of_order(random.Random(seed))
    remembering, forgetful = await hub(told, remembers=True), await hub(told, remembers=False)
    for one, other in zip(essence(remembering), essence(forgetful), strict=True):
        assert one == other


class Unread(MemoryStore):
    """A store whose log nobody may read."""

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[MemoryBatch]:
        """A transaction that refuses to."""
        yield UnreadBatch(self)


class UnreadBatch(MemoryBatch):
    """See `Unread`."""

    async def history(self, dossiers: Sequence[int]) -> list[StoredFact]:
        """Refused."""
        raise AssertionError(f"the log of {dossiers} was read")


async def test_an_overtaken_fact_reads_no_log() -> None:
    """The swap of two neighbours, which is nearly every fact that is late at all."""
    facts = list(Order(1, START).facts())
    facts[6], facts[7] = facts[7], facts[6]
    world = World(PARTNERS)
    for one in facts[:6]:
        await world.tell(one.partner, one.body)
    unread = Unread()
    unread.__dict__.update(world.store.__dict__)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=unread))
    for one in facts[6:]:
        await world.tell(one.partner, one.body)
    assert "SHP:WH-NL1/1 CLOSED" in world.store.dossiers[1].label


def step(at: int) -> Told:
    """A fact at this place."""
    fact = decode_fact(next(iter(Order(at, START).facts())).body, START)
    return Told(fact, Place(at, 0, at, at), at)


def mark(tail: Tail, at: int) -> Mark:
    """A mark between facts."""
    return Mark((at, 0, 0, 0), {}, {}, [], [], {}, tail.length)


def test_a_tail_is_bounded_and_never_offers_a_mark_whose_facts_are_gone() -> None:
    tail = Tail(plain=True)
    for at in range(10, 600, 10):
        tail.marks.append(mark(tail, at - 5))
        tail.add([step(at)], frozenset())
        assert len(tail.steps) <= STEPS_MAX
        for place, known in enumerate(tail.marks):
            behind = tail.behind(place)
            assert [one.told.where.at_us for one in behind] == list(range(known.frontier[0] + 5, at + 1, 10))
    assert tail.before(step(1)) == -1
    assert tail.marks[tail.before(step(591))].frontier[0] == 585


def test_more_facts_at_once_than_a_tail_holds_leave_no_mark() -> None:
    tail = Tail(plain=True)
    tail.marks.append(mark(tail, 0))
    tail.add([step(at) for at in range(1, STEPS_MAX + 2)], frozenset())
    assert not tail.marks
    assert not tail.steps
