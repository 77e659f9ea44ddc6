"""The customer portal: what customers ask for themselves, in canonical facts, once they have had their goods."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.demo.books import Books, Json
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import SentBack
from crossdock.demo.world import DemoOrder


class Portal:
    """Customers decide by the seed; each says a thing once."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage

    def open_account(self, order: DemoOrder) -> None:
        """Follow an order for its customer."""
        wish = self._stage.fate(order).sent_back
        if wish is not None:
            self._stage.start(self._send_back(order, wish))

    async def _send_back(self, order: DemoOrder, wish: SentBack) -> None:
        """Look at the goods first, then ask to send some of them back."""
        bay = self._stage.yard.bay(order.order_no, wish.line.site)
        await bay.delivered.wait()
        at = await self._stage.step(order.order_no, "look at it", (60, 180))
        contents = [packed for pallet in bay.pallets for packed in pallet.contents]
        pieces = wish.wanted(sum(count for line, _, count in contents if line == wish.line.line_no))
        facts = {"line": wish.line.line_no, "pieces": pieces, "greedy": wish.greedy}
        self.books.write("return_requested", wish.request_id, order.order_no, **facts)
        line = {"line": wish.line.line_no, "qty": {"value": str(pieces), "uom": "EA"}, "reason": wish.reason}
        payload: Json = {"request_id": wish.request_id, "order_no": order.order_no, "lines": [line]}
        self._say(order, "return.requested", ("return", wish.request_id), at, payload)

    def _say(self, order: DemoOrder, kind: str, subject: tuple[str, str], at: datetime, payload: Json) -> None:
        ident = f"prt-{subject[1]}-{kind}"
        body: Json = {
            "type": kind,
            "subject": {"type": subject[0], "id": subject[1]},
            "source": {"system": "PRT", "instance": self.books.system, "message_id": ident},
            "occurred": {"instant": at.astimezone(UTC).isoformat()},
            "payload": payload,
        }
        point = Point(self.books.system, kind, order.order_no)
        self.speaker.say(Message(ident, msgspec.json.encode(body), order.order_no, point))
