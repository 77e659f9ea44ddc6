"""The ERP's call-offs: customers who want nothing of an order any more, at every stage it may be at."""

from __future__ import annotations

import asyncio

import msgspec

from crossdock.demo.books import Books
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import TOO_LATE, Moment
from crossdock.demo.world import DemoOrder


class CallOffs:
    """Asks once, when the order is where the plan wants it."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._heard: dict[tuple[str, Moment], asyncio.Event] = {}

    def follow(self, order: DemoOrder) -> None:
        """Follow an approved order, if its customer will call it off."""
        moment = self._stage.fate(order).called_off
        if moment is not None:
            self._stage.start(self._call_off(order, moment))

    def heard(self, order_no: str, moment: Moment) -> None:
        """We were told that goods of this order are so far, and so is its customer."""
        self._news(order_no, moment).set()

    def _news(self, order_no: str, moment: Moment) -> asyncio.Event:
        return self._heard.setdefault((order_no, moment), asyncio.Event())

    async def _call_off(self, order: DemoOrder, moment: Moment) -> None:
        bay = self._stage.yard.bay(order.order_no, order.sites[0])
        if moment in TOO_LATE:
            # Of goods nobody said have left, the warehouse would be asked.
            await self._news(order.order_no, Moment.LEFT).wait()
            await self._news(order.order_no, moment).wait()
        elif moment is not Moment.BLOCKED:
            await bay.stands.wait()
        at = await self._stage.step(order.order_no, "call off", (5, 20))
        if moment in TOO_LATE:
            bay.called_off.set()
        request = f"CXL-{order.order_no[3:]}"
        self.books.write("called_off", order.order_no, order.order_no, moment=moment, request=request)
        data = {"orderNo": order.order_no, "requestId": request, "reason": "not needed", "requestedBy": "customer"}
        ident = f"erp-{order.order_no}-{request}"
        body = {"eventId": ident, "eventType": "SalesOrder.CancelRequested", "occurredAt": at.isoformat()}
        point = Point(self.books.system, "order.cancel_requested", order.order_no)
        self.speaker.say(
            Message(ident, msgspec.json.encode({**body, "client": "100", "data": data}), order.order_no, point)
        )
