"""How a system's messages go out: in order, again until heard, and wrong where the plan says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crossdock.demo.books import Books
from crossdock.demo.faults import Fault, FaultKind, Plan, Point
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.mouths import UNSURE, Heard
from crossdock.demo.speaker import Message, Pauses, Speaker

AT_ONCE = Pauses(0.0, 0.0, 0.0, 0.0)


class Ear:
    """A mouth that gives prepared answers, then 200 for ever, and remembers what was said."""

    def __init__(self, *answers: Heard) -> None:
        self._answers = list(answers)
        self.heard: list[tuple[str, bytes]] = []

    async def say(self, ident: str, body: bytes) -> Heard:
        self.heard.append((ident, body))
        return self._answers.pop(0) if self._answers else Heard(200, "SUPPRESS")


def point(name: str) -> Point:
    return Point("wms-a", name, "SO-1", "WH-A1")


def message(name: str) -> Message:
    return Message(name, f"body of {name}".encode(), "SO-1", point(name))


class Room:
    """A speaker with one kind of fault planned for these messages."""

    def __init__(self, folder: Path, ear: Ear, kind: FaultKind | None = None, *names: str) -> None:
        plan = Plan("test", tuple(Fault(kind, point(name)) for name in names or ("pick",)) if kind else ())
        self.ear = ear
        self.ledger = FaultLedger(plan)
        self.books = Books("wms-a", folder / "a.jsonl")
        self.speaker = Speaker(ear, self.books, self.ledger, lambda body: body[:4], AT_ONCE)

    async def say(self, *names: str) -> list[str]:
        for name in names:
            self.speaker.say(message(name))
        await self.quiet()
        return [ident for ident, _ in self.ear.heard]

    async def quiet(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)


Opened = Callable[..., Room]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens rooms and closes their books at the end."""
    rooms: list[Room] = []

    def make(ear: Ear, kind: FaultKind | None = None, *names: str) -> Room:
        rooms.append(Room(tmp_path, ear, kind, *names))
        return rooms[-1]

    yield make
    for room in rooms:
        room.books.close()


async def test_messages_of_a_lane_keep_their_order(opened: Opened) -> None:
    room = opened(Ear())
    assert await room.say("pick", "pack", "load") == ["pick", "pack", "load"]
    assert room.speaker.pending == 0


async def test_a_message_is_said_again_until_it_is_heard(opened: Opened) -> None:
    room = opened(Ear(Heard(UNSURE), Heard(503), Heard(429), Heard(200)))
    assert await room.say("pick", "pack") == ["pick", "pick", "pick", "pick", "pack"]
    assert room.speaker.retries == 3


async def test_a_refusal_no_fault_explains_is_kept_for_the_verdict(opened: Opened) -> None:
    room = opened(Ear(Heard(422, "no")))
    await room.say("pick")
    assert room.speaker.unexpected == ["wms-a/pick/SO-1/WH-A1: HTTP 422 no"]


async def test_a_duplicate_is_the_same_bytes_right_after(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.DUPLICATE)
    assert await room.say("pick", "pack") == ["pick", "pick", "pack"]
    assert room.ledger.lines()[0].evidence[-1].reply == "SUPPRESS"


async def test_a_reordered_message_follows_its_successor(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.REORDER)
    assert await room.say("pick", "pack") == ["pack", "pick"]


async def test_a_reordered_message_without_successor_is_said_all_the_same(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.REORDER)
    assert await room.say("pick") == ["pick"]
    assert room.speaker.pending == 0


@pytest.mark.parametrize("after", [(), ("pack",)])
async def test_two_reordered_messages_in_a_row_are_both_said(opened: Opened, after: tuple[str, ...]) -> None:
    """An order with two deliveries may have both of its proofs reordered: neither may take the other's place."""
    room = opened(Ear(), FaultKind.REORDER, "pick", "pod")
    assert await room.say("pick", "pod", *after) == [*after, "pick", "pod"]
    assert room.speaker.pending == 0


async def test_a_lost_message_is_said_again_later(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.LOST_RESENT)
    assert sorted(await room.say("pick", "pack")) == ["pack", "pick"]


async def test_a_late_message_waits_for_the_end_of_the_story(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.LATE)
    assert await room.say("pick", "pack") == ["pack"]
    assert room.speaker.pending == 1
    room.speaker.say_late("SO-1")
    await room.quiet()
    assert room.ear.heard[-1][0] == "pick"


async def test_a_message_lost_until_asked_is_said_once_when_asked(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.LOST_UNTIL_ASKED)
    assert await room.say("pick") == []
    assert room.speaker.say_again(point("pick"))
    await room.quiet()
    assert [ident for ident, _ in room.ear.heard] == ["pick"]
    assert not room.speaker.say_again(point("pick"))


async def test_a_malformed_copy_goes_before_the_good_message(opened: Opened) -> None:
    room = opened(Ear(Heard(400, "cut")), FaultKind.MALFORMED)
    await room.say("pick")
    assert [body for _, body in room.ear.heard] == [b"body", b"body of pick"]
    assert room.speaker.unexpected == []


async def test_a_claim_is_made_only_where_the_plan_wants_it(opened: Opened) -> None:
    room = opened(Ear(), FaultKind.WRONG_OWNER, "claim")
    room.speaker.claim(message("other claim"))
    room.speaker.claim(message("claim"))
    room.speaker.claim(message("claim"))
    await room.quiet()
    assert [ident for ident, _ in room.ear.heard] == ["claim"]
