"""Business capabilities as facts: what a process API call says, in the envelope of every other fact (I-10 … I-18).

The body of a call is the payload of the fact; beside its fields it may name `occurred`, `class`, `revision` and `refs`
of the envelope. Who says it is the caller's partner, never the body.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.envelope import Source, Subject
from crossdock.kernel.codec import encode_json
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.ports.directory import Partner

ENVELOPE_FIELDS = ("occurred", "class", "revision", "refs")


class Capability(msgspec.Struct, frozen=True):
    """One thing callers can have done. `subject_field` names the subject in the body where the path does not."""

    fact: str
    subject: str
    subject_field: str = ""


RELEASE_ORDER = Capability("order.approved", "order", "order_no")
CANCEL_ORDER = Capability("order.cancel_requested", "order")
HOLD_ORDER = Capability("order.held", "order")
RELEASE_HOLD = Capability("order.hold_released", "order")
CREATE_SHIPMENT = Capability("shipment.planned", "shipment", "tms_id")
UPDATE_MILESTONE = Capability("tracking.milestone", "shipment")
CONFIRM_DELIVERY = Capability("delivery.completed", "shipment")
BUILD_LOAD = Capability("load.built", "load", "load_id")

CAPABILITIES = (
    RELEASE_ORDER,
    CANCEL_ORDER,
    HOLD_ORDER,
    RELEASE_HOLD,
    CREATE_SHIPMENT,
    UPDATE_MILESTONE,
    CONFIRM_DELIVERY,
    BUILD_LOAD,
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
        "subject": Subject(capability.subject, subject_id or _named(payload.get(capability.subject_field))),
        "source": Source(partner.role, partner.id, message_id, "process-api"),
        "occurred": Occurrence(now, quality=TimeQuality.ASSUMED),
        **said,
        "payload": payload,
    }
    return encode_json(envelope)


def _named(value: msgspec.Raw | None) -> str:
    if value is None:
        return ""
    try:
        return _text.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
