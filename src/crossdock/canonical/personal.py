"""Which fields of the language are about a person: read off the marks on its structs (`scalars.PERSONAL`, `HOME`).

A field is known by where it stands: the last names of its path in canonical JSON, list places left out, with `payload`
for what stands at the top of a fact. What is below it is personal with it. Numbers of parties are not: without the
master record they name nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import inspect

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.entity_types import ENTITY_TYPES

Path = tuple[str, ...]

TOP = "payload"
MARK = "personal"
KEY = "*"
# How a registered field of `ext` that is about a person is called.
EXT, OF_A_PERSON = "ext", "person_"
# What of a place that may be somebody's home is personal beside what is personal of every place.
OF_A_HOME: tuple[Path, ...] = (("name",), ("address", "city"))


def paths_of(kind: type[msgspec.Struct], top: str = TOP) -> frozenset[Path]:
    """The personal fields of a struct whose JSON stands at `top`."""
    return frozenset(_of_struct(inspect.type_info(kind), top, frozenset()))


def is_of_a_person(path: Path) -> bool:
    """Whether this is the value of a local extension's field that is about a person: `ext.<namespace>.person_…`."""
    return path[-1].startswith(OF_A_PERSON) and path[-3:-2] == (EXT,)


def contracts_by_path() -> Mapping[Path, tuple[str, ...]]:
    """Every personal field with the facts, commands and entities that have it."""
    found: dict[Path, list[str]] = {}
    for name, kind in _contracts():
        for path in paths_of(kind):
            found.setdefault(path, []).append(name)
    return {path: tuple(names) for path, names in sorted(found.items())}


def _contracts() -> Iterator[tuple[str, type[msgspec.Struct]]]:
    yield from ((name, kind.payload) for name, kind in sorted(EVENT_TYPES.items()))
    yield from ((name, kind.payload) for name, kind in sorted(COMMAND_TYPES.items()))
    yield from sorted(ENTITY_TYPES.items())


def _of_struct(kind: inspect.Type, above: str, seen: frozenset[type]) -> Iterator[Path]:
    match kind:
        case inspect.StructType():
            if kind.cls not in seen:
                for field in kind.fields:
                    yield from _of_field(field.type, (above, field.encode_name), seen | {kind.cls})
        case inspect.UnionType():
            for one in kind.types:
                yield from _of_struct(one, above, seen)
        case inspect.Metadata():
            yield from _of_struct(kind.type, above, seen)
        case inspect.ListType() | inspect.VarTupleType():
            yield from _of_struct(kind.item_type, above, seen)
        case inspect.DictType():
            below = set(_of_struct(kind.value_type, KEY, seen))
            # A key is no field: what is personal right below one could not be found again by its place.
            assert all(path[0] != KEY for path in below), f"{above} has personal fields right below its keys"
            yield from below
        case _:
            return


def _of_field(kind: inspect.Type, path: Path, seen: frozenset[type]) -> Iterator[Path]:
    marks = set(_marks(kind))
    if "all" in marks:
        yield path
        return
    if "home" in marks:
        yield from ((path[-1], *inner) for inner in OF_A_HOME)
    yield from _of_struct(kind, path[-1], seen)


def _marks(kind: inspect.Type) -> Iterator[str]:
    match kind:
        case inspect.Metadata():
            yield str((kind.extra or {}).get(MARK, ""))
            yield from _marks(kind.type)
        case inspect.UnionType():
            for one in kind.types:
                yield from _marks(one)
        case _:
            return
