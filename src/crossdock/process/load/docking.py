"""What a load has to do with docks: it asks for slots when a carrier comes, and gives them back when it does not."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.returns import AppointmentKind
from crossdock.canonical.parts import StopType
from crossdock.process.docks import LOAD_PREFIX, request_slot
from crossdock.process.effects import Derive, Effect
from crossdock.process.load.state import LoadState
from crossdock.process.policy import Policy

Effects = tuple[Effect, ...]


def book_docks(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A carrier comes: every stop that takes nobody without a slot is asked for one (APT-01)."""
    effects: list[Effect] = []
    for one in state.stops:
        if one.planned is None or one.appointment_no or not policy.appointments.needs(one.location.location_no):
            continue
        pickup = one.type is StopType.PICKUP
        aboard_there = (one.shipments_on if pickup else one.shipments_off) or state.shipments
        kind = AppointmentKind.PICKUP if pickup else AppointmentKind.DELIVERY
        about = (f"{LOAD_PREFIX}{key}", *aboard_there)
        effects += request_slot(f"{key}.{one.seq}.1", one.location, kind, one.planned, about)
    return tuple(effects)


def give_docks_back(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Its slots are told that the load does not happen."""
    asked = [f"{key}.{one.seq}.1" for one in state.stops if policy.appointments.needs(one.location.location_no)]
    return tuple(
        Derive(fact.type, fact.subject, cast(Payload, fact.payload), to=(Reference("appointment", slot),))
        for slot in dict.fromkeys((*asked, *state.slots))
    )


def booked(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    """A slot is confirmed for it."""
    known = fact.subject.id in state.slots
    return (None if known else replace(state, slots=tuple(sorted((*state.slots, fact.subject.id))))), ()
