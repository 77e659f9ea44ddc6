"""Transitions of CHO. domain.md has no chapter on channels: the ids are ours, the steps those of mission W-25."""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

UNPAID, PAID, ENTERED, SHIPPING, SHIPPED = "UNPAID", "PAID", "ENTERED", "SHIPPING", "SHIPPED"
DELIVERED, CANCELLING, CANCELLED = "DELIVERED", "CANCELLING", "CANCELLED"

PROGRESS = {
    NEW: -1, UNPAID: 10, PAID: 20, CANCELLING: 30, ENTERED: 30, SHIPPING: 40, SHIPPED: 50, DELIVERED: 60, CANCELLED: 90,
}  # fmt: skip

ENTER = ("enter_sale", "+tm_cmd_ack")
BOUND = (PAID, ENTERED, SHIPPING, SHIPPED, DELIVERED, CANCELLING)

ROWS = (
    Row("CHO-01", (NEW,), "channel.order_placed", PAID, "free_of_charge", ("link", *ENTER)),
    Row("CHO-02", (NEW,), "channel.order_placed", UNPAID, "", ("link",)),
    # Until it is paid the customer may change it as often as they like.
    Row("CHO-03", (UNPAID,), "channel.order_placed", PAID, "newer_and_covered", ENTER),
    Row("CHO-04", (UNPAID,), "channel.order_placed", KEEP, "newer"),
    Row("CHO-05", (UNPAID,), "channel.order_paid", PAID, "covers", ENTER),
    Row("CHO-06", (UNPAID,), "channel.order_paid", KEEP),
    Row("CHO-07", (PAID,), "channel.order_entered", ENTERED, "", ("-tm_cmd_ack", "entered_after_all")),
    Row("CHO-08", (CANCELLING,), "channel.order_entered", KEEP, "first_sale", ("-tm_cmd_ack",)),
    Row("CHO-09", (ENTERED, SHIPPING, SHIPPED, DELIVERED, CANCELLING), "channel.order_entered", KEEP, "same_sale"),
    Row("CHO-10", (ENTERED, SHIPPING, SHIPPED, DELIVERED, CANCELLING), "channel.order_entered", KEEP, "", ("doubled",)),
    Row("CHO-11", (ENTERED, SHIPPING), "channel.order_shipped", SHIPPED, "all_gone", ("ship",)),
    Row("CHO-12", (ENTERED, SHIPPING), "channel.order_shipped", SHIPPING, "", ("ship",)),
    Row("CHO-13", (SHIPPED, DELIVERED), "channel.order_shipped", SHIPPED, "", ("ship",)),
    Row("CHO-14", (CANCELLING, CANCELLED), "channel.order_shipped", SHIPPED, "all_gone",
        ("ship", "left_anyway", "-tm_cancel")),
    Row("CHO-15", (CANCELLING, CANCELLED), "channel.order_shipped", SHIPPING, "",
        ("ship", "left_anyway", "-tm_cancel")),
    Row("CHO-16", (SHIPPED,), "channel.order_delivered", DELIVERED, "all_there", ("deliver",)),
    Row("CHO-17", (SHIPPING, SHIPPED, DELIVERED), "channel.order_delivered", KEEP, "has_left", ("deliver",)),
    Row("CHO-18", (SHIPPING, SHIPPED, DELIVERED), "channel.shipment_voided", ENTERED, "only_that", ("void",)),
    Row("CHO-19", (SHIPPING, SHIPPED, DELIVERED), "channel.shipment_voided", SHIPPING, "among_others", ("void",)),
    Row("CHO-20", (UNPAID,), "channel.order_cancelled", CANCELLED, "whole"),
    Row("CHO-21", (PAID, ENTERED), "channel.order_cancelled", CANCELLING, "whole", ("cancel_sale", "+tm_cancel")),
    # Lines are cancelled by the ERP's numbers, so this waits until they are known.
    Row("CHO-22", (ENTERED, SHIPPING), "channel.order_cancelled", KEEP, "some", ("cancel_sale",)),
    Row("CHO-23", (SHIPPING,), "channel.order_cancelled", KEEP, "", ("cancel_sale", "gone_already")),
    Row("CHO-24", (SHIPPED, DELIVERED), "channel.order_cancelled", KEEP, "", ("gone_already",)),
    Row("CHO-25", (CANCELLING,), "channel.order_stopped", CANCELLED, "all_of_it",
        ("-tm_cancel", "cancelled_after_all")),
    Row("CHO-26", (PAID, ENTERED), "channel.order_stopped", CANCELLED, "all_of_it", ("-tm_cmd_ack", "tell_cancelled")),
    Row("CHO-27", (SHIPPING,), "channel.order_stopped", SHIPPED, "rest_stopped", ("tell_cancelled",)),
    Row("CHO-28", (ENTERED, SHIPPING), "channel.order_stopped", KEEP, "", ("tell_cancelled",)),
    Row("CHO-29", (CANCELLING,), "channel.cancel_refused", ENTERED, "", ("too_late", "-tm_cancel")),
    Row("CHO-30", (ENTERED, SHIPPING, SHIPPED, DELIVERED), "channel.cancel_refused", KEEP, "", ("too_late",)),
    Row("CHO-31", (PAID, ENTERED, SHIPPING, SHIPPED, DELIVERED), "channel.order_placed", KEEP, "newer", ("compare",)),
    Row("CHO-32", (CANCELLED,), "channel.order_paid", KEEP, "", ("give_back",)),
    Row("CHO-33", BOUND, "channel.order_paid", KEEP),
    Row("CHO-34", (UNPAID, CANCELLING, CANCELLED), "channel.order_refunded", KEEP, "", ("given_back",)),
    Row("CHO-35", (PAID, ENTERED, SHIPPING, SHIPPED, DELIVERED), "channel.order_refunded", KEEP, "", ("credit",)),
    # It is being cancelled, or was: its lines need not be cancelled one by one.
    Row("CHO-36", (CANCELLING, CANCELLED), "channel.order_cancelled", KEEP),
    Row("CHO-37", (CANCELLING,), "channel.order_stopped", KEEP),
    # The cancellation was heard after the payment it came before: what was entered meanwhile is taken back.
    Row("CHO-38", (CANCELLED,), "channel.order_entered", KEEP, "", ("withdraw_sale",)),
)  # fmt: skip
