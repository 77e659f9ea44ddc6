"""The shape of every contract, one line a field: what a published version is kept as, and compared by. Pure.

Structs are shared between contracts, so each is written once: `struct, field, type, required, bounds`, tab-separated
and sorted. A contract is its struct (`events/order.approved` is an envelope around `OrderApproved`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.envelope import Envelope

REF = "#/$defs/"
CONTRACT = "contract"
BOUNDS = (
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "minItems",
    "maxItems",
    "format",
)
Json = Mapping[str, object]


class Field(msgspec.Struct, frozen=True, order=True):
    """One field of a struct. `values` are those of an enumeration; `bounds` name and limit, as in JSON Schema."""

    struct: str
    name: str
    type: str
    required: bool
    values: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """As it is kept."""
        must = "required" if self.required else "optional"
        return "\t".join((self.struct, self.name, self.type, must, "|".join(self.values), " ".join(self.bounds)))


Shape = Mapping[tuple[str, str], Field]


def shape() -> Shape:
    """The contracts as they are in this version."""
    named: dict[str, type[msgspec.Struct]] = {f"events/{kind.name}": kind.payload for kind in EVENT_TYPES.values()}
    named |= {f"commands/{kind.name}": kind.payload for kind in COMMAND_TYPES.values()}
    named |= {f"entities/{name}": kind for name, kind in ENTITY_TYPES.items()}
    structs = [Envelope, *named.values()]
    refs, components = msgspec.json.schema_components(structs, ref_template=REF + "{name}")
    defs = cast("Mapping[str, Json]", components)
    fields = [field for name, struct in defs.items() for field in _fields(name, struct)]
    fields += [
        Field(CONTRACT, name, cast("str", ref["$ref"]).removeprefix(REF), True)
        for name, ref in zip(named, refs[1:], strict=True)
    ]
    return {(field.struct, field.name): field for field in sorted(fields)}


def write(fields: Shape) -> str:
    """A shape as text."""
    return "".join(f"{field.line}\n" for field in fields.values())


def read(text: str) -> Shape:
    """The shape a text holds.

    Raises:
        ValueError: it is none; the file was changed by hand.
    """
    found = {}
    for line in text.splitlines():
        struct, name, kind, must, values, bounds = line.split("\t")
        field = Field(
            struct, name, kind, must == "required", tuple(filter(None, values.split("|"))), tuple(bounds.split())
        )
        found[struct, name] = field
    return found


def users(fields: Shape) -> Mapping[str, tuple[str, ...]]:
    """Which contracts a struct is part of, directly or not."""
    parts: dict[str, set[str]] = {}
    for field in fields.values():
        if field.struct != CONTRACT:
            parts.setdefault(field.struct, set()).update(parts_of(field.type))
    found: dict[str, set[str]] = {}
    for field in fields.values():
        if field.struct == CONTRACT:
            for struct in _reached(field.type, parts):
                found.setdefault(struct, set()).add(field.name)
    return {struct: tuple(sorted(names)) for struct, names in found.items()}


def _reached(struct: str, parts: Mapping[str, set[str]]) -> set[str]:
    seen, left = set[str](), [struct]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += parts.get(name, ())
    return seen


def parts_of(kind: str) -> tuple[str, ...]:
    """The structs and lists of codes a field's type names."""
    return tuple(
        word for word in kind.replace("<", " ").replace(">", " ").replace("|", " ").split() if _is_struct(word)
    )


def _is_struct(word: str) -> bool:
    # A struct of a name that several modules have is written with its module.
    return word.rpartition(".")[2][:1].isupper()


def _fields(name: str, struct: Json) -> Iterator[Field]:
    if "enum" in struct:
        yield Field(name, "", "enum", True, _values(struct))
        return
    required = cast("Sequence[str]", struct.get("required", ()))
    properties = cast("Mapping[str, Json]", struct.get("properties", {}))
    if not properties:
        yield Field(name, "", _type(struct), True, (), _bounds(struct))
    for key, one in properties.items():
        yield Field(name, key, _type(one), key in required, _values(one), _bounds(one))


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return cast("str", schema["$ref"]).removeprefix(REF)
    if "anyOf" in schema:
        return "|".join(sorted(_type(one) for one in cast("Sequence[Json]", schema["anyOf"])))
    kind = schema.get("type", "enum" if "enum" in schema or "const" in schema else "anything")
    if kind == "array":
        return f"array<{_type(cast('Json', schema.get('items') or {}))}>"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map<{_type(cast('Json', schema['additionalProperties']))}>"
    return str(kind)


def _values(schema: Json) -> tuple[str, ...]:
    if "const" in schema:
        return (str(schema["const"]),)
    return tuple(sorted(str(one) for one in cast("Sequence[object]", schema.get("enum", ()))))


def _bounds(schema: Json) -> tuple[str, ...]:
    return tuple(f"{name}={str(schema[name]).replace(' ', '␠')}" for name in BOUNDS if name in schema)
