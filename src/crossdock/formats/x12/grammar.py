"""What a transaction set may hold: its layout and the make of its segments, by set and version.

The tables are `grammar_sets`, `grammar_4010` and `grammar_5010`; any other version is judged by the nearer of the two,
and a set one of them lacks by the other. Everything is parsed when first asked for and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from crossdock.formats.x12.grammar_4010 import ELEMENTS_4010, NOTES_4010, SEGMENTS_4010
from crossdock.formats.x12.grammar_5010 import ELEMENTS_5010, SEGMENTS_5010
from crossdock.formats.x12.grammar_sets import LAYOUTS_4010, LAYOUTS_5010

UNLIMITED = 2**31
COMPOSITE = "C"
BINARY_TYPE = "B"
_LAYOUTS = {"4010": LAYOUTS_4010, "5010": {**LAYOUTS_4010, **LAYOUTS_5010}}
_HALF_WAY = 4510
_TOKEN = re.compile(r"([A-Z0-9]+)(!?)(?::(\d+|\*))?(\(?)|\)")
_ATTRIBUTES = re.compile(r"([A-Z]+)(\d*)(?:-(\d+))?")
_NOTE = re.compile(r"([PRECL])((?:\d\d)+)")


class Slot(msgspec.Struct):
    """One place in a layout: a segment, or the loop it opens (`slots` are what follows it inside).

    `path` names the loops it stands in (or opens) from the outside in: `LX/AT7`.
    """

    tag: str
    mandatory: bool
    times_max: int
    path: str
    is_loop: bool = False
    slots: list[Slot] = []
    # Where a tag stands inside: positions in `slots`, in order; every tag anywhere below; what must be there.
    at: dict[str, list[int]] = {}
    below: frozenset[str] = frozenset()
    musts: tuple[int, ...] = ()


class Element(msgspec.Struct, frozen=True):
    """One position of a segment. `type` is one of ID AN DT TM R N C B; lengths do not count sign and decimal point."""

    number: str
    type: str
    length_min: int
    length_max: int
    mandatory: bool


class Note(msgspec.Struct, frozen=True):
    """A condition between elements: P, R, E, C or L and the positions it speaks of (x12-envelope.md §3)."""

    kind: str
    positions: tuple[int, ...]


class Make(msgspec.Struct, frozen=True):
    """How a segment is made: its elements from 01 on and the conditions between them."""

    tag: str
    elements: tuple[Element, ...]
    notes: tuple[Note, ...]


def family(version: str) -> str:
    """`4010` or `5010`, whichever is nearer to GS08 (`004010VICS`, `005010X222A1`); 4010 where it tells nothing."""
    digits = version[2:6]
    return "5010" if digits.isdecimal() and int(digits) >= _HALF_WAY else "4010"


@lru_cache(maxsize=128)
def layout(code: str, version: str) -> Slot | None:
    """The layout of a set as the slot of its ST, `None` for sets we have none of; `version` is `family`'s."""
    other = "4010" if version == "5010" else "5010"
    text = _LAYOUTS[version].get(code) or _LAYOUTS[other].get(code)
    if text is None:
        return None
    root = Slot("ST", mandatory=True, times_max=1, path="", is_loop=True, slots=[], at={})
    open_loops = [root]
    for found in _TOKEN.finditer(text):
        if found.group(0) == ")":
            open_loops.pop()
            continue
        above = open_loops[-1]
        tag, mark, times, opens = found.groups()
        path = f"{above.path}/{tag}" if above.path else tag
        slot = Slot(tag, mark == "!", _times(times), path if opens else above.path, bool(opens), [], {})
        above.slots.append(slot)
        if opens:
            open_loops.append(slot)
    _index(root)
    return root


def _times(text: str | None) -> int:
    return 1 if text is None else UNLIMITED if text == "*" else int(text)


def _index(loop: Slot) -> None:
    tags: set[str] = set()
    for number, slot in enumerate(loop.slots):
        loop.at.setdefault(slot.tag, []).append(number)
        tags.add(slot.tag)
        if slot.is_loop:
            _index(slot)
            tags |= slot.below
    loop.below = frozenset(tags)
    loop.musts = tuple(number for number, slot in enumerate(loop.slots) if slot.mandatory)


@lru_cache(maxsize=1024)
def make(tag: str, version: str) -> Make | None:
    """How a segment is made in a version, `None` for tags in none of our sets."""
    text = _segments(version).get(tag)
    if text is None:
        return None
    elements = tuple(_element(token, version) for token in text.split())
    notes = tuple(_notes(tag)) if version == "4010" else ()
    return Make(tag, elements, notes)


def _element(token: str, version: str) -> Element:
    number, _, own = token.removesuffix("!").partition("=")
    attributes = own or _elements(version)[number]
    found = _ATTRIBUTES.fullmatch(attributes)
    if found is None:
        raise AssertionError(f"element {token!r} of {version} has no attributes: correct the table")
    kind, least, most = found.groups()
    least = least or "0"
    return Element(number, kind, int(least), int(most or least), token.endswith("!"))


def _notes(tag: str) -> Iterator[Note]:
    for kind, digits in _NOTE.findall(_conditions().get(tag, "")):
        yield Note(kind, tuple(int(digits[at : at + 2]) for at in range(0, len(digits), 2)))


@lru_cache(maxsize=2)
def _elements(version: str) -> dict[str, str]:
    table = _parted(ELEMENTS_4010)
    return table if version == "4010" else {**table, **_parted(ELEMENTS_5010)}


@lru_cache(maxsize=2)
def _segments(version: str) -> dict[str, str]:
    """Segments of a version; one only the other has (a set it lacks is judged by that) is taken from there."""
    older, newer = _parted(SEGMENTS_4010), _parted(SEGMENTS_5010)
    return {**newer, **older} if version == "4010" else {**older, **newer}


@lru_cache(maxsize=1)
def _conditions() -> dict[str, str]:
    return _parted(NOTES_4010)


def _parted(table: str) -> dict[str, str]:
    """`a 1 2; b 3` as `{"a": "1 2", "b": "3"}`."""
    rows = (entry.partition(" ") for entry in table.split("; "))
    return {name: rest for name, _, rest in rows}
