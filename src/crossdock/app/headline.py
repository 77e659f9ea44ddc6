"""A dossier's business states: what its process managers and open cases say, read as domain.md §8 reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from crossdock.app.fold.dossier import DossierState
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run
from crossdock.process.business_state.derive import Headline, Tile, order_tile, part_tile
from crossdock.process.business_state.standing import Part, Standing
from crossdock.process.business_state.table import ROWS, Facet
from crossdock.process.order.ledger import all_complete, has_shipped
from crossdock.process.order.rollup import overlays
from crossdock.process.order.state import OrderState
from crossdock.process.shipment.state import ShipmentState

OPEN_ORDER = OrderState()
# Where the goods may be, by the row's id: what a list is filtered by.
FLOWS = {row.id: row.label for row in ROWS if row.facet is Facet.FLOW}


class Concern(msgspec.Struct, frozen=True, gc=False):
    """An open case as far as a headline needs it."""

    code: str
    subject: str


class FacetView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer as shown: the row's id and words, whose work it is, and what the portal says."""

    id: str
    label: str
    queues: tuple[str, ...] = ()
    portal: str = ""
    detail: str = ""


class TileView(msgspec.Struct, frozen=True):
    """Four answers, and how grave the worst is: `quiet`, `good`, `watch`, `act` or `stop`."""

    grade: str
    flow: FacetView
    compliance: FacetView
    money: FacetView
    sync: FacetView


class Tiles(msgspec.Struct, frozen=True):
    """The order's tile, and those of its warehouse releases by group."""

    order: TileView
    parts: dict[str, TileView]


def tiles(state: DossierState, registry: Registry, cases: Sequence[Concern]) -> Tiles:
    """The business states of an order's dossier with these cases open."""
    states = {
        name: registry.unpack(registry.machine(name.partition(":")[0]), packed)
        for name, packed in state.machines.items()
    }
    return _tiles(standing_of(states, registry, cases, len(state.held) + len(state.behind)))


def tiles_of(run: Run, cases: Sequence[Concern]) -> Tiles:
    """The business states of a fold of an order's facts."""
    return _tiles(standing_of(run.states, run.registry, cases, len(run.held)))


def standing_of(
    states: Mapping[str, msgspec.Struct], registry: Registry, cases: Sequence[Concern], on_hold: int
) -> Standing:
    """Where an order stands, in the words of §8."""
    order = states.get("ORD", OPEN_ORDER)
    assert isinstance(order, OrderState), "an order's dossier keeps an order"
    groups = dict.fromkeys(
        group for name in states for kind, _, group in [name.partition(":")] if kind in ("FO", "SHP") and group
    )
    return Standing(
        order=order.state,
        marks=frozenset(overlays(order)),
        hold=next(iter(order.holds.values()), ""),
        parts=tuple(_part(group, states, registry, cases) for group in groups),
        some_shipped=has_shipped(order),
        all_shipped=bool(order.lines) and all_complete(order),
        cases=frozenset(case.code for case in cases),
        on_hold=on_hold,
    )


def _tiles(standing: Standing) -> Tiles:
    parts = {part.group: _shown(part_tile(part, standing)) for part in standing.parts}
    return Tiles(_shown(order_tile(standing)), parts)


def _part(group: str, states: Mapping[str, msgspec.Struct], registry: Registry, cases: Iterable[Concern]) -> Part:
    shipment = states.get(f"SHP:{group}")
    labels = {
        kind: registry.machine(kind).label(states[f"{kind}:{group}"])
        for kind in ("FO", "SHP", "DT", "CD", "BIL", "FRT")
        if f"{kind}:{group}" in states
    }
    known = shipment if isinstance(shipment, ShipmentState) else ShipmentState()
    names = {known.tms_id, group} - {""}
    return Part(
        group=group,
        fulfilment=labels.get("FO", ""),
        shipment=labels.get("SHP", ""),
        customs=labels.get("CD", ""),
        billing=labels.get("BIL", ""),
        freight=labels.get("FRT", ""),
        marks=frozenset((*known.overlays, *(["handover_inferred"] if known.inferred else []))),
        hold=next(iter(known.holds.values()), ""),
        proof=bool(known.pods),
        window=labels.get("DT", "") in ("PLANNED", "ASSIGNED", "OUT"),
        cases=frozenset(case.code for case in cases if _about(case.subject, names)),
    )


def _about(subject: str, names: set[str]) -> bool:
    """Whether a case's subject is this part: its key of ours ends in the group, or it is the shipment's own number."""
    return any(subject == name or subject.endswith(f"/{name}") for name in names)


def _shown(tile: Tile) -> TileView:
    return TileView(tile.grade.name.lower(), *(_facet(headline) for headline in tile.facets))


def _facet(headline: Headline) -> FacetView:
    state = headline.state
    return FacetView(state.id, state.label, headline.queues, state.portal, headline.detail)
