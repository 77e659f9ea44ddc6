"""What a project promises, what is usual for its partners, and by which hours: read, checked, and told in one list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from crossdock.bootstrap.levels import expectation
from crossdock.process.calendars import after_working
from tests.unit.bootstrap.test_project import WMS, problems, project

POLICY = """
[calendars.office]
tz = "Europe/Amsterdam"
begin = "08:00"
end = "17:30"
holidays = ["2026-12-25"]

[cases]
vip_value = "10000"

[cases.queues]
TRN = "office"

[cases.prices.TRN-04]
fee = "250.00"
per_hour = "40.00"
"""
AGREED = """
[slo]
quiet_at_most_h = 4

[expected]
quiet_h = { "tracking.milestone" = 12 }
moves_within_h = 8
calendar = "office"
"""


def test_calendars_prices_and_what_is_usual_are_read(tmp_path: Path) -> None:
    read = project(tmp_path, {"policies/cases.toml": POLICY, "partners/wms.toml": f"{WMS}{AGREED}"})
    office = read.policy.calendars["office"]
    assert office.holidays == (date(2026, 12, 25),)
    friday = datetime(2026, 12, 24, 16, tzinfo=UTC)
    assert after_working(friday, timedelta(hours=1), office) == datetime(2026, 12, 28, 7, 30, tzinfo=UTC)
    assert read.policy.cases.prices["TRN-04"].fee == Decimal("250.00")
    agreed = expectation(read.partners[0], read.policy)
    assert (agreed.quiet_s, agreed.moves_s, agreed.lanes) == (14_400, 28_800, {"tracking.milestone": 43_200})
    assert agreed.calendar == office


def test_promises_are_read_beside_those_of_the_classes(tmp_path: Path) -> None:
    text = '[slos.wms-fresh]\nmeasure = "freshness"\npartner = "wms"\nwithin_s = 3600\ntarget_pct = "97.5"\n'
    read = project(tmp_path, {"partners/wms.toml": WMS} | {"partners/../crossdock.toml": text})
    assert read.settings.slos["wms-fresh"].target_pct == Decimal("97.5")


def test_names_that_lead_nowhere_and_times_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "crossdock.toml").write_text('[slos.x]\nmeasure = "deliveries"\npartner = "nobody"\n')
    told = "\n".join(
        problems(
            tmp_path,
            {
                "partners/wms.toml": f'{WMS}[expected]\ncalendar = "nights"\n',
                "policies/cases.toml": '[cases.queues]\nTRN = "days"\n[calendars.office]\nend = "07:00"\n',
            },
        )
    )
    assert "begin lies before end" in told
    (tmp_path / "policies" / "cases.toml").write_text('[cases.queues]\nTRN = "days"\n')
    told = "\n".join(problems(tmp_path, {}))
    for words in ("no calendar nights", "no calendar days", "no partner nobody"):
        assert words in told
    (tmp_path / "partners" / "wms.toml").write_text(f'{WMS}[expected]\nquiet_h = {{ "carrier.sang" = 2 }}\n')
    assert "carrier.sang is no fact type" in "\n".join(problems(tmp_path, {}))
