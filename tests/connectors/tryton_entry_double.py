"""A Tryton in memory that sales are entered in: master data, parties with addresses, and a sale's first states.

The shapes and rules are those of trytond 8.2.1 (seen on 2026-11-21); `tests/interop/test_vendure.py` runs against the
real one. It is told to fail by the number of the changing call.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crossdock.ports.transport import HttpReply
from tests.connectors.tryton_double import refusal

# What JSON is, as a test looks at it.
Json = dict[str, Any]
BUTTONS = {
    ("draft", "quote"): "quotation", ("quotation", "confirm"): "processing", ("draft", "cancel"): "cancelled",
    ("quotation", "cancel"): "cancelled", ("confirmed", "draft"): "draft",
}  # fmt: skip


class Tryton:
    """A transport with Tryton behind it. `trouble` is what becomes of the changing call of this number, after its
    effect when `after`."""

    def __init__(self, taxes: tuple[int, ...] = ()) -> None:
        unit = {"id": 4, "symbol": "u"}
        self.tables: dict[str, list[Json]] = {
            "product.product": [
                {"id": 1, "code": "IT-501", "default_uom": unit, "account_category": {"customer_taxes_used": taxes}},
                {"id": 2, "code": "CARRIAGE", "default_uom": unit, "account_category": None},
            ],
            "country.country": [{"id": 31, "code": "NL"}],
            "currency.currency": [{"id": 41, "code": "EUR"}],
            "stock.location": [{"id": 51, "code": "WH-1"}],
            "company.company": [{"id": 1}],
            "party.party": [],
            "party.address": [],
            "sale.sale": [],
        }
        self.written: list[str] = []
        self.trouble: dict[int, HttpReply | Exception] = {}
        self.after = True

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        """See `HttpTransport.request`."""
        target = urlsplit(path)
        parts = target.path.strip("/").split("/")
        if method == "GET":
            return _ok(self._found(parts[0], json.loads(base64.urlsafe_b64decode(parse_qs(target.query)["d"][0]))))
        self.written.append(f"{method} {target.path}")
        assert json.loads(base64.urlsafe_b64decode(headers["X-Tryton-Context"])) == {"company": 1}
        trouble = self.trouble.get(len(self.written))
        answer = self._done(parts, json.loads(body)) if trouble is None or self.after else _ok({})
        if isinstance(trouble, Exception):
            raise trouble
        return trouble or answer

    def _found(self, model: str, condition: list[Any]) -> list[Json]:
        rows = self.tables[model]
        for field, word, value in condition:
            if word == "=" and field != "type":
                rows = [row for row in rows if row.get(field) == value]
            if word == "in":
                rows = [row for row in rows if row.get(field) in value]
        if model == "party.party":
            addresses = self.tables["party.address"]
            rows = [{**row, "addresses": [one for one in addresses if one["party"] == row["id"]]} for row in rows]
        return rows

    def _done(self, parts: list[str], values: Json) -> HttpReply:
        if len(parts) == 3:
            sale = self.tables[parts[0]][int(parts[1]) - 1]
            after = BUTTONS.get((sale["state"], parts[2]))
            if after is None:
                return refusal(f'You can not call "{parts[2]}"')
            sale["state"] = after
            if after == "quotation":
                sale["number"] = f"S-{sale['id']}"
            return _ok({"id": sale["id"], "state": after})
        rows = self.tables[parts[0]]
        made = {**values, "id": len(rows) + 1}
        if parts[0] == "party.party":
            if any(row["code"] == values["code"] for row in rows):
                return refusal("The code of the party must be unique")
            for address in made.pop("addresses")[0][1]:
                self._done(["party.address"], {**address, "party": made["id"]})
        if parts[0] == "party.address":
            made["country"] = {"code": next(one["code"] for one in self._countries() if one["id"] == values["country"])}
        if parts[0] == "sale.sale":
            made |= {"state": "draft", "number": None}
        rows.append(made)
        return _ok({"id": made["id"]})

    def _countries(self) -> list[Json]:
        return self.tables["country.country"]


def _ok(value: object) -> HttpReply:
    return HttpReply(200, {}, json.dumps(value).encode())
