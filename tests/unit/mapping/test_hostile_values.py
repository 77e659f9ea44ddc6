"""A value is a value, or a ValueError that says what is wrong with it: nothing else comes out of a reading."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.mapping.converters import CONVERTERS, Converter, make_converter
from crossdock.mapping.measures import UNITS, convert
from crossdock.mapping.moments import FORMATS, reckon, write_moment

ARGUMENTS: dict[str, object] = {
    "implied": 12,
    "to_implied": 12,
    "places": 12,
    "times": "0.45359237",
    "true": "Y|1",
    "substring": [2, 3],
    "split": [":", -1],
    "replace": ["a", "b"],
    "pad": [10, "0"],
    "cut": 5,
    "fits": 5,
    "prefix": "x",
    "without_prefix": "x",
}
BUILT_IN = [make_converter({name: ARGUMENTS[name]} if name in ARGUMENTS else name, {}) for name in CONVERTERS]
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: f"{number:f}")
DIGITS = st.text("0123456789", max_size=26)
TEXTS = st.one_of(st.text(max_size=30), DIGITS, NUMBERS, st.datetimes().map(lambda one: one.isoformat() + "+23:00"))


@given(converter=st.sampled_from(BUILT_IN), text=TEXTS)
def test_a_converter_takes_a_text_or_says_what_is_wrong_with_it(converter: Converter, text: str) -> None:
    with suppress(ValueError):
        assert converter(text) is not None


@pytest.mark.parametrize(
    ("name", "argument"),
    [("places", 12), ("epoch_s", None), ("epoch_ms", None), ("epoch", None)],
    ids=["places", "epoch_s", "epoch_ms", "epoch"],
)
def test_a_number_beyond_what_can_be_reckoned_is_told(name: str, argument: object) -> None:
    with pytest.raises(ValueError, match=r"too large|no instant"):
        CONVERTERS[name](argument)("9" * 24)


def test_a_measure_beyond_what_can_be_reckoned_is_told() -> None:
    with pytest.raises(ValueError, match="too large"):
        convert(Decimal("9" * 24), "TNE", "GRM")


@given(number=st.integers(0, 10**24 - 1), code=st.sampled_from(sorted(UNITS)), to=st.sampled_from(sorted(UNITS)))
def test_a_measure_is_turned_or_told(number: int, code: str, to: str) -> None:
    with suppress(ValueError):
        found = convert(Decimal(number), code, to)
        assert (found is None) == (UNITS[code][0] != UNITS[to][0])


@pytest.mark.parametrize(
    ("text", "form"), [("00000000", ""), ("00000000", "102"), ("000000000000", "203"), ("000000", ""), ("0000", "602")]
)
def test_a_date_nobody_has_given_is_no_date(text: str, form: str) -> None:
    with pytest.raises(ValueError, match=r"has the year 0|no date of the calendar"):
        reckon(text, "", form, "", "UTC", 2026)


@given(day=TEXTS, hour=TEXTS, form=st.sampled_from(["", "iso", *FORMATS]), zone=st.sampled_from(["", "UTC", "+2300"]))
def test_a_moment_is_read_or_told(day: str, hour: str, form: str, zone: str) -> None:
    with suppress(ValueError):
        assert reckon(day, hour, form, zone, "Europe/Paris", 2026).instant.utcoffset() is not None


def test_an_instant_outside_the_calendar_is_not_written() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        write_moment("0001-01-01T00:00:00+23:00", "102", "UTC")
