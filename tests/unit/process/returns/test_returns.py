"""RET through the whole hub: from the wish to the credit, and every way beside it (domain.md §3.7, W-07)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.canonical.events import inventory as inv
from crossdock.canonical.events import returns as ret
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Disposition
from crossdock.process.order.ledger import account
from crossdock.process.order.returns import credited, received, requested
from crossdock.process.order.rollup import fulfilment_status
from crossdock.testing.world import World
from tests.unit.process.returns import kit

AUTHORISED = (kit.requested(("10", 2)), kit.initiated(("10", 2)))
BACK = (kit.received(("10", 2)), kit.inspected(("10", 2)))


@pytest.mark.proves("RET-01", "Y-20")
async def test_a_request_is_judged_and_forwarded_to_the_erp() -> None:
    hub = await kit.world(kit.requested(("10", 2)))
    (ask,) = kit.commands(hub, "request_return")
    assert (ask["request_id"], ask["order_no"], ask["eligible"], ask["we_pay"]) == ("RQ-1", kit.NUMBER, True, True)
    assert kit.label(hub) == "REQUESTED"


@pytest.mark.proves("tm_rma", "CSR-02")
async def test_a_request_the_erp_leaves_lying_is_the_customers_case() -> None:
    hub = await kit.world(kit.requested(("10", 2)))
    await hub.pass_time(kit.at(30))
    assert kit.cases(hub) == {("CSR-02", "request")}
    await kit.tell(hub, kit.initiated(("10", 2), hours=31))
    assert not kit.cases(hub)


@pytest.mark.proves("RET-02", "CG-10")
async def test_an_authorisation_is_expected_at_the_dock_and_fetched_where_we_pay() -> None:
    hub = await kit.world(*AUTHORISED)
    (expect,) = kit.commands(hub, "expect_return")
    assert (expect["rma_no"], expect["warehouse"], expect["order_no"]) == ("RMA-1", "WH-NL1", kit.NUMBER)
    (book,) = kit.commands(hub, "book_return_transport")
    assert book["destination"] == {"location_no": "WH-NL1", "type": "warehouse"}
    assert kit.label(hub) == "AUTHORISED"
    assert requested(kit.books(hub), "10") == 2_000_000


async def test_it_is_fetched_also_where_wish_and_answer_are_dated_before_the_delivery() -> None:
    """The wish waits for the delivery; folded again, the ERP's answer comes before it and knows of no fault of ours."""
    hub = await kit.world(kit.requested(("10", 2), hours=-2), kit.initiated(("10", 2), hours=-1))
    assert len(kit.commands(hub, "book_return_transport")) == 1
    assert kit.label(hub) == "AUTHORISED"


async def test_the_customers_own_change_of_mind_is_at_his_own_cost() -> None:
    hub = await kit.world(kit.requested(("10", 2), reason="unwanted"), kit.initiated(("10", 2)))
    assert not kit.commands(hub, "book_return_transport")
    always = await kit.world(
        kit.requested(("10", 2), reason="unwanted"), kit.initiated(("10", 2)), terms=kit.policy(transport_paid="always")
    )
    assert len(kit.commands(always, "book_return_transport")) == 1


@pytest.mark.proves("RET-03")
async def test_a_request_may_be_declined() -> None:
    hub = await kit.world(
        kit.requested(("10", 2)), kit.say(ret.ReturnDeclined(request_id="RQ-1", reason="worn"), 3, "RQ-1")
    )
    assert kit.label(hub) == "DECLINED"
    assert requested(kit.books(hub), "10") == 0


@pytest.mark.proves("RET-04", "RET-05", "RET-06", "RET-09", "RET-10", "RET-11", "RET-12", "ORD-19")
async def test_a_return_goes_its_way_to_the_credit() -> None:
    label = kit.say(ret.ReturnLabelIssued(rma_no="RMA-1", tracking_no="1Z9"), 3, "RMA-1")
    moving = kit.say(ret.ReturnInTransit(rma_no="RMA-1", at=kit.at(20), tracking_no="1Z9"), 20, "RMA-1")
    hub = await kit.world(kit.invoiced(), *AUTHORISED, label, moving, *BACK, kit.booked(), kit.disposed(("10", 2)))
    assert kit.label(hub) == "DISPOSITIONED"
    (receipt,) = kit.commands(hub, "post_return_receipt")
    assert (receipt["receipt_no"], receipt["rma_no"], receipt["warehouse"]) == ("RC-1", "RMA-1", "WH-NL1")
    notes = [one for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]
    assert [(one["invoice_no"], one["ref"], one["lines"]) for one in notes] == [
        ("INV-1", "RMA-1/RC-1/10", [{"line": "10", "qty": {"value": "2", "uom": "EA"}}])
    ]
    await kit.tell(hub, kit.credited())
    assert kit.label(hub) == "CLOSED"
    assert kit.rows(hub) == ["RET-01", "RET-02", "RET-04", "RET-05", "RET-06", "RET-09", "RET-10", "RET-11", "RET-12"]
    assert not kit.cases(hub)
    order = kit.books(hub)
    assert (received(order, "10"), credited(order, "10")) == (2_000_000, 2_000_000)
    assert fulfilment_status(order) == "partially_returned"
    await hub.pass_time(kit.at(24 * 90))
    assert not kit.cases(hub)


async def test_a_credit_note_waits_for_the_invoice_it_belongs_to() -> None:
    hub = await kit.world(*AUTHORISED, *BACK, kit.disposed(("10", 2)))
    assert not [one for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]
    await kit.tell(hub, kit.invoiced(50))
    assert len([one for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]) == 1


@pytest.mark.proves("RET-07", "RET-08")
async def test_parts_are_received_until_all_is_there() -> None:
    hub = await kit.world(
        kit.requested(("10", 2), ("20", 3)), kit.initiated(("10", 2), ("20", 3)), kit.received(("10", 2))
    )
    assert kit.label(hub) == "PARTLY_RECEIVED"
    await kit.tell(hub, kit.received(("20", 1), hours=33, name="RC-2"))
    assert kit.label(hub) == "PARTLY_RECEIVED"
    await kit.tell(hub, kit.received(("20", 2), hours=34, name="RC-3"))
    assert kit.label(hub) == "RECEIVED"
    assert kit.rows(hub)[-3:] == ["RET-07", "RET-08", "RET-08"]


@pytest.mark.proves("tm_inspect", "WHS-13")
async def test_goods_nobody_looks_at_are_a_case() -> None:
    hub = await kit.world(*AUTHORISED, kit.received(("10", 2)), kit.booked())
    await hub.pass_time(kit.at(24 * 5))
    assert ("WHS-13", "inspect") in kit.cases(hub)
    await kit.tell(hub, kit.inspected(("10", 2), hours=24 * 5 + 1))
    assert ("WHS-13", "inspect") not in kit.cases(hub)


@pytest.mark.proves("WHS-13", "RET-09")
@pytest.mark.parametrize(
    ("came", "looked", "odd"),
    [
        ({}, {}, False),
        ({}, {"amount": 1}, True),
        ({"condition": "good"}, {"condition": "damaged"}, True),
        ({"condition": "good"}, {"condition": "good"}, False),
    ],
)
async def test_an_inspection_is_compared_with_the_receipt(
    came: dict[str, object], looked: dict[str, object], odd: bool
) -> None:
    amount = int(str(looked.pop("amount", 2)))
    hub = await kit.world(*AUTHORISED, kit.received(("10", 2), **came), kit.inspected(("10", amount), **looked))
    assert (("WHS-13", "RC-1") in kit.cases(hub)) is odd


@pytest.mark.proves("RET-09", "gap_grace_wms")
async def test_an_inspection_without_a_receipt_waits_and_then_is_one() -> None:
    hub = await kit.world(*AUTHORISED)
    hub.clock.at = kit.at(31)
    await kit.tell(hub, kit.inspected(("10", 2)))
    assert kit.label(hub) == "AUTHORISED"
    await hub.pass_time(kit.at(32))
    assert kit.label(hub) == "INSPECTED"
    assert len(kit.commands(hub, "post_return_receipt")) == 1


@pytest.mark.proves("WHS-13")
async def test_more_than_authorised_is_received_whole_and_credited_in_part() -> None:
    hub = await kit.world(kit.invoiced(), *AUTHORISED, kit.received(("10", 5)), kit.disposed(("10", 5)))
    assert ("WHS-13", "RC-1") in kit.cases(hub)
    assert received(kit.books(hub), "10") == 5_000_000
    notes = [one["lines"] for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]
    assert notes == [[{"line": "10", "qty": {"value": "2", "uom": "EA"}}]]


@pytest.mark.proves("INT-05")
async def test_more_than_was_shipped_cannot_come_back() -> None:
    hub = await kit.world(*AUTHORISED, kit.received(("10", 50)))
    assert "INT-05" in {code for code, _, _ in hub.store.cases}


async def test_goods_that_are_back_before_anybody_said_that_they_left_wait_for_it() -> None:
    """Found by the demo: a hand-over on hold for what should have come before it was not counted yet."""
    hub = World(kit.PARTNERS, now=kit.at(4))
    approved, *rest = kit.delivered()
    for one in (approved, *AUTHORISED, kit.received(("10", 2))):
        await hub.take([(one.partner, one.body)])
    assert "INT-05" not in {code for code, _, _ in hub.store.cases}
    await hub.take((one.partner, one.body) for one in rest)
    assert "INT-05" not in {code for code, _, _ in hub.store.cases}
    assert received(kit.books(hub), "10") == 2_000_000


@pytest.mark.proves("tm_credit", "FIN-09")
async def test_a_credit_that_does_not_come_is_a_case_that_the_credit_closes() -> None:
    hub = await kit.world(kit.invoiced(), *AUTHORISED, *BACK, kit.booked(), kit.disposed(("10", 2)))
    await hub.pass_time(kit.at(24 * 4))
    assert ("FIN-09", "") in kit.cases(hub)
    await kit.tell(hub, kit.credited(hours=24 * 4 + 1))
    assert not kit.cases(hub)


@pytest.mark.proves("credit_on")
async def test_a_policy_may_credit_what_was_received() -> None:
    hub = await kit.world(
        kit.invoiced(), *AUTHORISED, kit.received(("10", 2)), kit.credited(), terms=kit.policy(credit_on="receipt")
    )
    assert kit.label(hub) == "CREDITED"
    assert len([one for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]) == 1
    await kit.tell(hub, kit.disposed(("10", 2), hours=50))
    assert kit.label(hub) == "CLOSED"


@pytest.mark.proves("advance_credit")
async def test_a_credit_before_the_goods_waits_unless_the_policy_allows_it() -> None:
    strict = await kit.world(*AUTHORISED, kit.credited(hours=3))
    assert kit.books(strict).returns["RQ-1"].credits.keys() == {"CN-1"}
    assert strict.dispositions()[-1] == ("return.credited", Disposition.HOLD.value)
    hub = await kit.world(*AUTHORISED, kit.credited(hours=3), terms=kit.policy(advance_credit=True))
    assert kit.label(hub) == "AUTHORISED"
    await kit.tell(hub, *BACK, kit.disposed(("10", 2)))
    assert kit.label(hub) == "CLOSED"


@pytest.mark.proves("RET-13")
async def test_a_cancelled_return_is_not_expected_and_its_label_is_void() -> None:
    label = kit.say(ret.ReturnLabelIssued(rma_no="RMA-1", tracking_no="1Z9"), 3, "RMA-1")
    gone = kit.say(ret.ReturnCancelled(rma_no="RMA-1", reason="kept"), 4, "RMA-1")
    hub = await kit.world(*AUTHORISED, label, gone)
    assert kit.label(hub) == "CANCELLED"
    assert [(one["rev"], one.get("lines")) for one in kit.commands(hub, "expect_return")][-1] == (2, None)
    assert [one["shipment"] for one in kit.commands(hub, "cancel_shipment")] == ["1Z9"]


@pytest.mark.proves("RET-14", "tm_return_window")
async def test_a_window_that_closes_on_nothing_expires_the_return() -> None:
    hub = await kit.world(*AUTHORISED)
    await hub.pass_time(kit.at(24 * 31))
    assert kit.label(hub) == "EXPIRED"
    assert ("return.expired", "APPLY") in hub.dispositions()
    assert requested(kit.books(hub), "10") == 0


@pytest.mark.proves("RET-14", "RET-12")
async def test_a_window_that_closes_on_a_part_credits_the_part_and_ends_the_return() -> None:
    hub = await kit.world(
        kit.invoiced(),
        kit.requested(("10", 2)),
        kit.initiated(("10", 2), until=48),
        kit.received(("10", 1)),
        kit.booked(),
    )
    await hub.pass_time(kit.at(49))
    assert kit.label(hub) == "EXPIRED"
    notes = [one["lines"] for one in kit.commands(hub, "request_credit_note") if one["reason"] == "return"]
    assert notes == [[{"line": "10", "qty": {"value": "1", "uom": "EA"}}]]
    await kit.tell(hub, kit.credited(hours=60))
    assert kit.label(hub) == "CLOSED"


@pytest.mark.proves("RET-15", "CSR-02")
async def test_goods_that_come_too_late_are_received_and_somebody_decides() -> None:
    hub = await kit.world(kit.requested(("10", 2)), kit.initiated(("10", 2), until=24))
    await hub.pass_time(kit.at(29))
    await kit.tell(hub, kit.received(("10", 2), hours=30))
    assert kit.label(hub) == "RECEIVED"
    assert kit.cases(hub) == {("CSR-02", "late")}


async def test_a_receipt_after_the_end_is_only_a_case() -> None:
    hub = await kit.world(kit.invoiced(), *AUTHORISED, *BACK, kit.booked(), kit.disposed(("10", 2)), kit.credited())
    await kit.tell(hub, kit.received(("10", 1), hours=60, name="RC-2"))
    assert kit.label(hub) == "CLOSED"
    assert kit.cases(hub) == {("WHS-13", "RC-2")}


@pytest.mark.proves("RET-16", "RET-02", "WHS-13")
async def test_goods_nobody_announced_are_authorised_afterwards_and_received_under_it() -> None:
    hub = await kit.world(kit.unannounced(("10", 2)))
    assert kit.label(hub, "RET:RC-9") == "UNANNOUNCED"
    assert kit.cases(hub) == {("WHS-13", "unannounced")}
    await kit.tell(hub, kit.initiated(("10", 2), hours=25, request="RC-9"))
    assert kit.label(hub, "RET:RC-9") == "RECEIVED"
    assert [one["receipt_no"] for one in kit.commands(hub, "post_return_receipt")] == ["RC-9"]
    assert not kit.cases(hub)
    assert received(kit.books(hub), "10") == 2_000_000


@pytest.mark.proves("WHS-13")
async def test_goods_that_fit_no_order_wait_with_a_case() -> None:
    hub = await kit.world(kit.unannounced(("10", 2), sscc="387123450000009992"))
    assert len(hub.store.waiting) == 1
    assert ("WHS-13", "RC-9", "unannounced") in hub.store.cases
    await kit.tell(hub, kit.initiated(("10", 2), hours=25, request="RC-9"))
    assert not hub.store.waiting
    assert not kit.cases(hub)
    assert kit.label(hub, "RET:RC-9") == "RECEIVED"


@pytest.mark.proves("RET-17", "SHP-23", "CSR-02")
async def test_what_nobody_took_comes_back_without_an_authorisation() -> None:
    order = kit.delivered()
    back = [*kit.order_milestone(Milestone.RETURN_STARTED, 1550), *kit.order_milestone(Milestone.RETURNED)]
    hub = await kit.world(order=[*order[:-2], *back])
    assert kit.label(hub, "RET:WH-NL1/1") == "RECEIVED"
    (expect,) = kit.commands(hub, "expect_return")
    assert expect["rma_no"] == f"RTS-{kit.ORDER.shipment}"
    assert ("CSR-02", "sent back") in kit.cases(hub)
    assert account(kit.books(hub), "10").refused == 40_000_000
    came = ret.ReturnReceived(
        receipt_no="RC-7", lines=kit.lines(("10", 40)), at=kit.at(4), rma_no=str(expect["rma_no"])
    )
    await kit.tell(hub, kit.say(came, 4, str(expect["rma_no"])))
    assert [one["receipt_no"] for one in kit.commands(hub, "post_return_receipt")] == ["RC-7"]


@pytest.mark.proves("CSR-05", "RET-17")
async def test_a_refused_delivery_is_the_customers_case_and_comes_back() -> None:
    refused = kit.order_milestone(Milestone.REFUSED, 1550)
    hub = await kit.world(order=[*kit.delivered()[:-2], *refused])
    assert "CSR-05" in {code for code, _, _ in hub.store.cases}
    await kit.tell(hub, *kit.order_milestone(Milestone.RETURNED))
    assert kit.label(hub, "RET:WH-NL1/1") == "RECEIVED"
    assert account(kit.books(hub), "10").refused == 40_000_000


@pytest.mark.proves("FIN-08", "tm_erp_post")
async def test_a_receipt_the_erp_does_not_book_is_a_case_until_it_does() -> None:
    hub = await kit.world(*AUTHORISED, kit.received(("10", 2)))
    await hub.pass_time(kit.at(31))
    assert ("FIN-08", "RC-1") in kit.cases(hub)
    await kit.tell(hub, kit.booked(hours=31.5))
    assert ("FIN-08", "RC-1") not in kit.cases(hub)
    failed = kit.say(inv.InventoryErpPostFailed(movement_id="RC-2", reason="closed"), 33, "RMA-1", "erp1")
    await kit.tell(hub, kit.received(("10", 1), hours=32, name="RC-2"), failed)
    assert ("FIN-08", "RC-2") in kit.cases(hub)


@pytest.mark.proves("OW-13", "OW-14")
async def test_nobody_authorises_or_receives_for_another() -> None:
    hub = await kit.world(kit.requested(("10", 2)))
    for partner, told in (("portal", kit.initiated(("10", 2))), ("tms1", kit.received(("10", 2)))):
        payload = kit.payload_of(told)
        (receipt,) = await hub.take([(partner, kit.say(payload, 5, "RQ-1", partner).body)])
        assert receipt.disposition is Disposition.REJECT
    assert kit.label(hub) == "REQUESTED"


HISTORY = (
    kit.invoiced(),
    kit.requested(("10", 2), ("20", 3)),
    kit.initiated(("10", 2), ("20", 3)),
    kit.say(ret.ReturnLabelIssued(rma_no="RMA-1", tracking_no="1Z9"), 3, "RMA-1"),
    kit.received(("10", 2)),
    kit.booked(),
    kit.received(("20", 4), hours=31, name="RC-2"),
    kit.inspected(("10", 1), hours=32),
    kit.disposed(("10", 2), hours=33),
    kit.disposed(("20", 4), hours=34, name="RC-2"),
    kit.credited(),
    kit.received(("10", 1), hours=60, name="RC-3"),
    kit.unannounced(("20", 1)),
    kit.requested(("20", 99), hours=70, name="RQ-2"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_ends_the_same(data: st.DataObject) -> None:
    told = [*kit.delivered(), *HISTORY]
    repeated = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=4))
    arrived = data.draw(st.permutations([*range(len(told)), *repeated]))
    sizes = data.draw(st.lists(st.integers(1, 8), max_size=5))
    assert await kit.ending([told[place] for place in arrived], sizes) == await kit.ending(told)


@pytest.mark.proves("RET-02", "RET-14", "tm_return_window")
async def test_the_rest_of_what_came_unannounced_has_a_window_too() -> None:
    hub = await kit.world(kit.unannounced(("10", 2)))
    await kit.tell(hub, kit.initiated(("10", 5), hours=21, request="RC-9", until=100))
    assert kit.label(hub, "RET:RC-9") == "PARTLY_RECEIVED"
    await hub.pass_time(kit.at(101))
    assert kit.label(hub, "RET:RC-9") == "EXPIRED"


def noted(hub: World) -> list[tuple[str, str]]:
    """Credit notes asked for: under which reference, how much of line 10."""
    notes = kit.commands(hub, "request_credit_note")
    return [(str(note["ref"]), note["lines"][0]["qty"]["value"]) for note in notes]  # type: ignore[index]


@pytest.mark.proves("RET-10", "W-07")
async def test_one_line_may_be_decided_on_in_two_ways() -> None:
    """One piece is restocked and one is scrapped: both were accepted, and both are credited."""
    hub = await kit.world(kit.invoiced(), *AUTHORISED, *BACK)
    await kit.tell(hub, kit.disposed(("10", 1), ("10", 1)))
    assert noted(hub) == [("RMA-1/RC-1/10", "2")]


@pytest.mark.proves("RET-02", "RET-10", "WHS-13")
async def test_what_is_authorised_afterwards_is_credited_too() -> None:
    """More came than was authorised, and the ERP accepts it: the rest is a note of its own, not the first again."""
    hub = await kit.world(kit.invoiced(), kit.requested(("10", 1)), kit.initiated(("10", 1)), *BACK)
    await kit.tell(hub, kit.disposed(("10", 2)), kit.initiated(("10", 2), hours=33, rev=2))
    assert noted(hub) == [("RMA-1/RC-1/10", "1"), ("RMA-1/RC-1@10=1000000/10", "1")]
