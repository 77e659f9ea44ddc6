"""Whether a shape keeps what an earlier one promised, in both directions: senders and readers of then still work. Pure.

Compatible: a new optional field, a new contract, a wider bound, a further value of a code list. Breaking: anything
gone, newly required, no longer promised, of another type, or narrower.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from crossdock.canonical.shapes import CONTRACT, Field, Shape, users

UPPER = ("maxLength", "maximum", "maxItems")
LOWER = ("minLength", "minimum", "minItems", "exclusiveMinimum")


class Grade(StrEnum):
    """What a change does to those who rely on the earlier version."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"


class Change(msgspec.Struct, frozen=True):
    """One difference; `contracts` are those it is part of, as they were then."""

    grade: Grade
    where: str
    detail: str
    contracts: tuple[str, ...]


def changes(then: Shape, now: Shape) -> tuple[Change, ...]:
    """Every difference, in order of place."""
    used_then, used_now = users(then), users(now)
    found = []
    for key in sorted(then.keys() | now.keys()):
        before, after = then.get(key), now.get(key)
        if before == after:
            continue
        struct, name = key
        where = name if struct == CONTRACT else f"{struct}.{name}".rstrip(".")
        used = (name,) if struct == CONTRACT else used_then.get(struct, ()) or used_now.get(struct, ())
        for grade, detail in _differences(before, after, is_new_struct=struct not in used_then):
            found.append(Change(grade, where, detail, used))
    return tuple(found)


def _differences(before: Field | None, after: Field | None, *, is_new_struct: bool) -> Iterator[tuple[Grade, str]]:
    if after is None:
        yield Grade.BREAKING, "it is gone: keep it, or give the contract a new version"
    elif before is None:
        new = after.struct == CONTRACT or is_new_struct or not after.required
        yield (Grade.COMPATIBLE, "it is new") if new else (Grade.BREAKING, "it is new and required: make it optional")
    else:
        yield from _changed(before, after)


def _changed(before: Field, after: Field) -> Iterator[tuple[Grade, str]]:
    if before.type != after.type:
        yield Grade.BREAKING, f"it was {before.type} and is {after.type}"
    if after.required and not before.required:
        yield Grade.BREAKING, "it is required now: senders of the earlier version leave it out"
    if before.required and not after.required:
        yield Grade.BREAKING, "it may be missing now: readers of the earlier version rely on it"
    if gone := sorted(set(before.values) - set(after.values)):
        yield Grade.BREAKING, f"the values {', '.join(gone)} are gone"
    if more := sorted(set(after.values) - set(before.values)):
        yield Grade.COMPATIBLE, f"the values {', '.join(more)} are new"
    yield from _bounds(*(dict(one.split("=", 1) for one in field.bounds) for field in (before, after)))


def _bounds(before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[Grade, str]]:
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was != now:
            grade = Grade.COMPATIBLE if _is_wider(name, was, now) else Grade.BREAKING
            yield grade, f"{name} was {was or 'free'} and is {now or 'free'}"


def _is_wider(name: str, was: str | None, now: str | None) -> bool:
    if now is None:
        return True
    if was is None or name not in UPPER + LOWER:
        return False
    return float(now) >= float(was) if name in UPPER else float(now) <= float(was)
