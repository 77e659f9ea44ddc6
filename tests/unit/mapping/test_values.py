"""Values: converters, measures, dates and times in every notation, read and written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.mapping.converters import CONVERTERS, decimal, make_converter, shown
from crossdock.mapping.measures import UNITS, convert, unit
from crossdock.mapping.moments import Unplaced, reckon, write_moment

CHICAGO = "America/Chicago"


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        ("decimal", "-12.50", Decimal("-12.50")),
        ("int", "007", 7),
        ("int", "3.0", 3),
        ("upper", "ab", "AB"),
        ("digits", "+49 (0)89-1", "490891"),
        ("strip_zeros", "0000120", "120"),
        ("strip_zeros", "000", "0"),
        ("negate", "5", Decimal(-5)),
        ("abs", "-5", Decimal(5)),
        ("decimal_comma", "1.234,50", Decimal("1234.50")),
        ("sign_last", "10.00-", Decimal("-10.00")),
        ("epoch_s", "1772443800", "2026-03-02T09:30:00+00:00"),
        ("to_epoch_s", "2026-03-02T10:30:00.5+01:00", 1772443800),
        ("epoch_ms", "1772443800000", "2026-03-02T09:30:00+00:00"),
        ("epoch", "1772443800000", "2026-03-02T09:30:00+00:00"),
        ("epoch", "1772443800.5", "2026-03-02T09:30:00.500000+00:00"),
        ({"implied": 2}, "1234", Decimal("12.34")),
        ({"implied": 0}, "-7", Decimal(-7)),
        ({"to_implied": 2}, "12.30", "1230"),
        ({"places": 2}, "2.345", Decimal("2.34")),
        ({"times": "0.45359237"}, "10", Decimal("4.5359237")),
        ({"true": "Y|1"}, "1", True),
        ({"true": "Y|1"}, "N", False),
        ({"substring": [3]}, "AB123", "123"),
        ({"substring": [3, 2]}, "AB123", "12"),
        ({"split": ["-", 2]}, "SO-1-7", "1"),
        ({"split": ["-", -1]}, "SO-1-7", "7"),
        ({"split": ["-", 9]}, "SO-1-7", ""),
        ({"replace": [" ", ""]}, "1 234", "1234"),
        ({"pad": [5, "0"]}, "42", "00042"),
        ({"cut": 3}, "abcdef", "abc"),
        ({"fits": 3}, "abc", "abc"),
        ({"prefix": "00"}, "7", "007"),
        ({"without_prefix": "00"}, "0034", "34"),
        ([{"split": ["/", 2]}, "strip_zeros", {"prefix": "L"}], "SO/0007", "L7"),
        (["decimal_comma", {"to_implied": 2}], "1,5", "150"),
    ],
)
def test_a_converter_gives_the_value(spec: object, text: str, value: object) -> None:
    assert make_converter(spec, {})(text) == value


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        *(("decimal", text) for text in ("", "abc", "1e5", "NaN", "1,5", "١٢", "1" * 25, "--1", ".")),
        *(
            ("int", "1.5"),
            ("int", "9" * 30),
            ({"implied": 2}, "1.5"),
            ({"to_implied": 1}, "1.25"),
            ({"fits": 2}, "abc"),
        ),
        *(("epoch_s", "soon"), ("sign_last", "-"), ("decimal_comma", "1,2,3")),
        *(("to_epoch_s", "soon"), ("to_epoch_s", "2026-03-02T10:30:00")),
    ],
)
def test_a_converter_says_what_is_wrong_and_never_guesses(spec: object, text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is|has) "):
        make_converter(spec, {})(text)


def test_an_instant_is_shown_to_converters_as_iso_8601_has_it() -> None:
    assert shown(reckon("20260602", "1558", "", "+0200", "UTC", 2026)) == "2026-06-02T13:58:00+00:00"


def test_a_connector_can_bring_its_own_converter() -> None:
    assert make_converter("double", {"double": lambda text: text * 2})("ab") == "abab"


@given(st.sampled_from(sorted(CONVERTERS)), st.text(max_size=30))
def test_no_converter_raises_anything_but_what_is_told(name: str, text: str) -> None:
    arguments: list[object] = [None, 2, "Y", [1, 2], ["-", 1], [3, "0"], ["a", "b"], "0.5"]
    for argument in arguments:
        try:
            converter = make_converter(name if argument is None else {name: argument}, {})
        except Rejected:
            continue
        try:
            converter(text)
        except ValueError:
            continue


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_a_number_written_reads_back_as_the_same(number: Decimal) -> None:
    assert decimal(shown(number)) == number


def test_measures_are_exact_and_never_cross_dimensions() -> None:
    assert convert(Decimal(100), "LBR", "KGM") == Decimal("45.359237")
    assert convert(Decimal(1), "MTQ", "FTQ") == Decimal("35.314667")
    assert convert(Decimal("2.5"), "MTR", "CMT") == Decimal(250)
    assert convert(Decimal(1), "KGM", "MTQ") is None
    assert (unit("lb"), unit("KG"), unit("PCE")) == ("LBR", "KGM", "")
    assert all(convert(size, "KGM", code) == 1 for code, (kind, size) in UNITS.items() if kind == "mass")


def read(day: str, hour: str = "", form: str = "", zone: str = "", fallback: str = "UTC") -> Occurrence:
    return reckon(day, hour, form, zone, fallback, 2026)


@pytest.mark.proves("TS-01", "TS-10")
@pytest.mark.parametrize(
    ("day", "hour", "form", "instant"),
    [
        ("20260302", "", "", "2026-03-02T12:00"),
        ("260302", "0930", "", "2026-03-02T09:30"),
        ("20260302", "093015", "", "2026-03-02T09:30:15"),
        ("20260302", "09:30:15", "", "2026-03-02T09:30:15"),
        ("20260302", "09301599", "", "2026-03-02T09:30:15"),
        ("20260302", "2400", "", "2026-03-03T00:00"),
        ("202603020930", "", "", "2026-03-02T09:30"),
        ("20260302093015", "", "", "2026-03-02T09:30:15"),
        ("20260302", "", "102", "2026-03-02T12:00"),
        ("2603020930", "", "201", "2026-03-02T09:30"),
        ("202603020930", "", "203", "2026-03-02T09:30"),
        ("20260302093015", "", "204", "2026-03-02T09:30:15"),
        ("202603020930+0100", "", "205", "2026-03-02T08:30"),
        ("202603020930UTC", "", "303", "2026-03-02T09:30"),
        ("202603", "", "610", "2026-03-01T12:00"),
        ("20260302-20260309", "", "718", "2026-03-02T12:00"),
        ("02032026", "", "DDMMCCYY", "2026-03-02T12:00"),
        ("2026-03-02", "", "", "2026-03-02T12:00"),
        ("2026-03-02T09:30:00Z", "", "", "2026-03-02T09:30"),
        ("2026-03-02T09:30:00+05:30", "", "", "2026-03-02T04:00"),
        ("2026-03-02T09:30", "", "iso", "2026-03-02T09:30"),
        ("2026-03-02T09:30:15.123456", "", "iso", "2026-03-02T09:30:15.123456"),
        ("471231", "", "", "1947"),
        ("071231", "", "", "2007-12-31T12:00"),
    ],
)
def test_a_date_is_read_in_the_notation_it_is_written_in(day: str, hour: str, form: str, instant: str) -> None:
    if instant == "1947":
        # Two digits lie at most twenty years back and one ahead (TS-10); what that gives must still be usable.
        with pytest.raises(ValueError, match="outside"):
            read(day, hour, form)
    else:
        assert read(day, hour, form).instant == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "form"),
    [
        *(("20261302", "", ""), ("20260230", "", ""), ("2026", "", ""), ("today", "", ""), ("20260302", "2561", "")),
        *(("20260302", "9", ""), ("20260302", "12h30", ""), ("260302", "", "102"), ("20260302", "", "999")),
        *(("2026-03-02T25:00", "", "iso"), ("0000-01-01", "", ""), ("20260302", "", "CCYYCCYY"), ("9" * 90, "", "")),
        *(("٢٠٢٦٠٣٠٢", "", ""), ("29991231", "", ""), ("2026-03-02T09:30+99:00", "", "iso")),
    ],
)
def test_what_is_no_date_is_refused(day: str, hour: str, form: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read(day, hour, form)


@pytest.mark.proves("TS-01", "TS-05", "TS-06", "TS-07")
def test_how_far_a_time_is_to_be_trusted_goes_with_it() -> None:
    assert read("20260302", "0930", zone=CHICAGO).quality is TimeQuality.ZONE
    assert read("20260302", "0930", zone="-0600").quality is TimeQuality.EXACT
    assert read("20260302", "0930", fallback=CHICAGO).quality is TimeQuality.ASSUMED
    assert read("20260302").quality is TimeQuality.DATE_ONLY
    placed = reckon("20260302", "0930", "", "", "Europe/Paris", 2026, CHICAGO)
    assert (placed.quality, placed.tz) == (TimeQuality.LOCATION, CHICAGO)
    assert reckon("20260302", "0930", "", CHICAGO, "UTC", 2026, "Europe/Paris").quality is TimeQuality.ZONE
    local = read("20260302", "0930", zone=CHICAGO)
    assert (local.instant.hour, local.offset_min, local.tz, local.raw) == (
        15,
        -360,
        CHICAGO,
        f"20260302 0930 {CHICAGO}",
    )


@pytest.mark.proves("TS-08", "TS-09")
def test_the_hour_that_is_twice_is_the_first_and_the_hour_that_is_not_moves_on() -> None:
    twice = read("20261101", "0130", zone=CHICAGO)
    assert (twice.instant.hour, twice.quality) == (6, TimeQuality.AMBIGUOUS)
    never = read("20260308", "0230", zone=CHICAGO)
    assert (never.instant.hour, never.instant.minute, never.quality) == (8, 30, TimeQuality.AMBIGUOUS)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "+99:00", "", "XX"])
def test_an_unknown_zone_is_told_as_such(zone: str) -> None:
    with pytest.raises(Unplaced):
        reckon("20260302", "0930", "", zone, "nowhere" if not zone else "UTC", 2026)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        *(
            ("CCYYMMDD", "20260302"),
            ("102", "20260302"),
            ("203", "202603020330"),
            ("HHMM", "0330"),
            ("YYMMDD", "260302"),
        ),
        *(("HHMMSS", "033000"), ("205", "202603020330-0600"), ("iso", "2026-03-02T03:30:00-06:00")),
    ],
)
def test_an_instant_is_written_in_the_notation_and_zone_asked_for(form: str, text: str) -> None:
    assert write_moment("2026-03-02T09:30:00+00:00", form, CHICAGO) == text


def test_what_cannot_be_written_is_refused() -> None:
    for form in ("718", "303", "XYZ"):
        with pytest.raises(ValueError, match="notation"):
            write_moment("2026-03-02T09:30:00+00:00", form, "UTC")
    with pytest.raises(ValueError, match="names no offset"):
        write_moment("2026-03-02T09:30:00", "102", "UTC")


@given(st.integers(600_000, 119_000_000), st.sampled_from(["UTC", CHICAGO, "Asia/Kolkata"]))
def test_what_was_written_with_its_offset_reads_back_to_the_minute(minutes: int, zone: str) -> None:
    at = datetime.fromtimestamp(minutes * 60, UTC)
    assert read(write_moment(at.isoformat(), "205", zone), form="205").instant == at


@given(st.text(max_size=30), st.text(max_size=10), st.sampled_from(["", "102", "203", "205", "303", "718", "iso"]))
def test_any_text_is_a_date_or_told_to_be_none(day: str, hour: str, form: str) -> None:
    try:
        found = read(day, hour, form)
    except ValueError:
        return
    assert found.instant.tzinfo is UTC
