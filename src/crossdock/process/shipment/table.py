"""Transitions of SHP (domain.md §3.3.1). Rows of one trigger are tried in this order.

Left for the issues that bring money and returns: the billing checks of SHP-19/20/38 and the return receipt of SHP-23.
Departure, arrival, attempts and delivery come as derived facts, once a slot (see `lattice`); `run.dispatched`,
`tracking.milestone` and the driver platform's outcomes are what they are derived from (see `observe`).
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

PLANNING, PLAN_FAILED, PLANNED = "PLANNING", "PLAN_FAILED", "PLANNED"
TENDERED, CONFIRMED, HANDED_OVER = "TENDERED", "CONFIRMED", "HANDED_OVER"
IN_TRANSIT, OUT_FOR_DELIVERY, ATTEMPT_FAILED = "IN_TRANSIT", "OUT_FOR_DELIVERY", "ATTEMPT_FAILED"
DELIVERED, CLOSED, RETURNING, RETURNED = "DELIVERED", "CLOSED", "RETURNING", "RETURNED"
LOST, CANCELLED = "LOST", "CANCELLED"

PROGRESS = {
    NEW: -1, PLANNING: 10, PLAN_FAILED: 15, PLANNED: 20, TENDERED: 30, CONFIRMED: 40, HANDED_OVER: 50, IN_TRANSIT: 60,
    OUT_FOR_DELIVERY: 70, ATTEMPT_FAILED: 75, DELIVERED: 90, CLOSED: 95, RETURNING: 80, RETURNED: 92, LOST: 92,
    CANCELLED: 99,
}  # fmt: skip

BEFORE_HANDOVER = (PLANNED, TENDERED, CONFIRMED)
UNDER_WAY = (HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY, ATTEMPT_FAILED)
LIVE = (PLANNED, TENDERED, CONFIRMED, *UNDER_WAY)
HOLDABLE = (*BEFORE_HANDOVER, *UNDER_WAY)
NO_TENDER = ("tender.expired", "tender.cancelled", "load.cancelled")
MOVING = ("-tm_milestone", "-tm_ofd", "-tm_reattempt", "-rts_wait", "-tm_intercept", "-silence")
ARRIVED = ("update_delivery_status", *MOVING, "-delay", "close_delay_cases", "+tm_pod", "tell_load", "tell_execution")

ROWS = (
    Row("SHP-01", (NEW,), "cmd:plan_shipment", PLANNING, "", ("+tm_plan", "watch_promise")),
    Row("SHP-02", (PLANNING,), "shipment.planned", PLANNED, "",
        ("link_plan", "check_lane", "create_task", "open_tender", "-tm_plan")),
    Row("SHP-03", (PLANNING,), "shipment.plan_failed", PLAN_FAILED, "",
        ("planning_failed", "-tm_plan", "hold_work")),
    *(
        row
        for trigger in ("shipment.replanned", "shipment.planned")
        for row in (
            Row("SHP-04", (PLAN_FAILED,), trigger, PLANNED, "",
                ("link_plan", "check_lane", "create_task", "open_tender", "free_work")),
            Row("SHP-04", (TENDERED, CONFIRMED), trigger, PLANNED, "plan_invalidated",
                ("link_plan", "check_lane", "tender_again")),
            Row("SHP-04", (PLANNED, TENDERED, CONFIRMED), trigger, KEEP, "", ("link_plan", "check_lane")),
        )
    ),
    Row("SHP-05", (PLANNED,), "carrier.tendered", TENDERED),
    Row("SHP-06", (TENDERED,), "carrier.accepted", CONFIRMED, "",
        ("assign_carrier", "link_pro", "booked", "+tm_pickup", "watch_plan")),
    Row("SHP-07", (TENDERED, CONFIRMED), "carrier.rejected", PLANNED, "", ("-tm_pickup", "next_carrier")),
    *(Row("SHP-08", (TENDERED, CONFIRMED), trigger, PLANNED, "",
        ("-tm_pickup", "next_carrier")) for trigger in NO_TENDER),
    Row("SHP-09", (PLANNED,), "run.planned", CONFIRMED, "own_fleet", ("booked", "+tm_pickup", "watch_plan")),
    Row("SHP-10", (CONFIRMED,), "shipment.handed_over", HANDED_OVER, "",
        ("confirm_handover", "-tm_pickup", "+tm_departure", "tell_execution")),
    Row("SHP-11", (PLANNED, TENDERED), "shipment.handed_over", HANDED_OVER, "",
        ("confirm_handover", "left_unconfirmed", "+tm_departure", "tell_execution")),
    Row("SHP-31", (IN_TRANSIT, OUT_FOR_DELIVERY, ATTEMPT_FAILED, DELIVERED), "shipment.handed_over", KEEP,
        "inferred_before", ("confirm_handover", "tell_execution")),
    Row("SHP-12", (HANDED_OVER,), "shipment.departed", IN_TRANSIT, "",
        ("update_delivery_status", "-tm_departure", "departed", "+tm_milestone", "tell_load", "caught_up")),
    Row("SHP-13", (CONFIRMED,), "shipment.departed", IN_TRANSIT, "",
        ("-tm_pickup", "departed", "+tm_milestone", "tell_load")),
    Row("SHP-34", (LOST,), "tracking.milestone", IN_TRANSIT, "found_by_person", ("found",)),
    Row("SHP-28", (LOST,), "tracking.milestone", KEEP, "physical", ("seen_after_loss",)),
    Row("SHP-14", (IN_TRANSIT, HANDED_OVER), "tracking.milestone", KEEP, "",
        ("+tm_milestone", "arrived", "caught_up")),
    Row("SHP-15", (HANDED_OVER, IN_TRANSIT), "delivery.out_for_delivery", OUT_FOR_DELIVERY, "",
        ("-tm_milestone", "+tm_ofd")),
    Row("SHP-17", (ATTEMPT_FAILED,), "delivery.out_for_delivery", OUT_FOR_DELIVERY, "next_attempt",
        ("-tm_reattempt", "-rts_wait", "-tm_intercept", "+tm_ofd")),
    Row("SHP-16", UNDER_WAY, "delivery.failed", ATTEMPT_FAILED, "new_attempt",
        (*MOVING, "attempt_failed", "tell_execution")),
    Row("SHP-18", (ATTEMPT_FAILED,), "shipment.return_started", RETURNING, "", MOVING),
    Row("SHP-33", UNDER_WAY, "shipment.delivered", DELIVERED, "partial", (*ARRIVED, "partly_delivered")),
    Row("SHP-19", UNDER_WAY, "shipment.delivered", DELIVERED, "", ARRIVED),
    Row("SHP-32", (DELIVERED,), "pod.captured", KEEP, "far_away", ("pod_far",)),
    Row("SHP-20", (DELIVERED,), "pod.captured", CLOSED, "pod_complete", ("-tm_pod", "close_pod_cases")),
    Row("SHP-32", (DELIVERED,), "pod.captured", KEEP, "", ("request_pod",)),
    Row("SHP-21", (DELIVERED, CLOSED), "tracking.retracted", IN_TRANSIT, "delivery_retracted",
        ("delivery_in_doubt", "-tm_pod")),
    Row("SHP-22", (IN_TRANSIT, OUT_FOR_DELIVERY, ATTEMPT_FAILED), "delivery.refused", RETURNING, "",
        (*MOVING, "refused")),
    Row("SHP-23", (RETURNING, IN_TRANSIT), "shipment.returned", RETURNED, "",
        (*MOVING, "close_delay_cases", "tell_load", "expect_return")),
    Row("SHP-24", UNDER_WAY, "shipment.lost", LOST, "", (*MOVING, "declared_lost")),
    Row("SHP-25", (PLANNING, PLAN_FAILED, *BEFORE_HANDOVER), "shipment.cancelled", CANCELLED, "",
        ("-tm_plan", "-plan_fail_patience", "-tm_pickup", "cancel_tender", "cancel_task", "tell_execution",
         "tell_slots")),
    Row("SHP-26", HOLDABLE, "shipment.held", KEEP, "", ("hold", "weigh_hold")),
    Row("SHP-27", HOLDABLE, "shipment.hold_released", KEEP, "", ("release_hold", "freed")),
    Row("SHP-29", (HANDED_OVER,), "handover.voided", CONFIRMED, "",
        ("void_handover", "-tm_departure", "+tm_pickup", "tell_execution")),
    Row("SHP-30", (CLOSED,), "pod.rejected", DELIVERED, "", ("pod_disputed", "request_pod", "+tm_pod")),
    Row("SHP-35", (HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY), "shipment.return_started", RETURNING, "",
        (*MOVING, "customer_decides")),
    Row("SHP-36", (CONFIRMED,), "run.cancelled", PLANNED, "own_fleet", ("-tm_pickup",)),
    Row("SHP-37", (*UNDER_WAY, DELIVERED), "shipment.exception_reported", KEEP, "", ("damaged",)),
    Row("SHP-38", (DELIVERED, CLOSED), "pod.amended", KEEP),
    Row("SHP-39", LIVE, "shipment.eta_changed", KEEP, "", ("tell_slots", "weigh_estimate")),
    Row("SHP-39", LIVE, "shipment.delayed", KEEP, "", ("raise_delay",)),
    Row("SHP-39", LIVE, "shipment.delay_cleared", KEEP, "", ("end_delay",)),
)  # fmt: skip
