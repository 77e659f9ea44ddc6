"""Bytes to facts and back: the one way in for canonical envelopes, on the hot path, and the one way to make them.

Decoding a fact is one pass over the envelope, one over its payload, and one canonical encoding of what it says, which
gives the digest: two messages that say the same give the same digest whatever their whitespace and order of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.declarations import EventType, Payload
from crossdock.canonical.envelope import Envelope, Fact, Reference, Source, Subject
from crossdock.canonical.keys import KeyMaker, compile_key
from crossdock.canonical.vocabulary import FactClass, Flag
from crossdock.kernel.codec import check_decimals, decode_json, decode_part, encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import Occurrence, TimeQuality

# Outside these years a clock is broken, and arithmetic with offsets may leave the calendar.
YEAR_MIN, YEAR_MAX = 1970, 2199
REVISION_MAX = 2_147_483_647
SEQ_MAX = 2**63 - 1
NAME_SHOWN_MAX = 60
# The widest offsets in use are +14:00 and -12:00; ISO 8601 allows for a little more.
OFFSET_MAX_MIN = 18 * 60


class Codec(msgspec.Struct, frozen=True):
    """What decoding one event type needs, built once."""

    kind: EventType
    decoder: msgspec.json.Decoder[Payload]
    key: KeyMaker


def _codec(kind: EventType) -> Codec:
    return Codec(kind, msgspec.json.Decoder(kind.payload), compile_key(kind))


# A plain dict: it is read for every fact, and a proxy takes twice as long.
_CODECS = {name: _codec(kind) for name, kind in EVENT_TYPES.items()}
_COMMAND_DECODERS: Mapping[str, msgspec.json.Decoder[Payload]] = MappingProxyType(
    {name: msgspec.json.Decoder(kind.payload) for name, kind in COMMAND_TYPES.items()}
)
_envelopes = msgspec.json.Decoder(Envelope)
_significant = msgspec.json.Encoder(order="deterministic")


def decode_fact(body: bytes, received_at: datetime, event_id: str = "") -> Fact:
    """A canonical envelope in JSON as a fact.

    Args:
        received_at: when it reached our edge, UTC.
        event_id: `dossier.seq` of a stored fact, empty for a new one.

    Raises:
        Rejected: not JSON, not the contract, an unknown type or version, an unusable amount or instant; `where` is the
            JSON path. The sender must change the message.
    """
    envelope = decode_json(body, _envelopes)
    codec = _CODECS.get(envelope.type)
    if codec is None:
        raise Rejected(
            f"{envelope.type[:NAME_SHOWN_MAX]!r} is no event type: see the catalogue of events", where="$.type"
        )
    kind = codec.kind
    _refuse_unusable(envelope, kind)
    at = envelope.occurred.instant
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    payload = decode_part(envelope.payload, codec.decoder, at="$.payload")
    # A time we put ourselves, because the sender gave none, is no part of what was said: a repetition is a repetition.
    stated = None if envelope.occurred.quality is TimeQuality.ASSUMED else at
    canonical = _significant.encode((kind.name, envelope.cls, stated, envelope.revision, payload))
    check_decimals(payload, canonical, at="$.payload")
    key = codec.key(envelope, payload, at)
    if envelope.corrects and envelope.corrects == key:
        # What a message says when it is read again: which reading it is makes it another statement.
        canonical += f"|{key}|{envelope.causation_id}".encode()
    return Fact(
        kind.name,
        envelope.subject,
        envelope.source,
        envelope.occurred,
        payload,
        envelope.cls,
        key,
        fingerprint(canonical),
        at,
        kind.rank,
        received_at,
        envelope.refs,
        envelope.revision,
        envelope.corrects,
        envelope.retracts,
        envelope.causation_id,
        envelope.flags,
        event_id,
    )


def _refuse_unusable(envelope: Envelope, kind: EventType) -> None:
    if envelope.version != kind.version:
        raise Rejected(
            f"version {envelope.version} of {kind.name} is not known: send version {kind.version}", where="$.version"
        )
    if kind.subjects and envelope.subject.type not in kind.subjects:
        wanted, given = " or a ".join(sorted(kind.subjects)), envelope.subject.type[:NAME_SHOWN_MAX]
        raise Rejected(f"{kind.name} is about a {wanted}, not about a {given!r}", where="$.subject.type")
    if not envelope.subject.id:
        raise Rejected("the subject has no id: name what the fact is about", where="$.subject.id")
    if not YEAR_MIN < envelope.occurred.instant.year < YEAR_MAX:
        shown = envelope.occurred.instant.isoformat()
        raise Rejected(f"{shown} is not usable: correct the clock or the date", where="$.occurred.instant")
    if envelope.source.seq is not None and not 0 <= envelope.source.seq <= SEQ_MAX:
        raise Rejected(f"a sequence counts from 0 to {SEQ_MAX}", where="$.source.seq")
    if not -OFFSET_MAX_MIN <= envelope.occurred.offset_min <= OFFSET_MAX_MIN:
        raise Rejected("an offset is at most 18 hours, in minutes", where="$.occurred.offset_min")
    if envelope.revision is not None and not 0 <= envelope.revision <= REVISION_MAX:
        raise Rejected(f"a revision counts from 0 to {REVISION_MAX}", where="$.revision")


class _Outgoing(msgspec.Struct, frozen=True, omit_defaults=True, rename={"cls": "class"}):
    """An `Envelope` on its way out, field by field the same: the payload is encoded with it, not before it."""

    type: str
    subject: Subject
    source: Source
    occurred: Occurrence
    payload: msgspec.Struct
    version: int = 1
    cls: FactClass = FactClass.ACT
    slot_key: str = ""
    revision: int | None = None
    corrects: str = ""
    retracts: str = ""
    causation_id: str = ""
    refs: tuple[Reference, ...] = ()
    flags: tuple[Flag, ...] = ()


def make_envelope(  # noqa: PLR0913  (the fields of an envelope, all named but the first five)
    name: str,
    subject: Subject,
    source: Source,
    occurred: Occurrence,
    payload: Payload | msgspec.Struct,
    *,
    refs: tuple[Reference, ...] = (),
    cls: FactClass = FactClass.ACT,
    slot_key: str = "",
    revision: int | None = None,
    corrects: str = "",
    retracts: str = "",
    causation_id: str = "",
    flags: tuple[Flag, ...] = (),
) -> bytes:
    """The canonical JSON of a fact made in code.

    Raises:
        Rejected: no such event type, or the payload is another type's.
    """
    kind = EVENT_TYPES.get(name)
    if kind is None or not isinstance(payload, kind.payload):
        raise Rejected(f"{type(payload).__name__} is not the payload of {name!r}", where="$.payload")
    return encode_json(
        _Outgoing(
            name,
            subject,
            source,
            occurred,
            payload,
            kind.version,
            cls,
            slot_key,
            revision,
            corrects,
            retracts,
            causation_id,
            refs,
            flags,
        )
    )


def decode_command(name: str, payload: bytes) -> Payload:
    """The payload of a command, for connectors that turn it into a call.

    Raises:
        Rejected: no such command, or not its contract.
    """
    decoder = _COMMAND_DECODERS.get(name)
    if decoder is None:
        raise Rejected(f"{name!r} is no command: see the catalogue of commands", where="$.type")
    return decode_json(payload, decoder)
