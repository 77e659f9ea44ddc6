"""What a shipment has to do with dock appointments: it shows the TMS its slots, and tells them when it will come."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.tms import UpdateShipment
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Address, Derive, Effect
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState

TMS = Address(Role.TMS)
Effects = tuple[Effect, ...]


def booked(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[ShipmentState | None, Effects]:
    """A slot is booked or moved for it: the TMS's plan of the stop shows it (APT-02)."""
    number = fact.subject.id
    known = state if number in state.slots else replace(state, slots=tuple(sorted((*state.slots, number))))
    if not state.tms_id:
        return known, ()
    slot = getattr(fact.payload, "slot", None)
    shown = UpdateShipment(
        shipment=state.tms_id, content_hash=content_hash(number, slot), request_id=key, appointment_no=number
    )
    return known, (send(shown, TMS),)


def tell_slots(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """When it will come, or that it will not, as it was said."""
    return tuple(
        Derive(fact.type, fact.subject, cast(Payload, fact.payload), to=(Reference("appointment", slot),), copied=True)
        for slot in state.slots
    )
