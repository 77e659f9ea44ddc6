"""What connectors make of a message: asked one by one, until it is clear whose it is.

Which connectors read a syntax is worked out from what they are made of (their maps, else their name), so a new one is
asked without a word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

import msgspec

from crossdock.bootstrap.connector_settings import settings_of
from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.project import PartnerConfig, Project
from crossdock.canonical.wire import decode_fact
from crossdock.formats.sniff import Guess
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.money import NO_CURRENCY
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
# Where connectors keep further words for maps.
WORDS = ("words", "own")
# How decoders begin to say that they know no such document, whatever the code that goes to the sender.
NO_MAP = "no map"
_BYTE = re.compile(r"\(byte (\d+)\)|^byte (\d+)")


# What partners agree once and documents then leave out. Values no real partner has, so that nobody takes them for real;
# DAP is the term the language itself falls back on.
AGREED = {
    "site": "WAREHOUSE",
    "scac": "XXXX",
    "carrier": "XXXX",
    "currency": NO_CURRENCY,
    "incoterm": "DAP",
    "customer": "CUSTOMER",
}


class Voice(msgspec.Struct, frozen=True):
    """One way to read a message: a connector, as a partner in this role would be read. `assumed` tells settings made up
    for want of a partner."""

    connector: str
    decoder: Decoder
    context: IntakeContext
    assumed: Mapping[str, str] = {}

    @property
    def is_nobody(self) -> bool:
        """Whether no partner was named."""
        return self.context.partner.startswith(NOBODY)


class Heard(msgspec.Struct, frozen=True):
    """What one connector made of a message: facts the hub would take, and everything it remarked."""

    voice: Voice
    facts: tuple[DecodedFact, ...]
    findings: tuple[Finding, ...]
    decoded: Decoded

    @property
    def has_errors(self) -> bool:
        """Whether something of it cannot be used."""
        return any(one.severity == "error" for one in self.findings)

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
    """Who may have sent a message of this make: every role of every connector that reads its syntax, or of the named
    one."""
    syntax = SYNTAX_OF[guess.syntax]
    able = [connector] if connector else [name for name in KINDS if syntax in syntaxes_of(name, library)]
    named = [name for name in able if guess.family and guess.family in name]
    # Those that know nothing but a partner's own maps have nothing to say where no partner is named.
    able = [name for name in able if not KINDS[name].by_maps] or able
    found: list[Voice] = []
    for name in named or able:
        decoder = KINDS[name].decoder(library)
        roles = KINDS[name].manifest.roles
        found += [Voice(name, decoder, IntakeContext(NOBODY, role, received, "UTC")) for role in roles]
    return found


def is_certain(able: Iterable[Voice], guess: Guess) -> bool:
    """Whether there is one connector for what a message shows itself to be: its syntax, or its dialect."""
    connectors = {voice.connector for voice in able}
    name = next(iter(connectors), "")
    return len(connectors) == 1 and (name == SYNTAX_OF[guess.syntax] or bool(guess.family and guess.family in name))


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
    """What everybody makes of it, the best first, and behind them what they would if something were agreed.

    One that takes all of it in one role is not asked in another.
    """
    heard: list[Heard] = []
    settled: set[str] = set()
    for voice in able:
        if voice.connector in settled:
            continue
        one = hear(voice, body, guess)
        heard.append(one)
        if one.facts and not one.has_errors:
            settled.add(voice.connector)
        elif voice.is_nobody and (agreed := agreeing(voice)) is not None:
            another = hear(agreed, body, guess)
            heard += [another] if another.rank < one.rank else []
    return sorted(heard, key=lambda one: (bool(one.voice.assumed), *one.rank, one.voice.connector == ANYTHING))


def agreeing(voice: Voice) -> Voice | None:
    """The same with everything agreed that its connector has a setting for; `None` where it has none."""
    settings, assumed = _agreements(voice.connector)
    if not settings:
        return None
    context = msgspec.structs.replace(voice.context, partner=f"{NOBODY}-agreed", settings=settings)
    return Voice(voice.connector, voice.decoder, context, assumed)


@lru_cache(maxsize=256)
def _agreements(connector: str) -> tuple[dict[str, object], Mapping[str, str]]:
    """The settings of a connector for what is usually agreed, and what of it that is."""
    struct = settings_of(connector)
    fields = {field.name: field.type for field in msgspec.structs.fields(struct)} if struct is not None else {}
    settings: dict[str, object] = {name: value for name, value in AGREED.items() if fields.get(name) is str}
    words = next((name for name, kind in fields.items() if name in WORDS and kind == dict[str, str]), "")
    assumed = AGREED if words else {name: AGREED[name] for name in settings}
    if words:
        settings[words] = {name: value for name, value in AGREED.items() if name not in settings}
    return settings, assumed


def replies_of(heard: Heard, body: bytes) -> list[bytes]:
    """What the sender would be answered, under control numbers from 1 on."""
    decoder, keys = heard.voice.decoder, heard.decoded.reply_keys
    numbered = (
        decoder.replies(body, heard.voice.context, range(1, len(keys) + 1))
        if keys and isinstance(decoder, Replier)
        else []
    )
    return [*heard.decoded.replies, *numbered]


def byte_of(where: str) -> int:
    """The byte a place in words names, -1 where it names none."""
    found = _BYTE.search(where)
    return int(found[1] or found[2]) if found else -1
