"""A command that a person sends once more tells its dossier how each run ended; two runs contradict nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crossdock.app.deliver.echo import echo_body
from crossdock.app.ingest.arrival import Arrival
from crossdock.canonical.wire import decode_fact
from crossdock.ports.outbox import Echo, Ending
from crossdock.testing.golden.cast import PARTNERS, when
from crossdock.testing.golden.play import named
from crossdock.testing.world import OURSELVES, World


def ended(world: World, run: int, at: datetime, detail: str, ending: Ending = Ending.PARKED) -> Arrival:
    """How a run of the order's first command ended, as our own intake gets it."""
    row = world.store.deliveries[0]
    dossier = world.store.dossiers[row.dossier].ident
    echo = Echo(
        row.id, run, dossier, row.type, row.idempotency_key, row.ordering_key, row.partner, row.cause, "",
        row.payload, ending, "", detail, at,
    )  # fmt: skip
    body = echo_body(echo, OURSELVES, world.partners)
    return Arrival(OURSELVES, body, decode_fact(body, at))


async def told(order: Sequence[int]) -> World:
    """An order whose first command was parked, parked again with another reason, and delivered at last."""
    world = World(PARTNERS, now=when("01 12:00"))
    await world.tell("erp1", named("R1").body())
    start = when("01 07:00")
    runs = [
        ended(world, 2, start, "it may have been done"),
        ended(world, 4, start + timedelta(hours=1), "failed 12 times"),
        ended(world, 5, start + timedelta(hours=2), "", Ending.DELIVERED),
    ]
    for place in order:
        await world.ingest.take([runs[place]])
    return world


async def test_a_second_run_that_was_not_done_either_opens_no_case() -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        world = await told(order)
        assert [case for case in world.store.cases if case[0] == "INT-05"] == []
        runs = [row.disposition for row in world.store.events.values() if row.type.startswith("command.")]
        assert sorted(runs) == ["RECORD", "RECORD", "SUPPRESS"]
