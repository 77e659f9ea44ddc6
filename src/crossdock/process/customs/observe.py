"""What CD makes of a fact before its table is asked, and what it remembers or answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.customs import (
    CustomsDeclared,
    CustomsExitConfirmed,
    CustomsGoodsStated,
    CustomsHeld,
    CustomsRejected,
    ExitResult,
)
from crossdock.canonical.events.fulfilment import HandoverVoided
from crossdock.canonical.events.platform import ExceptionEscalated
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import micros
from crossdock.process.authority import refusal
from crossdock.process.customs.decide import hold_control
from crossdock.process.customs.duties import (
    Effects,
    amend_if_changed,
    country_of,
    data_cases,
    recall,
    submit,
    supply,
    usual_way_out,
    withdraw,
)
from crossdock.process.customs.evolve import CONTROL, blocked, handed, submitting, taught
from crossdock.process.customs.goods import declared, shipped_apart
from crossdock.process.customs.leaving import breach
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.table import (
    ACCEPTED,
    AMENDING,
    CANCEL_PENDING,
    CANCELLED,
    DRAFT,
    ENQUIRY,
    EXITED,
    HELD,
    REFUSED,
    REJECTED,
    RELEASED,
    REQUIRED,
    SUBMITTED,
    UNRELEASED,
    UNSEEN,
)
from crossdock.process.effects import CloseCase, Derive, OpenCase, StartTimer
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, hold, is_graced, latest, seconds
from crossdock.process.sums import added

Outcome = Decision[DeclarationState]
Watched = tuple[DeclarationState | None, Effects]
Watch = Callable[[DeclarationState, str, Fact, Policy], Watched]

ABSENT: Outcome = Decision(Disposition.RECORD)
KNOWN: Outcome = Decision(Disposition.RECORD, reason="customs had said so already, or something newer since")
ANSWERS = ("customs.accepted", "customs.rejected", "customs.released", "customs.held")
CONTRADICTION = "customs released it and refused to release it: it stays blocked until customs says which is true"


def gate(state: DeclarationState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | None:
    """Who may speak, what is old news, what contradicts; `None` leaves the fact to the table."""
    if state.state == NEW and (trigger == "customs.not_required" or not trigger.startswith("customs.")):
        return ABSENT
    if state.state == NEW or fact.source.system is not Role.CUS:
        return None
    return (
        _stranger(state, key, fact, policy)
        or _ahead(state, fact)
        or (KNOWN if _is_old(state, trigger, fact) else None)
        or (_contradiction(state, key, fact, policy) if _contradicts(state, trigger) else None)
        or _unready(state, key, trigger, fact, policy)
    )


def _ahead(state: DeclarationState, fact: Fact) -> Outcome | None:
    """A version customs has and we know no reason for: the word in between has not reached us."""
    said = fact.payload
    if not isinstance(said, CustomsDeclared) or state.state != SUBMITTED or said.version <= state.version:
        return None
    return _noted(state, replace(state, version=said.version, lodged=declared(state.content())), ())


def _unready(state: DeclarationState, key: str, trigger: str, fact: Fact, policy: Policy) -> Outcome | None:
    """Whatever customs says of a declaration whose receipt is not known waits for the receipt; an exit that was
    refused is none."""
    if trigger in ANSWERS and state.state in UNSEEN and not is_graced(state, fact):
        return hold(state, key, HOLD_TTL, fact, policy)
    if trigger == "customs.exit_confirmed" and cast(CustomsExitConfirmed, fact.payload).result is ExitResult.REFUSED:
        detail = "the office of exit refuses the goods: bring them back or correct the declaration"
        return _noted(state, None, (OpenCase("CUS-06", key, detail, "exit"),))
    return None


def _stranger(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Outcome | None:
    required = state.content().required
    regime = policy.customs.regime_of(country_of(required.origin, required.lane))
    speakers = policy.customs.speakers.get(regime, ())
    allowed = speakers or ((state.authority,) if state.authority else ())
    if not allowed or fact.source.instance in allowed:
        return None
    detail = f"{fact.source.instance} does not speak for customs on {state.lrn}, {' or '.join(allowed)} does"
    return cast(Outcome, refusal(key, fact, detail))


def _is_old(state: DeclarationState, trigger: str, fact: Fact) -> bool:
    said = fact.payload
    if isinstance(said, CustomsDeclared):
        return state.state not in (REQUIRED, *UNSEEN) or (0 < said.version <= state.answered)
    if isinstance(said, CustomsRejected):
        return said.version <= state.answered
    if isinstance(said, CustomsHeld) and state.state in (HELD, AMENDING, RELEASED, ENQUIRY, REFUSED):
        known = f"{said.kind} {said.since.isoformat()}" in state.controls
        over = state.state == ENQUIRY or (state.state == REFUSED and state.version == state.answered)
        return known or over or micros(said.since) <= state.released_us
    return False


def _contradicts(state: DeclarationState, trigger: str) -> bool:
    if trigger == "customs.release_refused":
        return state.state == RELEASED
    return trigger == "customs.released" and state.state == REFUSED and state.version == state.answered


def _contradiction(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Outcome:
    case = OpenCase("CUS-06", key, f"{fact.source.instance}: {CONTRADICTION}", "contradiction")
    after = replace(blocked(state, CONTROL, f"{state.lrn}:disputed:{fact.at:%Y%m%dT%H%M%S}"), disputed=True)
    effects: Effects = (case,) if CONTROL in state.holds else (case, *hold_control(after, key, fact, policy))
    return Decision(
        Disposition.ESCALATE,
        before=state.state,
        after=state.state,
        state=after,
        effects=effects,
        reason=CONTRADICTION,
    )


def _noted(state: DeclarationState, after: DeclarationState | None, effects: Effects) -> Outcome:
    return Decision(Disposition.APPLY, before=state.state, after=state.state, state=after, effects=effects)


# -- remembered and answered without moving ---------------------------------------------------------------------------


def _stated(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    after = taught(state, cast(CustomsGoodsStated, fact.payload))
    if state.state == CANCELLED:
        detail = "its declaration was cancelled, and it needs one again: hand one in by hand"
        return after, (OpenCase("CUS-01", key, detail, "again"),)
    if state.state in (REQUIRED, DRAFT, REJECTED, REFUSED):
        return after, (*data_cases(after, key), *submit(after, key, fact, policy))
    if state.state == EXITED:
        return after, ()
    papers = supply(after, key, fact, policy) if state.state in (HELD, ENQUIRY) else ()
    return after, (*papers, *amend_if_changed(after, key, fact, policy))


def _taken(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    after = replace(state, means=str(getattr(fact.payload, "carrier", "") or getattr(fact.payload, "run_id", "")))
    return after, submit(after, key, fact, policy) if state.state == DRAFT else ()


def _left_behind(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    return (replace(state, means=""), ()) if state.means else (None, ())


def _submitted(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    return submitting(state, fact), ()


def _cancelled(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.state in (EXITED, CANCELLED, ENQUIRY, CANCEL_PENDING):
        return None, ()
    cancel_id = str(getattr(fact.payload, "cancel_id", ""))
    # The order asks for the same under the same name (CX-05); whoever asks again has a name of their own.
    request = "not_required" if not cancel_id else key if state.cancel in ("", key) else f"{key}/{cancel_id}"
    reason = str(getattr(fact.payload, "reason", "") or getattr(fact.payload, "rule", ""))
    return None, withdraw(state, request, reason)


def _departed(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.departed_us:
        return None, ()
    after = replace(state, departed_us=micros(fact.at))
    if state.disputed:
        return after, breach(after, key, fact, policy)
    if state.state != RELEASED:
        return after, ()
    return after, (StartTimer("exit_expected", key, fact.at + usual_way_out(state, policy)),)


def _handed_over(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    after = handed(state, fact)
    return after, compared(after, key)


def _not_handed(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    number = cast(HandoverVoided, fact.payload).handover_no
    after = replace(state, handed={one: lines for one, lines in state.handed.items() if one != number})
    return after, compared(after, key)


def compared(state: DeclarationState, key: str) -> Effects:
    """RC-12 at the dock: what left against what was declared."""
    if not state.lodged.goods or not state.handed:
        return (CloseCase("CUS-09", key),)
    apart = shipped_apart(state.lodged, added(state.handed.values()))
    if not apart:
        return (CloseCase("CUS-09", key),)
    return (OpenCase("CUS-09", key, f"{'; '.join(apart)}: amend before it leaves, else disclose it"),)


def _unanswered(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    waiting = state.state in (SUBMITTED, AMENDING, CANCEL_PENDING) or state.version > state.answered
    if not waiting:
        return None, ()
    after = replace(state, overdue=state.overdue + 1)
    again = StartTimer("tm_customs_ack", key, latest(fact) + seconds(policy, "tm_customs_ack"))
    if not state.overdue:
        detail = "customs does not answer: ask whether it arrived, and send it again if not; export stays blocked"
        return after, (OpenCase("INT-06", key, detail), again)
    code = "CUS-06" if state.state == CANCEL_PENDING else "CUS-02"
    slot = {CANCEL_PENDING: "cancel", AMENDING: "amendment"}.get(state.state, "")
    return after, (OpenCase(code, key, "customs has not answered twice over: clear it with the office", slot),)


def _release_overdue(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.state not in (ACCEPTED, AMENDING):
        return None, ()
    return None, (OpenCase("CUS-05", key, "accepted and not released in time: ask the broker or the office"),)


def _data_overdue(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    return None, escalated(
        "CUS-01", key, "still incomplete: the draft cannot be made"
    ) if state.state == REQUIRED else ()


def _hold_reviewed(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.state != HELD:
        return None, ()
    again = StartTimer("tm_hold_review", key, fact.at + seconds(policy, "tm_hold_review"))
    return None, (*escalated("CUS-03", key, f"still held ({', '.join(state.controls)})"), again)


def escalated(code: str, key: str, detail: str) -> Effects:
    """The case goes a level up, and says so."""
    kind = EXCEPTION_TYPES[code]
    note = ExceptionEscalated(code=code, subject=key, severity=kind.severity, queue=kind.queue, detail=detail)
    return (Derive("exception.escalated", Subject("case", f"{code}|{key}"), note),)


def _recalled(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    return None, recall(state, key, fact, policy) if state.state in UNRELEASED or state.disputed else ()


def _exit_stage(slot: str, detail: str) -> Watch:
    def run(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
        return None, (OpenCase("CUS-08", key, detail, slot),) if state.state in (RELEASED, ENQUIRY) else ()

    return run


def _enquired_again(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.state != ENQUIRY:
        return None, ()
    after = replace(state, request=str(getattr(fact.payload, "enquiry_no", "")) or "exit")
    return after, supply(after, key, fact, policy)


def _wanted_late(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Watched:
    if state.state != RELEASED:
        return None, ()
    detail = "customs wants documents after the release: attach them"
    return None, (OpenCase("CUS-04", key, detail),)


WATCHES: Mapping[str, Watch] = {
    "customs.goods_stated": _stated,
    "customs.not_required": _cancelled,
    "cmd:submit_declaration": _submitted,
    **dict.fromkeys(("carrier.accepted", "run.planned"), _taken),
    **dict.fromkeys(
        ("carrier.rejected", "tender.expired", "tender.cancelled", "load.cancelled", "run.cancelled"), _left_behind
    ),
    "shipment.cancelled": _cancelled,
    "shipment.departed": _departed,
    "shipment.handed_over": _handed_over,
    "handover.voided": _not_handed,
    "customs.exit_enquiry": _enquired_again,
    "customs.docs_requested": _wanted_late,
    "timer:tm_customs_data": _data_overdue,
    "timer:tm_customs_ack": _unanswered,
    "timer:tm_customs_release": _release_overdue,
    "timer:tm_hold_review": _hold_reviewed,
    "timer:tm_customs_recall": _recalled,
    "timer:tm_exit_warning": _exit_stage("warning", "no proof of exit and a month left before it may be invalidated"),
    "timer:tm_exit_invalid": _exit_stage("invalid", "customs may invalidate the declaration now: prove the exit"),
    "timer:exit_expected": _exit_stage("expected", "it should be out of the country by now: ask customs and carrier"),
}
