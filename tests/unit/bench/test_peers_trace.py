"""The trace of the peers: its orders are whole, its rules do not depend on arrival, and our own hub answers right."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.peers.programs.story import COMMANDS, STEPS, due, read_trace
from benchmarks.peers.trace import make_trace, write_trace
from crossdock.bench.trace import PARTNERS
from crossdock.testing.world import World

ORDERS = 4


def test_every_order_has_every_step_and_a_few_twice() -> None:
    counted = Counter((fact.order, fact.step) for fact in make_trace(40, seed=1))
    assert {step for _, step in counted} == set(STEPS)
    assert len(counted) == 40 * len(STEPS)
    assert set(counted.values()) == {1, 2}


def test_some_facts_are_overtaken_and_most_are_not() -> None:
    told: dict[str, list[int]] = {}
    for fact in make_trace(40, seed=1):
        told.setdefault(fact.order, []).append(STEPS.index(fact.step))
    backwards = sum(later < earlier for row in told.values() for earlier, later in pairwise(row))
    assert 0 < backwards < 40 * len(STEPS) * 0.1


def test_the_same_seed_gives_the_same_arrivals_and_another_first_number_other_orders() -> None:
    def arrivals(seed: int, first: int) -> list[tuple[int, str]]:
        return [(int(fact.order[3:]) - first, fact.step) for fact in make_trace(20, seed=seed, first=first)]

    assert arrivals(3, 1) == arrivals(3, 500)
    assert arrivals(3, 1) != arrivals(4, 1)


def test_each_command_is_due_once_whatever_the_order_of_arrival() -> None:
    dice = random.Random(5)
    for _ in range(200):
        arriving, seen, sent = list(STEPS), [], []
        dice.shuffle(arriving)
        for step in arriving:
            seen.append(step)
            sent += due(seen, sent)
        assert sorted(sent) == sorted(COMMANDS)


def test_commands_wait_for_facts_that_exist() -> None:
    assert all(needs <= set(STEPS) for needs in COMMANDS.values())


async def test_our_hub_sends_each_command_of_the_story_once_and_every_order_ends_paid() -> None:
    trace = make_trace(ORDERS, seed=7)
    world = World(PARTNERS, now=datetime.now(UTC))
    for fact in trace:
        await world.take([(fact.partner, fact.body.encode())])
    found = Counter(row.idempotency_key.partition(":")[0] for row in world.store.deliveries)
    assert {name: found[name] for name in COMMANDS} == dict.fromkeys(COMMANDS, ORDERS)
    labels = [row.label for row in world.store.dossiers.values() if row.ident.startswith("order||")]
    assert len(labels) == ORDERS
    assert all(label.endswith("BIL:WH-NL1/1 PAID") for label in labels)


def test_a_trace_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    facts = make_trace(2, seed=1)
    write_trace(tmp_path / "trace.ndjson", facts)
    assert read_trace(str(tmp_path / "trace.ndjson")) == facts
