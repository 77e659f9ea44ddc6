"""A Tryton in memory with the answers a real one gave: one sale of two lines, its shipments, invoices and notes.

The shapes and the order of states are those of trytond 8.2.1 (seen on 2026-11-21); `tests/interop/test_tryton.py` runs
against the real one. It is told to fail by the number of the changing call.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from crossdock.ports.transport import HttpReply

Json = dict[str, object]
NEXT = {"assign_try": "assigned", "pick": "picked", "pack": "packed", "ship": "shipped", "do": "done"}
FROM = {
    "wait": ("draft", "assigned"), "assign_try": ("waiting",), "pick": ("assigned",), "pack": ("picked",),
    "ship": ("packed",), "do": ("packed", "shipped"), "cancel": ("waiting", "assigned", "picked", "packed", "shipped"),
}  # fmt: skip


def refusal(message: str) -> HttpReply:
    """How Tryton says no, to a warning as to an error."""
    return HttpReply(400, {}, json.dumps({"status": 400, "message": message, "description": ""}).encode())


class Tryton:
    """A transport with Tryton behind it. `trouble` is what becomes of the changing call of this number, after its
    effect when `after`."""

    def __init__(self, ordered: Mapping[int, float] = {10: 5.0, 20: 7.0}, *, stock: bool = True) -> None:
        self.lines = [
            {
                "id": number // 10,
                "type": "line",
                "sequence": number,
                "quantity": pieces,
                "unit": {"symbol": "u"},
                "product": {"type": "goods"},
            }
            for number, pieces in ordered.items()
        ]
        self.state = "processing"
        self.shipments: list[Json] = []
        self.invoices: list[Json] = []
        self.notes: list[str] = []
        self.written: list[str] = []
        self.contexts: list[str] = []
        self.trouble: dict[int, HttpReply | Exception] = {}
        self.after = True
        self.billing = True
        self.stock = stock
        self._moves = 100
        self._plan({line["id"]: line["quantity"] for line in self.lines})

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        """See `HttpTransport.request`."""
        target = urlsplit(path)
        if method == "GET":
            return self._found(target.path, parse_qs(target.query))
        self.written.append(f"{method} {target.path}")
        self.contexts.append(headers["X-Tryton-Context"])
        trouble = self.trouble.get(len(self.written))
        if trouble is None or self.after:
            answer = self._done(method, target.path.strip("/").split("/"), json.loads(body or b"{}"))
        if trouble is None:
            return answer
        if isinstance(trouble, Exception):
            raise trouble
        return trouble

    def shipped(self) -> dict[str, float]:
        """What left, by line."""
        return {
            str(move["origin"]): float(str(move["quantity"]))
            for one in self.shipments if one["state"] in ("shipped", "done")
            for move in self._of(one, "outgoing_moves")
        }  # fmt: skip

    def _found(self, path: str, query: Mapping[str, list[str]]) -> HttpReply:
        condition = json.loads(base64.urlsafe_b64decode(query["d"][0]))
        if path == "/ir.note":
            return _ok([{"id": index, "message": note} for index, note in enumerate(self.notes, start=1)])
        assert condition[0][:2] == ["number", "="]
        sale = {
            "id": 3, "number": "SO-1", "state": self.state, "company": 1, "invoice_method": "fulfillment",
            "lines": self.lines, "shipments": self.shipments, "invoices": self.invoices, "__name__": "sale.sale",
        }  # fmt: skip
        return _ok([sale] if condition[0][2] == "SO-1" else [])

    def _done(self, method: str, parts: list[str], values: Json) -> HttpReply:
        if parts == ["ir.note"]:
            self.notes.append(str(values["message"]))
            return _ok({"id": len(self.notes)})
        if parts[0] == "account.invoice":
            return self._post(next(one for one in self.invoices if one["id"] == int(parts[1])))
        shipment = next(one for one in self.shipments if one["id"] == int(parts[1]))
        return self._write(shipment, values) if method == "PUT" else self._press(shipment, parts[2])

    def _write(self, shipment: Json, values: Json) -> HttpReply:
        changes = values.get("inventory_moves", [])
        assert isinstance(changes, list)
        if changes and shipment["state"] != "waiting":
            return refusal("You are not allowed to modify the field Quantity")
        shipment["reference"] = values["reference"]
        for word, (number,), new in changes:
            assert word == "write"
            next(one for one in self._of(shipment, "inventory_moves") if one["id"] == number).update(new)
        return _ok({"id": shipment["id"]})

    def _press(self, shipment: Json, button: str) -> HttpReply:
        if shipment["state"] not in FROM[button]:
            return refusal(f'You can not call "{button}" on "{shipment["number"]}"')
        if button == "assign_try" and not self.stock:
            return _ok({"state": "waiting"})
        if button == "pick":
            self._pick(shipment)
        shipment["state"] = {"wait": "waiting", "cancel": "cancelled"}.get(button) or NEXT[button]
        if button == "do" and self.billing:
            self.bill(shipment)
        return _ok({"state": shipment["state"]})

    def _pick(self, shipment: Json) -> None:
        """What is picked is what leaves; the rest gets a shipment of its own."""
        picked = {str(move["origin"]): move["quantity"] for move in self._of(shipment, "inventory_moves")}
        rest: dict[object, object] = {}
        for move in self._of(shipment, "outgoing_moves"):
            quantity = picked[f"stock.move,{move['id']}"]
            left = float(str(move["quantity"])) - float(str(quantity))
            if left > 0:
                rest[int(str(move["origin"]).partition(",")[2])] = left
            move["quantity"] = quantity
        for field in ("inventory_moves", "outgoing_moves"):
            shipment[field] = [move for move in self._of(shipment, field) if move["quantity"]]
        if rest:
            self._plan(rest)

    def _plan(self, pieces: Mapping[object, object]) -> None:
        outgoing, inventory = [], []
        for line, quantity in pieces.items():
            self._moves += 2
            origin = {"quantity": quantity, "state": "draft"}
            outgoing.append({"id": self._moves, "origin": f"sale.line,{line}", **origin})
            inventory.append({"id": self._moves + 1, "origin": f"stock.move,{self._moves}", **origin})
        number = len(self.shipments) + 1
        self.shipments.append(
            {
                "id": number, "number": str(number), "reference": None, "state": "waiting",
                "warehouse": {"code": "WH-1"}, "inventory_moves": inventory, "outgoing_moves": outgoing,
            }
        )  # fmt: skip

    def bill(self, shipment: Json) -> None:
        """Draft the invoice of what is done."""
        lines = [
            {"origin": move["origin"], "quantity": move["quantity"], "stock_moves": [move["id"]]}
            for move in self._of(shipment, "outgoing_moves")
        ]
        self.invoices.append({"id": len(self.invoices) + 1, "number": None, "state": "draft", "lines": lines})

    def _post(self, invoice: Json) -> HttpReply:
        if invoice["state"] != "draft":
            return refusal('You can not call "post"')
        invoice["state"] = "posted"
        return _ok({"state": "posted"})

    @staticmethod
    def _of(shipment: Json, field: str) -> list[Json]:
        moves = shipment[field]
        assert isinstance(moves, list)
        return moves


def _ok(value: object) -> HttpReply:
    return HttpReply(200, {}, json.dumps(value).encode())
