"""Functional and interchange acknowledgments, both ways (x12-envelope.md §4).

What the reader and a mapping found decides: a set with an error is rejected (R), one with warnings is accepted with
errors (E), else accepted (A). One 997 answers one group; a group of acknowledgments is never answered.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.formats.x12.tree import ERROR, Delimiters, Fault, Group, Interchange, Row, TransactionSet, element
from crossdock.formats.x12.writer import STANDARD, Draft, Envelope, Sender, compose

ACKNOWLEDGING = frozenset(("997", "999"))
FUNCTIONAL = "FA"
NOTES_MAX = 5
COPY_MAX = 99
# More signs than a reply repeats identifiers of: one is always free, the control characters at the latest.
CANDIDATES = ("*", "~", ">", "^", "|", "!", ":", "<", "\x1d", "\x1c", "\x1f", "\x1e")


class SetAnswer(msgspec.Struct, frozen=True):
    """What a partner says of one set of ours: `verdict` A, E or R (M, W, X: security), `notes` its codes and places."""

    code: str
    control: str
    verdict: str
    notes: tuple[str, ...] = ()


class GroupAnswer(msgspec.Struct, frozen=True):
    """A received 997 or 999. Without `sets`, `verdict` holds for every set of the group."""

    functional: str
    control: str
    verdict: str
    sets: tuple[SetAnswer, ...] = ()
    notes: tuple[str, ...] = ()


class InterchangeAnswer(msgspec.Struct, frozen=True):
    """A received TA1: `verdict` A, E or R on our interchange `control`, `note` the three digits of element I18."""

    control: str
    verdict: str
    note: str


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


def answer(interchange: Interchange, isa_control: int, group_control: int, at: datetime) -> bytes:
    """The reply to one interchange: its TA1 when owed, then one 997 a group; version and usage as received.

    Delimiters are those received, but for one that stands in an identifier the reply must repeat.
    """
    drafts: list[Draft] = []
    if not is_refused(interchange.faults):
        answered = [group for group in interchange.groups if _is_answered(group)]
        drafts = [Draft("997", f"{number:04d}", acknowledge(group)) for number, group in enumerate(answered, 1)]
    notes = [note(interchange)] if _owes_note(interchange) else []
    return compose(_reply_envelope(interchange, isa_control, group_control, at), drafts, notes)


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


def acknowledge(group: Group) -> list[Row]:
    """The rows of a 997 between ST and SE for one received group."""
    refused = is_refused(group.faults)
    rows: list[Row] = [["AK1", _plain(group.functional), _plain(group.control)]]
    verdicts = ["R" if refused else set_verdict(transaction) for transaction in group.sets]
    for transaction, verdict in zip(group.sets, verdicts, strict=True):
        rows.append(["AK2", _plain(transaction.code), _plain(transaction.control)])
        rows.extend(_segment_notes(transaction))
        rows.append(["AK5", verdict, *_set_codes(transaction)])
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


def _segment_notes(transaction: TransactionSet) -> list[Row]:
    """AK3 for each faulty segment, with AK4 for each of its faulty elements."""
    by_segment: dict[tuple[int, str], list[Fault]] = {}
    for fault in transaction.faults:
        if fault.code.startswith(("720-", "723-")):
            by_segment.setdefault((fault.segment, fault.tag), []).append(fault)
    rows: list[Row] = []
    marks = transaction.interchange.delimiters.all + "".join(CANDIDATES)
    for (segment, tag), faults in sorted(by_segment.items()):
        whole = [fault.code.removeprefix("720-") for fault in faults if fault.code.startswith("720-")]
        elements = [fault for fault in faults if fault.code.startswith("723-")]
        codes = whole + (["8"] if elements else [])
        rows.append(["AK3", _plain(tag[:3]) or "ZZZ", str(segment), "", *_distinct(codes)])
        for fault in elements:
            shown = _clean(fault.value[:COPY_MAX], marks)
            rows.append(["AK4", str(fault.element), "", fault.code.removeprefix("723-"), shown])
    return rows


def _plain(value: str) -> str:
    """An identifier echoed back: only its letters and digits, so that a broken one cannot break the answer."""
    return "".join(sign for sign in value[:9] if sign.isascii() and sign.isalnum())


def _written(value: str) -> str:
    """A party's id, or nothing where no interchange could carry it."""
    return value if value.isascii() and value.isprintable() else ""


def _clean(value: str, marks: str) -> str:
    """A copy of the bad value, or nothing where it cannot be written (x12-envelope.md §4, AK404)."""
    return value if all(" " <= sign <= "~" and sign not in marks for sign in value) else ""


def read_note(row: Row) -> InterchangeAnswer:
    """A received TA1."""
    return InterchangeAnswer(element(row, 1).strip(), element(row, 4).strip(), element(row, 5).strip())


def read_acknowledgement(transaction: TransactionSet) -> GroupAnswer | None:
    """A received 997 or 999; what is missing becomes a fault of the set and the answer is None."""
    rows = transaction.rows
    first = next((row for row in rows if row[0] == "AK1"), None)
    last = next((row for row in rows if row[0] == "AK9"), None)
    for tag, row in (("AK1", first), ("AK9", last)):
        if row is None:
            detail = f"a {transaction.code} needs {tag}: send which group was judged and how"
            fault = transaction.fault("720-3", detail, len(rows) - 1)
            transaction.faults.append(msgspec.structs.replace(fault, tag=tag))
    if first is None or last is None:
        return None
    notes = tuple(f"716-{code}" for code in last[5:] if code)
    return GroupAnswer(element(first, 1), element(first, 2).strip(), element(last, 1), _set_answers(rows), notes)


def _set_answers(rows: list[Row]) -> tuple[SetAnswer, ...]:
    answers: list[SetAnswer] = []
    code = control = ""
    notes: list[str] = []
    for row in rows:
        match row[0]:
            case "AK2":
                code, control, notes = element(row, 1), element(row, 2).strip(), []
            case "AK3" | "IK3":
                notes.append(f"segment {element(row, 2)} {element(row, 1)}: 720-{element(row, 4) or '?'}")
            case "AK4" | "IK4":
                shown = f" {element(row, 4)!r}" if element(row, 4) else ""
                notes.append(f"element {element(row, 1)}: 723-{element(row, 3)}{shown}")
            case "AK5" | "IK5":
                notes.extend(f"718-{note}" for note in row[2:] if note)
                answers.append(SetAnswer(code, control, element(row, 1), tuple(notes)))
            case _:
                pass
    return tuple(answers)
