"""Whether Tryton's own books end where one sale must. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from crossdock.demo.books import Entry
from crossdock.demo.world import DemoOrder

PAID = "paid"


def judge_sale(order: DemoOrder, shipped: Mapping[str, int], entries: Sequence[Entry]) -> list[str]:
    """What is wrong with it, in sentences; empty when nothing is.

    `shipped` are the pieces that left by line. Everything that left must be done, billed and paid, once each; only what
    was short may still wait, and a sale nothing of which waits is done.
    """
    wrong = [f"shipment {one.key} for {one.facts['handover']} is {one.facts['state']}" for one in _left(entries)]
    done = [one for one in entries if one.kind == "goods_issue"]
    wrong += [f"shipment {one.key} has moves {one.facts['moves']}" for one in done if one.facts["moves"] != ["done"]]
    bills = [one for one in entries if one.kind == "invoice"]
    wrong += [f"invoice {one.key} is {one.facts['state']}" for one in bills if one.facts["state"] != PAID]
    gone = {line: pieces for line, pieces in shipped.items() if pieces}
    for what, total in (("shipped", _total(done)), ("billed", _total(bills))):
        if total != gone:
            wrong.append(f"{what} {total}, left {gone}")
    rest = {line.line_no: line.quantity - shipped.get(line.line_no, 0) for line in order.lines}
    waiting = {line: pieces for line, pieces in rest.items() if pieces}
    open_lines = _total([one for one in entries if one.kind == "shipment" and one.facts["state"] != "cancelled"])
    if open_lines != waiting:
        wrong.append(f"still to ship {open_lines}, short were {waiting}")
    sale = next((one for one in entries if one.kind == "sale"), None)
    if sale is None:
        wrong.append("no such sale")
    elif sale.facts["state"] != (expected := "processing" if waiting else "done"):
        wrong.append(f"the sale is {sale.facts['state']}, not {expected}")
    return [f"{order.order_no}: Tryton: {one}" for one in wrong]


def _left(entries: Sequence[Entry]) -> list[Entry]:
    """Shipments whose goods left and that are not done, or that we claimed and that never left."""
    issued = [one for one in entries if one.kind == "goods_issue" and one.facts["state"] != "done"]
    return [*issued, *(one for one in entries if one.kind == "shipment" and one.facts["handover"])]


def _total(entries: Sequence[Entry]) -> dict[str, int]:
    total: dict[str, int] = {}
    for entry in entries:
        lines = entry.facts["lines"]
        assert isinstance(lines, dict)
        for line, pieces in lines.items():
            total[str(line)] = total.get(str(line), 0) + int(Decimal(str(pieces)))
    return {line: pieces for line, pieces in total.items() if pieces}
