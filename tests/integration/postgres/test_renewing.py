"""Rows made anew: what stands as it should is not written again, and what others have is let be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest_asyncio

from crossdock.ports.kpis import Contribution
from crossdock.postgres.connection import open_pool
from crossdock.postgres.measures import PostgresMeasures

AT = datetime(2026, 6, 1, 6, tzinfo=UTC)


def one(dossier: int, kpi: str, value: str, *, slot: str = "", since: datetime | None = None) -> Contribution:
    return Contribution(dossier, kpi, slot, AT, Decimal(value), Decimal(1), since, "")


def standing(url: str) -> dict[tuple[int, str, str], tuple[str, str]]:
    """Each row's value, and the transaction that wrote it."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select dossier, kpi, slot, value::text, xmin::text from measure").fetchall()
    return {(dossier, kpi, slot): (value, xmin) for dossier, kpi, slot, value, xmin in rows}


@pytest_asyncio.fixture
async def measures(postgres_url: str) -> AsyncIterator[PostgresMeasures]:
    """The contributions of a database."""
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="measures")
    yield PostgresMeasures(pool)
    await pool.close()


async def test_only_what_changed_is_written(postgres_url: str, measures: PostgresMeasures) -> None:
    first = [one(1, "K-01", "5"), one(1, "K-02", "6"), one(1, "K-03", "7"), one(2, "K-01", "8")]
    await measures.replace([1, 2], first)
    before = standing(postgres_url)
    later = [one(1, "K-01", "5.0"), one(1, "K-02", "6", since=AT), one(1, "K-04", "9", slot="a")]
    await measures.replace([1], later)
    after = standing(postgres_url)
    assert {key: value for key, (value, _) in after.items()} == {
        (1, "K-01", ""): "5", (1, "K-02", ""): "6", (1, "K-04", "a"): "9", (2, "K-01", ""): "8",
    }  # fmt: skip
    assert after[1, "K-01", ""] == before[1, "K-01", ""]
    assert after[2, "K-01", ""] == before[2, "K-01", ""]
    assert after[1, "K-02", ""] != before[1, "K-02", ""]


async def test_nothing_said_leaves_nothing(postgres_url: str, measures: PostgresMeasures) -> None:
    await measures.replace([1, 2], [one(1, "K-01", "5"), one(2, "K-01", "8")])
    await measures.replace([1], [])
    await measures.replace([3], [])
    assert list(standing(postgres_url)) == [(2, "K-01", "")]
