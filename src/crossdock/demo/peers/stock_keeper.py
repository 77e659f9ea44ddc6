"""The warehouse's stock keeper: tells movements, reports the whole stock, counts when asked. In real time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.stage import Stage
from crossdock.demo.storeroom import AVAILABLE, QUALITY, STOCK_SITE, Drift, Move, StockPlan

# Says an event about an item: its kind, which item, when, its own id, its data.
Say = Callable[[str, str, datetime, str, Json], None]


class StockKeeper:
    """`_book` is what the warehouse believes; what really lies there is the storeroom's."""

    def __init__(self, stage: Stage, books: Books, door: Door, say: Say) -> None:
        self.books = books
        self._stage = stage
        self._say = say
        self._book = dict(stage.room.pieces)
        self._counter = 0
        door.on("POST", "/v1/counts", "request_count", self._count, _whose)

    async def keep(self) -> None:
        """A period: an opening report, movements, a closing report once the ERP has booked them."""
        self._report("opening")
        plans = self._stage.room.plans.values()
        for number in range(max(len(plan.moves) for plan in plans)):
            for plan in plans:
                await self._stage.rest(plan.item_no, f"move {number}")
                self._move(plan, number)
        for plan in plans:
            self._drift(plan)
        await self._stage.room.booked.wait()
        self._report("closing")

    def _move(self, plan: StockPlan, number: int) -> None:
        move = plan.moves[number]
        self._stage.room.move(plan.item_no, move)
        self._note(plan.item_no, AVAILABLE, move.pieces if move.kind == "receipt" else -move.pieces)
        if move.kind == "status_change":
            self._note(plan.item_no, QUALITY, move.pieces)
        self._counter += 1
        name = f"MV-{plan.item_no[3:]}-{number}"
        data: Json = {"movementId": name, "site": STOCK_SITE, "sku": plan.item_no, "quantity": move.pieces}
        kind, more = _told(move, self._counter)
        self._say(kind, plan.item_no, datetime.now(UTC), name, {**data, **more})

    def _drift(self, plan: StockPlan) -> None:
        """What goes wrong without a word: pieces vanish, or appear in the books only."""
        if plan.drift is Drift.UNTOLD:
            self._stage.room.add(plan.item_no, AVAILABLE, -plan.adrift)
            self._note(plan.item_no, AVAILABLE, -plan.adrift)
            self._counter += 1
        elif plan.drift is Drift.PHANTOM:
            self._note(plan.item_no, AVAILABLE, plan.adrift)

    def _note(self, item_no: str, status: str, pieces: int) -> None:
        self._book[item_no, status] = self._book.get((item_no, status), 0) + pieces
        self.books.write("stock", item_no, "", **self.statuses(item_no))

    def statuses(self, item_no: str) -> dict[str, int]:
        """What the warehouse believes of an item, by status."""
        return {status: pieces for (item, status), pieces in self._book.items() if item == item_no}

    def _report(self, name: str) -> None:
        at = datetime.now(UTC)
        rows = [{"sku": item, "onHand": pieces, "status": status} for (item, status), pieces in self._book.items()]
        data: Json = {"site": STOCK_SITE, "snapshotId": f"SNAP-{name}", "asOf": at.isoformat(), "rows": rows}
        self._say("stock.snapshot", "", at, f"SNAP-{name}", {**data, "watermark": self._counter})

    def _count(self, call: Call) -> Json:
        case, item_no = call.text("case"), call.text("sku")
        if call.text("site") != STOCK_SITE or item_no not in self._stage.room.plans:
            raise Refusal(422, "unknown_item", f"{STOCK_SITE} does not keep {item_no}")
        if self.books.latest("count_asked", f"{item_no} {case}") is not None:
            raise Refusal(409, "already_counted", f"{case} was asked for under another key")
        self.books.write("count_asked", f"{item_no} {case}")
        self._stage.start(self._walk(item_no, len(self.books.entries)))
        return {"countId": f"CNT-{item_no[3:]}"}

    async def _walk(self, item_no: str, number: int) -> None:
        """Count what lies there, and correct the books by it."""
        await self._stage.rest(item_no, f"count {number}")
        found, book = self._stage.room.pieces[item_no, AVAILABLE], self._book[item_no, AVAILABLE]
        name = f"CNT-{item_no[3:]}-{number}"
        self.books.write("counted", item_no, counted=found, book=book)
        at = datetime.now(UTC)
        data: Json = {"site": STOCK_SITE, "sku": item_no, "countId": name, "counted": found, "book": book}
        self._say("stock.counted", item_no, at, name, data)
        if found != book:
            self._note(item_no, AVAILABLE, found - book)
            self._counter += 1
            more: Json = {"movementId": f"ADJ-{name}", "quantity": found - book, "reason": "count", "countId": name}
            told: Json = {"site": STOCK_SITE, "sku": item_no, **more}
            self._say("stock.adjusted", item_no, datetime.now(UTC), f"ADJ-{name}", told)


def _told(move: Move, counter: int) -> tuple[str, Json]:
    """The event of a movement, and what it says beside item and quantity."""
    there: Json = {"location": "A-01", "status": AVAILABLE}
    if move.kind == "receipt":
        return "stock.moved", {"type": "receipt", "to": there, "sequence": counter}
    if move.kind == "scrap":
        return "stock.moved", {"type": "scrap", "from": there, "sequence": counter}
    return "stock.status_changed", {"fromStatus": AVAILABLE, "toStatus": QUALITY, "reason": "inspection"}


def _whose(call: Call) -> tuple[str, str]:
    return call.text("sku"), ""
