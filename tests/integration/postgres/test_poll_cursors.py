"""Cursors of polled sources and documents that await a receipt, on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from crossdock.ports.as2 import SentMessage
from crossdock.postgres.as2_sent import PostgresSentMessages
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.poll_cursors import PostgresCursors

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
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


async def test_a_refusal_may_be_followed_by_a_proof_and_a_proof_is_final(pool: Pool) -> None:
    sent = PostgresSentMessages(pool)
    await sent.add(SENT)
    assert await sent.answer("p", "<1@us>", "processed/error: decryption-failed", NOW)
    assert await sent.answer("p", "<1@us>", "processed", NOW)
    assert not await sent.answer("p", "<1@us>", "processed/error: late", NOW)
    assert not await sent.answer("p", "<unknown>", "processed", NOW)
    found = await sent.find("p", "<1@us>")
    assert found is not None
    assert (found.disposition, found.answered) == ("processed", NOW)
