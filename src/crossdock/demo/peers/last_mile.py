"""Last mile LMD: delivery tasks of the own fleet, runs, failed attempts, proof. Tells time in epoch milliseconds."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import Moment
from crossdock.demo.world import Mode

VAN = "VAN-7"


class Task:
    """One delivery to one door."""

    def __init__(self, task_id: str, shipment_id: str, order_no: str, site: str) -> None:
        self.task_id = task_id
        self.shipment_id = shipment_id
        self.order_no = order_no
        self.site = site
        self.attempt = 1
        self.done = False
        self.cancelled = False


class LastMile:
    """A task starts a run of its own; a failed attempt waits until somebody says when to try again."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker, self.door = books, speaker, door
        self._stage = stage
        self._tasks: dict[str, Task] = {}
        self._by_shipment: dict[str, Task] = {}
        door.on("POST", "/api/tasks", "create_delivery_task", self._create, _whose_new)
        door.on("PUT", "/api/tasks/{id}", "update_delivery_task", self._update, self._whose)
        door.on("POST", "/api/tasks/{id}/cancel", "cancel_delivery_task", self._cancel, self._whose)
        door.on("POST", "/api/tasks/{id}/reschedule", "reschedule_delivery", self._reschedule, self._whose)
        for action in ("hold", "unhold", "pod-request"):
            door.on("POST", f"/api/tasks/{{id}}/{action}", action, self._note, self._whose)

    def _create(self, call: Call) -> Json:
        shipment_id, order_no = call.text("shipmentId"), call.text("orderNo")
        order = self._stage.orders.get(order_no)
        site = call.text("depot")
        if order is None or site not in order.sites or world.lane(order, site) is not Mode.OWN_FLEET:
            raise Refusal(422, "unknown_shipment", f"no van of ours goes for {shipment_id} of {order_no}")
        if shipment_id in self._by_shipment:
            raise Refusal(409, "task_exists", f"{shipment_id} has task {self._by_shipment[shipment_id].task_id}")
        task = Task(f"DT-{len(self._tasks) + 1:05d}", shipment_id, order_no, site)
        self._tasks[task.task_id] = self._by_shipment[shipment_id] = task
        self.books.write("task", task.task_id, order_no, shipment=shipment_id)
        self._stage.start(self._first_run(task))
        return {"id": task.task_id, "shipmentId": shipment_id}

    def _update(self, call: Call) -> Json:
        task = self._task(call)
        if task.done:
            raise Refusal(409, "task_done", f"{task.task_id} is delivered")
        self.books.write("task_updated", task.task_id, task.order_no)
        return {"id": task.task_id}

    def _cancel(self, call: Call) -> Json:
        task = self._task(call)
        if task.done:
            raise Refusal(409, "task_done", f"{task.task_id} is delivered")
        task.cancelled = True
        self._stage.yard.bay(task.order_no, task.site).packed.set()
        self.books.write("cancelled", task.task_id, task.order_no)
        return {"id": task.task_id}

    def _note(self, call: Call) -> Json:
        task = self._task(call)
        self.books.write("instruction", task.task_id, task.order_no, body=call.body)
        return {"id": task.task_id}

    def _reschedule(self, call: Call) -> Json:
        task = self._task(call)
        if task.done or self.books.latest("failed", task.task_id) is None or task.attempt > 1:
            raise Refusal(409, "nothing_to_reschedule", f"{task.task_id} has no failed attempt to repeat")
        task.attempt += 1
        self.books.write("rescheduled", task.task_id, task.order_no)
        self._stage.start(self._second_run(task))
        return {"id": task.task_id, "attempt": task.attempt}

    async def _first_run(self, task: Task) -> None:
        at = await self._stage.step(task.order_no, "plan run", (5, 20))
        self._say_run(task, "runPlanned", "run.planned", at)
        bay = self._stage.yard.bay(task.order_no, task.site)
        await bay.packed.wait()
        if task.cancelled:
            return
        bay.driver = VAN
        bay.truck_came.set()
        await bay.gone.wait()
        await self._drive(task, fails=self._stage.fate(task.order_no).nobody_home)

    async def _second_run(self, task: Task) -> None:
        at = await self._stage.step(task.order_no, "reschedule", (20, 60))
        self._say(task, "taskRescheduled", "task.rescheduled", at, window=_window(at))
        at = await self._stage.step(task.order_no, "plan run 2", (5, 20))
        self._say_run(task, "runPlanned", "run.planned", at)
        await self._drive(task, fails=False)

    async def _drive(self, task: Task, *, fails: bool) -> None:
        at = await self._stage.step(task.order_no, f"dispatch {task.attempt}", (10, 45))
        self._say_run(task, "runDispatched", "run.dispatched", at)
        if self._stage.fate(task.order_no).called_off is Moment.OUT:
            # Asked while it is out, before the door is tried; nobody recalls the van.
            await self._stage.yard.bay(task.order_no, task.site).called_off.wait()
        at = await self._stage.step(task.order_no, f"arrive {task.attempt}", (30, 150))
        self._say(task, "taskArrival", "task.arrival", at)
        at = await self._stage.step(task.order_no, f"ring {task.attempt}", (3, 10))
        if fails:
            self.books.write("failed", task.task_id, task.order_no, attempt=task.attempt)
            self._say(
                task, "taskCompleted", "task.failed", at, completion={"success": False, "failureReason": "CLOSED"}
            )
            return
        task.done = True
        self.books.write("delivered", task.shipment_id, task.order_no, attempt=task.attempt)
        items = self._unloaded(task)
        self._say(task, "taskCompleted", "task.completed", at, completion={"success": True}, items=items)
        at = await self._stage.step(task.order_no, "pod", (1, 4))
        self.books.write("pod", task.shipment_id, task.order_no)
        proof: Json = {"reference": f"POD-{task.task_id}", "receiver": "A. de Vries", "signature": True, "photos": 1}
        proof["items"] = items
        self._say(task, "podCaptured", "pod.captured", at, pod=proof)
        self._stage.yard.bay(task.order_no, task.site).delivered.set()
        at = await self._stage.step(task.order_no, "return", (15, 60))
        self._say_run(task, "runCompleted", "run.completed", at)
        self.speaker.say_late(task.order_no)

    def _unloaded(self, task: Task) -> list[Json]:
        """The pieces that came off the van, by line, as the driver counted them."""
        counted: dict[str, int] = {}
        for pallet in self._stage.yard.bay(task.order_no, task.site).pallets:
            for line, _, pieces in pallet.contents:
                counted[line] = counted.get(line, 0) + pieces
        self.books.write("unloaded", task.shipment_id, task.order_no, lines=counted)
        return [{"lineNo": line, "delivered": pieces} for line, pieces in counted.items()]

    def _say_run(self, task: Task, trigger: str, name: str, at: datetime) -> None:
        run = {"id": f"RUN-{task.task_id[3:]}-{task.attempt}", "depot": task.site, "driver": "D-11", "vehicle": VAN}
        self._say(task, trigger, name, at, run=run)

    def _say(self, task: Task, trigger: str, name: str, at: datetime, **details: object) -> None:
        ident = f"lmd-{task.task_id}-{trigger}-{task.attempt}"
        metadata = {"shipment_id": task.shipment_id, "order_no": task.order_no}
        inner: Json = {"id": task.task_id, "attempt": task.attempt, "metadata": metadata, **details}
        body: Json = {"eventId": ident, "triggerName": trigger, "time": int(at.timestamp() * 1000), "task": inner}
        point = Point(self.books.system, name, task.order_no, task.site)
        self.speaker.say(Message(ident, msgspec.json.encode(body), task.order_no, point))

    def _task(self, call: Call) -> Task:
        task = self._tasks.get(call.parts["id"]) or self._by_shipment.get(call.parts["id"])
        if task is None:
            raise Refusal(404, "unknown_task", f"no task {call.parts['id']}")
        return task

    def _whose(self, call: Call) -> tuple[str, str]:
        task = self._task(call)
        return task.order_no, task.site


def _whose_new(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), call.text("depot")


def _window(at: datetime) -> Json:
    start = int(at.timestamp() * 1000)
    return {"from": start + 18 * 3_600_000, "to": start + 22 * 3_600_000}
