"""What a customer asks us to look into, and what it is answered (mission.md W-24.4); ours beside domain.md §2."""

from __future__ import annotations

from enum import StrEnum

from crossdock.canonical.declarations import Payload, event
from crossdock.canonical.scalars import Id, PersonalText
from crossdock.canonical.vocabulary import Lane


class ServiceTopic(StrEnum):
    """What it is about."""

    NOT_RECEIVED = "not_received"
    PROOF_WRONG = "proof_wrong"
    DAMAGED = "damaged"
    ADDRESS_WRONG = "address_wrong"


class ServiceRequested(Payload, frozen=True, kw_only=True):
    """A customer asks us to look into something. `shipment` is the name the portal gives a shipment."""

    request_id: Id
    topic: ServiceTopic
    text: PersonalText = ""
    shipment: str = ""
    order_no: str = ""


class ServiceAnswered(Payload, frozen=True, kw_only=True):
    """Somebody of ours looked into it; `text` is for the customer."""

    request_id: Id
    text: PersonalText


# fmt: off
EVENTS = (
    event("service.requested", ServiceRequested, "PRT", "order", "request_id", "P2", "X N A", "Y",
          lane=Lane.ORDER, rank=880),
    event("service.answered", ServiceAnswered, "ERP OPS", "order", "request_id", "P2", "X N P A", "Y",
          lane=Lane.ORDER, rank=882),
)
# fmt: on
