"""The structure `UNB (UNG (UNH … UNT)+ UNE)+ | (UNH … UNT)+ UNZ`, its references and counts (edifact-envelope.md §2).

Rows become groups and messages; each broken rule is a fault with the code of 0085 a CONTRL names it by. A message whose
trailer is missing ends where the next envelope segment begins, so that what stands behind it is still read.
"""

from __future__ import annotations

from crossdock.formats.edifact.charset import CODECS
from crossdock.formats.edifact.marks import WHOLE, Row, Spot, value
from crossdock.formats.edifact.tree import ERROR, WARNING, Group, Interchange, Message

FAULTS_MAX = 100
DIGITS_MAX = 18
GROUPS_MAX = 10_000
MESSAGES_MAX = 100_000
VERSIONS = (1, 2, 3, 4)


class _Walk:
    """Where the reader stands: the open group and message, if any."""

    __slots__ = ("closed", "full", "group", "interchange", "message", "seen", "seen_groups")

    def __init__(self, interchange: Interchange) -> None:
        self.interchange = interchange
        self.group: Group | None = None
        self.message: Message | None = None
        self.seen: set[str] = set()
        self.seen_groups: set[str] = set()
        self.closed = False
        self.full = False

    def fault(self, code: str, detail: str, row: int, spot: Spot = WHOLE, severity: str = ERROR, tag: str = "") -> None:
        if len(self.interchange.faults) < FAULTS_MAX:
            fault = self.interchange.fault(code, detail, row, spot, severity=severity, tag=tag)
            self.interchange.faults.append(fault)

    def refuse(self, detail: str, row: int) -> None:
        """Tell once that the rest is not read."""
        if not self.full:
            self.full = True
            self.fault("UCI-18", detail, row)

    def group_fault(self, code: str, detail: str, row: int, spot: Spot = WHOLE, tag: str = "") -> None:
        if self.group is not None and len(self.group.faults) < FAULTS_MAX:
            self.group.faults.append(self.interchange.fault(code, detail, row, spot, tag=tag))


def structure(interchange: Interchange) -> None:
    """Fill `groups` and `messages` of an interchange that is split, and add every fault found."""
    walk = _Walk(interchange)
    texts = interchange.texts
    if interchange.bare:
        detail = "no UNB: sender, recipient and reference are unknown; send the messages between UNB and UNZ"
        walk.fault("EDI-UNB", detail, 0)
    else:
        _check_header(walk)
    marks = [row for row, text in enumerate(texts) if text.startswith("UN")]
    previous = -1 if interchange.bare else 0
    for row in marks if interchange.bare else marks[1:]:
        step = _STEPS.get(texts[row][:3])
        if step is None or texts[row][3:4].isalnum():
            continue
        if row > previous + 1 and walk.message is None:
            _outside(walk, previous + 1)
        step(walk, row, interchange.read(texts[row]))
        previous = row
    if len(texts) > previous + 1 and walk.message is None:
        _outside(walk, previous + 1)
    if not walk.closed:
        _end_group(walk, len(texts))
        if not interchange.bare:
            detail = "the interchange ends without UNZ: it was cut off; send it again as a whole"
            walk.fault("UCI-13", detail, len(texts) - 1, tag="UNZ")
    elif not interchange.closed:
        walk.fault("UCI-13", "no terminator stands behind UNZ: was the end cut off?", len(texts) - 1, WHOLE, WARNING)


def _check_header(walk: _Walk) -> None:
    one = walk.interchange
    if one.level not in CODECS:
        walk.fault(
            "UCI-2",
            f"UNB S001 {one.level!r} names no character set read here: send UNOA to UNOL, UNOW or UNOY",
            0,
            Spot(1),
        )
    if one.syntax not in VERSIONS:
        version = value(one.header, 1, 2)
        severity = ERROR if version else WARNING
        walk.fault("UCI-2", f"UNB S001 {version!r} is no syntax version 1 to 4", 0, Spot(1), severity)
    if not value(one.header, 2):
        walk.fault("UCI-23", "UNB S002 names no sender", 0, Spot(2))
    if not value(one.header, 3):
        walk.fault("UCI-43", "UNB S003 names no recipient", 0, Spot(3))
    if not one.control:
        walk.fault("UCI-13", "UNB 0020, the control reference, is missing", 0, Spot(5))
    day, hour = value(one.header, 4, 1), value(one.header, 4, 2)
    if not _is_number(day) or len(day) not in (6, 8):
        walk.fault("UCI-12", f"UNB S004 {day!r} is no date YYMMDD or CCYYMMDD", 0, Spot(4), WARNING)
    if hour and (not _is_number(hour) or len(hour) != 4):
        walk.fault("UCI-12", f"UNB S004 {hour!r} is no time HHMM", 0, Spot(4), WARNING)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _count(text: str) -> int:
    """A counter as written in a trailer, -1 when it is none."""
    return int(text) if _is_number(text) and len(text) <= DIGITS_MAX else -1


def _outside(walk: _Walk, row: int) -> None:
    """Segments between envelopes: one fault a run, they may be a whole message without its UNH."""
    place = "in a group but in no message" if walk.group is not None else "outside of every message"
    walk.fault("UCI-33", f"segment {walk.interchange.tag(row)!r} stands {place}: is a UNH missing before it?", row)


def _on_ung(walk: _Walk, row: int, cells: Row) -> None:
    _end_group(walk, row)
    if len(walk.interchange.groups) == GROUPS_MAX:
        walk.refuse(f"more than {GROUPS_MAX} groups: split the interchange", row)
        return
    control = value(cells, 5)
    if walk.interchange.messages and not walk.interchange.groups:
        walk.fault("UCI-30", "a group follows messages that stand in none: send all messages in groups, or none", row)
    group = Group(cells, f"{walk.interchange.path} / UNG {control}", row)
    walk.group = group
    walk.interchange.groups.append(group)
    if not control:
        walk.group_fault("UCF-13", "UNG 0048, the group's reference, is missing", row, Spot(5))
    elif control in walk.seen_groups:
        walk.group_fault("UCF-26", f"UNG 0048 {control!r} was used before: number each group on its own", row, Spot(5))
    walk.seen_groups.add(control)


def _on_une(walk: _Walk, row: int, cells: Row) -> None:
    _end_message(walk, row)
    group = walk.group
    if group is None:
        walk.fault("UCI-33", "UNE without a UNG before it", row)
        return
    announced, control = value(cells, 1), value(cells, 2)
    if _count(announced) != len(group.messages):
        detail = f"UNE 0060 announces {announced or 'nothing'}, the group holds {len(group.messages)} messages"
        walk.group_fault("UCF-29", detail, row, Spot(1))
    if control != group.control:
        walk.group_fault("UCF-28", f"UNE 0048 {control!r} is not UNG 0048 {group.control!r}", row, Spot(2))
    _close_group(walk, group)


def _close_group(walk: _Walk, group: Group) -> None:
    if not group.messages:
        walk.group_fault("UCF-32", f"group {group.control} holds no message", group.first)
    kinds = sorted({message.kind for message in group.messages})
    if len(kinds) > 1:
        walk.group_fault(
            "UCF-31", f"the group mixes {', '.join(kinds)[:80]}: send one message type a group", group.first
        )
    walk.group = None


def _end_group(walk: _Walk, row: int) -> None:
    _end_message(walk, row)
    if walk.group is not None:
        walk.group_fault("UCF-13", f"group {walk.group.control} has no UNE", walk.group.first, tag="UNE")
        _close_group(walk, walk.group)


def _on_unh(walk: _Walk, row: int, cells: Row) -> None:
    _end_message(walk, row)
    one = walk.interchange
    if len(one.messages) == MESSAGES_MAX:
        walk.refuse(f"more than {MESSAGES_MAX} messages: split the interchange", row)
        return
    message = Message(one, walk.group, cells, [one.texts[row]], row)
    walk.message = message
    one.messages.append(message)
    if walk.group is not None:
        walk.group.messages.append(message)
    elif one.groups:
        walk.fault("UCI-30", "a message stands behind a group and in none: send all messages in groups, or none", row)
    control = message.control
    if not control:
        message.faults.append(message.fault("UCM-13", "UNH 0062, the message's reference, is missing", 0, Spot(1)))
    elif control in walk.seen:
        detail = f"UNH 0062 {control!r} was used before in this interchange: number each message on its own"
        message.faults.append(message.fault("UCM-26", detail, 0, Spot(1)))
    walk.seen.add(control)
    if not message.kind:
        message.faults.append(message.fault("UCM-13", "UNH S009 names no message type", 0, Spot(2)))


def _on_unt(walk: _Walk, row: int, cells: Row) -> None:
    message = walk.message
    if message is None:
        walk.fault("UCI-33", "UNT without a UNH before it", row)
        return
    walk.message = None
    message.texts = walk.interchange.texts[message.first : row + 1]
    count = row + 1 - message.first
    announced, control = value(cells, 1), value(cells, 2)
    if _count(announced) != count:
        detail = f"UNT 0074 says {announced or 'nothing'}, the message has {count} segments from UNH to UNT"
        message.faults.append(message.fault("UCM-29", detail, count - 1, Spot(1)))
    if control != message.control:
        detail = f"UNT 0062 {control!r} is not UNH 0062 {message.control!r}"
        message.faults.append(message.fault("UCM-28", detail, count - 1, Spot(2)))


def _end_message(walk: _Walk, row: int) -> None:
    message = walk.message
    if message is not None:
        message.texts = walk.interchange.texts[message.first : row]
        message.faults.append(message.fault("UCM-13", f"message {message.control} has no UNT", 0, tag="UNT"))
        walk.message = None


def _on_unz(walk: _Walk, row: int, cells: Row) -> None:
    _end_group(walk, row)
    if walk.closed:
        walk.fault("UCI-33", "a second UNZ stands in the interchange", row)
        return
    walk.closed = True
    one = walk.interchange
    if one.bare:
        walk.fault("UCI-33", "UNZ without a UNB before it", row)
        return
    announced, control = value(cells, 1), value(cells, 2)
    count = len(one.groups) or len(one.messages)
    if _count(announced) != count:
        what = "groups" if one.groups else "messages"
        detail = f"UNZ 0036 announces {announced or 'nothing'}, the interchange holds {count} {what}"
        walk.fault("UCI-29", detail, row, Spot(1))
    if control != one.control:
        walk.fault("UCI-28", f"UNZ 0020 {control!r} is not UNB 0020 {one.control!r}", row, Spot(2))
    if not count:
        walk.fault("UCI-32", "the interchange holds no message", row)


def _on_unb(walk: _Walk, row: int, cells: Row) -> None:
    walk.fault("UCI-33", "a second UNB stands inside the interchange", row)


def _on_uno(walk: _Walk, row: int, cells: Row) -> None:
    walk.fault("UCI-15", "packages (UNO to UNP) are not read here: send objects another way", row)


_STEPS = {
    "UNB": _on_unb,
    "UNG": _on_ung,
    "UNE": _on_une,
    "UNH": _on_unh,
    "UNT": _on_unt,
    "UNZ": _on_unz,
    "UNO": _on_uno,
}
