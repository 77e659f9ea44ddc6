"""What a person may do about a case (domain.md §3.10): take it, wait, snooze, escalate, dismiss. Never: call it solved.

OPEN → ASSIGNED → IN_PROGRESS ⇄ WAITING. What the fold or a check holds open ends when that says so; the person's part
is to make it say so. Only what nothing can verify is ended by a person's word, and is then kept as that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec.structs import replace

from crossdock.canonical.vocabulary import Severity
from crossdock.ports.cases import Case, Desk, Worked, WorkState

SNOOZE_MAX = timedelta(days=30)
# What the hub itself verifies, beside what a fold holds: these cases close when the check says so.
CHECKED = frozenset({"INT-01", "INT-03", "INT-06", "INT-07", "INT-10"})
GRAVE = (Severity.S1, Severity.S2)

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=100)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An act as a person asks for it; `to` is the assignee or the third party, `until` ends a snooze or a wait."""

    act: str
    by: Name
    reason: Words
    to: Annotated[str, msgspec.Meta(max_length=100)] = ""
    until: Aware | None = None


class Setting(msgspec.Struct, frozen=True):
    """What an act is judged by: the case, whether its fold holds it open, the moment, and whose key carried the act."""

    case: Case
    held: bool
    now: datetime
    key: str


class Done(msgspec.Struct, frozen=True):
    """The desk after an act. `act` is what it came to, `proof` closes a case that only a person's word can close."""

    desk: Desk
    act: str
    proof: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The act cannot be done now, and who must do what instead."""

    detail: str


Rule = Callable[[Desk, Request, Setting], Done | Refusal]


def decide(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    """What becomes of a case by an act."""
    rule = RULES.get(request.act)
    if rule is None:
        return Refusal(f"there is no act {request.act}: there are {', '.join(RULES)}")
    if request.act not in acts_offered(Worked(setting.case, desk), held=setting.held):
        standing = standing_of(setting.case, desk)
        return Refusal(
            f"a case that is {standing} cannot be given {request.act}: read it again{_hint(request, setting)}"
        )
    return rule(desk, request, setting)


def acts_offered(worked: Worked, *, held: bool) -> tuple[str, ...]:
    """The acts a case takes as it stands."""
    state, desk = standing_of(worked.case, worked.desk), worked.desk
    if state is WorkState.DISMISSED:
        return ("note", "reopen") if worked.case.closed is None else ("note",)
    if worked.case.closed is not None or desk is None:
        return ("note",)
    offered = ["take", "assign", "wait", "snooze", "note", "escalate", "dismiss"]
    if state is WorkState.WAITING:
        offered.insert(0, "resume")
    if not held and not is_checked(worked.case):
        offered.append("resolve")
    return tuple(offered)


def is_checked(case: Case) -> bool:
    """Whether a check of ours ends the case: one of the hub's own, or the next run of a reconciliation."""
    return case.code in CHECKED or case.slot.startswith("RC-")


def standing_of(case: Case, desk: Desk | None) -> WorkState:
    """Where a case stands: an end is RESOLVED when somebody worked on it, else AUTO_RESOLVED; a dismissal stays one."""
    state = desk.state if desk is not None else WorkState.OPEN
    if state is WorkState.DISMISSED or case.closed is None:
        return state
    worked = state is WorkState.RESOLVED or (desk is not None and desk.assignee != "")
    return WorkState.RESOLVED if worked else WorkState.AUTO_RESOLVED


def _take(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    taken = replace(desk, state=WorkState.IN_PROGRESS, assignee=request.by, waits_for="", until=None)
    return Done(taken, "taken")


def _assign(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    if len(request.to) < 2:
        return Refusal("say in `to` who is to have it")
    return Done(replace(desk, state=WorkState.ASSIGNED, assignee=request.to, waits_for=""), "assigned")


def _wait(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    if len(request.to) < 2:
        return Refusal("say in `to` whom the case waits for: a carrier, a customs office, a customer")
    refusal = _too_long(desk, request, setting) if request.until is not None else None
    assignee = desk.assignee or request.by
    waiting = replace(desk, state=WorkState.WAITING, assignee=assignee, waits_for=request.to, until=request.until)
    return refusal or Done(waiting, "waiting")


def _resume(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    return Done(replace(desk, state=WorkState.IN_PROGRESS, waits_for="", until=None), "resumed")


def _snooze(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    if request.until is None:
        return Refusal("say in `until` when it is to come back")
    return _too_long(desk, request, setting) or Done(replace(desk, until=request.until), "snoozed")


def _note(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    return Done(desk, "noted")


def _escalate(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    return Done(replace(desk, escalations=desk.escalations + 1), "escalated")


def _dismiss(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    """S1 and S2 need a second person with a key of their own; what nothing holds open is closed, as dismissed."""
    if desk.severity in GRAVE and not desk.proposer:
        return Done(replace(desk, proposer=request.by, proposer_key=setting.key), "dismissal_proposed")
    if desk.severity in GRAVE and (_same(desk.proposer, request.by) or desk.proposer_key == setting.key):
        return Refusal(f"{desk.proposer} proposed it: a second person must dismiss it, by a key of their own")
    dismissed = replace(desk, state=WorkState.DISMISSED, until=None, proposer="", proposer_key="")
    return Done(
        dismissed, "dismissed", "" if setting.held or is_checked(setting.case) else _proof("dismissed", request)
    )


def _reopen(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    state = WorkState.ASSIGNED if desk.assignee else WorkState.OPEN
    return Done(replace(desk, state=state), "reopened")


def _resolve(desk: Desk, request: Request, setting: Setting) -> Done | Refusal:
    return Done(replace(desk, state=WorkState.RESOLVED, until=None), "resolved", _proof("resolved", request))


RULES: Mapping[str, Rule] = {
    "take": _take,
    "assign": _assign,
    "wait": _wait,
    "resume": _resume,
    "snooze": _snooze,
    "note": _note,
    "escalate": _escalate,
    "dismiss": _dismiss,
    "reopen": _reopen,
    "resolve": _resolve,
}


def _too_long(desk: Desk, request: Request, setting: Setting) -> Refusal | None:
    """A case is out of sight at most until it is due, or for a day when it is overdue; S1 never."""
    assert request.until is not None, "asked only where there is one"
    if desk.severity == Severity.S1:
        return Refusal("S1 is worked around the clock: it cannot be put aside, give it to somebody")
    overdue = desk.due_resolve is not None and desk.due_resolve <= setting.now
    latest = setting.now + timedelta(days=1) if overdue else desk.due_resolve or setting.now + SNOOZE_MAX
    if not setting.now < request.until <= latest:
        return Refusal(f"`until` lies after now and not after {latest.isoformat()}, when it must be looked at")
    return None


def _proof(what: str, request: Request) -> str:
    return f"{what} by {request.by}: {request.reason}"


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _hint(request: Request, setting: Setting) -> str:
    if request.act != "resolve" or setting.case.closed is not None:
        return ""
    return "; it ends when what opened it is over, or is dismissed with a reason"
