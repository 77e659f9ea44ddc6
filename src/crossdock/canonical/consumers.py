"""What consumers of contracts rely on, and which of them a contract as it is, or a change of it, leaves standing. Pure.

A consumer says which fields of which facts and commands it reads; for our connectors that is read off their maps and
code. A contract that keeps every promise may still break a consumer that knows three reasons of a list of four.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import msgspec

from crossdock.canonical.compatibility import Change
from crossdock.canonical.shapes import CONTRACT, Field, Shape, parts_of

ANYWHERE = "*."
DEPTH_MAX = 12
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is read of one contract.

    Attributes:
        contract: a fact type or command, `shipment.delayed`, `plan_shipment`.
        fields: paths in the payload, `lines.item`; `*.item` for one of that name anywhere in it.
        always: those of them that must be there every time.
        knows: for a field of a code list, the only values that are understood.
    """

    contract: str
    fields: Annotated[tuple[Path, ...], msgspec.Meta(max_length=500)] = ()
    always: Annotated[tuple[Path, ...], msgspec.Meta(max_length=500)] = ()
    knows: dict[Path, tuple[str, ...]] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path named, once."""
        return tuple(dict.fromkeys((*self.fields, *self.always, *self.knows)))


class Consumer(msgspec.Struct, frozen=True):
    """Who reads. `owner` answers for it; `is_derived` when nobody stated it and it was read off maps or code."""

    name: str
    owner: str
    reads: tuple[Reads, ...]
    is_derived: bool = False


class Unmet(msgspec.Struct, frozen=True):
    """One expectation a contract does not meet; `at` is the place of it in the consumer's list."""

    consumer: str
    owner: str
    contract: str
    field: str
    detail: str
    at: int


def unmet(consumers: Iterable[Consumer], fields: Shape) -> Iterator[Unmet]:
    """Every expectation these contracts do not meet, with what somebody must do."""
    structs = _structs(fields)
    for consumer in consumers:
        for at, reads in enumerate(consumer.reads):
            for field, detail in _wrong(reads, fields, structs, consumer):
                yield Unmet(consumer.name, consumer.owner, reads.contract, field, detail, at)


def readers(consumers: Iterable[Consumer], fields: Shape) -> Mapping[str, tuple[str, ...]]:
    """Who reads what, by `struct.field` and by contract, as changes name it."""
    structs = _structs(fields)
    found: dict[str, set[str]] = {}
    for consumer in consumers:
        for reads in consumer.reads:
            payload = fields.get((CONTRACT, key_of(reads.contract)))
            if payload is None:
                continue
            found.setdefault(payload.name, set()).add(consumer.name)
            for path in reads.paths:
                for field in _resolved(path, payload.type, structs):
                    found.setdefault(f"{field.struct}.{field.name}", set()).add(consumer.name)
                    for part in parts_of(field.type):
                        # A list of codes that changes changes every field that is of it.
                        found.setdefault(part, set()).add(consumer.name)
    return {where: tuple(sorted(names)) for where, names in found.items()}


def names_in(contract: str, fields: Shape) -> frozenset[str]:
    """The names of every field of a contract and of its parts."""
    payload = fields.get((CONTRACT, key_of(contract)))
    structs = _structs(fields)
    reached = _reached(payload.type, structs) if payload is not None else ()
    return frozenset(name for struct in reached for name in structs[struct] if name not in ("", "ext"))


def touched(change: Change, by_place: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The consumers that read what changed."""
    return by_place.get(change.where, ())


def key_of(contract: str) -> str:
    """The registry's name of a fact type or command: facts have a dot in theirs."""
    return f"events/{contract}" if "." in contract else f"commands/{contract}"


Structs = Mapping[str, Mapping[str, Field]]


def _structs(fields: Shape) -> Structs:
    found: dict[str, dict[str, Field]] = {}
    for (struct, name), field in fields.items():
        found.setdefault(struct, {})[name] = field
    return found


def _wrong(reads: Reads, fields: Shape, structs: Structs, consumer: Consumer) -> Iterator[tuple[str, str]]:
    payload = fields.get((CONTRACT, key_of(reads.contract)))
    remedy = f"keep it, or agree with {consumer.owner or consumer.name} first"
    if payload is None:
        yield "", f"{consumer.name} reads {reads.contract}, and there is no such contract: {remedy}"
        return
    for path in reads.paths:
        found = _resolved(path, payload.type, structs)
        if not found:
            yield path, f"{consumer.name} reads {path} of {reads.contract}, which is not there: {remedy}"
        elif path in reads.always and not all(field.required for field in _way(path, payload.type, structs)):
            yield path, f"{consumer.name} needs {path} of {reads.contract} every time, and it may be left out: {remedy}"
        elif unknown := sorted(_values(found, structs) - set(reads.knows.get(path, _values(found, structs)))):
            said = ", ".join(unknown)
            yield path, f"{consumer.name} does not know {said} in {path} of {reads.contract}: {remedy}"


def _resolved(path: str, struct: str, structs: Structs) -> tuple[Field, ...]:
    """The fields a path ends at; empty where it leads nowhere. What stands under `ext` is nobody's contract."""
    if path.startswith(ANYWHERE):
        name = path.removeprefix(ANYWHERE)
        return tuple(structs[one][name] for one in _reached(struct, structs) if name in structs[one])
    way = _way(path, struct, structs)
    return way[-1:] if way else ()


def _way(path: str, struct: str, structs: Structs) -> tuple[Field, ...]:
    """Every field on the way to the end of a path; empty where one of them is not there."""
    way: list[Field] = []
    heres: tuple[str, ...] = (struct,)
    for name in path.removeprefix(ANYWHERE).split("."):
        field = next((structs[here][name] for here in heres if name in structs.get(here, {})), None)
        if field is None:
            return ()
        way.append(field)
        if name == "ext":
            break
        heres = parts_of(field.type)
    return tuple(way)


def _reached(struct: str, structs: Structs) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    left = [struct]
    while left:
        here = left.pop()
        if here in structs and here not in seen:
            seen[here] = None
            left += [part for field in structs[here].values() for part in parts_of(field.type)]
    return tuple(seen)


def _values(found: Iterable[Field], structs: Structs) -> set[str]:
    """Every value of a field's list of codes, written in it or in a part of its own."""
    values: set[str] = set()
    for field in found:
        values.update(field.values)
        for part in parts_of(field.type):
            values.update(structs.get(part, {})[""].values if "" in structs.get(part, {}) else ())
    return values
