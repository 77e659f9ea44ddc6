"""What connectors make of a message: asked one by one, until it is clear whose it is.

Which connectors read a syntax is worked out from what they are made of (their maps, else their name), so a new one is
asked without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.project import PartnerConfig, Project
from crossdock.canonical.wire import decode_fact
from crossdock.formats.sniff import Guess
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.mediation.library import Library
from crossdock.mediation.opening import SYNTAX_OF, errors
from crossdock.mediation.syntaxes import SYNTAXES
from crossdock.ports.connector import Decoded, DecodedFact, Decoder, Finding, IntakeContext, Replier

CONTENT_TYPES = {
    "x12": "application/edi-x12",
    "edifact": "application/edifact",
    "xml": "application/xml",
    "idoc-xml": "application/xml",
    "idoc-flat": "text/plain",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "unknown": "application/octet-stream",
}
CLOUD_EVENT = "application/cloudevents+json"
NOBODY = "inspect"
# One that takes every statement of our own language says nothing about whose dialect a message is in.
ANYTHING = "canonical_json"
# How decoders begin to say that they know no such document, whatever the code that goes to the sender.
NO_MAP = "no map"
_BYTE = re.compile(r"\(byte (\d+)\)|^byte (\d+)")


class Voice(msgspec.Struct, frozen=True):
    """One way to read a message: a connector, as a partner in this role would be read."""

    connector: str
    decoder: Decoder
    context: IntakeContext


class Heard(msgspec.Struct, frozen=True):
    """What one connector made of a message: facts the hub would take, and everything it remarked."""

    voice: Voice
    facts: tuple[DecodedFact, ...]
    findings: tuple[Finding, ...]
    decoded: Decoded

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """The better the lower: with facts before without, documents it knows before others, then fewer errors."""
        strange = any(one.detail.startswith(NO_MAP) for one in self.findings)
        return (not self.facts, strange, errors(self.findings), -len(self.facts))


def syntaxes_of(connector: str, library: Library) -> frozenset[str]:
    """The syntaxes a connector reads: those of its maps, else the one it is called by, else JSON.

    One that knows only the documents of its partners' own maps reads none.
    """
    book = library.book(connector)
    found = frozenset(one.spec.head("syntax") for one in book.maps if one.facts_in)
    if KINDS[connector].by_maps:
        return found
    return found or frozenset((connector if connector in SYNTAXES else "json",))


def voices(library: Library, guess: Guess, received: datetime, connector: str = "") -> list[Voice]:
    """Who may have sent a message of this make: every role of every connector that reads its syntax.

    Raises:
        Rejected: no connector is called that.
    """
    if connector and connector not in KINDS:
        raise Rejected(f"no connector {connector}; there are: {', '.join(sorted(KINDS))}")
    syntax = SYNTAX_OF[guess.syntax]
    able = [connector] if connector else [name for name in KINDS if syntax in syntaxes_of(name, library)]
    named = [name for name in able if guess.family and guess.family in name]
    found: list[Voice] = []
    for name in named or able:
        decoder = KINDS[name].decoder(library)
        roles = KINDS[name].manifest.roles
        found += [Voice(name, decoder, IntakeContext(NOBODY, role, received, "UTC")) for role in roles]
    return found


def partner_of(project: Project, name: str) -> PartnerConfig:
    """A partner of the project.

    Raises:
        Permanent: there is none of that id.
    """
    found = next((config for config in project.partners if config.partner.id == name), None)
    if found is None:
        known = ", ".join(config.partner.id for config in project.partners) or "none"
        raise Permanent(f"no partner {name} in {project.folder}; there are: {known}")
    return found


def voice_of(config: PartnerConfig, library: Library, received: datetime) -> Voice:
    """A partner of the project, read as the hub reads it."""
    partner = config.partner
    context = IntakeContext(partner.id, partner.role.value, received, partner.tz, partner.settings)
    return Voice(partner.connector, KINDS[partner.connector].decoder(library), context)


def hear(voice: Voice, body: bytes, guess: Guess) -> Heard:
    """Decode, and hold every fact against the contract, as the intake does."""
    kind = CLOUD_EVENT if guess.family == "cloudevents" and guess.syntax == "json" else CONTENT_TYPES[guess.syntax]
    decoded = voice.decoder.decode(body, kind, voice.context)
    facts: list[DecodedFact] = []
    findings = list(decoded.findings)
    for one in decoded.facts:
        try:
            decode_fact(one.body, voice.context.received_at)
            facts.append(one)
        except Rejected as refusal:
            findings.append(Finding("MAP-01", refusal.detail, f"{one.where} {refusal.where}".strip()))
    return Heard(voice, tuple(facts), tuple(findings), decoded)


def hear_all(able: Iterable[Voice], body: bytes, guess: Guess) -> list[Heard]:
    """What everybody makes of it, the best first. One that takes all of it in one role is not asked in another."""
    heard: list[Heard] = []
    settled: set[str] = set()
    for voice in able:
        if voice.connector not in settled:
            one = hear(voice, body, guess)
            heard.append(one)
            if one.facts and not errors(one.findings):
                settled.add(voice.connector)
    return sorted(heard, key=lambda one: (*one.rank, one.voice.connector == ANYTHING))


def replies_of(heard: Heard, body: bytes) -> list[bytes]:
    """What the sender would be answered, under control numbers from 1 on."""
    decoder, keys = heard.voice.decoder, heard.decoded.reply_keys
    numbered = (
        decoder.replies(body, heard.voice.context, range(1, len(keys) + 1))
        if keys and isinstance(decoder, Replier)
        else []
    )
    return [*heard.decoded.replies, *numbered]


def connectors_of(able: Sequence[Voice]) -> list[str]:
    """The connectors among them, each once."""
    return list(dict.fromkeys(voice.connector for voice in able))


def byte_of(where: str) -> int:
    """The byte a place in words names, -1 where it names none."""
    found = _BYTE.search(where)
    return int(found[1] or found[2]) if found else -1
