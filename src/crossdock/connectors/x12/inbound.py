"""X12 from a partner to canonical facts: every set judged, routed and acknowledged on its own. Pure.

What is refused is refused at the smallest envelope that is at fault: a set by its own faults, a group by its totals, an
interchange by its header or trailer. A set we have no map for is refused with AK5 R 1 and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from crossdock.connectors.x12.acknowledgement_997 import read_ta1
from crossdock.connectors.x12.asked import READERS, SetReader, tell
from crossdock.connectors.x12.codes import NO_MEANING
from crossdock.connectors.x12.config import Settings, read_settings
from crossdock.connectors.x12.facts import MISSING_SEGMENT, as_finding, open_desk, spoken
from crossdock.connectors.x12.manifest import MANIFEST
from crossdock.connectors.x12.mapped import read_mapped
from crossdock.formats.x12.acknowledgement import answer, is_refused, owes_answer
from crossdock.formats.x12.check import Grammar, grammar_of
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import WARNING, Fault, Group, Interchange, Reading, TransactionSet, element
from crossdock.formats.x12.values import to_date, to_time
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.mediation.library import Library, MapBook, Watch
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext

# Acknowledgments come from everyone.
_ANSWERS = ("997", "999", "824")
# Which sets each role may send us: those whose facts it owns or observes (domain.md §1.7).
SPOKEN_BY: Mapping[str, frozenset[str]] = {
    "WMS": frozenset(("945", "944", "947", "846", "855", "856", "861", *_ANSWERS)),
    "CAR": frozenset(("990", "214", "210", *_ANSWERS)),
    "TMS": frozenset(("990", "214", "210", "754", *_ANSWERS)),
    "ERP": frozenset(("850", "860", "940", "180", "810", "820", *_ANSWERS)),
    "PRT": frozenset(("180", *_ANSWERS)),
}
NOT_SUPPORTED = "718-1"
CONTROL_MAX = 200
CONTROL_DIGITS = 9


class X12Decoder:
    """Implements `ports.connector.Decoder` and `Replier`; holds nothing but what it read of settings and maps.

    Sets are read by the maps of the library, where the partner's book has one, else by our own Python.
    """

    def __init__(self, library: Library | None = None) -> None:
        self._library = library or Library({})
        self._read: dict[str, tuple[dict[str, object], Settings]] = {}
        self._books: dict[tuple[str, str], _Book] = {}

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """Read one file. Never raises on content."""
        try:
            settings = self._settings(context)
        except Rejected as error:
            return Decoded(findings=[Finding("CONFIG", f"{error.detail} ({error.where})", context.partner)])
        reading = read_x12(body)
        work = _Work(context, settings, self._book(context), self._library.watch)
        work.read(reading)
        tolerated = frozenset(settings.tolerate)
        findings = [as_finding(fault, tolerated) for fault in reading.findings()]
        return Decoded(
            facts=work.facts,
            findings=findings + work.findings,
            control=_control(reading),
            reply_keys=tuple(_key(one) for one in reading.interchanges if owes_answer(one)),
            series=tuple(_count(one) for one in reading.interchanges if _is_counted(one)),
        )

    def replies(self, body: bytes, context: IntakeContext, numbers: Sequence[int]) -> list[bytes]:
        """The 997 or 999 and the TA1 owed for a file, one interchange for each of `Decoded.reply_keys`, in that order.

        `numbers` are control numbers of ours, one a reply; ISA13 and GS06 both carry it. A reply is dated like the
        interchange it answers, so that the same message and numbers give the same bytes whenever it comes again.
        """
        reading = read_x12(body)
        settings = self._settings(context)
        _Work(context, settings, self._book(context)).read(reading)
        owed = [one for one in reading.interchanges if owes_answer(one)]
        return [
            answer(one, number, number, _dated(one, context), wanted=settings.acknowledge)
            for one, number in zip(owed, numbers, strict=True)
        ]

    def _book(self, context: IntakeContext) -> _Book:
        """The partner's maps, and the sets it may send: those of its role, and those it has maps of its own for."""
        known = self._books.get((context.partner, context.role))
        if known is None:
            book, shipped = (self._library.book(MANIFEST.kind, name) for name in (context.partner, ""))
            own = frozenset(book.kinds) - frozenset(shipped.kinds)
            known = _Book(book, SPOKEN_BY.get(context.role, frozenset()) | own)
            self._books[context.partner, context.role] = known
        return known

    def _settings(self, context: IntakeContext) -> Settings:
        known = self._read.get(context.partner)
        if known is not None and known[0] is context.settings:
            return known[1]
        settings = read_settings(context.settings)
        self._read[context.partner] = (context.settings, settings)
        return settings


class _Book(NamedTuple):
    """The maps of one partner and the sets it may send."""

    maps: MapBook
    spoken: frozenset[str]

    @property
    def taken(self) -> list[str]:
        """The sets that are read from this partner."""
        return sorted(self.spoken & (READERS.keys() | set(self.maps.kinds)))

    def reader(self, code: str, version: str) -> SetReader | None:
        """What reads a set, `None` where this partner may not send it or nothing reads it."""
        if code not in self.spoken:
            return None
        found = self.maps.reader(code, version)
        if found is not None:
            return partial(read_mapped, found)
        return READERS[code][0] if code in READERS else None


class _Way(NamedTuple):
    """How the sets of one kind in a group are read and judged."""

    reader: SetReader | None
    grammar: Grammar | None


class _Work:
    """One file being read into facts; faults found on the way are added to the tree they belong to."""

    def __init__(self, context: IntakeContext, settings: Settings, book: _Book, watch: Watch | None = None) -> None:
        self.context = context
        self._watch = watch
        self.settings = settings
        self.book = book
        self.facts: list[DecodedFact] = []
        self.findings: list[Finding] = []
        self._tolerated = frozenset(settings.tolerate)
        self._strict = settings.validate == "strict"

    def read(self, reading: Reading) -> None:
        """All interchanges; one that is refused tells nothing."""
        for interchange in reading.interchanges:
            _check_parties(interchange, self.settings)
            self._soften(interchange.faults)
            if not is_refused(interchange.faults):
                self._interchange(interchange)

    def _interchange(self, interchange: Interchange) -> None:
        for row in interchange.notes:
            when = spoken(element(interchange.header, 9), element(interchange.header, 10), self.context)
            fact = read_ta1(interchange, row, self.context, when)
            if fact is not None:
                self.facts.append(fact)
        for group in interchange.groups:
            self._soften(group.faults)
            if not is_refused(group.faults):
                when = spoken(element(group.header, 4), element(group.header, 5), self.context)
                marks, version = interchange.delimiters, group.version
                ways = {
                    code: _Way(self.book.reader(code, version), grammar_of(code, version, marks))
                    for code in {one.code for one in group.sets}
                }
                for transaction in group.sets:
                    self._set(group, transaction, when, ways[transaction.code])

    def _set(self, group: Group, transaction: TransactionSet, when: Occurrence, way: _Way) -> None:
        if transaction.faults:
            self._soften(transaction.faults)
            if is_refused(transaction.faults):
                return
        if way.reader is None:
            self._refuse(transaction, way.grammar)
            return
        desk = open_desk(transaction, group, self.context, self.settings, when)
        facts = way.reader(desk)
        if self._watch is not None and not isinstance(way.reader, partial):
            tell(self._watch, transaction, lambda one: open_desk(one, group, self.context, self.settings, when))
        if desk.findings:
            self.findings.extend(desk.findings)
        self._validate(transaction, way.grammar)
        if transaction.faults:
            self._soften(transaction.faults)
            if is_refused(transaction.faults):
                return
        self.facts.extend(facts)

    def _refuse(self, transaction: TransactionSet, grammar: Grammar | None) -> None:
        """A set nothing is made of, refused with the exact reason; one that we know is judged all the same."""
        code, role = transaction.code, self.context.role
        able = ", ".join(self.book.taken) or "none"
        detail = f"no map for set {code} from a {role} partner; sets taken: {able}"
        if code in NO_MEANING:
            self._validate(transaction, grammar)
            detail = (
                f"no map for set {code}, which has no canonical meaning: {NO_MEANING[code]}. It is kept: agree with "
                f"the partner on another set ({able}), or give it a map of its own and replay"
            )
        transaction.faults.append(transaction.fault(NOT_SUPPORTED, detail, 0, 1))
        self._soften(transaction.faults)

    def _validate(self, transaction: TransactionSet, grammar: Grammar | None) -> None:
        """Hold the set against its grammar; what its reader has told already is not told again."""
        breaches = grammar.check(transaction, strict=self._strict) if grammar is not None else ()
        if breaches:
            told = {(fault.segment, fault.element) for fault in transaction.faults if fault.element}
            missed = {fault.tag for fault in transaction.faults if fault.code == MISSING_SEGMENT}
            transaction.faults.extend(
                fault
                for fault in breaches
                if (fault.segment, fault.element) not in told
                and not (fault.code == MISSING_SEGMENT and fault.tag in missed)
            )

    def _soften(self, faults: list[Fault]) -> None:
        """What the partner's settings tolerate is acknowledged as accepted with errors."""
        if self._tolerated:
            faults[:] = [
                msgspec.structs.replace(fault, severity=WARNING) if fault.code in self._tolerated else fault
                for fault in faults
            ]


def _check_parties(interchange: Interchange, settings: Settings) -> None:
    """The envelope must name the parties agreed with this partner, and production or test as agreed."""
    sender, receiver, usage = interchange.sender[1], interchange.receiver[1], interchange.header[15:16]
    if settings.isa_sender and sender != settings.isa_sender:
        detail = f"ISA06 is {sender!r}, this partner sends as {settings.isa_sender!r}"
        interchange.faults.append(interchange.fault("I18-006", detail, 0, 6))
    if settings.isa_receiver and receiver != settings.isa_receiver:
        detail = f"ISA08 is {receiver!r}, with this partner we are {settings.isa_receiver!r}"
        interchange.faults.append(interchange.fault("I18-009", detail, 0, 8))
    if settings.usage and usage and usage[0].strip() != settings.usage:
        detail = f"ISA15 is {usage[0]!r}, with this partner {settings.usage!r} is agreed"
        interchange.faults.append(interchange.fault("I18-020", detail, 0, 15))


def _control(reading: Reading) -> str:
    """Identifies the file among what this partner sent: the first interchange, and how many follow it."""
    keys = [_key(one) for one in reading.interchanges if one.control.isdecimal()]
    return " ".join(keys)[:CONTROL_MAX]


def _key(interchange: Interchange) -> str:
    return f"{interchange.sender[1]}|{interchange.receiver[1]}|{interchange.control}"


def _is_counted(interchange: Interchange) -> bool:
    return (
        bool(interchange.sender[1]) and interchange.control.isdecimal() and len(interchange.control) <= CONTROL_DIGITS
    )


def _count(interchange: Interchange) -> tuple[str, int]:
    """ISA13 as the sender counts it: between the same two parties, test and production apart."""
    usage = element(interchange.header, 15).strip()
    return f"{interchange.sender[1]}|{interchange.receiver[1]}|{usage}", int(interchange.control)


def _dated(interchange: Interchange, context: IntakeContext) -> datetime:
    """ISA09 and ISA10 as they stand; the time of receipt where they are no date and time."""
    on = to_date(element(interchange.header, 9).strip(), context.received_at.year)
    at = to_time(element(interchange.header, 10).strip())
    return datetime.combine(on, at) if on is not None and at is not None else context.received_at
