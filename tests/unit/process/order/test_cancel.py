"""Cancelling at every stage (domain.md §3.2.5, mission W-19): CX-01 to CX-09, lines, and the race with the truck."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.process.effects import Derive, Send
from crossdock.process.machine import Decision
from crossdock.process.order.cancel import rule_of
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import Group, OrderState
from crossdock.testing.given import Given, cases, derives, fact, sends
from tests.unit.process import examples as ex

WAY = (
    "fulfilment.accepted", "allocation.confirmed", "wave.assigned", "pick.started", "pick.completed", "pack.completed",
    "shipment.staged", "shipment.loaded", "shipment.handed_over",
)  # fmt: skip


def order(steps: int) -> Given[OrderState]:
    """SO-1, released and this far in the warehouse."""
    born = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()), ex.told("order.released"))
    return born.given(*(ex.told(step) for step in WAY[:steps]))


def payload_of(decision: Decision[OrderState], name: str) -> object:
    """The payload of the first derived fact of that type."""
    return next(effect.payload for effect in decision.effects if isinstance(effect, Derive) and effect.type == name)


@pytest.mark.parametrize(
    ("stage", "rule"),
    [
        ("SENT", "CX-02"), ("ACCEPTED", "CX-02"), ("ALLOCATED", "CX-02"), ("WAVED", "CX-03"), ("PICKING", "CX-03"),
        ("PICKED", "CX-04"), ("PACKED", "CX-04"), ("STAGED", "CX-04"), ("LOADED", "CX-06"), ("HANDED_OVER", "CX-07"),
        ("DELIVERED", "CX-09"), ("CANCELLED", ""), ("REJECTED", ""),
    ],
)  # fmt: skip
def test_stage_decides_the_rule(stage: str, rule: str) -> None:
    """One rule a stage, none where nothing is left."""
    assert rule_of(Group(stage, {})) == rule


@pytest.mark.proves("CX-01", "ORD-11")
def test_cx_01_before_release_there_is_nothing_to_undo() -> None:
    """ORD-11."""
    born = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()))
    decision = born.when(ex.told("order.cancel_requested"))
    assert (decision.row, sends(decision.effects), derives(decision.effects)) == ("ORD-11", [], ["order.cancelled"])
    assert [(line.line, line.qty.value) for line in payload_of(decision, "order.cancelled").qty] == [
        ("10", 40),
        ("20", 100),
    ]  # type: ignore[attr-defined]


@pytest.mark.proves("CX-02", "CX-03", "CX-04", "ORD-12", "ORD-14")
@pytest.mark.parametrize("steps", [0, 1, 2, 3, 4, 5, 6, 7])
def test_cx_02_to_04_warehouse_then_transport(steps: int) -> None:
    """ORD-12 in compensation order; ORD-14 when the warehouse has stopped."""
    born = order(steps)
    asked = born.when(ex.told("order.cancel_requested"))
    assert asked.row == "ORD-12"
    assert sends(asked.effects) == ["cancel_fulfilment_order", "cancel_shipment"]
    stopped = born.when(ex.told("fulfilment.cancelled"))
    assert (stopped.row, derives(stopped.effects)) == ("ORD-14", ["order.cancelled"])
    assert all(line.open == 0 for line in born.now().lines.values())


@pytest.mark.proves("CX-06", "WHS-10")
def test_cx_06_loaded_needs_a_person() -> None:
    """No command of ours before transport operations approve."""
    asked = order(8).when(ex.told("order.cancel_requested"))
    assert (asked.row, sends(asked.effects), cases(asked.effects)) == ("ORD-12", [], ["WHS-10"])


@pytest.mark.proves("CX-07", "ORD-13")
def test_cx_07_what_has_left_is_refused_with_alternatives() -> None:
    """ORD-13: `order.cancel_rejected`, intercept or return."""
    asked = order(9).when(ex.told("order.cancel_requested"))
    refused = payload_of(asked, "order.cancel_rejected")
    assert asked.row == "ORD-13"
    assert (refused.stage, refused.alternatives) == ("CX-07", ("intercept", "return"))  # type: ignore[attr-defined]
    assert [(line.line, line.qty.value) for line in refused.qty_refused] == [("10", 40), ("20", 100)]  # type: ignore[attr-defined]


@pytest.mark.proves("ORD-13", "CX-07")
def test_who_calls_off_what_has_left_in_part_is_given_up_what_waits() -> None:
    """ORD-13: the open remainder goes at once, so the order is fulfilled; what has shipped is refused."""
    born = order(3).given(ex.told("pick.shorted"), ex.told("order.line_backordered"))
    born.given(
        ex.told("pick.completed", replace(ex.PAYLOADS["pick.completed"][1](), lines=ex.lines(("10", 40), ("20", 90)))),
        ex.told("pack.completed", ex.packed(ex.package(ex.SSCC, ("10", 40), ("20", 90)))),
        ex.told("shipment.handed_over", ex.handed_over("HO-1", ("10", 40), ("20", 90))),
    )
    assert born.now().backorder_open
    decision = born.when(ex.told("order.cancel_requested"))
    assert (decision.row, sorted(derives(decision.effects))) == (
        "ORD-13",
        ["order.cancel_rejected", "order.fulfilled"],
    )
    refused = payload_of(decision, "order.cancel_rejected").qty_refused  # type: ignore[attr-defined]
    assert [(line.line, line.qty.value) for line in refused] == [("10", 40), ("20", 90)]
    assert not born.now().backorder_open
    assert {number: line.cancelled for number, line in born.now().lines.items()} == {"10": 0, "20": 10_000_000}


@pytest.mark.proves("CX-07", "ORD-13")
@pytest.mark.parametrize("state", ["FULFILLED", "COMPLETED"])
def test_cx_07_who_calls_off_an_order_that_has_left_whole_is_answered_too(state: str) -> None:
    """Whether he calls off everything or a line of it; the order stays where it is."""
    born = order(9)
    born.state = replace(born.now(), state=state)
    everything = born.when(ex.told("order.cancel_requested"))
    assert (everything.row, everything.after, derives(everything.effects)) == (
        "ORD-13",
        state,
        ["order.cancel_rejected"],
    )
    some = OrderCancelRequested(request_id="CR-2", scope=ex.lines(("20", 30)))
    part = born.when(ex.told("order.cancel_requested", some))
    refused = payload_of(part, "order.cancel_rejected")
    assert [(line.line, line.qty.value) for line in refused.qty_refused] == [("20", 30)]  # type: ignore[attr-defined]


@pytest.mark.proves("CX-02")
def test_the_wish_to_drop_a_shipment_is_one_command_under_either_name_and_never_overtakes_the_plan() -> None:
    """By our name until the TMS has numbered it; its key is ours before and after."""
    released = ex.told("order.released")
    plan = sent(Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved())).when(released), "plan_shipment")
    unknown, known = order(0), order(0)
    state = known.now()
    known.state = replace(state, groups={ex.GROUP: replace(state.groups[ex.GROUP], shipment="SHP-1")})
    ours = sent(unknown.when(ex.told("order.cancel_requested")), "cancel_shipment")
    theirs = sent(known.when(ex.told("order.cancel_requested")), "cancel_shipment")
    assert ours.key == theirs.key
    assert (ours.ordering, theirs.ordering) == (plan.ordering, "shipment:SHP-1")


def sent(decision: Decision[OrderState], name: str) -> Send:
    """The one command of that type."""
    (command,) = (effect for effect in decision.effects if isinstance(effect, Send) and effect.type == name)
    return command


@pytest.mark.proves("CX-09")
def test_cx_09_delivered_goods_can_only_be_returned() -> None:
    """The alternative left is the return process."""
    born = order(9)
    state = born.now()
    born.state = replace(state, groups={ex.GROUP: replace(state.groups[ex.GROUP], stage="DELIVERED")})
    refused = payload_of(born.when(ex.told("order.cancel_requested")), "order.cancel_rejected")
    assert (refused.stage, refused.alternatives) == ("CX-09", ("return",))  # type: ignore[attr-defined]


@pytest.mark.proves("ORD-13")
def test_some_lines_only_take_what_is_not_picked() -> None:
    """Before picking the warehouse gets the smaller order; after it a person asks."""
    early = order(3)
    request = OrderCancelRequested(request_id="CR-2", scope=ex.lines(("20", 30)))
    taken = early.when(ex.told("order.cancel_requested", request))
    assert (taken.row, sends(taken.effects)) == ("ORD-13", ["update_fulfilment_order"])
    assert early.now().groups[ex.GROUP].lines["20"].released == 70_000_000
    late = order(5).when(ex.told("order.cancel_requested", request))
    assert (sends(late.effects), cases(late.effects)) == ([], ["WHS-10"])


@pytest.mark.proves("ORD-15", "WHS-10")
def test_the_truck_wins_the_race_against_the_cancellation() -> None:
    """§3.2.5 race rule: a hand-over before the acknowledgement takes the order back to EXECUTING (ORD-15)."""
    born = order(6)
    born.given(ex.told("order.cancel_requested"))
    decision = born.when(ex.told("shipment.handed_over"))
    assert (decision.row, decision.after) == ("ORD-15", "EXECUTING")
    assert cases(decision.effects) == ["WHS-10"]
    assert derives(decision.effects) == ["order.cancel_rejected", "order.fulfilled"]


@pytest.mark.proves("ORD-15")
def test_goods_that_left_after_the_cancellation_withdraw_it() -> None:
    """§3.2.7: physical wins even over a concluded cancellation, and the books hold."""
    born = order(6).given(ex.told("order.cancel_requested"), ex.told("fulfilment.cancelled"))
    assert born.now().state == "CANCELLED"
    state = born.now()
    born.state = replace(state, groups={ex.GROUP: replace(state.groups[ex.GROUP], stage="PACKED")})
    decision = born.when(ex.told("shipment.handed_over"))
    assert (decision.row, decision.after) == ("ORD-15", "EXECUTING")
    assert born.now().lines["20"].cancelled == 0


@pytest.mark.proves("ORD-08", "WHS-02")
def test_a_refused_release_without_alternative_blocks_the_order() -> None:
    """ORD-08: WHS-02 and no transport."""
    decision = order(0).when(ex.told("fulfilment.rejected"))
    assert (decision.row, decision.after) == ("ORD-08", "BLOCKED")
    assert (cases(decision.effects), sends(decision.effects)) == (["WHS-02"], ["cancel_shipment"])


@pytest.mark.proves("ORD-22", "ORD-23")
def test_a_hold_stops_the_warehouse_before_packing_and_the_shipment_after() -> None:
    """ORD-22, ORD-23."""
    assert sends(order(3).when(ex.told("order.held")).effects) == ["hold_fulfilment"]
    packed = order(6)
    assert derives(packed.when(ex.told("order.held")).effects) == ["shipment.held"]
    freed = packed.when(ex.told("order.hold_released"))
    assert freed.row == "ORD-23"
    assert derives(freed.effects) == ["shipment.hold_released"]
    assert not packed.now().holds


@pytest.mark.proves("OW-03", "INT-04")
def test_another_warehouse_cannot_speak_for_this_one() -> None:
    """OW-03: the release was accepted by wms-nl1."""
    told = fact(ex.PAYLOADS["pick.completed"][1](), ex.FO, instance="wms-gb1")
    decision = order(3).when(told)
    assert (decision.disposition.value, cases(decision.effects)) == ("REJECT", ["INT-04"])


@pytest.mark.proves("CX-08", "CX-07", "WHS-10")
@pytest.mark.parametrize(
    ("way", "stage"),
    [
        ((), "CX-07"),
        (("delivery.out_for_delivery",), "CX-08"),
        (("delivery.out_for_delivery", "delivery.failed"), "CX-07"),
    ],
)
def test_cx_08_what_is_out_on_our_own_vehicle_may_be_recalled_before_the_door_is_tried(
    way: tuple[str, ...], stage: str
) -> None:
    """Transport operations decide; the customer is told both ways."""
    born = order(len(WAY))
    state = born.now()
    group = replace(state.groups[ex.GROUP], road="own", shipment="SHP-1")
    born.state = replace(state, groups={ex.GROUP: group})
    for name in way:
        born.when(ex.told(name))
    decision = born.when(ex.told("order.cancel_requested"))
    refused = payload_of(decision, "order.cancel_rejected")
    assert refused.stage == stage  # type: ignore[attr-defined]
    assert ("recall" in refused.alternatives) is (stage == "CX-08")  # type: ignore[attr-defined]
    assert cases(decision.effects) == (["WHS-10"] if stage == "CX-08" else [])
