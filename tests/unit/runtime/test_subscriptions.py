"""The loop over a broker: acknowledged after the commit, never before; nothing lost whichever side is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.app.evidence import Refused
from crossdock.app.intake import MessageReceipt
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Overloaded, Rejected, Transient
from crossdock.ports.broker import Taken
from crossdock.ports.directory import Partner
from crossdock.runtime.subscriptions import Channel, Reader
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import StillClock

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CARRIER = Partner("hauler", Role.CAR, "x12")
ERP = Partner("erp1", Role.ERP, "canonical_json")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Queue:
    """A broker in memory: it gives what is not acknowledged again after a reset."""

    def __init__(self, *bodies: bytes, trace: str = "") -> None:
        self.left = [Taken(body, f"amqp:status@{number}", "", trace, number) for number, body in enumerate(bodies)]
        self.given = 0
        self.held = 0
        self.trouble: Exception | None = None
        self.resets = 0

    async def take(self, count: int, *, wait_s: float) -> Sequence[Taken]:
        self._check()
        taken = self.left[self.given : self.given + count]
        self.given += len(taken)
        return taken

    async def done(self, taken: Sequence[Taken]) -> None:
        self._check()
        assert self.left[: len(taken)] == list(taken), "not the first ones"
        self.left = self.left[len(taken) :]
        self.given -= len(taken)

    async def hold(self, taken: Sequence[Taken]) -> None:
        self.held += len(taken)

    async def reset(self) -> None:
        self.given = 0
        self.resets += 1

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class Desk:
    """A reader with everything around it."""

    def __init__(self, partner: Partner, queue: Queue) -> None:
        self.queue = queue
        self.store = MemoryStore()
        self.intake = MemoryIntake(self.store, StillClock(NOW))
        self.kept: list[Refused] = []
        self.files: dict[str, bytes] = {}
        self.full = False
        self.reader = Reader(partner, Channel(queue, self, "application/edi-x12"), self.intake, self._keep)

    async def _keep(self, refused: Refused) -> str:
        self.kept.append(refused)
        return "" if self.full else f"kept-{len(self.kept)}"

    @property
    def bodies(self) -> list[bytes]:
        return [row.body for row in self.store.messages.values()]

    async def put(self, name: str, body: bytes) -> None:
        self.files[name] = body


async def test_messages_are_taken_in_order_and_acknowledged() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1", b"ISA*2", b"ISA*3"))
    assert await desk.reader.round() == 3
    assert desk.bodies == [b"ISA*1", b"ISA*2", b"ISA*3"]
    assert desk.queue.left == []
    assert await desk.reader.round() == 0


async def test_what_is_refused_is_kept_and_does_not_come_again() -> None:
    desk = Desk(CARRIER, Queue(b"\x00\xffpoison", b"ISA*2"))
    assert await desk.reader.round() == 2
    assert [row.status for row in desk.store.messages.values()] == ["refused", "accepted"]
    assert desk.queue.left == []


async def test_nothing_is_acknowledged_while_the_hub_takes_nothing() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1", b"ISA*2"))
    desk.intake.trouble = Overloaded("full")
    for _ in range(3):
        with pytest.raises(Overloaded):
            await desk.reader.round()
    assert (len(desk.queue.left), desk.queue.held) == (2, 4)
    desk.intake.trouble = None
    assert await desk.reader.round() == 2
    assert desk.bodies == [b"ISA*1", b"ISA*2"]


async def test_what_was_committed_before_the_broker_went_away_comes_again_and_is_harmless() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1", b"ISA*2"))
    await desk.queue.take(0, wait_s=0)
    desk.queue.trouble = None
    done, desk.queue.done = desk.queue.done, _lost  # type: ignore[method-assign]
    with pytest.raises(Transient):
        await desk.reader.round()
    desk.queue.done = done  # type: ignore[method-assign]
    assert await desk.reader.round() == 2
    assert desk.bodies == [b"ISA*1", b"ISA*1", b"ISA*2"]
    assert desk.queue.left == []


async def _lost(taken: Sequence[Taken]) -> None:
    raise Transient("the connection was lost")


@pytest.mark.parametrize("trouble", [Transient("away"), ValueError("away, in a way nobody translated")])
async def test_a_broker_that_is_away_is_told_and_asked_again_over_a_new_connection(trouble: Exception) -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1"))
    desk.queue.trouble = trouble
    with pytest.raises(type(trouble), match="away"):
        await desk.reader.round()
    assert desk.queue.resets == 1
    desk.queue.trouble = None
    assert await desk.reader.round() == 1


async def test_canonical_facts_in_a_row_go_in_together() -> None:
    desk = Desk(ERP, Queue(b"{1", b' {"type": 1}', b"[]", b"{2"))
    assert await desk.reader.round() == 4
    assert len(desk.intake.traces) == 3, "two facts, a message, a fact"
    assert desk.queue.left == []


@pytest.mark.parametrize(("said", "used"), [(TRACE, TRACE), ("00-1-2-01", ""), ("x" * 9000, "")])
async def test_a_trace_is_used_where_it_is_one(said: str, used: str) -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1", trace=said))
    await desk.reader.round()
    assert desk.intake.traces == [used]


async def test_what_cannot_even_be_kept_as_a_message_is_kept_as_evidence() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1"))
    desk.intake.trouble = Rejected("too large")
    assert await desk.reader.round() == 1
    assert [one.body for one in desk.kept] == [b"ISA*1"]


async def test_evidence_that_is_full_stops_the_reading_and_loses_nothing() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1"))
    desk.intake.trouble, desk.full = Rejected("too large"), True
    with pytest.raises(Transient, match="too large"):
        await desk.reader.round()
    assert len(desk.queue.left) == 1


async def test_documents_owed_are_put_under_names_made_from_the_message() -> None:
    desk = Desk(CARRIER, Queue(b"ISA*1"))
    taken = desk.intake.message

    async def answered(*args: object, **named: object) -> MessageReceipt:
        return msgspec.structs.replace(await taken(*args, **named), replies=("ISA*997",))  # type: ignore[arg-type]

    desk.intake.message = answered  # type: ignore[method-assign]
    await desk.reader.round()
    assert desk.files == {"ack-m1-1.edi": b"ISA*997"}
