"""The service characters and what they do to text: dividing at them, escaping, and the form values have in trees.

A row is a segment divided: `row[0]` is the tag, `row[n]` element n. A *raw* row holds the bytes as they stand, escapes
and all; a *plain* row holds what they mean: unescaped, with COMPONENT between components and REPETITION between
repetitions whatever the sender's characters are, so that nobody behind the reader needs to know them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from crossdock.kernel.errors import Rejected

Row = list[str]
Cell = str | Sequence[str]

COMPONENT = "\x1f"
REPETITION = "\x1e"
# What stands for these two where a sender has them as data, which no character set allows: SUB.
REPLACEMENT = "\x1a"

# A segment of the directories has at most some hundred elements of at most 512 characters (edifact-segments.csv).
SEGMENT_MAX = 100_000

_FIELD = re.compile(r"([0-9]{2})(?:#([1-9][0-9]?))?(?:-([1-9][0-9]?))?")


class Delimiters(msgspec.Struct, frozen=True):
    """The service characters in force. `release` and `repetition` are empty where there are none.

    `decimal` is the mark of the UNA; who reads a number takes `.` and `,` alike below (edifact-envelope.md §1).
    """

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    segment: str = "'"

    @property
    def is_mixed(self) -> bool:
        """Whether one of them is what plain rows separate by, in another role: then cells are divided one by one."""
        others = self.element + self.release + self.segment
        return COMPONENT in others + self.repetition or REPETITION in others + self.component

    @property
    def all(self) -> str:
        """Every character that data holds only behind a release character."""
        return self.component + self.element + self.release + self.repetition + self.segment


STANDARD = Delimiters()
# Level B without UNA in old installations: control characters, and none to release with.
LEVEL_B = Delimiters("\x1f", "\x1d", ".", "", "", "\x1c")


def divide(text: str, separator: str, release: str) -> Row:
    """The parts of `text` between separators that are not released; joined with the separator they are `text` again."""
    if not release or release + separator not in text:
        return text.split(separator)
    parts: Row = []
    held: Row = []
    for part in text.split(separator):
        held.append(part)
        if not _is_released(part, release):
            parts.append(separator.join(held))
            held = []
    if held:
        parts.append(separator.join(held))
    return parts


def _is_released(part: str, release: str) -> bool:
    """Whether the separator behind this part is data: an odd run of release characters stands before it."""
    return part[-1:] == release and (len(part) - len(part.rstrip(release))) % 2 == 1


def is_free(text: str, at: int, release: str) -> bool:
    """Whether the character at `at` is not released."""
    before = at
    while before > 0 and release and text[before - 1] == release:
        before -= 1
    return (at - before) % 2 == 0


def unescape(text: str, release: str) -> str:
    """The text without its release characters: `??` is `?`, `?+` is `+`, and `?A` is `A` as well."""
    if not release or release not in text:
        return text
    return _released(release).sub(r"\1", text)


@lru_cache(maxsize=32)
def _released(release: str) -> re.Pattern[str]:
    return re.compile(re.escape(release) + "(.)", re.DOTALL)


def escape(text: str, marks: Delimiters) -> str:
    """The text with every service character released; only for delimiters that have a release character."""
    return text.translate(_escapes(marks))


@lru_cache(maxsize=64)
def _escapes(marks: Delimiters) -> dict[int, str]:
    return {ord(sign): marks.release + sign for sign in marks.all}


def plain_row(text: str, marks: Delimiters, *, clean: bool = True) -> Row:
    """A segment as a plain row. `clean` promises that no COMPONENT or REPETITION stands in the data."""
    if clean and (not marks.release or marks.release not in text):
        if marks.repetition:
            text = text.replace(marks.repetition, REPETITION)
        return text.replace(marks.component, COMPONENT).split(marks.element)
    return [_plain_cell(cell, marks) for cell in divide(text, marks.element, marks.release)]


def _plain_cell(cell: str, marks: Delimiters) -> str:
    repeats = divide(cell, marks.repetition, marks.release) if marks.repetition else [cell]
    return REPETITION.join(
        COMPONENT.join(_bare(part, marks.release) for part in divide(repeat, marks.component, marks.release))
        for repeat in repeats
    )


def _bare(part: str, release: str) -> str:
    return unescape(part, release).replace(COMPONENT, REPLACEMENT).replace(REPETITION, REPLACEMENT)


def value(row: Sequence[str], element: int, component: int = 1, repetition: int = 1) -> str:
    """A component of a plain row, empty where there is none; a simple element is its own first component."""
    if element >= len(row):
        return ""
    cell = row[element]
    if REPETITION in cell or repetition > 1:
        repeats = cell.split(REPETITION)
        cell = repeats[repetition - 1] if repetition <= len(repeats) else ""
    parts = cell.split(COMPONENT)
    return parts[component - 1] if component <= len(parts) else ""


def composite(row: Sequence[str], element: int) -> tuple[str, ...]:
    """The components of the first repetition of an element; empty when it is not there."""
    cell = row[element] if element < len(row) else ""
    return tuple(cell.partition(REPETITION)[0].split(COMPONENT)) if cell else ()


class Spot(NamedTuple):
    """Which value of a segment: element, component and repetition count from 1, 0 is the whole of that level."""

    element: int = 0
    component: int = 0
    repetition: int = 0

    def name(self, tag: str) -> str:
        """`DTM`, `DTM-01`, `DTM-01-2`, `STS-02#2-1`."""
        if not self.element:
            return tag
        repeated = f"#{self.repetition}" if self.repetition > 1 else ""
        part = f"-{self.component}" if self.component else ""
        return f"{tag}-{self.element:02d}{repeated}{part}"


WHOLE = Spot()


def address(field: str) -> Spot:
    """The value a field's name means: `01`, `01-2` (component), `01#2` (repetition), `01#2-3`.

    Raises:
        Rejected: it is not written as a field of EDIFACT.
    """
    match = _FIELD.fullmatch(field)
    if match is None:
        detail = f"{field!r} is no field of EDIFACT: write `01`, `01-2` (component), `01#2` (repetition) or `01#2-3`"
        raise Rejected(detail)
    return Spot(int(match[1]), int(match[3] or 0), int(match[2] or 0))


def span(text: str, marks: Delimiters, spot: Spot) -> tuple[int, int]:
    """Where a value stands in a raw segment: offset and length of its bytes.

    What is not there has length 0 and the offset where its nearest neighbour before it ends.
    """
    start, cell = _part(0, text, marks.element, marks.release, spot.element + 1)
    if spot.repetition and marks.repetition:
        start, cell = _part(start, cell, marks.repetition, marks.release, spot.repetition)
    if spot.component:
        start, cell = _part(start, cell, marks.component, marks.release, spot.component)
    return start, len(cell)


def _part(start: int, text: str, separator: str, release: str, number: int) -> tuple[int, str]:
    parts = divide(text, separator, release)
    if number > len(parts):
        return start + len(text), ""
    return start + sum(map(len, parts[: number - 1])) + number - 1, parts[number - 1]
