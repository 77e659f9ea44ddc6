"""What came back: what customers asked, what ERP and warehouse have in their books of it, and what the hub. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import msgspec

from crossdock.demo.books import Entry
from crossdock.demo.ledgers import InvoiceView
from crossdock.demo.world import DemoOrder
from crossdock.process.amounts import SCALE
from crossdock.process.machine import NEW
from crossdock.process.returns.state import ReturnState

Say = Callable[[str], None]

_returns = msgspec.msgpack.Decoder(ReturnState)


class ReturnView(msgspec.Struct, frozen=True):
    """A return as the hub has it: what came and what was decided on, in pieces by line; its credit notes."""

    request_id: str
    rma: str
    state: str
    received: dict[str, int]
    decided: dict[str, int]
    credits: tuple[str, ...]


def read_returns(machines: Mapping[str, msgspec.Raw]) -> tuple[ReturnView, ...]:
    """The returns of one dossier."""
    found = []
    for name, raw in machines.items():
        kind, _, request = name.partition(":")
        if kind == "RET":
            state = _returns.decode(raw)
            if state.state == NEW:
                continue
            sums = (_pieces(state.receipts.values()), _pieces(state.disposed.values()))
            found.append(ReturnView(request, state.rma, state.state, *sums, state.credits))
    return tuple(found)


def judge_returns(
    order: DemoOrder,
    books: Mapping[str, list[Entry]],
    ours: tuple[ReturnView, ...],
    invoices: Iterable[InvoiceView],
    say: Say,
) -> None:
    """Each wish is authorised or declined; what came is booked once, credited once at the price of the order."""
    name = order.order_no
    wishes = {entry.key: entry for entry in books.get("portal", []) if entry.kind == "return_requested"}
    known = {one.request_id: one for one in ours}
    if set(wishes) != set(known):
        say(f"{name} returns: customers asked for {sorted(wishes)}, the hub has {sorted(known)}")
    for request in wishes.keys() & known.keys():
        _judge_return(order, wishes[request], books, known[request], say)
    credited = _totals(_of(books, "erp", "credit_note"), "invoice")
    told = {one.number: one.credited for one in invoices if one.credited}
    if credited != told:
        say(f"{name} credit notes: the ERP has {credited}, the hub {told}")


def _judge_return(order: DemoOrder, wish: Entry, books: Mapping[str, list[Entry]], view: ReturnView, say: Say) -> None:
    name = f"{order.order_no} return {wish.key}"
    if any(entry.key == wish.key for entry in _of(books, "erp", "return_declined")):
        if view.state != "DECLINED" or not wish.facts["greedy"]:
            say(f"{name} was declined by the ERP, the hub has it {view.state}")
        return
    if view.state != "CLOSED":
        say(f"{name} is {view.state}, and everything of it came back")
    came = _lines(_of(books, "wms-a", "return_received"), view.rma)
    wanted = Counter({str(wish.facts["line"]): int(str(wish.facts["pieces"]))})
    notes = [entry for entry in _of(books, "erp", "credit_note") if entry.facts["rma"] == view.rma]
    told = {
        "asked for": wanted,
        "received": came,
        "booked by the ERP": _lines(_of(books, "erp", "return_receipt"), view.rma),
    }
    told |= {"credited by the ERP": _lines(notes, view.rma), "received as the hub has it": Counter(view.received)}
    told |= {"decided on as the hub has it": Counter(view.decided)}
    if any(counted != wanted for counted in told.values()):
        say(f"{name}: {', '.join(f'{what} {dict(counted)}' for what, counted in told.items())}")
    if sorted(view.credits) != sorted(entry.key for entry in notes):
        say(f"{name} credits: the ERP has {sorted(entry.key for entry in notes)}, the hub {sorted(view.credits)}")
    prices = {line.line_no: line.item.price for line in order.lines}
    right = sum((prices[line] * pieces for line, pieces in wanted.items()), Decimal(0))
    given = sum((Decimal(str(entry.facts["total"])) for entry in notes), Decimal(0))
    if right != given:
        say(f"{name}: {given} was given back for goods worth {right}")


def _of(books: Mapping[str, list[Entry]], peer: str, kind: str) -> list[Entry]:
    return [entry for entry in books.get(peer, []) if entry.kind == kind]


def _lines(entries: Iterable[Entry], rma: str) -> Counter[str]:
    """Pieces by line under one authorisation."""
    found: Counter[str] = Counter()
    for entry in entries:
        if entry.facts["rma"] == rma:
            lines = entry.facts["lines"]
            assert isinstance(lines, dict)
            found.update({str(line): int(Decimal(str(pieces))) for line, pieces in lines.items()})
    return found


def _totals(entries: Iterable[Entry], field: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for entry in entries:
        key = str(entry.facts[field])
        found[key] = found.get(key, Decimal(0)) + Decimal(str(entry.facts["total"]))
    return found


def _pieces(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sums of millionths by line, in pieces."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return {line: amount // SCALE for line, amount in total.items()}
