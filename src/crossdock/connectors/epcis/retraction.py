"""Error declarations: an event told again with `errorDeclaration` is taken back (EPCIS 2.0 §7.4.3, domain.md D-19).

Such an event repeats what it takes back, so the facts it would make have the business keys of those that were made of
the first telling; each becomes a `tracking.retracted` of that key. What is right comes as an event of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from crossdock.canonical.events.tracking import RetractReason, TrackingRetracted
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.connectors.epcis import codes
from crossdock.connectors.epcis.identifiers import cbv_word
from crossdock.formats.fields import named
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Node
from crossdock.ports.connector import DecodedFact


def retractable(declaration: Node, role: str) -> bool:
    """Whether we can say it: the reason is one of CBV, the time can be read, and the speaker tells of transport."""
    return (
        role != codes.WAREHOUSE
        and cbv_word(text_of(declaration, "reason")) in set(RetractReason)
        and _declared(declaration) is not None
    )


def retraction(declaration: Node, received_at: datetime) -> Callable[[DecodedFact], DecodedFact]:
    """Makes of each fact of the event that it is taken back. Call it for a `retractable` declaration only."""

    def retract(made: DecodedFact) -> DecodedFact:
        try:
            fact = decode_fact(made.body, received_at)
        except Rejected:
            # It is none of the contract; intake says so, with its place.
            return made
        declared = _declared(declaration) or received_at
        offset = declared.utcoffset()
        occurred = Occurrence(declared.astimezone(UTC), int(offset.total_seconds() // 60) if offset else 0)
        reason = RetractReason(cbv_word(text_of(declaration, "reason")))
        body = make_envelope(
            "tracking.retracted",
            fact.subject,
            fact.source,
            occurred,
            TrackingRetracted(target=fact.key, reason=reason),
            refs=fact.refs,
            cls=FactClass.RET,
            retracts=fact.key,
        )
        return DecodedFact(body, made.where)

    return retract


def _declared(declaration: Node) -> datetime | None:
    try:
        at = datetime.fromisoformat(text_of(declaration, "declarationTime"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def text_of(node: Node, name: str) -> str:
    """A member in JSON, the text of an element in XML."""
    found = named(node, name)
    if found:
        return found
    return next((named(child, "") for child in node.children if child.name == name), "")
