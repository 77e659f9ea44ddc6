"""The customs system: takes declarations by CUSDEC, answers with the outcomes of EU AES by CUSRES, receipts by CONTRL.

It rejects a tariff code that has expired, controls one declaration in four, releases in the end, and says when the
goods have left the country. Without its release no driver drives to the border.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from crossdock.demo import edifact, world
from crossdock.demo.books import Books
from crossdock.demo.edifact import Row, pick, row
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.world import EXPIRED

ME, HUB = "DOUANE:ZZ", "CROSSDOCK:ZZ"
POLL_S = 0.2
DRAFT, SUBMISSION = "46", "47"
RECEIVED, ACCEPTED, REJECTED, CONTROL, RELEASED, EXIT = "515", "528", "556", "560", "529", "599"
NAMES = {RECEIVED: "declared", ACCEPTED: "accepted", REJECTED: "rejected", CONTROL: "held", RELEASED: "released",
         EXIT: "exit"}  # fmt: skip
CONTROLLED_ONE_IN = 4


class Customs:
    """Keeps declarations by the declarant's reference (LRN)."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, folder: Path) -> None:
        self.books, self.speaker = books, speaker
        self.files = 0
        self._stage = stage
        self._inbox = folder / "out"
        self._taken = folder / "taken"
        self._control = 0
        self._answers = 0
        self._seen: set[str] = set()
        self._versions: dict[str, str] = {}
        self._of: dict[str, tuple[str, str]] = {}
        self._inbox.mkdir(parents=True, exist_ok=True)
        self._taken.mkdir(parents=True, exist_ok=True)

    async def watch(self) -> None:
        """Take files as they come, for ever."""
        while True:
            self.take_all()
            await asyncio.sleep(POLL_S)

    def take_all(self) -> None:
        """Take what lies there now."""
        for path in sorted(self._inbox.iterdir()):
            if path.is_file() and not path.name.startswith(".") and path.suffix not in (".part", ".tmp"):
                raw = path.read_bytes()
                path.rename(self._taken / path.name)
                self.files += 1
                self._read(raw, path.name)

    def _read(self, raw: bytes, name: str) -> None:
        try:
            got = edifact.read(raw)
        except ValueError as error:
            self.books.write("refused", "unreadable", message=str(error), file=name)
            return
        if got.control in self._seen:
            self.books.replays += 1
            return
        self._seen.add(got.control)
        if got.kind == "CONTRL":
            action = pick_answer(got.rows)
            self.books.write("acknowledged", got.control, code=action)
            return
        good = got.kind == "CUSDEC" and self._take(got.rows)
        answer = (row("UCI", got.control, got.sender, got.receiver, "7" if good else "4"),)
        self._send("CONTRL", "2:2", answer, datetime.now(UTC), "contrl", Point(self.books.system, "CONTRL", ""))

    def _take(self, rows: tuple[Row, ...]) -> bool:
        """Take a draft or a submission; False refuses it in the CONTRL."""
        function = next(one[3][0] for one in rows if one[0][0] == "BGM")
        lrn = pick(rows, "RFF", "ABE")[0]
        if function == DRAFT:
            return self._draft(lrn, rows)
        version = (pick(rows, "RFF", "ACD") or ("",))[0]
        if function != SUBMISSION or lrn not in self._of or int(version) <= int(self._versions.get(lrn, "0")):
            self.books.write("refused", "not_in_order", lrn, message=f"BGM function {function}, version {version}")
            return False
        self._versions[lrn] = version
        order_no, site = self._of[lrn]
        lines, codes = _goods(rows)
        self.books.write("submitted", lrn, order_no, site=site, version=version, lines=lines)
        self._stage.start(self._examine(lrn, version, codes))
        return True

    def _draft(self, lrn: str, rows: tuple[Row, ...]) -> bool:
        """Note what will be declared; the shipment's reference is the hub's request, `order/warehouse/release`."""
        order_no, _, rest = pick(rows, "RFF", "UCN")[0].partition("/")
        if lrn in self._of:
            self.books.write("refused", "already_drafted", lrn)
            return False
        order_no = order_no if order_no in self._stage.orders else _order_of(self._stage, rows)
        order = self._stage.orders.get(order_no)
        if order is None or not _goods(rows)[0]:
            self.books.write("refused", "unknown_goods", lrn)
            return False
        self._of[lrn] = (order_no, rest.partition("/")[0] or order.sites[0])
        self.books.write("drafted", lrn, order_no, site=self._of[lrn][1])
        return True

    async def _examine(self, lrn: str, version: str, codes: list[str]) -> None:
        """Answer a submission, and see the goods out."""
        order_no, site = self._of[lrn]
        bay = self._stage.yard.bay(order_no, site)
        at = await self._stage.step(order_no, f"receive {lrn} {version}", (2, 6))
        self._say(lrn, RECEIVED, at, row("RFF", f"ACD:{version}"))
        at = await self._stage.step(order_no, f"examine {lrn} {version}", (3, 12))
        if any(code in EXPIRED for code in codes):
            self.books.write("rejected", lrn, order_no, version=version)
            why = (row("FTX", "AAO", "", "", "HS CODE EXPIRED"), row("RFF", f"ACD:{version}"))
            self._say(lrn, REJECTED, at, *why)
            return
        mrn = self._mrn(lrn)
        self.books.write("accepted", lrn, order_no, mrn=mrn)
        self._say(lrn, ACCEPTED, at)
        if world.pick(self._stage.seed, CONTROLLED_ONE_IN, "control", order_no) == 0:
            at = await self._stage.step(order_no, f"control {lrn}", (5, 15))
            self.books.write("held", lrn, order_no)
            self._say(lrn, CONTROL, at)
            await self._stage.rest(order_no, "at the control")
        at = await self._stage.step(order_no, f"release {lrn}", (10, 30))
        self.books.write("released", lrn, order_no, mrn=mrn)
        self._say(lrn, RELEASED, at)
        bay.cleared.set()
        await bay.abroad.wait()
        at = await self._stage.step(order_no, f"exit {lrn}", (5, 20))
        self.books.write("left", lrn, order_no, mrn=mrn)
        self._say(lrn, EXIT, at, row("LOC", "42", "NL000510"))

    def _mrn(self, lrn: str) -> str:
        """The number of the declaration: year, country, and digits of our own."""
        return f"26NL{world.pick(self._stage.seed, 10**13, 'mrn', lrn):013d}A"

    def _say(self, lrn: str, outcome: str, at: datetime, *more: Row) -> None:
        self._answers += 1
        order_no, site = self._of[lrn]
        rows = [
            row("BGM", "961", f"R-{self._answers}", "11"),
            *(one for one in more if one[0][0] == "LOC"),
            row("DTM", f"137:{at:%Y%m%d%H%M}:203"),
            row("GIS", f"{outcome}:AES"),
            *(one for one in more if one[0][0] == "FTX"),
            row("RFF", f"ABE:{lrn}"),
        ]
        if outcome not in (RECEIVED, REJECTED):
            rows.append(row("RFF", f"ABT:{self._mrn(lrn)}"))
        rows += [one for one in more if one[0][0] == "RFF"]
        self._send(
            "CUSRES", "D:96A", tuple(rows), at, order_no, Point(self.books.system, NAMES[outcome], order_no, site)
        )

    def _send(self, kind: str, release: str, rows: tuple[Row, ...], at: datetime, lane: str, point: Point) -> None:
        self._control += 1
        raw = edifact.write(ME, HUB, self._control, at, kind, release, rows)
        self.speaker.say(Message(f"{kind}-{self._control}", raw, lane, point))


def pick_answer(rows: tuple[Row, ...]) -> str:
    """The action of a CONTRL: 7 acknowledged, 8 received, 4 rejected, of the message where it is named."""
    told = [one for one in rows if one[0][0] in ("UCM", "UCI")]
    actions = [one[3][0] if one[0][0] == "UCM" else one[4][0] for one in told if len(one) > 3]
    return "4" if "4" in actions else actions[0] if actions else ""


def spoil(body: bytes) -> bytes:
    """A wrong segment count in UNT, as a truncated and patched file has it."""
    head, _, tail = body.partition(b"'UNT+")
    count, _, rest = tail.partition(b"+")
    return head + b"'UNT+" + str(int(count) + 7).encode() + b"+" + rest


def _goods(rows: tuple[Row, ...]) -> tuple[dict[str, str], list[str]]:
    """Quantities by order line, and tariff codes, of the items of a declaration."""
    lines: dict[str, str] = {}
    codes: list[str] = []
    quantity = ""
    for one in rows:
        if one[0][0] == "CST" and len(one) > 2:
            codes.append(one[2][0])
        elif one[0][0] == "MEA" and one[1] == ("AAE",):
            quantity = one[3][1]
        elif one[0][0] == "RFF" and one[1][0] == "LI":
            lines[one[1][1]] = quantity
    return lines, codes


def _order_of(stage: Stage, rows: tuple[Row, ...]) -> str:
    """The order a shipment of the TMS belongs to, where the declaration names that."""
    return stage.shipped.get(pick(rows, "RFF", "UCN")[0], "")
