"""An Odoo of one sale, as a server: its transfers, moves and messages, and what it refuses.

Shapes and rules are those of Odoo's External API and of the modules sale_stock and mail (17 to 19), written from their
documentation. Unknown models, methods and fields are refused, as are transfers in the wrong state; the rest of a
transfer that was validated short gets a transfer of its own, with all the documents of the first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from tests.connectors.erp_server import Trouble

Row = dict[str, object]
KEY, USER, DATABASE, UID = "k3y", "hub", "books", 7
FIELDS = {
    "sale.order": "name state write_date date_order commitment_date client_order_ref partner_id partner_shipping_id "
    "currency_id warehouse_id order_line picking_ids",
    "sale.order.line": "order_id display_type product_id product_uom_qty product_uom price_unit name",
    "res.partner": "name ref street street2 zip city country_id",
    "product.product": "default_code type",
    "res.country": "code",
    "stock.warehouse": "code out_type_id",
    "stock.picking": "name state origin picking_type_id picking_type_code backorder_id sale_id",
    "stock.move": "picking_id sale_line_id state product_uom_qty quantity picked product_uom",
    "mail.message": "model res_id body",
}
WRITING = {"write", "button_validate", "action_cancel", "message_post"}


class Refused(Exception):
    """An exception of Odoo's: its class and its sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Odoo:
    """The server's handler and its books."""

    def __init__(self, ordered: Mapping[int, float] = {11: 5.0, 12: 7.0}) -> None:
        self.trouble = Trouble()
        self.question: Row | None = None
        self.busy = False
        self.tables: dict[str, list[Row]] = {name: [] for name in FIELDS}
        self.tables["stock.warehouse"] = [{"id": 1, "code": "WH-1", "out_type_id": [2, "Delivery Orders"]}]
        self.tables["sale.order"] = [self.sale(3, "S00003", "2026-06-01 06:02:10")]
        self._plan(dict(ordered), backorder=False, origin="S00003")

    @staticmethod
    def sale(number: int, name: str, write_date: str, state: str = "sale", **more: object) -> Row:
        """A sale as `search_read` gives it."""
        return {
            "id": number, "name": name, "state": state, "write_date": write_date, "date_order": write_date,
            "commitment_date": False, "client_order_ref": False, "partner_id": False, "partner_shipping_id": False,
            "currency_id": [1, "EUR"], "warehouse_id": [1, "Main"], "order_line": [], "picking_ids": [1], **more,
        }  # fmt: skip

    async def handle(self, request: web.Request) -> web.Response:
        """`POST /jsonrpc`."""
        assert (request.method, request.path) == ("POST", "/jsonrpc")
        body = await request.json()
        assert (body["jsonrpc"], body["method"]) == ("2.0", "call")
        params = body["params"]
        if params["service"] == "common":
            assert params["method"] == "authenticate"
            database, user, key, _ = params["args"]
            known = (database, user, key) == (DATABASE, USER, KEY)
            return web.json_response({"jsonrpc": "2.0", "id": body["id"], "result": UID if known else False})
        if params["args"][4] in WRITING:
            return await self.trouble.through(request, lambda: self._answer(body))
        return self._answer(body)

    def done(self) -> dict[int, float]:
        """What left, by sale line."""
        gone = {one["id"] for one in self.tables["stock.picking"] if one["state"] == "done"}
        left: dict[int, float] = {}
        for move in self.tables["stock.move"]:
            if _id(move["picking_id"]) in gone:
                line = _id(move["sale_line_id"])
                left[line] = left.get(line, 0.0) + float(str(move["quantity"]))
        return left

    def states(self) -> list[tuple[object, object]]:
        """The transfers: origin and state."""
        return [(one["origin"], one["state"]) for one in self.tables["stock.picking"]]

    def notes(self) -> list[str]:
        """What was said at the sale."""
        return [str(one["body"]) for one in self.tables["mail.message"]]

    def _answer(self, body: Mapping[str, Mapping[str, Sequence[object]]]) -> web.Response:
        database, user, key, model, method, args, kwargs = body["params"]["args"]
        answer: Row = {"jsonrpc": "2.0", "id": body["id"]}
        try:
            if (database, user, key) != (DATABASE, UID, KEY):
                raise Refused("odoo.exceptions.AccessDenied", "Access Denied")
            if self.busy and method in WRITING:
                raise Refused("psycopg2.errors.SerializationFailure", "could not serialize access")
            answer["result"] = self._call(str(model), str(method), args, kwargs)
        except Refused as refused:
            data = {"name": refused.name, "message": str(refused), "arguments": [str(refused)], "debug": "…"}
            answer["error"] = {"code": 200, "message": "Odoo Server Error", "data": data}
        return web.json_response(answer)

    def _call(self, model: str, method: str, args: object, kwargs: object) -> object:
        assert isinstance(args, list)
        assert isinstance(kwargs, dict)
        if model not in FIELDS:
            raise Refused("builtins.KeyError", model)
        if method == "search_read":
            return self._search(model, args[0], kwargs)
        if method == "message_post":
            body = str(kwargs["body"]).replace("&", "&amp;").replace("<", "&lt;")
            row = {"id": len(self.notes()) + 1, "model": model, "res_id": args[0][0], "body": f"<p>{body}</p>"}
            self.tables["mail.message"].append(row)
            return row["id"]
        picking = next((one for one in self.tables["stock.picking"] if [one["id"]] == args[0]), None)
        if picking is None or model != "stock.picking":
            raise Refused("odoo.exceptions.MissingError", "Record does not exist or has been deleted.")
        if method == "write":
            return self._write(picking, args[1])
        if picking["state"] in ("done", "cancel"):
            raise Refused("odoo.exceptions.UserError", f"Transfer {picking['name']} is {picking['state']}.")
        if method == "action_cancel":
            picking["state"] = "cancel"
            return True
        return self._validate(picking, kwargs.get("context", {}))

    def _search(self, model: str, domain: list[object], kwargs: Mapping[str, object]) -> list[Row]:
        fields = kwargs["fields"]
        assert isinstance(fields, list)
        _known(model, fields)
        found = [row for row in self.tables[model] if _fits(model, row, domain)]
        order = str(kwargs["order"]).split(", ")
        found.sort(key=lambda row: tuple(row[name] for name in order))
        limit = int(str(kwargs["limit"]))
        return [{"id": row["id"], **{name: row.get(name, False) for name in fields}} for row in found[:limit]]

    def _write(self, picking: Row, values: Mapping[str, object]) -> bool:
        _known("stock.picking", [name for name in values if name != "move_ids"])
        if picking["state"] in ("done", "cancel"):
            raise Refused("odoo.exceptions.UserError", "You cannot change a transfer that is done.")
        picking["origin"] = values.get("origin", picking["origin"])
        commands = values.get("move_ids", [])
        assert isinstance(commands, list)
        for word, number, new in commands:
            assert word == 1
            _known("stock.move", list(new))
            next(one for one in self.tables["stock.move"] if one["id"] == number).update(new)
        return True

    def _validate(self, picking: Row, context: Mapping[str, object]) -> object:
        moves = [one for one in self.tables["stock.move"] if _id(one["picking_id"]) == picking["id"]]
        if not any(move["picked"] for move in moves):
            raise Refused("odoo.exceptions.UserError", "You have not recorded done quantities.")
        if self.question is not None:
            return self.question
        rest: dict[int, float] = {}
        for move in moves:
            moved = float(str(move["quantity"])) if move["picked"] else 0.0
            left = float(str(move["product_uom_qty"])) - moved
            if left > 0:
                rest[_id(move["sale_line_id"])] = left
            move.update({"product_uom_qty": moved, "quantity": moved, "state": "done"})
        if rest and not context.get("skip_backorder"):
            return {"type": "ir.actions.act_window", "res_model": "stock.backorder.confirmation"}
        self.tables["stock.move"] = [one for one in self.tables["stock.move"] if one not in moves or one["quantity"]]
        picking["state"] = "done"
        if rest:
            self._plan(rest, backorder=picking["id"], origin=str(picking["origin"]))
        return True

    def _plan(self, pieces: Mapping[int, float], *, backorder: object, origin: str) -> None:
        number = len(self.tables["stock.picking"]) + 1
        self.tables["stock.picking"].append(
            {
                "id": number, "name": f"WH/OUT/{number:05}", "state": "assigned", "origin": origin, "sale_id": 3,
                "picking_type_id": [2, "Main: Delivery Orders"], "picking_type_code": "outgoing",
                "backorder_id": [backorder, "WH/OUT"] if backorder else False,
            }
        )  # fmt: skip
        for line, quantity in pieces.items():
            self.tables["stock.move"].append(
                {
                    "id": len(self.tables["stock.move"]) + 100 * number, "picking_id": [number, "WH/OUT"],
                    "sale_line_id": [line, "line"], "state": "assigned", "product_uom_qty": quantity,
                    "quantity": quantity, "picked": False, "product_uom": [1, "Units"],
                }
            )  # fmt: skip


def _id(link: object) -> int:
    return int(link[0]) if isinstance(link, list) else 0


def _known(model: str, fields: Sequence[object]) -> None:
    unknown = [name for name in fields if name not in FIELDS[model].split()]
    if unknown:
        raise Refused("builtins.ValueError", f"Invalid field {unknown[0]!r} on model {model!r}")


def _fits(model: str, row: Row, domain: list[object]) -> bool:
    """A domain in Odoo's prefix notation; terms without an operator before them must all hold."""
    rest = list(domain)

    def term() -> bool:
        head = rest.pop(0)
        if head in ("|", "&"):
            left, right = term(), term()
            return left or right if head == "|" else left and right
        assert isinstance(head, list)
        return _holds(model, row, *head)

    return all(term() for _ in iter(lambda: bool(rest), False))


def _holds(model: str, row: Row, field: str, word: str, value: object) -> bool:
    if field != "id":
        _known(model, [field])
    theirs = row.get(field, False)
    plain = _id(theirs) if isinstance(theirs, list) and len(theirs) == 2 and isinstance(theirs[1], str) else theirs
    if word == "in":
        assert isinstance(value, list)
        return plain in value
    if word == "ilike":
        return str(value).lower() in str(plain).lower()
    if word in ("=", "!="):
        same = bool(plain) == value if isinstance(value, bool) else plain == value
        return same == (word == "=")
    ours = json.loads(json.dumps(value))
    return bool({">=": plain >= ours, ">": plain > ours, "<": plain < ours}[word])
