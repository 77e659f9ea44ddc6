"""Control numbers: one a key, no gaps, whoever asks and whatever crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Rejected
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.control import PostgresControlNumbers


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=8, name="control")
    yield opened
    await opened.close()


async def test_the_same_key_keeps_its_number(pool: Pool) -> None:
    numbers = PostgresControlNumbers(pool)
    first = await numbers.number("wms", "ISA", "out-1")
    assert await numbers.number("wms", "ISA", "out-2") == first + 1
    assert await numbers.number("wms", "ISA", "out-1") == first == 1


async def test_partners_and_kinds_count_apart(pool: Pool) -> None:
    numbers = PostgresControlNumbers(pool)
    assert await numbers.number("wms", "ISA", "a") == 1
    assert await numbers.number("wms", "GS", "a") == 1
    assert await numbers.number("tms", "ISA", "a") == 1


async def test_callers_at_once_get_each_number_once_without_gaps(pool: Pool) -> None:
    numbers = PostgresControlNumbers(pool)
    given = await asyncio.gather(*(numbers.number("wms", "ISA", f"out-{n % 20}") for n in range(60)))
    assert sorted(set(given)) == list(range(1, 21))
    assert given[:20] == given[20:40] == given[40:]


async def test_a_caller_that_fails_leaves_no_gap(pool: Pool, postgres_url: str) -> None:
    numbers = PostgresControlNumbers(pool)
    assert await numbers.number("wms", "ISA", "a") == 1
    with pytest.raises(Rejected):
        await numbers.number("wms", "ISA", "b\x00")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("update control_number set last = last + 1")
        connection.rollback()
    assert await numbers.number("wms", "ISA", "c") == 2


async def test_a_partners_own_count_is_noted_and_a_late_number_changes_nothing(pool: Pool) -> None:
    numbers = PostgresControlNumbers(pool)
    assert [await numbers.seen("wms", "A|B|P", number) for number in (431, 432, 435, 433, 436)] == [
        0,
        431,
        432,
        435,
        435,
    ]
    assert await numbers.seen("wms", "A|B|T", 7) == 0
    assert await numbers.seen("tms", "A|B|P", 9) == 0


async def test_a_count_that_begins_again_is_followed(pool: Pool) -> None:
    numbers = PostgresControlNumbers(pool)
    assert [await numbers.seen("wms", "A|B|P", number) for number in (999_999_999, 1, 2)] == [0, 999_999_999, 1]
