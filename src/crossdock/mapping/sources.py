"""Where a value comes from: the expression tables of a map, compiled to closures.

A bare text is a path, a text that begins with `=` is the constant behind it, a number or a boolean is itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mapping import moments
from crossdock.mapping.codes import VALUE, CodeTable
from crossdock.mapping.converters import Converter, decimal, make_converter, shown
from crossdock.mapping.grammar import parse_condition, parse_path
from crossdock.mapping.layers import (
    NOTHING,
    SHOWN_MAX,
    Source,
    concat,
    constant,
    converted,
    first,
    guarded,
    here,
    looked_up,
    written,
)
from crossdock.mapping.measures import convert, unit
from crossdock.mapping.paths import Paths
from crossdock.mapping.run import (
    BAD,
    CONTRACT,
    NO_ZONE,
    UNKNOWN_UNIT,
    Run,
    Spot,
    Test,
)
from crossdock.mapping.spec import SOURCES, Table, Toml

# Not a text but an occurrence with its own quality, so it is no word like the others.
SPOKEN = "$spoken"
_AROUND = {"as", "codes", "column", "unknown", "default", "required", "when", "say"}
_OF = {
    "from": set[str](),
    "const": set[str](),
    "first": set[str](),
    "concat": {"sep"},
    "count": set[str](),
    "sum": set[str](),
    "date": {"time", "zone", "place", "format"},
    "measure": {"unit", "to"},
}


class Problem(NamedTuple):
    """One mistake in a map: by which rule it stands and what is wrong with it."""

    rule: str
    detail: str


class Bench(msgspec.Struct, frozen=True):
    """What compiling needs, and the mistakes found so far; nothing is raised before all are found."""

    paths: Paths
    tables: Mapping[str, CodeTable]
    converters: Mapping[str, Converter]
    problems: list[Problem]
    writing: bool = False

    def fail(self, rule: str, detail: str) -> None:
        """Remember a mistake."""
        self.problems.append(Problem(rule, detail))

    def test(self, rule: str, toml: Toml | None) -> Test | None:
        """A `when`, None where there is none."""
        if toml is None:
            return None
        if not isinstance(toml, str):
            self.fail(rule, "a condition is a text such as 'BEG.01 in 00|05'")
            return None
        try:
            return self.paths.test(parse_condition(toml))
        except Rejected as error:
            self.fail(rule, error.detail)
            return None

    def source(self, rule: str, toml: Toml) -> Source:
        """An expression; a mistake gives a source of nothing, so that compiling goes on."""
        try:
            return self._source(rule, toml)
        except Rejected as error:
            self.fail(rule, error.detail)
            return NOTHING

    def moment(self, rule: str, toml: Toml, source: Source) -> Source:
        """The same expression where an instant is wanted: what is not a moment yet is read as a date."""
        if source.moment or source is NOTHING:
            return source
        if source.default is not None:
            self.fail(rule, "an instant has no default: use 'first' with another path")
        read = self.source(rule, {"date": toml})
        return read._replace(required=source.required, say=source.say)

    def _source(self, rule: str, toml: Toml) -> Source:
        if isinstance(toml, str):
            return constant(toml[1:]) if toml.startswith("=") else self._path(toml)
        if isinstance(toml, bool | int | float):
            return constant(shown(Decimal(str(toml)) if isinstance(toml, float) else toml))
        if not isinstance(toml, dict):
            raise Rejected("is neither a path, a constant nor a table such as {from = 'BEG.03'}")
        kinds = SOURCES & toml.keys() & _OF.keys()
        if len(kinds) != 1:
            raise Rejected(f"needs exactly one of {', '.join(sorted(_OF))}")
        (kind,) = kinds
        if strange := sorted(toml.keys() - _AROUND - _OF[kind] - {kind}):
            raise Rejected(f"has {', '.join(strange)}; beside {kind!r} go {', '.join(sorted(_AROUND | _OF[kind]))}")
        return self._around(rule, toml, self._kind(rule, kind, toml))

    def _kind(self, rule: str, kind: str, toml: Table) -> Source:
        value = toml[kind]
        if kind == "const":
            return constant(shown(value))
        if kind == "from":
            return self.source(rule, value)
        if kind in ("first", "concat"):
            if not isinstance(value, list) or not value:
                raise Rejected(f"{kind!r} takes a list of expressions")
            parts = [self.source(f"{rule}.{kind}[{index}]", one) for index, one in enumerate(value)]
            if kind == "first" and any(part.moment for part in parts):
                parts = [
                    self.moment(f"{rule}.first[{at}]", *both) for at, both in enumerate(zip(value, parts, strict=True))
                ]
            return first(parts) if kind == "first" else concat(parts, str(toml.get("sep", "")))
        if kind in ("count", "sum"):
            return self._total(kind, value)
        if kind == "measure":
            return self._measure(rule, toml)
        return self._moment(rule, toml)

    def _path(self, text: str) -> Source:
        if text == SPOKEN:
            return Source(lambda node, run: run.spoken(), here, moment=True)
        path = parse_path(text)
        return Source(self.paths.text(path), self.paths.locate(path), plain=True, own=self.paths.own(path))

    def _total(self, kind: str, value: Toml) -> Source:
        path = parse_path(str(value))
        every = self.paths.all(msgspec.structs.replace(path, field=None))
        if kind == "count":
            return Source(lambda node, run: len(every(node, run)), here)
        get = self.paths.text(parse_path(f".{path.field or ''}"))

        def total(node: Node, run: Run) -> object:
            found = [(one, text) for one in every(node, run) if (text := get(one, run)) is not None]
            try:
                return sum((decimal(text) for _, text in found), Decimal(0)) if found else None
            except ValueError as error:
                return run.remark(CONTRACT, f"{value}: one of the numbers to add up {error}", Spot(node), str(value))

        return Source(total, here)

    def _measure(self, rule: str, toml: Table) -> Source:
        amount, code = (
            self.source(f"{rule}.measure", toml["measure"]),
            self.source(f"{rule}.unit", toml.get("unit", "")),
        )
        to = unit(str(toml.get("to", "")))
        if not to:
            raise Rejected("'measure' needs 'unit' and 'to', a weight, volume or length such as KGM, MTQ, CMT")

        def read(node: Node, run: Run) -> object:
            text, named = amount.read(node, run), code.read(node, run)
            if text is None or text is BAD:
                return text
            known = unit(shown(named)) if named is not None else ""
            try:
                found = convert(decimal(shown(text)), known, to) if known else None
            except ValueError as error:
                return run.remark(
                    CONTRACT, f"{text!r} {error}: correct it and send again", amount.locate(node, run), rule
                )
            if found is None:
                detail = f"unit {named!r} cannot be turned into {to}: map its code, or have the sender name a unit"
                return run.remark(UNKNOWN_UNIT, detail, code.locate(node, run), rule)
            return found

        return Source(read, amount.locate)

    def _moment(self, rule: str, toml: Table) -> Source:
        day = self.source(f"{rule}.date", toml["date"])
        if day.moment:
            raise Rejected("'date' takes a text, and this is an instant already")
        hour, zone, place, form = (
            self.source(f"{rule}.{key}", toml[key]) if key in toml else NOTHING
            for key in ("time", "zone", "place", "format")
        )
        if isinstance(form.constant, str) and form.constant != "iso":
            try:
                moments.notation(form.constant)
            except ValueError as error:
                raise Rejected(str(error)) from error
        if self.writing:
            return written(rule, day, zone, form)

        def read(node: Node, run: Run) -> object:
            text = day.read(node, run)
            if text is None or text is BAD:
                return text
            others = [one.read(node, run) for one in (hour, form, zone, place)]
            at, notation, named, local = ("" if one is None or one is BAD else shown(one) for one in others)
            context = run.context
            try:
                return moments.reckon(shown(text), at, notation, named, context.tz, context.received_at.year, local)
            except moments.Unplaced as error:
                return run.remark(NO_ZONE, f"{error}", zone.locate(node, run), rule)
            except ValueError as error:
                told = f"{text} {at}".strip()[:SHOWN_MAX]
                return run.remark(CONTRACT, f"{told!r} {error}: correct it and send again", day.locate(node, run), rule)

        return Source(read, day.locate, moment=True)

    def _around(self, rule: str, toml: Table, source: Source) -> Source:
        if "codes" in toml:
            source = self._coded(rule, toml, source)
        elif "column" in toml or "unknown" in toml:
            raise Rejected("'column' and 'unknown' go with 'codes'")
        if "as" in toml:
            source = converted(rule, make_converter(toml["as"], self.converters), source)
        if "when" in toml:
            test = self.test(f"{rule}.when", toml["when"])
            if test is not None:
                source = guarded(test, source)
        default = self.source(f"{rule}.default", toml["default"]) if "default" in toml else NOTHING
        if "default" in toml and default.constant is None:
            raise Rejected("a default is a constant: write '=USD'; for another path use 'first'")
        required = toml.get("required", False)
        if not isinstance(required, bool):
            raise Rejected("'required' is true or false")
        return source._replace(default=default.constant, required=required, say=str(toml.get("say", "")))

    def _coded(self, rule: str, toml: Table, source: Source) -> Source:
        name, column = str(toml["codes"]), str(toml.get("column", VALUE))
        table = self.tables.get(name)
        if table is None:
            raise Rejected(f"{name!r} is no code table: there are {', '.join(sorted(self.tables)) or 'none'}")
        meanings = table.reverse(column) if self.writing else table.column(column)
        if not any(meanings.values()):
            raise Rejected(f"code table {name!r} has nothing in column {column!r}")
        unknown = str(toml.get("unknown", "refuse"))
        if unknown not in ("refuse", "omit", "same") and not unknown.startswith("="):
            raise Rejected("'unknown' is refuse, omit, same, or a constant such as '=unknown'")
        return looked_up(rule, name, meanings, unknown, source)
