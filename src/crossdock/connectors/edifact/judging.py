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
    """A message none of whose rules held: a person must look before it is lost. Its sender is not blamed."""
    detail = (
        f"no rule of our map for {message.kind} applies to what this one says (its purpose, type or status): agree "
        "with the partner what it means, add it to the map and replay"
    )
    return Finding(NOTHING, detail, message.path)
