"""The way of one hand-over through Odoo's transfer: claimed and counted in one write, then validated.

Pure: each function names the one call that comes next, or None when the transfer is where it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from crossdock.connectors.odoo import codes, wire
from crossdock.connectors.odoo.queries import Execute
from crossdock.kernel.errors import Permanent

MODEL = "stock.picking"
UPDATE = 1  # Odoo's word for "change this linked record" in a write of a one-to-many field.
NOTHING = Decimal(0)


def ship_call(
    ledger: wire.Ledger, handover_no: str, warehouse: str, wanted: Mapping[str, Decimal], units: Mapping[str, str]
) -> Execute | None:
    """The next call towards this hand-over having left with these quantities, by the sale line's id.

    Raises:
        Permanent: Odoo's books stand against it.
    """
    picking = claimed(ledger, handover_no)
    if picking is None:
        return _count(ledger, _free(ledger, warehouse, wanted), handover_no, wanted, units)
    name = wire.said(picking.name)
    if picking.state == codes.CANCELLED:
        raise Permanent(f"transfer {name} for {handover_no} was cancelled in Odoo: ship it again there")
    counted = _changes(ledger, picking, wanted) == {}
    if picking.state == codes.DONE:
        if not counted:
            raise Permanent(f"transfer {name} for {handover_no} is done in Odoo with other quantities: correct one")
        return None
    if not counted:
        return _count(ledger, picking, handover_no, wanted, units)
    # What was not counted stays for a later transfer, and nobody is there to be asked about it.
    context = {"skip_backorder": True, "skip_sms": True}
    return Execute(MODEL, "button_validate", ([picking.id],), {"context": context})


def cancel_call(ledger: wire.Ledger, handover_no: str) -> Execute | None:
    """The next call towards this hand-over being taken back.

    Raises:
        Permanent: it never was posted, or its goods have left in Odoo's books, which only a return brings back.
    """
    picking = claimed(ledger, handover_no)
    if picking is None:
        raise Permanent(f"Odoo has no transfer for {handover_no} of {ledger.order.name}: nothing to take back")
    if picking.state == codes.DONE:
        name = wire.said(picking.name)
        raise Permanent(f"transfer {name} for {handover_no} is done in Odoo: enter a return of it there")
    return None if picking.state == codes.CANCELLED else Execute(MODEL, "action_cancel", ([picking.id],), {})


def claimed(ledger: wire.Ledger, handover_no: str) -> wire.Picking | None:
    """The transfer that carries our reference."""
    return next((one for one in ledger.pickings if handover_no in _own(ledger, one)), None)


def _own(ledger: wire.Ledger, picking: wire.Picking) -> set[str]:
    """The documents of a transfer that are its own: Odoo gives the rest of a transfer all those of the whole."""
    parent = next((one for one in ledger.pickings if one.id == wire.linked(picking.backorder_id)), None)
    return _origins(picking) - (_origins(parent) if parent is not None else set()) - {ledger.order.name}


def _origins(picking: wire.Picking) -> set[str]:
    return {part.strip() for part in wire.said(picking.origin).split(",")} - {""}


def _free(ledger: wire.Ledger, warehouse: str, wanted: Mapping[str, Decimal]) -> wire.Picking:
    """The open transfer out of this warehouse that nobody claimed and that has all these lines."""
    ways = {wire.linked(one.out_type_id) for one in ledger.warehouses if wire.said(one.code) == warehouse}
    gone = {line for line, quantity in wanted.items() if quantity > NOTHING}
    mine = [one for one in ledger.pickings if wire.linked(one.picking_type_id) in ways and not _own(ledger, one)]
    for picking in mine:
        if picking.state in codes.OPEN and gone <= {_line(move) for move in _moves(ledger, picking)}:
            return picking
    if any(picking.state == codes.WAITING for picking in mine):
        raise Permanent(f"{ledger.order.name} waits for a step inside {warehouse}: let it deliver in one step in Odoo")
    raise Permanent(
        f"sale {ledger.order.name} has no open transfer from {warehouse} with all these lines: see them in Odoo"
    )


def _count(
    ledger: wire.Ledger,
    picking: wire.Picking,
    handover_no: str,
    wanted: Mapping[str, Decimal],
    units: Mapping[str, str],
) -> Execute:
    """Claim the transfer and say what left, in one transaction of Odoo's."""
    for move in _moves(ledger, picking):
        _same_unit(ledger, move, units)
    # Odoo's quantities are floats: this is the edge where ours become theirs.
    moves = [
        [UPDATE, move, {"quantity": float(quantity), "picked": quantity > NOTHING}]
        for move, quantity in _changes(ledger, picking, wanted).items()
    ]
    values = {"origin": f"{ledger.order.name}, {handover_no}", "move_ids": moves}
    return Execute(MODEL, "write", ([picking.id], values), {})


def _same_unit(ledger: wire.Ledger, move: wire.Move, units: Mapping[str, str]) -> None:
    uom = units.get(_line(move))
    named = wire.named(move.product_uom)
    told = codes.UNITS.get(named, named)
    if uom is not None and told != uom and not {told, uom} <= codes.PIECES:
        raise Permanent(
            f"line {_line(move)} of {ledger.order.name} is moved in {told}, the hand-over counts {uom}: convert it"
        )


def _changes(ledger: wire.Ledger, picking: wire.Picking, wanted: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """Moves whose quantity is not yet what left. A line with several moves fills them in order."""
    moves = _moves(ledger, picking)
    last = {_line(move): move.id for move in moves}
    left = dict(wanted)
    changes: dict[int, Decimal] = {}
    for move in moves:
        rest = left.get(_line(move), NOTHING)
        share = rest if move.id == last[_line(move)] else min(rest, move.product_uom_qty)
        left[_line(move)] = rest - share
        if share != (move.quantity if move.picked else NOTHING):
            changes[move.id] = share
    missing = sorted(line for line, rest in left.items() if rest > NOTHING and line not in last)
    if missing:
        raise Permanent(f"sale {ledger.order.name} moves no line {', '.join(missing)} there: correct the hand-over")
    return changes


def _moves(ledger: wire.Ledger, picking: wire.Picking) -> list[wire.Move]:
    found = [one for one in ledger.moves if wire.linked(one.picking_id) == picking.id]
    return sorted((one for one in found if one.state != codes.CANCELLED), key=lambda move: move.id)


def _line(move: wire.Move) -> str:
    return str(wire.linked(move.sale_line_id))
