"""Commands whose effect is that a person sees something (domain.md §2.10).

The specification's `N` (notifications) is reached through the portal's system for customers and through the operations
channel for our own people; both are partners like any other.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.scalars import Count, Id, Text
from crossdock.canonical.vocabulary import Priority


class Notification(Payload, frozen=True, kw_only=True):
    """Base: `template` filled with `values`; `recipient` is a contact's reference, never an address."""

    cause_event: Id
    channel: Id
    recipient: Id
    template: Id
    values: dict[str, str] = msgspec.field(default_factory=dict)
    order_no: str = ""
    shipment: str = ""


class NotifyCustomer(Notification, frozen=True, kw_only=True):
    """Tell the customer."""


class NotifyInternal(Notification, frozen=True, kw_only=True):
    """Tell a queue of ours."""

    queue: str = ""
    code: str = ""
    detail: Text = ""


class PublishProjection(Payload, frozen=True, kw_only=True):
    """The state of one entity as the portal shows it, at one version; an older version never replaces a newer."""

    entity: Id
    version: Count
    kind: str = "order"
    headline: str = ""
    state: dict[str, str] = msgspec.field(default_factory=dict)


# fmt: off
COMMANDS = (
    command("notify_customer", NotifyCustomer, "PRT", "cause_event channel recipient template", "A:notification.sent",
            "", "", "", ordering="recipient", priority=Priority.P2),
    command("notify_internal", NotifyInternal, "OPS", "cause_event channel recipient template", "A:notification.sent",
            "", "", "", ordering="recipient", priority=Priority.P2),
    command("publish_projection", PublishProjection, "PRT", "entity version", "A:message ack", "", "CSR-07",
            "re-publish", ordering="entity", priority=Priority.P2),
)
# fmt: on
