"""The way of one hand-over through Tryton's customer shipment: claimed, counted, assigned, picked, packed, shipped.

Pure: each function names the one call that comes next, or None when the shipment is where it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from crossdock.connectors.tryton import codes, wire
from crossdock.connectors.tryton.numbering import numbered
from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.json_calls import JsonCall, json_call

MODEL = "stock.shipment.out"
OPEN = ("draft", "waiting", "assigned")
NOTHING = Decimal(0)


def by_line(sale: wire.Books, wanted: Mapping[str, Decimal], units: Mapping[str, str]) -> dict[int, Decimal]:
    """What left, by Tryton's id of the sale line.

    Raises:
        Permanent: the sale has no such line, or counts it in another unit.
    """
    lines = numbered(sale.lines)
    unknown = sorted(set(wanted) - set(lines))
    if unknown:
        raise Permanent(f"sale {sale.number} has no line {', '.join(unknown)}: correct the hand-over or the sale")
    for number, uom in units.items():
        unit = lines[number].unit
        told = codes.UNITS.get(unit.symbol, unit.symbol) if unit else ""
        if told != uom and not {told, uom} <= codes.PIECES:
            raise Permanent(f"line {number} of {sale.number} is sold in {told}, the hand-over counts {uom}: convert it")
    return {lines[number].id: quantity for number, quantity in wanted.items()}


def ship_call(sale: wire.Books, handover_no: str, warehouse: str, lines: Mapping[int, Decimal]) -> JsonCall | None:
    """The next call towards this hand-over being shipped with these quantities.

    Raises:
        Permanent: Tryton's books stand against it.
        Transient: Tryton has not planned all shipments of the sale yet.
    """
    shipment = claimed(sale, handover_no)
    if shipment is None:
        return _counted(_free(sale, warehouse, lines), handover_no, lines)
    if shipment.state == "cancelled":
        raise Permanent(f"shipment {shipment.number} for {handover_no} was cancelled in Tryton: ship it again there")
    if shipment.state in OPEN:
        return _prepare(shipment, handover_no, lines)
    _agree(shipment, handover_no, lines)
    if shipment.state == "picked":
        return press(shipment, "pack")
    return press(shipment, "ship") if shipment.state == "packed" else None


def cancel_call(sale: wire.Books, handover_no: str) -> JsonCall | None:
    """The next call towards this hand-over being taken back.

    Raises:
        Permanent: it never was posted, or its goods are with the customer in Tryton's books.
    """
    shipment = claimed(sale, handover_no)
    if shipment is None:
        raise Permanent(f"Tryton has no shipment for {handover_no} of {sale.number}: nothing to take back")
    if shipment.state == "done":
        raise Permanent(
            f"shipment {shipment.number} for {handover_no} is done in Tryton: enter a return shipment there"
        )
    return None if shipment.state == "cancelled" else press(shipment, "cancel")


def claimed(sale: wire.Books, handover_no: str) -> wire.Shipment | None:
    """The shipment that carries our reference."""
    return next((one for one in sale.shipments if one.reference == handover_no), None)


def press(shipment: wire.Shipment, name: str) -> JsonCall:
    """Press a button of a shipment."""
    return JsonCall("POST", f"/{MODEL}/{shipment.id}/{name}?f=state", b"{}")


def _free(sale: wire.Books, warehouse: str, lines: Mapping[int, Decimal]) -> wire.Shipment:
    """The open shipment of this warehouse that nobody claimed and that has all these lines."""
    gone = {line for line, quantity in lines.items() if quantity > NOTHING}
    for shipment in sale.shipments:
        free = not shipment.reference and shipment.state in OPEN and shipment.warehouse.code == warehouse
        if free and gone <= set(_lines_of(shipment).values()):
            return shipment
    if sale.state == "confirmed" or any(planned < ordered for planned, ordered in _plans(sale, gone)):
        raise Transient(f"Tryton has not planned all shipments of {sale.number} yet")
    raise Permanent(
        f"sale {sale.number} has no open shipment from {warehouse} with all these lines: see its shipments in Tryton"
    )


def _plans(sale: wire.Books, lines: Iterable[int]) -> list[tuple[Decimal, Decimal]]:
    """Of each of these lines, how much is in shipments and how much was ordered: a queue of Tryton's plans the rest."""
    planned: dict[int, Decimal] = {}
    for shipment in sale.shipments:
        for move in _live(shipment.outgoing_moves):
            line = _origin(move, "sale.line")
            planned[line] = planned.get(line, NOTHING) + move.quantity
    ordered = {line.id: line.quantity or NOTHING for line in sale.lines}
    return [(planned.get(line, NOTHING), ordered[line]) for line in lines]


def _prepare(shipment: wire.Shipment, handover_no: str, lines: Mapping[int, Decimal]) -> JsonCall:
    counted = not _changes(shipment, lines)
    if shipment.state == "draft":
        return press(shipment, "wait")
    if shipment.state == "assigned":
        next_step = "pick" if shipment.inventory_moves else "pack"
        return press(shipment, next_step if counted else "wait")
    return press(shipment, "assign_try") if counted else _counted(shipment, handover_no, lines)


def _counted(shipment: wire.Shipment, handover_no: str, lines: Mapping[int, Decimal]) -> JsonCall:
    """Claim the shipment and say what left, in one transaction of Tryton's."""
    if shipment.state != "waiting":
        return press(shipment, "wait")
    body: dict[str, object] = {"reference": handover_no}
    changes = _changes(shipment, lines)
    if changes:
        field = "inventory_moves" if shipment.inventory_moves else "outgoing_moves"
        # Tryton's quantities are floats: this is the edge where ours become theirs.
        body[field] = [["write", [move], {"quantity": float(quantity)}] for move, quantity in changes.items()]
    return json_call("PUT", f"/{MODEL}/{shipment.id}?f=state", body)


def _changes(shipment: wire.Shipment, lines: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Moves whose quantity is not yet what left. A line with several moves fills them in order."""
    sale_lines = _lines_of(shipment)
    moves = _moves(shipment)
    last = {sale_lines[move.id]: move.id for move in moves}
    left = dict(lines)
    changes: dict[int, Decimal] = {}
    for move in moves:
        line = sale_lines[move.id]
        rest = left.get(line, NOTHING)
        share = rest if move.id == last[line] else min(rest, move.quantity)
        left[line] = rest - share
        if share != move.quantity:
            changes[move.id] = share
    return changes


def _agree(shipment: wire.Shipment, handover_no: str, lines: Mapping[int, Decimal]) -> None:
    """Picked is picked: what Tryton says left must be what did."""
    of = {move.id: _origin(move, "sale.line") for move in shipment.outgoing_moves}
    theirs: dict[int, Decimal] = {}
    for move in _live(shipment.outgoing_moves):
        theirs[of[move.id]] = theirs.get(of[move.id], NOTHING) + move.quantity
    ours = {line: quantity for line, quantity in lines.items() if quantity != NOTHING}
    if {line: quantity for line, quantity in theirs.items() if quantity != NOTHING} != ours:
        raise Permanent(
            f"shipment {shipment.number} for {handover_no} is {shipment.state} in Tryton with other quantities: "
            "correct one of them"
        )


def _lines_of(shipment: wire.Shipment) -> dict[int, int]:
    """The sale line of each move to be counted: a move inside the warehouse says which outgoing move it feeds."""
    direct = {move.id: _origin(move, "sale.line") for move in shipment.outgoing_moves}
    if not shipment.inventory_moves:
        return direct
    return {move.id: direct.get(_origin(move, "stock.move"), 0) for move in shipment.inventory_moves}


def _moves(shipment: wire.Shipment) -> list[wire.Move]:
    return _live(shipment.inventory_moves or shipment.outgoing_moves)


def _live(moves: Iterable[wire.Move]) -> list[wire.Move]:
    return sorted((move for move in moves if move.state != "cancelled"), key=lambda move: move.id)


def _origin(move: wire.Move, model: str) -> int:
    """The id behind `model,id`; 0 when it comes from something else."""
    name, _, number = (move.origin or "").partition(",")
    return int(number) if name == model and number.isdigit() else 0
