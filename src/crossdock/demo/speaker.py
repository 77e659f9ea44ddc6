"""Says one system's messages to the hub in order, again until heard, and gets wrong what the fault plan wants wrong."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine

import msgspec

from crossdock.demo.books import Books
from crossdock.demo.faults import FaultKind, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.mouths import UNSURE, Mouth

IN_FLIGHT_MAX = 8

Spoil = Callable[[bytes], bytes]


class Message(msgspec.Struct, frozen=True):
    """One message. `lane` keeps its order with others; `point` is where a fault may strike; `ident` its sender's id."""

    ident: str
    body: bytes
    lane: str
    point: Point


class Pauses(msgspec.Struct, frozen=True):
    """Real seconds: before a try is repeated (doubling to a limit), before a lost message is sent again, and how long
    a reordered one waits for its successor."""

    retry_first_s: float = 0.1
    retry_max_s: float = 1.0
    resend_s: float = 4.0
    swap_s: float = 1.5


PAUSES = Pauses()


class Speaker:
    """One a system. `spoil` makes a broken copy of a message for the malformed fault."""

    def __init__(self, mouth: Mouth, books: Books, ledger: FaultLedger, spoil: Spoil, pauses: Pauses = PAUSES) -> None:
        self.sent = 0
        self.retries = 0
        self.unexpected: list[str] = []
        self._mouth = mouth
        self._books = books
        self._ledger = ledger
        self._spoil = spoil
        self._pauses = pauses
        self._slots = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._lanes: dict[str, deque[tuple[Message, str]]] = {}
        self._swapped: dict[str, list[Message]] = {}
        self._late: dict[str, list[Message]] = {}
        self._lost: dict[Point, Message] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def say(self, message: Message) -> None:
        """Queue a message behind those of its lane. A fault planned for its point strikes now."""
        fault = self._ledger.strike(message.point)
        kind = fault.kind if fault is not None else None
        if kind is FaultKind.LATE:
            self._late.setdefault(message.lane, []).append(message)
        elif kind is FaultKind.LOST_UNTIL_ASKED:
            self._lost[message.point] = message
            self._note(message, "lost until asked for")
        elif kind is FaultKind.LOST_RESENT:
            self._note(message, "lost, sent again later")
            self._start(self._after(self._pauses.resend_s, message))
        elif kind is FaultKind.REORDER:
            self._note(message, "sent after its successor")
            self._swapped.setdefault(message.lane, []).append(message)
            self._start(self._swap_back(message))
        else:
            self._push(message, kind)

    def say_late(self, lane: str) -> None:
        """The lane's story is over: now say what was kept back."""
        for message in self._late.pop(lane, []):
            self._note(message, "sent after the end of its story")
            self._enqueue(message)

    def claim(self, message: Message) -> None:
        """Say something only a fault makes this system say; without one planned for the point, keep silent."""
        if self._ledger.strike(message.point) is not None:
            self._start(self._tell(message, note="claimed"))

    def say_again(self, point: Point) -> bool:
        """The hub asked for this message once more: say it, lost or not. False when it was never lost."""
        message = self._lost.pop(point, None)
        if message is None:
            return False
        self._note(message, "sent when asked for")
        self._enqueue(message)
        return True

    @property
    def pending(self) -> int:
        """Messages not yet acknowledged by the hub, and those kept back."""
        kept = sum(map(len, self._late.values())) + sum(map(len, self._swapped.values())) + len(self._lost)
        return kept + sum(len(lane) for lane in self._lanes.values()) + len(self._tasks)

    async def close(self) -> None:
        """Stop talking."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _push(self, message: Message, kind: FaultKind | None) -> None:
        if kind is FaultKind.MALFORMED:
            broken = self._spoil(message.body)
            self._start(self._tell(msgspec.structs.replace(message, body=broken, ident=f"{message.ident}-x"), "broken"))
        self._enqueue(message)
        if kind is FaultKind.DUPLICATE:
            self._enqueue(message, "sent a second time")
        for swapped in self._swapped.pop(message.lane, ()):
            self._enqueue(swapped)

    def _enqueue(self, message: Message, note: str = "") -> None:
        lane = self._lanes.get(message.lane)
        if lane is not None:
            lane.append((message, note))
            return
        self._lanes[message.lane] = deque([(message, note)])
        self._start(self._drain(message.lane))

    async def _drain(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            await self._tell(*lane[0])
            lane.popleft()
        del self._lanes[name]

    async def _after(self, seconds: float, message: Message) -> None:
        await asyncio.sleep(seconds)
        self._enqueue(message)

    async def _swap_back(self, message: Message) -> None:
        """No successor came: a message must not be lost for want of one."""
        await asyncio.sleep(self._pauses.swap_s)
        kept = self._swapped.get(message.lane, [])
        if message in kept:
            kept.remove(message)
            self._enqueue(message)

    async def _tell(self, message: Message, note: str = "") -> None:
        """Send until the hub answers something final; a refusal that no fault explains is kept for the verdict."""
        wait = self._pauses.retry_first_s
        async with self._slots:
            heard = await self._mouth.say(message.ident, message.body)
            while heard.status in (UNSURE, 408, 425, 429) or heard.status >= 500:
                self.retries += 1
                await asyncio.sleep(wait)
                wait = min(wait * 2, self._pauses.retry_max_s)
                heard = await self._mouth.say(message.ident, message.body)
        self.sent += 1
        self._books.write("said", message.ident, message.point.order_no, name=message.point.name, status=heard.status)
        if note:
            self._ledger.note(message.point, note, sent=message.body, status=heard.status, reply=heard.text)
        elif heard.status >= 400:
            self.unexpected.append(f"{message.point.key}: HTTP {heard.status} {heard.text[:300]}")

    def _note(self, message: Message, what: str) -> None:
        self._ledger.note(message.point, what, sent=message.body)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
