"""The desk a set is read at: who sent it, what was remarked, and how its facts are written down."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import make_envelope
from crossdock.connectors.x12.codes import REFERENCE_SCHEMES, SSCC_MARKS
from crossdock.connectors.x12.config import Settings
from crossdock.connectors.x12.times import reckon
from crossdock.formats.x12.tree import ERROR, WARNING, Fault, Group, Row, TransactionSet, element, legible
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.ports.connector import DecodedFact, Finding, IntakeContext

SSCC_LENGTH = 18
SKEW_OK = timedelta(minutes=5)
SSCC_WITH_AI = "00"
MISSING_SEGMENT = "720-3"
MISSING_ELEMENT = "723-1"
CONDITION = "723-2"
TOO_LONG = "723-5"
BAD_CODE = "723-7"
BAD_DATE = "723-8"
BAD_TIME = "723-9"
BAD_CHARACTER = "723-6"
UNKNOWN_CODE = "MDM-03"
NO_ZONE = "MDM-05"


class About(NamedTuple):
    """What a fact is about, and every identifier it names, strongest first."""

    subject: Subject
    refs: tuple[Reference, ...]


class Desk(msgspec.Struct):
    """One set under reading. Faults go to the set, for its acknowledgment; other remarks to `findings`.

    `year` is the year of receipt, for two-digit years.
    """

    transaction: TransactionSet
    group: Group
    context: IntakeContext
    settings: Settings
    source: Source
    spoken: Occurrence
    path: str
    separator: str
    year: int
    findings: list[Finding] = []

    def cells(self, index: int, length: int) -> Row:
        """The segment at `index`, counted from ST = 0; see `cells`."""
        return cells(self.transaction.texts[index], self.separator, length)

    def fault(self, code: str, detail: str, index: int, number: int = 0, *, business: str = "") -> None:
        """A violation in this set: an error refuses the set; a business code is a warning to the sender."""
        row = self.transaction.interchange.divide(self.transaction.texts[index])
        value = element(row, number) if number else ""
        severity = WARNING if business else ERROR
        self.transaction.faults.append(
            self.transaction.fault(code, detail, index, number, severity=severity, value=value, business=business)
        )

    def missing(self, tag: str, detail: str) -> None:
        """A segment this connector cannot do without is not there; its place is where the set ends."""
        last = len(self.transaction.texts) - 1
        fault = self.transaction.fault(MISSING_SEGMENT, detail, last)
        self.transaction.faults.append(msgspec.structs.replace(fault, tag=tag))

    def remark(self, code: str, detail: str, index: int, number: int = 0, severity: str = WARNING) -> None:
        """Something people should know that is no fault of the sender's syntax."""
        self.findings.append(Finding(code, detail, self.transaction.where(index, number), severity))

    def fact(
        self,
        name: str,
        about: About,
        occurred: Occurrence,
        payload: Payload,
        at: tuple[int, int],
        cls: FactClass = FactClass.ACT,
    ) -> DecodedFact:
        """One canonical fact, read at segment `at[0]` (ST is 0), element `at[1]`."""
        index, number = at
        body = make_envelope(name, about.subject, self.source, occurred, payload, refs=about.refs, cls=cls)
        tag, _, _ = self.transaction.texts[index].partition(self.separator)
        start = self.transaction.offset(index)
        byte = start + len(tag) + 1 if number == 1 else self.transaction.offset(index, number)
        return DecodedFact(body, f"{self.path} / segment {index + 1} {tag}-{number:02d} (byte {byte})")


def open_desk(
    transaction: TransactionSet, group: Group, context: IntakeContext, settings: Settings, when: Occurrence
) -> Desk:
    """A desk for one set of a group that was written `when`."""
    interchange = transaction.interchange
    source = _source(context.role, context.partner, interchange.control, transaction.code, group.version)
    separator, year = interchange.delimiters.element, context.received_at.year
    return Desk(transaction, group, context, settings, source, when, transaction.path, separator, year, [])


# All sets of a group share theirs.
@lru_cache(maxsize=256)
def _source(role: str, partner: str, control: str, code: str, version: str) -> Source:
    return Source(Role(role), partner, control, f"X12 {code} {version or '?'}")


def cells(text: str, separator: str, length: int) -> Row:
    """A segment's tag and at least `length` elements, trimmed, so that each can be named without asking for it."""
    row = text.split(separator)
    # Hardly any segment holds a blank, and looking for one is cheaper than trimming every element.
    if " " in text or not text.isprintable():
        row = [cell.strip() for cell in row]
    if len(row) <= length:
        row += [""] * (length + 1 - len(row))
    return row


def spoken(day: str, hour: str, context: IntakeContext) -> Occurrence:
    """When an envelope says it was written: in the partner's zone, or in UTC where that would be after its receipt.

    An envelope names no zone, so this is an assumption either way; without a usable time it is the time of receipt.
    """
    day, hour = day.strip(), hour.strip()
    latest = context.received_at + SKEW_OK
    for zone in (context.tz, "UTC"):
        told = reckon(day, hour, "", None, zone, context.received_at.year).occurrence
        if told is not None and told.instant <= latest:
            return told
    return Occurrence(context.received_at.astimezone(UTC), 0, "", TimeQuality.ASSUMED, f"{day} {hour}".strip())


def reference(qualifier: str, value: str, carrier: str) -> Reference | None:
    """The identifier an L11 or N9 names, `None` for qualifiers that identify nothing of ours."""
    scheme = REFERENCE_SCHEMES.get(qualifier)
    if scheme is None or not value:
        return None
    return Reference(scheme, value, carrier if scheme == "pro" else "")


def marked_packages(row: Row) -> list[str]:
    """The SSCCs of a MAN segment, without their application identifier."""
    found: list[str] = []
    for mark, *places in ((1, 2, 3), (4, 5, 6)):
        if element(row, mark) not in SSCC_MARKS:
            continue
        for place in places:
            value = element(row, place).strip()
            if len(value) == SSCC_LENGTH + 2 and value.startswith(SSCC_WITH_AI):
                value = value[2:]
            if value:
                found.append(value)
    return found


def distinct(refs: list[Reference]) -> tuple[Reference, ...]:
    """Without repetitions, strongest first as given."""
    return tuple(dict.fromkeys(refs))


def as_finding(fault: Fault, tolerated: frozenset[str]) -> Finding:
    """A fault in the words of the runtime. What this partner is known for is told, not held against it."""
    where = f"{fault.where} ({fault.rule})" if fault.rule else fault.where
    if fault.business:
        return Finding(fault.business, fault.detail, where, ERROR, fault.rule)
    severity = WARNING if fault.code in tolerated else fault.severity
    code = fault.code if fault.code.startswith("X12") else f"X12-{fault.code}"
    return Finding(code, fault.detail, where, severity, fault.rule)


def text_of(value: str) -> str:
    """Free text for people."""
    return legible(value).strip()
