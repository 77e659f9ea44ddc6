"""The models: what only one resource names stands in its module, what several name in `shared`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from crossdock.web.api.client.types import MADE, Json, argument_of, named, type_of

SHARED = "shared"
Schemas = Mapping[str, Json]


def model_files(schemas: Schemas, operations: Mapping[str, list[Json]]) -> Iterator[tuple[str, str]]:
    """Each module of `models` and its text. `operations`: those of each resource."""
    rooms: dict[str, list[str]] = defaultdict(list)
    homes = _homes(schemas, operations)
    for name in schemas:
        rooms[homes[name]].append(name)
    for room, names in sorted(rooms.items()):
        yield f"{room}.py", "\n".join(_module(room, names, schemas, homes)) + "\n"
    yield "__init__.py", "\n".join(_package(rooms)) + "\n"


def _homes(schemas: Schemas, operations: Mapping[str, list[Json]]) -> dict[str, str]:
    """The module of each schema. What a shared one names is shared as well, so no two modules need each other."""
    users: dict[str, set[str]] = defaultdict(set)
    for resource, ours in operations.items():
        asked = list(_references(ours))
        while asked:
            name = asked.pop()
            if resource not in users[name]:
                users[name].add(resource)
                asked += _references(schemas[name])
    return {name: argument_of(*users[name]) if len(users[name]) == 1 else SHARED for name in schemas}


def _references(told: object) -> Iterator[str]:
    """Names of the schemas somewhere in this part of the document."""
    if isinstance(told, dict):
        reference = told.get("$ref")
        if isinstance(reference, str) and "/schemas/" in reference:
            yield reference.rpartition("/")[2]
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _references(one)


def _module(room: str, names: list[str], schemas: Schemas, homes: Mapping[str, str]) -> Iterator[str]:
    about = "several resources" if room == SHARED else f"`{room}` alone"
    yield f'"""What {about} of the Crossdock API takes and gives, as typed dictionaries."""'
    yield f"\n{MADE}\n"
    yield "from __future__ import annotations\n"
    yield "from typing import Any, Literal, NotRequired, Required, TypedDict, Union\n"
    lent = {named(one) for name in names for one in _references(schemas[name]) if homes[one] != room}
    if lent:
        yield f"from crossdock_client.models.{SHARED} import {', '.join(sorted(lent))}\n"
    # Words first: a dictionary names them at once, and other dictionaries by their name only.
    for name in sorted(names, key=lambda one: ("enum" not in schemas[one], one)):
        yield from _model(named(name), schemas[name])
    yield f"\n__all__ = [{', '.join(repr(named(name)) for name in sorted(names))}]"


def _model(name: str, schema: Json) -> Iterator[str]:
    if "enum" in schema:
        yield f"{name} = {type_of(schema)}"
        return
    required = cast("list[str]", schema.get("required", []))
    # The functional form, because a field may be called `class`.
    yield f'{name} = TypedDict("{name}", {{'
    for field, one in sorted(cast("dict[str, Json]", schema.get("properties", {})).items()):
        kind = "Required" if field in required else "NotRequired"
        yield f'    "{field}": {kind}[{type_of(one)}],'
    yield "})"


def _package(rooms: Iterable[str]) -> Iterator[str]:
    yield '"""What the Crossdock API takes and gives, as typed dictionaries: each model by its name."""'
    yield f"\n{MADE}\n"
    yield from (f"from crossdock_client.models.{room} import *" for room in sorted(rooms))
