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
    return replace(state, pro="", refused_by=(*state.refused_by, cast(CarrierRejected, fact.payload).carrier))


def left(state: LoadState, shipment: str) -> LoadState:
    """A shipment departed; each counts once."""
    return state if shipment in state.departed else replace(state, departed=tuple(sorted((*state.departed, shipment))))


def ended(state: LoadState, shipment: str) -> LoadState:
    """A shipment reached an end; each counts once."""
    return state if shipment in state.ended else replace(state, ended=tuple(sorted((*state.ended, shipment))))


def _left(state: LoadState, fact: Fact) -> LoadState:
    return left(state, fact.subject.id)


def _ended(state: LoadState, fact: Fact) -> LoadState:
    return ended(state, fact.subject.id)


LEARN: dict[str, Learn] = {
    "load.built": _built,
    "load.changed": _changed,
    "carrier.tendered": _tendered,
    "carrier.accepted": _accepted,
    "carrier.rejected": _rejected,
    "tender.expired": _rejected,
    "shipment.departed": _left,
    "shipment.delivered": _ended,
    "shipment.returned": _ended,
}
