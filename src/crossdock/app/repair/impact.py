"""What another project would make of the same history: each difference with its class, for a gate.

Both projects read the kept messages of a dossier and fold its log; what they make of it is compared, not what is
stored. So a refactored map that says the same reports nothing, and what differs is due to the change alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.app.fold.conclude import command_body, is_concluded
from crossdock.app.fold.dossier import place, unpack
from crossdock.app.fold.emit import SNAPSHOTS
from crossdock.app.fold.passes import fold_all
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run, Told
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.repair.reading import Reader, content, facts_in
from crossdock.app.states import named
from crossdock.app.why import leaves
from crossdock.canonical.envelope import Fact
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.instant import from_micros
from crossdock.kernel.money import Money
from crossdock.ports.audit import StoredDossier
from crossdock.ports.directory import Directory
from crossdock.ports.repair import Origin
from crossdock.process.effects import Send
from crossdock.process.policy import Policy

_V = TypeVar("_V")

EXAMPLES_MAX = 20
# Numbers of facts only one of the projects reads; above any of a log.
ADDED = 1 << 30

_MONEY = re.compile(r"amount|total|price|paid|accrued|estimate|booked|credit|invoiced|currency")
_WORDS = re.compile(r"(^|[.])(reason|detail|note|text|name|words)$")
_TIMES = re.compile(r"(_us|_at|_by|due|eta|promised|window)([.]|$)")


class Class(StrEnum):
    """How grave a difference is; each is graver than those before it."""

    NONE = "none"
    WORDING = "wording"
    TIMING = "timing"
    STATE = "state"
    COMMANDS = "commands"
    MONEY = "money"

    @property
    def weight(self) -> int:
        """0 for none, higher for graver."""
        return tuple(Class).index(self)


class Difference(msgspec.Struct, frozen=True):
    """One difference of one dossier."""

    ident: str
    cls: Class
    what: str
    before: str
    after: str


class Impact(msgspec.Struct):
    """A comparison over history. `dossiers` counts, by class, those whose gravest difference it is; `counts` all
    differences. `examples` are at most 20 of each class."""

    looked: int = 0
    dossiers: dict[str, int] = {}
    counts: dict[str, int] = {}
    examples: list[Difference] = []

    def add(self, found: Sequence[Difference]) -> None:
        """One more dossier."""
        self.looked += 1
        for one in found:
            self.counts[one.cls.value] = self.counts.get(one.cls.value, 0) + 1
            if self.counts[one.cls.value] <= EXAMPLES_MAX:
                self.examples.append(one)
        gravest = max((one.cls for one in found), key=lambda cls: cls.weight, default=Class.NONE)
        self.dossiers[gravest.value] = self.dossiers.get(gravest.value, 0) + 1

    def reaches(self, cls: Class) -> bool:
        """Whether there is a difference of this class, or a graver one."""
        return any(Class(name).weight >= max(cls.weight, 1) for name in self.counts)


@dataclass(frozen=True, slots=True)
class Side:
    """A project as far as it makes something of history."""

    policy: Policy
    reader: Reader
    directory: Directory


class _Made(NamedTuple):
    """What a project makes of a dossier; `broken` says why it cannot be folded."""

    run: Run
    told: list[Told]
    unread: tuple[str, ...]
    broken: str


def differences(
    stored: StoredDossier, origins: Sequence[Origin], registry: Registry, before: Side, after: Side
) -> list[Difference]:
    """All differences of one dossier between two projects, each once."""
    one, other = (_made(stored, origins, registry, side) for side in (before, after))
    return list(_compared(stored.row.ident, one, other))


def _made(stored: StoredDossier, origins: Sequence[Origin], registry: Registry, side: Side) -> _Made:
    facts, unread = _facts(stored, origins, side)
    told = sorted((Told(fact, place(fact), seq) for seq, fact in facts.items()), key=lambda one: one.where)
    run = Run(stored.row.ident, registry, side.policy)
    broken = fold_all(run, told)
    return _Made(run, told, unread, f"{broken.told.fact.type}: {broken.error}" if broken is not None else "")


def _facts(stored: StoredDossier, origins: Sequence[Origin], side: Side) -> tuple[dict[int, Fact], tuple[str, ...]]:
    """The facts of a log as this project reads them, by their numbers; and the messages it cannot read."""
    own, behind = stored.row.id, set(unpack(stored.row.state).behind)
    facts = {
        kept.seq: fact
        for kept in stored.log
        if kept.folded and kept.seq not in behind
        for fact in [decode_fact(kept.body, kept.received, f"{own}.{kept.seq}")]
        if not is_concluded(fact, kept.cause, own)
    }
    unread: list[str] = []
    for origin in origins:
        said = _said(origin, side)
        if said is None:
            unread.append(origin.kept.id)
        else:
            _substitute(facts, stored, origin, said)
    return facts, tuple(unread)


def _said(origin: Origin, side: Side) -> Mapping[str, tuple[bytes, Fact]] | None:
    partner = side.directory.partner(origin.kept.partner)
    decoded = side.reader.decoded(origin.kept, partner) if partner is not None else ""
    if partner is None or isinstance(decoded, str):
        return None
    if any(finding.severity == "error" for finding in decoded.findings):
        return None
    return facts_in(decoded, partner, origin.kept)


def _substitute(
    facts: dict[int, Fact], stored: StoredDossier, origin: Origin, said: Mapping[str, tuple[bytes, Fact]]
) -> None:
    """What the message says now in the place of what it said."""
    known = {decode_fact(one.body, one.received).key for one in origin.recorded}
    for one in origin.recorded:
        fact = facts.get(one.seq) if one.dossier == stored.row.id else None
        if fact is None:
            continue
        now = said.get(fact.key)
        if now is None:
            del facts[one.seq]
        elif content(now[1]) != content(fact):
            facts[one.seq] = now[1]
    for key, (_, fact) in sorted(said.items()):
        if key not in known and not stored.idents.isdisjoint(identifiers(fact)):
            facts[ADDED + len(facts)] = fact


def _compared(ident: str, one: _Made, other: _Made) -> Iterator[Difference]:
    def told(cls: Class, what: str, before: object, after: object) -> Difference:
        return Difference(ident, cls, what, f"{before!s:.200}", f"{after!s:.200}")

    for message in sorted(set(one.unread) ^ set(other.unread)):
        words = [("cannot be read" if message in side.unread else "is read") for side in (one, other)]
        yield told(Class.STATE, f"message {message}", *words)
    if one.broken != other.broken:
        yield told(Class.STATE, "the fold", one.broken or "ends well", other.broken or "ends well")
    for path, before, after in _states(one.run, other.run):
        yield told(_class_of(path), path, before, after)
    for what, before, after in _pairs(_timers(one.run), _timers(other.run)):
        yield told(Class.TIMING, what, before or "does not run", after or "does not run")
    for what, before, after in _pairs(_cases(one.run), _cases(other.run)):
        yield told(Class.WORDING if before and after else Class.STATE, what, before or "not open", after or "not open")
    for what, before, after in _pairs(_commands(one.run), _commands(other.run)):
        money = (before or after or ("", ""))[1] != "" and (before or ("", ""))[1] != (after or ("", ""))[1]
        yield told(Class.MONEY if money else Class.COMMANDS, what, *(_sent(side) for side in (before, after)))
    for what, before, after in _pairs(_called(one.told), _called(other.told)):
        yield told(Class.STATE, what, before or "is not there", after or "is not there")


def _sent(side: tuple[str, str] | None) -> str:
    if side is None:
        return "is not sent"
    return f"is sent {side[1]}".strip() + f" ({side[0][:12]})"


def _pairs(one: Mapping[str, _V], other: Mapping[str, _V]) -> Iterator[tuple[str, _V | None, _V | None]]:
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            yield key, one.get(key), other.get(key)


def _states(one: Run, other: Run) -> Iterable[tuple[str, object, object]]:
    before = {path: leaf for name, state in one.states.items() for path, leaf in leaves(named(state), name).items()}
    after = {path: leaf for name, state in other.states.items() for path, leaf in leaves(named(state), name).items()}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield path, before.get(path), after.get(path)


def _class_of(path: str) -> Class:
    if _MONEY.search(path):
        return Class.MONEY
    if _WORDS.search(path):
        return Class.WORDING
    return Class.TIMING if _TIMES.search(path) else Class.STATE


def _timers(run: Run) -> dict[str, str]:
    return {
        f"timer {timer.name} of {timer.scope} {timer.about}".strip(): from_micros(timer.due_us).isoformat()
        for timer in run.timers.values()
    }


def _cases(run: Run) -> dict[str, str]:
    return {f"case {' '.join(key)}".strip(): case.detail or "open" for key, case in run.cases.items()}


def _commands(run: Run) -> dict[str, tuple[str, str]]:
    """Digest of the payload and the money it moves, by idempotency key; of those that show a state, the last one."""
    sends: dict[str, tuple[str, str]] = {}
    for emission in run.emissions:
        send = emission.effect
        if isinstance(send, Send):
            amount = getattr(send.payload, "amount", None)
            money = f"{amount.amount} {amount.currency}" if isinstance(amount, Money) else ""
            key = f"{send.type}:{send.ordering}" if send.type in SNAPSHOTS else f"{send.type}:{send.key}"
            sends[f"command {key}"] = hashlib.sha256(command_body(send)).hexdigest(), money
    return sends


def _called(told: Sequence[Told]) -> dict[str, str]:
    return {f"fact {one.fact.key}": one.disposition.value for one in told}
