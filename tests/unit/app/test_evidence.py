"""What was refused at the door is kept, within a measure that no stranger can exceed (I9)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.evidence import BODY_KEPT_BYTES, Evidence, Refused
from crossdock.ports.connector import Finding
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import CountedDice

NOW = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
FINDINGS = (Finding("signature-wrong", "sign the raw bytes", "webhook-signature"),)


def refused(body: bytes = b"bytes", partner: str = "P1", content_type: str = "text/plain") -> Refused:
    return Refused(partner, "http", content_type, body, FINDINGS)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


async def test_refused_bytes_are_kept_with_findings_and_digest(store: MemoryStore) -> None:
    message_id = await Evidence(store, CountedDice()).keep(refused(), NOW)
    row = store.messages[message_id]
    assert (row.partner, row.status, row.facts, row.body, row.received) == ("P1", "refused", 0, b"bytes", NOW)
    assert msgspec.json.decode(row.findings, type=tuple[Finding, ...]) == FINDINGS
    assert row.sha256 == hashlib.sha256(b"bytes").hexdigest()


async def test_long_bodies_are_cut_but_their_digest_is_of_all_that_came(store: MemoryStore) -> None:
    body = b"x" * (BODY_KEPT_BYTES + 1)
    row = store.messages[await Evidence(store, CountedDice()).keep(refused(body), NOW)]
    assert len(row.body) == BODY_KEPT_BYTES
    assert row.sha256 == hashlib.sha256(body).hexdigest()


async def test_each_partners_door_has_its_own_measure_an_hour(store: MemoryStore) -> None:
    evidence = Evidence(store, CountedDice(), kept_per_hour=2)
    kept = [bool(await evidence.keep(refused(partner=partner), NOW)) for partner in ("P1", "P1", "P1", "P2")]
    assert kept == [True, True, False, True]
    assert await evidence.keep(refused(), NOW + timedelta(minutes=29)) == ""
    assert await evidence.keep(refused(), NOW + timedelta(minutes=30))


@given(st.text(max_size=400))
def test_any_content_type_is_storable(content_type: str) -> None:
    store = MemoryStore()

    async def keep() -> str:
        return await Evidence(store, CountedDice()).keep(refused(content_type=content_type), NOW)

    with pytest.raises(StopIteration) as done:
        keep().send(None)
    row = store.messages[done.value.value]
    assert "\x00" not in row.content_type
    assert len(row.content_type) <= 200
