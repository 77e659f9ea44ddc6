"""One dossier folded again by the very code that takes facts in, with the facts a second reading adds.

A repair is a fact in the log (`event.replayed`): it makes the session fold everything again under today's project, says
why the state changed, and is a duplicate the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

import msgspec

from crossdock.app.fold.conclude import elapsed_timer
from crossdock.app.fold.dossier import OpenedCase, Timer, unpack
from crossdock.app.fold.memory import Memory, Unpacked
from crossdock.app.fold.passes import Broken
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Emission, Run, Told
from crossdock.app.fold.session import Session
from crossdock.app.ingest.arrival import Item
from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.rows import write_set
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.platform import EventReplayed
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.instant import Occurrence, micros
from crossdock.ports.repair import Statement
from crossdock.ports.store import Batch, DossierRow, MessageRow, Store, WriteSet
from crossdock.process.policy import Policy

REPLAYED = "event.replayed"
# A timer that elapsed may start another that is due as well.
RINGS_MAX = 16
# Ids of a dry run: far above any a sequence will give.
UNREAL = 1 << 61


class Unit(msgspec.Struct, frozen=True):
    """What is folded again: a dossier (0: none, only statements), for which plan, why, and as of when.

    `readings` are the rows that name messages read again; `statements` name them in turn.
    """

    dossier: int
    ident: str
    plan: str
    reason: str
    as_of: datetime
    statements: tuple[Statement, ...] = ()
    readings: tuple[MessageRow, ...] = ()


class Worked(msgspec.Struct, frozen=True):
    """A unit worked out and not written: the sessions it touched, the rows, and what was in each dossier before."""

    unit: Unit
    sessions: tuple[Replaying, ...]
    rows: WriteSet


class Replaying(Session):
    """A session that folds everything again when it is told so, and remembers all that was asked for."""

    def __init__(self, row: DossierRow, registry: Registry, policy: Policy, kept: Unpacked | None = None) -> None:
        super().__init__(row, registry, policy, kept)
        self.was = row
        self.replayed = False
        self.asked: Sequence[Emission] = ()

    def must_refold(self, fresh: list[Told]) -> bool:
        """See `Session.must_refold`."""
        self.replayed = self.replayed or any(told.fact.type == REPLAYED for told in fresh)
        return (self.replayed and bool(fresh)) or super().must_refold(fresh)

    def fold(self, fresh: list[Told]) -> Broken | None:
        """See `Session.fold`.

        Raises:
            Rejected: a fact breaks the fold. Nothing is repaired by putting it in quarantine.
        """
        broken = super().fold(fresh)
        if broken is not None:
            fact = broken.told.fact
            raise Rejected(f"{self.ident} cannot be folded by today's project: {fact.type} breaks it: {broken.error}")
        return None

    def _keep(self, run: Run, fresh: list[Told], changes: Iterable[tuple[OpenedCase, bool, Told | None]]) -> None:
        self.asked = run.emissions
        super()._keep(run, fresh, changes)


class DryStore:
    """A store whose numbers are made up and whose transactions are only read from."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next = UNREAL

    def batch(self) -> AbstractAsyncContextManager[Batch]:
        """See `Store.batch`."""
        return self._store.batch()

    async def reserve_dossiers(self, count: int) -> int:
        """See `Store.reserve_dossiers`; no sequence moves."""
        return self._reserve(count)

    async def reserve_deliveries(self, count: int) -> int:
        """See `Store.reserve_deliveries`; no sequence moves."""
        return self._reserve(count)

    def _reserve(self, count: int) -> int:
        first = self._next
        self._next += count
        return first


class LeftAway:
    """The archive of a dry run (app.archive.recall.Recall): nothing is moved, not even back to where it came from."""

    async def bring_back(self, dossiers: Sequence[int]) -> None:
        """See `Recall.bring_back`."""
        raise Rejected(
            "it is in the archive, and a dry run brings nothing back: do so with crossdock archive restore, then make "
            "another plan"
        )


def replaying(parts: Parts, *, dry: bool) -> Parts:
    """The parts of the use case for a repair: today's project, nothing remembered, and nothing written if `dry`."""
    parts = replace(parts, session_type=Replaying, memory=Memory())
    return replace(parts, store=DryStore(parts.store), archive=LeftAway()) if dry else parts


async def work_out(parts: Parts, transaction: Batch, unit: Unit, now: datetime) -> Worked:
    """Fold a unit again inside a transaction; the caller writes the rows, or does not.

    Raises:
        Rejected: it cannot be folded, or its order lane is blocked by a fact in quarantine.
    """
    run = BatchRun(parts, transaction, now)
    items = [_marker(unit, parts)] if unit.dossier else []
    items += [_item(statement, unit, parts) for statement in unit.statements]
    await run.work(items)
    session = run.sessions.get(unit.dossier)
    if unit.dossier and (session is None or EVENT_TYPES[REPLAYED].lane.value in session.state.blocked):
        raise Rejected(f"{unit.ident} has a fact in quarantine that stops it: fix, skip or detach that first")
    await _ring(run, parts, unit.as_of)
    rows = await write_set(run)
    rows.messages.extend(unit.readings)
    sessions = tuple(one for _, one in sorted(run.sessions.items()) if one.touched and isinstance(one, Replaying))
    return Worked(unit, sessions, rows)


async def _ring(run: BatchRun, parts: Parts, as_of: datetime) -> None:
    """Let elapse what the new fold started and would have rung by then; timers that ran before are the alarm's."""
    told: dict[int, set[Timer]] = {}
    for _ in range(RINGS_MAX):
        items: list[Item] = []
        ringing: dict[int, list[Timer]] = {}
        for session in run.sessions.values():
            ringing[session.id] = [timer for timer in _started(session) if timer.due_us <= micros(as_of)]
            items += [_elapsed(session, timer, parts, as_of) for timer in ringing[session.id]]
        if not items:
            return
        await run.work(items)
        for dossier, timers in ringing.items():
            told.setdefault(dossier, set()).update(timers)
            run.sessions[dossier].forget_elapsed(told[dossier])
    raise Bug(f"timers start each other more than {RINGS_MAX} times")


def _started(session: Session) -> list[Timer]:
    if not isinstance(session, Replaying) or not session.replayed:
        return []
    before = set(unpack(session.was.state).timers)
    return sorted((timer for timer in session.state.timers if timer not in before), key=lambda timer: timer.due_us)


def _elapsed(session: Session, timer: Timer, parts: Parts, as_of: datetime) -> Item:
    body, fact = elapsed_timer(session.ident, timer, parts.ourselves, as_of)
    return Item(fact, body, parts.ourselves, (), as_of, dossier=session.id, trusted=True)


def _marker(unit: Unit, parts: Parts) -> Item:
    """The fact that says why everything was folded again."""
    kind, _, number = unit.ident.split("|", 2)
    body = make_envelope(
        REPLAYED,
        Subject(kind, number),
        Source(Role.SYNC, parts.ourselves.id, event_id=unit.plan),
        Occurrence(unit.as_of),
        EventReplayed(target=unit.ident, reason=f"repair {unit.plan}: {unit.reason}"),
    )
    fact = decode_fact(body, unit.as_of)
    return Item(fact, body, parts.ourselves, (), unit.as_of, dossier=unit.dossier, trusted=True)


def _item(statement: Statement, unit: Unit, parts: Parts) -> Item:
    """A fact of a second reading on its way into the batch, naming the row that names the message."""
    partner = parts.directory.partner(statement.partner)
    if partner is None:
        raise Rejected(f"partner {statement.partner} is no longer connected: what it said is not read again")
    fact = decode_fact(statement.body, statement.received)
    names = {row.original: row.id for row in unit.readings}
    own = bool(statement.dossier)
    return Item(
        fact,
        statement.body,
        partner,
        () if own else identifiers(fact),
        statement.received,
        message=names[statement.message],
        dossier=statement.dossier,
        trusted=own,
    )


def states_before(session: Replaying) -> Mapping[str, msgspec.Struct]:
    """The states of process managers as they were stored."""
    return _states(session, unpack(session.was.state).machines)


def states_after(session: Replaying) -> Mapping[str, msgspec.Struct]:
    """The states of process managers as they are to be stored."""
    return _states(session, session.state.machines)


def _states(session: Replaying, machines: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Struct]:
    registry = session.registry
    return {
        name: registry.unpack(registry.machine(name.partition(":")[0]), packed) for name, packed in machines.items()
    }
