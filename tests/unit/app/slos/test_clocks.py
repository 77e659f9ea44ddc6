"""A source whose clock runs ahead is one case, with a guess at what is wrong, until a day is clean again."""

from __future__ import annotations

import pytest

from crossdock.app.slos.clocks import ahead_of_us
from crossdock.ports.slos import Ahead
from crossdock.process.terms.times import TimeTerms

TERMS = TimeTerms(skew_case_count=3)


@pytest.mark.proves("TS-12", "INT-08", "skew_case_count")
def test_more_than_the_daily_count_is_a_case_and_a_whole_zone_is_named() -> None:
    found = [
        Ahead("few", (600.0,) * 3),
        Ahead("zone", (6_420.0, 6_500.0, 6_900.0, 6_420.0)),
        Ahead("clock", (600.0,) * 4),
    ]
    told = ahead_of_us(found, TERMS)
    assert set(told) == {"zone", "clock"}
    assert "+2 h of a whole zone" in told["zone"]
    assert told["zone"].startswith("4 facts of zone")
    assert "have it set its clock" in told["clock"]
    assert "0:10:00" in told["clock"]
