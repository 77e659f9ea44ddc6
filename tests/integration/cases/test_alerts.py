"""Owners of queues are told once when a cause appears and once when it is gone, and a storm is one cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import psycopg
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from crossdock.app.alerting import Alerter, Terms
from crossdock.app.deliver.echo import echo_once
from crossdock.app.deliver.step import deliver_once
from crossdock.canonical.commands.people import NotifyInternal
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.notify.client import Client
from crossdock.connectors.notify.config import Config
from crossdock.connectors.notify.manifest import MANIFEST
from crossdock.ports.directory import Partner
from crossdock.postgres.alerts import PostgresAlerts
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.packing import unpack
from crossdock.postgres.store import PostgresStore
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.store import MemoryStore
from crossdock.testing.world import OURSELVES, Partners, StillClock
from crossdock.transports.notices import AppriseCourier
from tests.integration.deliver.given import EvenDice

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DESK = Partner("desk", Role.OPS, "notify")
TERMS = Terms({"TRN": "chat", "CSR": ""}, "mail", severity=2, calm_s=300)


class Nobody:
    """ports.notices.Contacts without any."""

    async def address(self, recipient: str) -> str:
        return ""


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=3, name="alerts")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def alerter(pool: Pool, store: PostgresStore, clock: StillClock) -> Alerter:
    return Alerter(PostgresAlerts(pool), store, Partners({"desk": DESK}), TERMS, clock)


def opened(url: str, code: str, *subjects: str, severity: int = 2, slot: str = "") -> None:
    with psycopg.connect(url) as connection:
        for subject in subjects:
            connection.execute(
                "insert into exception_case (dossier, opened, severity, code, subject, slot, queue, detail, cause_open)"
                " values (1, %s, %s, %s, %s, %s, %s, %s, '')",
                (NOW, severity, code, subject, slot, code[:3], f"{code} of {subject}"),
            )


def closed(url: str, code: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update exception_case set closed = %s where code = %s", (NOW, code))


def told(url: str) -> list[tuple[str, str, str, dict[str, str]]]:
    """Channel, template, code and values of what is on its way."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("select payload from delivery where partner = 'desk' order by id").fetchall()
    said = [msgspec.json.decode(unpack(row[0]), type=NotifyInternal) for row in rows]
    return [(one.channel, one.template, one.code, one.values) for one in said]


@pytest.mark.proves("PF-19")
async def test_a_storm_of_one_kind_is_one_word_to_its_owner(alerter: Alerter, postgres_url: str) -> None:
    opened(postgres_url, "TRN-01", *(f"shipment|SHP-{number}" for number in range(300)))
    opened(postgres_url, "FIN-07", "order|SO-1", severity=1)
    opened(postgres_url, "WHS-03", "order|SO-1", severity=3)
    assert await alerter.alert_once() == 2
    assert [await alerter.alert_once() for _ in range(3)] == [0, 0, 0]
    (finance, transport) = told(postgres_url)
    assert finance[:3] == ("mail", "alert_opened", "FIN-07")
    assert transport[:3] == ("chat", "alert_opened", "TRN-01")
    assert (transport[3]["cases"], transport[3]["severity"]) == ("300", "S2")


async def test_what_is_over_is_told_once_and_only_after_it_stayed_away(
    alerter: Alerter, clock: StillClock, postgres_url: str
) -> None:
    opened(postgres_url, "TRN-01", "shipment|SHP-1")
    await alerter.alert_once()
    closed(postgres_url, "TRN-01")
    clock.at += 4 * MINUTE
    assert await alerter.alert_once() == 0
    opened(postgres_url, "TRN-01", "shipment|SHP-2")
    assert await alerter.alert_once() == 0
    closed(postgres_url, "TRN-01")
    clock.at += 5 * MINUTE
    assert await alerter.alert_once() == 1
    clock.at += 50 * MINUTE
    assert await alerter.alert_once() == 0
    assert [words[1] for words in told(postgres_url)] == ["alert_opened", "alert_closed"]
    opened(postgres_url, "TRN-01", "shipment|SHP-3")
    assert await alerter.alert_once() == 1, "another episode is told of again"


async def test_each_partner_in_trouble_is_a_cause_of_its_own(alerter: Alerter, postgres_url: str) -> None:
    opened(postgres_url, "INT-10", "partner|nvtr", "partner|wms-a", slot="endpoint")
    assert await alerter.alert_once() == 2


async def test_a_queue_without_a_channel_is_not_told(alerter: Alerter, postgres_url: str) -> None:
    opened(postgres_url, "CSR-06", "order|SO-1")
    assert await alerter.alert_once() == 0
    assert told(postgres_url) == []


async def test_two_schedulers_tell_it_once(
    alerter: Alerter, pool: Pool, store: PostgresStore, postgres_url: str
) -> None:
    opened(postgres_url, "TRN-01", "shipment|SHP-1")
    other = Alerter(PostgresAlerts(pool), store, alerter.directory, TERMS, alerter.clock)
    before = await other.alerts.latches()
    await alerter.alert_once()
    assert before == []

    class Stale(PostgresAlerts):
        async def latches(self) -> list[object]:  # type: ignore[override]
            return []

    await Alerter(Stale(pool), store, alerter.directory, TERMS, alerter.clock).alert_once()
    assert len(told(postgres_url)) == 1


async def test_the_word_reaches_a_webhook_and_leaves_no_fact_behind(
    alerter: Alerter, pool: Pool, postgres_url: str, store: PostgresStore
) -> None:
    heard: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/desk", take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    opened(postgres_url, "TRN-01", "shipment|SHP-1")
    await alerter.alert_once()
    outbox = await PostgresOutbox.open(postgres_url)
    config = Config(channels={"chat": f"json://127.0.0.1:{server.port}/desk"})
    client = Client(AppriseCourier(), Nobody(), config, 10.0)
    progress = await deliver_once(outbox, DESK, client, MANIFEST, alerter.clock, EvenDice())
    assert progress.delivered == 1
    intake = MemoryIntake(MemoryStore(), alerter.clock)
    assert await echo_once(outbox, intake, OURSELVES, alerter.directory) == 1
    assert intake.traces == [], "an alert concerns no dossier"
    assert await outbox.echoes(10) == []
    await outbox.close()
    await server.close()
    assert heard[0]["title"].startswith("[TRN] S2 TRN-01 Planning failed or late")
    assert "TRN-01 of shipment|SHP-1" in heard[0]["message"]
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select count(*) from waiting").fetchone() == (0,)
