"""The contracts for the world outside: JSON Schema for every struct, AsyncAPI 3.0 for the events. Pure.

A partner that speaks canonical JSON needs nothing else: `events/<type>` describes the whole message, envelope and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.declarations import EventType
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.envelope import Envelope

Json = Mapping[str, "Json"] | list["Json"] | str | int | float | bool | None
Document = dict[str, Json]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ASYNCAPI_VERSION = "3.0.0"
_REF = "#/$defs/{name}"


def json_schemas() -> dict[str, Document]:
    """One self-contained schema each for `events/<type>`, `commands/<name>` and `entities/<Name>`."""
    schemas = {f"events/{kind.name}": _event(kind) for kind in EVENT_TYPES.values()}
    schemas |= {f"commands/{kind.name}": _struct(kind.payload, kind.name) for kind in COMMAND_TYPES.values()}
    schemas |= {f"entities/{name}": _struct(kind, name) for name, kind in ENTITY_TYPES.items()}
    return schemas


def contract_files() -> dict[str, bytes]:
    """Every contract as a file, by relative path: what `contracts export` writes."""
    files = {f"{name}.schema.json": _pretty(schema) for name, schema in json_schemas().items()}
    files["asyncapi.json"] = _pretty(asyncapi())
    return files


def asyncapi() -> Document:
    """The events as an AsyncAPI 3.0 document: a channel a type, which partners send to us and we publish."""
    names = sorted(EVENT_TYPES)
    payloads = {name: EVENT_TYPES[name].payload for name in names}
    _, components = msgspec.json.schema_components(
        [Envelope, *payloads.values()], ref_template="#/components/schemas/{name}"
    )
    schemas = cast("Document", components)
    messages: Document = {name: _message(EVENT_TYPES[name]) for name in names}
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {
            "title": "Crossdock canonical events",
            "version": "1",
            "description": "Facts about orders, shipments, loads, customs, money, stock and returns. "
            "Each channel takes what its owner states and carries what became part of the log.",
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in names},
        "operations": _operations(names),
        "components": {"schemas": schemas, "messages": messages},
    }


def _event(kind: EventType) -> Document:
    # The envelope leaves its payload open; here it is the one that belongs to the type.
    (envelope, payload), components = msgspec.json.schema_components([Envelope, kind.payload], ref_template=_REF)
    defs = cast("Document", components)
    body = _narrowed(cast("Document", defs.pop("Envelope")), kind, cast("Document", payload))
    assert envelope == {"$ref": "#/$defs/Envelope"}
    return {"$schema": DIALECT, "$id": f"events/{kind.name}", **body, "title": kind.name, "$defs": defs}


def _narrowed(envelope: Document, kind: EventType, payload: Document) -> Document:
    properties = dict(cast("Document", envelope["properties"]))
    properties["type"] = {"const": kind.name}
    properties["version"] = {"const": kind.version}
    properties["payload"] = payload
    return {**envelope, "description": _about(kind), "properties": properties}


def _struct(kind: type[msgspec.Struct], name: str) -> Document:
    schema = cast("Document", msgspec.json.schema(kind))
    return {"$schema": DIALECT, "$id": name, "title": name, **schema}


def _about(kind: EventType) -> str:
    return (kind.payload.__doc__ or "").split("\n", 1)[0]


def _message(kind: EventType) -> Document:
    return {
        "name": kind.name,
        "title": kind.payload.__name__,
        "summary": _about(kind),
        "contentType": "application/json",
        "payload": _narrowed(
            {
                "type": "object",
                "properties": {
                    "subject": {"$ref": "#/components/schemas/Subject"},
                    "source": {"$ref": "#/components/schemas/Source"},
                    "occurred": {"$ref": "#/components/schemas/Occurrence"},
                    "class": {"$ref": "#/components/schemas/FactClass"},
                },
                "required": ["type", "subject", "source", "occurred", "payload"],
            },
            kind,
            {"$ref": f"#/components/schemas/{kind.payload.__name__}"},
        ),
        "x-owners": [role.value for role in sorted(kind.owners)],
        "x-observers": [role.value for role in sorted(kind.observers)],
        "x-priority": kind.priority.name,
    }


def _channel(name: str) -> Document:
    return {"address": name, "messages": {name: {"$ref": f"#/components/messages/{name}"}}}


def _operations(names: list[str]) -> Document:
    operations: Document = {}
    for name in names:
        channel: Json = {"$ref": f"#/channels/{name}"}
        operations[f"publish {name}"] = {"action": "send", "channel": channel}
        if EVENT_TYPES[name].late_s is not None:
            operations[f"take {name}"] = {"action": "receive", "channel": channel}
    return operations


def _pretty(document: Document) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"
