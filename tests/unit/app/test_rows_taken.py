"""Rows of the tables as the whole pipeline takes them: ingested, correlated, folded and told between dossiers
(domain.md §3).

The histories are those told in any order elsewhere; here it is looked at which rows they go through, and to where.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest

from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.parts import Mode
from crossdock.process.machine import KEEP, NEW, PRIOR, Row
from crossdock.process.policy import Policy
from crossdock.process.step import TableMachine
from crossdock.testing import export
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.golden.twists import TWISTS
from crossdock.testing.world import World
from tests.unit.app.ingest.test_any_order_call_offs import HISTORIES, Domestic
from tests.unit.app.ingest.test_any_order_everything import NOW, history
from tests.unit.app.ingest.test_any_order_unhappy import EVERYBODY, START, unhappy

TABLES = [machine.spec.rows for registry in REGISTRIES.values() for machine in registry.machines
          if isinstance(machine, TableMachine)]  # fmt: skip
GROUP = "SO-7/WH-NL1/1"


async def taken() -> dict[str, set[tuple[str, str]]]:
    """Every row the histories go through, with the states it led from and to."""
    rows: dict[str, set[tuple[str, str]]] = defaultdict(set)

    async def play(world: World, told: list[tuple[str, bytes]]) -> None:
        for one in told:
            await world.take([one])
        for event in world.store.events.values():
            for move in filter(None, event.transitions.split("; ")):
                row, _, states = move.partition(" ")
                before, _, after = states.partition(">")
                rows[row].add((before, after))

    for names in ([], *([name] for name in TWISTS)):
        await play(World(PARTNERS, policy=POLICY, now=NOW), history(frozenset(), names))
    for told in HISTORIES.values():
        await play(World(export.PARTNERS, policy=Policy()), [(one.partner, one.body) for one in told])
    late = World(EVERYBODY, now=START + timedelta(days=5))
    await play(late, [(one.partner, one.body) for one in unhappy()])
    return rows


def leads(row: Row, before: str, after: str) -> bool:
    """Whether the table has this way for the row; a state is shown as `-` before it begins."""
    source = NEW if before == "-" else before
    return source in row.sources and (row.target == PRIOR or after == (source if row.target == KEEP else row.target))


@pytest.mark.proves("ORD-06", "FO-01", "FO-02", "FO-07", "FO-08", "FO-13", "FO-19", "FO-20", "FO-21")
@pytest.mark.proves("SHP-01", "SHP-05", "SHP-09", "SHP-10", "SHP-12", "SHP-14", "SHP-19", "SHP-24", "SHP-38")
@pytest.mark.proves("LD-01", "LD-06", "LD-07", "DT-01", "DT-05", "DT-06", "DT-11")
async def test_rows_are_taken_by_real_histories_and_lead_where_the_tables_say() -> None:
    rows = await taken()
    assert rows.keys() >= {
        "ORD-06", "FO-01", "FO-02", "FO-07", "FO-08", "FO-13", "FO-19", "FO-20", "FO-21", "SHP-01", "SHP-05", "SHP-09",
        "SHP-10", "SHP-12", "SHP-14", "SHP-19", "SHP-24", "SHP-38", "LD-01", "LD-06", "LD-07", "DT-01", "DT-05",
        "DT-06", "DT-11",
    }  # fmt: skip
    table = [row for rows_of in TABLES for row in rows_of]
    known = {row.id for row in table}
    assert known >= {"ORD-06", "FO-13", "SHP-10", "LD-06", "DT-05"}
    strange = [
        (name, before, after)
        for name, moves in rows.items()
        if name in known
        for before, after in moves
        if not any(leads(row, before, after) for row in table if row.id == name)
    ]
    assert strange == []


@pytest.mark.proves("SHP-10", "tm_pickup", "tm_departure")
async def test_the_hand_over_ends_the_wait_for_the_pick_up_and_begins_that_for_the_departure() -> None:
    told = Domestic(Mode.LTL)
    world = World(export.PARTNERS, policy=Policy())
    clocks = []
    for at, one in told.way():
        await world.take([(one.partner, one.body)])
        if at in (120, 600, 620):
            clocks.append({name for name, scope in world.ending().timers if scope == GROUP})
    waiting, gone, left = clocks
    assert "tm_pickup" in waiting
    assert "tm_departure" not in waiting
    assert ("tm_pickup" in gone, "tm_departure" in gone) == (False, True)
    assert "tm_departure" not in left
