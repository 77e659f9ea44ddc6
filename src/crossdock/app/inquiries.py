"""Questions callers of the process and system APIs ask: has it left, what lies there, what was paid, is this right?

All are answered from the log and the states beside it: no connected system is asked (I-14, I-16, I-21, I-26, I-28).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.app.queries import Fact, States, facts_of, find
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.views import Views
from crossdock.process.amounts import SCALE

HANDED_OVER, VOIDED, DOCUMENT, FREIGHT = "shipment.handed_over", "handover.voided", "document.attached", "freight."
STOCK_MACHINE = "MOV"


class Confirmation(msgspec.Struct, frozen=True):
    """Whether a shipment has physically left its warehouse; a label or a plan is no confirmation (U-03)."""

    shipment: str
    confirmed: bool
    at: datetime | None = None
    said_by: str = ""
    event: str = ""


class Documents(msgspec.Struct, frozen=True):
    """Documents of a shipment by their hash, and freight statements alike: the facts that name them, oldest first."""

    shipment: str
    facts: tuple[Fact, ...]


class StockLine(msgspec.Struct, frozen=True):
    """What lies under one lot and status, in the base unit; `erp` is what the ERP books as far as we know."""

    lot: str
    status: str
    on_hand: Decimal
    allocated: Decimal
    picked: Decimal
    erp: Decimal


class Stock(msgspec.Struct, frozen=True):
    """The stock of one item in one warehouse as its warehouse last told."""

    warehouse: str
    item: str
    uom: str
    lines: tuple[StockLine, ...]


class System(msgspec.Struct, frozen=True):
    """A connected system: who it is, what it speaks, which sites and carriers it answers for. Never its settings."""

    id: str
    role: str
    connector: str
    name: str
    sites: tuple[str, ...]
    scacs: tuple[str, ...]
    tz: str
    commands: tuple[str, ...]


class Verdict(msgspec.Struct, frozen=True):
    """Whether intake would take a fact as one of the contract; nothing was stored."""

    valid: bool
    findings: tuple[Finding, ...] = ()


class _Delta(msgspec.Struct, frozen=True):
    amount: int


class _Position(msgspec.Struct, frozen=True):
    base: int
    deltas: tuple[_Delta, ...]
    allocated: int
    picked: int
    erp: int


class _Stock(msgspec.Struct, frozen=True):
    uom: str
    positions: dict[str, _Position]


async def confirmation(views: Views, shipment: str) -> Confirmation | None:
    """Whether the last word of the warehouse is that it handed the shipment over; `None` when nobody knows it."""
    facts = await _of_shipment(views, shipment, (HANDED_OVER, VOIDED))
    if facts is None:
        return None
    counted = [fact for fact in facts if fact.disposition is Disposition.APPLY and fact.cls is FactClass.ACT]
    if not counted or counted[-1].type == VOIDED:
        return Confirmation(shipment, confirmed=False)
    last = counted[-1]
    return Confirmation(shipment, confirmed=True, at=last.occurred, said_by=last.said_by, event=last.id)


async def documents(views: Views, shipment: str) -> Documents | None:
    """Every document attached to the shipment's order; `None` when nobody knows the shipment."""
    facts = await _of_shipment(views, shipment, (DOCUMENT,))
    return Documents(shipment, facts) if facts is not None else None


async def freight(views: Views, shipment: str) -> Documents | None:
    """What was said of the cost: estimates (the rate), accruals, invoices, settlement."""
    facts = await _of_shipment(views, shipment, (FREIGHT,))
    return Documents(shipment, facts) if facts is not None else None


async def stock(views: Views, states: States, warehouse: str, item: str) -> Stock | None:
    """The stock of an item; `None` while its warehouse said nothing of it."""
    row = await find(views, f"stock||{warehouse}|{item}")
    state = states(row).get(STOCK_MACHINE) if row is not None else None
    if state is None:
        return None
    known = msgspec.convert(state, _Stock)
    return Stock(warehouse, item, known.uom, tuple(_line(name, one) for name, one in sorted(known.positions.items())))


def systems(directory: Directory) -> tuple[System, ...]:
    """Every connected system, by id."""
    return tuple(system_of(one) for one in sorted(directory.partners(), key=lambda one: one.id))


def system_of(partner: Partner) -> System:
    """What others may know of a connected system."""
    return System(
        partner.id,
        partner.role.value,
        partner.connector,
        partner.name,
        partner.sites,
        partner.scacs,
        partner.tz,
        partner.commands,
    )


def validate(body: bytes, now: datetime) -> Verdict:
    """What intake would find in a canonical fact."""
    try:
        decode_fact(body, now)
    except (Rejected, RecursionError) as error:
        told = error if isinstance(error, Rejected) else Rejected("nested too deep: 32 levels are the most")
        return Verdict(valid=False, findings=(Finding("rejected", told.detail, told.where),))
    return Verdict(valid=True)


async def _of_shipment(views: Views, shipment: str, types: Iterable[str]) -> tuple[Fact, ...] | None:
    """Facts of these types (or families, by a trailing dot) about the shipment, or whatever of it says no shipment."""
    row = await find(views, f"shipment||{shipment}")
    if row is None:
        return None
    wanted = tuple(types)
    facts = facts_of(await views.events(row.id))
    other = f"shipment {shipment}"
    return tuple(
        fact
        for fact in facts
        if fact.type.startswith(wanted) and (fact.subject == other or not fact.subject.startswith("shipment "))
    )


def _line(name: str, position: _Position) -> StockLine:
    lot, _, status = name.rpartition("|")
    on_hand = position.base + sum(delta.amount for delta in position.deltas)
    amounts = (on_hand, position.allocated, position.picked, position.erp)
    return StockLine(lot, status, *(Decimal(amount) / SCALE for amount in amounts))
