"""Business capabilities as facts: what a process API call says, in the envelope of every other fact (I-10 … I-33).

The body of a call is the payload of the fact; beside its fields it may name `occurred`, `class`, `revision` and `refs`
of the envelope. Who says it is the caller's partner, never the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from crossdock.canonical.envelope import Source, Subject
from crossdock.kernel.codec import encode_json
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.ports.directory import Partner

ENVELOPE_FIELDS = ("occurred", "class", "revision", "refs")


class Capability(msgspec.Struct, frozen=True):
    """One thing callers can have done.

    `subject_fields` name the subject in the body where the path does not; of several the values are joined by `|`, as a
    stock is named by its warehouse and item.
    """

    fact: str
    subject: str
    subject_fields: tuple[str, ...] = ()


RELEASE_ORDER = Capability("order.approved", "order", ("order_no",))
CANCEL_ORDER = Capability("order.cancel_requested", "order")
HOLD_ORDER = Capability("order.held", "order")
RELEASE_HOLD = Capability("order.hold_released", "order")
PLACE_ORDER = Capability("channel.order_placed", "channel_order", ("number",))
CREATE_SHIPMENT = Capability("shipment.planned", "shipment", ("tms_id",))
REPLAN_SHIPMENT = Capability("shipment.replanned", "shipment")
CANCEL_SHIPMENT = Capability("shipment.cancelled", "shipment")
CONFIRM_DISPATCH = Capability("shipment.handed_over", "shipment")
UPDATE_MILESTONE = Capability("tracking.milestone", "shipment")
CONFIRM_DELIVERY = Capability("delivery.completed", "shipment")
CAPTURE_PROOF = Capability("pod.captured", "shipment")
BUILD_LOAD = Capability("load.built", "load", ("load_id",))
BOOK_CARRIER = Capability("carrier.tendered", "shipment")
ACCEPT_TENDER = Capability("carrier.accepted", "shipment")
REJECT_TENDER = Capability("carrier.rejected", "shipment")
ADJUST_INVENTORY = Capability("inventory.adjusted", "stock", ("warehouse", "item"))
COUNT_INVENTORY = Capability("inventory.counted", "stock", ("warehouse", "item"))
ESTIMATE_FREIGHT = Capability("freight.estimated", "shipment")
POST_CHARGES = Capability("freight.invoiced", "shipment")
SETTLE_FREIGHT = Capability("freight.settled", "shipment")
CONFIRM_INVOICE = Capability("invoice.posted", "shipment")
CONFIRM_PAYMENT = Capability("invoice.paid", "shipment")
ATTACH_DOCUMENT = Capability("document.attached", "shipment")
FILE_DECLARATION = Capability("customs.declared", "shipment")
ACCEPT_DECLARATION = Capability("customs.accepted", "shipment")
REJECT_DECLARATION = Capability("customs.rejected", "shipment")
HOLD_GOODS = Capability("customs.held", "shipment")
CLEAR_GOODS = Capability("customs.released", "shipment")
INITIATE_RETURN = Capability("return.requested", "return", ("request_id",))
AUTHORISE_RETURN = Capability("return.initiated", "return", ("rma_no",))
RECEIVE_RETURN = Capability("return.received", "return")
UPDATE_ITEM = Capability("master.updated", "item")
UPDATE_PARTY = Capability("master.updated", "party")
UPDATE_LOCATION = Capability("master.updated", "location")

CAPABILITIES = (
    RELEASE_ORDER,
    CANCEL_ORDER,
    HOLD_ORDER,
    RELEASE_HOLD,
    PLACE_ORDER,
    CREATE_SHIPMENT,
    REPLAN_SHIPMENT,
    CANCEL_SHIPMENT,
    CONFIRM_DISPATCH,
    UPDATE_MILESTONE,
    CONFIRM_DELIVERY,
    CAPTURE_PROOF,
    BUILD_LOAD,
    BOOK_CARRIER,
    ACCEPT_TENDER,
    REJECT_TENDER,
    ADJUST_INVENTORY,
    COUNT_INVENTORY,
    ESTIMATE_FREIGHT,
    POST_CHARGES,
    SETTLE_FREIGHT,
    CONFIRM_INVOICE,
    CONFIRM_PAYMENT,
    ATTACH_DOCUMENT,
    FILE_DECLARATION,
    ACCEPT_DECLARATION,
    REJECT_DECLARATION,
    HOLD_GOODS,
    CLEAR_GOODS,
    INITIATE_RETURN,
    AUTHORISE_RETURN,
    RECEIVE_RETURN,
    UPDATE_ITEM,
    UPDATE_PARTY,
    UPDATE_LOCATION,
)

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)


def envelope_of(
    capability: Capability, partner: Partner, body: bytes, now: datetime, *, subject_id: str = "", message_id: str = ""
) -> bytes:
    """The canonical envelope of a call, in JSON. Nothing is checked here: intake refuses and keeps what is wrong.

    A body that is no JSON object comes back as it is, so that intake keeps the very bytes it refuses. Without
    `occurred` the fact is taken to have happened now.
    """
    try:
        payload = _object.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    said = {name: payload.pop(name) for name in ENVELOPE_FIELDS if name in payload}
    envelope: dict[str, object] = {
        "type": capability.fact,
        "subject": Subject(capability.subject, subject_id or _named(capability, payload)),
        "source": Source(partner.role, partner.id, message_id, "process-api"),
        "occurred": Occurrence(now, quality=TimeQuality.ASSUMED),
        **said,
        "payload": payload,
    }
    return encode_json(envelope)


def _named(capability: Capability, payload: Mapping[str, msgspec.Raw]) -> str:
    """The subject the body names; empty, and so refused by intake, where a part of its name is missing."""
    parts = [_said(payload.get(field)) for field in capability.subject_fields]
    return "|".join(parts) if all(parts) else ""


def _said(value: msgspec.Raw | None) -> str:
    if value is None:
        return ""
    try:
        return _text.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
