"""The docks of customers who take nobody without a slot: they book, move and give back slots, and log the trucks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from crossdock.demo.books import Books, Json
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.world import DemoOrder

# Slots end after the real now, as the TMS's windows do: a day takes seconds here, and nobody may be called late.
SLOT_FROM, SLOT_TO = timedelta(hours=4), timedelta(hours=30)
MOVED_BY = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Dock:
    """One slot at a time for each truck load of an order."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage

    def follow(self, order: DemoOrder) -> None:
        """Book slots for what comes to this order's dock, if it has one; of what will be called off nothing comes."""
        for site, part in self._stage.fate(order).parts.items():
            if part.is_docked:
                self._stage.start(self._receive(order, site))

    async def _receive(self, order: DemoOrder, site: str) -> None:
        """Book when the goods have left, change one's mind, and write down when the truck came and went."""
        bay = self._stage.yard.bay(order.order_no, site)
        await bay.gone.wait()
        number = await self._book(order, site, 1)
        slot = self._stage.fate(order).parts[site].slot
        if slot == "moved":
            at = await self._stage.step(order.order_no, f"move {number}", (1, 3))
            self.books.write("slot", number, order.order_no, state="moved")
            new = _slot(at + MOVED_BY)
            self._say(order, site, "appointment.rescheduled", number, at, {"slot": new, "rev": 2, "by": "dock"})
        elif slot == "given back":
            at = await self._stage.step(order.order_no, f"give back {number}", (1, 3))
            self.books.write("slot", number, order.order_no, state="CANCELLED")
            self._say(order, site, "appointment.cancelled", number, at, {"by": "dock", "reason": "door out of order"})
            number = await self._book(order, site, 2)
        await bay.delivered.wait()
        assert bay.unloaded_at is not None, "what is delivered has been unloaded"
        self._log(order, site, number, bay.unloaded_at)

    async def _book(self, order: DemoOrder, site: str, place: int) -> str:
        number = f"APT-{order.order_no[3:]}-{site[3:]}-{place}"
        at = await self._stage.step(order.order_no, f"book {number}", (1, 3))
        self.books.write("slot", number, order.order_no, state="CONFIRMED")
        self._say(order, site, "appointment.confirmed", number, at, {"slot": _slot(at), "door": "D4", "rev": 1})
        return number

    def _log(self, order: DemoOrder, site: str, number: str, unloaded: datetime) -> None:
        """The sheet of the gate: it is sent when the truck has left."""
        came, begun = unloaded - 6 * MINUTE, unloaded - 4 * MINUTE
        self.books.write(
            "slot", number, order.order_no, state="COMPLETED", begun=begun.isoformat(), ended=unloaded.isoformat()
        )
        self._say(order, site, "appointment.checked_in", number, came, {"at": _text(came)})
        self._say(order, site, "appointment.service_started", number, begun, {"at": _text(begun), "door": "D4"})
        over: Json = {"start": _text(begun), "end": _text(unloaded)}
        self._say(order, site, "appointment.completed", number, unloaded, over)

    def _say(self, order: DemoOrder, site: str, kind: str, number: str, at: datetime, more: Json) -> None:
        ident = f"dock-{number}-{kind}"
        shipment = self._stage.planned[order.order_no, site]
        body: Json = {
            "type": kind,
            "subject": {"type": "appointment", "id": number},
            "source": {"system": "DOCK", "instance": self.books.system, "message_id": ident},
            "occurred": {"instant": _text(at)},
            "refs": [{"scheme": "shipment", "id": shipment}],
            "payload": {"appt_no": number, **more},
        }
        point = Point(self.books.system, kind, order.order_no, site)
        self.speaker.say(Message(ident, msgspec.json.encode(body), order.order_no, point))


def _slot(at: datetime) -> Json:
    return {"earliest": _text(at + SLOT_FROM), "latest": _text(at + SLOT_TO)}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
