"""Reads `layouts.txt` and `segments.txt` (their heads tell the notation and the source) and chooses the right table.

A message of a directory that is not here is judged by the nearest one of its type, which its caller must know: what is
wrong there may be right in the message's own directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

SERVICE_OLD, SERVICE_NEW = "S3", "S4"
# More than there are tags in all tables; tags come from the wire, so what is kept of them must end.
TABLES_MAX = 2_000
_RELEASE = re.compile(r"D?([0-9]{2})([0-9A-Z])?")
_ENTRY = re.compile(r"(\(?)([A-Z0-9]+)([!?])([0-9]*)")
_ELEMENT = re.compile(r"([A-Z0-9]{4})([!?])(?:\[([^\]]*)\]|([a-z]+)(\.\.)?([0-9]+))")


class Step(NamedTuple):
    """One entry of a layout: a segment, or (with `members`, the first of which triggers it) a segment group."""

    tag: str
    mandatory: bool
    limit: int
    group: str = ""
    members: tuple[Step, ...] = ()


class Part(NamedTuple):
    """A simple element or a component: `kind` a, n or an; between `low` and `high` characters."""

    id: str
    mandatory: bool
    kind: str
    low: int
    high: int


class Element(NamedTuple):
    """An element of a segment with its components; a simple one is its own only part."""

    id: str
    mandatory: bool
    parts: tuple[Part, ...]


class Choice(NamedTuple):
    """The directory a message is judged by; `exact` tells whether it is the message's own."""

    directory: str
    exact: bool


@lru_cache(maxsize=TABLES_MAX)
def choose(kind: str, version: str, syntax: int) -> Choice | None:
    """The directory for a message type and its S009 version (`D:96A:UN:EAN008`); None when the type is not here."""
    available = _directories().get(kind, ())
    if not available:
        return None
    if SERVICE_OLD in available:
        is_new = syntax == 4 or version.startswith("4")
        return Choice(SERVICE_NEW if is_new else SERVICE_OLD, exact=True)
    parts = version.split(":")
    own = "".join(parts[:2])
    if own in available:
        return Choice(own, exact=True)
    wanted = _age(parts[1] if len(parts) > 1 else own)
    return Choice(min(available, key=lambda name: (abs(_age(name) - wanted), name)), exact=False)


def _age(release: str) -> int:
    """Releases in order, two a year: 96A, 96B, 97A … 99B, 00A, 01A. Numbers of before 1993 (921) count alike."""
    match = _RELEASE.match(release)
    if match is None:
        return 0
    year = int(match[1])
    return 2 * (year + (100 if year < 70 else 0)) + (match[2] == "B")


@cache
def layout(kind: str, directory: str) -> tuple[Step, ...]:
    """The steps of a message type in a directory that `choose` named, UNH first."""
    return _steps(iter(_lines("layouts.txt")[kind, directory].split()))


def _steps(words: Iterator[str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for word in words:
        if word == ")":
            break
        match = _ENTRY.fullmatch(word)
        assert match is not None, f"layouts.txt: {word}"
        opens, name, mark, limit = match.groups()
        members = _steps(words) if opens else ()
        tag, group = (members[0].tag, f"SG{name}") if members else (name, "")
        steps.append(Step(tag, mark == "!", int(limit or 1), group, members))
    return tuple(steps)


@lru_cache(maxsize=TABLES_MAX)
def elements(tag: str, directory: str, syntax: int) -> tuple[Element, ...] | None:
    """The elements of a segment, of the service segments by the syntax version; None where no table has it."""
    lines = _lines("segments.txt")
    service = SERVICE_NEW if syntax == 4 else SERVICE_OLD
    # D.95B and D.16A have layouts only: their segments are those of the neighbours.
    neighbour = {"D95B": "D96A", "D16A": "D01B"}.get(directory, directory)
    line = next((lines[tag, name] for name in (service, directory, neighbour) if (tag, name) in lines), None)
    return None if line is None else tuple(map(_element, _ELEMENT.finditer(line)))


def _element(match: re.Match[str]) -> Element:
    name, mark, components, kind, upto, length = match.groups()
    if components is not None:
        return Element(name, mark == "!", tuple(_element(each).parts[0] for each in _ELEMENT.finditer(components)))
    part = Part(name, mark == "!", kind, 0 if upto else int(length), int(length))
    return Element(name, part.mandatory, (part,))


@cache
def _lines(file: str) -> dict[tuple[str, str], str]:
    text = resources.files(__package__).joinpath(file).read_text("ascii")
    found: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            first, second, rest = line.split(" ", 2)
            # Layouts are filed by message and directory, segments by directory and tag: the directory goes last.
            found[(first, second) if file == "layouts.txt" else (second, first)] = rest
    return found


@cache
def _directories() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, directory in _lines("layouts.txt"):
        found[kind] = (*found.get(kind, ()), directory)
    return found


def kinds() -> dict[str, tuple[str, ...]]:
    """Every message type with the directories there are of it."""
    return dict(_directories())
