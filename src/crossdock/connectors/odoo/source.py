"""Odoo's sales as a source to be asked again and again (ports.polling.PollSource).

A sale names its lines, partners, products and warehouse by id, so a page is six questions; what they answer is put
together into one message a sale, each row as Odoo wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from crossdock.connectors.odoo import codes, queries, wire
from crossdock.connectors.odoo.client import Rpc
from crossdock.connectors.odoo.config import Config
from crossdock.connectors.odoo.inbound import instant
from crossdock.connectors.odoo.queries import PAGE
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import Ended, raised
from crossdock.ports.since import Since
from crossdock.ports.transport import HttpTransport


class _Head(wire.Wire, frozen=True, kw_only=True):
    """A sale of which matters when it changed and what it names."""

    id: int
    write_date: str
    order_line: tuple[int, ...] = ()
    partner_id: wire.Link = False
    partner_shipping_id: wire.Link = False
    warehouse_id: wire.Link = False


class _Row(wire.Wire, frozen=True, kw_only=True):
    """A row that names others."""

    id: int
    country_id: wire.Link = False
    product_id: wire.Link = False


_raws = msgspec.json.Decoder(list[msgspec.Raw])
_heads = msgspec.json.Decoder(_Head)
_named = msgspec.json.Decoder(_Row)
Rows = Mapping[int, msgspec.Raw]


class Sales:
    """One database's sales, each a message of its own. `timeout_s` ends a question."""

    def __init__(
        self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config, page: int = PAGE
    ) -> None:
        self._rpc = Rpc(transport, timeout_s, token, config)
        self._line_fields = (*wire.LINE_FIELDS, codes.UNIT_FIELD[config.series])
        self._page = page

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        since = Since.read(cursor)
        try:
            raws = await self._rpc.read(queries.sales_since(since, limit=self._page), _raws)
            heads = [_heads.decode(raw) for raw in raws]
            bodies = await self._bodies(list(zip(raws, heads, strict=True))) if heads else []
            changes = [(instant(head.write_date, "write_date"), str(head.id)) for head in heads]
        except Ended as ended:
            raise raised(ended.outcome) from ended
        except (msgspec.MsgspecError, Rejected) as error:
            raise Permanent(f"Odoo's answer is no page of sales: {error}") from error
        after = since.after(changes, full=len(heads) >= self._page)
        return PolledPage(tuple(bodies), after.text, more=after.more)

    async def close(self) -> None:
        """The connection is closed by who made it."""

    async def _bodies(self, sales: list[tuple[msgspec.Raw, _Head]]) -> list[bytes]:
        lines = await self._rows("sale.order.line", _all(head.order_line for _, head in sales), self._line_fields)
        named = [_named.decode(raw) for raw in lines.values()]
        products = await self._rows(
            "product.product", {wire.linked(row.product_id) for row in named}, wire.PRODUCT_FIELDS
        )
        both = {wire.linked(link) for _, head in sales for link in (head.partner_id, head.partner_shipping_id)}
        partners = await self._rows("res.partner", both, wire.PARTNER_FIELDS)
        lands = {wire.linked(_named.decode(raw).country_id) for raw in partners.values()}
        countries = await self._rows("res.country", lands, ("code",))
        sites = await self._rows("stock.warehouse", {wire.linked(head.warehouse_id) for _, head in sales}, ("code",))
        products_of = {row.id: wire.linked(row.product_id) for row in named}
        return [
            _message(raw, head, products_of, {"lines": lines, "products": products, "partners": partners,
                                              "countries": countries, "warehouses": sites})
            for raw, head in sales
        ]  # fmt: skip

    async def _rows(self, model: str, ids: set[int], fields: Iterable[str]) -> Rows:
        wanted = ids - {0}
        if not wanted:
            return {}
        rows: dict[int, msgspec.Raw] = {}
        for some in batched(sorted(wanted)):
            for raw in await self._rpc.read(queries.records(model, some, tuple(fields)), _raws):
                rows[_named.decode(raw).id] = raw
        return rows


def batched(ids: list[int]) -> Iterator[list[int]]:
    """Ids in portions an answer has room for."""
    for start in range(0, len(ids), queries.RECORDS_MAX):
        yield ids[start : start + queries.RECORDS_MAX]


def _all(links: Iterable[Iterable[int]]) -> set[int]:
    return {number for link in links for number in link}


def _message(raw: msgspec.Raw, head: _Head, products_of: Mapping[int, int], tables: Mapping[str, Rows]) -> bytes:
    """A sale with the rows it names, in the order it names them."""
    partners = [wire.linked(head.partner_id), wire.linked(head.partner_shipping_id)]
    lands = [
        wire.linked(_named.decode(tables["partners"][number]).country_id)
        for number in partners
        if number in tables["partners"]
    ]
    wanted = {
        "lines": head.order_line,
        "products": [products_of.get(line, 0) for line in head.order_line],
        "partners": partners,
        "countries": lands,
        "warehouses": [wire.linked(head.warehouse_id)],
    }
    rows = {
        name: [tables[name][number] for number in dict.fromkeys(numbers) if number in tables[name]]
        for name, numbers in wanted.items()
    }
    return encode_json({"order": raw, **rows})
