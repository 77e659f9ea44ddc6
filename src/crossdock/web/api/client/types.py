"""Schemas of the document as Python types, and its names as names of Python."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import cast

Json = dict[str, object]

MADE = "# Made from the OpenAPI document by `make docs`: change the API, not this file."
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def named(name: str) -> str:
    """A schema's name as one of Python: where two of ours are equal, they have their rooms before them."""
    *rooms, last = name.split(".")
    return "".join(room.title().replace("_", "") for room in rooms[2:]) + last


def argument_of(name: str) -> str:
    """A parameter's or a resource's name as one of Python."""
    plain = re.sub(r"\W", "_", name)
    return f"{plain}_" if iskeyword(plain) else plain


def class_of(resource: str) -> str:
    return "".join(word.title() for word in re.split(r"\W", resource))


def type_of(schema: Json, prefix: str = "") -> str:
    """A schema as a Python type; names stand in quotes, so that the order of definitions does not matter."""
    if "$ref" in schema:
        name = named(str(schema["$ref"]).rpartition("/")[2])
        return f"{prefix}{name}" if prefix else f'"{name}"'
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in cast('list[object]', schema['enum']))}]"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            kinds = dict.fromkeys(type_of(one, prefix) for one in cast("list[Json]", schema[several]))
            return f"Union[{', '.join(kinds)}]"
    return _plain(schema, prefix)


def _plain(schema: Json, prefix: str) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_of(cast('Json', schema.get('items', {})), prefix)}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {type_of(cast('Json', inner), prefix) if isinstance(inner, dict) else 'Any'}]"
    return SCALARS.get(str(kind), "Any")
