"""Reconciliation as it is asked for: by the schedule, or by a person (domain.md §6, mission.md V-01)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdock.app.reconcile.run import Runner
from crossdock.app.reconcile.terms import every_of
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.platform import Break, ReconciliationCompleted
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.ports.clock import Clock
from crossdock.ports.extracts import Extract
from crossdock.ports.reconciliation import Reconciliations, ResultRow
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import CHECKS, Check, Heal

BREAKS_TOLD = 50
SYSTEM = "crossdock"

# Takes a canonical envelope of ours.
Tell = Callable[[bytes], Awaitable[None]]
# Tries facts that wait for an owner again; how many left.
MatchAgain = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Reconciler:
    """All checks with all partners that offer lists."""

    runner: Runner
    store: Reconciliations
    extracts: Mapping[str, Extract]
    policy: Policy
    clock: Clock
    tell: Tell
    match_again: MatchAgain

    async def work_once(self) -> int:
        """Run one check that is due; 1 when one was, 0 when none is.

        Raises:
            Transient: the database is away.
        """
        now = self.clock.now()
        due = {(check, partner): come for check, partner, come in await self.store.due(now)}
        for check in CHECKS.values():
            if check.id in self.policy.reconciliation.off:
                continue
            for partner in self.partners(check):
                until = now + timedelta(seconds=every_of(check, self.policy))
                wanted = due.get((check.id, partner), True)
                if wanted and await self.store.claim(check.id, partner, now, until, due_only=True):
                    await self._run(check, partner)
                    return 1
        return 0

    async def demand(self, names: Iterable[str], partner: str = "") -> list[ResultRow]:
        """Run these checks now (all where none is named), with one partner or with all that offer what they need.

        Raises:
            Rejected: there is no such check, or nobody to ask.
            Transient: the database is away.
        """
        chosen = [check_of(name) for name in names] or list(CHECKS.values())
        pairs = [(check, one) for check in chosen for one in self.partners(check) if partner in ("", one)]
        if not pairs:
            raise Rejected(
                "there is nothing to compare: no partner with reconcile = true offers the lists these checks need"
            )
        found = []
        for check, one in pairs:
            now = self.clock.now()
            await self.store.claim(
                check.id, one, now, now + timedelta(seconds=every_of(check, self.policy)), due_only=False
            )
            found.append(await self._run(check, one))
        return found

    def partners(self, check: Check) -> Sequence[str]:
        """With whom a check runs: everyone who offers its list; `""` where it is our own two views; nobody."""
        offers = sorted(name for name, extract in self.extracts.items() if check.right in extract.kinds)
        if check.asks_both:
            return offers[1:]
        return offers or ([""] if check.own else [])

    async def _run(self, check: Check, partner: str) -> ResultRow:
        if check.heal is Heal.MATCH_AGAIN:
            await self.match_again()
        result = await self.runner.run(check, partner)
        rows = await self.store.differences(check.id, "", BREAKS_TOLD) if result.breaks else ()
        breaks = tuple(Break(row.key, row.outcome, row.code, row.detail) for row in rows if row.runs)
        await self.tell(completed(result, breaks))
        return result


def check_of(name: str) -> Check:
    """The check of that id.

    Raises:
        Rejected: there is none.
    """
    check = CHECKS.get(name.upper())
    if check is None:
        raise Rejected(f"there is no check {name}: they run from RC-01 to RC-27")
    return check


def completed(result: ResultRow, breaks: Sequence[Break]) -> bytes:
    """`reconciliation.completed` as an envelope of ours; a day's runs of a check with a partner are one log."""
    payload = ReconciliationCompleted(
        check=result.check, window=_window(result.as_of, result.at), counts=counts_of(result), breaks=tuple(breaks)
    )
    day = f"{result.check} {result.partner} {result.at:%Y-%m-%d}".replace("  ", " ")
    envelope = {
        "type": "reconciliation.completed",
        "subject": Subject("check", day),
        "source": Source(Role.SYNC, SYSTEM, event_id=f"reconciliation-{result.id}"),
        "occurred": Occurrence(result.at),
        "payload": payload,
    }
    return encode_json(envelope)


def counts_of(result: ResultRow) -> dict[str, int]:
    """The outcome counts by their class names, and how many rows each side had."""
    return {
        "left": result.left_count,
        "right": result.right_count,
        "match": result.matched,
        "match_in_tolerance": result.tolerated,
        "in_flight": result.in_flight,
        "missing_left": result.missing_left,
        "missing_right": result.missing_right,
        "diff": result.different,
        "breaks": result.breaks,
        "healed": result.healed,
    }


def _window(begin: datetime, end: datetime) -> str:
    return f"{begin.isoformat()}/{end.isoformat()}"
