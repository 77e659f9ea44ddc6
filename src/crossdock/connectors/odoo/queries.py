"""What Odoo is asked, as JSON-RPC calls. Pure.

Everything is one `POST /jsonrpc` with a service, a method and its arguments; `execute_kw` calls a method of a model
(Odoo External API). Every call is one transaction of Odoo's: an error means that nothing was done.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from crossdock.connectors.odoo import codes, wire
from crossdock.kernel.codec import encode_json
from crossdock.ports.since import Since

PATH = "/jsonrpc"
# A sale of a hundred lines is forty kilobytes with what it names, and an answer is read up to a megabyte.
PAGE = 20
ROWS_MAX = 2_000
RECORDS_MAX = 500
# Unit names are compared, so they are asked for in one language; what was archived since is still named by a sale.
CONTEXT = {"lang": "en_US", "active_test": False}


class Execute(msgspec.Struct, frozen=True):
    """A method of a model with its arguments, by position and by name; what is to be called, without who calls."""

    model: str
    method: str
    args: tuple[object, ...]
    kwargs: Mapping[str, object]


def request(service: str, method: str, args: Sequence[object]) -> bytes:
    """The body of a call."""
    call = {"service": service, "method": method, "args": list(args)}
    return encode_json({"jsonrpc": "2.0", "method": "call", "id": 1, "params": call})


def rows(
    model: str, domain: list[object], fields: Sequence[str], *, limit: int = ROWS_MAX, order: str = "id"
) -> Execute:
    """A search; more rows than `limit` are not given."""
    kwargs = {"fields": list(fields), "limit": limit, "order": order, "context": CONTEXT}
    return Execute(model, "search_read", (domain,), kwargs)


def records(model: str, ids: Iterable[int], fields: Sequence[str]) -> Execute:
    """These records."""
    return rows(model, [["id", "in", sorted(set(ids))]], fields)


def sale(order_no: str) -> Execute:
    """The sale of this number."""
    return rows("sale.order", [["name", "=", order_no]], wire.ORDER_FIELDS, limit=2)


def pickings(sale_id: int) -> Execute:
    """The deliveries of a sale."""
    domain: list[object] = [["sale_id", "=", sale_id], ["picking_type_code", "=", "outgoing"]]
    return rows("stock.picking", domain, wire.PICKING_FIELDS)


def moves(picking_ids: Iterable[int]) -> Execute:
    """What these deliveries move."""
    return rows("stock.move", [["picking_id", "in", sorted(picking_ids)]], wire.MOVE_FIELDS)


def messages(sale_id: int, mark: str) -> Execute:
    """The messages at a sale that may hold this mark."""
    domain: list[object] = [
        ["model", "=", "sale.order"],
        ["res_id", "=", sale_id],
        ["body", "ilike", html.escape(mark)],
    ]
    return rows("mail.message", domain, ("body",))


def warehouses() -> Execute:
    """All warehouses, each with the kind of transfer its goods leave by."""
    return rows("stock.warehouse", [], ("code", "out_type_id"))


def sales_since(since: Since, *, limit: int = PAGE) -> Execute:
    """The next sales that are confirmed, or were and are cancelled."""
    asked = since.asked
    states: list[object] = [
        "|", ["state", "in", sorted(codes.CONFIRMED)],
        "&", ["state", "=", codes.CANCELLED], ["picking_ids", "!=", False],
    ]  # fmt: skip
    if asked.start is not None:
        states.append(["write_date", ">=", f"{asked.start:%Y-%m-%d %H:%M:%S}"])
    if asked.end is None:
        return rows("sale.order", states, wire.ORDER_FIELDS, limit=limit, order="write_date, id")
    inside: list[object] = [["write_date", "<", f"{asked.end:%Y-%m-%d %H:%M:%S}"], ["id", ">", int(asked.within or 0)]]
    return rows("sale.order", states + inside, wire.ORDER_FIELDS, limit=limit)
