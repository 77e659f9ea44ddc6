"""The books of one attempt at a channel's order: the sale made of it, else what Tryton has of what it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from crossdock.canonical.commands.channel import CancelSalesOrder, CreateSalesOrder
from crossdock.connectors.tryton import entry, queries, wire
from crossdock.connectors.tryton.config import Config
from crossdock.connectors.tryton.rest import Rest
from crossdock.kernel.errors import Permanent
from crossdock.ports.connector import Outcome
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.reaching import Task

_entered = msgspec.json.Decoder(list[wire.Entered])
_goods = msgspec.json.Decoder(list[wire.Good])
_coded = msgspec.json.Decoder(list[wire.Coded])
_clients = msgspec.json.Decoder(list[wire.Client])
_rows = msgspec.json.Decoder(list[wire.Row])
_create = msgspec.json.Decoder(CreateSalesOrder)
_cancel = msgspec.json.Decoder(CancelSalesOrder)


class Found(NamedTuple):
    """The sale of the channel's order; while there is none, the master data it needs."""

    sale: wire.Entered | None
    master: entry.Master | None = None


EntryTask = Task[Found, JsonCall]


class Entering:
    """See `ports.reaching.Books`. `now` dates an order whose channel does not say when it was placed."""

    def __init__(self, rest: Rest, config: Config, now: datetime) -> None:
        self._rest = rest
        self._config = config
        self._now = now
        self._wanted: CreateSalesOrder | None = None
        self._company = config.company

    @property
    def tasks(self) -> Mapping[str, Callable[[bytes], EntryTask]]:
        """How the commands of channels are read."""
        return {"create_sales_order": self._creation, "cancel_sales_order": self._cancellation}

    async def read(self, order_no: str, mark: str) -> Found:
        """See `Books.read`; the channel's order is found by its mark alone."""
        if not self._company:
            self._company = await self._only_company()
        sales = await self._rest.read(
            queries.search("sale.sale", [["description", "=", mark]], wire.ENTERED_FIELDS), _entered
        )
        if len(sales) > 1:
            numbers = ", ".join(one.number or str(one.id) for one in sales)
            raise Permanent(f"Tryton has several sales for {mark} ({numbers}): cancel all but one")
        if sales or self._wanted is None:
            return Found(next(iter(sales), None))
        return Found(None, await self._master(self._wanted))

    async def make(self, call: JsonCall) -> Outcome:
        """See `Books.make`."""
        return await self._rest.write(call, self._company)

    def _creation(self, body: bytes) -> EntryTask:
        command = self._wanted = _create.decode(body)

        def following(found: Found) -> JsonCall | None:
            if found.sale is not None:
                return entry.confirm_call(found.sale)
            assert found.master is not None
            return entry.enter_call(command, found.master, self._config, self._now)

        return Task(command.number, following, entry.mark_of(command.channel, command.number))

    def _cancellation(self, body: bytes) -> EntryTask:
        command = _cancel.decode(body)
        mark = entry.mark_of(command.channel, command.number)
        return Task(command.number, lambda found: entry.cancel_call(command, found.sale), mark)

    async def _only_company(self) -> int:
        companies = await self._rest.read(queries.search("company.company", [], ("party",)), _rows)
        if len(companies) != 1:
            raise Permanent(f"our user sees {len(companies)} companies: name Tryton's id of one in settings.company")
        return companies[0].id

    async def _master(self, command: CreateSalesOrder) -> entry.Master:
        items = entry.items_of(command, self._config)
        places = (command.ship_to, command.bill_to or command.ship_to)
        countries = {place.address.country for place in places if place.address is not None}
        goods = queries.search("product.product", [["code", "in", list(items)]], wire.GOOD_FIELDS)
        clients = queries.search("party.party", [["code", "=", entry.party_code(command)]], wire.CLIENT_FIELDS)
        warehouses: list[object] = [["type", "=", "warehouse"], ["code", "!=", None]]
        parties = await self._rest.read(clients, _clients)
        return entry.Master(
            products={good.code: good for good in await self._rest.read(goods, _goods)},
            countries=await self._ids("country.country", [["code", "in", sorted(countries)]]),
            currencies=await self._ids("currency.currency", [["code", "=", command.currency]]),
            warehouses=await self._ids("stock.location", warehouses),
            parties=tuple(parties),
        )

    async def _ids(self, model: str, condition: Sequence[object]) -> dict[str, int]:
        rows = await self._rest.read(queries.search(model, list(condition), ("code",)), _coded)
        return {row.code: row.id for row in rows}


COMMANDS = ("create_sales_order", "cancel_sales_order")
