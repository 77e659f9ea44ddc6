"""WMS-B: a third-party warehouse that takes 940 files and says nothing but 997 and, when the goods have left, a 945."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from crossdock.demo import x12
from crossdock.demo.books import Books
from crossdock.demo.door import Refusal
from crossdock.demo.exchange import Exchange
from crossdock.demo.faults import Point
from crossdock.demo.peers.warehouse import Job, check, pack_job, pick_job
from crossdock.demo.speaker import Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.world import SITE_B

ITEM_QUALIFIERS = ("VN", "SK", "BP", "VP")


class WmsB:
    """Keeps jobs by depositor order number and release."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker) -> None:
        self.books, self.speaker = books, speaker
        self.exchange: Exchange | None = None
        self._stage = stage
        self._jobs: dict[str, Job] = {}

    def take(self, entry: tuple[x12.Segment, ...]) -> bool:
        """Take one 940; False refuses it in the 997."""
        w05 = x12.find(entry, "W05")
        order_no, reference = x12.element(w05, 2), f"{x12.element(w05, 2)}/{SITE_B}"
        if entry[0][1] != "940" or not order_no:
            self.books.write("refused", "not_a_940", order_no)
            return False
        if x12.element(w05, 1) == "F" or reference in self._jobs:
            self.books.write("refused", "already_exists", order_no, message=f"{reference} was taken before")
            return False
        try:
            asked = check(self._stage, order_no, SITE_B, dict(_asked(entry)))
        except Refusal as refusal:
            self.books.write("refused", refusal.code, order_no, message=refusal.message)
            return False
        job = self._jobs[reference] = Job(reference, order_no, SITE_B, asked)
        self.books.write("job", reference, order_no, lines=asked)
        self._stage.start(self._run(job, x12.element(w05, 3)))
        return True

    async def _run(self, job: Job, customer_po: str) -> None:
        await self._stage.step(job.order_no, "pick B", (30, 90))
        pick_job(self._stage, job)
        pack_job(self._stage, job)
        await self._stage.step(job.order_no, "pack B", (10, 40))
        bay = self._stage.yard.bay(job.order_no, job.site)
        bay.pallets = job.pallets
        bay.packed.set()
        await bay.truck_came.wait()
        at = await self._stage.step(job.order_no, "hand over B", (10, 40))
        job.handover_no = f"BOL-B-{job.order_no}"
        self.books.write("handed_over", job.reference, job.order_no, handover_no=job.handover_no, lines=job.picked)
        point = Point(self.books.system, "945", job.order_no, job.site)
        assert self.exchange is not None
        self.exchange.send("945", ship_advice(job, customer_po, at), at, job.order_no, point)
        bay.gone.set()


def ship_advice(job: Job, customer_po: str, at: datetime) -> tuple[x12.Segment, ...]:
    """The body of a 945: what left, pallet by pallet. Times are UTC and say so (time code UT)."""
    rows: list[x12.Segment] = [
        ("W06", "F", job.order_no, at.strftime("%Y%m%d"), job.handover_no, "", customer_po),
        ("N1", "SF", "Warehouse B", "92", job.site),
        ("G62", "11", at.strftime("%Y%m%d"), "8", at.strftime("%H%M"), "UT"),
        ("W27", "M", "NVTR"),
    ]
    pieces = 0
    for number, pallet in enumerate(job.pallets, start=1):
        rows += [("LX", str(number)), ("MAN", "GM", pallet.sscc)]
        for line, item, count in pallet.contents:
            short = job.asked[line] - job.picked[line] if _last_of(job, pallet.sscc, line) else 0
            status = "BP" if job.asked[line] > job.picked[line] else "CC"
            rows.append(("W12", status, str(count + short), str(count), str(short), "EA", "", "VN", item))
            rows.append(("N9", "LI", line))
            pieces += count
    rows.append(("W03", str(pieces), str(sum(float(pallet.gross_kg) for pallet in job.pallets)), "KG"))
    return tuple(rows)


def _asked(entry: tuple[x12.Segment, ...]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Line → (item, quantity) of a 940: the line number from `N9*LI` where given, else from `LX`."""
    line, item, quantity = "", "", 0
    for row in (*entry, ("LX", "")):
        if row[0] == "LX":
            if item:
                yield line, (item, quantity)
            line, item, quantity = x12.element(row, 1), "", 0
        elif row[0] == "W01":
            quantity = int(float(x12.element(row, 1)))
            item = next((row[at + 1] for at in range(4, len(row) - 1) if row[at] in ITEM_QUALIFIERS), "")
        elif row[:2] == ("N9", "LI"):
            line = x12.element(row, 2)


def _last_of(job: Job, sscc: str, line: str) -> bool:
    """Whether this is the last pallet with pieces of the line: there the shortage is reported, once."""
    return [pallet.sscc for pallet in job.pallets if any(entry[0] == line for entry in pallet.contents)][-1] == sscc
