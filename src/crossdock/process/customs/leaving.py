"""What CD does when goods leave: breaches, the clocks of the exit, its proof and the lack of one."""

from __future__ import annotations

import hashlib
from typing import cast

import msgspec

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.customs import CustomsExitConfirmed, ExitResult
from crossdock.canonical.events.platform import DocumentAttached
from crossdock.kernel.instant import from_micros
from crossdock.process.customs.duties import Effects, tell_erp
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.trade_book import OWN_PROOF
from crossdock.process.effects import CloseCase, Derive, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.step import latest, seconds

EXIT_CLOCKS = ("tm_exit_enquiry", "tm_exit_warning", "tm_exit_invalid")


def start_exit_clocks(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """An enquiry, a warning and an invalidation, counted from the release."""
    since = from_micros(state.released_us)
    return tuple(StartTimer(clock, key, since + seconds(policy, clock)) for clock in EXIT_CLOCKS)


def exited(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The statement is the proof of export: it is filed, and the ERP has its tax evidence."""
    gone = cast(CustomsExitConfirmed, fact.payload)
    body = msgspec.json.encode(gone, order="deterministic")
    proof = DocumentAttached(
        type=OWN_PROOF,
        sha256=hashlib.sha256(body).hexdigest(),
        mime="application/json",
        source=fact.key,
        name=f"{state.mrn}.json",
    )
    note = f"MRN {state.mrn} left{f' at {gone.office_exit}' if gone.office_exit else ''} on {gone.exit_at:%Y-%m-%d}"
    effects: Effects = (
        Derive("document.attached", Subject("shipment", state.content().required.shipment), proof),
        tell_erp(state, fact, "EXPORTED", note),
    )
    if gone.result is not ExitResult.DISCREPANCY:
        return effects
    detail = "the office of exit found a discrepancy: compare what was declared with what left, disclose it"
    return (*effects, OpenCase("CUS-09", key, detail, "exit"))


def exit_before_release(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """They are out, and nobody said they were released: somebody has to look."""
    detail = "out of the country without a word of its release: ask customs for it, and review what was declared"
    # Whoever has proof of its exit did not let it go unseen: nobody has to call it back.
    settled = (CloseCase(code, key) for code in ("CUS-03", "CUS-05", "CUS-07"))
    return (OpenCase("CUS-09", key, detail, "release"), *settled, StopTimer("tm_customs_recall", key))


def exit_unproved(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-08."""
    due = getattr(fact.payload, "due_at", None)
    until = f" by {due:%Y-%m-%d}" if due is not None else ""
    return (OpenCase("CUS-08", key, f"the exit is not proved: send alternative evidence{until}"),)


def invalidated(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The declaration is void and the goods may be gone: the invoice loses its evidence."""
    detail = "customs has invalidated the declaration: prove the exit or correct the tax of the invoice"
    return (
        *(CloseCase("CUS-08", key, slot) for slot in ("", "expected", "warning")),
        OpenCase("CUS-08", key, detail, "invalidated"),
        tell_erp(state, fact, "EXPORT_EVIDENCE_LOST", detail),
    )


def breach(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-07: gone without release; unless the release turns up soon, the carrier is called back."""
    detail = f"{fact.type} while the declaration is {state.state}: stop it at the border, recall it or disclose"
    due = latest(fact) + seconds(policy, "tm_customs_recall")
    return (OpenCase("CUS-07", key, detail), StartTimer("tm_customs_recall", key, due))


def exit_found(state: DeclarationState, key: str, fact: Fact, policy: Policy) -> Effects:
    """CUS-08 in all its stages."""
    return tuple(CloseCase("CUS-08", key, slot) for slot in ("", "expected", "warning", "invalid"))
