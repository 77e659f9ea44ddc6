"""The running deliverer: several at once, woken by commits, stopped without losing an outcome."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from crossdock.kernel.errors import Transient
from crossdock.ports.connector import Outbound, Outcome
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.turn import PostgresTurn
from crossdock.runtime.deliverer import Deliverer, Pace
from tests.integration.deliver.given import (
    DELIVERED,
    DOWN,
    TIMED_OUT,
    Dock,
    HangingPartner,
    ScriptedPartner,
    command,
    manifest,
)

# So long that only a notification or a call that ended can be what woke a driver.
ONLY_WOKEN = Pace(idle_s=3600.0)


class SeededDice:
    """ports.clock.Dice without waiting between attempts: the clock of these tests stands still."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def bits(self, count: int) -> int:
        return self._random.getrandbits(count)

    def fraction(self) -> float:
        return 0.0


class WatchfulPartner(ScriptedPartner):
    """Fails now and then, and notices when a key is touched out of order or twice at once."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.at_work: set[str] = set()
        self.done: dict[str, list[int]] = {}
        self.wrong: list[str] = []
        self._taken = asyncio.Condition()

    async def delivered(self, count: int) -> None:
        """Returns when so many commands have been taken in all."""
        async with self._taken:
            await self._taken.wait_for(lambda: sum(map(len, self.done.values())) >= count)

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        return [await self._take(command) for command in commands]

    async def _take(self, command: Outbound) -> Outcome:
        key = command.ordering_key
        if key in self.at_work:
            self.wrong.append(f"{command.id} while another of {key} was at work")
        self.at_work.add(key)
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)
        self.at_work.discard(key)
        outcome = self.random.choice([DELIVERED, DELIVERED, DELIVERED, DOWN, TIMED_OUT])
        if self.done.get(key, [0])[-1] >= command.id:
            self.wrong.append(f"{command.id} after {self.done[key][-1]} of {key}")
        if outcome is DELIVERED:
            self.done.setdefault(key, []).append(command.id)
            async with self._taken:
                self._taken.notify_all()
        return outcome


@asynccontextmanager
async def running(*deliverers: Deliverer) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(deliverer.run()) for deliverer in deliverers]
    try:
        yield
    finally:
        for deliverer in deliverers:
            deliverer.stop()
        await asyncio.gather(*tasks)


async def test_deliverers_that_come_and_go_keep_the_order_of_every_key_and_send_nothing_beside_it(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=6, attempts_max=1000, breaker_failures=1000)
    keys = [f"SO-{n % 12}" for n in range(150)]
    await dock.put(*(command(f"c-{n}", order=key, lane=n % 4) for n, key in enumerate(keys)))
    partner = WatchfulPartner(seed=7)
    other_outbox = await PostgresOutbox.open(dock.url, pool_max=2)
    first, second, third = (
        Deliverer(outbox, [dock.route(partner)], dock.clock, SeededDice(seed), Pace(idle_s=0.05))
        for seed, outbox in enumerate((dock.outbox, other_outbox, dock.outbox))
    )
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(first.run())
        await partner.delivered(1)
        group.create_task(second.run())
        await partner.delivered(50)
        first.stop()
        await partner.delivered(100)
        group.create_task(third.run())
        await partner.delivered(125)
        second.stop()
        await partner.delivered(len(keys))
        third.stop()
    await other_outbox.close()
    assert partner.wrong == []
    assert {key: len(done) for key, done in partner.done.items()} == Counter(keys)
    assert Counter(outcome for _, outcome in await dock.log()) == {"delivered": len(keys)}
    parts = [deliverer.drivers["wms-nl1"].progress.delivered for deliverer in (first, second, third)]
    # For a while each was the only one; while two run, one may keep all the places.
    assert all(parts)
    assert sum(parts) == len(keys)


async def test_a_committed_command_wakes_the_driver_that_rests(dock: Dock) -> None:
    wms = HangingPartner()
    wms.let_go.set()
    deliverer = Deliverer(dock.outbox, [dock.route(wms)], dock.clock, dock.dice, ONLY_WOKEN)
    async with asyncio.timeout(30), running(deliverer):
        await dock.put(command("first"))
        await wms.reached.wait()
        wms.reached.clear()
        await dock.put(command("second", order="SO-2"))
        await wms.reached.wait()
    assert wms.sent == ["first", "second"]


async def test_stopping_waits_for_the_call_under_way_and_records_it(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = HangingPartner()
    deliverer = Deliverer(dock.outbox, [dock.route(wms)], dock.clock, dock.dice)
    async with asyncio.timeout(30), running(deliverer):
        await wms.reached.wait()
        deliverer.stop()
        wms.let_go.set()
    assert await dock.log() == [("create", "delivered")]


async def test_a_call_that_outlives_the_grace_is_left_to_its_lease(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = HangingPartner()
    deliverer = Deliverer(dock.outbox, [dock.route(wms)], dock.clock, dock.dice, Pace(grace_s=0.0))
    async with asyncio.timeout(30), running(deliverer):
        await wms.reached.wait()
    assert await dock.rows("select state, claimed_until is not null from delivery") == [("open", True)]
    dock.clock.forward(seconds=60)
    wms.let_go.set()
    assert (await dock.step(wms)).lapsed == 1


async def test_without_partners_it_waits_for_the_stop_like_any_other(dock: Dock) -> None:
    deliverer = Deliverer(dock.outbox, [], dock.clock, dock.dice)
    task = asyncio.create_task(deliverer.run())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not task.done()
    deliverer.stop()
    async with asyncio.timeout(30):
        await task


class WatchedOutbox(PostgresOutbox):
    """Tells when the second turn (it records the first call) is committed; `lose` makes it fail so often before."""

    def __init__(self, outbox: PostgresOutbox, *, lose: int = 0) -> None:
        super().__init__("", outbox.pool)
        self.arrivals = outbox.arrivals  # type: ignore[method-assign]
        self.lose = lose
        self.turns = 0
        self.recorded = asyncio.Event()

    @asynccontextmanager
    async def turn(self, partner: str, now: datetime) -> AsyncIterator[PostgresTurn]:
        if self.turns == 1 and self.lose:
            self.lose -= 1
            raise Transient("PostgreSQL did not answer")
        async with super().turn(partner, now) as turn:
            yield turn
        self.turns += 1
        if self.turns == 2:
            self.recorded.set()


async def test_a_connector_that_never_answers_is_cut_off_and_its_outcome_is_unknown(dock: Dock) -> None:
    dock.manifest = manifest(timeout_s=0.0)
    await dock.put(command("create"))
    outbox = WatchedOutbox(dock.outbox)
    pace = Pace(idle_s=0.01, slack_s=0.0)
    async with asyncio.timeout(30):
        async with running(Deliverer(outbox, [dock.route(HangingPartner())], dock.clock, dock.dice, pace)):
            await outbox.recorded.wait()
    assert await dock.open() == [("create", "unknown")]


async def test_an_outcome_is_kept_while_the_database_is_away(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = ScriptedPartner()
    outbox = WatchedOutbox(dock.outbox, lose=1)
    async with asyncio.timeout(30):
        async with running(Deliverer(outbox, [dock.route(wms)], dock.clock, dock.dice, Pace(idle_s=0.01))):
            await outbox.recorded.wait()
    assert (outbox.lose, wms.sent, await dock.log()) == (0, ["create"], [("create", "delivered")])
