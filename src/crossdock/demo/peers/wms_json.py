"""WMS-A: a warehouse with a REST door and signed webhooks, which tells every step from acceptance to dispatch."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.peers.returns_dock import ReturnsDock
from crossdock.demo.peers.stock_keeper import StockKeeper
from crossdock.demo.peers.warehouse import Job, check, pack_job, pick_job
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import Moment
from crossdock.demo.world import SITE_A, SITE_B


class WmsA:
    """Keeps jobs by their reference; a job runs by itself once taken."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker, self.door = books, speaker, door
        self._stage = stage
        self._jobs: dict[str, Job] = {}
        door.on("POST", "/v1/outbound-orders", "create_fulfilment_order", self._take, _whose_new)
        door.on("PUT", "/v1/outbound-orders/{ref}", "update_fulfilment_order", self._update, self._whose)
        door.on("POST", "/v1/outbound-orders/{ref}/cancellation", "cancel_fulfilment_order", self._cancel, self._whose)
        for action in ("hold", "unhold"):
            door.on("POST", f"/v1/outbound-orders/{{ref}}/{action}", action, self._note, self._whose)
        for action in ("block-loading", "unblock-loading"):
            door.on("POST", f"/v1/shipments/{{shipment}}/{action}", action, self._loading, self._whose_shipment)
        door.on("PUT", "/v1/outbound-orders/{ref}/carrier", "update_carrier_assignment", self._carrier, self._whose)
        door.on("POST", "/v1/outbound-orders/{ref}/dispatch-resend", "resend", self._resend, self._whose)
        self.returns = ReturnsDock(stage, books, door, self._say_of)
        self.stock = StockKeeper(stage, books, door, self._say_stock)

    def _take(self, call: Call) -> Json:
        reference, order_no = call.text("reference"), call.text("orderNo")
        if call.text("site") != SITE_A:
            raise Refusal(422, "wrong_site", f"this system runs {SITE_A} only")
        if reference in self._jobs:
            raise Refusal(409, "already_exists", f"{reference} was taken before")
        asked = {str(line["lineNo"]): (str(line["sku"]), int(float(str(line["quantity"])))) for line in _lines(call)}
        job = Job(reference, order_no, SITE_A, check(self._stage, order_no, SITE_A, asked))
        self._jobs[reference] = job
        self.books.write("job", reference, order_no, lines=job.asked)
        self._stage.start(self._run(job))
        return {"id": f"WO-{len(self._jobs):05d}", "reference": reference}

    def _update(self, call: Call) -> Json:
        job = self._job(call)
        if job.picked:
            raise Refusal(409, "too_late", f"{job.reference} is picked already")
        self.books.write("job_updated", job.reference, job.order_no)
        return {"reference": job.reference}

    def _cancel(self, call: Call) -> Json:
        job = self._job(call)
        if job.handover_no:
            raise Refusal(409, "too_late", f"{job.reference} has left with {job.handover_no}")
        job.cancel_id = call.text("cancelId")
        self.books.write("cancelled", job.reference, job.order_no, picked=job.picked)
        self._stage.yard.bay(job.order_no, job.site).called_off.set()
        return {"reference": job.reference}

    def _note(self, call: Call) -> Json:
        job = self._job(call)
        self.books.write("instruction", job.reference, job.order_no, body=call.body)
        return {"reference": job.reference}

    def _carrier(self, call: Call) -> Json:
        job = self._job(call)
        self.books.write("carrier", job.reference, job.order_no, scac=call.text("carrier"))
        return {"reference": job.reference}

    def _resend(self, call: Call) -> Json:
        job = self._job(call)
        again = self.speaker.say_again(self._point(job, "shipment.handed_over"))
        self.books.write("resent", job.reference, job.order_no, lost=again)
        return {"reference": job.reference, "resent": again}

    def _loading(self, call: Call) -> Json:
        """Let a shipment stand, or go on with it: the gate asks for its papers anyway."""
        number = call.parts["shipment"]
        order_no = self._stage.shipped.get(number)
        if order_no is None:
            raise Refusal(404, "unknown_shipment", f"we know no shipment {number}")
        self.books.write("instruction", number, order_no, body=call.body)
        return {"shipment": number}

    def _whose_shipment(self, call: Call) -> tuple[str, str]:
        return self._stage.shipped.get(call.parts["shipment"], ""), SITE_A

    async def _run(self, job: Job) -> None:
        step = self._stage.step
        lines = [{"lineNo": line, "quantity": quantity} for line, quantity in job.asked.items()]
        at = await step(job.order_no, "accept", (2, 9))
        self._say(job, "order.accepted", at, "fulfilment.accepted", orderId=job.reference, lines=lines)
        if await self._is_called_off(job, Moment.RELEASED):
            return
        at = await step(job.order_no, "allocate", (5, 25))
        self._say(job, "allocation.completed", at, "allocation.confirmed", lines=lines)
        at = await step(job.order_no, "wave", (10, 30))
        wave = f"W-A-{world.pick(self._stage.seed, 900, 'wave', job.order_no):03d}"
        self._say(job, "wave.assigned", at, "wave.assigned", waveNo=wave)
        if not await self._pick_and_pack(job):
            return
        bay = self._stage.yard.bay(job.order_no, job.site)
        bay.pallets = job.pallets
        bay.packed.set()
        await bay.truck_came.wait()
        await self._dispatch(job)
        bay.gone.set()

    async def _is_called_off(self, job: Job, moment: Moment) -> bool:
        """Whether work ends here: it stands until somebody calls it off, and what was picked goes back."""
        if self._stage.fate(job.order_no).called_off is not moment:
            return False
        bay = self._stage.yard.bay(job.order_no, job.site)
        bay.stands.set()
        await bay.called_off.wait()
        at = await self._stage.step(job.order_no, "put back", (5, 20))
        lines = [{"lineNo": line, "quantity": quantity} for line, quantity in job.asked.items()]
        facts = {"cancelId": job.cancel_id, "lines": lines, "putback": bool(job.picked)}
        self._say(job, "order.cancelled", at, "fulfilment.cancelled", **facts)
        return True

    async def _pick_and_pack(self, job: Job) -> bool:
        """Whether it came to the end."""
        at = await self._stage.step(job.order_no, "pick start", (5, 20))
        self._say(job, "pick.started", at, "pick.started", taskIds=[f"T-{job.order_no}"])
        if await self._is_called_off(job, Moment.PICKING):
            return False
        at = await self._stage.step(job.order_no, "pick", (10, 40))
        for line, asked, found in pick_job(self._stage, job):
            self._say(
                job, "pick.short", at, "pick.shorted", lineNo=line, requested=asked, picked=found, reason="DAMAGED"
            )
            at = self._stage.move((job.order_no,), f"after short {line}", (2, 6))
        picked = [{"lineNo": line, "quantity": quantity} for line, quantity in job.picked.items()]
        self._say(job, "pick.completed", at, "pick.completed", lines=picked)
        pack_job(self._stage, job)
        at = await self._stage.step(job.order_no, "pack", (10, 30))
        self._say(job, "pack.completed", at, "pack.completed", complete=True, packages=_packages(job))
        return not await self._is_called_off(job, Moment.PACKED)

    async def _dispatch(self, job: Job) -> None:
        at = await self._stage.step(job.order_no, "load", (10, 30))
        driver = self._stage.yard.bay(job.order_no, job.site).driver
        labels = [pallet.sscc for pallet in job.pallets]
        self._say(job, "shipment.loaded", at, "shipment.loaded", packages=labels, equipment=f"TRL-{driver}")
        at = await self._stage.step(job.order_no, "hand over", (5, 20))
        job.handover_no = f"HO-A-{job.order_no}"
        shipped = [{"lineNo": line, "quantity": quantity} for line, quantity in job.picked.items()]
        self.books.write("handed_over", job.reference, job.order_no, handover_no=job.handover_no, lines=job.picked)
        self._say(
            job, "shipment.dispatched", at, "shipment.handed_over",
            dispatchNo=job.handover_no, receiver=driver, packages=labels, lines=shipped,
        )  # fmt: skip

    def claim_foreign_pick(self, order_no: str, at: datetime) -> None:
        """If the plan wants it: claim a pick in the other warehouse, which is not ours to claim (OW-03)."""
        point = Point(self.books.system, "claim.pick", order_no, SITE_B)
        data: Json = {"reference": f"{order_no}/{SITE_B}/1", "orderNo": order_no, "site": SITE_B}
        data["lines"] = [{"lineNo": "10", "quantity": 1}]
        self.speaker.claim(self._message(f"wa-{order_no}-claim", "pick.completed", at, data, order_no, point))

    def _say(self, job: Job, event: str, at: datetime, name: str, **data: object) -> None:
        whole: Json = {"reference": job.reference, "orderNo": job.order_no, "site": job.site, **data}
        suffix = f"-{data['lineNo']}" if "lineNo" in data else ""
        ident = f"wa-{job.reference.replace('/', '-')}-{event}{suffix}"
        self.speaker.say(self._message(ident, event, at, whole, job.order_no, self._point(job, name)))

    def _say_of(self, event: str, name: str, order_no: str, at: datetime, suffix: str, data: Json) -> None:
        point = Point(self.books.system, name, order_no)
        self.speaker.say(self._message(f"wa-{suffix}", event, at, data, order_no, point))

    def _say_stock(self, event: str, item_no: str, at: datetime, suffix: str, data: Json) -> None:
        name = event if event in ("stock.snapshot", "stock.counted") else "stock.moved"
        point = Point(self.books.system, name, item_no)
        self.speaker.say(self._message(f"wa-{suffix}", event, at, data, f"stock {SITE_A}", point))

    def _message(self, ident: str, event: str, at: datetime, data: Json, lane: str, point: Point) -> Message:
        body = {"id": ident, "event": event, "at": at.isoformat(), "data": data}
        return Message(ident, msgspec.json.encode(body), lane, point)

    def _point(self, job: Job, name: str) -> Point:
        return Point(self.books.system, name, job.order_no, job.site)

    def _job(self, call: Call) -> Job:
        job = self._jobs.get(call.parts["ref"])
        if job is None:
            raise Refusal(404, "unknown_order", f"no outbound order {call.parts['ref']}")
        return job

    def _whose(self, call: Call) -> tuple[str, str]:
        job = self._job(call)
        return job.order_no, job.site


def spoil(body: bytes) -> bytes:
    """Cut in the middle, as a proxy with a too small buffer does."""
    return body[: len(body) // 2]


def _whose_new(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), call.text("site")


def _lines(call: Call) -> list[Json]:
    lines = call.body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise Refusal(422, "field_missing", "lines is required")
    return lines


def _packages(job: Job) -> list[Json]:
    return [
        {
            "sscc": pallet.sscc,
            "type": "pallet",
            "grossKg": pallet.gross_kg,
            "contents": [{"lineNo": line, "sku": item, "quantity": pieces} for line, item, pieces in pallet.contents],
        }
        for pallet in job.pallets
    ]
