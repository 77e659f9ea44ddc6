"""The dock where everything comes back to: announced by authorisation, received, looked at, decided on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import RETURNS_SITE, SentBack

# Says an event of an order: its kind, the name of the fault's point, when, its own id, its data.
Say = Callable[[str, str, str, datetime, str, Json], None]


class ReturnsDock:
    """Keeps announcements by authorisation; what comes without one is turned away at the gate."""

    def __init__(self, stage: Stage, books: Books, door: Door, say: Say) -> None:
        self.books = books
        self._stage = stage
        self._say = say
        door.on("PUT", "/v1/returns/{rma}", "expect_return", self._expect, _whose)

    def _expect(self, call: Call) -> Json:
        number, order_no = call.parts["rma"], call.text("orderNo")
        if call.text("site") != RETURNS_SITE:
            raise Refusal(422, "wrong_site", f"returns come to {RETURNS_SITE} only")
        wish = self._stage.fate(order_no).sent_back if order_no in self._stage.orders else None
        if wish is None:
            raise Refusal(422, "unknown_depositor_order", f"no customer sends anything of {order_no} back")
        if self.books.latest("return_expected", number) is not None:
            raise Refusal(409, "already_expected", f"{number} was announced before")
        lines = {str(line["lineNo"]): int(Decimal(str(line["quantity"]))) for line in _lines(call)}
        self.books.write("return_expected", number, order_no, lines=lines)
        self._stage.start(self._receive(number, wish, lines))
        return {"rma": number}

    async def _receive(self, number: str, wish: SentBack, lines: dict[str, int]) -> None:
        """The customer sends it, or our carrier brings it: in one parcel or in two."""
        if wish.is_our_fault:
            await self._stage.yard.collected(number).wait()
        for place, parcel in enumerate(parcels(lines, in_two=wish.in_two), start=1):
            receipt = f"RR-{number[4:]}-{place}"
            at = await self._stage.step(wish.order_no, f"comes back {receipt}", (60, 240))
            self.books.write("return_received", receipt, wish.order_no, rma=number, lines=parcel)
            self._tell("return.received", receipt, number, wish, at, parcel, {"condition": wish.reason})
            at = await self._stage.step(wish.order_no, f"inspect {receipt}", (10, 40))
            self._tell("return.inspected", receipt, number, wish, at, parcel, {"condition": wish.reason, "grade": "B"})
            at = await self._stage.step(wish.order_no, f"decide {receipt}", (5, 20))
            self.books.write("return_decided", receipt, wish.order_no, rma=number, lines=parcel, fate=wish.fate)
            self._tell("return.dispositioned", receipt, number, wish, at, parcel, {"disposition": wish.fate})

    def _tell(
        self, event: str, receipt: str, number: str, wish: SentBack, at: datetime, parcel: dict[str, int], more: Json
    ) -> None:
        rows = [{"lineNo": line, "quantity": pieces, **more} for line, pieces in parcel.items()]
        data: Json = {"rma": number, "receiptNo": receipt, "orderNo": wish.order_no, "lines": rows}
        self._say(event, event, wish.order_no, at, f"{receipt}-{event}", data)


def parcels(lines: dict[str, int], *, in_two: bool) -> list[dict[str, int]]:
    """How the goods are packed: all together, or one piece first and the others later."""
    line, pieces = next(iter(lines.items()))
    return [{line: 1}, {**lines, line: pieces - 1}] if in_two and pieces > 1 else [lines]


def _lines(call: Call) -> list[Json]:
    lines = call.body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise Refusal(422, "field_missing", "lines is required")
    return lines


def _whose(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), ""
