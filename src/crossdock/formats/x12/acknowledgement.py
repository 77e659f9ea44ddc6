"""Functional and interchange acknowledgments of what was received: 997 or 999, and TA1 (x12-envelope.md §4).

What the reader and a mapping found decides: a set with an error is rejected (R), one with warnings is accepted with
errors (E), else accepted (A). One 997 or 999 answers one group; a group of acknowledgments is never answered. A 999
goes to who asks for it: a partner by agreement, or groups whose version names an implementation guide (`005010X222A1`).
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from crossdock.formats.x12.tree import ERROR, Delimiters, Fault, Group, Interchange, Row, TransactionSet, element
from crossdock.formats.x12.writer import STANDARD, Cell, Draft, Envelope, Sender, compose

ACKNOWLEDGING = frozenset(("997", "999"))
FUNCTIONAL = "FA"
IMPLEMENTATION = "999"
# The guide of the 999 itself, for those who follow guides.
IMPLEMENTATION_GUIDE = "005010X231A1"
GUIDED = re.compile(r"00[5-9]\d{3}X\d.*")
VERSION_MAX = 12
NOTES_MAX = 5
COPY_MAX = 99
ELEMENTS_MAX = 99
CONTEXTS_MAX = 10
CONVENTION_MAX = 35
CONDITIONAL = frozenset(("723-2", "723-10"))
# Values of elements 720 and 723 that 4010 does not have, and what it says instead.
_BEFORE_5010 = {"720-10": "8", "723-12": "3", "723-13": "6", "723-16": "6"}
# More signs than a reply repeats identifiers of: one is always free, the control characters at the latest.
CANDIDATES = ("*", "~", ">", "^", "|", "!", ":", "<", "\x1d", "\x1c", "\x1f", "\x1e")


def set_verdict(transaction: TransactionSet) -> str:
    """A, E or R for element 717."""
    if any(fault.severity == ERROR for fault in transaction.faults):
        return "R"
    return "E" if transaction.faults else "A"


def is_refused(faults: list[Fault]) -> bool:
    """Whether an envelope's own faults refuse everything inside."""
    return any(fault.severity == ERROR for fault in faults)


def owes_answer(interchange: Interchange) -> bool:
    """Whether the sender must get something back: a TA1 asked for or due, a 997 for a group that is no answer itself.

    An interchange of TA1 only is never answered, and neither is one whose header cannot be read as far as its parties.
    """
    if not _owes_note(interchange) and not any(_is_answered(group) for group in interchange.groups):
        return False
    parties = (*interchange.sender, *interchange.receiver)
    fits = all(0 < len(one) <= 15 and _written(one) for one in parties) and max(map(len, parties[::2])) <= 2
    return fits and interchange.control.isdecimal() and len(interchange.control) <= 9


def _owes_note(interchange: Interchange) -> bool:
    only_answers = bool(interchange.notes) and not interchange.groups
    return not only_answers and (interchange.wants_ta1 or is_refused(interchange.faults))


def _is_answered(group: Group) -> bool:
    if group.functional == FUNCTIONAL:
        return False
    return not group.sets or any(one.code not in ACKNOWLEDGING for one in group.sets)


def answer(interchange: Interchange, isa_control: int, group_control: int, at: datetime, *, wanted: str = "") -> bytes:
    """The reply to one interchange: its TA1 when owed, then one 997 or 999 a group; version and usage as received.

    Delimiters are those received, but for one that stands in an identifier the reply must repeat.

    Args:
        wanted: `997` or `999` as agreed with the partner, empty to let the version decide. A 999 answers 5010 and later
            only; an interchange is answered in one kind.
    """
    answered = [] if is_refused(interchange.faults) else [one for one in interchange.groups if _is_answered(one)]
    code = answer_code([group.version for group in answered], wanted)
    envelope = _reply_envelope(interchange, isa_control, group_control, at)
    convention = ""
    if code == IMPLEMENTATION:
        convention = IMPLEMENTATION_GUIDE if GUIDED.fullmatch(answered[0].version) else ""
        envelope = msgspec.structs.replace(envelope, version=convention or envelope.version)
    drafts = [
        Draft(code, f"{number:04d}", acknowledge(group, code), convention) for number, group in enumerate(answered, 1)
    ]
    notes = [note(interchange)] if _owes_note(interchange) else []
    return compose(envelope, drafts, notes)


def answer_code(versions: list[str], wanted: str) -> str:
    """997 or 999 for groups of these versions (GS08)."""
    if wanted != "997" and versions:
        # The envelope says the version too, and falls back to 4010 where this one cannot be repeated.
        able = all(re.match(r"00[5-9][0-9]{3}", version) for version in versions)
        if able and (wanted == IMPLEMENTATION or all(GUIDED.fullmatch(version) for version in versions)):
            return IMPLEMENTATION
    return "997"


def _reply_envelope(interchange: Interchange, isa_control: int, group_control: int, at: datetime) -> Envelope:
    group = interchange.groups[0] if interchange.groups else None
    ours, theirs = interchange.receiver, interchange.sender
    applications = [_written(group.receiver), _written(group.sender)] if group else ["", ""]
    return Envelope(
        sender=Sender(*ours, application=applications[0]),
        receiver=Sender(*theirs, application=applications[1]),
        at=at,
        isa_control=isa_control,
        group_control=group_control,
        functional=FUNCTIONAL,
        version=_version(group),
        usage="T" if element(interchange.header, 15).strip() == "T" else "P",
        delimiters=_delimiters(interchange, "".join((*ours, *theirs, *applications))),
    )


def _delimiters(interchange: Interchange, echoed: str) -> Delimiters:
    """The received ones, each replaced by the first free candidate where it is missing or stands in what is echoed."""
    received = interchange.delimiters
    taken = echoed
    chosen: list[str] = []
    for sign in (received.element, received.segment, received.component, received.repetition or STANDARD.repetition):
        free = next(mark for mark in (sign, *CANDIDATES) if mark and mark not in taken)
        chosen.append(free)
        taken += free
    return Delimiters(element=chosen[0], segment=chosen[1], component=chosen[2], repetition=chosen[3])


def _version(group: Group | None) -> str:
    """The first six characters of GS08, release and subrelease without the industry suffix."""
    version = group.version[:6] if group else ""
    return version if len(version) == 6 and version.isdecimal() and "003" <= version[:3] <= "009" else "004010"


def note(interchange: Interchange) -> Row:
    """The TA1 segment for an interchange: the first error decides its note code."""
    first = next((fault for fault in interchange.faults if fault.severity == ERROR), None)
    warned = next((fault for fault in interchange.faults), None)
    verdict = "R" if first else "E" if warned else "A"
    told = first or warned
    code = told.code.removeprefix("I18-") if told else "000"
    header = interchange.header
    day, hour = (_plain(element(header, number).strip()) for number in (9, 10))
    return ["TA1", interchange.control.zfill(9), day, hour, verdict, code]


def acknowledge(group: Group, code: str = "997") -> list[list[Cell]]:
    """The rows of a 997 or 999 between ST and SE for one received group."""
    refused = is_refused(group.faults)
    full = code == IMPLEMENTATION
    rows: list[list[Cell]] = [["AK1", _plain(group.functional), _plain(group.control)]]
    if full:
        rows[0].append(_plain(group.version, VERSION_MAX))
    verdicts = ["R" if refused else set_verdict(transaction) for transaction in group.sets]
    for transaction, verdict in zip(group.sets, verdicts, strict=True):
        rows.append(["AK2", _plain(transaction.code), _plain(transaction.control)])
        if full:
            rows[-1].append(_plain(element(transaction.rows[0], 3), CONVENTION_MAX))
        rows.extend(_segment_notes(transaction, code))
        rows.append(["IK5" if full else "AK5", verdict, *_set_codes(transaction)])
    accepted = sum(verdict != "R" for verdict in verdicts)
    announced = group.announced if group.announced >= 0 else len(group.sets)
    codes = _distinct([fault.code.removeprefix("716-") for fault in group.faults if fault.code.startswith("716-")])
    rows.append(["AK9", _group_verdict(group, verdicts), str(announced), str(len(group.sets)), str(accepted), *codes])
    return rows


def _group_verdict(group: Group, verdicts: list[str]) -> str:
    refused = verdicts.count("R")
    if is_refused(group.faults) or (refused and refused == len(verdicts)):
        return "R"
    if refused:
        return "P"
    return "E" if "E" in verdicts or group.faults else "A"


def _set_codes(transaction: TransactionSet) -> list[str]:
    codes = [fault.code.removeprefix("718-") for fault in transaction.faults if fault.code.startswith("718-")]
    if any(fault.code.startswith(("720-", "723-")) for fault in transaction.faults):
        codes.append("5")
    return _distinct(codes)


def _distinct(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))[:NOTES_MAX]


def _segment_notes(transaction: TransactionSet, code: str) -> list[list[Cell]]:
    """AK3 (IK3) for each code of each faulty segment, with AK4 (IK4) for each of its faulty elements."""
    by_segment: dict[tuple[int, str], list[Fault]] = {}
    for fault in transaction.faults:
        if fault.code.startswith(("720-", "723-")):
            by_segment.setdefault((fault.segment, fault.tag), []).append(fault)
    full = code == IMPLEMENTATION
    later = full or (transaction.group is not None and transaction.group.version >= "005")
    rows: list[list[Cell]] = []
    marks = transaction.interchange.delimiters.all + "".join(CANDIDATES)
    for (segment, tag), faults in sorted(by_segment.items()):
        whole = [_known(fault.code, later) for fault in faults if fault.code.startswith("720-")]
        elements = [fault for fault in faults if fault.code.startswith("723-")]
        codes = _distinct(whole + (["8"] if elements else []))
        shown_tag = _plain(tag[:3])
        shown_tag = shown_tag if len(shown_tag) > 1 else "ZZZ"
        # There is room for one code (x12-envelope.md §4); what is wrong with elements comes last, its AK4 follow.
        rows.extend(["IK3" if full else "AK3", shown_tag, str(segment), "", one] for one in codes)
        if full:
            rows.extend(_contexts(shown_tag, segment, elements))
        for fault in elements[:ELEMENTS_MAX]:
            place: Cell = str(fault.element)
            if later and fault.repetition:
                place = (str(fault.element), "", str(fault.repetition))
            shown = _clean(fault.value[:COPY_MAX], marks)
            rows.append(["IK4" if full else "AK4", place, fault.number, _known(fault.code, later), shown])
    return rows


def _known(code: str, later: bool) -> str:
    """The value of element 720 or 723 (620, 621); 4010 has fewer."""
    plain = code.partition("-")[2]
    return plain if later else _BEFORE_5010.get(code, plain)


def _contexts(tag: str, segment: int, faults: list[Fault]) -> list[list[Cell]]:
    """CTX for conditions: which element made another needed or one too many."""
    conditional = [fault for fault in faults if fault.code in CONDITIONAL][:CONTEXTS_MAX]
    return [["CTX", "SITUATIONAL TRIGGER", tag, str(segment), "", str(fault.element)] for fault in conditional]


def _plain(value: str, width: int = 9) -> str:
    """An identifier echoed back: only its letters and digits, so that a broken one cannot break the answer."""
    return "".join(sign for sign in value[:width] if sign.isascii() and sign.isalnum())


def _written(value: str) -> str:
    """A party's id, or nothing where no interchange could carry it."""
    return value if value.isascii() and value.isprintable() else ""


def _clean(value: str, marks: str) -> str:
    """A copy of the bad value, or nothing where it cannot be written (x12-envelope.md §4, AK404)."""
    return value if all(" " <= sign <= "~" and sign not in marks for sign in value) else ""
