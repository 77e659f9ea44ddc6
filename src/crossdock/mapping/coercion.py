"""Values to the types of contracts: what a field's type makes of what its source read."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import inspect

from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Node
from crossdock.mapping.converters import boolean, decimal, integer, shown
from crossdock.mapping.layers import SHOWN_MAX, Source
from crossdock.mapping.run import BAD, CONTRACT, Read, Run

DIGITS_PLAIN = 24
Coerce = Callable[[object], object]


def kind_of_enum(kind: inspect.Type) -> frozenset[str]:
    """The values of an enumeration, empty for other types."""
    return frozenset(str(one.value) for one in kind.cls) if isinstance(kind, inspect.EnumType) else frozenset()


def coercion(kind: inspect.Type, source: Source) -> Coerce | None:
    if isinstance(kind, inspect.StrType):
        return None if source.plain else _as_text
    if isinstance(kind, inspect.DecimalType):
        return as_decimal
    if isinstance(kind, inspect.IntType):
        return lambda value: value if type(value) is int else integer(shown(value))
    if isinstance(kind, inspect.BoolType):
        return lambda value: value if isinstance(value, bool) else boolean(shown(value))
    if isinstance(kind, inspect.EnumType):
        return _as_member(kind_of_enum(kind))
    if isinstance(kind, inspect.DateTimeType):
        return _as_instant
    raise Rejected(f"cannot be mapped to: {type(kind).__name__}")


def _as_text(value: object) -> object:
    return value.instant.isoformat() if isinstance(value, Occurrence) else shown(value)


def _numeric(rule: str, source: Source) -> Read:
    inner, locate = source.read, source.locate

    def read(node: Node, run: Run) -> object:
        value = inner(node, run)
        if not isinstance(value, str):
            return value
        if digits(value):
            return value
        try:
            return decimal(value)
        except ValueError as error:
            detail = f"{value[:SHOWN_MAX]!r} {error}: correct it and send again"
            return run.remark(CONTRACT, detail, locate(node, run), rule)

    return read


def digits(text: str) -> str | None:
    """The text itself where it is digits with at most one point: msgspec makes a Decimal of it without our help."""
    plain = text.isdecimal() or text.replace(".", "", 1).isdecimal()
    return text if plain and text.isascii() and len(text) <= DIGITS_PLAIN else None


def as_decimal(value: object) -> object:
    if isinstance(value, str):
        return decimal(value)
    return value if not isinstance(value, int | Occurrence) else decimal(shown(value))


def _as_member(allowed: frozenset[str]) -> Coerce:
    def member(value: object) -> object:
        if value not in allowed:
            raise ValueError(f"is none of {', '.join(sorted(allowed))}")
        return value

    return member


def _as_instant(value: object) -> object:
    assert isinstance(value, Occurrence)
    return value.instant


def coerced(rule: str, coerce: Coerce | None, source: Source, code: str) -> Read:
    if coerce is None:
        return source.read
    inner, locate = source.read, source.locate
    if coerce is as_decimal and source.plain:
        return _numeric(rule, source)

    def read(node: Node, run: Run) -> object:
        value = inner(node, run)
        if value is None or value is BAD:
            return value
        try:
            return coerce(value)
        except ValueError as error:
            told = shown(value)[:SHOWN_MAX]
            return run.remark(code, f"{told!r} {error}: correct it and send again", locate(node, run), rule)

    return read
