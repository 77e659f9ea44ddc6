"""What customers are told has happened, as data (domain.md §4.6, §8). What is not in the table is not shown.

A carrier's checkpoint, a pick-up, a loading, a hand-on between carriers and an exit confirmation have no row, and a
kind of fact that is new has none either: to be shown it must be given words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from crossdock.canonical.events.service import ServiceTopic
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.reasons import Category

MILESTONE = "tracking.milestone"


class Words(msgspec.Struct, frozen=True):
    """One row.

    Attributes:
        code: what it is; two kinds of fact of one code are one thing, told once.
        step: how far it brings a shipment, see `STEPS`; 0 moves nothing.
        whole: it is about the order and stands on each of its shipments.
        repeats: it may happen again elsewhere, and is then shown with its city.
        attempt: it happens once each delivery attempt.
        reason: the reason is told by its category.
    """

    type: str
    milestone: str
    code: str
    label: str
    step: int = 0
    whole: bool = False
    repeats: bool = False
    attempt: bool = False
    reason: bool = False


STEPS = ("", "Confirmed", "Being prepared", "Shipped", "In transit", "Out for delivery", "Delivered")
CONFIRMED, PREPARING, SHIPPED, MOVING, OUT, THERE = range(1, len(STEPS))

ARRIVED_AT, LEFT, CLEARED = "Arrived at a transit point", "Left a transit point", "Customs cleared"

# fmt: off
ROWS = (
    Words("order.approved", "", "confirmed", "Order confirmed", CONFIRMED, whole=True),
    Words("order.released", "", "preparing", "Being prepared", PREPARING, whole=True),
    Words("pick.completed", "", "preparing", "Being prepared", PREPARING),
    Words("pack.completed", "", "preparing", "Being prepared", PREPARING),
    Words("carrier.accepted", "", "booked", "Carrier booked", PREPARING),
    Words("run.planned", "", "booked", "Delivery planned", PREPARING),
    Words("shipment.handed_over", "", "shipped", "Shipped", SHIPPED),
    Words("shipment.departed", "", "departed", "In transit", MOVING),
    Words(MILESTONE, Milestone.ARRIVED_FACILITY, "arrived_facility", ARRIVED_AT, MOVING, repeats=True),
    Words(MILESTONE, Milestone.DEPARTED_FACILITY, "left_facility", LEFT, MOVING, repeats=True),
    Words(MILESTONE, Milestone.ARRIVED_DESTINATION_HUB, "at_depot", "Arrived at the delivery depot", MOVING,
          repeats=True),
    Words(MILESTONE, Milestone.AVAILABLE_FOR_COLLECTION, "collect", "Ready for collection", MOVING, repeats=True),
    Words(MILESTONE, Milestone.BORDER_CROSSED, "cleared", CLEARED, MOVING),
    Words(MILESTONE, Milestone.EXPORT_RELEASED, "cleared", CLEARED),
    Words("customs.released", "", "cleared", CLEARED),
    Words("customs.held", "", "customs", "Delayed: customs formalities"),
    Words("customs.release_refused", "", "refused_export", "Delayed"),
    Words("shipment.delayed", "", "delayed", "Delayed, new date"),
    Words("delivery.out_for_delivery", "", "out", "Out for delivery", OUT, attempt=True),
    Words("delivery.arrived", "", "at_door", "At your door", OUT, attempt=True),
    Words("delivery.failed", "", "attempted", "Delivery attempted", OUT, attempt=True, reason=True),
    Words("delivery.refused", "", "refused", "Delivery refused", OUT, attempt=True, reason=True),
    Words("delivery.rescheduled", "", "rescheduled", "New delivery window", attempt=True),
    Words("shipment.delivered", "", "delivered", "Delivered", THERE, attempt=True),
    Words("pod.captured", "", "proved", "Proof of delivery received"),
    Words("shipment.lost", "", "investigating", "We are investigating"),
    Words("shipment.return_started", "", "returning", "Returning to the sender"),
    Words("shipment.returned", "", "returned", "Returned to the sender"),
    Words("order.cancelled", "", "cancelled", "Cancelled", whole=True),
)
# fmt: on

WORDS: Mapping[tuple[str, str], Words] = MappingProxyType({(row.type, row.milestone): row for row in ROWS})
CODES = frozenset(row.code for row in ROWS)

# Whose doing it was, in words that name nobody.
BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        Category.CONSIGNEE.value: "nobody could take it at the address",
        Category.CARRIER.value: "a problem on the way",
        Category.SHIPPER.value: "a problem at the sender",
        Category.CUSTOMS.value: "customs formalities",
        Category.EXTERNAL.value: "weather, traffic or a holiday",
        Category.SERVICE.value: "waiting for an appointment",
    }
)

# Where an order stands, for the filters of lists, by what customers read.
MOVING_LABELS = frozenset({"Shipped", "In transit", "Out for delivery", "Partly shipped"})
ATTENTION_LABELS = frozenset(
    {"Delayed, new date", "Delayed", "Delivery attempted", "Action needed", "We are investigating", "Returning",
     "Backordered", "On hold"}
)  # fmt: skip

# What documents customers may have, with their titles; a bill of lading or a licence may show others' goods.
DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "pod": "Proof of delivery",
        "photo": "Photo of the delivery",
        "signature": "Signature",
        "packing_list": "Packing list",
        "commercial_invoice": "Commercial invoice",
        "invoice": "Invoice",
        "credit_note": "Credit note",
        "rma_form": "Return form",
        "label": "Return label",
    }
)

RETURNS: Mapping[str, str] = MappingProxyType(
    {
        "REQUESTED": "Requested",
        "UNANNOUNCED": "Received, being looked at",
        "AUTHORISED": "Approved: send it back",
        "DECLINED": "Declined",
        "IN_TRANSIT": "On its way to us",
        "PARTLY_RECEIVED": "Partly received",
        "RECEIVED": "Received",
        "INSPECTED": "Received",
        "DISPOSITIONED": "Received, credit follows",
        "CREDITED": "Credited",
        "CLOSED": "Closed",
        "CANCELLED": "Cancelled",
        "EXPIRED": "Expired",
    }
)


# What customers may ask us to look into.
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        ServiceTopic.NOT_RECEIVED.value: "It has not arrived",
        ServiceTopic.DAMAGED.value: "Something is damaged or missing",
        ServiceTopic.PROOF_WRONG.value: "The proof of delivery is wrong",
        ServiceTopic.ADDRESS_WRONG.value: "The address is wrong",
    }
)

# What customers are written to about, by the rule's name or else by what it sends.
NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "released": "An order is being prepared",
        "backordered": "Something is out of stock and comes later",
        "promise": "The promised date changes",
        "shipped": "A shipment has left",
        "departed": "A shipment is on the road",
        "out_for_delivery": "A delivery comes today",
        "failed": "A delivery could not be made",
        "delayed": "A shipment is late",
        "delivered": "A shipment was delivered",
        "returned": "A return is approved, declined, received or credited",
    }
)
CHANNELS: Mapping[str, str] = MappingProxyType(
    {"email": "by e-mail", "sms": "by text message", "push": "in the app", "webhook": "to your system"}
)


def phase_of(status: str, alert: str) -> str:
    """`open`, `moving`, `attention`, `delivered` or `cancelled`."""
    if status in ATTENTION_LABELS or alert:
        return "attention"
    if status == "Delivered":
        return "delivered"
    if status == "Cancelled":
        return "cancelled"
    return "moving" if status in MOVING_LABELS else "open"


def notice_of(rule: str, template: str) -> str:
    """What a rule of the policy writes about; its own name where it is one we have no words for."""
    return NOTICES.get(rule) or NOTICES.get(template) or rule.replace("_", " ").capitalize()


def because(reason: str) -> str:
    """A normalised reason (`consignee.closed`) in words, empty for none or one without a category."""
    return BECAUSE.get(reason.partition(".")[0], "")
