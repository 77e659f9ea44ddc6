"""A source asked for what is new: the cursor moves only after the commit, and nothing is taken for news twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.evidence import Refused
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Overloaded
from crossdock.ports.directory import Partner
from crossdock.ports.polling import PolledPage
from crossdock.runtime.polling import Poll, poll_work
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.store import MemoryStore

NOW = datetime(2026, 11, 21, tzinfo=UTC)


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Pages:
    """A source of these pages, by cursor."""

    def __init__(self, pages: dict[str, PolledPage]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def page(self, cursor: str) -> PolledPage:
        self.asked.append(cursor)
        return self.pages[cursor]

    async def close(self) -> None:
        return None


class MemoryCursors:
    """One cursor a name."""

    def __init__(self) -> None:
        self.at: dict[str, str] = {}

    async def cursor(self, name: str) -> str:
        return self.at.get(name, "")

    async def move(self, name: str, before: str, after: str, at: datetime) -> bool:
        if self.at.get(name, "") != before:
            return False
        self.at[name] = after
        return True


class Bench:
    """A poll with everything it touches."""

    def __init__(self, pages: dict[str, PolledPage]) -> None:
        self.store = MemoryStore()
        self.intake = MemoryIntake(self.store, FixedClock())
        self.source, self.cursors, self.kept = Pages(pages), MemoryCursors(), list[Refused]()
        poll = Poll(Partner("api", Role.CAR, "x12"), self.source, "poll", "application/json")
        self.ask = poll_work(poll, self.intake, self.cursors, self.keep, FixedClock())

    async def keep(self, refused: Refused) -> str:
        self.kept.append(refused)
        return "kept"

    @property
    def bodies(self) -> list[bytes]:
        return [row.body for row in self.store.messages.values()]


async def test_pages_are_taken_in_order_and_the_cursor_follows() -> None:
    bench = Bench({"": PolledPage((b"ISA1",), "a", more=True), "a": PolledPage((b"ISA2",), "a", more=False)})
    assert [await bench.ask(), await bench.ask()] == [1, 0]
    assert (bench.bodies, bench.cursors.at) == ([b"ISA1", b"ISA2"], {"api": "a"})


async def test_the_cursor_stays_while_a_page_cannot_be_taken() -> None:
    bench = Bench({"": PolledPage((b"ISA1",), "a", more=True)})
    bench.intake.trouble = Overloaded("full")
    with pytest.raises(Overloaded):
        await bench.ask()
    assert bench.cursors.at == {}
    bench.intake.trouble = None
    await bench.ask()
    assert (bench.bodies, bench.cursors.at) == ([b"ISA1"], {"api": "a"})


async def test_a_last_page_that_did_not_change_is_no_news_and_one_that_grew_is() -> None:
    bench = Bench({"": PolledPage((b"ISA1",), "", more=False)})
    for _ in range(3):
        await bench.ask()
    bench.source.pages[""] = PolledPage((b"ISA1+",), "", more=False)
    await bench.ask()
    assert bench.bodies == [b"ISA1", b"ISA1+"]


async def test_a_cursor_another_process_moved_is_left_to_it() -> None:
    bench = Bench({"": PolledPage((b"ISA1",), "a", more=True)})

    async def meanwhile(cursor: str) -> PolledPage:
        bench.cursors.at["api"] = "further"
        return PolledPage((b"ISA1",), "a", more=True)

    bench.source.page = meanwhile  # type: ignore[method-assign]
    assert await bench.ask() == 0
    assert bench.cursors.at == {"api": "further"}
