"""Where in a file of the project a mistake stands: the line of a rule of a map, of a row of codes, of a TOML error."""

from __future__ import annotations

import re
from collections.abc import Iterator

_INDEX = re.compile(r"\[\d+\]")
_SECTION = re.compile(r"^\s*\[(\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-. "']+?)\s*=\s*(.*)""")
_NAMED = ("id", "type", "command")
_LINE = re.compile(r"at line (\d+)")
_ROW = re.compile(r"row (\d+)")

Path = tuple[str, ...]


def line_of_rule(text: str, rule: str) -> int:
    """The line of a map's TOML where a rule such as `fact.order.fields.lines.item` is written; 0 where it is not.

    Of a rule that stands inside an inline table, the line of that table.
    """
    wanted = _bare(_INDEX.sub("", rule).split("."))
    best, line = 0, 0
    for number, path in _paths(text):
        common = next((at for at, (a, b) in enumerate(zip(path, wanted, strict=False)) if a != b), None)
        length = min(len(path), len(wanted)) if common is None else common
        # A longer key is another rule, unless the rule itself has no line of its own.
        score = 2 * length - (len(path) > len(wanted))
        if length and score > best:
            best, line = score, number
    return line


def line_of_error(text: str, detail: str) -> int:
    """The line an error text names, as TOML's and CSV's do; 0 where it names none."""
    if found := _LINE.search(detail):
        return int(found[1])
    found = _ROW.search(detail)
    return _line_of_row(text, int(found[1])) if found else 0


def _line_of_row(text: str, row: int) -> int:
    """Rows are counted from the header on, without comments at the top and without blank lines."""
    kept = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not (line.startswith("#") and not kept):
            kept += 1
            if kept == row:
                return number
    return 0


def _paths(text: str) -> Iterator[tuple[int, Path]]:
    """Each key and section with the rule it would be told by: `[[fact]]` is called by its id, type or command."""
    lines = text.splitlines()
    top, name = "", ""
    section: Path = ()
    for number, line in enumerate(lines, start=1):
        if found := _SECTION.match(line):
            parts = _parts(found[2])
            if found[1] and len(parts) == 1:
                top, section = parts[0], ()
                name = _name(lines[number:])
                yield number, _bare((top, name))
            elif parts[0] == top:
                section = parts[1:]
                yield number, _bare((top, name, *section))
            else:
                top, name, section = "", "", parts
                yield number, _bare(parts)
        elif found := _KEY.match(line):
            yield number, _bare((*((top, name) if top else ()), *section, *_parts(found[1])))


def _name(lines: list[str]) -> str:
    """What the table that begins here is called in rules (`mapping.spec.identity`)."""
    given: dict[str, str] = {}
    for line in lines:
        if _SECTION.match(line):
            break
        found = _KEY.match(line)
        if found and found[1] in _NAMED:
            given.setdefault(found[1], found[2].partition("#")[0].strip().strip("\"'"))
    return next((given[key] for key in _NAMED if key in given), "?")


def _bare(parts: Path | list[str]) -> Path:
    """Without the word `fields`, which may stand or not; dotted names (`tracking.milestone`) count part by part."""
    return tuple(each for part in parts for each in part.split(".") if each != "fields")


def _parts(dotted: str) -> Path:
    found = re.findall(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)", dotted)
    return tuple(next(part for part in parts if part) for parts in found if any(parts))
