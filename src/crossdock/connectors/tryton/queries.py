"""What Tryton's REST interface is asked, as paths. Pure.

A search names its condition in `d` and its order in `o`, both JSON in URL-safe base64, and the fields it wants in `f`
(trytond 8.2, protocols/rest.py).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from crossdock.connectors.tryton import codes, entry, wire
from crossdock.kernel.codec import encode_json

# A sale of a hundred lines is forty kilobytes here, and an answer is read up to a megabyte.
PAGE = 20
# A sale's `write_date` is when its transaction began; the longest of them must be over by then to be seen.
OVERLAP = timedelta(minutes=2)


class Reached(NamedTuple):
    """Where we stand among the sales: all of before `at` are read, less the overlap.

    While full pages come, `sale` is the last one read of that very instant, and the next page begins right behind it.
    As text `2026-06-01T06:02:10.422009` or `2026-06-01T06:02:10.422009/3`, UTC; empty is the beginning.
    """

    at: datetime | None = None
    sale: int | None = None

    @classmethod
    def read(cls, text: str) -> Reached:
        """The text of a cursor.

        Raises:
            ValueError: it is none of ours.
        """
        moment, _, sale = text.partition("/")
        return cls(datetime.fromisoformat(moment) if moment else None, int(sale) if sale else None)

    @property
    def text(self) -> str:
        """As it is kept."""
        moment = self.at.isoformat(timespec="microseconds") if self.at is not None else ""
        return moment if self.sale is None else f"{moment}/{self.sale}"


def books_of(order_no: str) -> str:
    """The sale of this number, with its shipments and invoices."""
    return search("sale.sale", [["number", "=", order_no]], wire.BOOKS_FIELDS, limit=2)


def notes_of(sale: int) -> str:
    """The notes at a sale."""
    return search("ir.note", [["resource", "=", f"sale.sale,{sale}"]], wire.NOTE_FIELDS)


def sales_after(reached: Reached, *, limit: int = PAGE) -> str:
    """The next confirmed sales in the order they were written; those of one instant by their ids."""
    # Of a channel's order a cancellation is told as well; the others, once confirmed, are not cancelled in Tryton.
    gone = [["state", "=", codes.CANCELLED], ["number", "!=", None], ["description", "like", f"{entry.MARK}%"]]
    states: list[object] = ["OR", ["state", "in", sorted(codes.CONFIRMED)], gone]
    order = f"&o={_packed([['write_date', 'ASC'], ['id', 'ASC']])}"
    return search("sale.sale", [states, *_later(reached)], wire.SALE_FIELDS, limit=limit) + order


def _later(reached: Reached) -> list[object]:
    if reached.at is None:
        return []
    if reached.sale is None:
        return [["write_date", ">=", _moment(reached.at - OVERLAP)]]
    at = _moment(reached.at)
    return [["OR", ["write_date", ">", at], [["write_date", "=", at], ["id", ">", reached.sale]]]]


def _moment(at: datetime) -> dict[str, object]:
    """An instant as Tryton writes it: UTC, without saying so."""
    return {
        "__class__": "datetime", "year": at.year, "month": at.month, "day": at.day,
        "hour": at.hour, "minute": at.minute, "second": at.second, "microsecond": at.microsecond,
    }  # fmt: skip


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
