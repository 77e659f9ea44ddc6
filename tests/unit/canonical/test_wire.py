"""Decoding a fact: what is refused and where, and which differences do not matter (domain.md §0.4, §3.1 step 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.fulfilment import AllocationConfirmed, PickShorted, ShipmentHandedOver
from crossdock.canonical.events.order import OrderHoldReleased
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import FactClass, Flag, Role
from crossdock.canonical.wire import decode_command, decode_fact, make_envelope
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.kernel.quantity import Quantity
from crossdock.testing.samples import AT, sample

Tree = dict[str, object]


def handed_over(**changes: object) -> bytes:
    document = cast("Tree", msgspec.json.decode(sample("shipment.handed_over", full=False)))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = document
        for parent in parents:
            place = cast("Tree", place[parent])
        place[last] = value
    return msgspec.json.encode(document)


def refusal(body: bytes) -> Rejected:
    with pytest.raises(Rejected) as refused:
        decode_fact(body, AT)
    return refused.value


def test_everything_an_envelope_says_is_in_the_fact() -> None:
    occurred = Occurrence(AT, offset_min=120, tz="Europe/Amsterdam", quality=TimeQuality.LOCATION, raw="202606021558")
    body = make_envelope(
        "pick.shorted",
        Subject("fulfilment_order", "SO-1/WH-1/1"),
        Source(Role.WMS, "wms-1", message_id="m-7", seq=4),
        occurred,
        PickShorted(
            order_no="SO-1", warehouse="WH-1", line="10", requested=Quantity(Decimal(5)), picked=Quantity(Decimal(3))
        ),
        refs=(Reference("bol", "B-1"),),
        cls=FactClass.COR,
        revision=3,
        corrects="k-1",
        causation_id="9.4",
        flags=(Flag.BACKFILL,),
    )

    fact = decode_fact(body, AT + timedelta(minutes=2), "12.5")

    assert (fact.type, fact.subject.id, fact.cls, fact.revision) == ("pick.shorted", "SO-1/WH-1/1", FactClass.COR, 3)
    assert fact.occurred == occurred
    assert fact.at == AT
    assert fact.received_at == AT + timedelta(minutes=2)
    assert fact.source == Source(Role.WMS, "wms-1", message_id="m-7", seq=4)
    assert fact.refs == (Reference("bol", "B-1"),)
    assert (fact.corrects, fact.causation_id, fact.flags, fact.event_id) == ("k-1", "9.4", (Flag.BACKFILL,), "12.5")
    assert fact.rank == EVENT_TYPES["pick.shorted"].rank


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"type": "shipment.teleported"}, "$.type", "no event type"),
        ({"version": 2}, "$.version", "send version 1"),
        ({"subject__type": "invoice"}, "$.subject.type", "fulfilment_order or a shipment"),
        ({"subject__id": ""}, "$.subject.id", "has no id"),
        ({"surprise": 1}, "$", "surprise"),
        ({"class": "MAYBE"}, "$.class", "Invalid enum value"),
        ({"source__system": "GOD"}, "$.source.system", "Invalid enum value"),
        ({"occurred__instant": "2026-06-02T14:05:00"}, "$.occurred.instant", "timezone"),
        ({"occurred__instant": "0001-01-01T00:00:00+14:00"}, "$.occurred.instant", "not usable"),
        ({"occurred__instant": "9999-12-31T23:59:59-14:00"}, "$.occurred.instant", "not usable"),
        ({"occurred__offset_min": 1081}, "$.occurred.offset_min", "18 hours"),
        ({"occurred__offset_min": -(10**30)}, "$.occurred.offset_min", "18 hours"),
        ({"source__seq": 10**30}, "$.source.seq", "counts from 0"),
        ({"revision": -1}, "$.revision", "counts from 0"),
        ({"revision": 2**40}, "$.revision", "counts from 0"),
        ({"payload__handover_no": ""}, "$.payload.handover_no", "length"),
        ({"payload__at": "2026-06-02T14:05:00"}, "$.payload.at", "timezone"),
        ({"payload__lines": [{"line": "10", "qty": {"value": "x"}}]}, "$.payload.lines[0].qty.value", "decimal"),
        (
            {"payload__lines": [{"line": "10", "qty": {"value": "NaN"}}]},
            "$.payload.lines[0].qty.value",
            "usable amount",
        ),
        ({"payload__lines": [{"line": "10", "qty": {"value": "-Infinity"}}]}, "$.payload.lines[0].qty.value", "usable"),
        ({"payload__lines": [{"line": "10", "qty": {"value": "1E+99"}}]}, "$.payload.lines[0].qty.value", "usable"),
        ({"payload__lines": [{"line": "10", "qty": {"value": "1e-99"}}]}, "$.payload.lines[0].qty.value", "usable"),
        ({"payload__lines": [{"line": "10", "qty": {"value": "9" * 25}}]}, "$.payload.lines[0].qty.value", "24 digits"),
        (
            {"payload__lines": [{"line": "10", "qty": {"value": "9." + "1" * 24}}]},
            "$.payload.lines[0].qty.value",
            "24 digits",
        ),
    ],
)
def test_what_is_not_the_contract_is_refused_with_its_place(changes: Tree, where: str, says: str) -> None:
    error = refusal(handed_over(**changes))

    assert error.where.startswith(where)
    assert says in error.detail


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"type": "order.approved"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        handed_over()[:-1] + b"," + b'"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_no_fact_at_all_is_refused_and_never_crashes(body: bytes) -> None:
    assert refusal(body).detail


def test_a_payload_nested_without_end_is_refused() -> None:
    body = handed_over().replace(b'"payload":{', b'"payload":{"x":' + b"[" * 100_000 + b"]" * 100_000 + b",")

    assert refusal(body).detail


@pytest.mark.parametrize("text", [b"WH\\u0000", b"WH\x00", b"\\\\\\u0000"])
def test_the_nul_character_is_refused(text: bytes) -> None:
    assert "NUL" in refusal(handed_over(payload__warehouse="HERE").replace(b"HERE", text)).detail


def test_a_backslash_before_the_letters_u0000_is_harmless_text() -> None:
    fact = decode_fact(handed_over(payload__warehouse="HERE").replace(b"HERE", b"\\\\u0000"), AT)

    assert cast("ShipmentHandedOver", fact.payload).warehouse == "\\u0000"


@pytest.mark.parametrize("value", ["1e2", "1E+2", "0.000001", "9" * 24, "-12.5", "1234567890.123456"])
def test_usable_decimals_pass_however_they_are_written(value: str) -> None:
    fact = decode_fact(handed_over(payload__lines=[{"line": "10", "qty": {"value": value}}]), AT)

    assert cast("ShipmentHandedOver", fact.payload).lines[0].qty.value == Decimal(value)


def test_names_that_look_like_strange_decimals_pass() -> None:
    names = ["NaN", "Infinity", "1E+99", "0" * 40]

    fact = decode_fact(handed_over(payload__packages=names), AT)

    assert cast("ShipmentHandedOver", fact.payload).packages == tuple(names)


def test_whitespace_and_order_of_keys_make_no_difference() -> None:
    body = sample("shipment.handed_over")
    tree = msgspec.json.decode(body)
    turned = msgspec.json.format(msgspec.json.encode(_reversed(tree)), indent=4)

    assert turned != body
    assert decode_fact(turned, AT).digest == decode_fact(body, AT).digest
    assert decode_fact(turned, AT).key == decode_fact(body, AT).key


def _reversed(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: _reversed(value) for name, value in reversed(tree.items())}
    return [_reversed(value) for value in tree] if isinstance(tree, list) else tree


def test_a_number_says_the_same_as_the_same_number_in_quotes() -> None:
    bare, quoted = (
        decode_fact(handed_over(payload__lines=[{"line": "10", "qty": {"value": value}}]), AT) for value in (40, "40")
    )

    assert bare.digest == quoted.digest


def test_the_same_instant_in_another_zone_is_the_same_statement() -> None:
    there = datetime(2026, 6, 2, 15, 58, tzinfo=timezone(timedelta(hours=2)))
    local, utc = (decode_fact(handed_over(occurred__instant=at.isoformat()), AT) for at in (there, AT))

    assert local.digest == utc.digest
    assert local.at == utc.at == AT
    assert local.at.tzinfo is UTC


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred__instant": "2026-06-02T13:58:01Z"},
        {"class": "COR"},
        {"revision": 2},
        {"payload__bol": "B-2"},
        {"payload__lines": [{"line": "10", "qty": {"value": "41"}}]},
    ],
)
def test_any_significant_difference_changes_the_digest_and_not_the_key(changes: Tree) -> None:
    before, after = decode_fact(handed_over(), AT), decode_fact(handed_over(**changes), AT)

    assert before.digest != after.digest
    assert before.key == after.key


@pytest.mark.parametrize(
    "changes",
    [
        {"source__message_id": "m-2"},
        {"refs": [{"scheme": "bol", "id": "B-1"}]},
        {"causation_id": "1.2"},
        {"flags": ["late"]},
    ],
)
def test_how_it_reached_us_does_not_change_the_digest(changes: Tree) -> None:
    assert decode_fact(handed_over(), AT).digest == decode_fact(handed_over(**changes), AT).digest


def test_a_payload_of_another_type_cannot_be_put_into_an_envelope() -> None:
    payload = AllocationConfirmed(order_no="SO-1", warehouse="WH-1", lines=(LineQuantity("10", Quantity(Decimal(1))),))

    for name in ("pick.completed", "no.such"):
        with pytest.raises(Rejected, match="not the payload"):
            make_envelope(name, Subject("order", "SO-1"), Source(Role.WMS, "w"), Occurrence(AT), payload)


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(Rejected, match="no command"):
        decode_command("fly_to_the_moon", b"{}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_any_json_in_any_field_is_taken_or_refused(value: object) -> None:
    for field in ("subject", "source", "occurred", "payload", "refs", "revision", "version", "payload__lines"):
        try:
            decode_fact(handed_over(**{field: value}), AT)
        except Rejected:
            continue


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    assert refusal(body).detail


def test_a_time_the_sender_did_not_give_is_no_part_of_what_it_said() -> None:
    """The same call twice without `occurred` is a duplicate, whenever the second one comes (I-13, R-02)."""
    said = {}
    for minute in (0, 7):
        at = datetime(2026, 6, 1, 6, minute, tzinfo=UTC)
        for quality in (TimeQuality.ASSUMED, TimeQuality.EXACT):
            body = make_envelope(
                "order.hold_released",
                Subject("order", "SO-1"),
                Source(Role.ERP, "erp1"),
                Occurrence(at, quality=quality),
                OrderHoldReleased(hold_id="H-1"),
            )
            said[minute, quality] = decode_fact(body, at).digest
    assert said[0, TimeQuality.ASSUMED] == said[7, TimeQuality.ASSUMED]
    assert said[0, TimeQuality.EXACT] != said[7, TimeQuality.EXACT]
