"""A map as written: TOML into a specification, and a partner's overlay laid over a base. No meaning is checked here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import cast

import msgspec

from crossdock.kernel.errors import Rejected

Toml = str | int | float | bool | datetime | date | time | list["Toml"] | dict[str, "Toml"]
Table = dict[str, Toml]

SIZE_MAX = 1_000_000
DEPTH_MAX = 24
_TOP = {"map", "extends", "fact", "document", "codes"}


class Spec(msgspec.Struct, frozen=True):
    """A map's data and who made what of it.

    Attributes:
        name: how the project calls it, `x12/850`; rules are told by it.
        version: its version, with those of its overlays (`3+acme.1`).
        own: the version of the base alone.
        makers: dotted rule prefix to `(name, version)` of the overlay that made it; all else is the base's.
    """

    name: str
    version: str
    own: str
    data: Mapping[str, Toml]
    makers: Mapping[str, tuple[str, str]] = {}

    @property
    def extends(self) -> str:
        """The name of the map this one is laid over, empty for a map of its own."""
        return str(self.data.get("extends", ""))

    def head(self, key: str) -> str:
        """A text of the `[map]` table, empty when it is not there."""
        found = table(self.data, "map").get(key, "")
        return found if isinstance(found, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts of the `[map]` table."""
        return tuple(listed_texts(table(self.data, "map"), key))

    @property
    def versions(self) -> tuple[str, ...]:
        """The grammar versions it was made for, empty for any."""
        return tuple(listed_texts(table(self.data, "map"), "versions"))

    def tables(self, key: str) -> list[Table]:
        """The tables `[[key]]`, in order."""
        return listed(self.data, key)

    def codes(self) -> dict[str, dict[str, dict[str, str]]]:
        """`[codes.<table>]`: more codes for a table; a bare text is the column `value`."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for name, rows in table(self.data, "codes").items():
            if isinstance(rows, dict):
                found[name] = {code: _row(row) for code, row in rows.items()}
        return found

    def maker(self, rule: str) -> tuple[str, str]:
        """Name and version of the file that made a rule."""
        made = [prefix for prefix in self.makers if rule == prefix or rule.startswith((prefix + ".", prefix + "["))]
        return self.makers[max(made, key=len)] if made else (self.name, self.own)


def parse_map(name: str, text: str) -> Spec:
    """A map of its own, or an overlay, from TOML.

    Raises:
        Rejected: no TOML, or not made of the tables a map is made of; the text gives the line.
    """
    if len(text) > SIZE_MAX:
        raise Rejected(f"map {name} is longer than {SIZE_MAX} characters")
    try:
        data = cast("Table", tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Rejected(f"map {name} is not TOML: {error}") from error
    if strange := sorted(set(data) - _TOP):
        raise Rejected(f"map {name} has {', '.join(strange)}: a map is made of {', '.join(sorted(_TOP))}")
    _check_depth(data, name)
    version = table(data, "map").get("version", "")
    for key in ("fact", "document"):
        for one in listed(data, key):
            if isinstance(one.get("fields"), dict):
                one["fields"] = spread(table(one, "fields"))
    return Spec(name, str(version), str(version), data)


def overlay(base: Spec, over: Spec) -> Spec:
    """The base as the overlay changes it.

    Facts and documents are found by `id` (else by type or command). Their `fields` are joined name by name, `refs` and
    nodes are added, all other keys replaced, and what `remove` names goes. New facts and documents are added. Codes are
    added to their tables.
    """
    makers = {**base.makers}
    by = (over.name, over.version)
    data: Table = {**base.data}
    data["map"] = {**table(base.data, "map"), **{k: v for k, v in table(over.data, "map").items() if k != "version"}}
    data["codes"] = _deep(table(base.data, "codes"), table(over.data, "codes"))
    for key, named_by in (("fact", "type"), ("document", "command")):
        merged = [{**one} for one in base.tables(key)]
        for one in over.tables(key):
            _lay(merged, one, key, named_by, makers, by)
        if merged:
            data[key] = cast("list[Toml]", merged)
    version = f"{base.version}+{over.name}.{over.version}" if over.version else f"{base.version}+{over.name}"
    return Spec(base.name, version, base.own, data, makers)


def identity(one: Table, key: str) -> str:
    """What a fact or document is called in rules: `fact.order`, `document.940`."""
    found = one.get("id") or one.get("type") or one.get("command") or "?"
    return f"{key}.{found}"


def _lay(
    merged: list[Table], one: Table, key: str, named_by: str, makers: dict[str, tuple[str, str]], by: tuple[str, str]
) -> None:
    found = next((each for each in merged if identity(each, key) == identity(one, key)), None)
    rule = identity(one, key)
    if found is None:
        if named_by not in one:
            raise Rejected(f"{by[0]}: {rule} is in no base: give it a {named_by}, or correct its id")
        merged.append({**one})
        makers[rule] = by
        return
    for name in listed_texts(one, "remove"):
        _remove(found, name.split("."), f"{by[0]}: {rule} has no {name} to remove")
    for name, value in one.items():
        if name in ("id", "remove"):
            continue
        if name == "fields":
            found[name] = _deep(table(found, name), table(one, name))
            makers.update({f"{rule}.fields.{path}": by for path in _leaves(table(one, name))})
        elif name in ("refs", "node"):
            before = listed(found, name)
            makers.update({f"{rule}.{name}[{len(before) + index}]": by for index in range(len(listed(one, name)))})
            found[name] = cast("list[Toml]", [*before, *listed(one, name)])
        else:
            found[name] = value
            makers[f"{rule}.{name}"] = by


def _remove(target: Table, path: list[str], complaint: str) -> None:
    for name in path[:-1]:
        target_below = target.get(name)
        if not isinstance(target_below, dict):
            raise Rejected(complaint)
        target[name] = target = {**target_below}
    if path[-1] not in target:
        raise Rejected(complaint)
    del target[path[-1]]


def spread(fields: Table) -> Table:
    """Dotted names as nested tables (`"ship_to.name"`), also into `fields` where the table has options."""
    found: Table = {}
    for name, value in fields.items():
        spot, parts = found, name.split(".")
        for part in parts[:-1]:
            below = spot.setdefault(part, {})
            if not isinstance(below, dict):
                raise Rejected(f"{name!r} and {part!r} exclude each other")
            inner = below.get("fields", below)
            spot = inner if isinstance(inner, dict) else below
        last = parts[-1]
        inner_value = _spread_below(value)
        known = spot.get(last)
        if isinstance(known, dict) and isinstance(inner_value, dict):
            spot[last] = _deep(known, inner_value)
        else:
            spot[last] = inner_value
    return found


def _spread_below(value: Toml) -> Toml:
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("fields"), dict):
        return {**value, "fields": spread(table(value, "fields"))}
    return spread(value) if any("." in name for name in value) else {k: _spread_below(v) for k, v in value.items()}


def _deep(base: Table, over: Table) -> Table:
    merged = {**base}
    for name, value in over.items():
        known = merged.get(name)
        if isinstance(known, dict) and isinstance(value, dict) and not _is_source(value):
            # An object with options keeps them when the overlay names some of its fields only.
            if "fields" in known and "fields" not in value:
                merged[name] = {**known, "fields": _deep(table(known, "fields"), value)}
            else:
                merged[name] = _deep(known, value)
        else:
            merged[name] = value
    return merged


SOURCES = frozenset(("from", "const", "first", "concat", "count", "sum", "date", "measure", "all"))


def _is_source(value: Table) -> bool:
    # `{from = …}` replaces; only tables of fields are joined.
    return bool(SOURCES & value.keys()) or ("each" in value and ("fields" in value or "value" in value))


def _leaves(fields: Table) -> list[str]:
    found: list[str] = []
    for name, value in fields.items():
        if isinstance(value, dict) and "fields" in value:
            found += [f"{name}.{below}" for below in _leaves(table(value, "fields"))]
        elif isinstance(value, dict) and not _is_source(value):
            found += [f"{name}.{below}" for below in _leaves(value)] or [name]
        else:
            found.append(name)
    return found


def table(data: Mapping[str, Toml], key: str) -> Table:
    """A table under a key, empty when it is not there or no table."""
    found = data.get(key, {})
    return found if isinstance(found, dict) else {}


def listed(data: Mapping[str, Toml], key: str) -> list[Table]:
    """The tables of a list under a key."""
    found = data.get(key, [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def listed_texts(data: Mapping[str, Toml], key: str) -> list[str]:
    """The texts of a list under a key."""
    found = data.get(key, [])
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _row(row: Toml) -> dict[str, str]:
    return {k: str(v) for k, v in row.items()} if isinstance(row, dict) else {"value": str(row)}


def _check_depth(data: Toml, name: str) -> None:
    level: list[Toml] = [data]
    for _ in range(DEPTH_MAX):
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
        if not level:
            return
    raise Rejected(f"map {name} is nested deeper than {DEPTH_MAX} tables")
