"""The published contracts hang together and are the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import jsonschema_rs
import msgspec
import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.schema import Document, asyncapi, contract_files, json_schemas
from crossdock.testing.samples import sample

ASYNCAPI = asyncapi()
SCHEMAS = json_schemas()


def references(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        if isinstance(target := tree.get("$ref"), str):
            yield target
        for value in tree.values():
            yield from references(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from references(value)


def follow(document: object, target: str) -> object:
    for step in target.removeprefix("#/").split("/"):
        document = cast("Document", document)[step]
    return document


def test_there_is_a_schema_for_every_event_command_and_entity() -> None:
    expected = {f"events/{name}" for name in EVENT_TYPES}
    expected |= {f"commands/{name}" for name in COMMAND_TYPES}
    expected |= {f"entities/{name}" for name in ENTITY_TYPES}

    assert set(SCHEMAS) == expected


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_stands_alone_and_is_a_schema(name: str) -> None:
    schema = SCHEMAS[name]

    jsonschema_rs.meta.validate(schema)
    for target in references(schema):
        assert follow(schema, target)


@pytest.mark.parametrize(
    ("event", "field", "value"),
    [
        ("order.approved", "type", "order.released"),
        ("order.approved", "version", 2),
        ("order.approved", "payload", {}),
        ("tracking.milestone", "payload", {"milestone": "BEAMED_UP"}),
    ],
)
def test_the_schema_refuses_what_the_decoder_refuses(event: str, field: str, value: object) -> None:
    document = {**msgspec.json.decode(sample(event)), field: value}

    assert not jsonschema_rs.validator_for(SCHEMAS[f"events/{event}"]).is_valid(document)


def test_asyncapi_names_every_event_once_and_every_reference_leads_somewhere() -> None:
    channels = cast("Document", ASYNCAPI["channels"])

    assert ASYNCAPI["asyncapi"] == "3.0.0"
    assert set(channels) == set(EVENT_TYPES)
    for target in references(ASYNCAPI):
        assert follow(ASYNCAPI, target)


def test_asyncapi_takes_from_partners_what_they_own_and_publishes_all() -> None:
    operations = cast("Document", ASYNCAPI["operations"])

    assert "take order.approved" in operations
    assert "take order.released" not in operations
    assert {f"publish {name}" for name in EVENT_TYPES} <= set(operations)


def test_asyncapi_names_the_owner_with_the_message() -> None:
    message = cast("Document", follow(ASYNCAPI, "#/components/messages/tracking.milestone"))

    assert (message["x-owners"], message["x-observers"]) == (["LMD", "TMS"], ["CAR"])


def test_the_files_are_the_same_every_time_and_end_in_a_newline() -> None:
    files = contract_files()

    assert files == contract_files()
    assert "asyncapi.json" in files
    assert "events/order.approved.schema.json" in files
    assert all(body.endswith(b"}\n") for body in files.values())
