"""Money, quantities, instants and ids (domain.md §0.2, §0.3)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.ids import PLATFORM_NAMESPACE, canonical_id, fingerprint, uuid7
from crossdock.kernel.instant import Occurrence, TimeQuality, Window, from_micros, micros
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.kernel.secret import Secret

# What a ledger holds (domain.md §0.2): (18,4) for money, (18,6) for quantities.
amounts = st.decimals(-(10**13), 10**13, places=4)
values = st.decimals(-(10**11), 10**11, places=6)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1), timezones=zones)  # noqa: DTZ001  (zones come from zones)


@given(amounts, st.sampled_from(["EUR", "JPY", "KWD", "USD"]))
def test_money_survives_the_wire_to_the_last_digit(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    again = msgspec.json.decode(encode_json(money), type=Money)

    assert again == money
    assert str(again.amount) == str(amount)


@given(values, st.sampled_from(["EA", "KGM", "CS"]))
def test_a_quantity_survives_the_wire_to_the_last_digit(value: Decimal, uom: str) -> None:
    quantity = Quantity(value, uom)
    again = msgspec.json.decode(encode_json(quantity), type=Quantity)

    assert again == quantity
    assert str(again.value) == str(value)


@given(instants, st.sampled_from(TimeQuality))
def test_an_instant_survives_the_wire_to_the_microsecond(at: datetime, quality: TimeQuality) -> None:
    occurrence = Occurrence(at, offset_min=60, tz="Europe/Amsterdam", quality=quality, raw="as written")
    again = msgspec.json.decode(encode_json(occurrence), type=Occurrence)

    assert again == occurrence
    assert again.utc == at
    assert again.utc.utcoffset() == timedelta(0)
    assert from_micros(micros(at)) == at


@given(st.lists(amounts, max_size=20))
def test_sums_of_money_are_exact_in_any_order(parts: list[Decimal]) -> None:
    there = sum((Money(part, "EUR") for part in parts), Money(Decimal(0), "EUR"))
    back = sum((Money(part, "EUR") for part in reversed(parts)), Money(Decimal(0), "EUR"))

    assert there == back == Money(sum(parts, Decimal(0)), "EUR")


def test_money_of_two_currencies_is_never_added() -> None:
    with pytest.raises(Rejected, match="USD cannot be added to EUR"):
        _ = Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


def test_quantities_in_two_units_are_never_combined() -> None:
    for combine in (Quantity.__add__, Quantity.__sub__):
        with pytest.raises(Rejected, match="convert it first"):
            combine(Quantity(Decimal(1), "EA"), Quantity(Decimal(1), "CS"))


def test_quantities_add_and_subtract_exactly() -> None:
    tenth = Quantity(Decimal("0.1"), "KGM")

    assert tenth + tenth + tenth - Quantity(Decimal("0.3"), "KGM") == Quantity(Decimal(0), "KGM")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("2.345", "EUR", "2.35"), ("-2.345", "EUR", "-2.35"), ("2.5", "JPY", "3"), ("1.23456", "KWD", "1.235")],
)
def test_ledgers_compare_half_up_at_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert str(Money(Decimal(amount), currency).to_minor_unit().amount) == rounded


def test_quantities_round_half_even_at_six_places_for_output() -> None:
    assert str(Quantity(Decimal("1.0000005")).rounded().value) == "1.000000"
    assert str(Quantity(Decimal("1.0000015")).rounded().value) == "1.000002"


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1R", ""])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"amount": "1", "currency": currency}), type=Money)


def test_a_time_without_a_zone_is_refused() -> None:
    for kind, field in ((Occurrence, "instant"), (Window, "latest")):
        with pytest.raises(msgspec.ValidationError, match="timezone"):
            msgspec.json.decode(msgspec.json.encode({field: "2026-06-02T14:05:00"}), type=kind)


def test_a_canonical_id_is_the_same_on_every_machine() -> None:
    first = canonical_id("ord", "Order|SO-100234")

    assert first == canonical_id("ord", "Order|SO-100234")
    assert first != canonical_id("ord", "Order|SO-100235")
    assert first.startswith("ord_")
    assert len(first) == len("ord_") + 26
    assert str(PLATFORM_NAMESPACE) == "8c2f5d0e-6d2b-5c57-9a0b-6d1f3c0a7e11"


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**80 - 1))
def test_a_uuid7_carries_its_time_and_says_what_it_is(unix_ms: int, dice: int) -> None:
    made = uuid7(unix_ms, dice)

    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == unix_ms


def test_later_ids_sort_after_earlier_ones() -> None:
    assert uuid7(1, 2**80 - 1) < uuid7(2, 0)


def test_a_fingerprint_fits_a_bigint_and_never_changes() -> None:
    assert fingerprint("order|SO-1") == fingerprint(b"order|SO-1")
    assert -(2**63) <= fingerprint("x") < 2**63
    assert fingerprint("crossdock") == -6028674877757368313


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hunter2")

    assert f"{secret} {secret!r}" == "Secret(***) Secret(***)"
    assert secret.reveal() == "hunter2"
    assert secret == Secret("hunter2")
    assert hash(secret) == hash(Secret("hunter2"))


def test_the_clock_of_an_occurrence_is_utc_whatever_was_written() -> None:
    there = datetime(2026, 6, 2, 16, 5, tzinfo=timezone(timedelta(hours=2)))

    assert Occurrence(there).utc == datetime(2026, 6, 2, 14, 5, tzinfo=UTC)
