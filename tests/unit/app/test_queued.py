"""What a worker does with what was queued: acknowledged after the commit, put back at once where that failed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.app.queued import FACTS, KIND, PARTNER, RETRY_MAX_S, backoff_s, work_off
from crossdock.bootstrap.log import work_off_at_once
from crossdock.bootstrap.project import ProjectDirectory
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Transient
from crossdock.ports.directory import Partner

DIRECTORY = ProjectDirectory((Partner("erp1", Role.ERP, "erp_json"), Partner("tms1", Role.TMS, "tms_json")))


class Letter:
    """A pulled message that notes what it is told."""

    def __init__(self, partner: str, body: bytes, *, attempt: int = 1, kind: str = FACTS) -> None:
        self.subject = f"inbound.p1.{partner}"
        self.body = body
        self.headers: Mapping[str, str] = {PARTNER: partner, KIND: kind}
        self.attempt = attempt
        self.told: list[object] = []

    async def ack(self) -> None:
        self.told.append("ack")

    async def nak(self, delay_s: float) -> None:
        self.told.append(delay_s)

    async def hold(self) -> None:
        self.told.append("hold")


class Door:
    """An intake whose database goes away at a body, or that falls over it."""

    def __init__(self, fails_at: bytes = b"", error: Exception | None = None) -> None:
        self.fails_at = fails_at
        self.error = error or Transient("the database is away")
        self.taken: list[bytes] = []

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        for body in bodies:
            self._take(body)
        return [Receipt("applied") for _ in bodies]

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        self._take(body)
        return MessageReceipt("m-1", "accepted")

    def _take(self, body: bytes) -> None:
        if body == self.fails_at:
            raise self.error
        self.taken.append(body)


async def test_facts_and_messages_are_acknowledged_once_taken() -> None:
    letters = [Letter("erp1", b"1"), Letter("erp1", b"2"), Letter("tms1", b"3", kind="message")]
    door = Door()
    assert await work_off(letters, DIRECTORY, door) == 3
    assert door.taken == [b"1", b"2", b"3"]
    assert [letter.told for letter in letters] == [["ack"]] * 3


async def test_what_could_not_be_taken_and_all_behind_it_is_put_back_at_once() -> None:
    """I2: a database that comes back in seconds is not waited for until a lease is over."""
    letters = [Letter("erp1", b"1"), Letter("tms1", b"2", attempt=3), Letter("erp1", b"3")]
    with pytest.raises(Transient, match="away"):
        await work_off(letters, DIRECTORY, Door(fails_at=b"2"))
    assert [letter.told for letter in letters] == [["ack"], [4.0], [1.0]]


async def test_what_fails_by_itself_is_put_back_alone() -> None:
    """One bad message never stops a batch (architecture.md §2 rule 5)."""
    letters = [Letter("erp1", b"1"), Letter("tms1", b"2"), Letter("erp1", b"3")]
    door = Door(fails_at=b"2", error=ZeroDivisionError("a fault of ours"))
    with pytest.raises(ZeroDivisionError):
        await work_off(letters, DIRECTORY, door)
    assert [letter.told for letter in letters] == [["ack"], [1.0], ["ack"]]


class Meeting(Door):
    """A door that answers nobody before all are there."""

    def __init__(self, expected: int) -> None:
        super().__init__()
        self.everybody = asyncio.Barrier(expected)

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        await self.everybody.wait()
        return await super().facts(partner, bodies, traceparent=traceparent)


async def test_a_worker_hands_over_all_it_has_at_once_so_that_it_is_one_transaction() -> None:
    letters = [Letter(partner, body) for partner, body in (("erp1", b"1"), ("tms1", b"2"), ("erp1", b"3"))]
    async with asyncio.timeout(60):
        assert await work_off_at_once(letters, DIRECTORY, Meeting(3)) == 3
    assert [letter.told for letter in letters] == [["ack"]] * 3


async def test_what_one_run_could_not_take_is_put_back_and_the_others_are_taken() -> None:
    letters = [Letter("erp1", b"1"), Letter("tms1", b"2", attempt=3), Letter("erp1", b"3")]
    with pytest.raises(Transient, match="away"):
        await work_off_at_once(letters, DIRECTORY, Door(fails_at=b"2"))
    assert [letter.told for letter in letters] == [["ack"], [4.0], ["ack"]]


async def test_what_a_partner_queued_before_it_left_stays_in_the_log() -> None:
    letter = Letter("gone", b"1")
    await work_off([letter], DIRECTORY, Door())
    assert letter.told == [RETRY_MAX_S]


def test_rests_double_up_to_a_minute() -> None:
    assert [backoff_s(attempt) for attempt in (1, 2, 3, 7, 10_000)] == [1.0, 2.0, 4.0, 60.0, 60.0]
