"""Bytes from outside: refused with a sentence and a place, and bounded where a ledger needs it."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.codec import check_decimal, check_decimals, decode_json, decode_part, encode_json
from crossdock.kernel.errors import Rejected


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    amount: Decimal
    note: str = ""


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[Line, ...] = ()
    by_name: dict[str, Decimal] = msgspec.field(default_factory=dict)


boxes = msgspec.json.Decoder(Box)


def box(amount: str) -> bytes:
    return msgspec.json.encode({"lines": [{"amount": "1"}, {"amount": amount}]})


def checked(body: bytes) -> Box:
    value = decode_json(body, boxes)
    check_decimals(value, encode_json(value))
    return value


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"lines": [{"amount": "1"}, {"amount": true}]}', "$.lines[1].amount"),
        (b'{"lines": 3}', "$.lines"),
        (b'{"sides": []}', "$"),
        (b"[]", "$"),
    ],
)
def test_what_breaks_the_contract_is_refused_at_its_place(body: bytes, where: str) -> None:
    with pytest.raises(Rejected) as refused:
        decode_json(body, boxes)

    assert refused.value.where in {where, "" if where == "$" else where}


def test_a_part_is_refused_at_its_place_in_the_whole() -> None:
    with pytest.raises(Rejected) as refused:
        decode_part(b'{"lines": [{"amount": []}]}', boxes, at="$.payload")

    assert refused.value.where == "$.payload.lines[0].amount"


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (b"", 0),
        (b"{", 1),
        (b"\xff", 0),
        (b'{"lines": [}', 11),
        (b'"\\ud800"', 8),
        (b'{"lines": [{"amount": "1", "note": "\xff"}]}', 36),
        (b'{"lines":\0}', 9),
        (b'{"lines": [{"amount": "1", "note": "\\\\\\u0000"}]}', 38),
    ],
)
def test_what_is_no_json_is_refused_at_its_byte(body: bytes, at: int) -> None:
    with pytest.raises(Rejected) as refused:
        decode_json(body, boxes)
    assert refused.value.where == f"byte {at}"


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "-NaN", "Infinity", "-Infinity", "1E+19", "1E-19", "1" * 25, "0.0000010006520604649"]
)
def test_a_decimal_no_ledger_can_hold_is_refused_at_its_place(amount: str) -> None:
    with pytest.raises(Rejected, match="usable amount") as refused:
        checked(box(amount))

    assert refused.value.where == "$.lines[1].amount"


def test_a_decimal_in_a_map_is_found_too() -> None:
    with pytest.raises(Rejected) as refused:
        checked(b'{"by_name": {"shipped": "NaN"}}')

    assert refused.value.where == "$.by_name.shipped"


@pytest.mark.parametrize("amount", ["0", "-0.000001", "1E+18", "1E-18", "9" * 24, "123456789012.123456789012"])
def test_a_decimal_within_bounds_passes_as_it_is(amount: str) -> None:
    assert checked(box(amount)).lines[1].amount == Decimal(amount)


@pytest.mark.parametrize("note", ["NaN", "Infinity", "1E+99", "0E", "5" * 60, "Infantry"])
def test_text_is_never_taken_for_a_decimal(note: str) -> None:
    body = msgspec.json.encode({"lines": [{"amount": "1", "note": note}]})

    assert checked(body).lines[0].note == note


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_the_quick_search_and_the_slow_rule_agree_on_every_decimal(number: Decimal) -> None:
    value = Box(lines=(Line(number),))
    try:
        check_decimal(number)
        usable = True
    except Rejected:
        usable = False

    if usable:
        check_decimals(value, encode_json(value))
    else:
        with pytest.raises(Rejected):
            check_decimals(value, encode_json(value))


def test_a_refusal_never_repeats_a_number_at_full_length() -> None:
    with pytest.raises(Rejected) as refused:
        check_decimal(Decimal("9" * 5000))

    assert len(refused.value.detail) < 120


@given(st.text())
def test_no_accepted_text_holds_nul_and_only_nul_is_refused(note: str) -> None:
    body = msgspec.json.encode({"lines": [{"amount": "1", "note": note}]})
    if "\x00" in note:
        with pytest.raises(Rejected, match="NUL"):
            decode_json(body, boxes)
    else:
        assert decode_json(body, boxes).lines[0].note == note
