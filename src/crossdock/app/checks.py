"""Checks of reconciliation as people look at them: each with its last result, its differences, and a wish to run it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from crossdock.app.queries import Page, page
from crossdock.app.reconcile.service import check_of
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act, Acts
from crossdock.ports.clock import Clock
from crossdock.ports.reconciliation import BreakRow, Reconciliations, ResultRow
from crossdock.process.reconciliation.checks import CHECKS

RESULTS = 200


class CheckLine(msgspec.Struct, frozen=True):
    """One check and how it last came out; `last` is absent where it has not run. `grade`: `good`, `watch`, `stop`."""

    id: str
    name: str
    every_s: int
    grade: str
    last: tuple[ResultRow, ...]


class CheckDetail(msgspec.Struct, frozen=True):
    """One check with its latest runs and what it remembers as different now."""

    line: CheckLine
    results: tuple[ResultRow, ...]
    differences: Page[BreakRow]


@dataclass(frozen=True, slots=True)
class CheckRoom:
    """See the module."""

    store: Reconciliations
    acts: Acts
    clock: Clock

    async def checks(self) -> tuple[CheckLine, ...]:
        """Every check there is, with the last result of each partner it asks."""
        latest: dict[tuple[str, str], ResultRow] = {}
        for row in await self.store.results("", 0, RESULTS):
            latest.setdefault((row.check, row.partner), row)
        return tuple(
            line(name, tuple(row for (check, _), row in sorted(latest.items()) if check == name)) for name in CHECKS
        )

    async def check(self, name: str, cursor: str, limit: int) -> CheckDetail | None:
        """One check; `None` when there is none of that name."""
        try:
            known = check_of(name).id
        except Rejected:
            return None
        results = tuple(await self.store.results(known, 0, limit))
        rows = await self.store.differences(known, cursor, limit)
        newest = {row.partner: row for row in reversed(results)}
        return CheckDetail(line(known, tuple(newest.values())), results, page(rows, limit, lambda row: row.key))

    async def run(self, name: str, act: Act) -> int:
        """Have the scheduler run a check now (all, where none is named); how many runs. The wish is kept.

        Raises:
            Rejected: there is no such check.
        """
        known = check_of(name).id if name else ""
        now = self.clock.now()
        await self.acts.keep(now, f"check {known or 'all'}", act)
        return await self.store.hurry(known, now)


def line(name: str, last: tuple[ResultRow, ...]) -> CheckLine:
    """A check with its grade: red where something is broken or could not be asked, amber where it is within grace."""
    if any(row.failed or row.breaks for row in last):
        grade = "stop"
    elif any(row.missing_left or row.missing_right or row.different for row in last):
        grade = "watch"
    else:
        grade = "good" if last else "quiet"
    return CheckLine(name, CHECKS[name].name, CHECKS[name].every_s, grade, last)
