"""Business states (domain.md §8): every row is reached, and the first that matches wins."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.process.business_state.derive import (
    COMPLIANCE,
    EXCEPTIONAL,
    FLOW,
    MONEY,
    PROGRESS,
    order_tile,
    part_tile,
)
from crossdock.process.business_state.standing import Part, Standing
from crossdock.process.business_state.table import BUSINESS_STATES, ROWS, Facet, Grade

CALM = Standing("EXECUTING")


def part(**changes: object) -> Part:
    cases = changes.pop("cases", ())
    marks = changes.pop("marks", ())
    assert isinstance(cases, tuple)
    assert isinstance(marks, tuple)
    return msgspec.structs.replace(Part("WH-NL1/1"), cases=frozenset(cases), marks=frozenset(marks), **changes)


@pytest.mark.proves(
    "BS-01", "BS-02", "BS-03", "BS-04", "BS-05", "BS-06", "BS-07", "BS-08", "BS-09", "BS-10", "BS-11", "BS-12",
    "BS-13", "BS-14", "BS-15", "BS-16", "BS-17", "BS-18", "BS-19", "BS-20", "BS-21", "BS-22", "BS-23", "BS-24",
    "BS-25", "BS-26", "BS-27", "BS-28", "BS-30",
)  # fmt: skip
@pytest.mark.parametrize(
    ("expected", "standing"),
    [
        ("BS-01", part(shipment="CANCELLED", fulfilment="PACKED")),
        ("BS-01", part(fulfilment="CANCELLED")),
        ("BS-02", part(shipment="DELIVERED", cases=("TRN-16",))),
        ("BS-02", part(shipment="IN_TRANSIT", cases=("INT-05",))),
        ("BS-03", part(shipment="LOST")),
        ("BS-03", part(shipment="IN_TRANSIT", cases=("TRN-15",), marks=("delayed",))),
        ("BS-04", part(shipment="DELIVERED", proof=True, cases=("TRN-14",))),
        ("BS-05", part(shipment="RETURNING")),
        ("BS-05", part(shipment="RETURNED")),
        ("BS-06", part(shipment="ATTEMPT_FAILED")),
        ("BS-07", part(shipment="DELIVERED")),
        ("BS-08", part(shipment="CLOSED", proof=True, cases=("CSR-06",))),
        ("BS-08", part(shipment="DELIVERED", proof=True, marks=("proof_in_review",))),
        ("BS-09", part(shipment="CLOSED", proof=True)),
        ("BS-10", part(shipment="OUT_FOR_DELIVERY")),
        ("BS-11", part(shipment="IN_TRANSIT", marks=("delayed", "handover_inferred"))),
        ("BS-12", part(shipment="HANDED_OVER", marks=("delay_risk",))),
        ("BS-13", part(shipment="IN_TRANSIT", cases=("TRN-07",), marks=("handover_inferred",))),
        ("BS-14", part(shipment="IN_TRANSIT", marks=("handover_inferred",))),
        ("BS-15", part(shipment="IN_TRANSIT", cases=("WHS-04",))),
        ("BS-16", part(shipment="HANDED_OVER")),
        ("BS-17", part(shipment="CONFIRMED", fulfilment="PACKED", hold="customs")),
        ("BS-18", part(shipment="PLANNED", fulfilment="PICKED", cases=("TRN-03",))),
        ("BS-19", part(shipment="TENDERED", fulfilment="PACKED")),
        ("BS-20", part(shipment="CONFIRMED", fulfilment="PICKING", cases=("WHS-07", "WHS-06"))),
        ("BS-21", part(shipment="CONFIRMED", fulfilment="WAVED", cases=("WHS-03",))),
        ("BS-22", part(shipment="CONFIRMED", fulfilment="PICKING", cases=("WHS-06",))),
        ("BS-23", part(shipment="PLANNED", fulfilment="PICKING", cases=("WHS-05",))),
        ("BS-23", part(shipment="PLANNED", fulfilment="ACCEPTED", cases=("WHS-04",))),
        ("BS-24", part(shipment="CONFIRMED", fulfilment="LOADED")),
        ("BS-25", part(shipment="PLANNED", fulfilment="STAGED")),
        ("BS-26", part(shipment="CONFIRMED", fulfilment="PICKED")),
        ("BS-27", part(shipment="CONFIRMED", fulfilment="WAVED")),
        ("BS-28", part(shipment="PLANNING", fulfilment="SENT")),
        ("BS-30", part(shipment="PLAN_FAILED", fulfilment="SENT")),
    ],
)
def test_where_the_goods_are(expected: str, standing: Part) -> None:
    assert part_tile(standing, CALM).flow.state.id == expected


@pytest.mark.proves("BS-06")
def test_a_failed_delivery_says_whether_there_is_a_next_attempt() -> None:
    assert part_tile(part(shipment="ATTEMPT_FAILED", window=True), CALM).flow.detail == "reattempt scheduled"
    assert part_tile(part(shipment="ATTEMPT_FAILED"), CALM).flow.detail == "reattempt not scheduled"


@pytest.mark.proves("BS-17")
def test_a_hold_after_the_goods_have_left_is_not_one_at_the_dock_and_its_kind_names_the_queue() -> None:
    assert part_tile(part(shipment="IN_TRANSIT", hold="customs"), CALM).flow.state.id == "BS-15"
    assert part_tile(part(shipment="PLANNED", hold="customs"), CALM).flow.queues == ("CUS",)
    assert part_tile(part(shipment="PLANNED", hold="security"), CALM).flow.queues == ("TRN",)


@pytest.mark.proves("BS-35", "BS-36", "BS-37", "BS-38", "BS-39", "BS-40", "BS-42")
@pytest.mark.parametrize(
    ("expected", "standing"),
    [
        ("BS-35", part(customs="HELD", cases=("CUS-07",))),
        ("BS-36", part(customs="REFUSED")),
        ("BS-36", part(customs="RELEASED", cases=("CUS-06",))),
        ("BS-37", part(customs="HELD")),
        ("BS-38", part(customs="REQUIRED")),
        ("BS-38", part(customs="REJECTED")),
        ("BS-39", part(customs="AMENDING")),
        ("BS-40", part(customs="ENQUIRY")),
        ("BS-42", part(customs="EXITED")),
        ("BS-42", part()),
    ],
)
def test_whether_the_goods_may_leave(expected: str, standing: Part) -> None:
    assert part_tile(standing, CALM).compliance.state.id == expected


@pytest.mark.proves("BS-43", "BS-44", "BS-45", "BS-46", "BS-47", "BS-48", "BS-49", "BS-50", "BS-51", "BS-56")
@pytest.mark.parametrize(
    ("expected", "detail", "standing"),
    [
        ("BS-43", "", part(billing="FAILED", freight="MISMATCHED")),
        ("BS-43", "", part(billing="POSTED", cases=("FIN-07",))),
        ("BS-44", "", part(billing="PENDING", cases=("FIN-05",))),
        ("BS-45", "", part(billing="CREDIT_PENDING")),
        ("BS-46", "", part(billing="REQUESTED", freight="DISPUTED")),
        ("BS-47", "", part(billing="POSTED", freight="MISMATCHED")),
        ("BS-48", "", part(billing="POSTED", freight="DISPUTED")),
        ("BS-49", "", part(freight="UNMATCHED")),
        ("BS-50", "invoice awaited", part(freight="ACCRUED")),
        ("BS-50", "accrual aged", part(freight="ACCRUED", cases=("FIN-04",))),
        ("BS-51", "freight open", part(billing="POSTED", freight="INVOICED")),
        ("BS-51", "freight closed", part(billing="PAID", freight="SETTLED")),
        ("BS-51", "freight closed", part(billing="PAID")),
        ("BS-56", "", part(billing="PENDING")),
    ],
)
def test_where_the_money_is(expected: str, detail: str, standing: Part) -> None:
    money = part_tile(standing, CALM).money
    assert (money.state.id, money.detail) == (expected, detail)


@pytest.mark.proves("BS-52", "BS-53", "BS-54", "BS-55")
def test_whether_everybody_knows_the_same() -> None:
    behind = Standing("EXECUTING", cases=frozenset({"INT-06"}), on_hold=2, stale=True)
    assert order_tile(behind).sync.state.id == "BS-52"
    assert order_tile(msgspec.structs.replace(behind, cases=frozenset())).sync.state.id == "BS-53"
    assert order_tile(Standing("EXECUTING", stale=True)).sync.state.id == "BS-54"
    assert order_tile(CALM).sync.state.id == "BS-55"
    assert part_tile(part(cases=("FIN-08",)), CALM).sync.state.id == "BS-52"


ON_ROAD = part(shipment="IN_TRANSIT", fulfilment="HANDED_OVER")
DONE = part(shipment="CLOSED", fulfilment="HANDED_OVER", proof=True)


@pytest.mark.proves("BS-01", "BS-29", "BS-31", "BS-32", "BS-33", "BS-34", "BS-41")
@pytest.mark.parametrize(
    ("expected", "standing"),
    [
        ("BS-01", Standing("CANCELLED", parts=(part(shipment="LOST"),))),
        ("BS-29", Standing("EXECUTING", marks=frozenset({"customer_action_required"}), parts=(ON_ROAD,))),
        ("BS-31", Standing("BLOCKED", cases=frozenset({"MDM-01", "FIN-07"}))),
        ("BS-32", Standing("NEW")),
        (
            "BS-33",
            Standing("EXECUTING", marks=frozenset({"backorder_open"}), parts=(ON_ROAD,), some_shipped=True),
        ),
        ("BS-34", Standing("EXECUTING", marks=frozenset({"backorder_open"}))),
        ("BS-34", Standing("EXECUTING", marks=frozenset({"backorder_open"}), parts=(part(shipment="CANCELLED"),))),
    ],
)
def test_what_is_true_of_the_order_itself_comes_first(expected: str, standing: Standing) -> None:
    assert order_tile(standing).flow.state.id == expected


@pytest.mark.proves("BS-31")
def test_a_blocked_release_belongs_to_the_queues_of_the_rules_that_block_it() -> None:
    blocked = Standing("BLOCKED", cases=frozenset({"MDM-01", "MDM-04", "FIN-07"}))
    assert order_tile(blocked).flow.queues == ("FIN", "MDM")


@pytest.mark.proves("BS-41")
def test_a_hold_on_the_order_is_the_mildest_of_what_compliance_says() -> None:
    held = Standing("EXECUTING", marks=frozenset({"on_hold"}), hold="credit", parts=(ON_ROAD,))
    assert order_tile(held).compliance.state.id == "BS-41"
    assert order_tile(held).compliance.queues == ("FIN",)
    stopped = msgspec.structs.replace(held, parts=(part(customs="HELD"),))
    assert order_tile(stopped).compliance.state.id == "BS-37"


@pytest.mark.proves("BS-15", "BS-06")
def test_an_order_shows_the_gravest_part_and_else_the_one_that_has_come_least_far() -> None:
    assert order_tile(Standing("EXECUTING", parts=(DONE, ON_ROAD))).flow.state.id == "BS-15"
    failed = part(shipment="ATTEMPT_FAILED", fulfilment="HANDED_OVER")
    assert order_tile(Standing("EXECUTING", parts=(DONE, ON_ROAD, failed))).flow.state.id == "BS-06"
    assert order_tile(Standing("EXECUTING", parts=(DONE, part(shipment="CANCELLED")))).flow.state.id == "BS-09"


def test_a_tile_is_as_grave_as_its_worst_facet() -> None:
    breach = part(shipment="IN_TRANSIT", customs="HELD", cases=("CUS-07",))
    tile = part_tile(breach, CALM)
    assert tile.ids == ("BS-15", "BS-35", "BS-56", "BS-55")
    assert tile.grade is Grade.STOP


def test_every_row_stands_in_exactly_one_place() -> None:
    ruled = [id_ for rows in (FLOW, COMPLIANCE, MONEY) for id_, _ in rows]
    assert len(ruled) == len(set(ruled))
    of_order = {"BS-29", "BS-31", "BS-32", "BS-33", "BS-34", "BS-41", "BS-52", "BS-53", "BS-54", "BS-55"}
    assert {*ruled, *of_order} == set(BUSINESS_STATES) == {row.id for row in ROWS}
    assert {row.facet for row in ROWS} == set(Facet)
    assert set(ruled[: len(FLOW)]) <= EXCEPTIONAL | set(PROGRESS)


STATES = ["", "PLANNING", "PLAN_FAILED", "PLANNED", "TENDERED", "CONFIRMED", "HANDED_OVER", "IN_TRANSIT",
          "OUT_FOR_DELIVERY", "ATTEMPT_FAILED", "DELIVERED", "CLOSED", "RETURNING", "RETURNED", "LOST",
          "CANCELLED"]  # fmt: skip
PARTS = st.builds(
    Part,
    group=st.just("W/1"),
    fulfilment=st.sampled_from(["", "SENT", "REJECTED", "PACKED", "HANDED_OVER", "SHORT_CLOSED", "CANCELLED"]),
    shipment=st.sampled_from(STATES),
    hold=st.sampled_from(["", "customs"]),
    cases=st.frozensets(st.sampled_from(["TRN-16", "WHS-04", "FIN-07", "CUS-07"])),
    marks=st.frozensets(st.sampled_from(["delayed", "delay_risk", "handover_inferred"])),
)


@given(st.lists(PARTS, max_size=4), st.sampled_from(["NEW", "BLOCKED", "RELEASED", "EXECUTING", "COMPLETED"]))
def test_everything_has_a_headline_and_an_order_does_not_depend_on_how_its_parts_are_numbered(
    parts: list[Part], order: str
) -> None:
    there = order_tile(Standing(order, parts=tuple(parts)))
    back = order_tile(Standing(order, parts=tuple(reversed(parts))))
    assert there.ids == back.ids
