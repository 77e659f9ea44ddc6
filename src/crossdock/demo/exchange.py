"""A file peer's side of the exchange: takes what the hub put down, hands it on once, answers with files of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crossdock.demo import x12
from crossdock.demo.books import Books
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker

POLL_S = 0.2

TakeSet = Callable[[tuple[x12.Segment, ...]], bool]


class Exchange:
    """Speaks X12 with the hub over two folders.

    Args:
        inbox: where the hub puts files for this peer; what was taken is moved to `taken` beside it.
        take: called with each transaction set; says whether it is accepted.
    """

    def __init__(self, parties: x12.Parties, inbox: Path, books: Books, speaker: Speaker, take: TakeSet) -> None:
        self.files = 0
        self._parties = parties
        self._inbox = inbox
        self._taken = inbox.parent / "taken"
        self._books = books
        self._speaker = speaker
        self._take = take
        self._control = 0
        self._seen: set[str] = set()
        inbox.mkdir(parents=True, exist_ok=True)
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
                self._read(path)

    def send(self, kind: str, body: tuple[x12.Segment, ...], at: datetime, lane: str, point: Point) -> None:
        """Say one transaction set in an interchange of its own, written at `at` (UTC)."""
        self._control += 1
        raw = x12.write(self._parties, self._control, at, kind, [body])
        self._speaker.say(Message(f"{kind}-{self._control:09d}", raw, lane, point))

    def _read(self, path: Path) -> None:
        raw = path.read_bytes()
        path.rename(self._taken / path.name)
        self.files += 1
        try:
            received = x12.read(raw)
        except ValueError as error:
            self._books.write("refused", "unreadable", message=str(error), file=path.name)
            return
        if received.control in self._seen:
            self._books.replays += 1
            return
        self._seen.add(received.control)
        if received.group_code == "FA":
            self._books.write("acknowledged", received.control, code=x12.element(x12.find(received.sets[0], "AK9"), 1))
            return
        accepted = [self._take(entry) for entry in received.sets]
        answer = x12.acknowledgement(received, accepted)
        self.send("997", answer, datetime.now(UTC), "997", Point(self._books.system, "997", ""))


def spoil(body: bytes) -> bytes:
    """A wrong segment count in SE, as a truncated and patched file has it."""
    head, _, tail = body.partition(b"~SE*")
    count, _, rest = tail.partition(b"*")
    return head + b"~SE*" + str(int(count) + 7).encode() + b"*" + rest
