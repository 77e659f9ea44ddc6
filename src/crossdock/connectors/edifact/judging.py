"""Faults of syntax and findings of maps, each in the words of the other: for the sender's CONTRL, and for us."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.formats.edifact.document import EdifactDocument
from crossdock.formats.edifact.marks import WHOLE, Spot, address
from crossdock.formats.edifact.tree import Fault, Message
from crossdock.kernel.tree import Node, Place
from crossdock.mapping.run import Finding as Remark
from crossdock.ports.connector import Finding

MISSING, INVALID, NO_AGREEMENT = "13", "12", "17"
NOTHING = "MDM-03"


class NotedDocument(EdifactDocument):
    """A message that remembers which segment and element each place it was asked for is."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self._spots: dict[str, tuple[int, Spot]] = {}

    def where(self, node: Node, field: str) -> Place:
        """See `EdifactDocument.where`."""
        place = super().where(node, field)
        self._spots[place.words] = (node.at, address(field) if field else WHOLE)
        return place

    def spot(self, place: Place) -> tuple[int, Spot]:
        """The segment (UNH is 0) and the element of a place."""
        return self._spots.get(place.words, (0, WHOLE))


def as_fault(document: NotedDocument, remark: Remark) -> Fault:
    """What a map cannot use, at its place: a value that stands there is invalid, else it is missing."""
    index, spot = document.spot(remark.place)
    message = document.message
    if not spot.element:
        return message.fault(f"UCS-{MISSING}", remark.detail, index)
    found = message.fault(f"UCD-{INVALID}", remark.detail, index, spot)
    return found if found.value else message.fault(f"UCD-{MISSING}", remark.detail, index, spot)


def as_finding(fault: Fault) -> Finding:
    """A fault in the words of the runtime."""
    code = fault.code if fault.code.startswith("EDI-") else f"EDIFACT-{fault.code}"
    return Finding(code, fault.detail, fault.where, fault.severity)


def not_agreed(message: Message, role: str, able: Sequence[str]) -> Fault:
    """This partner has no map for the message."""
    detail = f"no map for {message.kind[:20]!r} from a {role} partner; messages taken: {', '.join(able)}"
    return message.fault(f"UCM-{NO_AGREEMENT}", detail, 0, Spot(2, 1))


def nothing_made(message: Message) -> Finding:
    """A sound message none of whose rules held: a code that chooses between facts means nothing here."""
    detail = (
        f"the {message.kind} says nothing a fact is made of: its codes choose none of the map's rules; read it, and "
        "add a rule to the partner's map if it should have told something"
    )
    return Finding(NOTHING, detail, message.path, "warning")
