"""Given, when, then for one process manager: facts made by hand, decisions looked at one by one.

Facts get the keys and ranks of the catalogue, so what holds here holds in the fold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from crossdock.canonical.catalogue import COMMAND_OF_PAYLOAD, EVENT_OF_PAYLOAD, EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Envelope, Fact, Reference, Source, Subject
from crossdock.canonical.events.platform import TimerElapsed
from crossdock.canonical.keys import compile_key
from crossdock.canonical.vocabulary import Disposition, FactClass, Role
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import Occurrence
from crossdock.process.effects import Derive, Effect, OpenCase, Send, StartTimer
from crossdock.process.machine import Decision, Machine
from crossdock.process.policy import Policy

S = TypeVar("S", bound=msgspec.Struct)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
INSTANCES: Mapping[Role, str] = {
    Role.ERP: "erp1", Role.WMS: "wms-nl1", Role.TMS: "tms1", Role.CAR: "nvtr", Role.LMD: "lmd1", Role.OPS: "ops",
    Role.SYNC: "crossdock",
}  # fmt: skip


def after(minutes: float = 0, *, hours: float = 0) -> datetime:
    """An instant counted from noon of the first day."""
    return NOON + timedelta(minutes=minutes, hours=hours)


def fact(
    payload: Payload,
    subject: Subject,
    *,
    at: datetime = NOON,
    by: Role | None = None,
    instance: str = "",
    name: str = "",
    cls: FactClass = FactClass.ACT,
) -> Fact:
    """A fact with this payload, said by its owner (the TMS where it is one of several), received a minute later."""
    kind = EVENT_TYPES[name] if name else EVENT_OF_PAYLOAD[type(payload)]
    role = by or (Role.TMS if Role.TMS in kind.owners else min(kind.owners, key=str))
    source = Source(role, instance or INSTANCES.get(role, str(role).lower()))
    occurred = Occurrence(at)
    envelope = Envelope(
        type=kind.name, subject=subject, source=source, occurred=occurred, payload=msgspec.Raw(b"{}"), cls=cls
    )
    key = compile_key(kind)(envelope, payload, at)
    digest = fingerprint(msgspec.json.encode((kind.name, at, payload), order="deterministic"))
    return Fact(
        type=kind.name, subject=subject, source=source, occurred=occurred, payload=payload, cls=cls, key=key,
        digest=digest,
        at=at, rank=kind.rank, received_at=at + timedelta(minutes=1),
    )  # fmt: skip


def command(payload: Payload, subject: Subject, *, at: datetime = NOON) -> Fact:
    """A command of ours as the machines of its own dossier see it."""
    kind = COMMAND_OF_PAYLOAD[type(payload)]
    key = f"cmd:{kind.name}|{'|'.join(str(getattr(payload, field)) for field in kind.key)}"
    return Fact(
        type=f"cmd:{kind.name}", subject=subject, source=Source(Role.SYNC, "crossdock"), occurred=Occurrence(at),
        payload=payload, cls=FactClass.REQ, key=key, digest=0, at=at, rank=0, received_at=at,
    )  # fmt: skip


def elapsed(name: str, scope: str, *, about: str = "", at: datetime = NOON) -> Fact:
    """A timer that has run out."""
    return fact(TimerElapsed(name=name, due=at, about=about), Subject("timer", scope), at=at, by=Role.SYNC)


def trigger_of(told: Fact) -> str:
    """What a machine is offered this fact under."""
    return f"timer:{told.payload.name}" if isinstance(told.payload, TimerElapsed) else told.type


class Given(Generic[S]):
    """One instance of one machine, and what it has been told so far."""

    def __init__(self, machine: Machine[S], key: str, *, policy: Policy | None = None, state: S | None = None) -> None:
        self.machine = machine
        self.key = key
        self.policy = policy or Policy()
        self.state = state

    def given(self, *facts: Fact) -> Given[S]:
        """Tell facts whose outcome is not looked at; each must be taken or recorded."""
        for told in facts:
            decision = self.when(told)
            assert decision.disposition in (Disposition.APPLY, Disposition.RECORD), f"{told.type}: {decision}"
        return self

    def when(self, told: Fact) -> Decision[S]:
        """Tell one fact and keep what it makes of the state."""
        decision = self.machine.decide(self.state, self.key, trigger_of(told), told, self.policy)
        if decision.state is not None:
            self.state = decision.state
        return decision

    def now(self) -> S:
        """The state; there must be one."""
        assert self.state is not None
        return self.state


def sends(effects: tuple[Effect, ...]) -> list[str]:
    """Names of the commands asked for."""
    return [effect.type for effect in effects if isinstance(effect, Send)]


def derives(effects: tuple[Effect, ...]) -> list[str]:
    """Types of the facts concluded here, for this dossier."""
    return [effect.type for effect in effects if isinstance(effect, Derive) and not effect.to]


def tells(effects: tuple[Effect, ...]) -> list[tuple[str, Reference]]:
    """Types of the facts concluded for other dossiers, and whose."""
    return [(effect.type, to) for effect in effects if isinstance(effect, Derive) for to in effect.to]


def cases(effects: tuple[Effect, ...]) -> list[str]:
    """Codes of the cases opened."""
    return [effect.code for effect in effects if isinstance(effect, OpenCase)]


def timers(effects: tuple[Effect, ...]) -> dict[str, datetime]:
    """Timers started, by name."""
    return {effect.name: effect.due for effect in effects if isinstance(effect, StartTimer)}
