"""Error budgets: how much may still fail in the window, and how fast it is being used up.

An alert needs a long and a short window to agree: the long one that it matters, the short one that it still goes on
(Google, The Site Reliability Workbook, 2018, chapter 5). 14.4 uses up two percent of a month's budget in an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.app.slos.objective import ALL, Objective
from crossdock.ports.slos import Tally

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# The window itself, then pairs of a long and a short one, each with the burn rate at which it alerts.
PAIRS = ((HOUR, 5 * MINUTE, Decimal("14.4")), (6 * HOUR, 30 * MINUTE, Decimal(6)))
# Fewer than these in the long window say nothing.
FLOOR = 20
NONE = Decimal(0)
CENTS = Decimal("0.01")


class Budget(msgspec.Struct, frozen=True):
    """How an objective stands. Shares are percent; `attained_pct` and `left_pct` are absent where nothing was counted.

    `left_pct` is what is left of the budget, negative when it is overdrawn. `burn` is how many times faster than
    sustainable it was used in the last hour.
    """

    name: str
    measure: str
    partner: str
    target_pct: Decimal
    within_s: float
    window_h: int
    good: int
    total: int
    attained_pct: Decimal | None
    left_pct: Decimal | None
    burn: Decimal
    alert: str


def begins(objective: Objective, now: datetime) -> list[datetime]:
    """Since when each window counts."""
    return [now - timedelta(hours=objective.window_h), *(now - span for pair in PAIRS for span in pair[:2])]


def budget_of(name: str, objective: Objective, tallies: Sequence[Tally]) -> Budget:
    """The standing, from the tallies of `begins`."""
    whole, *windows = tallies
    burns = [burn(objective, one) for one in windows]
    return Budget(
        name=name,
        measure=objective.measure,
        partner=objective.partner,
        target_pct=objective.target_pct,
        within_s=objective.within_s,
        window_h=objective.window_h,
        good=whole.good,
        total=whole.total,
        attained_pct=(Decimal(whole.good) / whole.total * ALL).quantize(CENTS) if whole.total else None,
        left_pct=((1 - burn(objective, whole)) * ALL).quantize(CENTS) if whole.total else None,
        burn=burns[0].quantize(CENTS),
        alert=_alert(burns, windows),
    )


def calm(objective: Objective, tallies: Sequence[Tally]) -> bool:
    """Whether neither short window uses up more than it may: an alert is then over."""
    return all(burn(objective, tallies[place]) <= 1 for place in (2, 4))


def burn(objective: Objective, tally: Tally) -> Decimal:
    """The share that failed over the share that may; 1 uses the budget up exactly at the end of the window."""
    if not tally.total:
        return NONE
    failed = Decimal(tally.total - tally.good) / tally.total
    return failed * ALL / (ALL - objective.target_pct)


def _alert(burns: Sequence[Decimal], windows: Sequence[Tally]) -> str:
    for number, (long, short, limit) in enumerate(PAIRS):
        fast, still = burns[2 * number], burns[2 * number + 1]
        if windows[2 * number].total >= FLOOR and min(fast, still) >= limit:
            span, recent = (f"{int(one.total_seconds() // 60)} min" for one in (long, short))
            return f"{fast:.1f} times too fast over {span}, {still:.1f} over {recent}"
    return ""
