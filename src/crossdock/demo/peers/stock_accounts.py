"""The ERP's stock accounts: books each movement once, one of them wrongly, and reports its balances in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.storeroom import AVAILABLE, STOCK_SITE, Drift

# Its own words for where stock lies.
WORDS = {"available": "UNRESTRICTED", "quality": "QUALITY"}


class StockAccounts:
    """Balances by material and stock type."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._balances = {(item, WORDS[AVAILABLE]): plan.opening for item, plan in stage.room.plans.items()}
        self._documents = 0
        door.on("POST", "/api/v1/material-movements", "post_inventory_movement", self._post, _whose)

    def _post(self, call: Call) -> Json:
        number, material = call.text("movementId"), call.text("material")
        if call.text("plant") != STOCK_SITE or material not in self._stage.room.plans:
            raise Refusal(422, "unknown_material", f"{material} is not kept in {call.text('plant')}")
        if self.books.latest("movement", number) is not None:
            raise Refusal(409, "already_moved", f"{number} is booked under another key")
        pieces = int(Decimal(str(call.body.get("quantity"))))
        origin, target = _type(call.body.get("from")), _type(call.body.get("to"))
        if not pieces or not (origin or target):
            raise Refusal(422, "nothing_moved", f"{number} moves nothing")
        self._documents += 1
        booked = pieces - self._slip(material)
        if target:
            self._add(material, target, booked)
        if origin:
            # What only goes comes with its sign.
            self._add(material, origin, -booked if target else booked)
        self.books.write("movement", number, item=material, pieces=booked)
        self.books.write("balance", material, "", **self.balances(material))
        self._stage.start(self._confirm(number, material, f"52{self._documents:08d}"))
        return {"documentNo": f"52{self._documents:08d}"}

    def _slip(self, material: str) -> int:
        """How many pieces the first movement of an item is booked short, where the plan wants it."""
        plan = self._stage.room.plans[material]
        first = not any(entry.kind == "movement" and entry.facts["item"] == material for entry in self.books.entries)
        return plan.adrift if plan.drift is Drift.MISBOOKED and first else 0

    def _add(self, material: str, kind: str, pieces: int) -> None:
        self._balances[material, kind] = self._balances.get((material, kind), 0) + pieces

    def balances(self, material: str) -> dict[str, int]:
        """What the ERP books of a material, by stock type."""
        return {kind: pieces for (item, kind), pieces in self._balances.items() if item == material}

    async def _confirm(self, number: str, material: str, document: str) -> None:
        await self._stage.rest(material, f"post {number}")
        data: Json = {"movementId": number, "plant": STOCK_SITE, "material": material, "documentNo": document}
        self._say("MaterialDocument.Posted", "stock.posted", material, f"posted-{number}", data)
        self._stage.room.to_book -= 1
        if self._stage.room.to_book == 0:
            self._report()
            self._stage.room.booked.set()

    def _report(self) -> None:
        rows = [
            {"material": material, "quantity": pieces, "stockType": kind}
            for (material, kind), pieces in self._balances.items()
        ]
        data: Json = {"reportId": "CLOSING", "plant": STOCK_SITE, "asOf": datetime.now(UTC).isoformat(), "items": rows}
        self._say("Stock.Reported", "stock.reported", "", "closing", data)

    def _say(self, kind: str, name: str, material: str, suffix: str, data: Json) -> None:
        ident = f"erp-stock-{suffix}"
        at = datetime.now(UTC)
        body = {"eventId": ident, "eventType": kind, "occurredAt": at.isoformat(), "client": "100", "data": data}
        point = Point(self.books.system, name, material)
        self.speaker.say(Message(ident, msgspec.json.encode(body), f"stock {STOCK_SITE}", point))


def _type(place: object) -> str:
    return str(place.get("stockType")) if isinstance(place, dict) else ""


def _whose(call: Call) -> tuple[str, str]:
    return call.text("material"), ""
