"""A process API body becomes an envelope of its caller, whatever the body claims."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.capabilities import ADJUST_INVENTORY, CAPABILITIES, RELEASE_ORDER, UPDATE_MILESTONE, envelope_of
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ERP = Partner("ERP1", Role.ERP, "canonical_json")


def wrapped(body: bytes, subject_id: str = "") -> dict[str, object]:
    found: dict[str, object] = msgspec.json.decode(envelope_of(RELEASE_ORDER, ERP, body, NOW, subject_id=subject_id))
    return found


@pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda capability: capability.fact)
def test_each_capability_names_a_fact_of_the_catalogue_about_a_subject_it_may_have(capability: object) -> None:
    kind = EVENT_TYPES[capability.fact]  # type: ignore[attr-defined]
    assert not kind.subjects or capability.subject in kind.subjects  # type: ignore[attr-defined]
    assert set(capability.subject_fields) <= set(kind.payload.__struct_fields__)  # type: ignore[attr-defined]


def test_stock_is_named_by_its_warehouse_and_item_and_by_nothing_less() -> None:
    told: dict[str, object] = msgspec.json.decode(
        envelope_of(ADJUST_INVENTORY, ERP, b'{"warehouse": "WH-NL1", "item": "IT-501"}', NOW)
    )
    assert told["subject"] == {"type": "stock", "id": "WH-NL1|IT-501"}
    short: dict[str, object] = msgspec.json.decode(envelope_of(ADJUST_INVENTORY, ERP, b'{"item": "IT-501"}', NOW))
    assert short["subject"] == {"type": "stock", "id": ""}


def test_subject_comes_from_the_body_where_the_path_has_none() -> None:
    assert wrapped(b'{"order_no": "SO-1"}')["subject"] == {"type": "order", "id": "SO-1"}
    assert wrapped(b'{"order_no": "SO-1"}', "SO-2")["subject"] == {"type": "order", "id": "SO-2"}
    assert wrapped(b'{"order_no": 7}')["subject"] == {"type": "order", "id": ""}


def test_source_is_the_caller_even_where_the_body_names_another() -> None:
    found = wrapped(b'{"source": {"system": "TMS"}}')
    assert found["source"] == {"system": "ERP", "instance": "ERP1", "message_type": "process-api"}
    assert found["payload"] == {"source": {"system": "TMS"}}


def test_now_is_when_it_happened_unless_the_body_says_otherwise() -> None:
    assert wrapped(b"{}")["occurred"] == {"instant": "2026-06-01T00:00:00Z", "quality": "assumed"}
    assert wrapped(b'{"occurred": {"instant": "x"}}')["occurred"] == {"instant": "x"}


def test_numbers_keep_their_digits() -> None:
    body = b'{"milestone": "X", "a": 1.10, "b": 12345678901234567890123}'
    assert b'"a":1.10,"b":12345678901234567890123' in envelope_of(UPDATE_MILESTONE, ERP, body, NOW)


@given(st.binary(max_size=60))
def test_what_is_no_object_comes_back_as_it_is(body: bytes) -> None:
    try:
        is_object = isinstance(msgspec.json.decode(body), dict)
    except (msgspec.DecodeError, UnicodeDecodeError):
        is_object = False
    assert (envelope_of(RELEASE_ORDER, ERP, body, NOW) == body) is not is_object
