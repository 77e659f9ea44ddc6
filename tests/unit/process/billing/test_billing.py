"""BIL: what may be billed when, what becomes of the invoice, and what is given back (domain.md §3.5, §9.3)."""

from __future__ import annotations

from typing import Any

import pytest

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.order.rollup import billing_status
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.given import NOON
from tests.unit.process.billing.billing_kit import FAILED, asked, credited, paid
from tests.unit.process.money import (
    FO,
    GROUP,
    ITEM,
    KEY,
    SHIPMENT,
    SITE,
    Story,
    handed,
    lines,
    pod,
    posted,
    rows,
)


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
