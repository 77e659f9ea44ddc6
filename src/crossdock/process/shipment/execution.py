"""What SHP tells the freight case of its shipment: what really happened, with weights as packed (domain.md §3.6.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.planning import ShipmentReplanned
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Totals
from crossdock.process.effects import Derive, Effect, Tell
from crossdock.process.policy import Policy
from crossdock.process.shipment.planning import named
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.shipment.table import CANCELLED
from crossdock.process.told import EXECUTION, Execution

Effects = tuple[Effect, ...]
ARRIVED = ("DELIVERED", "CLOSED")


def execution_of(state: ShipmentState, key: str) -> Execution:
    """The shipment as executed so far. Custody counts only as the warehouse confirmed it, never by inference."""
    booked = any(slot.startswith(Milestone.CARRIER_BOOKED) for slot in state.track.slots)
    return Execution(
        shipment=named(state, key),
        load=state.load,
        carrier=state.carrier,
        accepted=booked,
        handed=bool(state.handed),
        delivered=state.state in ARRIVED,
        cancelled=state.state == CANCELLED,
        gross_g=state.gross_g,
        packages=state.packed,
        failed=state.failed,
    )


def tell_execution(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Let the freight case know, and the load's where it has one."""
    told: Effects = (Tell(EXECUTION, execution_of(state, key), key.partition("/")[2]),)
    return (*told, *_tell_load(state, key, fact)) if state.load_case and state.load else told


def asked(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """The freight case asks."""
    return None, tell_execution(state, key, fact, policy)


def load_quoted(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """Freight was quoted for the load this is on: from now on the load is told what its case needs."""
    if fact.subject.type != "load" or state.load_case:
        return None, ()
    known = replace(state, load_case=True)
    return known, tell_execution(known, key, fact, policy)


def _tell_load(state: ShipmentState, key: str, fact: Fact) -> Effects:
    """Custody as confirmed, and the weight: told again under another key whenever it comes out otherwise."""
    to = (Reference("load", state.load),)
    me = Subject("shipment", named(state, key))
    if fact.type == "handover.voided":
        return (Derive(fact.type, me, cast(Payload, fact.payload), to=to),)
    told: list[Effect] = []
    for number in state.handed:
        gone = ShipmentHandedOver(handover_no=number, at=fact.at, packages=(), lines=())
        told.append(Derive("shipment.handed_over", me, gone, to=to))
    if state.gross_g and state.handed:
        totals = Totals(packages=state.packed, gross_kgm=Decimal(state.gross_g) / 1000)
        weighed = ShipmentReplanned(changes=(), rev=state.gross_g, totals=totals)
        told.append(Derive("shipment.replanned", me, weighed, to=to))
    return tuple(told)
