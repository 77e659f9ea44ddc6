"""BIL: what may be billed when, what becomes of the invoice, and what is given back (domain.md §3.5, §9.3)."""

from __future__ import annotations

from typing import Any

import pytest

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.parts import FieldChange, Place
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.order.rollup import billing_status
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.given import NOON
from tests.unit.process.money import (
    FO,
    GROUP,
    ITEM,
    KEY,
    ORDER,
    SHIPMENT,
    SITE,
    Story,
    door,
    eur,
    handed,
    lines,
    pod,
    posted,
    rows,
)


def asked(story: Story) -> list[tuple[dict[str, str], str]]:
    """Invoices asked for: quantities by line, amount."""
    found = []
    for payload in story.sent("request_invoice"):
        request: Any = payload
        found.append(({one.line: str(one.qty.value) for one in request.lines}, str(request.amount.amount)))
    return found


def paid(amount: str = "530.00", ref: str = "P-1") -> fin.InvoicePaid:
    """The customer paid INV-1."""
    return fin.InvoicePaid(invoice_no="INV-1", amount=eur(amount), date="2026-06-20", payment_ref=ref)


def credited(amount: str = "530.00", note: str = "CN-1", invoice: str = "INV-1", **amounts: int) -> fin.InvoiceCredited:
    """The ERP credited INV-1."""
    return fin.InvoiceCredited(credit_no=note, invoice_no=invoice, amount=eur(amount), lines=lines(**amounts))


VOID = wms.HandoverVoided(handover_no="HO-1", packages=("P1",), reason="never left")
FAILED = fin.InvoiceFailed(request_key="k", reason="period is closed")


# -- timing -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("BIL-01", "BIL-02", "BIL-04", "BIL-09")
def test_a_confirmed_hand_over_is_billed_once_and_paid() -> None:
    """§9.3 on_handover, the default of FCA: quantities and amount of what left, at the order's prices."""
    story = Story().planned()
    told = story.tell(handed(), FO)
    assert rows(told, "BIL") == ["BIL-01 PENDING", "BIL-02 REQUESTED"]
    assert asked(story) == [({"10": "40", "20": "10"}, "530.00")]
    assert billing_status(story.order) == "due"
    assert "tm_invoice_ack" in story.timers()
    assert rows(story.tell(posted(), ITEM), "BIL") == ["BIL-04 POSTED"]
    assert billing_status(story.order) == "invoiced"
    assert "tm_invoice_ack" not in story.timers()
    assert rows(story.tell(paid(), ITEM), "BIL") == ["BIL-09 PAID"]
    assert story.cases() == set()


@pytest.mark.proves("BIL-01", "Y-20")
def test_nothing_inferred_is_billed() -> None:
    """A departure without a confirmed hand-over moves no money; packing and labels do not either."""
    story = Story().planned()
    story.departed()
    assert asked(story) == []
    assert f"BIL:{GROUP}" not in story.run.headlines()


@pytest.mark.parametrize(
    ("policy", "incoterm", "due_after"),
    [
        ("", "FCA", "handed"),
        ("", "DAP", "pod"),
        ("", "DDP", "pod"),
        ("", "", "handed"),
        ("on_ship", "DAP", "handed"),
        ("on_handover", "DAP", "handed"),
        ("on_departure", "FCA", "departed"),
        ("on_delivery", "FCA", "delivered"),
        ("on_pod", "FCA", "pod"),
        ("on_acceptance", "FCA", "accepted"),
        ("periodic", "FCA", "period"),
        ("on_release", "FCA", "released"),
        ("advance", "FCA", "released"),
    ],
)
@pytest.mark.proves("BIL-02")
def test_the_policy_says_which_fact_makes_it_due(policy: str, incoterm: str, due_after: str) -> None:
    """§9.3, all seven, the Incoterm's defaults, and the order's own word before them."""
    story = Story()
    seen: dict[str, int] = {}
    story.planned(policy, incoterm)
    seen["released"] = len(asked(story))
    story.tell(handed(), FO)
    seen["handed"] = len(asked(story))
    story.departed()
    seen["departed"] = len(asked(story))
    story.delivered()
    seen["delivered"] = len(asked(story))
    story.tell(pod(), SHIPMENT)
    seen["pod"] = len(asked(story))
    for clock, step in (("tm_acceptance", "accepted"), ("tm_period", "period")):
        if clock in story.timers():
            story.ring(clock)
        seen[step] = len(asked(story))
    steps = list(seen)
    assert seen == {step: int(steps.index(step) >= steps.index(due_after)) for step in steps}
    assert asked(story) == [({"10": "40", "20": "10"}, "530.00")]


@pytest.mark.proves("BIL-02")
def test_a_customers_contract_comes_before_the_incoterm() -> None:
    """D-23."""
    story = Story(Policy(money=MoneyTerms(invoice_policies={"C-1": "on_delivery"}))).shipped(incoterm="DAP")
    assert asked(story) == []
    story.departed()
    story.delivered()
    assert len(asked(story)) == 1


@pytest.mark.proves("BIL-02")
def test_only_what_was_delivered_is_billed_under_a_delivery_policy() -> None:
    """Refused and damaged quantities are not."""
    story = Story().shipped("on_pod")
    story.departed()
    story.delivered()
    story.tell(pod(l10=30, l20=10), SHIPMENT)
    assert asked(story) == [({"10": "30", "20": "10"}, "405.00")]


@pytest.mark.proves("BIL-02")
def test_a_proof_that_lacks_lines_or_proofs_is_no_trigger() -> None:
    """on_pod wants it complete."""
    story = Story(Policy(proof_required=("signature",))).shipped("on_pod")
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    assert asked(story) == []


@pytest.mark.proves("BIL-02")
def test_one_invoice_a_line() -> None:
    """invoice_split=line: each line has its own, and the item is posted when the last one is."""
    story = Story(Policy(money=MoneyTerms(invoice_split="line"))).shipped()
    assert asked(story) == [({"10": "40"}, "500.00"), ({"20": "10"}, "30.00")]
    request: Any = story.sent("request_invoice")[1]
    assert request.billing_item == f"{KEY}#20"
    first = story.tell(posted("INV-2", "30.00", l20=10), Subject("billing_item", f"{KEY}#20"))
    assert rows(first, "BIL") == ["BIL-04 REQUESTED"]
    assert billing_status(story.order) == "partially_invoiced"
    last = story.tell(posted("INV-1", "500.00", l10=40), Subject("billing_item", f"{KEY}#10"))
    assert rows(last, "BIL") == ["BIL-04 POSTED"]
    assert billing_status(story.order) == "invoiced"


@pytest.mark.proves("BIL-02")
def test_a_further_hand_over_is_a_further_invoice() -> None:
    """A release that leaves in two parts is billed in two, each under a key of its own."""
    story = Story().planned(packs=("P1:l10=40", "P2:l20=10"))
    story.tell(handed("HO-1", l10=40), FO)
    story.tell(posted("INV-1", "500.00", l10=40), ITEM)
    second = wms.ShipmentHandedOver(handover_no="HO-2", at=NOON, packages=("P2",), lines=lines(l20=10), **SITE)  # type: ignore[arg-type]
    assert rows(story.tell(second, FO), "BIL")[-1] == "BIL-02 REQUESTED"
    assert asked(story) == [({"10": "40"}, "500.00"), ({"20": "10"}, "30.00")]


# -- blockers ---------------------------------------------------------------------------------------------------------


@pytest.mark.proves("BIL-03", "WHS-09")
def test_a_confirmation_that_differs_from_what_was_packed_blocks_the_invoice() -> None:
    """Variant (d): WHS-09, finance waits."""
    story = Story().planned("on_delivery")
    told = story.tell(handed("HO-1", l10=38, l20=10), FO)
    assert rows(told, "BIL") == ["BIL-01 PENDING", "BIL-03 BLOCKED"]
    story.departed()
    story.delivered()
    assert asked(story) == []


@pytest.mark.proves("BIL-03", "BIL-02", "FIN-05", "Y-44", "Y-31")
def test_no_proof_in_time_blocks_and_the_proof_bills() -> None:
    """FIN-05 at tm_pod; the proof is what closes it."""
    story = Story().shipped("on_pod")
    story.departed()
    story.delivered()
    assert rows(story.ring("tm_pod"), "BIL") == ["BIL-03 BLOCKED"]
    assert story.cases() == {("FIN-05", "")}
    assert rows(story.tell(pod(), SHIPMENT), "BIL") == ["BIL-02 REQUESTED"]
    assert story.cases() == set()


@pytest.mark.proves("BIL-03", "CSR-06")
def test_a_blocker_that_goes_lets_the_invoice_out() -> None:
    """CSR-06: a rejected proof blocks, an accepted one unblocks."""
    story = Story().shipped("on_acceptance")
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    told = story.tell(lmd.PodRejected(pod_ref="POD-1", reason="not me", by="u.hart"), SHIPMENT)
    assert rows(told, "BIL") == ["BIL-03 BLOCKED"]
    story.ring("tm_acceptance")
    assert asked(story) == []
    assert rows(story.tell(pod("POD-2"), SHIPMENT), "BIL") == ["BIL-03 PENDING"]


# -- what the ERP answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [posted(total="531.00"), posted(l10=39, l20=10)], ids=["another amount", "other quantities"]
)
@pytest.mark.proves("BIL-05", "FIN-07")
def test_an_invoice_that_differs_from_what_was_asked_for_is_a_case(answer: fin.InvoicePosted) -> None:
    """BIL-05."""
    story = Story().shipped()
    assert rows(story.tell(answer, ITEM), "BIL") == ["BIL-05 POSTED"]
    assert story.cases() == {("FIN-07", "INV-1")}


def test_an_erp_that_adds_tax_is_compared_by_quantity() -> None:
    """invoice_amounts=ignore."""
    story = Story(Policy(money=MoneyTerms(invoice_amounts="ignore"))).shipped()
    assert rows(story.tell(posted(total="641.30"), ITEM), "BIL") == ["BIL-04 POSTED"]


@pytest.mark.proves("BIL-06", "BIL-08", "BIL-07", "FIN-06")
def test_a_failed_posting_is_asked_for_again_and_at_last_posted() -> None:
    """FIN-06 stays until the invoice is there; a further try has a key of its own, and tries end."""
    story = Story().shipped()
    assert rows(story.tell(FAILED, ITEM), "BIL") == ["BIL-06 FAILED"]
    assert story.cases() == {("FIN-06", "")}
    assert rows(story.ring("tm_invoice_ack"), "BIL") == ["BIL-08 REQUESTED"]
    assert len(asked(story)) == 2
    again = fin.InvoiceFailed(request_key="k", reason="again", attempt=2)
    assert rows(story.tell(again, ITEM), "BIL") == ["BIL-06 FAILED"]
    assert rows(story.tell(posted(), ITEM), "BIL") == ["BIL-07 POSTED"]
    assert story.cases() == set()


@pytest.mark.proves("FIN-06", "BIL-08")
def test_tries_end() -> None:
    """invoice_tries."""
    story = Story(Policy(money=MoneyTerms(invoice_tries=1))).shipped()
    story.tell(FAILED, ITEM)
    story.ring("tm_invoice_ack")
    assert len(asked(story)) == 1


@pytest.mark.proves("FIN-06", "tm_invoice_ack")
def test_a_silent_erp_is_a_case() -> None:
    """tm_invoice_ack."""
    story = Story().shipped()
    story.ring("tm_invoice_ack")
    assert story.cases() == {("FIN-06", "")}


@pytest.mark.proves("BIL-04")
def test_an_erp_that_bills_by_itself_is_matched() -> None:
    """§3.5 out-of-order: equal to what is due counts as asked for."""
    story = Story().planned("on_pod")
    story.tell(handed("HO-1", l10=38, l20=10), FO)
    assert story.bil.state == "BLOCKED"
    story.departed()
    story.delivered()
    story.tell(pod(l10=38, l20=10), SHIPMENT)
    assert rows(story.tell(posted(total="505.00", l10=38, l20=10), ITEM), "BIL") == ["BIL-04 POSTED"]
    assert asked(story) == []


@pytest.mark.proves("BIL-05", "FIN-07")
def test_an_erp_that_bills_too_soon_is_told_so_and_not_billed_again() -> None:
    """Nothing is due yet: FIN-07; when it becomes due, what was posted counts."""
    story = Story().shipped("on_pod")
    assert rows(story.tell(posted(), ITEM), "BIL") == ["BIL-05 POSTED"]
    assert story.cases() == {("FIN-07", "INV-1")}
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    assert asked(story) == []


@pytest.mark.proves("FIN-07", "BIL-12", "X-06")
def test_a_second_posting_is_a_double_billing() -> None:
    """ESCALATE, and the credit note of the second is the proof that closes it."""
    story = Story().shipped()
    story.tell(posted(), ITEM)
    told = story.tell(posted("INV-9"), ITEM)
    assert told.disposition is Disposition.ESCALATE
    assert story.cases() == {("FIN-07", "INV-9")}
    assert story.bil.doubles == {"INV-9": 5_300_000}
    story.tell(credited(note="CN-9", invoice="INV-9"), ITEM)
    assert story.cases() == set()
    assert story.bil.state == "POSTED"


def test_what_comes_before_the_request_waits() -> None:
    """An ERP's answer is held until the goods' confirmation is here (§3.1 step 10)."""
    story = Story().planned()
    assert story.tell(paid(), ITEM).disposition is Disposition.HOLD
    assert story.tell(posted(), ITEM).disposition is Disposition.HOLD
    story.tell(handed(), FO)
    assert story.bil.state == "PAID"


# -- giving back ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("BIL-10")
def test_a_voided_hand_over_ends_what_was_not_asked_for() -> None:
    """BIL-10, and a new hand-over begins again."""
    story = Story().shipped("on_pod")
    assert rows(story.tell(VOID, SHIPMENT), "BIL") == ["BIL-10 CANCELLED"]
    assert rows(story.tell(handed("HO-2"), FO), "BIL") == ["BIL-01 PENDING"]


@pytest.mark.parametrize("answered", [0, 1, 2], ids=["requested", "posted", "paid"])
@pytest.mark.proves("BIL-11", "BIL-12", "FIN-09")
def test_a_voided_hand_over_gives_back_what_was_billed(answered: int) -> None:
    """BIL-11 from every state; what was only asked for is given back once it is posted."""
    story = Story().shipped()
    for answer in (posted(), paid())[:answered]:
        story.tell(answer, ITEM)
    assert rows(story.tell(VOID, SHIPMENT), "BIL") == ["BIL-11 CREDIT_PENDING"]
    if not answered:
        assert story.sent("request_credit_note") == []
        assert rows(story.tell(posted(), ITEM), "BIL") == ["BIL-11 CREDIT_PENDING"]
    note: Any = story.sent("request_credit_note")[0]
    assert (note.invoice_no, str(note.amount.amount)) == ("INV-1", "530.00")
    assert story.cases() == {("FIN-09", "")}
    assert rows(story.tell(credited(), ITEM), "BIL") == ["BIL-12 CREDITED"]
    assert story.cases() == set()
    assert billing_status(story.order) == "credited"


@pytest.mark.proves("BIL-11")
def test_a_request_that_fails_after_the_void_needs_no_credit() -> None:
    """Nothing was posted."""
    story = Story().shipped()
    story.tell(VOID, SHIPMENT)
    assert rows(story.tell(FAILED, ITEM), "BIL") == ["BIL-11 CANCELLED"]
    assert story.cases() == set()


@pytest.mark.proves("BIL-13", "BIL-12", "FIN-09")
def test_a_better_proof_with_less_gives_back_the_difference() -> None:
    """BIL-13; a partial credit keeps the invoice posted."""
    story = Story().shipped("on_pod")
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    story.tell(posted(), ITEM)
    less = lmd.PodAmended(pod_ref="POD-1b", supersedes="POD-1", lines=door(l10=36, l20=10))
    assert rows(story.tell(less, SHIPMENT), "BIL") == ["BIL-13 CREDIT_PENDING"]
    note: Any = story.sent("request_credit_note")[0]
    assert (str(note.lines[0].qty.value), str(note.amount.amount)) == ("4", "50.00")
    assert rows(story.tell(credited("50.00", l10=4), ITEM), "BIL") == ["BIL-12 POSTED"]
    assert story.cases() == set()


@pytest.mark.proves("BIL-13")
def test_a_proof_amended_before_the_posting_counts_when_it_comes() -> None:
    """The invoice asked for is too high by then."""
    story = Story().shipped("on_pod")
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    story.tell(lmd.PodAmended(pod_ref="POD-1b", supersedes="POD-1", lines=door(l10=36, l20=10)), SHIPMENT)
    assert story.bil.state == "REQUESTED"
    assert rows(story.tell(posted(), ITEM), "BIL") == ["BIL-13 CREDIT_PENDING"]


@pytest.mark.parametrize(
    ("gone", "row"),
    [
        (trk.ShipmentReturned(at=NOON, location=Place(location_no="WH-NL1")), "BIL-14 CANCELLED"),
        (trk.ShipmentLost(declared_at=NOON), "BIL-14 CANCELLED"),
        (trk.ShipmentLost(declared_at=NOON, packages=("P1",)), ""),
    ],
    ids=["returned", "lost", "a part lost"],
)
@pytest.mark.proves("BIL-14")
def test_goods_that_never_arrive_are_not_billed(gone: Payload, row: str) -> None:
    """BIL-14: all of it; a part reduces nothing that is not delivered anyway."""
    story = Story().shipped("on_pod")
    story.departed()
    assert rows(story.tell(gone, SHIPMENT), "BIL") == ([row] if row else [])


@pytest.mark.proves("BIL-09", "BIL-12")
def test_partial_payments_and_credits_add_up() -> None:
    """PAID once payments and credits come to what was charged."""
    story = Story().shipped()
    story.tell(posted(), ITEM)
    assert rows(story.tell(paid("500.00", "P-1"), ITEM), "BIL") == ["BIL-09 POSTED"]
    assert rows(story.tell(credited("20.00"), ITEM), "BIL") == ["BIL-12 POSTED"]
    assert rows(story.tell(paid("10.00", "P-2"), ITEM), "BIL") == ["BIL-09 PAID"]


@pytest.mark.proves("BIL-13", "BIL-12", "ORD-14")
def test_what_was_paid_in_advance_and_cancelled_is_given_back() -> None:
    """on_release: the warehouse lets go of it, and nothing of it is due."""
    story = Story().planned("on_release")
    story.tell(posted(), ITEM)
    story.tell(erp.OrderCancelRequested(request_id="CR-1"), ORDER)
    gone = wms.FulfilmentCancelled(cancel_id="CR-1", **SITE)  # type: ignore[arg-type]
    assert rows(story.tell(gone, FO), "BIL") == ["BIL-13 CREDIT_PENDING"]
    note: Any = story.sent("request_credit_note")[0]
    assert str(note.amount.amount) == "530.00"
    assert rows(story.tell(credited(), ITEM), "BIL") == ["BIL-12 CREDITED"]


def test_nobody_but_the_erp_posts() -> None:
    """OW-10 is checked before any machine: the catalogue names the ERP alone."""
    assert EVENT_TYPES["invoice.posted"].owners == {Role.ERP}
    assert not EVENT_TYPES["invoice.posted"].observers


# -- the order --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("ORD-18", "ORD-19")
def test_an_order_is_complete_when_delivered_and_billed() -> None:
    """ORD-18, whichever of the two comes last; ORD-19 does not open it again."""
    story = Story().shipped()
    story.departed()
    story.delivered()
    assert story.order.state == "FULFILLED"
    assert rows(story.tell(posted(), ITEM), "ORD") == ["ORD-18 COMPLETED"]
    status: Any = story.sent("update_order_status")[-1]
    assert (status.control_state, status.billing_status) == ("COMPLETED", "invoiced")
    assert rows(story.tell(credited("10.00"), ITEM), "ORD") == ["ORD-19 COMPLETED"]


@pytest.mark.proves("ORD-18")
def test_billed_first_and_delivered_last() -> None:
    """The other way round."""
    story = Story().shipped()
    story.tell(posted(), ITEM)
    story.departed()
    assert "ORD-18 COMPLETED" in rows(story.delivered(), "ORD")


@pytest.mark.proves("ORD-18")
def test_a_grave_case_keeps_an_order_open() -> None:
    """W-03.3: an open delivery exception blocks completion; its end is the reason that completes it."""
    story = Story().shipped()
    story.departed()
    story.tell(posted(total="531.00"), ITEM)
    story.delivered()
    assert story.order.state == "FULFILLED"
    assert "ORD-18 COMPLETED" in rows(story.tell(credited("1.00"), ITEM), "ORD")


@pytest.mark.proves("ORD-10", "BIL-02")
def test_a_new_price_counts_until_it_is_billed() -> None:
    """§3.2.6: price changes apply for billing, after hand-over too."""
    story = Story().shipped("on_pod")
    change = erp.OrderChanged(rev=2, changes=(FieldChange(path="lines[10].unit_price", new="10.00"),))
    assert story.tell(change, ORDER).disposition is Disposition.APPLY
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    assert asked(story) == [({"10": "40", "20": "10"}, "430.00")]


@pytest.mark.proves("FIN-06", "BIL-04", "BIL-05")
@pytest.mark.parametrize("late", [posted(), posted(total="530.01")])
def test_an_invoice_posted_late_ends_the_case_of_the_silence(late: fin.InvoicePosted) -> None:
    """FIN-06 for tm_invoice_ack is over with the posting, whether it agrees or not."""
    story = Story().shipped()
    story.ring("tm_invoice_ack")
    story.tell(late, ITEM)
    assert ("FIN-06", "") not in story.cases()


@pytest.mark.proves("BIL-09", "BIL-12", "INT-03")
@pytest.mark.parametrize("word", [paid(), credited()])
def test_money_of_an_invoice_nobody_has_heard_of_waits_for_the_invoice(word: Payload) -> None:
    """A second invoice's payment or credit note, dated before its posting, is not lost."""
    story = Story().planned(packs=("P1:l10=40", "P2:l20=10"))
    story.tell(handed("HO-1", l10=40), FO)
    story.tell(posted("INV-0", "500.00", l10=40), ITEM)
    assert story.bil.state == "POSTED"
    assert story.tell(word, ITEM).disposition is Disposition.HOLD
    second = wms.ShipmentHandedOver(handover_no="HO-2", at=NOON, packages=("P2",), lines=lines(l20=10), **SITE)  # type: ignore[arg-type]
    story.tell(second, FO)
    story.tell(posted("INV-1", "30.00", l20=10), ITEM)
    bill = story.bil.bills["handover:HO-2"]
    assert (bill.paid or bill.credits) != {}


@pytest.mark.proves("BIL-13", "BIL-12", "FIN-09")
def test_what_becomes_too_much_while_a_credit_note_is_pending_is_given_back_too() -> None:
    """A proof amended twice: the second difference is asked for at once, by a key of its own, and nothing twice."""
    story = Story().shipped("on_pod")
    story.departed()
    story.delivered()
    story.tell(pod(), SHIPMENT)
    story.tell(posted(), ITEM)
    story.tell(lmd.PodAmended(pod_ref="POD-1b", supersedes="POD-1", lines=door(l10=38, l20=10)), SHIPMENT)
    story.tell(lmd.PodAmended(pod_ref="POD-1c", supersedes="POD-1b", lines=door(l10=36, l20=10)), SHIPMENT)
    notes: Any = story.sent("request_credit_note")
    assert [str(note.lines[0].qty.value) for note in notes] == ["2", "2"]
    assert rows(story.tell(credited("25.00", l10=2), ITEM), "BIL") == ["BIL-12 CREDIT_PENDING"]
    assert rows(story.tell(credited("25.00", "CN-2", l10=2), ITEM), "BIL") == ["BIL-12 POSTED"]
    assert len(story.sent("request_credit_note")) == 2
    assert story.cases() == set()


@pytest.mark.proves("BIL-12")
def test_a_credit_given_in_two_parts_is_asked_for_once() -> None:
    """What is asked for is on its way until the ERP has given all of it."""
    story = Story().shipped()
    story.tell(posted(), ITEM)
    story.tell(VOID, SHIPMENT)
    story.tell(credited("500.00", l10=40), ITEM)
    story.tell(credited("30.00", "CN-2", l20=10), ITEM)
    assert len(story.sent("request_credit_note")) == 1
    assert story.bil.state == "CREDITED"


@pytest.mark.proves("BIL-02", "tm_acceptance")
def test_the_time_to_accept_runs_from_the_delivery_whatever_is_said_meanwhile() -> None:
    """A proof the day after gives the customer no further day."""
    story = Story().shipped("on_acceptance")
    story.departed()
    story.delivered()
    due = story.run.timers["tm_acceptance", KEY, ""].due_us
    story.tell(pod(), SHIPMENT)
    assert story.run.timers["tm_acceptance", KEY, ""].due_us == due


@pytest.mark.proves("BIL-02", "Y-05")
def test_what_is_delivered_twice_is_billed_once() -> None:
    """Another source says it of another attempt: what left is billed, no more."""
    story = Story().shipped("on_delivery")
    story.departed()
    story.delivered()
    assert asked(story) == [({"10": "40", "20": "10"}, "530.00")]
    story.tell(posted(), ITEM)
    story.tell(trk.ShipmentDelivered(at=NOON, attempt_no=2), SHIPMENT, by=Role.SYNC)
    assert asked(story) == [({"10": "40", "20": "10"}, "530.00")]
    assert story.bil.state == "POSTED"


@pytest.mark.proves("BIL-02")
def test_a_delivery_dated_before_its_hand_over_is_billed_when_that_is_known() -> None:
    """A clock behind ours: delivered as it left, whenever we learn what left."""
    story = Story().planned("on_delivery")
    story.tell(trk.ShipmentDelivered(at=NOON, attempt_no=1), SHIPMENT, by=Role.SYNC)
    assert asked(story) == []
    story.tell(handed(), FO)
    assert asked(story) == [({"10": "40", "20": "10"}, "530.00")]
