"""The real fold around delivery: commands it asked for go out, and how they ended comes back into its log."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crossdock.app.deliver.echo import echo_once
from crossdock.app.deliver.step import deliver_once
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.app.sweep import match_again
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.project import ProjectDirectory
from crossdock.canonical.wire import decode_fact
from crossdock.ports.directory import Partner
from crossdock.ports.store import WaitingRow, WriteSet
from crossdock.postgres.views import PostgresViews
from crossdock.postgres.waiting import PostgresWaitingRoom
from crossdock.process.policy import Policy
from crossdock.testing.world import OURSELVES, REGISTRIES, Partners
from tests.integration.deliver.given import REFUSED, Dock, EvenDice, ScriptedPartner

START = datetime(2026, 6, 1, 6, tzinfo=UTC)

NOBODY = ProjectDirectory(())


class Door:
    """app.intake.Intake straight into the use case, without a batcher."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.ingest = Ingest(parts)

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        now = self.parts.clock.now()
        return await self.ingest.take([Arrival(partner, body, decode_fact(body, now)) for body in bodies])

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        raise AssertionError("only canonical facts pass here")

    async def tell(self, told: Sequence[Told]) -> None:
        for one in told:
            await self.facts(PARTNERS[one.partner], [one.body])


@pytest.fixture
def door(dock: Dock) -> Door:
    """The hub's use case on the same database as the outbox."""
    return Door(
        Parts(
            store=dock.store,
            directory=Partners(PARTNERS),
            registries=REGISTRIES,
            policy=Policy(),
            clock=dock.clock,
            dice=EvenDice(),
            ourselves=OURSELVES,
        )
    )


def order() -> list[Told]:
    """The facts of one order, from its approval."""
    return list(itertools.islice(Order(1, START).facts(), 4))


async def deliver_all(dock: Dock, sender: ScriptedPartner) -> int:
    """Everything in the outbox, to every partner, until nothing is left."""
    rounds = 0
    while any(line.open for line in await dock.outbox.backlog(dock.clock.now())):
        rounds += 1
        assert rounds < 20, "the outbox does not empty"
        for partner in PARTNERS.values():
            await deliver_once(dock.outbox, partner, sender, dock.manifest, dock.clock, dock.dice)
    return len(sender.sent)


@pytest.mark.parametrize(("first", "told"), [(None, "command.acknowledged"), (REFUSED, "command.refused")])
async def test_every_command_of_an_order_goes_out_and_its_end_comes_home(
    dock: Dock, door: Door, first: object, told: str
) -> None:
    await door.tell(order())
    sent = await deliver_all(dock, ScriptedPartner(REFUSED) if first else ScriptedPartner())
    assert sent > 1
    assert await echo_once(dock.outbox, door, OURSELVES, NOBODY) == sent
    rows = await dock.rows(
        f"select count(*) from event where type = '{told}' and disposition not in (5, 7) and partner = 'crossdock'"
    )
    assert rows == [(1 if first else sent,)]
    assert await dock.rows("select count(*) from waiting") == [(0,)]
    assert await dock.rows("select count(*) from quarantine") == [(0,)]


async def test_an_echo_told_twice_is_suppressed(dock: Dock, door: Door) -> None:
    await door.tell(order())
    sent = await deliver_all(dock, ScriptedPartner())
    await echo_once(dock.outbox, door, OURSELVES, NOBODY)
    await dock.rows("update delivery_log set echo_pending = true returning id")
    await echo_once(dock.outbox, door, OURSELVES, NOBODY)
    suppressed = "select count(*) from event where type = 'command.acknowledged' and disposition = 1"
    assert await dock.rows(suppressed) == [(sent,)]


async def test_a_fact_that_waits_although_its_order_is_known_is_matched_again(dock: Dock, door: Door) -> None:
    *before, late = order()
    await door.tell(before)
    fact = decode_fact(late.body, START)
    idents = identifiers(fact)
    row = WaitingRow("w-1", idents, fact.type, late.partner, late.body, fact.key, START, START, "linked beside it")
    async with dock.store.batch() as batch:
        await batch.write(WriteSet(waiting=[row]))
    room = PostgresWaitingRoom(dock.outbox.pool)
    assert await match_again(room, door.parts) == 1
    assert await match_again(room, door.parts) == 0
    views = PostgresViews(dock.outbox.pool)
    log = await views.events((await views.owners(idents[0]))[0].id)
    assert [event.type for event in log].count(fact.type) == 1
    assert await dock.rows("select count(*) from waiting") == [(0,)]
