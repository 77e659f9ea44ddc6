"""A rolling upgrade: the release before and this one serve one database, whose schema is today's already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest

from crossdock.app.access import Scope
from crossdock.app.audit import audit
from crossdock.bench.project import write_project
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.vocabulary import Disposition
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.codes import DISPOSITIONS
from crossdock.postgres.migrate import migrate, pending
from crossdock.testing.assembled import Assembled, assembled
from tests.conftest import database_of
from tests.migrations.yesterday import migrate_with, revision, serving_with, unpack

PEPPER = "both releases digest keys with it"


@pytest.fixture
def bare_url(durable_server: str) -> Iterator[str]:
    """URL of a database with nothing in it on the durable server."""
    yield from database_of(durable_server, "template0")


async def keys(hub: Assembled) -> dict[str, dict[str, str]]:
    return {partner: await hub.key(partner, Scope.FACTS_WRITE) for partner in PARTNERS}


async def tell(client: httpx2.AsyncClient, fact: Told, headers: dict[str, str]) -> str:
    path = f"/v1/partners/{fact.partner}/messages"
    answer = await client.post(path, content=fact.body, headers={**headers, "content-type": "application/json"})
    assert answer.status_code in (200, 202), answer.text
    return answer.text


def counted(url: str, statement: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(statement.encode()).fetchall()]


async def test_two_releases_work_on_one_order_and_lose_nothing(bare_url: str, tmp_path: Path) -> None:
    """Each fact goes to one of them in turn, some to both; then the old one goes and the schema is cleaned up."""
    sources = unpack(revision(), tmp_path / "before")
    project = write_project(tmp_path / "project")
    for data in (project / "data", tmp_path / "old-data"):
        data.mkdir()
        (data / "pepper").write_text(PEPPER)
    await migrate_with(sources, bare_url)
    await migrate(bare_url, phase="pre")
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    facts = [fact for number in (1, 2) for fact in Order(number, start).facts()]
    async with assembled(project, bare_url) as hub:
        by_partner = await keys(hub)
        async with (
            serving_with(sources, bare_url, project, tmp_path / "old-data") as address,
            httpx2.AsyncClient(base_url=address, timeout=120.0) as old,
        ):
            twice = len(facts[:-2:3])
            for number, fact in enumerate(facts[:-2]):
                for client in ((old, hub.http), (hub.http,), (old,))[number % 3]:
                    await tell(client, fact, by_partner[fact.partner])
        await migrate(bare_url)
        for fact in facts[-2:]:
            await tell(hub.http, fact, by_partner[fact.partner])
        report = await audit(PostgresAudit(hub.hub.pool), start)
    assert (report.verdict, report.discrepancies, await pending(bare_url)) == ("pass", (), [])
    told = "select disposition from event where partner = any(array['erp1', 'wms-nl1', 'tms1', 'nvtr'])"
    became = Counter(DISPOSITIONS[int(str(code))] for code in counted(bare_url, told))
    assert became == {Disposition.APPLY: len(facts), Disposition.SUPPRESS: twice}
    assert counted(bare_url, "select count(*) from dossier where ident like 'order|%'") == [2]
