"""Facts and commands we conclude ourselves: their envelopes, their keys, their bytes.

A conclusion is keyed by the business key of what caused it, never by an event id: an event id depends on the order of
arrival, and a refold must conclude the same things under the same keys.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.app.fold.dossier import Timer
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Envelope, Fact, Source, Subject
from crossdock.canonical.events.platform import TimerElapsed
from crossdock.canonical.events.tracking import RetractReason, TrackingRetracted
from crossdock.canonical.keys import compile_key
from crossdock.canonical.vocabulary import FactClass, Flag, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.codec import encode_json
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import Occurrence, TimeQuality, from_micros
from crossdock.ports.directory import Partner
from crossdock.process.effects import Derive, Send

OURSELVES = Source(Role.SYNC, "crossdock")
INFERRED = (Flag.INFERRED,)
# What may be passed on as it was said; a correction or a retraction is about the statement it names.
PLAIN = (FactClass.ACT, FactClass.EST, FactClass.PLN)
NO_PAYLOAD = msgspec.Raw(b"{}")

_KEYS = {name: compile_key(kind) for name, kind in EVENT_TYPES.items()}
# Only these have the cause in their business key; for the others its print need not be made.
_NAMED_BY_CAUSE = frozenset(name for name, kind in EVENT_TYPES.items() if "causation" in kind.idem)


def derived_fact(derive: Derive, cause: Fact) -> Fact:
    """The fact a machine concluded: it happened when its cause did, and reached us with it."""
    kind = EVENT_TYPES[derive.type]
    occurred = cause.occurred
    if derive.inferred:
        occurred = msgspec.structs.replace(occurred, quality=TimeQuality.INFERRED)
    source, cls, revision = OURSELVES, FactClass.ACT, None
    if derive.copied:
        source, revision = cause.source, cause.revision
        cls = cause.cls if cause.cls in PLAIN else FactClass.ACT
    envelope = Envelope(
        type=derive.type,
        subject=derive.subject,
        source=source,
        occurred=occurred,
        payload=NO_PAYLOAD,
        cls=cls,
        revision=revision,
        causation_id=f"{fingerprint(cause.key) & 0xFFFF_FFFF_FFFF_FFFF:x}" if derive.type in _NAMED_BY_CAUSE else "",
    )
    return Fact(
        type=derive.type,
        subject=derive.subject,
        source=source,
        occurred=occurred,
        payload=derive.payload,
        cls=cls,
        key=_KEYS[derive.type](envelope, derive.payload, cause.at),
        digest=0,
        at=cause.at,
        rank=kind.rank,
        received_at=cause.received_at,
        refs=derive.to,
        revision=revision,
        retracts=derive.payload.target if isinstance(derive.payload, TrackingRetracted) else "",
        flags=INFERRED if derive.inferred else (),
    )


def is_concluded(fact: Fact, cause: str, dossier: int) -> bool:
    """Whether a fact in the log of this dossier was concluded by its own fold, which concludes it again.

    Others name an event of the dossier as their cause, too: the deliverer tells how a command ended, a partner answers.
    Those are news, and bear an event id or a source of their own.
    """
    return cause.startswith(f"{dossier}.") and fact.source.system is Role.SYNC and not fact.source.event_id


def taken_back(derive: Derive, key: str, changes: int) -> Derive:
    """What another dossier is told when the standing of a fact changes for the `changes`th time after it was told.

    The first time the fact is retracted, the second time that retraction, and so on: each has a key of its own, and
    whatever order they arrive in, the last one decides.
    """
    to = derive.to[0]
    for _ in range(changes - 1):
        key = f"tracking.retracted|{to.scheme}:{to.id}|{key}"
    payload = TrackingRetracted(target=key, reason=RetractReason.DID_NOT_OCCUR)
    return Derive("tracking.retracted", Subject(to.scheme, to.id), payload, derive.to)


def command_fact(send: Send, cause: Fact) -> Fact:
    """A command as the machines of its own dossier see it: an instance begins with the command that creates it."""
    return Fact(
        type=f"cmd:{send.type}",
        subject=cause.subject,
        source=OURSELVES,
        occurred=cause.occurred,
        payload=send.payload,
        cls=FactClass.REQ,
        key=f"cmd:{send.type}|{send.key}",
        digest=0,
        at=cause.at,
        rank=cause.rank,
        received_at=cause.received_at,
        refs=cause.refs,
    )


def told_fact(trigger: str, about: Subject, payload: Payload, cause: Fact) -> Fact:
    """What one machine tells the others of its dossier, or a case that opened or closed: offered, never stored."""
    return Fact(
        type=trigger,
        subject=about,
        source=OURSELVES,
        occurred=cause.occurred,
        payload=payload,
        cls=FactClass.ACT,
        key=f"{trigger}|{about.id}",
        digest=0,
        at=cause.at,
        rank=cause.rank,
        received_at=cause.received_at,
    )


def fact_body(fact: Fact, cause: str) -> bytes:
    """The canonical envelope of a derived fact, for the log, the relay and other dossiers."""
    return make_envelope(
        fact.type,
        fact.subject,
        fact.source,
        fact.occurred,
        fact.payload,
        cls=fact.cls,
        revision=fact.revision,
        refs=fact.refs,
        retracts=fact.retracts,
        causation_id=cause,
        flags=fact.flags,
    )


def command_body(send: Send) -> bytes:
    """The canonical JSON of a command's payload."""
    return encode_json(send.payload)


def elapsed_timer(ident: str, timer: Timer, ourselves: Partner, now: datetime) -> tuple[bytes, Fact]:
    """What time decided, as a fact: its place in canonical order is the instant it was due."""
    due = from_micros(timer.due_us)
    body = make_envelope(
        "timer.elapsed",
        Subject("timer", timer.scope),
        Source(Role.SYNC, ourselves.id),
        Occurrence(due),
        TimerElapsed(name=timer.name, due=due, about=timer.about),
        causation_id=ident,
    )
    return body, decode_fact(body, now)
