"""What a repair of one dossier comes to, told for people and digested for the check at apply."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.app.fold.conclude import command_body
from crossdock.app.fold.dossier import Timer, unpack
from crossdock.app.fold.emit import SNAPSHOTS
from crossdock.app.repair.folding import Replaying, Worked, states_after, states_before
from crossdock.app.states import named
from crossdock.app.why import leaves
from crossdock.canonical.wire import decode_command
from crossdock.kernel.codec import encode_json
from crossdock.kernel.instant import from_micros
from crossdock.kernel.money import Money
from crossdock.ports.repair import TOLD_MAX, CaseMove, Change, Command, Outcome, TimerMove, Touched
from crossdock.ports.store import DeliveryRow
from crossdock.process.effects import Send

T = TypeVar("T")

# Idempotency key to type, partner and digest of what went out.
Sent = Mapping[str, tuple[str, str, str]]

VALUE_CHARS_MAX = 2_000


def outcome_of(worked: Worked, sent: Sent) -> Outcome:
    """All of it; at most 200 lines of each kind are told."""
    rows, sessions = worked.rows, worked.sessions
    changes = [change for session in sessions for change in changes_of(session)]
    out = [command_of(row) for row in rows.deliveries]
    suppressed, repeated = _suppressed(sessions, sent)
    timers = [move for session in sessions for move in _timers(session)]
    cases = [CaseMove(row.code, row.subject, row.slot, row.detail, row.open) for row in rows.cases]
    unasked = _unasked(sessions, sent)
    names = {session.id: session.ident for session in sessions}
    # A log is read in no particular order.
    redisposed_rows = sorted(rows.redisposed, key=lambda row: (row.dossier, row.seq))
    redisposed = [f"{row.dossier}.{row.seq} {row.disposition} {row.transitions}".strip() for row in redisposed_rows]
    told = (changes, out, suppressed, unasked, timers, cases, redisposed)
    return Outcome(
        touched=tuple(Touched(one.ident, one.id if one.version else 0, one.version) for one in sessions),
        rest=_rest(worked, names),
        changes=_some(changes),
        out=_some(out),
        suppressed=_some(suppressed),
        unasked=_some(unasked),
        timers=_some(timers),
        cases=_some(cases),
        facts=_some([f"{one.how} {one.key}" for one in worked.unit.statements]),
        dispositions=_some(redisposed),
        money=money_of(out),
        repeated=repeated,
        omitted=sum(max(0, len(lines) - TOLD_MAX) for lines in told),
    )


def _some(lines: Sequence[T]) -> tuple[T, ...]:
    return tuple(lines[:TOLD_MAX])


def changes_of(session: Replaying) -> Iterator[Change]:
    """Fields of its process managers that are not what they were."""
    before, after = states_before(session), states_after(session)
    for name in sorted(before.keys() | after.keys()):
        was = leaves(named(before[name]), name) if name in before else {}
        now = leaves(named(after[name]), name) if name in after else {}
        for path in sorted(was.keys() | now.keys()):
            if was.get(path) != now.get(path):
                yield Change(f"{session.ident} {path}", _shown(was.get(path)), _shown(now.get(path)))


def _shown(value: object) -> object:
    """A value as it is kept: what JSON has no type for as its text, what is very long cut off."""
    text = encode_json(value)
    return (
        msgspec.json.decode(text) if len(text) <= VALUE_CHARS_MAX else text[:VALUE_CHARS_MAX].decode("utf-8", "ignore")
    )


def command_of(row: DeliveryRow) -> Command:
    """A delivery as it is told."""
    amount = getattr(decode_command(row.type, row.payload), "amount", None)
    money = amount if isinstance(amount, Money) else None
    return Command(
        row.type,
        row.idempotency_key,
        row.partner,
        hashlib.sha256(row.payload).hexdigest(),
        str(money.amount) if money is not None else "",
        money.currency if money is not None else "",
    )


def money_of(commands: Sequence[Command]) -> dict[str, str]:
    """What these commands move, whichever way, by currency."""
    sums: dict[str, Decimal] = {}
    for one in commands:
        if one.currency:
            sums[one.currency] = sums.get(one.currency, Decimal(0)) + abs(Decimal(one.amount))
    return {currency: str(amount) for currency, amount in sorted(sums.items())}


def _suppressed(sessions: Sequence[Replaying], sent: Sent) -> tuple[list[Command], int]:
    """Commands asked for again that went out before: those that would say something else, and how many in all."""
    told: dict[str, Command] = {}
    repeated = 0
    for session in sessions:
        for send in _sends(session):
            key = send.idempotency_key
            before = sent.get(key)
            if before is None or key in told:
                continue
            repeated += 1
            digest = hashlib.sha256(command_body(send)).hexdigest()
            if digest != before[2] and send.type not in SNAPSHOTS:
                told[key] = Command(send.type, key, before[1], digest, sent=before[2])
    return list(told.values()), repeated


def _unasked(sessions: Sequence[Replaying], sent: Sent) -> list[Command]:
    """Commands that went out and do not follow any more: nothing is unsent, a person must know."""
    if not any(session.replayed for session in sessions):
        return []
    asked = {send.idempotency_key for session in sessions for send in _sends(session)}
    return [
        Command(kind, key, partner, digest)
        for key, (kind, partner, digest) in sorted(sent.items())
        if kind not in SNAPSHOTS and key not in asked
    ]


def _sends(session: Replaying) -> list[Send]:
    return [one.effect for one in session.asked if isinstance(one.effect, Send)] if session.replayed else []


def _timers(session: Replaying) -> Iterator[TimerMove]:
    before, after = _by_name(unpack(session.was.state).timers), _by_name(session.state.timers)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            moments = (from_micros(due) if (due := side.get(key)) else None for side in (before, after))
            yield TimerMove(*key, *moments)


def _by_name(timers: Sequence[Timer]) -> dict[tuple[str, str, str], int]:
    return {(timer.name, timer.scope, timer.about): timer.due_us for timer in timers}


def _rest(worked: Worked, names: Mapping[int, str]) -> str:
    """The digest of everything that is written but for instants of the writing and numbers a dry run makes up."""
    rows = worked.rows
    written = (
        sorted((names[row.id], row.version, row.label, hashlib.sha256(row.state).hexdigest()) for row in rows.dossiers),
        sorted((names[row.dossier], row.seq, row.type, row.disposition, row.key, row.reason) for row in rows.events),
        sorted((row.ident, names[row.dossier]) for row in rows.links),
        sorted((row.type, row.key, row.partner, row.idents) for row in rows.waiting),
        sorted(rows.released),
        sorted((row.code, row.reason, row.partner) for row in rows.quarantine),
        [(row.type, row.idempotency_key, row.partner, row.ordering_key, _sha(row.payload)) for row in rows.deliveries],
        sorted((row.code, row.subject, row.slot, row.detail, row.open) for row in rows.cases),
        sorted((row.seq, row.disposition, row.transitions, row.reason) for row in rows.redisposed),
        sorted((names[row.dossier], row.due) for row in rows.alarms if row.due is not None),
        sorted((row.original, row.facts, row.status) for row in rows.messages),
    )
    return _sha(encode_json(written))


def _sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
