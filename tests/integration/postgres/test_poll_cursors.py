"""Cursors of polled sources and documents that await a receipt, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from crossdock.ports.as2 import SentMessage
from crossdock.postgres.as2_sent import PostgresSentMessages
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.poll_cursors import PostgresCursors

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENT = SentMessage("<1@us>", "p", "a.edi", "bWlj", NOW)


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    """Connections to a database of the test's own."""
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield opened
    await opened.close()


async def test_a_cursor_moves_only_from_where_its_mover_saw_it(pool: Pool) -> None:
    cursors = PostgresCursors(pool)
    assert await cursors.cursor("api") == ""
    assert await cursors.move("api", "", "a", NOW)
    assert not await cursors.move("api", "", "b", NOW)
    assert await cursors.move("api", "a", "b", NOW)
    assert await cursors.cursor("api") == "b"
    assert await cursors.cursor("other") == ""


async def test_a_document_awaits_its_receipt_across_processes(pool: Pool) -> None:
    sent = PostgresSentMessages(pool)
    await sent.add(SENT)
    await sent.add(SENT)
    assert await sent.find("p", "<1@us>") == SENT
    assert await sent.find("other", "<1@us>") is None


async def answer(sent: PostgresSentMessages, disposition: str, at: datetime = NOW, message: str = "<1@us>") -> bool:
    async with sent.turn() as turn:
        return await turn.answer("p", message, disposition, at)


async def test_a_refusal_may_be_followed_by_a_proof_and_a_proof_is_final(pool: Pool) -> None:
    sent = PostgresSentMessages(pool)
    await sent.add(SENT)
    assert await answer(sent, "processed/error: decryption-failed")
    assert await answer(sent, "processed")
    assert not await answer(sent, "processed/error: late")
    assert not await answer(sent, "processed", message="<unknown>")
    found = await sent.find("p", "<1@us>")
    assert found is not None
    assert (found.disposition, found.answered) == ("processed", NOW)


async def overdue(sent: PostgresSentMessages, now: datetime) -> list[str]:
    async with sent.turn() as turn:
        return [message.message_id for message in await turn.overdue(now, 10)]


async def test_a_document_is_waited_for_from_when_it_was_taken_and_told_once(pool: Pool) -> None:
    sent, due = PostgresSentMessages(pool), NOW + HOUR
    await sent.add(SENT)
    assert await overdue(sent, NOW + 9 * HOUR) == []
    await sent.await_receipt("p", "<1@us>", NOW, due)
    assert await overdue(sent, due - HOUR / 60) == []
    assert await overdue(sent, due) == ["<1@us>"]
    assert await overdue(sent, due + HOUR) == []


async def test_a_receipt_that_overtakes_the_answer_to_its_post_stands(pool: Pool) -> None:
    sent = PostgresSentMessages(pool)
    await sent.add(SENT)
    await answer(sent, "objected: no", NOW)
    await sent.await_receipt("p", "<1@us>", NOW, NOW + HOUR)
    assert await overdue(sent, NOW + 2 * HOUR) == []
    # Posted again after the objection, it is waited for again.
    await sent.await_receipt("p", "<1@us>", NOW + HOUR, NOW + 2 * HOUR)
    assert await overdue(sent, NOW + 2 * HOUR) == ["<1@us>"]
