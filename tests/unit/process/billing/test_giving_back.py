"""BIL: what is given back, paid and taken for done (domain.md §3.5)."""

from __future__ import annotations

from typing import Any

import pytest

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.parts import FieldChange, Place
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.order.rollup import billing_status
from crossdock.testing.given import NOON
from tests.unit.process.billing.billing_kit import FAILED, VOID, asked, credited, paid
from tests.unit.process.money import (
    FO,
    ITEM,
    KEY,
    ORDER,
    SHIPMENT,
    SITE,
    Story,
    door,
    handed,
    lines,
    pod,
    posted,
    rows,
)


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


@pytest.mark.proves("BIL-13", "BIL-12", "ORD-14", "PF-17")
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
