"""What Tryton's REST interface is asked, as paths. Pure.

A search names its condition in `d` and its order in `o`, both JSON in URL-safe base64, and the fields it wants in `f`
(trytond 8.2, protocols/rest.py).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from crossdock.connectors.tryton import codes, wire
from crossdock.kernel.codec import encode_json

PAGE = 100


def books_of(order_no: str) -> str:
    """The sale of this number, with its shipments and invoices."""
    return search("sale.sale", [["number", "=", order_no]], wire.BOOKS_FIELDS, limit=2)


def notes_of(sale: int) -> str:
    """The notes at a sale."""
    return search("ir.note", [["resource", "=", f"sale.sale,{sale}"]], wire.NOTE_FIELDS)


def sale_of(order_no: str) -> str:
    """The sale of this number as an order."""
    return search("sale.sale", [["number", "=", order_no]], wire.SALE_FIELDS, limit=2)


def sales_since(cursor: str, *, limit: int = PAGE) -> str:
    """The next confirmed sales written at or after the cursor, oldest first.

    The cursor is `YYYY-MM-DDTHH:MM:SS.ffffff`, UTC, empty for all: the last `write_date` of the page before. A sale
    written in that very microsecond is read again, which the intake knows for a repetition.
    """
    condition: list[object] = [["state", "in", sorted(codes.CONFIRMED)]]
    if cursor:
        at = datetime.fromisoformat(cursor)
        moment = {
            "__class__": "datetime", "year": at.year, "month": at.month, "day": at.day,
            "hour": at.hour, "minute": at.minute, "second": at.second, "microsecond": at.microsecond,
        }  # fmt: skip
        condition.append(["write_date", ">=", moment])
    order = f"&o={_packed([['write_date', 'ASC'], ['id', 'ASC']])}"
    return search("sale.sale", condition, wire.SALE_FIELDS, limit=limit) + order


def search(model: str, condition: list[object], fields: Sequence[str], *, limit: int = 0) -> str:
    """A search as a path below the model root; `limit` 0 means all."""
    wanted = "".join(f"&f={quote(name, safe='')}" for name in fields)
    size = f"&s={limit}" if limit else ""
    return f"/{model}?d={_packed(condition)}{size}{wanted}"


def company(number: int) -> str:
    """The context header's value: in whose name the call is made."""
    return _packed({"company": number})


def _packed(value: object) -> str:
    return urlsafe_b64encode(encode_json(value)).decode("ascii")
