"""Canonical commands to the next call on Tryton, given what its books say now. Pure.

Tryton has no idempotency keys, so nothing is ever sent blindly: each command is a state to be reached, and the next
call is found by comparing that state with Tryton's books. A command repeated after any interruption goes on where it
stopped, and one that was carried out asks for nothing more. What ties the two books together is the hand-over number,
kept as the shipment's `reference`, and one note at the sale for everything we said of it.

Source: trytond 8.2 (modules sale, stock, account_invoice, account_invoice_stock), domain.md §2.10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.tryton import codes, wire
from crossdock.connectors.tryton.shipping import by_line, cancel_call, ship_call
from crossdock.kernel.errors import Transient
from crossdock.ports.book_tasks import book_tasks, handed_over
from crossdock.ports.json_calls import JsonCall, json_call
from crossdock.ports.notes import Said, said_of
from crossdock.ports.reaching import Task

NOTES = "/ir.note"


class Ledger(NamedTuple):
    """What Tryton has of one order: the sale with all that hangs on it, and its notes."""

    sale: wire.Books
    notes: tuple[wire.Note, ...]


TrytonTask = Task[Ledger, JsonCall]


def settle(ledger: Ledger, *, post: bool) -> JsonCall | None:
    """What Tryton itself can conclude from what it was told, in whatever order it was told.

    A shipment that left and whose delivery is known is done; the invoice Tryton drafts for what is done is posted.

    Raises:
        Transient: Tryton has not drafted it yet (where a queue of its own does that).
    """
    said = [said_of(note.message or "") for note in ledger.notes]
    shipment_of = {one.detail: one.shipment for one in said if one.kind == codes.HANDED_OVER}
    delivered = {one.shipment for one in said if one.kind in codes.DELIVERED}
    billable: set[int] = set()
    for shipment in ledger.sale.shipments:
        if shipment_of.get(shipment.reference or "") not in delivered:
            continue
        if shipment.state == "shipped":
            return action("stock.shipment.out", shipment.id, "do")
        billable |= {move.id for move in shipment.outgoing_moves if shipment.state == "done"}
    return _post(ledger.sale, billable) if post else None


def action(model: str, number: int, name: str) -> JsonCall:
    """Press a button."""
    return JsonCall("POST", f"/{model}/{number}/{name}?f=state", b"{}")


def _post(sale: wire.Books, billable: set[int]) -> JsonCall | None:
    """Post a draft that bills nothing but what we delivered: what a person drafted is that person's."""
    billed: set[int] = set()
    for invoice in sale.invoices:
        moves = {move for line in invoice.lines for move in line.stock_moves}
        if invoice.state in ("draft", "validated") and moves and moves <= billable:
            return action("account.invoice", invoice.id, "post")
        billed |= moves
    if sale.invoice_method == codes.BILLED_WHEN_DONE and billable - billed:
        raise Transient(f"Tryton has not drafted the invoice for what was delivered of {sale.number} yet")
    return None


def _goods_issue(command: ask.PostGoodsIssue) -> TrytonTask:
    wanted, units = handed_over(command)

    def following(ledger: Ledger) -> JsonCall | None:
        lines = by_line(ledger.sale, wanted, units)
        return ship_call(ledger.sale, command.handover_no, command.warehouse, lines)

    return Task(command.order_no, following)


def _reversal(command: ask.ReverseGoodsIssue) -> TrytonTask:
    return Task(command.order_no, lambda ledger: cancel_call(ledger.sale, command.handover_no))


def _telling(order_no: str, say: Said) -> TrytonTask:
    """A note at the sale, once."""

    def following(ledger: Ledger) -> JsonCall | None:
        if any(said_of(note.message or "").key == say.key for note in ledger.notes):
            return None
        return json_call(
            "POST", f"{NOTES}?f=message", {"resource": f"sale.sale,{ledger.sale.id}", "message": say.message}
        )

    return Task(order_no, following)


TASKS: Mapping[str, Callable[[bytes], TrytonTask]] = book_tasks(_goods_issue, _reversal, _telling)
