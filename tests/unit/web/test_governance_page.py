"""The governance page where something was decided: who, when, why, the latest first."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from crossdock.app.governance import Council
from crossdock.canonical.lifecycle import Decision, Seat
from crossdock.canonical.registry import Life
from crossdock.web.console.room import PACKAGE
from crossdock.web.console.sections import BY_NAME, SECTIONS
from crossdock.web.pages.assets import Assets
from crossdock.web.pages.render import SHARED, Renderer
from tests.unit.web.bench import Partners, SetClock

SEAT = next(iter(Seat))


def decided(contract: str, reason: str, on: date) -> Decision:
    """A version that became active."""
    return Decision(contract, 3, "approved", Life.ACTIVE, on, "Ines <Vidal>", SEAT, reason)


def test_what_was_decided_is_a_table_with_its_reasons_the_latest_first() -> None:
    clock = SetClock()
    renderer = Renderer(PACKAGE, Assets([PACKAGE, SHARED]), clock)
    found = Council(Partners(), clock, {}).governance()
    made = (decided("order.approved", "first", date(2026, 5, 1)), decided("order.held", "second", date(2026, 5, 2)))
    shell = {"section": BY_NAME["governance"], "sections": SECTIONS, "person": "Ana", "csrf": "", "theme": ""}
    values = {**shell, "may": lambda _: True, "words": "", "found": msgspec.structs.replace(found, decided=made)}
    page = renderer.text("governance.html", values)
    table = page[page.index('id="decided"') :]
    assert re.findall(r"<td>(first|second)</td>", table) == ["second", "first"]
    assert "order.held 3" in table
    assert f"Ines &lt;Vidal&gt;, {SEAT.value}" in table
    assert "2026-05-02" in table
    without = renderer.text("governance.html", values | {"found": msgspec.structs.replace(found, decided=())})
    assert 'id="decided"' not in without
