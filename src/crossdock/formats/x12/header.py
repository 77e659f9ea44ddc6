"""Finding interchanges in a file and reading the ISA, whose bytes name the delimiters (x12-envelope.md §1).

A header in fixed positions is taken as it stands. One that is off by some bytes is repaired when its sixteen elements
still make sense; the repair is a warning. Where they do not, nothing behind the header can be trusted.
"""

from __future__ import annotations

import re

import msgspec

from crossdock.formats.x12.tree import ERROR, WARNING, Delimiters, Row

# Positions of the element separator in the 106 bytes of an ISA (x12-envelope.md §1, from the control schemas).
SEPARATOR_AT = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
HEADER_LENGTH = 106
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
REPAIR_WINDOW = 400
REPETITION_FROM = "00402"

ISA = re.compile(r"ISA(?=[^A-Za-z0-9 \r\n])")
_NEXT_TAG = re.compile(r"[ \r\n\t]*(?:GS|TA1|IEA|ISX|ST)(?![A-Za-z0-9])")
_BLANKS = " \r\n\t\x00\x1a"


class Header(msgspec.Struct, frozen=True):
    """An ISA as read. `length` counts its bytes without the terminator; `delimiters` is None when it is unreadable.

    `problems` are `(fault code, element, severity, sentence)`.
    """

    row: Row
    length: int
    delimiters: Delimiters | None
    problems: tuple[tuple[str, int, str, str], ...] = ()


def find_header(text: str, position: int) -> int:
    """Where the next ISA starts at or after `position`, -1 when there is none.

    An ISA inside data (`N1*ST*VISA*…`) is none: one starts the file, a line, or follows a terminator.
    """
    places = (match.start() for match in ISA.finditer(text, position))
    return next((at for at in places if is_header(text, at, position)), -1)


def is_header(text: str, at: int, position: int) -> bool:
    """Whether the ISA that stands here is one where reading begins at `position`."""
    return at == position or not text[at - 1].isalnum()


def read_header(text: str, start: int) -> Header:
    """Read the ISA that starts at `start`."""
    separator = text[start + 3]
    head = text[start : start + HEADER_LENGTH]
    exact = len(head) == HEADER_LENGTH and head.count(separator) == len(SEPARATOR_AT)
    if exact and all(head[at] == separator for at in SEPARATOR_AT):
        return _judged(text, start, head[:-1].split(separator), HEADER_LENGTH - 1, ())
    return _repaired(text, start, separator)


def _repaired(text: str, start: int, separator: str) -> Header:
    window = text[start : start + REPAIR_WINDOW]
    cells = window.split(separator)
    if len(cells) < len(WIDTHS) + 1 or not _makes_sense(cells):
        return Header(_leftover(window, separator), len(_line(window)), None, (_structure(cells),))
    length = sum(map(len, cells[:16])) + 16 + 1
    wrong = [n for n, width in enumerate(WIDTHS[:15], 1) if len(cells[n]) != width] or [16]
    sentence = "the ISA is not in its fixed widths (elements " + ", ".join(f"{n:02d}" for n in wrong) + ")"
    row = [*cells[:16], cells[16][:1]]
    problem = ("I18-022", wrong[0], WARNING, f"{sentence}; it was read by its separators: send 106 bytes")
    return _judged(text, start, row, length, (problem,))


def _makes_sense(cells: list[str]) -> bool:
    """The short elements behind the identifiers tell whether the sixteen cells are those of an ISA."""
    version, control, wish, usage = (cells[n].strip() for n in (12, 13, 14, 15))
    return version.isdecimal() and len(version) <= 6 and control.isdecimal() and len(wish) == 1 and len(usage) == 1


def _structure(cells: list[str]) -> tuple[str, int, str, str]:
    held = min(len(cells) - 1, len(WIDTHS))
    sentence = f"the ISA header cannot be read: it needs sixteen elements, {held} were found or do not fit their places"
    return ("I18-022", 0, ERROR, f"{sentence}; send a header of 106 bytes")


def _line(window: str) -> str:
    return re.split(r"[\r\n]", window, maxsplit=1)[0]


def _leftover(window: str, separator: str) -> Row:
    """What the first line still tells, for the finding: never more than sixteen elements."""
    return _line(window).split(separator)[:17]


def _judged(text: str, start: int, row: Row, length: int, problems: tuple[tuple[str, int, str, str], ...]) -> Header:
    separator, component = text[start + 3], row[16]
    after = text[start + length : start + length + 1]
    misread = _missing_component(text, start + length - 1, component, after)
    if misread:
        return Header(row, length, None, (*problems, misread))
    if not after or after in (separator, component, " ") or after.isalnum():
        shown = repr(after) if after else "the end of the file"
        problem = ("I18-004", 16, ERROR, f"the segment terminator after ISA16 is {shown}: it must be a byte of its own")
        return Header(row, length, None, (*problems, problem))
    if component == separator:
        problem = ("I18-027", 16, ERROR, "ISA16 equals the element separator: the delimiters must all differ")
        return Header(row, length, None, (*problems, problem))
    behind = text[start + length + 1 : start + length + 41].lstrip(_BLANKS)
    if behind and not _NEXT_TAG.match(behind):
        sentence = f"behind the segment terminator {after!r} stands {behind[:12]!r}: GS, TA1 or IEA must follow the ISA"
        return Header(row, length, None, (*problems, ("I18-004", 16, ERROR, sentence)))
    repetition, remark = _repetition(row, separator + component + after)
    return Header(row, length, Delimiters(separator, component, after, repetition), (*problems, *remark))


def _missing_component(text: str, at: int, component: str, after: str) -> tuple[str, int, str, str] | None:
    """ISA16 left out: what stands in its place is the terminator, told by the line it ends and the next line's end."""
    if component in "\r\n":
        return ("I18-027", 16, ERROR, "ISA16 (component separator) is missing: the line ends where it should stand")
    if component.isalnum() or component == " ":
        return ("I18-027", 16, ERROR, f"ISA16 {component!r} cannot separate components: name a byte not used in data")
    ended = not after or (after not in "\r\n" and _NEXT_TAG.match(text, at + 1) is not None)
    if not ended and after in "\r\n":
        ended = _line(text[at + 1 : at + 2000].lstrip(_BLANKS)).endswith(component)
    if ended:
        return ("I18-027", 16, ERROR, f"ISA16 (component separator) is missing: {component!r} ends the segment there")
    return None


def _repetition(row: Row, others: str) -> tuple[str, tuple[tuple[str, int, str, str], ...]]:
    """ISA11 is the repetition separator from 00402 on; letters, digits and blanks switch it off (reading rule 6)."""
    sign = row[11].strip()
    if row[12] < REPETITION_FROM or len(sign) != 1 or sign.isalnum():
        return "", ()
    if sign in others:
        return "", (("I18-032", 11, WARNING, f"ISA11 {sign!r} is also another delimiter: repetitions are not read"),)
    return sign, ()
