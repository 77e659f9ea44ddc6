"""What we say of an order to a partner that has no place of its own for it: one note at the order for each thing said.

The first line is for people; the lines after it say the same for us, so that nothing is said twice:

    DELIVERED SHP-00100001, 2026-11-20T21:09:00+00:00
    fact: shipment.delivered:1
    shipment: SHP-00100001
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from crossdock.canonical.commands import erp as ask

FACT, SHIPMENT = "fact: ", "shipment: "
ORDER_FACT = "order.status"

# What the hub says of a delivery, in the words the notes use; by the event type that became true.
SAID = {
    "shipment.handed_over": "SHIPPED",
    "shipment.departed": "IN_TRANSIT",
    "delivery.out_for_delivery": "OUT_FOR_DELIVERY",
    "delivery.failed": "ATTEMPT_FAILED",
    "delivery.refused": "REFUSED",
    "shipment.delivered": "DELIVERED",
    "pod.captured": "POD",
    "shipment.return_started": "RETURNING",
    "shipment.returned": "RETURNED",
    "shipment.lost": "LOST",
}


class Said(NamedTuple):
    """A note read or to be written. `kind` is an event type, `detail` what follows it: the hand-over, the attempt."""

    kind: str = ""
    detail: str = ""
    shipment: str = ""
    text: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two notes the same."""
        return (self.kind, self.detail, self.shipment)

    @property
    def mark(self) -> str:
        """The same as one word, for notes that are one line or lose their line breaks: `shipment.delivered:1@SHP-1`."""
        return "_".join(f"{self.kind}:{self.detail}@{self.shipment}".split())

    @property
    def message(self) -> str:
        """The note."""
        return f"{self.text}\n{FACT}{self.kind}:{self.detail}\n{SHIPMENT}{self.shipment}"


def said_of(message: str) -> Said:
    """A note read; one of a person's is nothing said."""
    lines = message.splitlines()
    facts = [line.removeprefix(FACT) for line in lines[1:] if line.startswith(FACT)]
    shipments = [line.removeprefix(SHIPMENT) for line in lines[1:] if line.startswith(SHIPMENT)]
    if not facts or not shipments:
        return Said()
    kind, _, detail = facts[0].partition(":")
    return Said(kind, detail, shipments[0], lines[0])


def order_said(command: ask.UpdateOrderStatus) -> Said:
    """Where the order stands."""
    words = " ".join(part for part in (command.control_state, command.fulfilment_status, *command.overlays) if part)
    return Said(ORDER_FACT, _line(command.status_hash), "", _line(f"{words}{_when(command.at)}"))


def shipment_said(command: ask.UpdateDeliveryStatus) -> Said:
    """What became true of a shipment: `fact` is the event type, with its attempt or hand-over behind a colon."""
    kind, _, detail = command.fact.partition(":")
    words = SAID.get(kind, command.status or kind)
    rest = "".join(f" · {part}" for part in (command.pod_ref, command.note) if part)
    text = f"{words} {command.shipment}{_when(command.at)}{rest}"
    return Said(_line(kind), _line(detail), _line(command.shipment), _line(text))


def _when(at: datetime | None) -> str:
    return f", {at.isoformat()}" if at is not None else ""


def _line(text: str) -> str:
    return " ".join(text.split())
