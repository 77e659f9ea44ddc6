"""The verdict over two accounts of one order: it passes when they agree, and says what is wrong when they do not."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.app.audit import AuditReport
from crossdock.demo.books import Entry
from crossdock.demo.faults import MUST_END, FaultKind, Point
from crossdock.demo.ledger import Evidence, Injected
from crossdock.demo.ledgers import InvoiceView, Ledgers
from crossdock.demo.reader import HubOrder, HubView, LineView, OpenCase, ShipmentView
from crossdock.demo.verdict import Verdict, judge
from crossdock.demo.world import SITE_A, Customer, DemoOrder, Item, OrderLine
from crossdock.ports.audit import Discrepancy, Kind, Sums
from crossdock.ports.backbone import Standing

ORDER = DemoOrder(
    0,
    "SO-1",
    Customer("C-1", "Harrow", "Hamburg", "20095", "DE", "Europe/Berlin"),
    "PO-1",
    "normal",
    (OrderLine("10", Item("IT-501", Decimal(1), Decimal(1)), 40, SITE_A),),
    0,
)
BOOKS: dict[str, list[Entry]] = {
    "erp": [
        Entry("approved", "SO-1", "SO-1"),
        Entry("said", "erp-SO-1", "SO-1", {"name": "order.approved", "status": 200}),
        Entry("goods_issue", "49", "SO-1", {"handover": "HO-1", "lines": {"10": "40"}}),
        Entry("delivery_status", "SHP-1", "SO-1", {"status": "DELIVERED"}),
        Entry("invoice", "90", "SO-1", {"total": "40.00", "lines": {"10": "40"}}),
        Entry("paid", "90", "SO-1", {"amount": "40.00"}),
    ],
    "wms-a": [
        Entry("job", "SO-1/WH-A1/1", "SO-1"),
        Entry("handed_over", "SO-1/WH-A1/1", "SO-1", {"handover_no": "HO-1", "lines": {"10": 40}}),
    ],
    "wms-b": [],
    "tms": [
        Entry("planned", "SHP-1", "SO-1", {"load": "LD-1"}),
        Entry("load", "LD-1", "", {"shipments": ["SHP-1"]}),
        Entry("pod", "SHP-1", "SO-1", {"lines": {"10": 40}}),
    ],
    "lmd": [],
    "flsh": [],
    "nvtr": [],
}
HUB_ORDER = HubOrder(
    "SO-1",
    "FULFILLED",
    {"10": LineView(40, 40, 40, 0)},
    (ShipmentView("SHP-1", SITE_A, "CLOSED", "LD-1", "FLSH"),),
    frozenset({"erp-SO-1"}),
    frozenset(),
    (),
    frozenset({"INT-04"}),
    (),
    Ledgers((InvoiceView("90", Decimal(40), Decimal(40), Decimal(0)),)),
)
HUB = HubView({"SO-1": HUB_ORDER}, frozenset(), (), (), 0)


def verdict(
    books: dict[str, list[Entry]] | None = None, hub: HubView = HUB, faults: tuple[Injected, ...] = ()
) -> Verdict:
    return judge([ORDER], {**BOOKS, **(books or {})}, hub, faults, ())


def with_order(**changes: object) -> HubView:
    return msgspec.structs.replace(HUB, orders={"SO-1": msgspec.structs.replace(HUB_ORDER, **changes)})


def injected(kind: FaultKind, system: str = "wms-a", *evidence: Evidence, struck: bool = True) -> Injected:
    return Injected("F1", kind, Point(system, "pick", "SO-1", SITE_A), MUST_END[kind], struck, list(evidence))


def test_two_accounts_that_agree_pass() -> None:
    said = verdict()
    assert (said.verdict, said.converged, said.lost, said.doubled, said.reasons) == ("pass", 1, 0, 0, [])


@pytest.mark.parametrize(
    ("hub", "reason"),
    [
        (with_order(lines={"10": LineView(40, 39, 40, 0)}), "line 10 shipped: the books say 40, the hub 39"),
        (with_order(lines={"10": LineView(40, 40, 0, 0)}), "line 10 delivered: the books say 40, the hub 0"),
        (with_order(lines={"10": LineView(40, 40, 40, 5)}), "line 10 backordered: the books say 0, the hub 5"),
        (with_order(lines={}), "the hub has no such line"),
        (with_order(open_commands=("plan_shipment parked",)), "command still open: plan_shipment parked"),
        (with_order(shipments=()), "shipments: the books say ['SHP-1'], the hub []"),
        (
            with_order(shipments=(ShipmentView("SHP-1", SITE_A, "IN_TRANSIT", "LD-1", "FLSH"),)),
            "SHP-1: the hub has it IN_TRANSIT",
        ),
        (
            with_order(ledgers=Ledgers((InvoiceView("90", Decimal("39.99"), Decimal(40), Decimal(0)),))),
            "invoices: the ERP has 90: 40, the hub 90: 39.99",
        ),
        (
            with_order(ledgers=Ledgers((InvoiceView("90", Decimal(40), Decimal(0), Decimal(0)),))),
            "payments: the ERP has 90: 40, the hub none",
        ),
        (
            with_order(ledgers=Ledgers(HUB_ORDER.ledgers.invoices, (), ("pick does not add up",))),
            "ledger: pick does not add up",
        ),
        (msgspec.structs.replace(HUB, waiting=("a fact",)), "still in the waiting room: a fact"),
        (msgspec.structs.replace(HUB, quarantined=("a fact",)), "still in the quarantine: a fact"),
    ],
)
def test_any_difference_fails_with_its_reason(hub: HubView, reason: str) -> None:
    said = verdict(hub=hub)
    assert said.verdict == "fail"
    assert any(reason in line for line in said.reasons)


def test_a_case_left_open_fails_unless_a_fault_explains_it() -> None:
    hub = msgspec.structs.replace(HUB, open_cases=(OpenCase("INT-04", "SO-1", "not theirs to say"),))
    explained = injected(FaultKind.WRONG_OWNER, "erp", Evidence("claimed", reply="REJECT"))
    assert verdict(hub=hub, faults=(explained,)).verdict == "pass"
    assert any("case INT-04 on SO-1 is still open" in line for line in verdict(hub=hub).reasons)


@pytest.mark.parametrize(("numbers", "outcome"), [((0, 0, 0), "pass"), ((2, 0, 0), "fail"), ((0, 1, 3), "fail")])
def test_what_the_hub_finds_in_itself_counts(numbers: tuple[int, int, int], outcome: str) -> None:
    lost, stuck, doubled = numbers
    sums = Sums(1, 1, {}, 0, 0, {}, 0, 0, {}, {}, 0)
    wrong = () if outcome == "pass" else (Discrepancy(Kind.LOG_GAP, "7", "2 events, numbered 1 to 3"),)
    report = AuditReport(outcome, lost, stuck, doubled, sums, wrong)
    said = verdict(hub=msgspec.structs.replace(HUB, audit=report))
    assert (said.verdict, said.lost, said.doubled) == (outcome, lost, doubled)
    assert said.reasons == [f"the hub's audit: log_gap {one.subject}: {one.detail}" for one in wrong]


def test_what_is_still_queued_has_not_converged() -> None:
    report = AuditReport(
        "pass", 0, 0, 0, Sums(1, 1, {}, 0, 0, {}, 0, 0, {}, {}, 0), (), Standing(waiting=1, under_way=2)
    )
    said = verdict(hub=msgspec.structs.replace(HUB, audit=report))
    assert said.reasons == ["still queued: 1 messages nobody has taken, 2 given to a worker"]


def test_an_order_the_hub_does_not_know_is_lost() -> None:
    assert verdict(hub=msgspec.structs.replace(HUB, orders={})).lost >= 1


def test_an_acknowledged_message_without_trace_is_lost() -> None:
    said = verdict(hub=with_order(heard=frozenset()))
    assert (said.verdict, said.lost) == ("fail", 1)


def test_a_second_goods_issue_is_doubled() -> None:
    again = [*BOOKS["erp"], Entry("goods_issue", "50", "SO-1", {"handover": "HO-1", "lines": {"10": "40"}})]
    assert verdict({"erp": again}).doubled == 1


@pytest.mark.parametrize("code", ["already_posted", "duplicate_plan", "task_exists", "key_reused"])
def test_a_refused_second_attempt_is_doubled_too(code: str) -> None:
    said = verdict({"erp": [*BOOKS["erp"], Entry("refused", code, "SO-1", {"call_name": "x"})]})
    assert (said.verdict, said.doubled) == ("fail", 1)


def test_a_missing_goods_issue_fails() -> None:
    without = [entry for entry in BOOKS["erp"] if entry.kind != "goods_issue"]
    assert any("0 times instead of once" in line for line in verdict({"erp": without}).reasons)


@pytest.mark.parametrize(
    ("fault", "ended"),
    [
        (injected(FaultKind.DUPLICATE, "wms-a", Evidence("again", reply='{"status":"duplicate"}')), 1),
        (injected(FaultKind.DUPLICATE, "wms-a", Evidence("again", reply='{"disposition":"APPLY"}')), 0),
        (injected(FaultKind.MALFORMED, "wms-a", Evidence("broken", status=422)), 1),
        (injected(FaultKind.MALFORMED, "wms-a", Evidence("broken", status=200)), 0),
        (injected(FaultKind.MALFORMED, "nvtr"), 0),
        (injected(FaultKind.WRONG_OWNER, "erp", Evidence("claimed", reply="REJECT")), 1),
        (injected(FaultKind.WRONG_OWNER, "erp", Evidence("claimed", reply="APPLY")), 0),
        (injected(FaultKind.UNKNOWN_CODE, "flsh", Evidence("claimed", reply="MDM-03")), 1),
        (injected(FaultKind.UNKNOWN_CODE, "flsh", Evidence("claimed", reply="")), 0),
        (injected(FaultKind.DUPLICATE, "tms", Evidence("again", status=202, reply="queued")), 1),
        (injected(FaultKind.LATE), 1),
        (injected(FaultKind.TIMEOUT_AFTER, struck=False), 0),
    ],
)
def test_a_fault_that_did_not_end_in_its_place_fails_the_run(fault: Injected, ended: int) -> None:
    said = verdict(faults=(fault,))
    assert said.faults[fault.kind.value].ended == ended
    assert said.verdict == ("pass" if ended else "fail")


def test_a_negative_acknowledgement_ends_a_malformed_file() -> None:
    answered = {"nvtr": [Entry("acknowledged", "000000001", "", {"code": "R"})]}
    assert verdict(answered, faults=(injected(FaultKind.MALFORMED, "nvtr"),)).verdict == "pass"


@pytest.mark.parametrize(
    ("invoices", "reason"),
    [
        ([], "line 10: the ERP billed 0, 40 were signed for"),
        ([("90", "40.00", 40), ("91", "40.00", 40)], "line 10: the ERP billed 80, 40 were signed for"),
        ([("90", "41.00", 40)], "invoice 90: 41.00 for goods worth 40"),
    ],
)
def test_what_was_signed_for_is_billed_once_at_the_price_of_the_order(
    invoices: list[tuple[str, str, int]], reason: str
) -> None:
    kept = [entry for entry in BOOKS["erp"] if entry.kind != "invoice"]
    posted = [
        Entry("invoice", number, "SO-1", {"total": total, "lines": {"10": str(count)}})
        for number, total, count in invoices
    ]
    assert any(reason in line for line in verdict({"erp": [*kept, *posted]}).reasons)
