"""EDIFACT from a partner to canonical facts: every message judged, mapped and acknowledged on its own. Pure.

What is refused is refused at the smallest envelope at fault: a message by its own faults and by what its map cannot use
(INT-02), a group by its totals, an interchange by its header or trailer. What the map only lacks a code, unit or zone
for is told to us alone: CONTRL knows no "accepted with errors".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.edifact.acknowledgement import Answers
from crossdock.connectors.edifact.config import Settings, read_settings
from crossdock.connectors.edifact.judging import as_fault, as_finding, not_agreed, nothing_made
from crossdock.connectors.edifact.times import dated, spoken
from crossdock.formats.edifact.acknowledgement import answer, is_refused, owes_answer
from crossdock.formats.edifact.document import EdifactDocument
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.marks import Spot, value
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.tree import WARNING, Fault, Interchange, Message, Reading
from crossdock.kernel.errors import Rejected
from crossdock.mapping.compiled import CompiledMap, DocumentMap
from crossdock.mapping.run import CONTRACT, ERROR
from crossdock.mediation.library import Library, MapBook
from crossdock.mediation.reading import Words, facts_of, map_context
from crossdock.mediation.reading import as_finding as told_by_map
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext

KIND = "edifact"
ANSWERS = frozenset(("CONTRL", "APERAK"))
CONTROL_MAX = 200


class EdifactDecoder:
    """Implements `ports.connector.Decoder` and `Replier`; holds nothing but the maps and settings already read."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[str, tuple[dict[str, object], Settings]] = {}

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """Read one file. Never raises on content."""
        try:
            settings = self._settings(context)
        except Rejected as error:
            return Decoded(findings=[Finding("CONFIG", f"{error.detail} ({error.where})", context.partner)])
        reading = read_edifact(body)
        work = self._work(context, settings)
        work.read(reading)
        findings = [as_finding(fault) for fault in reading.findings() if fault not in work.by_map]
        owed = [one for one in reading.interchanges if owes_answer(one, agreed=settings.contrl)]
        counted = [one for one in reading.interchanges if settings.counted and one.control.isdecimal()]
        return Decoded(
            facts=work.facts,
            findings=findings + work.findings,
            control=" ".join(_key(one) for one in reading.interchanges if one.control)[:CONTROL_MAX],
            reply_keys=tuple(map(_key, owed)),
            series=tuple((_series(one), int(one.control)) for one in counted),
        )

    def replies(self, body: bytes, context: IntakeContext, numbers: Sequence[int]) -> list[bytes]:
        """The CONTRL owed for a file, one interchange for each of `Decoded.reply_keys`, in that order.

        `numbers` are control numbers of ours, one a reply. A reply is dated like the interchange it answers, so that
        the same message and numbers give the same bytes whenever it comes again.
        """
        reading = read_edifact(body)
        settings = self._settings(context)
        self._work(context, settings).read(reading)
        owed = [one for one in reading.interchanges if owes_answer(one, agreed=settings.contrl)]
        return [answer(one, number, _written(one, context)) for one, number in zip(owed, numbers, strict=True)]

    def _work(self, context: IntakeContext, settings: Settings) -> _Work:
        return _Work(context, settings, self._library.book(KIND, context.partner))

    def _settings(self, context: IntakeContext) -> Settings:
        known = self._read.get(context.partner)
        if known is not None and known[0] is context.settings:
            return known[1]
        settings = read_settings(context.settings)
        self._read[context.partner] = (context.settings, settings)
        return settings


class _Work:
    """One file being read into facts; faults found on the way are added to the tree they belong to.

    `by_map` are the faults that stand for a map's findings, which `findings` tells in the map's own words.
    """

    def __init__(self, context: IntakeContext, settings: Settings, book: MapBook) -> None:
        self.facts: list[DecodedFact] = []
        self.findings: list[Finding] = []
        self.by_map: set[Fault] = set()
        self._context = context
        self._settings = settings
        self._book = book
        self._answers = Answers(context, settings)
        self._tolerated = frozenset((*settings.tolerate, *(("EDI-UNB",) if settings.bare else ())))
        self._readers: dict[tuple[str, str], DocumentMap | None] = {}
        self._noted: set[str] = set()

    def read(self, reading: Reading) -> None:
        """All interchanges; one that is refused tells nothing."""
        self._soften(reading.faults)
        for interchange in reading.interchanges:
            _check_parties(interchange, self._settings)
            self._soften(interchange.faults)
            for group in interchange.groups:
                self._soften(group.faults)
            if is_refused(interchange.faults):
                continue
            control = interchange.control
            words = Words(control, spoken(interchange, self._context), {**self._settings.said, "control": control})
            for message in interchange.messages:
                if message.group is None or not is_refused(message.group.faults):
                    self._message(message, words)

    def _message(self, message: Message, words: Words) -> None:
        self._soften(message.faults)
        if is_refused(message.faults):
            return
        reader = self._reader(message)
        if reader is None and message.kind not in ANSWERS:
            message.faults.append(not_agreed(message, self._context.role, self._able()))
            return
        document = EdifactDocument(message)
        document.parsed = validate(message)
        self._soften(message.faults)
        self._note(message)
        facts = self._facts(document, reader, words) if not is_refused(message.faults) else []
        if not is_refused(message.faults):
            self.facts.extend(facts)

    def _facts(self, document: EdifactDocument, reader: DocumentMap | None, words: Words) -> list[DecodedFact]:
        message, context = document.message, self._context
        if reader is None:
            assert words.spoken is not None
            return self._answers.read(message, words.spoken)
        mapped = reader.read(document, map_context(document, context, self._placed(message, words)))
        for remark in mapped.findings:
            self.findings.append(told_by_map(remark))
            if remark.code == CONTRACT and remark.severity == ERROR:
                fault = as_fault(message, remark)
                self.by_map.add(fault)
                message.faults.append(fault)
        if not mapped.facts and not mapped.findings:
            self.findings.append(nothing_made(message))
        return facts_of(mapped, document)

    def _placed(self, message: Message, words: Words) -> Words:
        """With `$site` as our id of the warehouse the message names, where the settings translate it."""
        sites = self._settings.sites
        named = (value(row, 2, 1) for row in message.rows if row[0] == "NAD") if sites else ()
        site = next((sites[one] for one in named if one in sites), "")
        return msgspec.structs.replace(words, values={**words.values, "site": site}) if site else words

    def _reader(self, message: Message) -> DocumentMap | None:
        """The map of this message, if this partner's role may state any of what it makes."""
        key = (message.kind, message.version)
        if key not in self._readers:
            reader = self._book.reader(*key)
            self._readers[key] = reader if reader is not None and _may_state(reader, self._context.role) else None
        return self._readers[key]

    def _able(self) -> list[str]:
        kinds = ((kind, self._book.reader(kind, "")) for kind in self._book.kinds)
        maps = {kind for kind, reader in kinds if reader is not None and _may_state(reader, self._context.role)}
        return sorted(maps | ANSWERS)

    def _note(self, message: Message) -> None:
        """Which directory stood in for the message's own, once a file."""
        for note in message.notes:
            if note not in self._noted:
                self._noted.add(note)
                self.findings.append(Finding("EDIFACT-DIRECTORY", note, message.path, "info"))

    def _soften(self, faults: list[Fault]) -> None:
        """What the partner's settings tolerate is a warning, and refuses nothing."""
        if self._tolerated and faults:
            faults[:] = [
                msgspec.structs.replace(fault, severity=WARNING) if fault.code in self._tolerated else fault
                for fault in faults
            ]


def _may_state(reader: DocumentMap, role: str) -> bool:
    """Whether the catalogue takes any fact of this map from that role; Python maps are their owner's business."""
    if not isinstance(reader, CompiledMap):
        return True
    kinds = (EVENT_TYPES[name] for name in reader.facts_in)
    return any(Role(role) in kind.owners or Role(role) in kind.observers for kind in kinds)


def _check_parties(interchange: Interchange, settings: Settings) -> None:
    """The envelope must name the parties agreed with this partner, and production or test as agreed."""
    if interchange.bare or not interchange.texts:
        return
    sender, receiver = (cells[0] if cells else "" for cells in (interchange.sender, interchange.receiver))
    if settings.sender and sender != settings.sender:
        detail = f"UNB S002 is {sender!r}, this partner sends as {settings.sender!r}"
        interchange.faults.append(interchange.fault("UCI-23", detail, 0, Spot(2)))
    if settings.receiver and receiver != settings.receiver:
        detail = f"UNB S003 is {receiver!r}, with this partner we are {settings.receiver!r}"
        interchange.faults.append(interchange.fault("UCI-7", detail, 0, Spot(3)))
    if settings.usage and interchange.is_test != (settings.usage == "T"):
        told = "a test" if interchange.is_test else "no test"
        detail = f"UNB 0035 says this is {told}, with this partner {settings.usage!r} is agreed"
        interchange.faults.append(interchange.fault("UCI-25", detail, 0, Spot(11)))


def _key(interchange: Interchange) -> str:
    sender, receiver = (cells[0] if cells else "" for cells in (interchange.sender, interchange.receiver))
    return f"{sender}|{receiver}|{interchange.control}"


def _series(interchange: Interchange) -> str:
    """0020 as the sender counts it: between the same two parties, test and production apart."""
    return f"{_key(interchange).rpartition('|')[0]}|{'T' if interchange.is_test else 'P'}"


def _written(interchange: Interchange, context: IntakeContext) -> datetime:
    """S004 as it stands; the time of receipt where it is no date and time."""
    return dated(interchange, context.received_at.year) or context.received_at
