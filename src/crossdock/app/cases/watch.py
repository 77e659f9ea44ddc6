"""The watcher of cases: sets deadlines, tries the automatic remedies, latches alerts, escalates (domain.md §5).

Each alert is raised once: it is a bit of the case's row, written with the act that tells of it, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from crossdock.app.cases.opening import NOT_TAKEN, Holder, half_of_ack, holder_of, next_look, prepare, timed, worse
from crossdock.app.cases.remedies import resend_key
from crossdock.app.fold.registry import Registry
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.acts import Act
from crossdock.ports.cases import Alert, AtDesk, CaseDesk, Desk, Worked, WorkState
from crossdock.ports.clock import Clock
from crossdock.process.policy import Policy

CASES_MAX = 200
HUB = "crossdock"
CLEARED = "nothing of it is in quarantine any more"
UNAUTHORISED = "INT-04"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CaseWatcher:
    """Several may run: each case is locked while it is looked at, and those of another watcher are left out."""

    desk: CaseDesk
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock

    async def watch_once(self, limit: int = CASES_MAX) -> int:
        """Prepare the cases that opened, look at those whose time has come; how many.

        Raises:
            Transient: the database is away.
        """
        return await self._prepare(limit) + await self._look(limit)

    async def _prepare(self, limit: int) -> int:
        async with self.desk.at_desk() as at_desk:
            cases = await at_desk.unprepared(limit)
            for worked in cases:
                await self._prepare_one(at_desk, worked)
        return len(cases)

    async def _prepare_one(self, at_desk: AtDesk, worked: Worked) -> None:
        case, before = worked.case, worked.desk
        desk = prepare(case, await self._holder(at_desk, case.dossier), self.policy, before)
        if before is not None:
            note = f"the same again within 24 hours of {standing(before)} ({case.proof_before}): time {case.reopened}"
            await self._tell(at_desk, case.id, "reopened", note, before.state, desk.state)
        await at_desk.write(desk)
        key = resend_key(case)
        if key and before is None and case.closed is None and await at_desk.resend(case, key, self.clock.now()):
            await self._tell(at_desk, case.id, "remedied", f"sent again, once: {key}", desk.state, desk.state)

    async def _holder(self, at_desk: AtDesk, dossier: int) -> Holder:
        row = await at_desk.holder(dossier) if dossier else None
        return holder_of(row, self.registries.get(row.ident.partition("|")[0]) if row is not None else None)

    async def _look(self, limit: int) -> int:
        now = self.clock.now()
        async with self.desk.at_desk() as at_desk:
            cases = await at_desk.to_look_at(now, limit)
            for worked in cases:
                await self._look_at(at_desk, worked, now)
        return len(cases)

    async def _look_at(self, at_desk: AtDesk, worked: Worked, now: datetime) -> None:
        case, desk = worked.case, worked.desk
        assert desk is not None, "what has a time to be looked at has a desk"
        after = desk
        if case.closed is None and desk.state is not WorkState.DISMISSED:
            for act, reason, after_it in alerts(worked, now, self.policy):
                await self._tell(at_desk, case.id, act, reason, after.state, after_it.state)
                after = after_it
        await at_desk.write(replace(after, look_at=next_look(after, case, self.policy)))

    async def close_cleared(self) -> int:
        """Close what quarantine no longer holds: the check behind cases of facts that could not be used; how many."""
        async with self.desk.at_desk() as at_desk:
            return await at_desk.close_cleared(sorted(EVENT_TYPES), CLEARED, self.clock.now())

    async def raise_repeated(self) -> int:
        """INT-04 of a source that was refused `unauth_repeat` times within the hour is one level graver; how many."""
        now, raised = self.clock.now(), 0
        at_least = self.policy.cases.unauth_repeat
        async with self.desk.at_desk() as at_desk:
            for worked in await at_desk.repeated(UNAUTHORISED, now - HOUR, at_least, CASES_MAX):
                case, desk = worked.case, worked.desk
                assert desk is not None, "only prepared cases are asked for"
                why = f"its source was refused {at_least} times or more within an hour"
                graver = replace(desk, severity=worse(desk.severity), why_graver=why)
                await self._tell(at_desk, case.id, "graver", why, desk.state, desk.state)
                await at_desk.write(timed(graver, case, self.policy))
                raised += 1
        return raised

    async def _tell(self, at_desk: AtDesk, case: int, act: str, reason: str, before: str, after: str) -> None:
        await at_desk.keep(case, self.clock.now(), Act(act, HUB, HUB, reason), before, after)


def alerts(worked: Worked, now: datetime, policy: Policy) -> list[tuple[str, str, Desk]]:
    """What the clock has brought about, in order, each with the desk after it; nothing that was raised before."""
    case, desk = worked.case, worked.desk
    assert desk is not None, "what has a time to be looked at has a desk"
    kind, found = EXCEPTION_TYPES[case.code], []

    def add(act: str, reason: str, after: Desk) -> Desk:
        found.append((act, reason, after))
        return after

    if desk.until is not None and desk.until <= now:
        desk = add("woken", "the time it was put aside for is over", replace(desk, until=None))
    idle = desk.state in NOT_TAKEN
    if idle and not desk.alerts & (Alert.HALF_OF_ACK | Alert.ACK_MISSED) and half_of_ack(desk, case, policy) <= now:
        desk = add("half_of_ack", f"nobody has taken it for half of {kind.ack_s} s", _raised(desk, Alert.HALF_OF_ACK))
    if idle and not desk.alerts & Alert.ACK_MISSED and desk.due_ack is not None and desk.due_ack <= now:
        lead = replace(_raised(desk, Alert.ACK_MISSED), escalations=max(1, desk.escalations))
        desk = add("ack_missed", f"nobody has taken it in time: the lead of {case.queue} has it", lead)
    if not desk.alerts & Alert.RESOLVE_MISSED and desk.due_resolve is not None and desk.due_resolve <= now:
        up = replace(_raised(desk, Alert.RESOLVE_MISSED), escalations=desk.escalations + 1, until=None)
        desk = add("escalated", f"not solved in time: one level up, to level {up.escalations}", up)
    return found


def standing(desk: Desk) -> str:
    """In words, where it had ended."""
    return "its dismissal" if desk.state is WorkState.DISMISSED else "its end"


def _raised(desk: Desk, alert: Alert) -> Desk:
    return replace(desk, alerts=desk.alerts | alert)
