"""The converters maps name, and the code tables they look in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from crossdock.bootstrap.library import SHIPPED, read_shelf
from crossdock.canonical.milestones import Milestone
from crossdock.connectors.edifact.codes import CONVERTERS

TABLES = read_shelf(SHIPPED / "edifact", "edifact", []).tables


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("locode", "NLRTM", "NLRTM"),
        ("locode", "nlrtm", "NLRTM"),
        ("locode", "US2BM", "US2BM"),
        ("locode", "ROTTERDAM", ""),
        ("locode", "12345", ""),
        ("locode", "ÄÖRTM", ""),
        ("locode_country", "GBLON", "GB"),
        ("locode_country", "LONDON", ""),
        ("gln", "8712345000004", "8712345000004"),
        ("gln", "871234500000", ""),
        ("gln", "٣٣٣٣٣٣٣٣٣٣٣٣٣", ""),
        ("sscc", "00387123450000001019", "387123450000001019"),
        ("sscc", "387123450000001019", "387123450000001019"),
        ("sscc", "PKG-7", "PKG-7"),
        ("country", "nl", "NL"),
        ("country", "NLD", ""),
    ],
)
def test_a_converter_takes_what_it_knows_and_nothing_else(name: str, text: str, meant: str) -> None:
    assert CONVERTERS[name](text) == meant


def test_every_zone_of_a_country_is_one_of_the_database() -> None:
    zones = TABLES["zones"].column()
    assert {code for code, zone in zones.items() if zone and ZoneInfo(zone).key != zone} == set()
    assert (zones["NL"], zones["US"], zones["DE"]) == ("Europe/Amsterdam", "", "Europe/Berlin")


def test_every_status_is_a_milestone_and_the_ones_two_lists_disagree_on_are_nobodys() -> None:
    statuses = TABLES["statuses"].column()
    assert set(statuses.values()) <= set(Milestone)
    assert (statuses["21"], statuses["24"], statuses.get("51")) == ("DELIVERED", "DEPARTED_FACILITY", None)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_says_where_it_is_from(name: str) -> None:
    assert TABLES[name].source
    assert TABLES[name].version
