"""What the intake cannot store is kept as refused; what is not even kept comes again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.evidence import Refused
from crossdock.app.keeping import KeepingIntake
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Overloaded, Rejected, Transient
from crossdock.ports.directory import Partner
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.store import MemoryStore

PARTNER = Partner("nvtr", Role.CAR, "x12")


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)


class Bench:
    """An intake whose keeper has room for so many refusals."""

    def __init__(self, room: int) -> None:
        self.intake = MemoryIntake(MemoryStore(), FixedClock())
        self.kept: list[Refused] = []
        self.room = room
        self.door = KeepingIntake(self.intake, self.keep)

    async def keep(self, refused: Refused) -> str:
        if len(self.kept) == self.room:
            return ""
        self.kept.append(refused)
        return f"kept-{len(self.kept)}"


async def test_what_can_be_stored_is_what_the_intake_makes_of_it() -> None:
    bench = Bench(room=1)
    receipt = await bench.door.message(PARTNER, b"ISA", "text/plain", channel="poll")
    assert (receipt.status, bench.kept) == ("accepted", [])


async def test_what_cannot_be_stored_is_kept_and_told_as_refused() -> None:
    bench = Bench(room=1)
    bench.intake.trouble = Rejected("the database cannot hold a value of it", where="segment 3")
    receipt = await bench.door.message(PARTNER, b"ISA", "text/plain", channel="poll")
    assert (receipt.message_id, receipt.status) == ("kept-1", "refused")
    (refused,) = bench.kept
    assert (refused.partner, refused.channel, refused.body) == ("nvtr", "poll", b"ISA")
    assert (refused.findings[0].code, refused.findings[0].where) == ("MESSAGE-REFUSED", "segment 3")


async def test_what_is_not_even_kept_comes_again_and_is_not_lost() -> None:
    """I1: a cursor, a lease or a receipt that moved on would have lost it."""
    bench = Bench(room=0)
    bench.intake.trouble = Rejected("the database cannot hold a value of it")
    with pytest.raises(Transient, match="nvtr sends more than is kept"):
        await bench.door.message(PARTNER, b"ISA", "text/plain", channel="poll")


async def test_trouble_of_the_world_is_not_the_fault_of_a_message() -> None:
    bench = Bench(room=1)
    bench.intake.trouble = Overloaded("full")
    with pytest.raises(Overloaded):
        await bench.door.message(PARTNER, b"ISA", "text/plain", channel="poll")
    assert bench.kept == []
