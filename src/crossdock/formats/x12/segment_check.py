"""One segment held against its make: what is missing, too long, too short, of the wrong type or against a condition.

Source: x12-envelope.md §3 (types, lengths, conditions); codes of elements 720 and 723.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from crossdock.formats.x12.grammar import BINARY_TYPE, COMPOSITE, Element, Make, Note
from crossdock.formats.x12.tree import Delimiters, Row
from crossdock.formats.x12.values import to_date, to_time

MISSING_ELEMENT = "723-1"
CONDITION = "723-2"
TOO_MANY = "723-3"
TOO_SHORT = "723-4"
TOO_LONG = "723-5"
BAD_CHARACTER = "723-6"
BAD_DATE = "723-8"
BAD_TIME = "723-9"
EXCLUDED = "723-10"
COMPONENTS = "723-13"
EXCESS_SEPARATORS = "720-10"
SHOWN_MAX = 40
CENTURY = 2000
_UNREADABLE = frozenset((BAD_DATE, BAD_TIME))


class Flaw(NamedTuple):
    """One breach at element `element` (0: the segment itself), in words; `number` is its reference (element 725).

    `fatal` where the value cannot be read as what it should be: a date, a time or a number that is none.
    """

    code: str
    element: int
    detail: str
    number: str = ""
    value: str = ""
    repetition: int = 0
    fatal: bool = False


def flaws(row: Row, made: Make, marks: Delimiters) -> Iterator[Flaw]:
    """Everything wrong with one segment, in the order of its elements, conditions last."""
    count = len(made.elements)
    if len(row) - 1 > count:
        yield from _surplus(row, made, count)
    elif len(row) > 1 and not row[-1]:
        yield Flaw(EXCESS_SEPARATORS, 0, f"{made.tag} ends in separators with nothing behind them")
    for position, element in enumerate(made.elements, 1):
        value = row[position] if position < len(row) else ""
        if value:
            yield from _value_flaws(f"{made.tag}-{position:02d}", position, value, element, marks)
        elif element.mandatory:
            yield Flaw(MISSING_ELEMENT, position, f"{made.tag}-{position:02d} is mandatory and missing", element.number)
    for note in made.notes:
        yield from _note_flaw(row, made, note)


def _surplus(row: Row, made: Make, count: int) -> Iterator[Flaw]:
    if any(row[count + 1 :]):
        detail = f"{made.tag} has {len(row) - 1} elements, its layout knows {count}"
        yield Flaw(TOO_MANY, count + 1, detail, value=row[count + 1][:SHOWN_MAX])
    else:
        yield Flaw(EXCESS_SEPARATORS, 0, f"{made.tag} ends in separators with nothing behind them")


def _value_flaws(name: str, position: int, value: str, element: Element, marks: Delimiters) -> Iterator[Flaw]:
    if element.type in (COMPOSITE, BINARY_TYPE):
        return
    if marks.component in value:
        detail = f"{name} holds the component separator {marks.component!r} and is no composite"
        yield Flaw(COMPONENTS, position, detail, element.number, value)
        return
    parts = value.split(marks.repetition) if marks.repetition else [value]
    for repetition, part in enumerate(parts, 1):
        found = _part_flaw(name, part, element) if part else None
        if found is not None:
            code, detail = found
            fatal = code in _UNREADABLE or (code == BAD_CHARACTER and element.type in ("R", "N"))
            yield Flaw(code, position, detail, element.number, part, repetition if len(parts) > 1 else 0, fatal)


def _part_flaw(name: str, value: str, element: Element) -> tuple[str, str] | None:
    # Blanks behind a number or date are padding to a fixed width, which readers drop.
    text = value if element.type in ("AN", "ID") else value.strip(" ")
    shown = repr(text[:SHOWN_MAX])
    match element.type:
        case "DT":
            if not is_date(text):
                return BAD_DATE, f"{name} {shown} is no date CCYYMMDD"
        case "TM":
            if not is_time(text):
                return BAD_TIME, f"{name} {shown} is no time HHMM, with or without seconds"
        case "R" | "N":
            if not _is_number(text, element.type):
                return BAD_CHARACTER, f"{name} {shown} is no number"
        case _:
            if not text.isprintable() and any(sign < " " for sign in text):
                return BAD_CHARACTER, f"{name} {shown} holds a control character"
    length = _length(text, element)
    if length > element.length_max:
        return TOO_LONG, f"{name} {shown} has {length} characters, at most {element.length_max} are allowed"
    if len(text) < element.length_min and length < element.length_min:
        return TOO_SHORT, f"{name} {shown} has {length} characters, at least {element.length_min} are needed"
    return None


def _length(text: str, element: Element) -> int:
    """What counts to the length: not the blanks behind a text, not the sign and the point of a number."""
    if element.type in ("R", "N"):
        return len(text) - text.count("-") - text.count(".")
    return len(text.rstrip(" "))


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """A day of the calendar, with or without its century."""
    return to_date(text, CENTURY) is not None


@lru_cache(maxsize=4096)
def is_time(text: str) -> bool:
    """A time of the day."""
    return to_time(text) is not None


def _is_number(text: str, kind: str) -> bool:
    digits = text.removeprefix("-")
    if kind == "R":
        digits = digits.replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()


def _note_flaw(row: Row, made: Make, note: Note) -> Iterator[Flaw]:
    """At most one breach a condition, at the element that is missing or one too many."""
    present = [number for number in note.positions if number < len(row) and row[number]]
    absent = [number for number in note.positions if number not in present]
    first, named = note.positions[0], _names(made.tag, note.positions)
    match note.kind:
        case "P" if present and absent:
            yield _condition(made, absent[0], f"{named} come together or not at all")
        case "R" if not present:
            yield _condition(made, first, f"one of {named} is needed")
        case "E" if len(present) > 1:
            number = present[-1]
            detail = f"only one of {named} may be used"
            yield Flaw(EXCLUDED, number, detail, _number(made, number), row[number])
        case "C" if first in present and absent:
            yield _condition(made, absent[0], f"{_names(made.tag, (first,))} needs {_names(made.tag, (absent[0],))}")
        case "L" if first in present and len(present) == 1:
            needed = note.positions[1:]
            yield _condition(made, needed[0], f"{_names(made.tag, (first,))} needs one of {_names(made.tag, needed)}")
        case _:
            pass


def _condition(made: Make, position: int, detail: str) -> Flaw:
    return Flaw(CONDITION, position, detail, _number(made, position))


def _number(made: Make, position: int) -> str:
    return made.elements[position - 1].number if position <= len(made.elements) else ""


def _names(tag: str, positions: tuple[int, ...]) -> str:
    return ", ".join(f"{tag}-{number:02d}" for number in positions)
