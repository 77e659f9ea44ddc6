"""Facts about many orders at once (a run with its tasks, a wave with its fulfilment orders), one copy an order's part.

Each copy is the same fact narrowed to one part and says by reference whose part it is, so that it has its own business
key, its own place in one dossier's log, and its own way out of the waiting room.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.app.ingest.arrival import Arrival
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.fulfilment import WaveCancelled, WaveReleased
from crossdock.canonical.events.last_mile import RunAssigned, RunCancelled, RunCompleted, RunDispatched, RunPlanned
from crossdock.canonical.wire import decode_fact, make_envelope


def is_shared(fact: Fact) -> bool:
    """Whether this fact may have to be divided."""
    return fact.subject.type in ("run", "wave")


def parts_of(arrival: Arrival) -> list[Arrival]:
    """One arrival a part; the fact itself when it names no part or has been divided before."""
    fact = arrival.fact
    if not is_shared(fact) or fact.refs:
        return [arrival]
    divided = [_narrowed(arrival, reference, payload) for reference, payload in _parts(fact.payload)]
    return divided or [arrival]


def _parts(payload: msgspec.Struct) -> Iterator[tuple[Reference, msgspec.Struct]]:
    match payload:
        case RunPlanned() | RunAssigned() | RunDispatched() | RunCancelled():
            for task in payload.tasks:
                if task.shipment:
                    yield shipment(task.shipment), msgspec.structs.replace(payload, tasks=(task,))
        case RunCompleted():
            for outcome in payload.outcomes:
                if outcome.shipment:
                    yield shipment(outcome.shipment), msgspec.structs.replace(payload, outcomes=(outcome,))
        case WaveReleased() | WaveCancelled():
            for key in payload.fo:
                yield Reference("fulfilment_order", key), msgspec.structs.replace(payload, fo=(key,))


def shipment(identity: str) -> Reference:
    """A shipment as a node of the correlation graph."""
    return Reference("shipment", identity)


def _narrowed(arrival: Arrival, reference: Reference, payload: msgspec.Struct) -> Arrival:
    fact = arrival.fact
    body = make_envelope(
        fact.type,
        fact.subject,
        fact.source,
        fact.occurred,
        payload,
        refs=(reference,),
        cls=fact.cls,
        revision=fact.revision,
        flags=fact.flags,
    )
    return msgspec.structs.replace(arrival, body=body, fact=decode_fact(body, fact.received_at))
