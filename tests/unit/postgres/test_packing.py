"""What is packed comes back byte for byte, and what cannot be read is never taken for something else."""

from __future__ import annotations

import hashlib
import zlib

import msgspec
import pytest

from crossdock.bench.trace import history
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.kernel.errors import Bug
from crossdock.postgres.packing import (
    _DICTIONARIES,
    CHANGE,
    CHANGES_MAX,
    EARLIER_CHANGE,
    EARLIER_STATES,
    OURS,
    OWN_WORDS,
    STATES,
    TEMPLATED,
    TEMPLATES,
    VOCABULARY,
    pack,
    pack_change,
    pack_keyed,
    pack_state,
    unpack,
    unpack_keyed,
    unpack_state,
)

NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(100))


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00", b"\x01\x02", bytes(range(256)), NOISE, b"x" * 1_000_000])
def test_any_bytes_come_back(body: bytes) -> None:
    assert unpack(pack(body)) == unpack(pack(body, "order.approved")) == unpack(pack_state(body)) == body
    assert unpack_keyed(pack_keyed(body, "order.approved|größer")) == (body, "order.approved|größer")


def test_what_does_not_shrink_is_stored_as_it_is() -> None:
    assert pack(NOISE) == b"\x00" + NOISE


def test_dictionaries_never_change() -> None:
    # Rows packed with it would be lost. A better dictionary is a second one, with a first byte of its own.
    fixed = bytes.fromhex("01a3464608f6d735d40ff7d037045a0a00")
    assert unpack(fixed) == b'{"type":"pack.completed","subject":{"type":"fulfilment_order","id":"SO-1/WH/1"}}'
    assert hashlib.sha256(_DICTIONARIES[EARLIER_STATES]).hexdigest()[:16] == "012b7c38e269713e"
    assert hashlib.sha256(_DICTIONARIES[TEMPLATES]).hexdigest()[:16] == "f94787684825c032"
    assert hashlib.sha256(_DICTIONARIES[OWN_WORDS]).hexdigest()[:16] == "4a5939e717713394"
    assert hashlib.sha256(_DICTIONARIES[STATES]).hexdigest()[:16] == "a4f2600d128c4eac"


def test_a_fact_takes_a_third_of_its_size_with_its_key() -> None:
    bodies = [told.body for told in history(20, seed=1)]
    assert sum(len(pack_keyed(body, "k" * 60)) for body in bodies) * 3 < sum(map(len, bodies))


def test_a_fact_of_the_plain_way_takes_a_fifth_and_every_template_is_of_a_known_type() -> None:
    bodies = [(told.body, msgspec.json.decode(told.body)["type"]) for told in history(20, seed=1)]
    packed = [pack_keyed(body, "k" * 60, kind) for body, kind in bodies]
    assert all(one.startswith(TEMPLATES) for one in packed)
    assert sum(map(len, packed)) * 5 < sum(len(body) for body, _ in bodies)
    assert EVENT_TYPES.keys() | COMMAND_TYPES.keys() >= TEMPLATED


def test_what_the_hub_says_itself_has_words_of_its_own() -> None:
    body = (
        b'{"type":"command.acknowledged","subject":{"type":"order","id":"SO-77"},"source":{"system":"SYNC","instance":'
        b'"crossdock","event_id":"delivery-4711.1"},"occurred":{"instant":"2026-06-02T14:05:00Z"},"payload":{"command":'
        b'"update_order_status","idempotency_key":"update_order_status:SO-77|4f3a","reference":""},"revision":1}'
    )
    packed = pack(body, "command.acknowledged")
    assert packed.startswith(OWN_WORDS)
    assert unpack(packed) == body
    assert len(packed) * 4 < len(body)
    assert EVENT_TYPES.keys() | COMMAND_TYPES.keys() >= OURS
    assert not OURS & TEMPLATED


def test_a_packing_of_a_later_version_is_named() -> None:
    with pytest.raises(Bug, match="run the version that wrote it"):
        unpack(b"\x08whatever")


@pytest.mark.parametrize("damaged", [VOCABULARY + b"\xff\xff\xff", pack(b"x" * 1000)[:-3]])
def test_a_damaged_body_is_never_given_back(damaged: bytes) -> None:
    with pytest.raises(Bug, match="restore the row from a backup"):
        unpack(damaged)


def test_a_change_stands_in_front_of_what_is_stored_and_leaves_it_as_it_is() -> None:
    before = NOISE[:2000]
    stored = pack_state(before)
    changed = pack_change(b"new" + before, before, stored)
    assert changed.endswith(stored)
    assert len(changed) < len(stored) + 100
    assert unpack_state(changed) == b"new" + before


def test_a_state_changed_any_number_of_times_comes_back_and_stays_short() -> None:
    state, changes = NOISE[:900], []
    stored = pack_state(state)
    for number in range(100):
        after = state[: 5 * number] + number.to_bytes(2) + state[5 * number + 1 :]
        stored, state = pack_change(after, state, stored), after
        changes.append(stored.startswith(CHANGE))
        assert unpack_state(stored) == state
        assert len(stored) < 2 * len(state)
    assert changes.count(False) == 100 // (CHANGES_MAX + 1)


@pytest.mark.parametrize("after", [b"", NOISE[::-1], b"x" * 100_000])
def test_a_change_as_long_as_the_state_is_written_whole(after: bytes) -> None:
    before = NOISE[:500]
    stored = pack_change(after, before, pack_state(before))
    assert unpack_state(stored) == after
    assert len(stored) < len(after) + 1000


def test_a_state_stored_by_an_earlier_version_is_read_and_changed_further() -> None:
    whole = deflated(NOISE[:600] + b"RELEASED", _DICTIONARIES[EARLIER_STATES])
    change = deflated(NOISE[:600] + b"EXECUTING", NOISE[:600] + b"RELEASED")
    stored = EARLIER_CHANGE + len(change).to_bytes(2) + change + EARLIER_STATES + whole
    assert unpack_state(EARLIER_STATES + whole) == NOISE[:600] + b"RELEASED"
    assert unpack_state(stored) == NOISE[:600] + b"EXECUTING"
    changed = pack_change(NOISE[:600] + b"FULFILLED", NOISE[:600] + b"EXECUTING", stored)
    assert changed.endswith(stored)
    assert unpack_state(changed) == NOISE[:600] + b"FULFILLED"


def deflated(body: bytes, words: bytes) -> bytes:
    deflater = zlib.compressobj(3, zlib.DEFLATED, -13, 4, zlib.Z_DEFAULT_STRATEGY, words)
    return deflater.compress(body) + deflater.flush()


def test_a_damaged_change_is_never_given_back() -> None:
    before = NOISE[:500]
    stored = bytearray(pack_change(before + b"new", before, pack_state(before)))
    stored[4] ^= 0xFF
    with pytest.raises(Bug, match="restore the row from a backup"):
        unpack_state(bytes(stored))
