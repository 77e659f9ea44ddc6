"""What CD does about change and departure (domain.md §3.4): amendments, withdrawals, breaches, the exit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from crossdock.canonical.commands.customs import (
    AmendDeclaration,
    CancelDeclaration,
    SupplyDocuments,
)
from crossdock.canonical.commands.erp import UpdateDeliveryStatus
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events.planning import ShipmentCancelled
from crossdock.canonical.parts import ErrorItem, Mode
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.instant import micros
from crossdock.kernel.money import Money
from crossdock.process.customs.machine import MACHINE
from crossdock.process.effects import CloseCase, OpenCase
from crossdock.process.policy import Policy
from crossdock.process.terms.customs import CustomsTerms
from crossdock.testing.given import NOON, Given, after, cases, command, derives, elapsed, fact, sends, timers
from tests.unit.process import examples as ex
from tests.unit.process.customs import declaring as de
from tests.unit.process.customs.declaring import closed, departed, follow, released, sent

# -- amendments -------------------------------------------------------------------------------------------------------


@pytest.mark.proves("CD-11", "CD-12", "CD-13", "CUS-02")
@pytest.mark.parametrize("granted", [True, False])
def test_a_change_before_departure_is_amended_and_blocks_until_answered(granted: bool) -> None:
    """CD-11 to CD-13: back to where it was; a refusal is not asked for again."""
    born = de.declaration("RELEASED")
    change = born.when(de.told(de.stated(de.goods(amount=38))))
    amend = cast(AmendDeclaration, sent(change.effects, "amend_declaration"))
    assert {one.path: (one.old, one.new) for one in amend.changes}["lines[10].qty"] == ("40 EA", "38 EA")
    assert derives(follow(born, change.effects)) == ["shipment.held"]
    assert born.now().state == "AMENDING"
    answer = (
        cus.CustomsAmended(lrn=de.LRN, mrn=de.MRN, amendment_no=amend.amendment_no, accepted_at=NOON)
        if granted
        else cus.CustomsAmendmentRejected(
            lrn=de.LRN, mrn=de.MRN, amendment_no=amend.amendment_no, errors=(ErrorItem(code="26"),)
        )
    )
    decision = born.when(de.told(answer))
    assert (decision.row, decision.after) == ("CD-12" if granted else "CD-13", "RELEASED")
    assert derives(decision.effects) == ["shipment.hold_released"]
    assert cases(decision.effects) == ([] if granted else ["CUS-02"])
    assert sends(born.when(de.told(de.stated(de.goods(amount=38), documents=(de.paper(),)))).effects) == []


@pytest.mark.proves("CD-09", "CD-07")
def test_an_outcome_while_an_amendment_is_open_is_where_it_returns_to() -> None:
    """Released, then held, while customs looks at the amendment."""
    born = de.declaration("AMENDING", prior="ACCEPTED", holds={"amendment": "A"})
    assert born.when(de.told(released())).after == "AMENDING"
    assert born.now().prior == "RELEASED"
    born.given(de.told(de.held(since=after(10))))
    amended = born.when(de.told(cus.CustomsAmended(lrn=de.LRN, mrn=de.MRN, amendment_no="1", accepted_at=NOON)))
    assert amended.after == "HELD"


@pytest.mark.proves("declared_tol_pct", "CUS-09", "RC-12")
@pytest.mark.parametrize(
    ("gross", "price", "asked"),
    [
        ("412.5", "120.00", 0),
        ("420.7", "120.00", 0),
        ("420.8", "120.00", 1),
        ("412.5", "121.20", 0),
        ("412.5", "121.21", 1),
    ],
)
def test_weights_and_values_may_differ_by_what_the_policy_allows(gross: str, price: str, asked: int) -> None:
    """Two percent of weight, one of value."""
    born = de.declaration("ACCEPTED")
    line = de.goods(unit_value=Money(Decimal(price), "EUR"))
    assert sends(born.when(de.told(de.stated(line, gross_kgm=Decimal(gross)))).effects) == ["amend_declaration"] * asked


@pytest.mark.proves("CUS-09")
def test_a_change_after_departure_is_disclosed_not_amended() -> None:
    """Post-clearance: a case for trade compliance."""
    born = de.declaration("RELEASED", departed_us=micros(NOON))
    decision = born.when(de.told(de.stated(de.goods(amount=38))))
    assert (sends(decision.effects), cases(decision.effects)) == ([], ["CUS-09"])


@pytest.mark.proves("CUS-09", "RC-12")
def test_what_left_the_dock_is_compared_with_what_was_declared() -> None:
    """Quantity exact, whatever hand-over it left with; a hand-over that is voided counts no more."""
    born = de.declaration("RELEASED")
    short = born.when(fact(ex.handed_over("HO-1", ("10", 30)), ex.SHIPMENT))
    assert cases(short.effects) == ["CUS-09"]
    rest = born.when(fact(ex.handed_over("HO-2", ("10", 10)), ex.SHIPMENT))
    assert closed(rest.effects) == {"CUS-09"}
    assert cases(born.when(ex.told("handover.voided")).effects) == ["CUS-09"]


# -- withdrawing ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("CD-17", "CD-18", "CD-19", "CD-20", "W-19.2")
@pytest.mark.parametrize(
    ("state", "asked", "then"),
    [
        ("REQUIRED", 0, "CANCELLED"),
        ("DRAFT", 1, "CANCELLED"),
        ("ACCEPTED", 1, "CANCEL_PENDING"),
        ("EXITED", 0, "EXITED"),
    ],
)
def test_a_cancelled_shipment_withdraws_its_declaration(state: str, asked: int, then: str) -> None:
    """§3.11: nothing to withdraw while nothing is drafted, nor once the goods are out."""
    born = de.declaration(state)
    decision = born.when(fact(ShipmentCancelled(cancel_id="X-1"), ex.SHIPMENT))
    assert sends(decision.effects) == ["cancel_declaration"] * asked
    follow(born, decision.effects)
    assert born.now().state == then
    again = born.when(fact(ShipmentCancelled(cancel_id="X-1"), ex.SHIPMENT))
    assert sends(again.effects) == []


@pytest.mark.proves("CD-20", "CUS-06")
def test_a_denied_cancellation_keeps_the_goods_blocked_for_a_person() -> None:
    """CD-20: back to where it was."""
    born = de.declaration("RELEASED")
    born.given(command(CancelDeclaration(lrn=de.LRN, mrn=de.MRN, request_id="X-1"), ex.SHIPMENT))
    denied = born.when(de.told(cus.CustomsCancelDenied(lrn=de.LRN, mrn=de.MRN, reason="presented")))
    assert (denied.row, denied.after, cases(denied.effects)) == ("CD-20", "RELEASED", ["CUS-06"])


@pytest.mark.proves("CD-21", "CUS-06")
@pytest.mark.parametrize(("said", "then"), [(released(), "RELEASED"), (de.held(), "HELD")])
def test_an_outcome_that_overtakes_the_cancellation_wins(said: object, then: str) -> None:
    """CD-21: the race is lost, a person asks again or refuses the order's cancellation."""
    born = de.declaration("CANCEL_PENDING", prior="ACCEPTED", cancel="X-1")
    decision = born.when(de.told(said))  # type: ignore[arg-type]
    assert (decision.row, decision.after, "CUS-06" in cases(decision.effects)) == ("CD-21", then, True)


def test_a_lane_that_needs_no_declaration_any_more_withdraws_it() -> None:
    """Re-planned by parcel: the carrier clears."""
    born = de.declaration("ACCEPTED")
    decision = born.when(de.told(cus.CustomsNotRequired(rule="carrier_clears:parcel")))
    assert cast(CancelDeclaration, sent(decision.effects, "cancel_declaration")).request_id == "not_required"


# -- departure and exit -----------------------------------------------------------------------------------------------


@pytest.mark.proves("CD-24", "CUS-07", "customs_gate")
@pytest.mark.parametrize(
    ("gate", "at_dock", "at_departure"),
    [("block_departure", [], ["CUS-07"]), ("block_handover", ["CUS-07"], ["CUS-07"]), ("block_exit_only", [], [])],
)
def test_goods_that_move_without_release_are_a_breach_where_the_policy_says(
    gate: str, at_dock: list[str], at_departure: list[str]
) -> None:
    """CD-24 at the departure, at the hand-over, or not before the border."""
    policy = Policy(customs=CustomsTerms(gate=gate))  # type: ignore[arg-type]  # one of the three
    born = de.declaration("ACCEPTED", policy=policy)
    handed = born.when(fact(ex.handed_over("HO-1", ("10", 40)), ex.SHIPMENT))
    assert cases(handed.effects) == at_dock
    gone = born.when(departed())
    assert cases(gone.effects) == at_departure
    assert cases(de.declaration("RELEASED", policy=policy).when(departed()).effects) == []


@pytest.mark.proves("CUS-07")
def test_the_carrier_is_called_back_unless_the_release_turns_up() -> None:
    """Half an hour: a message under way is no reason to turn a truck."""
    born = de.declaration("ACCEPTED")
    gone = born.when(departed())
    assert timers(gone.effects)["tm_customs_recall"] == after(31)
    assert sends(born.when(elapsed("tm_customs_recall", ex.KEY)).effects) == ["intercept_shipment"]
    born.given(de.told(released()))
    assert sends(born.when(elapsed("tm_customs_recall", ex.KEY)).effects) == []


@pytest.mark.proves("customs_gate")
def test_goods_that_may_not_be_loaded_are_held_from_the_beginning() -> None:
    """`block_handover`: from the draft to the release."""
    policy = Policy(customs=CustomsTerms(gate="block_handover"))
    born = Given(MACHINE, ex.KEY, policy=policy)
    assert derives(born.when(de.told(de.stated())).effects) == ["shipment.held"]
    free = de.declaration("ACCEPTED", policy=policy).when(de.told(released()))
    assert derives(free.effects) == ["shipment.hold_released"]


@pytest.mark.proves("CD-14", "W-06.6", "V-13")
def test_the_exit_is_proof_for_the_file_and_the_tax() -> None:
    """CD-14: a document, and the ERP's evidence."""
    born = de.declaration("RELEASED")
    out = born.when(de.told(cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON, office_exit="NL000511")))
    assert (out.row, derives(out.effects)) == ("CD-14", ["document.attached"])
    told = cast(UpdateDeliveryStatus, sent(out.effects, "update_delivery_status"))
    assert (told.status, de.MRN in told.note, "NL000511" in told.note) == ("EXPORTED", True, True)


@pytest.mark.parametrize(
    ("result", "code", "state"),
    [(cus.ExitResult.DISCREPANCY, "CUS-09", "EXITED"), (cus.ExitResult.REFUSED, "CUS-06", "RELEASED")],
)
@pytest.mark.proves("CUS-06", "CUS-09")
def test_an_exit_with_a_blemish_is_looked_at_and_a_refused_one_is_none(
    result: cus.ExitResult, code: str, state: str
) -> None:
    """What the office of exit found."""
    born = de.declaration("RELEASED")
    out = born.when(de.told(cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON, result=result)))
    assert (cases(out.effects), born.now().state) == ([code], state)


@pytest.mark.proves("CD-14", "CUS-09")
def test_an_exit_before_its_release_waits_a_day_and_is_reviewed() -> None:
    """HOLD 24 h, then both are taken, the release as inferred."""
    born = de.declaration("HELD", holds={"control": "H-1"})
    early = de.told(cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON))
    waiting = born.when(early)
    assert waiting.disposition is Disposition.HOLD
    assert timers(waiting.effects)["hold_ttl_exit"] == after(1) + timedelta(hours=24)
    born.given(elapsed("hold_ttl_exit", ex.KEY, about=early.key))
    out = born.when(early)
    assert (out.row, out.after, "CUS-09" in cases(out.effects)) == ("CD-14", "EXITED", True)
    assert derives(out.effects) == ["shipment.hold_released", "document.attached"]
    assert born.now().inferred


@pytest.mark.proves("CD-15", "CUS-08", "tm_exit_enquiry", "tm_exit_invalid", "exit_expected")
def test_an_exit_nobody_saw_is_asked_after_ever_more_urgently() -> None:
    """Usual time, enquiry, a month before it may be invalidated, and then."""
    born = de.declaration("RELEASED", released_us=micros(NOON))
    gone = born.when(departed())
    assert timers(gone.effects)["exit_expected"] == NOON + timedelta(days=5)
    slots = []
    for clock in ("exit_expected", "tm_exit_enquiry", "tm_exit_warning", "tm_exit_invalid"):
        asked = born.when(elapsed(clock, ex.KEY))
        slots += [one.slot for one in asked.effects if isinstance(one, OpenCase) and one.code == "CUS-08"]
    assert slots == ["expected", "", "warning", "invalid"]
    assert born.now().state == "ENQUIRY"
    out = born.when(de.told(cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON)))
    assert {one.slot for one in out.effects if isinstance(one, CloseCase)} == {"", "expected", "warning", "invalid"}


@pytest.mark.proves("exit_expected")
@pytest.mark.parametrize(("mode", "days"), [(Mode.FTL, 5), (Mode.AIR, 15), (Mode.OCEAN, 45)])
def test_how_long_an_exit_takes_depends_on_the_mode(mode: Mode, days: int) -> None:
    """By road, air and sea; also when the release comes after the departure."""
    content = de.stated(required=de.required(mode=mode))
    late = de.declaration("ACCEPTED", content=content, departed_us=micros(NOON)).when(de.told(released()))
    assert timers(late.effects)["exit_expected"] == NOON + timedelta(days=days)


@pytest.mark.proves("CD-15", "CUS-08")
def test_an_enquiry_is_answered_with_what_proves_the_exit() -> None:
    """Alternative evidence, at once or as soon as there is some."""
    ask = cus.CustomsExitEnquiry(lrn=de.LRN, mrn=de.MRN, due_at=after(hours=99), enquiry_no="E-1")
    born = de.declaration("RELEASED")
    enquiry = born.when(de.told(ask))
    assert (enquiry.row, cases(enquiry.effects), sends(enquiry.effects)) == ("CD-15", ["CUS-08"], [])
    proof = born.when(de.told(de.stated(documents=(de.paper("pod"),))))
    assert cast(SupplyDocuments, sent(proof.effects, "supply_documents")).request_ref == "E-1"
    ready = de.declaration("RELEASED", content=de.stated(documents=(de.paper("pod"),)))
    assert sends(ready.when(de.told(ask)).effects) == ["supply_documents"]


@pytest.mark.proves("CD-16", "CUS-08")
def test_an_invalidated_export_takes_the_evidence_from_the_invoice() -> None:
    """CD-16."""
    void = de.declaration("ENQUIRY").when(
        de.told(cus.CustomsCancelled(lrn=de.LRN, mrn=de.MRN, reason="no exit", at=NOON))
    )
    assert (void.row, cases(void.effects)) == ("CD-16", ["CUS-08"])
    assert cast(UpdateDeliveryStatus, sent(void.effects, "update_delivery_status")).status == "EXPORT_EVIDENCE_LOST"
