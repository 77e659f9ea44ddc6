"""The elements of one segment against its table: what is missing, too many, too long, too short, no number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from crossdock.formats.edifact.directories.tables import TABLES_MAX, Element, Part, elements
from crossdock.formats.edifact.marks import COMPONENT, REPETITION, Row, Spot

_NUMBER = re.compile(r"-?([0-9]*)[.,]?([0-9]*)-?")


# Joins a row for its pattern: like COMPONENT and REPETITION no data.
_JOINT = "\x1d"
_DATA = f"[^{_JOINT}{REPETITION}{COMPONENT}]"


class Finding(NamedTuple):
    """What is wrong with which value."""

    code: str
    detail: str
    spot: Spot


def check_elements(row: Row, directory: str, syntax: int) -> Iterable[Finding]:
    """Everything wrong inside one segment; nothing where there is no table of it."""
    check = _check(row[0].partition(COMPONENT)[0], directory, syntax)
    if check is None or check.pattern.fullmatch(_JOINT.join(row), len(row[0])):
        return ()
    return findings(row, check.table)


def findings(row: Row, table: tuple[Element, ...]) -> Iterator[Finding]:
    """Everything wrong inside one segment, each element looked at."""
    surplus = next((number for number in range(len(table) + 1, len(row)) if row[number]), 0)
    if surplus:
        yield Finding("UCD-16", f"{row[0][:3]} has {len(table)} elements, this is one more", Spot(surplus))
    for number, element in enumerate(table, 1):
        cell = row[number] if number < len(row) else ""
        if cell:
            yield from _check_cell(cell, number, element)
        elif element.mandatory:
            yield Finding("UCD-13", f"the mandatory element {element.id} is missing", Spot(number))


class _Check(NamedTuple):
    """A segment's table, and what a sound segment looks like behind its tag.

    Most are sound, and one match costs far less than looking at each element.
    """

    table: tuple[Element, ...]
    pattern: re.Pattern[str]


@lru_cache(maxsize=TABLES_MAX)
def _check(tag: str, directory: str, syntax: int) -> _Check | None:
    table = elements(tag, directory, syntax)
    if table is None:
        return None
    shapes = [(_element_shape(element), element.mandatory) for element in table]
    return _Check(table, re.compile(_sequence(shapes, _JOINT)))


def _element_shape(element: Element) -> str:
    first, *others = [(_part_shape(part), part.mandatory) for part in element.parts]
    parts = first[0] + _sequence(others, COMPONENT)
    cell = f"{parts}(?:{REPETITION}{parts})*"
    return f"(?=[^{_JOINT}]){cell}" if element.mandatory else f"(?:{cell})?"


def _sequence(shapes: list[tuple[str, bool]], joint: str) -> str:
    """Parts one behind the other; the end may be left out from where nothing is mandatory."""
    tail, needed = "", False
    for shape, mandatory in reversed(shapes):
        needed = needed or mandatory
        tail = f"{joint}{shape}{tail}" if needed else f"(?:{joint}{shape}{tail})?"
    return tail


def _part_shape(part: Part) -> str:
    low = max(part.low, 1)
    if part.kind == "n":
        shape = f"(?=(?:[-.,]*[0-9]){{{low},{part.high}}}[-.,]*(?![-.,0-9]))-?[0-9]*[.,]?[0-9]*-?"
    else:
        sign = _DATA if part.kind == "an" else f"[^0-9{_JOINT}{REPETITION}{COMPONENT}]"
        shape = f"{sign}{{{low},{part.high}}}"
    return shape if part.mandatory else f"(?:{shape})?"


def _check_cell(cell: str, number: int, element: Element) -> Iterator[Finding]:
    repeats = cell.split(REPETITION)
    for at, repeat in enumerate(repeats, 1):
        repetition = at if len(repeats) > 1 else 0
        parts = repeat.split(COMPONENT)
        simple = len(element.parts) == 1 and len(parts) == 1
        if any(parts[len(element.parts) :]):
            spot = Spot(number, len(element.parts) + 1, repetition)
            yield Finding("UCD-16", f"{element.id} has {len(element.parts)} components, this is one more", spot)
        for component, part in enumerate(element.parts, 1):
            text = parts[component - 1] if component <= len(parts) else ""
            found = _check_part(text, part, element)
            if found is not None:
                yield Finding(*found, Spot(number, 0 if simple else component, repetition))


def _check_part(text: str, part: Part, element: Element) -> tuple[str, str] | None:
    if not text:
        name = part.id if part.id == element.id else f"{part.id} of {element.id}"
        return ("UCD-13", f"the mandatory element {name} is missing") if part.mandatory else None
    length = len(text)
    if part.kind == "n":
        match = _NUMBER.fullmatch(text)
        if match is None or not match[1] + match[2] or not text.isascii():
            return "UCD-37", f"{part.id} must be a number, not {text[:40]!r}"
        length = len(match[1]) + len(match[2])
    elif part.kind == "a" and any("0" <= sign <= "9" for sign in text):
        return "UCD-37", f"{part.id} must be letters, not {text[:40]!r}"
    if length > part.high:
        return "UCD-39", f"{part.id} has {length} characters, {part.high} are allowed"
    if length < part.low:
        return "UCD-40", f"{part.id} has {length} characters, {part.low} are needed"
    return None
