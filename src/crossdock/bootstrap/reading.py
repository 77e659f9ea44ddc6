"""Typed tables from TOML and the environment, with every problem found before anything is refused.

msgspec stops at its first error. A person who mends a configuration wants the whole list, with file, line and key, so a
struct is read field by field here and only built when nothing is wrong with it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from crossdock.kernel.errors import CrossdockError, Permanent
from crossdock.kernel.secret import Secret

T = TypeVar("T", bound=msgspec.Struct)

FILE_BYTES_MAX = 1024 * 1024
PROBLEMS_SHOWN_MAX = 50


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with the configuration: in which file or variable, at which line (0: unknown) and key."""

    file: str
    line: int
    key: str
    detail: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.detail}" if self.key else f"{place}: {self.detail}"


class ConfigurationError(Permanent):
    """The configuration cannot be used; `problems` holds everything found, and the text lists it."""

    def __init__(self, problems: list[Problem]) -> None:
        shown = [f"  {problem}" for problem in problems[:PROBLEMS_SHOWN_MAX]]
        more = len(problems) - len(shown)
        rest = [f"  … and {more} more"] if more else []
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"the configuration has {count}; mend and start again:", *shown, *rest]))
        self.problems = tuple(problems)


class Source:
    """One TOML file: its table, and where each key stands. `variables` names what the environment has overridden."""

    def __init__(self, name: str, text: str = "") -> None:
        self.name = name
        self.table: dict[str, object] = tomllib.loads(text) if text else {}
        self.variables: dict[tuple[str, ...], str] = {}
        self._lines = _key_lines(text)

    def override(self, path: tuple[str, ...], variable: str, value: str) -> Problem | None:
        """Set one key from a variable; a key that is a value cannot also hold others."""
        table = self.table
        for part in path[:-1]:
            inner = table.setdefault(part, {})
            if not isinstance(inner, dict):
                return Problem(variable, 0, "", f"{part} is a value, not a section: take the variable away")
            table = inner
        table[path[-1]] = value
        self.variables[path] = variable
        return None

    def knows(self, path: tuple[str, ...]) -> bool:
        """Whether the line of this key or table is known."""
        return path in self._lines

    def problem(self, path: tuple[str, ...], detail: str) -> Problem:
        """A problem at this key, placed as exactly as is known."""
        variable = self.variables.get(path)
        if variable:
            return Problem(variable, 0, "", detail)
        line = next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 0)
        return Problem(self.name, line, ".".join(path), detail)


def open_source(path: Path, shown: str, problems: list[Problem]) -> Source:
    """Read a TOML file; a missing or broken one is a problem and gives an empty source."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Permanent(f"larger than {FILE_BYTES_MAX} bytes: split it")
        return Source(shown, path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        problems.append(Problem(shown, int(line[1]) if line else 0, "", f"not TOML: {error}"))
    except UnicodeDecodeError:
        problems.append(Problem(shown, 0, "", "not UTF-8 text: save it as UTF-8"))
    except OSError as error:
        problems.append(Problem(shown, 0, "", f"cannot be read: {error.strerror}"))
    except Permanent as error:
        problems.append(Problem(shown, 0, "", error.detail))
    return Source(shown)


def read_struct(
    kind: type[T], source: Source, problems: list[Problem], path: tuple[str, ...] = (), *, base: T | None = None
) -> T | None:
    """Build `kind` from the table at `path`; `None` when anything in it is wrong, which `problems` then tells.

    A field whose type is a struct is a section of its own. Absent keys keep what `base` says, else the default.
    """
    found = len(problems)
    table = _table_at(source, path)
    if table is None:
        problems.append(source.problem(path, "must be a section with keys"))
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    problems.extend(_unknown(source, path, name, fields) for name in table if name not in fields)
    values = {}
    for name, field in fields.items():
        inherited = field.default if base is None else getattr(base, field.name)
        if name in table:
            values[field.name] = _read_value(field.type, source, (*path, name), table[name], problems, inherited)
        elif base is not None:
            values[field.name] = inherited
        elif field.required:
            problems.append(source.problem(path, f"{name} is missing: add it"))
    if len(problems) > found:
        return None
    try:
        return kind(**values)
    except (ValueError, CrossdockError) as error:
        problems.append(source.problem(path, str(error)))
        return None


def _read_value(
    kind: object, source: Source, path: tuple[str, ...], value: object, problems: list[Problem], inherited: object
) -> object:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        base = inherited if isinstance(inherited, kind) else None
        return read_struct(kind, source, problems, path, base=base)
    from_text = path in source.variables
    if from_text and isinstance(value, str) and _is_tuple(kind):
        value = [part.strip() for part in value.split(",") if part.strip()]
    try:
        return msgspec.convert(value, kind, strict=not from_text, dec_hook=_decode_secret)
    except msgspec.ValidationError as error:
        text, _, inside = str(error).replace("`", "").partition(" - at $")
        deeper = (*path, *_INSIDE.findall(inside))
        known = len(deeper) > len(path) and source.knows(deeper[: len(path) + 1])
        problems.append(source.problem(deeper, text) if known else source.problem(path, str(error).replace("`", "")))
        return None


def _decode_secret(kind: type, value: object) -> object:
    """msgspec asks for every type it does not know; `object` is a table kept as it is, such as a partner's settings."""
    if kind is not Secret:
        return value
    if not isinstance(value, str):
        raise msgspec.ValidationError("Expected str, a reference to a secret")
    return Secret(value)


def _is_tuple(kind: object) -> bool:
    inner = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    return any(typing.get_origin(one) is tuple for one in inner)


def _table_at(source: Source, path: tuple[str, ...]) -> dict[str, object] | None:
    table: object = source.table
    for part in path:
        if isinstance(table, list) and part.isdigit() and int(part) < len(table):
            table = table[int(part)]
        else:
            table = table.get(part) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _unknown(source: Source, path: tuple[str, ...], name: str, known: Mapping[str, object]) -> Problem:
    variable = next((shown for at, shown in source.variables.items() if at[: len(path) + 1] == (*path, name)), "")
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
    detail = f"unknown key {name}; {hint}"
    return Problem(variable, 0, "", detail) if variable else source.problem((*path, name), detail)


# Where in a list a mistake is, as msgspec says it: `[0].when`.
_INSIDE = re.compile(r"[^.\[\]]+")
_SECTION = re.compile(r"^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_\-."']+)\s*=""")


def _key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of each section and key. tomllib tells none; what this scan misses is reported with its section."""
    lines: dict[tuple[str, ...], int] = {}
    section: tuple[str, ...] = ()
    tables: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _SECTION.match(line):
            section = _numbered(_parts(match[1]), tables)
            if line.lstrip().startswith("[["):
                name = _parts(match[1])
                tables[name] = tables.get(name, -1) + 1
                lines.setdefault(section, number)
                section = (*section, str(tables[name]))
            lines.setdefault(section, number)
        elif match := _KEY.match(line):
            lines.setdefault((*section, *_parts(match[1])), number)
    return lines


def _numbered(parts: tuple[str, ...], tables: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    """The path with the number of each table of an array it leads through: `override.timers` is `override.1.timers`."""
    path: tuple[str, ...] = ()
    for end, part in enumerate(parts, start=1):
        path = (*path, part)
        if end < len(parts) and parts[:end] in tables:
            path = (*path, str(tables[parts[:end]]))
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
