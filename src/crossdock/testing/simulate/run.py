"""One run of a plan, and the same without faults to compare with: what it came to, and what was wrong on the way."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from crossdock.app.refold import differences
from crossdock.bootstrap.hub import PRODUCTION, REGISTRIES, Variant
from crossdock.bootstrap.project import ProjectDirectory
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Transient
from crossdock.process.machine import PRIOR
from crossdock.process.step import Instance, TableMachine
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.refolded import stored_dossier
from crossdock.testing.simulate.auditor import Auditor
from crossdock.testing.simulate.dialects import dialect_of, partners_of
from crossdock.testing.simulate.enterprise import Enterprise
from crossdock.testing.simulate.hub import Build, Host, Life
from crossdock.testing.simulate.nature import RESTART_S, Met, Nature
from crossdock.testing.simulate.plan import HOSTS, OF_CALLS, SKEW_MAX_S, Fault, Ill, Plan
from crossdock.testing.simulate.scheduler import Scheduler
from crossdock.testing.simulate.storage import Disk
from crossdock.testing.simulate.story import END, START, lines
from crossdock.testing.simulate.versions import TODAY, VERSIONS, as_today, is_of_next
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import (
    MONEY_ON_THE_WAY,
    TAKEN_BACK,
    TRANSIENT_COMMANDS,
    Ending,
    ending_of,
)

# Cases that tell of a fault, with what causes them: of a torn message, and of a partner that could not be reached and
# was not called again after that.
TELL_OF_FAULTS = {"INT-02": {Ill.TORN}, "INT-10": {Ill.PARTITION, *OF_CALLS}}
# States that may be left for the one before.
GOES_BACK = frozenset(
    source
    for registry in REGISTRIES.values()
    for machine in registry.machines
    if isinstance(machine, TableMachine)
    for row in machine.spec.rows
    if row.target == PRIOR
    for source in row.sources
)
# How much of two states that differ is shown, from a little before the difference.
SHOWN_BEFORE, SHOWN_MAX = 40, 200
# Commands that one order of arrival may cause and another not (docs/concepts/convergence.md).
MAY_DIFFER = TRANSIENT_COMMANDS | MONEY_ON_THE_WAY | TAKEN_BACK


class Outcome(msgspec.Struct, frozen=True):
    """What a run came to. `timed` are the commands that follow from a deadline that passed; `digest` is of everything
    that happened; `days` are virtual, `seconds` real."""

    ending: Ending
    timed: frozenset[str]
    violations: tuple[str, ...]
    struck: dict[str, int]
    met: dict[str, int]
    told: int
    unsaid: tuple[str, ...]
    digest: str
    checks: int
    days: float
    seconds: float


class Simulation:
    """A plan, the world it is played in, and who watches."""

    def __init__(self, plan: Plan, variant: Variant = PRODUCTION) -> None:
        self.plan = plan
        self.auditor = Auditor(frozenset(name for name, one in PARTNERS.items() if one.role is not Role.ERP))
        self.scheduler = Scheduler(START, self._failed)
        self.nature = Nature(plan, self.scheduler)
        self.disk = Disk(self.nature, self.auditor.committed)
        self.auditor.disk = self.disk
        partners = partners_of(dialect_of(plan.story))
        self.build = Build(ProjectDirectory(partners.values()), POLICY, variant, queued=plan.queued)
        self.enterprise = Enterprise(
            list(partners.values()), self.disk, self.nature, self.auditor.effect, self.auditor.accepted
        )
        self.story = [line for index in plan.orders for line in lines(plan.story, index, short=plan.tale is not None)]
        self._lives: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._skews = {fault.whom: fault.span_s for fault in plan.faults if fault.ill is Ill.CLOCK_SKEW}
        self.nature.struck[Ill.CLOCK_SKEW] += len(self._skews)

    def run(self) -> Outcome:
        """Play it to the end."""
        began = time.perf_counter()
        for host in HOSTS:
            self._raise(host)
        self.scheduler.start(self._restart())
        for fault in self.plan.faults:
            if fault.at_h and fault.ill in (Ill.CLOCK_STEP, Ill.REFOLD):
                self.scheduler.start(self._strike(fault))
        self.enterprise.open(self.story)
        try:
            self.scheduler.run(END)
        finally:
            self.scheduler.close()
        self._check()
        if self._versions:
            self.nature.met[Met.NEXT] += sum(map(is_of_next, self.disk.store.dossiers.values()))
        self.auditor.over()
        ending = named(self.disk.store)
        violations = tuple(self.auditor.violations)
        unsaid = tuple(line.name for line in self.story if line.name not in self.enterprise.told)
        days = (END - START) / timedelta(days=1)
        return Outcome(
            ending,
            frozenset(row.idempotency_key for row in self.disk.store.deliveries if self._is_timed(row.cause)),
            violations,
            {ill.value: count for ill, count in sorted(self.nature.struck.items())},
            {met.value: count for met, count in sorted(self.nature.met.items())},
            len(self.story) - len(unsaid),
            unsaid,
            self._digest(violations),
            self.auditor.checks,
            days,
            time.perf_counter() - began,
        )

    def _raise(self, name: str) -> None:
        self._lives[name] += 1
        life = Life(self._lives[name], self._versions[name] % len(VERSIONS))
        routes = [system.route for system in self.enterprise.systems.values()]
        host = Host(name, self.disk, self.nature, self.build, routes, self._skews.get(name, 0.0), life)
        self.enterprise.hosts[name] = host
        host.start()

    async def _restart(self) -> None:
        """Whoever died comes back, with an empty memory."""
        while True:
            rung = self.nature.crash_bell.rung
            while self.nature.crashed:
                name, down_s = self.nature.crashed.pop()
                self.enterprise.hosts.pop(name, None)
                self.scheduler.start(self._come_back(name, down_s))
            await self.scheduler.hear(self.nature.crash_bell, since=rung)

    async def _come_back(self, name: str, down_s: float) -> None:
        await self.scheduler.sleep(max(down_s, RESTART_S))
        self._raise(name)

    async def _strike(self, fault: Fault) -> None:
        """A clock steps; or a host is replaced by one of the next version, or by one of today's again."""
        await self.scheduler.sleep(fault.at_h * 3600)
        host = self.enterprise.hosts.get(fault.whom)
        self.nature.struck[fault.ill] += 1
        if fault.ill is Ill.CLOCK_STEP and host is not None:
            stepped = self._skews.get(fault.whom, 0.0) + fault.span_s
            self._skews[fault.whom] = max(-SKEW_MAX_S, min(SKEW_MAX_S, stepped))
            host.clock.skew = timedelta(seconds=self._skews[fault.whom])
        elif host is not None:
            self._versions[fault.whom] += 1
            del self.enterprise.hosts[fault.whom]
            self.scheduler.kill(fault.whom)
            self._check()
            await self._come_back(fault.whom, fault.span_s)

    def _check(self) -> None:
        """What is stored is what the log comes to."""
        for stored in list(self.disk.store.dossiers.values()):
            row = as_today(stored)
            registry = TODAY[row.ident.partition("|")[0]]
            for one in differences(stored_dossier(self.disk.store, row), registry, self.build.policy):
                self.auditor.say(f"refold: {one.kind} {one.subject}: {one.detail}")

    def _failed(self, owner: str, error: Exception) -> None:
        if not isinstance(error, Transient):
            self.auditor.say(f"{owner or 'the world'} broke: {type(error).__name__}: {error}")

    def _is_timed(self, cause: str) -> bool:
        """Whether an event, or one it follows from, is a deadline that passed."""
        while cause:
            dossier, _, seq = cause.partition(".")
            event = self.disk.store.events.get((int(dossier), int(seq)))
            if event is None or event.type == "timer.elapsed":
                return event is not None
            cause = event.cause
        return False

    def _digest(self, violations: tuple[str, ...]) -> str:
        """Of every event with its disposition, every effect with its instant, and what was wrong."""
        digest = hashlib.sha256()
        for (dossier, seq), event in sorted(self.disk.store.events.items()):
            digest.update(f"{dossier}.{seq} {event.type} {event.disposition} {event.received}\n".encode())
            digest.update(event.body)
        for name, system in sorted(self.enterprise.systems.items()):
            for entry in system.books:
                digest.update(f"{name} {entry.at_us} {entry.key}\n".encode())
        digest.update("\n".join(violations).encode())
        return digest.hexdigest()[:32]


def named(store: MemoryStore) -> Ending:
    """What everything stored came to. What waits is told by what it says, for a row's id is chance; what was said again
    stands behind the first (the auditor sees to it that it has no case of its own)."""
    says = {row.id: f"{row.partner} {row.key}" for row in store.waiting.values()}
    ending = ending_of(store, as_today)
    cases = frozenset((code, subject, says.get(slot, slot)) for code, subject, slot in ending.cases)
    return msgspec.structs.replace(ending, cases=cases, waiting=len(set(says.values())))


def compared(found: Outcome, calm: Outcome) -> Iterator[str]:
    """I3: where the end with faults is not the end without."""
    for name in found.unsaid:
        if name not in calm.unsaid:
            yield f"I3 {name} was never said: the command it answers did not come"
    one, other = found.ending, calm.ending
    for what in ("machines", "headlines", "shown"):
        before, after = getattr(other, what), getattr(one, what)
        for key in sorted(before.keys() | after.keys(), key=str):
            # Nothing has begun in a dossier without a headline: it knows how a command ended, and no more.
            if meaning(before.get(key)) != meaning(after.get(key)):
                yield (
                    f"I3 {what} {key}: {_told(before.get(key), after.get(key))} without faults,"
                    f" {_told(after.get(key), before.get(key))} with them"
                )
    for case in sorted(one.cases ^ other.cases):
        if case[0] not in TELL_OF_FAULTS or not found.struck.keys() & TELL_OF_FAULTS[case[0]]:
            yield f"I3 case {' '.join(case)} is open only {'with' if case in one.cases else 'without'} faults"
    for timer in sorted(one.timers ^ other.timers):
        yield f"I3 timer {' '.join(timer)} runs only {'with' if timer in one.timers else 'without'} faults"
    for effect in sorted(one.effects ^ other.effects):
        if effect.partition(":")[0] not in MAY_DIFFER and effect not in found.timed | calm.timed:
            yield f"I3 {effect} was sent only {'with' if effect in one.effects else 'without'} faults"
    places, wanted = (one.waiting, one.quarantined), (other.waiting, other.quarantined)
    if places != wanted:
        yield f"I3 waiting and quarantined: {wanted} without faults, {places} with them"


def meaning(value: object) -> object:
    """What a packed state says. In which order it keeps what it names is nothing it says, nor is what once waited too
    long (`Instance.graced`), which a deadline caused, nor where it came from (`prior`), unless it may go back there."""
    if not isinstance(value, bytes):
        return value or None
    state: object = msgspec.msgpack.decode(value, strict=False)
    if not isinstance(state, list):
        return state
    known = dict(zip(Instance.__struct_fields__, state, strict=False))
    return [known.get("state"), known.get("prior") if known.get("state") in GOES_BACK else "", *state[len(known) :]]


def _told(value: object, other: object) -> str:
    """A state; of two packed ones where they begin to differ."""
    one, two = f"{meaning(value)!r}", f"{meaning(other)!r}"
    same = next((place for place, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), 0)
    return ("…" if same > SHOWN_BEFORE else "") + one[max(same - SHOWN_BEFORE, 0) :][:SHOWN_MAX]
