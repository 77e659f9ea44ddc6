"""Read use cases: one order or shipment as we see it now, and the trace that explains how it came to be so.

A trace is the dossier's log in the order of the world (`occurred`), joined with what each fact caused: derived facts,
commands with their outcome, cases. Every element names its cause, so the way can be walked in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from crossdock.app.headline import Concern, Tiles, TileView
from crossdock.canonical.envelope import Subject
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.ports.archive import Archived
from crossdock.ports.store import ARCHIVED, DossierRow
from crossdock.ports.views import CaseView, CommandView, DossierHead, EventView, Views

T = TypeVar("T")

# What a bare number may be, in this order: people say "SO-1", not "order||SO-1".
SCHEMES = (
    "order",
    "channel_order",
    "load",
    "run",
    "appointment",
    "shipment",
    "fulfilment_order",
    "delivery_task",
    "pro",
    "bol",
    "sscc",
    "container",
    "return",
    "stock",
    "warehouse",
)


class States(Protocol):
    """Reads packed dossiers; implemented by `app.states`."""

    def __call__(self, row: DossierRow) -> Mapping[str, object]:
        """Named values by process manager (`ORD`, `FO:WH-NL1/1`)."""

    def group(self, row: DossierRow, idents: Sequence[str]) -> Sequence[str]:
        """The part of the dossier each identifier stands for (`WH-NL1/1`), empty for the whole of it."""

    def tiles(self, row: DossierRow, cases: Sequence[Concern]) -> Tiles:
        """The business states of an order's dossier with these cases open."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Part of a list; `next` is the cursor of the following page, empty on the last."""

    items: tuple[T, ...]
    next: str = ""


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, rename={"cls": "class"}):
    """Who said what, with the three clocks, what became of it, and what it caused.

    `caused` holds event ids (`12.4`) and commands (`command 77`). `cause` may name an event of another dossier.
    """

    id: str
    type: str
    said_by: str
    occurred: datetime
    received: datetime
    recorded: datetime
    disposition: Disposition
    subject: str
    payload: msgspec.Raw
    cls: FactClass = FactClass.ACT
    transitions: tuple[str, ...] = ()
    reason: str = ""
    cause: str = ""
    caused: tuple[str, ...] = ()
    message: str = ""


class Trace(msgspec.Struct, frozen=True):
    """A dossier's history. `elsewhere` are events of other dossiers that caused something here.

    `archived` says where its log is when that is not in the database any more.
    """

    ident: str
    dossier: int
    label: str
    identifiers: tuple[str, ...]
    facts: tuple[Fact, ...]
    commands: tuple[CommandView, ...]
    cases: tuple[CaseView, ...]
    elsewhere: tuple[Fact, ...] = ()
    archived: Archived | None = None


class TraceLine(msgspec.Struct, frozen=True):
    """One line of a trace for a reader: `depth` is how many causes stand above it."""

    depth: int
    at: datetime
    who: str
    what: str
    outcome: str
    note: str


class OrderView(msgspec.Struct, frozen=True):
    """An order as we see it now: its business states, its identifiers, the state of each process manager, open work."""

    order_no: str
    dossier: int
    version: int
    label: str
    business: Tiles
    identifiers: tuple[str, ...]
    states: dict[str, object]
    open_commands: tuple[CommandView, ...]
    open_cases: tuple[CaseView, ...]


class ShipmentView(msgspec.Struct, frozen=True):
    """A shipment as we see it now, within the order it belongs to, and what was said about it and its fulfilment."""

    shipment: str
    order: str
    dossier: int
    label: str
    business: TileView | None
    states: dict[str, object]
    facts: tuple[Fact, ...]
    open_cases: tuple[CaseView, ...]


class OwnerView(msgspec.Struct, frozen=True):
    """A dossier that an identifier leads to, with everything else it is known by (I-35, the cross reference)."""

    ident: str
    dossier: int
    label: str
    identifiers: tuple[str, ...]


class _Head(msgspec.Struct, rename={"cls": "class"}):
    subject: Subject
    payload: msgspec.Raw = msgspec.Raw(b"{}")
    cls: FactClass = FactClass.ACT


_head = msgspec.json.Decoder(_Head)


async def orders(views: Views, *, before: int, limit: int) -> Page[DossierHead]:
    """Orders, newest first."""
    return page(await views.dossiers("order", before=before, limit=limit), limit, lambda row: str(row.id))


async def order(views: Views, states: States, order_no: str) -> OrderView | None:
    """The order of that number."""
    row = await find(views, f"order||{order_no}")
    if row is None:
        return None
    cases = await _open_cases(views, row.id)
    return OrderView(
        order_no=order_no,
        dossier=row.id,
        version=row.version & ~ARCHIVED,
        label=row.label,
        business=states.tiles(row, _concerns(cases)),
        identifiers=tuple(await views.idents(row.id)),
        states=dict(states(row)),
        open_commands=tuple(command for command in await views.commands(row.id) if command.ended is None),
        open_cases=cases,
    )


async def shipment(views: Views, states: States, shipment_id: str) -> ShipmentView | None:
    """The shipment of that id: the states and facts of its order's dossier that are about it."""
    ident = f"shipment||{shipment_id}"
    row = await find(views, ident)
    if row is None:
        return None
    facts = facts_of(await views.events(row.id), ())
    group, *groups = states.group(row, [ident, *(fact.subject.replace(" ", "||", 1) for fact in facts)])
    cases = await _open_cases(views, row.id)
    of_order = row.ident.startswith("order|")
    return ShipmentView(
        shipment=shipment_id,
        order=row.ident.rpartition("|")[2],
        dossier=row.id,
        label=row.label,
        business=states.tiles(row, _concerns(cases)).parts.get(group) if of_order else None,
        states={name: state for name, state in states(row).items() if group and name.endswith(f":{group}")},
        facts=tuple(fact for fact, its in zip(facts, groups, strict=True) if group and its == group),
        open_cases=cases,
    )


async def owners(views: Views, scheme: str, identifier: str, scope: str) -> tuple[OwnerView, ...]:
    """Everything an identifier leads to; empty when it is unknown."""
    rows = await views.owners(f"{scheme}|{scope}|{identifier}")
    return tuple([OwnerView(row.ident, row.id, row.label, tuple(await views.idents(row.id))) for row in rows])


async def trace(views: Views, ident: str) -> Trace | None:
    """The history of the dossier an identifier leads to.

    Args:
        ident: `scheme|scope|id`, or a bare number, which is tried as an order, load, shipment … in turn.
    """
    row = await find(views, ident)
    return await trace_of(views, row, await views.events(row.id)) if row is not None else None


async def trace_of(views: Views, row: DossierRow, events: Sequence[EventView]) -> Trace:
    """The history of a dossier whose log has been read."""
    commands = tuple(await views.commands(row.id))
    foreign = await views.events_by_id(_foreign_causes(row.id, events))
    return Trace(
        ident=row.ident,
        dossier=row.id,
        label=row.label,
        identifiers=tuple(await views.idents(row.id)),
        facts=facts_of(events, commands),
        commands=commands,
        cases=tuple(await views.cases(row.id)),
        elsewhere=facts_of(foreign, ()),
        archived=await views.archived(row.id) if row.archived else None,
    )


async def find(views: Views, ident: str) -> DossierRow | None:
    """The dossier an identifier leads to; of several the order, which is what people ask about."""
    # A stock is named `warehouse|item`: only an identifier of ours has two bars.
    for candidate in [ident] if ident.count("|") > 1 else [f"{scheme}||{ident}" for scheme in SCHEMES]:
        rows = await views.owners(candidate)
        if rows:
            return next((row for row in rows if row.ident.startswith("order|")), rows[0])
    return None


def lines(trace: Trace) -> tuple[TraceLine, ...]:
    """The trace as lines: facts in the order of the world, each command and case under the fact that caused it."""
    facts = {fact.id: fact for fact in trace.facts}
    found: list[TraceLine] = []
    for fact in trace.facts:
        depth = _depth(fact, facts)
        note = fact.reason or "; ".join(fact.transitions)
        found.append(
            TraceLine(depth, fact.occurred, fact.said_by, f"{fact.type} {fact.subject}", fact.disposition, note)
        )
        found += [
            TraceLine(depth + 1, one.created, one.partner, f"→ {one.type}", one.state, one.detail or one.reference)
            for one in trace.commands
            if one.cause == fact.id
        ]
        found += [
            TraceLine(depth + 1, one.opened, one.queue, f"! {one.code} {one.subject}", _case_state(one), one.detail)
            for one in trace.cases
            if one.cause_open == fact.id
        ]
    return tuple(found)


def page(rows: Sequence[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """A page; there may be another one exactly when this one is full."""
    return Page(tuple(rows), cursor(rows[-1]) if len(rows) == limit else "")


async def _open_cases(views: Views, dossier: int) -> tuple[CaseView, ...]:
    return tuple(case for case in await views.cases(dossier) if case.closed is None)


def _concerns(cases: Iterable[CaseView]) -> tuple[Concern, ...]:
    return tuple(Concern(case.code, case.subject) for case in cases)


def facts_of(events: Iterable[EventView], commands: Iterable[CommandView] = ()) -> tuple[Fact, ...]:
    """Events as a reader sees them, each with what it caused of these."""
    events = list(events)
    caused: dict[str, list[str]] = {}
    for event in events:
        caused.setdefault(event.cause, []).append(event.id)
    for command in commands:
        caused.setdefault(command.cause, []).append(f"command {command.id}")
    return tuple(_fact(event, tuple(caused.get(event.id, ()))) for event in events)


def _fact(event: EventView, caused: tuple[str, ...]) -> Fact:
    head = _head.decode(event.body)
    return Fact(
        id=event.id,
        type=event.type,
        said_by=event.partner,
        occurred=event.occurred,
        received=event.received,
        recorded=event.recorded,
        disposition=event.disposition,
        subject=f"{head.subject.type} {head.subject.id}",
        payload=head.payload,
        cls=head.cls,
        transitions=tuple(part for part in event.transitions.split("; ") if part),
        reason=event.reason,
        cause=event.cause,
        caused=caused,
        message=event.message,
    )


def _foreign_causes(dossier: int, events: Iterable[EventView]) -> list[tuple[int, int]]:
    found = {event_id(event.cause) for event in events if event.cause}
    return sorted(place for place in found if place is not None and place[0] != dossier)


def event_id(text: str) -> tuple[int, int] | None:
    """`dossier.seq` as two numbers, `None` when it is not one of our event ids."""
    dossier, dot, seq = text.partition(".")
    if not (dot and dossier.isdecimal() and seq.isdecimal() and len(dossier) <= 18 and len(seq) <= 9):
        return None
    return int(dossier), int(seq)


def _depth(fact: Fact, facts: Mapping[str, Fact]) -> int:
    depth, above = 0, facts.get(fact.cause)
    while above is not None and depth < 64:
        depth, above = depth + 1, facts.get(above.cause)
    return depth


def _case_state(case: CaseView) -> str:
    return "open" if case.closed is None else f"closed by {case.cause_closed or 'operator'}"
