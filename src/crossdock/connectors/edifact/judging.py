"""Faults of syntax and findings of maps, each in the words of the other: for the sender's CONTRL, and for us."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.formats.edifact.marks import Spot, address
from crossdock.formats.edifact.tree import Fault, Message
from crossdock.mapping.run import Finding as Remark
from crossdock.ports.connector import Finding

MISSING, INVALID, NO_AGREEMENT = "13", "12", "17"
NOTHING = "MDM-03"


def as_fault(message: Message, remark: Remark) -> Fault:
    """What a map cannot use, at its place: a value that stands there is invalid, else it is missing."""
    at = remark.spot
    index = at.node.at if at is not None and 0 <= at.node.at < len(message.texts) else 0
    if at is None or at.missing or not at.field:
        return message.fault(f"UCS-{MISSING}", remark.detail, index, tag=at.missing[:20] if at is not None else "")
    spot = address(at.field)
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
