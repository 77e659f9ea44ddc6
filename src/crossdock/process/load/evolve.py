"""How a load's state follows from the rows taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    CarrierRejected,
    CarrierTendered,
    LoadBuilt,
    LoadChanged,
    ShipmentReplanned,
)
from crossdock.process.load.state import LoadState
from crossdock.process.machine import Row
from crossdock.process.step import entered

Learn = Callable[[LoadState, Fact], LoadState]


def evolve(state: LoadState, fact: Fact, row: Row) -> LoadState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def _built(state: LoadState, fact: Fact) -> LoadState:
    load = cast(LoadBuilt, fact.payload)
    return replace(state, shipments=load.shipments, stops=load.stops, equipment=load.equipment)


def _changed(state: LoadState, fact: Fact) -> LoadState:
    change = cast(LoadChanged, fact.payload)
    kept = tuple(one for one in state.shipments if one not in change.removed)
    added = tuple(one for one in change.added if one not in kept)
    removed = tuple(one for one in change.removed if one in state.shipments)
    return replace(
        state,
        shipments=(*kept, *added),
        removed=removed,
        stops=change.stops or state.stops,
        equipment=change.equipment or state.equipment,
    )


def _tendered(state: LoadState, fact: Fact) -> LoadState:
    tender = cast(CarrierTendered, fact.payload)
    return replace(state, tender=tender.tender_no, carrier=tender.carrier, tenders=state.tenders + 1)


def _accepted(state: LoadState, fact: Fact) -> LoadState:
    accepted = cast(CarrierAccepted, fact.payload)
    return replace(state, carrier=accepted.carrier, pro=accepted.pro_no, refused_by=())


def _rejected(state: LoadState, fact: Fact) -> LoadState:
    return replace(
        _over(state, fact), pro="", refused_by=(*state.refused_by, cast(CarrierRejected, fact.payload).carrier)
    )


def _over(state: LoadState, fact: Fact) -> LoadState:
    return replace(state, past=state.offered.ended())


def left(state: LoadState, fact: Fact) -> LoadState:
    """A shipment departed; each counts once."""
    shipment = fact.subject.id
    return state if shipment in state.departed else replace(state, departed=tuple(sorted((*state.departed, shipment))))


def in_custody(state: LoadState, fact: Fact) -> LoadState:
    """A warehouse confirmed a shipment's hand-over, or took that back; or a shipment's weight is known."""
    shipment = fact.subject.id
    if isinstance(fact.payload, ShipmentReplanned):
        totals = fact.payload.totals
        grams = int(totals.gross_kgm * 1000) if totals is not None else 0
        return replace(state, weights={**state.weights, shipment: grams}) if grams else state
    others = tuple(one for one in state.confirmed if one != shipment)
    handed = fact.type == "shipment.handed_over"
    return replace(state, confirmed=tuple(sorted((*others, shipment))) if handed else others)


def ended(state: LoadState, fact: Fact) -> LoadState:
    """A shipment reached an end; each counts once."""
    shipment = fact.subject.id
    if fact.type == "shipment.delivered" and shipment not in state.delivered:
        state = replace(state, delivered=tuple(sorted((*state.delivered, shipment))))
    return state if shipment in state.ended else replace(state, ended=tuple(sorted((*state.ended, shipment))))


def _ended(state: LoadState, fact: Fact) -> LoadState:
    return ended(state, fact)


LEARN: dict[str, Learn] = {
    "load.built": _built,
    "load.changed": _changed,
    "carrier.tendered": _tendered,
    "carrier.accepted": _accepted,
    "carrier.rejected": _rejected,
    "tender.expired": _rejected,
    "tender.cancelled": _over,
    "shipment.departed": left,
    "shipment.delivered": _ended,
    "shipment.returned": _ended,
}
