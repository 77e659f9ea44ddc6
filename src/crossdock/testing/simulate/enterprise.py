"""Everybody around the hub: partners who speak until they are heard, and a person who looks after what is parked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crossdock.app.intake import MessageReceipt
from crossdock.kernel.errors import CrossdockError
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import Phase
from crossdock.testing.outbox import OpenRow
from crossdock.testing.simulate.hub import Answer, Host
from crossdock.testing.simulate.nature import Met, Nature
from crossdock.testing.simulate.partners import Entry, System
from crossdock.testing.simulate.plan import HOSTS, Ill
from crossdock.testing.simulate.scheduler import Promise
from crossdock.testing.simulate.storage import Disk
from crossdock.testing.simulate.story import Line

# What a partner takes for no answer, and how long it waits before it says a thing again.
TIMEOUT_S, AGAIN_S, AGAIN_MAX_S = 20.0, 1.0, 300.0
ROUND_S = 1800.0

Watch = Callable[[str, Entry], None]
Accepted = Callable[[str, bytes, bool], None]


class Enterprise:
    """All partners of a run. `hosts` are those alive, by name; `accepted` is told what the hub said yes to."""

    def __init__(
        self, partners: Sequence[Partner], disk: Disk, nature: Nature, watch: Watch, accepted: Accepted
    ) -> None:
        self.hosts: dict[str, Host] = {}
        self.systems = {
            one.id: System(one, nature, speak=self._speak, about=self._about, watch=watch) for one in partners
        }
        self.told: set[str] = set()
        self._disk = disk
        self._nature = nature
        self._scheduler = nature.scheduler
        self._accepted = accepted

    def open(self, lines: Sequence[Line]) -> None:
        """Let everybody tell their story, and the person begin."""
        for line in lines:
            self._scheduler.start(self._say(line))
        self._scheduler.start(self._look_after())

    async def _say(self, line: Line) -> None:
        """Wait for the time and for the command it answers, then say it as the faults want it."""
        await self._scheduler.until(line.at)
        system = self.systems[line.partner]
        while line.answers is not None and not system.was_asked(*line.answers):
            await self._scheduler.hear(system.asked)
        faults = {fault.ill: fault for fault in self._nature.message(line.name)}
        if Ill.DELAY in faults:
            await self._scheduler.sleep(faults[Ill.DELAY].span_s)
        if Ill.TORN in faults:
            await self._tell(line.partner, line.body[: len(line.body) * 2 // 3], line.dialect)
        if Ill.UNHEARD in faults:
            await self._tell(line.partner, line.body, line.dialect)
            await self._scheduler.sleep(TIMEOUT_S)
        await self._tell(line.partner, line.body, line.dialect)
        self.told.add(line.name)
        if Ill.DUPLICATE in faults:
            await self._scheduler.sleep(faults[Ill.DUPLICATE].span_s)
            await self._tell(line.partner, line.body, line.dialect)

    def _about(self, delivery: int) -> str:
        """Whose command it is, as the command's own papers say."""
        row = next(row for row in self._disk.store.deliveries if row.id == delivery)
        return self._disk.store.dossiers[row.dossier].ident

    def _speak(self, partner: str, body: bytes) -> None:
        self._scheduler.start(self._tell(partner, body))

    async def _tell(self, partner: str, body: bytes, dialect: str = "") -> None:
        """Post until the hub has answered for good."""
        dice = self._nature.dice(f"mouth {partner}")
        wait = AGAIN_S
        while True:
            await self._scheduler.sleep(dice.uniform(0.01, 0.3))
            host = self.hosts.get(dice.choice(HOSTS))
            if host is not None and not self._nature.lasts(Ill.PARTITION, partner):
                answer: Answer = Promise()
                self._scheduler.start(host.receive(partner, body, dialect, answer), host.name)
                heard = await self._scheduler.promised(answer, TIMEOUT_S)
                if heard is not None and not isinstance(heard, CrossdockError):
                    if dialect:
                        self._nature.met[Met.DIALECT] += 1
                    for receipt in [heard] if isinstance(heard, MessageReceipt) else heard:
                        self._accepted(partner, body, receipt.status == "accepted")
                    return
            await self._scheduler.sleep(wait)
            wait = min(wait * 2, AGAIN_MAX_S)

    async def _look_after(self) -> None:
        """At the half-hours a person asks the partner about everything parked: what was done is confirmed, all else is
        sent once more."""
        while True:
            if not any(self._parked(partner) for partner in self._disk.outbox.open):
                await self._scheduler.hear(self._disk.bell("parked"))
            await self._scheduler.sleep(ROUND_S - self._scheduler.now_us / 1_000_000 % ROUND_S)
            for partner in sorted(self._disk.outbox.open):
                if not self._nature.lasts(Ill.PARTITION, partner):
                    self._put_right(partner)

    def _parked(self, partner: str) -> list[OpenRow]:
        return [row for row in self._disk.outbox.open[partner].values() if row.phase is Phase.PARKED]

    def _put_right(self, partner: str) -> None:
        for one in self._parked(partner):
            done = self.systems[partner].keys.get(one.row.idempotency_key)
            if done is not None:
                self.systems[partner].confirm(done)
            else:
                self._disk.outbox.retry(one.row.id, self._scheduler.now())
                self._disk.ring(f"deliver {partner}")
