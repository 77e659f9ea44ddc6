"""Guards and actions of CD by the names its table uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.customs import (
    CustomsDocsRequested,
    CustomsExitConfirmed,
    CustomsGoodsStated,
    CustomsHeld,
    CustomsRejected,
    CustomsReleaseRefused,
    ExitResult,
)
from crossdock.canonical.events.planning import HoldKind, ShipmentHeld, ShipmentHoldReleased
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.customs.duties import (
    Effects,
    amend_if_changed,
    data_cases,
    draft,
    hand_in,
    notify,
    submit,
    supply,
    usual_way_out,
)
from crossdock.process.customs.evolve import CONTROL
from crossdock.process.customs.leaving import (
    EXIT_CLOCKS,
    breach,
    exit_before_release,
    exit_found,
    exit_unproved,
    exited,
    invalidated,
    start_exit_clocks,
)
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.table import CANCELLED, EXITED, RELEASED
from crossdock.process.effects import CloseCase, Derive, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.step import Action, close_cases, is_graced, start, stop

CLOCKS = (
    "tm_customs_data", "tm_customs_ack", "tm_customs_release", "tm_hold_review", "exit_expected", "tm_customs_recall",
    *EXIT_CLOCKS,
)  # fmt: skip


# -- guards -----------------------------------------------------------------------------------------------------------


def complete(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """Every mandatory field is known."""
    return not cast(CustomsGoodsStated, fact.payload).missing


def this_version(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """It is about the version last handed in."""
    return cast(CustomsRejected, fact.payload).version >= state.version


def lodged_graced(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """It was handed in, and the receipt has not come in the time an answer waits for it."""
    return state.version > state.answered and is_graced(state, fact)


def newer_than_release(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """By the authority's own clock the stop is younger than the release."""
    return micros(cast(CustomsHeld, fact.payload).since) > state.released_us


def another_control(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """A control not known yet."""
    held = cast(CustomsHeld, fact.payload)
    return f"{held.kind} {held.since.isoformat()}" not in state.controls


def left(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """The office of exit let them go."""
    return cast(CustomsExitConfirmed, fact.payload).result is not ExitResult.REFUSED


def left_graced(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """They left, and a day later there is still no word of the release."""
    return left(state, fact, policy) and is_graced(state, fact)


def gate_departure(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """Goods may not depart without release."""
    return policy.customs.gate != "block_exit_only"


def gate_handover(state: DeclarationState, fact: Fact, policy: Policy) -> bool:
    """Goods may not even leave the dock without release."""
    return policy.customs.gate == "block_handover"


GUARDS = {
    guard.__name__: guard
    for guard in (
        complete, this_version, lodged_graced, newer_than_release, another_control, left, left_graced, gate_departure,
        gate_handover,
    )
}  # fmt: skip


# -- actions ----------------------------------------------------------------------------------------------------------


def link(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Our reference leads here (CG-07)."""
    return (Link(Reference("declaration", state.lrn), group_of(state)),)


def link_mrn(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """So does customs' number, whichever it is called by."""
    group = group_of(state)
    return (Link(Reference("mrn", state.mrn), group), Link(Reference("declaration", state.mrn), group))


def group_of(state: DeclarationState) -> str:
    """The release it is about."""
    required = state.content().required
    return f"{required.warehouse}/{required.release_no}"


def data_missing(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-01 and CUS-10, with what is missing."""
    return data_cases(state, key)


def hold_gate(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Where goods may not be loaded without release, they are held from the beginning."""
    if policy.customs.gate != "block_handover":
        return ()
    return (_hold(state, f"{state.lrn}:gate", fact, "not released by customs yet"),)


def hold_control(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The shipment stops."""
    return (_hold(state, state.holds[CONTROL], fact, fact.type),)


def hold_amendment(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It waits for the amendment."""
    return (_hold(state, state.holds["amendment"], fact, "the declaration is being amended"),)


def lift(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Holds that are over; the one from the beginning ends with the release, or with the declaration."""
    gone = state.lifted
    if policy.customs.gate == "block_handover" and state.state in (RELEASED, CANCELLED, EXITED):
        gone = (*gone, f"{state.lrn}:gate")
    return tuple(
        Derive(
            "shipment.hold_released",
            Subject("shipment", state.content().required.shipment),
            ShipmentHoldReleased(hold_id=hold_id, source_event=fact.key),
        )
        for hold_id in gone
    )


def _hold(state: DeclarationState, hold_id: str, fact: Fact, reason: str) -> Derive:
    held = ShipmentHeld(hold_id=hold_id, kind=HoldKind.CUSTOMS, source_event=fact.key, reason=reason)
    return Derive("shipment.held", Subject("shipment", state.content().required.shipment), held)


def customs_hold(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-03, and everybody who has to act hears of it."""
    held = cast(CustomsHeld, fact.payload)
    detail = f"customs holds it ({held.kind}, {held.authority_ref or held.mrn}): present the goods or answer, re-date"
    return (OpenCase("CUS-03", key, detail), *notify(state, key, fact, policy))


def documents_asked(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-04 with what is wanted until when."""
    asked = cast(CustomsDocsRequested, fact.payload)
    until = f" by {asked.due_at:%Y-%m-%d %H:%M}" if asked.due_at is not None else ""
    return (OpenCase("CUS-04", key, f"customs wants {', '.join(asked.documents) or 'documents'}{until}: attach them"),)


def released(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What stood against it is settled; what has departed already is expected at the border."""
    closed = tuple(CloseCase(code, key) for code in ("CUS-03", "CUS-04", "CUS-05"))
    if not state.departed_us:
        return closed
    return (*closed, StartTimer("exit_expected", key, from_micros(state.departed_us) + usual_way_out(state, policy)))


def refused(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-06: the goods stay where they are."""
    reason = cast(CustomsReleaseRefused, fact.payload).reason
    detail = f"customs refuses the release ({reason}): declare anew, obtain a licence, or cancel and return to stock"
    return (CloseCase("CUS-05", key), OpenCase("CUS-06", key, detail, "refused"))


def rejected(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-02 with customs' reasons, of the declaration or of its amendment."""
    errors = getattr(fact.payload, "errors", ())
    reasons = "; ".join(" ".join(part for part in (one.code, one.path, one.text) if part) for one in errors)
    what = "the declaration" if isinstance(fact.payload, CustomsRejected) else "the amendment"
    detail = f"customs rejects {what} ({reasons}): correct the data, it is handed in again by itself"
    slot = "" if isinstance(fact.payload, CustomsRejected) else "amendment"
    return (CloseCase("INT-06", key), OpenCase("CUS-02", key, detail, slot))


def correct_known(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A rejection for known passing reasons is handed in again by itself, once (`customs.autofix`)."""
    terms = policy.customs
    codes = {one.code for one in cast(CustomsRejected, fact.payload).errors}
    if not terms.autofix or state.version != 1 or not codes or not codes <= set(terms.autofix_codes):
        return submit(state, key, fact, policy)
    return hand_in(state, key, fact, policy)


def cancel_denied(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-06: what is declared stays declared, so the goods must not be used for anything else."""
    reason = str(getattr(fact.payload, "reason", ""))
    detail = f"customs does not cancel ({reason}): keep the goods blocked, ask again or refuse the order's cancellation"
    return (CloseCase("INT-06", key), OpenCase("CUS-06", key, detail, "cancel"))


def cancel_lost(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The outcome came before the cancellation was looked at (CD-21)."""
    detail = f"{fact.type} overtook the cancellation: ask again, or refuse the order's cancellation"
    return (OpenCase("CUS-06", key, detail, "cancel"),)


def clear_clocks(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nothing is waited for any more."""
    return tuple(StopTimer(clock, key) for clock in CLOCKS)


SETTLED = ("CUS-01", "CUS-02", "CUS-03", "CUS-04", "CUS-05", "CUS-10", "INT-06")


def settled(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A declaration that is void owes nothing."""
    slots = (*((code, "") for code in SETTLED), ("CUS-02", "amendment"), ("CUS-06", "refused"), ("CUS-06", "cancel"))
    return tuple(CloseCase(code, key, slot) for code, slot in slots)


def corrected(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The new version answers the rejection or refusal of the old one."""
    return (CloseCase("CUS-02", key), CloseCase("CUS-06", key, "refused"))


def amended(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What is declared is what there is again."""
    return (CloseCase("CUS-02", key, "amendment"), CloseCase("INT-06", key))


ACTIONS: Mapping[str, Action[DeclarationState]] = {
    **{
        action.__name__: action
        for action in (
            link, link_mrn, data_missing, hold_gate, hold_control, hold_amendment, lift, customs_hold, documents_asked,
            released, refused, rejected, correct_known, exited, exit_before_release, exit_unproved, invalidated,
            cancel_denied, cancel_lost, breach, settled, corrected, amended, exit_found, draft, submit, supply,
            amend_if_changed, notify,
        )
    },
    "data_complete": data_missing,
    "evidence": supply,
    # Both are what silence raises: whatever is said, it is silent no more.
    "answered": close_cases("INT-06", "CUS-02"),
    "-clocks": clear_clocks,
    "+exit_clocks": start_exit_clocks,
    "-exit_clocks": stop(*EXIT_CLOCKS, "exit_expected"),
    **{f"+{clock}": start(clock) for clock in CLOCKS if clock != "exit_expected"},
    **{f"-{clock}": stop(clock) for clock in CLOCKS},
}  # fmt: skip
