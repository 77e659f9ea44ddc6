"""Business keys of facts and idempotency keys of commands (domain.md §2).

The idem column of the specification is compiled once per type. Its grammar, a word a part:

    name        text of the payload field; for `rev` the envelope's revision where the payload has no such field
    name[]      keys of a list, sorted, so that the order of a set does not matter
    name#       fingerprint of the field's canonical JSON
    t60, hour   `occurred` floored to the UTC minute, to the UTC hour
    causation   the event that caused this one
    =word       the word itself
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from operator import attrgetter
from typing import cast

import msgspec

from crossdock.canonical.declarations import CommandType, EventType, Payload
from crossdock.canonical.envelope import Envelope
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.kernel.ids import fingerprint

# What a key part is computed from: the envelope, its payload, and `occurred` in UTC.
KeyPart = Callable[[Envelope, Payload, datetime], str]
KeyMaker = Callable[[Envelope, Payload, datetime], str]

_canonical = msgspec.json.Encoder(order="deterministic")
_MADE_UP = {FactClass.EST, FactClass.PLN, FactClass.REQ}


def minute(at: datetime) -> str:
    """`t60` of the specification, of an instant in UTC: `2026-06-02T14:05Z`."""
    return _iso(at)[:16] + "Z"


def _iso(at: datetime) -> str:
    # msgspec writes an instant five times as fast as `isoformat`, and this is done for every milestone.
    text: str = msgspec.to_builtins(at if at.tzinfo is UTC else at.astimezone(UTC))
    return text


def compile_key(kind: EventType) -> KeyMaker:
    """The function that makes this type's business keys: `type|subject type:subject id|part,part`."""
    if kind.payload is TrackingMilestone:
        return _milestone_key
    head = f"{kind.name}|"
    parts = [_part(word, kind) for word in kind.idem]

    def key(envelope: Envelope, payload: Payload, at: datetime) -> str:
        subject = envelope.subject
        return f"{head}{subject.type}:{subject.id}|{','.join([part(envelope, payload, at) for part in parts])}"

    return key


def _milestone_key(envelope: Envelope, payload: Payload, at: datetime) -> str:
    # The key of domain.md §10.1, R37. An estimate gets its class added: it may name the minute the real thing happens.
    seen = cast("TrackingMilestone", payload)
    stop = f"stop{seen.stop_seq}" if seen.stop_seq is not None else seen.location.key if seen.location else ""
    parts = ["tracking.milestone", envelope.subject.id, seen.milestone, stop, f"c{seen.attempt_no or 1}", minute(at)]
    parts.append(envelope.source.system)
    if envelope.cls is not FactClass.ACT and envelope.cls in _MADE_UP:
        parts.append(envelope.cls)
    # Joined, not formatted: an enum formats itself in Python code, but joins as the text it is.
    return "|".join(parts)


def _part(word: str, kind: EventType) -> KeyPart:
    if word == "t60":
        return lambda envelope, payload, at: minute(at)
    if word == "hour":
        return lambda envelope, payload, at: minute(at)[:13]
    if word == "causation":
        return lambda envelope, payload, at: envelope.causation_id
    if word.startswith("="):
        return lambda envelope, payload, at: word[1:]
    if word == "rev" and "rev" not in kind.payload.__struct_fields__:
        return lambda envelope, payload, at: str(envelope.revision or 0)
    read: Callable[[Payload], object] = attrgetter(word.rstrip("[]#"))
    if word.endswith("[]"):
        return lambda envelope, payload, at: "+".join(sorted(map(_key_of, cast("Iterable[object]", read(payload)))))
    if word.endswith("#"):
        return lambda envelope, payload, at: _print(read(payload))
    return lambda envelope, payload, at: _text(read(payload))


def _key_of(item: object) -> str:
    return item if isinstance(item, str) else str(attrgetter("key")(item))


def _text(value: object) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _iso(value)
    return _print(value) if isinstance(value, msgspec.Struct) else str(value)


def _print(value: object) -> str:
    return f"{fingerprint(_canonical.encode(value)) & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def idempotency_key(kind: CommandType, payload: Payload) -> str:
    """`create_fulfilment_order|SO-1|WH-1|1`: equal for every retry and every replay of the same intention."""
    read: list[object] = [getattr(payload, field) for field in kind.key]
    return "|".join([kind.name, *map(_text, read)])


def ordering_key(kind: CommandType, payload: Payload) -> str:
    """`order:SO-1`: commands with the same one reach a partner in the order they were decided."""
    return f"{kind.ordering}:{_text(getattr(payload, kind.ordering_field))}"
