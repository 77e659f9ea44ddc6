"""The TMS's way back: books a carrier for what is ours to fetch, issues its label and says when it is under way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.stage import Stage

# Says a notification of an order: its type, when, and about which return.
Say = Callable[[str, str, datetime, Json], None]


class WayBack:
    """One booking for each authorisation. `owners` are the orders of our authorisations, as our papers say."""

    def __init__(self, stage: Stage, books: Books, door: Door, say: Say) -> None:
        self.books = books
        self._stage = stage
        self._say = say
        door.on("POST", "/v2/returns", "book_return_transport", self._book, self._whose)

    def _book(self, call: Call) -> Json:
        number, order_no = call.text("rma"), self._order(call)
        if self.books.latest("return_booked", number) is not None:
            raise Refusal(409, "already_booked", f"a carrier fetches {number} already")
        tracking = f"1Z{world.pick(self._stage.seed, 10**10, 'label', number):010d}"
        self.books.write("return_booked", number, order_no, tracking=tracking)
        self._stage.start(self._fetch(number, order_no, tracking))
        return {"requestId": f"LBL-{number}"}

    async def _fetch(self, number: str, order_no: str, tracking: str) -> None:
        label: Json = {"rma": number, "trackingNo": tracking, "carrier": "FLSH", "orderNo": order_no}
        at = await self._stage.step(order_no, f"label {number}", (5, 20))
        self._say("return.label_issued", order_no, at, label)
        at = await self._stage.step(order_no, f"fetch {number}", (60, 240))
        self._say("return.in_transit", order_no, at, label)
        self._stage.yard.collected(number).set()

    def _order(self, call: Call) -> str:
        order_no = f"SO-{call.text('rma')[4:]}"
        if order_no not in self._stage.orders:
            raise Refusal(422, "unknown_return", f"no business of ours: {call.text('rma')}")
        return order_no

    def _whose(self, call: Call) -> tuple[str, str]:
        return self._order(call), ""
