"""X12 times to instants (domain.md §4.4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.connectors.x12.times import midday, reckon
from crossdock.connectors.x12.zones import Zone, country_of, zone_of
from crossdock.formats.x12.values import to_date

YEAR = 2026


@pytest.mark.proves("TS-03")
@pytest.mark.parametrize(
    ("code", "hour", "offset"),
    [
        ("UT", 12, 0),
        ("GM", 12, 0),
        ("ES", 17, -300),
        ("ED", 16, -240),
        ("PS", 20, -480),
        ("PD", 19, -420),
        ("01", 11, 60),
        ("12", 0, 720),
        ("24", 13, -60),
        ("20", 17, -300),
    ],
)
def test_ts03_fixed_codes_are_exact(code: str, hour: int, offset: int) -> None:
    told = reckon("20260115", "1200", code, None, "UTC", YEAR).occurrence
    assert told is not None
    assert told.instant == datetime(2026, 1, 15, hour, tzinfo=UTC)
    assert (told.offset_min, told.quality, told.raw) == (offset, "exact", f"20260115 1200 {code}")


def test_ts03_thirteen_is_twelve_hours_behind_and_half_hours_exist() -> None:
    told = [reckon("20260115", "1200", code, None, "UTC", YEAR).occurrence for code in ("13", "27", "ND")]
    assert [one.offset_min for one in told if one is not None] == [-720, 330, -150]
    assert told[0] is not None
    assert told[0].instant == datetime(2026, 1, 16, 0, tzinfo=UTC)


@pytest.mark.proves("TS-04")
@pytest.mark.parametrize(("day", "hour"), [("20260115", 17), ("20260715", 16)])
def test_ts04_generic_zones_follow_the_calendar(day: str, hour: int) -> None:
    told = reckon(day, "1200", "ET", None, "UTC", YEAR).occurrence
    assert told is not None
    assert (told.instant.hour, told.quality, told.tz) == (hour, "zone", "America/New_York")


@pytest.mark.proves("TS-05")
@pytest.mark.parametrize("code", ["", "LT"])
def test_ts05_local_time_is_read_at_the_place(code: str) -> None:
    told = reckon("20260602", "1605", code, Zone("Europe/Amsterdam"), "America/New_York", YEAR)
    assert told.occurrence is not None
    assert told.occurrence.instant == datetime(2026, 6, 2, 14, 5, tzinfo=UTC)
    assert (told.occurrence.quality, told.unplaced) == ("location", False)


@pytest.mark.proves("TS-06")
def test_ts06_without_a_place_the_partners_zone_is_assumed_and_said() -> None:
    told = reckon("20260602", "1605", "LT", None, "America/New_York", YEAR)
    assert told.occurrence is not None
    assert (told.occurrence.instant.hour, told.occurrence.quality, told.unplaced) == (20, "assumed", True)


@pytest.mark.proves("TS-07")
def test_ts07_a_day_is_noon_there() -> None:
    told = reckon("20260602", "", "", Zone("Europe/Amsterdam"), "UTC", YEAR).occurrence
    assert told is not None
    assert (told.instant, told.quality) == (datetime(2026, 6, 2, 10, tzinfo=UTC), "date_only")
    on = to_date("20260602", YEAR)
    assert on is not None
    assert midday(on, "Europe/Amsterdam", "20260602").instant == told.instant


@pytest.mark.proves("TS-08")
def test_ts08_the_first_of_two_hours_unless_that_goes_back_in_time() -> None:
    overlap = Zone("Europe/Amsterdam")
    first = reckon("20261025", "0230", "LT", overlap, "UTC", YEAR).occurrence
    assert first is not None
    assert (first.instant, first.quality) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "ambiguous")
    before = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    second = reckon("20261025", "0230", "LT", overlap, "UTC", YEAR, before).occurrence
    assert second is not None
    assert (second.instant, second.offset_min) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 60)


@pytest.mark.proves("TS-09")
def test_ts09_a_time_in_the_gap_is_shifted_forward() -> None:
    told = reckon("20260329", "0230", "LT", Zone("Europe/Amsterdam"), "UTC", YEAR).occurrence
    assert told is not None
    assert (told.instant, told.quality, told.offset_min) == (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "ambiguous", 120)


@pytest.mark.proves("TS-10")
def test_ts10_two_digit_years_stand_around_the_year_of_receipt() -> None:
    assert reckon("260602", "1200", "UT", None, "UTC", YEAR).occurrence.instant.year == 2026  # type: ignore[union-attr]
    assert reckon("970925", "1200", "UT", None, "UTC", 1998).occurrence.instant.year == 1997  # type: ignore[union-attr]


@pytest.mark.parametrize(("day", "hour", "wrong"), [("20260230", "1200", 1), ("x", "1200", 1), ("20260602", "2561", 2)])
def test_what_is_no_time_says_which_element(day: str, hour: str, wrong: int) -> None:
    assert reckon(day, hour, "UT", None, "UTC", YEAR).wrong == wrong


def test_an_unknown_time_code_is_told_and_read_as_local() -> None:
    told = reckon("20260602", "1605", "QQ", Zone("Europe/Amsterdam"), "UTC", YEAR)
    assert told.remark == "QQ"
    assert told.occurrence is not None
    assert told.occurrence.instant.hour == 14


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        (("ATLANTA", "GA", "US"), Zone("America/New_York")),
        (("EL PASO", "TX", "US"), Zone("America/Denver")),
        (("DALLAS", "TX", ""), Zone("America/Chicago")),
        (("", "TX", "US"), Zone("America/Chicago", certain=False)),
        (("DRILL", "BC", "CA"), Zone("America/Vancouver")),
        (("VENLO", "", "NL"), Zone("Europe/Amsterdam")),
        (("PERTH", "", "AU"), None),
        (("SOMEWHERE", "", ""), None),
    ],
)
def test_places_tell_their_zone(place: tuple[str, str, str], zone: Zone | None) -> None:
    assert zone_of(*place) == zone


@pytest.mark.parametrize(
    ("state", "country", "expected"),
    [("GA", "", "US"), ("ON", "", "CA"), ("", "USA", "US"), ("", "nl", "NL"), ("", "XXX", ""), ("", "", "")],
)
def test_countries_have_two_letters(state: str, country: str, expected: str) -> None:
    assert country_of(state, country) == expected
