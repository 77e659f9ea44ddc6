"""A kept message read again by the maps of today: which of its facts are new, said otherwise, or not said any more.

Facts are compared by business key with what stands in the logs of the message. What differs is restated, what is no
longer said is taken back, in the name of whoever sent the message: the log keeps the first reading and every later one,
and the last one counts whenever it arrives (`app.fold.corrections.last_readings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.portions import portions
from crossdock.app.ingest.shared import parts_of
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Envelope, Fact, Subject
from crossdock.canonical.events.tracking import RetractReason, TrackingRetracted
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.codec import decode_json, encode_json
from crossdock.kernel.errors import CrossdockError
from crossdock.ports.connector import Decoded, Decoder, Finding, IntakeContext
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.messages import KeptMessage
from crossdock.ports.repair import How, Origin, Recorded, Statement

# How the readings of a message are numbered, in what causes the facts they add: their order is that of the text.
READING = "reading "
RETRACTED = "tracking.retracted"
# A retraction names what it retracts, and can name no more than this.
KEY_CHARS_MAX = 128
DIGITS = 6

_envelopes = msgspec.json.Decoder(Envelope)


class Again(NamedTuple):
    """What a message says now. `error` is why it cannot be read by today's project; then nothing of it is changed."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()
    error: str = ""


class _Known(NamedTuple):
    """A fact as the logs have it: where, its last reading, and whether it stands (it was not taken back)."""

    dossier: int
    last: Fact
    taken_back: str


class Reader:
    """Decodes kept messages; pure but for the decoders, which are."""

    def __init__(self, decoders: Mapping[str, Decoder], directory: Directory) -> None:
        self._decoders = decoders
        self._directory = directory

    def again(self, origin: Origin, edited: bytes | None = None) -> Again:
        """What a second reading adds to the logs; `edited` stands in the place of the bytes that came.

        Facts of it that wait or are in quarantine by themselves are left there.
        """
        kept = origin.kept
        partner = self._directory.partner(kept.partner)
        if partner is None:
            return Again((), error=f"partner {kept.partner} is no longer connected")
        decoded = self.decoded(kept, partner, edited)
        if isinstance(decoded, str):
            return Again((), error=decoded)
        errors = [finding for finding in decoded.findings if finding.severity == "error"]
        said, refused = _facts(decoded, partner, kept)
        findings = (*decoded.findings, *refused)
        if not said and (errors or refused):
            return Again((), findings, f"today's project cannot read it: {(errors + refused)[0].detail}")
        compared = _compared(origin, said, whole=not errors and not refused)
        return Again(tuple(compared), findings)

    def decoded(self, kept: KeptMessage, partner: Partner, edited: bytes | None = None) -> Decoded | str:
        """What the connector makes of it, or why it fell over it."""
        context = IntakeContext(partner.id, partner.role.value, kept.received, partner.tz, partner.settings)
        body = kept.body if edited is None else edited
        try:
            return self._decoders[partner.connector].decode(body, kept.content_type, context)
        except CrossdockError as error:
            return error.detail
        except Exception as error:  # noqa: BLE001  (connectors and maps may be foreign code)
            return f"connector {partner.connector} fell over it: {error!r:.500}"


def facts_in(decoded: Decoded, partner: Partner, kept: KeptMessage) -> dict[str, tuple[bytes, Fact]]:
    """The facts of a decoded message by business key, divided as they are when they arrive."""
    return _facts(decoded, partner, kept)[0]


def _facts(
    decoded: Decoded, partner: Partner, kept: KeptMessage
) -> tuple[dict[str, tuple[bytes, Fact]], list[Finding]]:
    said: dict[str, tuple[bytes, Fact]] = {}
    refused: list[Finding] = []
    for made in decoded.facts:
        try:
            whole = Arrival(partner, made.body, decode_fact(made.body, kept.received))
        except CrossdockError as error:
            refused.append(Finding("MAP-01", error.detail, made.where))
            continue
        for arrival in [*(one for portion in portions(whole) for one in portion), whole]:
            for part in parts_of(arrival):
                said.setdefault(part.fact.key, (part.body, part.fact))
    return said, refused


def _compared(origin: Origin, said: Mapping[str, tuple[bytes, Fact]], *, whole: bool) -> list[Statement]:
    """Statements in the order of keys; `whole` is false where something could not be read: then nothing is missed."""
    known, reading = _known(origin)
    apart = {decode_fact(body, origin.kept.received).key for body in origin.apart}
    statements: list[Statement] = []
    for key, (body, fact) in sorted(said.items()):
        before = known.get(key)
        if before is None:
            if key not in apart:
                statements.append(_statement(origin, How.ADDED, 0, key, body))
            continue
        if before.taken_back and len(before.taken_back) <= KEY_CHARS_MAX:
            again = _retraction(before.last, before.taken_back, reading)
            statements.append(_statement(origin, How.SAID_AGAIN, before.dossier, before.taken_back, again))
        if content(fact) != content(before.last):
            restated = _restated(body, key, reading)
            statements.append(_statement(origin, How.RESTATED, before.dossier, key, restated))
    for key, before in sorted(known.items()) if whole else ():
        if key not in said and not before.taken_back and len(key) <= KEY_CHARS_MAX:
            back = _retraction(before.last, key, reading)
            statements.append(_statement(origin, How.TAKEN_BACK, before.dossier, key, back))
    return statements


def _statement(origin: Origin, how: How, dossier: int, key: str, body: bytes) -> Statement:
    kept = origin.kept
    return Statement(dossier, how, key, body, kept.received, kept.partner, kept.id)


def _known(origin: Origin) -> tuple[dict[str, _Known], str]:
    """What stands in the logs by business key, and the number of the next reading."""
    facts = [(one, decode_fact(one.body, one.received)) for one in origin.recorded if _counts(one)]
    last: dict[str, tuple[int, Fact]] = {}
    retractions: dict[str, str] = {}
    readings = 0
    for one, fact in sorted(facts, key=lambda pair: pair[1].causation_id):
        if fact.causation_id.startswith(READING):
            readings = max(readings, int(fact.causation_id.removeprefix(READING)))
            if fact.retracts:
                retractions[fact.retracts] = fact.key
                continue
        last[fact.key] = one.dossier, fact
    known = {key: _Known(dossier, fact, _standing(key, retractions)) for key, (dossier, fact) in last.items()}
    return known, f"{READING}{readings + 1:0{DIGITS}}"


def _counts(one: Recorded) -> bool:
    """Whether a fact of the log says anything: a repetition says what another message said."""
    return one.disposition != Disposition.SUPPRESS.value


def _standing(key: str, retractions: Mapping[str, str]) -> str:
    """The key of the retraction that holds a fact back now, empty when it stands: retractions are retracted in turn."""
    target, held = key, ""
    while target in retractions:
        target = retractions[target]
        held = "" if held else target
    return held


def content(fact: Fact) -> tuple[object, ...]:
    """What a fact says, whichever reading of it."""
    return fact.type, fact.cls, fact.at, fact.revision, fact.payload, fact.refs, fact.retracts, _corrected(fact)


def _corrected(fact: Fact) -> str:
    return "" if fact.corrects == fact.key else fact.corrects


def _restated(body: bytes, key: str, reading: str) -> bytes:
    envelope = decode_json(body, _envelopes)
    return encode_json(msgspec.structs.replace(envelope, corrects=key, causation_id=reading))


def _retraction(fact: Fact, target: str, reading: str) -> bytes:
    """That `target`, said of this fact's subject by its source, is not what the message says."""
    payload = TrackingRetracted(target=target, reason=RetractReason.INCORRECT_DATA)
    return make_envelope(
        RETRACTED,
        _about(fact),
        fact.source,
        fact.occurred,
        payload,
        cls=FactClass.RET,
        retracts=target,
        causation_id=reading,
    )


def _about(fact: Fact) -> Subject:
    """What a retraction is about: the fact's subject, or what that belongs to where its kind takes no retraction."""
    kinds = EVENT_TYPES[RETRACTED].subjects
    if fact.subject.type in kinds:
        return fact.subject
    named = (ident.split("|", 2) for ident in identifiers(fact))
    return next((Subject(scheme, number) for scheme, _, number in named if scheme in kinds), fact.subject)
