"""The structure `ISA (TA1)* (GS (ST … SE)+ GE)* IEA` and its control totals (x12-envelope.md §2).

Rows become groups and sets; each broken rule is a fault with the code the acknowledgment names it by. A set whose
trailer is missing ends where the next envelope segment begins, so that what stands behind it is still read.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter

from crossdock.formats.x12.tree import WARNING, Group, Interchange, Row, TransactionSet, element

_head = itemgetter(slice(0, 3))
FAULTS_MAX = 100
DIGITS_MAX = 18
SETS_MAX = 100_000
GROUPS_MAX = 10_000


class _Walk:
    """Where the reader stands: the open group and set, if any."""

    __slots__ = ("closed", "full", "group", "groups", "heads", "interchange", "seen", "sets", "transaction")

    def __init__(self, interchange: Interchange, heads: list[str]) -> None:
        self.interchange = interchange
        self.heads = heads
        self.group: Group | None = None
        self.transaction: TransactionSet | None = None
        self.seen: set[str] = set()
        self.groups: set[tuple[str, str]] = set()
        self.sets = 0
        self.closed = False
        self.full = False

    def fault(self, code: str, detail: str, row: int, number: int = 0, severity: str = "error") -> None:
        if len(self.interchange.faults) < FAULTS_MAX:
            self.interchange.faults.append(self.interchange.fault(code, detail, row, number, severity=severity))

    def refuse(self, detail: str, row: int) -> None:
        """Tell once, whatever else was told, that the rest is not read."""
        if not self.full:
            self.full = True
            self.interchange.faults.append(self.interchange.fault("I18-022", detail, row))


def structure(interchange: Interchange) -> None:
    """Fill `groups` and `notes` of an interchange that is split, and add every fault found."""
    texts = interchange.texts
    separator = interchange.delimiters.element
    heads = list(map(_head, texts))
    walk = _Walk(interchange, heads)
    _check_header(walk)
    starts = _starts(separator)
    marks = [number for number, head in enumerate(heads) if head in starts]
    previous = 0
    for number in marks[1:]:
        row = texts[number].split(separator)
        step = _STEPS.get(row[0])
        if step is None:
            continue
        if number > previous + 1 and walk.transaction is None:
            _outside(walk, previous + 1)
        step(walk, number, row)
        previous = number
    if len(texts) > previous + 1 and walk.transaction is None and not walk.closed:
        _outside(walk, previous + 1)
    if not walk.closed:
        _end_group(walk, len(texts))
        detail = "the interchange ends without IEA: it was cut off; send it again as a whole"
        walk.fault("I18-023", detail, len(texts) - 1)


@lru_cache(maxsize=64)
def _starts(separator: str) -> frozenset[str]:
    """How segments of the envelope start: three signs, the separator among them where the tag is shorter."""
    return frozenset((tag + separator)[:3] for tag in _STEPS) | frozenset(tag for tag in _STEPS if len(tag) < 3)


def _check_header(walk: _Walk) -> None:
    header = walk.interchange.header
    control = walk.interchange.control
    if not control.isdecimal() or len(control) > 9:
        walk.fault("I18-018", f"ISA13 {control!r} is not a control number of nine digits", 0, 13)
    if not walk.interchange.sender[1]:
        walk.fault("I18-006", "ISA06 names no sender", 0, 6)
    if not walk.interchange.receiver[1]:
        walk.fault("I18-008", "ISA08 names no receiver", 0, 8)
    if not header[9].strip().isdecimal():
        walk.fault("I18-014", f"ISA09 {header[9]!r} is no date YYMMDD", 0, 9, WARNING)
    if not header[10].strip().isdecimal():
        walk.fault("I18-015", f"ISA10 {header[10]!r} is no time HHMM", 0, 10, WARNING)
    if header[14] not in ("0", "1"):
        walk.fault("I18-019", f"ISA14 {header[14]!r} is neither 0 nor 1", 0, 14, WARNING)


def _outside(walk: _Walk, number: int) -> None:
    """Segments between envelopes: one fault a run, they may be a whole set without its ST."""
    tag = walk.interchange.divide(walk.interchange.texts[number])[0]
    place = "in a group but in no transaction set" if walk.group is not None else "outside of every group"
    walk.fault("I18-022", f"segment {tag[:20]!r} stands {place}: is an ST or GS missing before it?", number)


def _on_gs(walk: _Walk, number: int, row: Row) -> None:
    if walk.group is not None:
        _end_group(walk, number)
    if len(walk.interchange.groups) == GROUPS_MAX:
        walk.refuse(f"more than {GROUPS_MAX} groups: split the interchange", number)
        return
    control = element(row, 6).strip()
    group = Group(row, f"ISA {walk.interchange.control} / GS {control}", number, sets=[], faults=[])
    walk.group = group
    walk.seen = set()
    walk.interchange.groups.append(group)
    if not control.isdecimal() or len(control) > 9:
        _group_fault(walk, "716-6", f"GS06 {control!r} is not a group control number of up to nine digits", number, 6)
    if not group.functional:
        _group_fault(walk, "716-1", "GS01 names no functional group", number, 1)
    # Numbers are unique for one functional id between the same applications (x12-envelope.md §2).
    identity = (f"{group.functional}|{group.sender}|{group.receiver}", control.lstrip("0"))
    if control and identity in walk.groups:
        detail = f"GS06 {control} was used before in this interchange: number each group on its own"
        _group_fault(walk, "716-6", detail, number, 6)
    walk.groups.add(identity)


def _group_fault(walk: _Walk, code: str, detail: str, number: int, cell: int = 0) -> None:
    if walk.group is not None:
        walk.group.faults.append(walk.interchange.fault(code, detail, number, cell))


def _on_ge(walk: _Walk, number: int, row: Row) -> None:
    group = walk.group
    if group is None:
        walk.fault("I18-024", "GE without a GS before it", number)
        return
    _end_set(walk, number)
    announced, control = element(row, 1).strip(), element(row, 2).strip()
    group.announced = _count(announced)
    if group.announced != len(group.sets):
        detail = f"GE01 announces {announced or 'nothing'}, the group holds {len(group.sets)} transaction sets"
        _group_fault(walk, "716-5", detail, number, 1)
    if not _same_number(control, group.control):
        _group_fault(walk, "716-4", f"GE02 {control!r} is not GS06 {group.control!r}", number, 2)
    walk.group = None


def _same_number(one: str, other: str) -> bool:
    """Group and interchange numbers compare as numbers, whatever their padding."""
    return one == other or (_count(one) >= 0 and _count(one) == _count(other))


def _count(text: str) -> int:
    """A counter as written in a trailer, -1 when it is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS_MAX else -1


def _end_group(walk: _Walk, number: int) -> None:
    _end_set(walk, number)
    if walk.group is not None:
        _group_fault(walk, "716-3", f"group {walk.group.control} has no GE", walk.group.first)
        walk.group.announced = len(walk.group.sets)
        walk.group = None


def _on_st(walk: _Walk, number: int, row: Row) -> None:
    if walk.transaction is not None:
        _end_set(walk, number)
    if walk.sets == SETS_MAX:
        walk.refuse(f"more than {SETS_MAX} transaction sets: split the interchange", number)
        return
    walk.sets += 1
    group = walk.group
    code, control = element(row, 1).strip(), element(row, 2).strip()
    transaction = TransactionSet(walk.interchange, group, code, control, [walk.interchange.texts[number]], number, [])
    walk.transaction = transaction
    if group is None:
        walk.fault("I18-024", f"transaction set {code} {control} stands in no group: GS is missing", number)
    else:
        group.sets.append(transaction)
    if len(code) != 3 or not code.isdecimal():
        transaction.faults.append(transaction.fault("718-6", f"ST01 {code!r} is no transaction set identifier", 0, 1))
    if not control:
        transaction.faults.append(transaction.fault("718-7", "ST02, the set's control number, is missing", 0, 2))
    elif control in walk.seen:
        detail = f"ST02 {control} was used before in this group: number each set on its own"
        transaction.faults.append(transaction.fault("718-23", detail, 0, 2))
    walk.seen.add(control)


def _on_se(walk: _Walk, number: int, row: Row) -> None:
    transaction = walk.transaction
    if transaction is None:
        walk.fault("I18-022", "SE without an ST before it", number)
        return
    walk.transaction = None
    _cut(walk, transaction, number + 1)
    count = number + 1 - transaction.first
    announced, control = element(row, 1).strip(), element(row, 2).strip()
    if announced != str(count) and _count(announced) != count:
        detail = f"SE01 says {announced or 'nothing'}, the set has {count} segments from ST to SE"
        transaction.faults.append(transaction.fault("718-4", detail, count - 1, 1))
    if control != transaction.control:
        detail = f"SE02 {control!r} is not ST02 {transaction.control!r}"
        transaction.faults.append(transaction.fault("718-3", detail, count - 1, 2))


def _cut(walk: _Walk, transaction: TransactionSet, end: int) -> None:
    transaction.texts = walk.interchange.texts[transaction.first : end]
    transaction.heads = tuple(walk.heads[transaction.first : end])


def _end_set(walk: _Walk, number: int) -> None:
    transaction = walk.transaction
    if transaction is None:
        return
    _cut(walk, transaction, number)
    transaction.faults.append(transaction.fault("718-2", f"set {transaction.control} has no SE", 0))
    walk.transaction = None


def _on_iea(walk: _Walk, number: int, row: Row) -> None:
    _end_group(walk, number)
    walk.closed = True
    announced, control = element(row, 1).strip(), element(row, 2).strip()
    count = len(walk.interchange.groups)
    if _count(announced) != count:
        detail = f"IEA01 announces {announced or 'nothing'}, the interchange holds {count} groups"
        walk.fault("I18-021", detail, number, 1)
    if not _same_number(control, walk.interchange.control):
        walk.fault("I18-001", f"IEA02 {control!r} is not ISA13 {walk.interchange.control!r}", number, 2)


def _on_ta1(walk: _Walk, number: int, row: Row) -> None:
    walk.interchange.notes.append(row)
    if walk.group is not None:
        walk.fault("I18-022", "TA1 stands inside a group; it belongs between ISA and the first GS", number, 0, WARNING)


def _on_isx(walk: _Walk, number: int, row: Row) -> None:
    walk.fault("I18-003", "ISX (release character of 007040) is not supported: send data without it", number)


def _on_isa(walk: _Walk, number: int, row: Row) -> None:
    walk.fault("I18-022", "a second ISA stands inside the interchange", number)


_STEPS = {
    "GS": _on_gs,
    "GE": _on_ge,
    "ST": _on_st,
    "SE": _on_se,
    "IEA": _on_iea,
    "TA1": _on_ta1,
    "ISX": _on_isx,
    "ISA": _on_isa,
}
