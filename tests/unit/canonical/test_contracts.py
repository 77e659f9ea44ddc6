"""Every event, command, entity: a sample survives the wire and is what its schema says (domain.md §1, §2)."""

from __future__ import annotations

import jsonschema_rs
import msgspec
import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.entity_types import ENTITY_TYPES
from crossdock.canonical.envelope import Envelope
from crossdock.canonical.schema import json_schemas
from crossdock.canonical.wire import decode_command, decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.testing.samples import AT, SUBJECT_IDS, sample, sample_command, sample_entity

SCHEMAS = json_schemas()
FULL = pytest.mark.parametrize("full", [True, False], ids=["full", "required only"])


@FULL
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_survives_the_wire_and_fits_its_schema(name: str, full: bool) -> None:
    body = sample(name, full=full)
    fact = decode_fact(body, AT)
    again = msgspec.json.decode(body, type=Envelope)

    assert encode_json(again) == body
    assert encode_json(fact.payload) == bytes(again.payload)
    assert fact.type == name
    assert isinstance(fact.payload, EVENT_TYPES[name].payload)
    jsonschema_rs.validator_for(SCHEMAS[f"events/{name}"]).validate(msgspec.json.decode(body))


@FULL
@pytest.mark.parametrize("name", COMMAND_TYPES)
def test_a_command_survives_the_wire_and_fits_its_schema(name: str, full: bool) -> None:
    payload = sample_command(name, full=full)
    body = encode_json(payload)

    assert decode_command(name, body) == payload
    jsonschema_rs.validator_for(SCHEMAS[f"commands/{name}"]).validate(msgspec.json.decode(body))


@FULL
@pytest.mark.parametrize("name", ENTITY_TYPES)
def test_an_entity_survives_the_wire_and_fits_its_schema(name: str, full: bool) -> None:
    entity = sample_entity(name, full=full)
    body = encode_json(entity)

    assert msgspec.json.decode(body, type=ENTITY_TYPES[name]) == entity
    jsonschema_rs.validator_for(SCHEMAS[f"entities/{name}"]).validate(msgspec.json.decode(body))


@pytest.mark.parametrize("name", ENTITY_TYPES)
def test_an_entitys_id_depends_on_its_natural_key_alone(name: str) -> None:
    full, bare = sample_entity(name), sample_entity(name, full=False)
    changed = msgspec.structs.replace(full, version=99, state="CHANGED", revision=7)

    assert full.key
    assert changed.reproducible_id() == full.reproducible_id()
    assert full.reproducible_id().startswith(full.prefix + "_")
    assert (bare.reproducible_id() == full.reproducible_id()) is (bare.key == full.key)


def test_no_two_kinds_of_entity_share_a_prefix() -> None:
    prefixes = [kind.prefix for kind in ENTITY_TYPES.values()]

    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_with_a_field_nobody_declared_fits_neither_contract_nor_schema(name: str) -> None:
    document = msgspec.json.decode(sample(name))
    document["payload"]["surprise"] = 1

    assert not jsonschema_rs.validator_for(SCHEMAS[f"events/{name}"]).is_valid(document)
    with pytest.raises(Exception, match="surprise"):
        decode_fact(msgspec.json.encode(document), AT)


def test_a_full_sample_leaves_no_field_out() -> None:
    for name, kind in EVENT_TYPES.items():
        payload = msgspec.json.decode(sample(name))["payload"]
        assert set(payload) == set(kind.payload.__struct_encode_fields__), name


def test_samples_use_known_identifiers() -> None:
    assert decode_fact(sample("shipment.planned"), AT).subject.id == SUBJECT_IDS["shipment"]
