"""Notices from the committed log to a real mail server and a real webhook (domain.md §9.6, mission.md W-10)."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from crossdock.app.ingest.use_case import Ingest
from crossdock.app.notify import Notifier, OrderContacts, follows, recipients_of
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.commands.people import NotifyInternal
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.notify.client import Client
from crossdock.connectors.notify.config import Config
from crossdock.connectors.notify.letters import write
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.directory import Partner
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.notices import PostgresNotices
from crossdock.postgres.packing import unpack
from crossdock.postgres.portal_own import PostgresOwnThings
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.notification.decide import notices
from crossdock.process.policy import Policy
from crossdock.process.terms.notifications import DEFAULTS
from crossdock.testing.world import World
from crossdock.transports.notices import AppriseCourier

PORTAL = Partner("mails", Role.PRT, "notify")
ADDRESS = "buyer@example.com"
CONTACTS = [
    {"kind": "email", "value": ADDRESS, "lang": "de", "consent": True},
    {"kind": "email", "value": "never@example.com", "consent": False},
]


class Letters:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], str, str]] = []
        self.closed = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.closed:
            return "451 come back later"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("html", "plain"))
        assert body is not None
        self.kept.append((envelope.rcpt_tos, str(mail["Subject"]), str(body.get_content())))
        return "250 kept"


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def smtp(letters: Letters) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    yield port
    server.stop()


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=3, name="notices")
    yield opened
    await opened.close()


def with_contacts(told: Told) -> Told:
    """The order, with two ways to reach its customer."""
    body = msgspec.json.decode(told.body)
    if body["type"] == "order.approved":
        body["payload"]["customer"]["contacts"] = CONTACTS
    return Told(told.partner, msgspec.json.encode(body))


def now() -> datetime:
    """The database's clock is the machine's; facts are recorded by it."""
    return datetime.now(tz=UTC)


@pytest_asyncio.fixture
async def world(store: PostgresStore) -> World:
    """One order from its approval four hours ago to its hand-over an hour ago."""
    world = World(PARTNERS | {"mails": PORTAL}, now=now())
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    facts = [with_contacts(one) for one in Order(1, now() - timedelta(hours=4)).facts()]
    await world.take((one.partner, one.body) for one in facts[:8])
    world.clock.at = now()
    return world


@pytest_asyncio.fixture
async def notifier(world: World, pool: Pool, store: PostgresStore) -> Notifier:
    return Notifier(
        PostgresFeed(pool), PostgresViews(pool), store, PostgresNotices(pool), world.parts.directory, REGISTRIES,
        Policy(), world.clock,
    )  # fmt: skip


async def work(notifier: Notifier) -> None:
    """Until there is nothing to read."""
    for _ in range(20):
        if not await notifier.notify_once():
            return


async def commands(pool: Pool) -> list[Outbound]:
    """What is on its way to the mail partner."""
    async with transaction(pool) as connection:
        cursor = await connection.execute(
            "select id, idempotency_key, payload from delivery where partner = 'mails' order by idempotency_key"
        )
        rows = await cursor.fetchall()
    return [Outbound(row[0], "notify_customer", row[1], "", unpack(row[2]), "", 1, now()) for row in rows]


@pytest.mark.proves("W-10.1", "W-10.2", "W-10.5")
async def test_what_happened_is_one_letter_each_to_who_gave_leave(
    notifier: Notifier, pool: Pool, letters: Letters, smtp: int
) -> None:
    await work(notifier)
    found = await commands(pool)
    assert [one.idempotency_key.split("|")[0] for one in found] == [
        "notify_customer:released",
        "notify_customer:shipped",
    ]
    assert all(ADDRESS.encode() not in one.payload for one in found), "addresses stand in no command"
    target = f"mailto://127.0.0.1:{smtp}/?mode=insecure&from=hub@example.com&to={{address}}"
    client = Client(
        AppriseCourier(), OrderContacts(PostgresViews(pool), REGISTRIES), Config(channels={"email": target}), 10.0
    )
    outcomes = await client.send(found)
    assert [one.kind for one in outcomes] == [OutcomeKind.DELIVERED] * 2, outcomes
    assert [(to, subject) for to, subject, _ in letters.kept] == [
        ([ADDRESS], "Bestellung SO-00000001 wird vorbereitet"),
        ([ADDRESS], "Bestellung SO-00000001 ist unterwegs"),
    ]
    letters.closed = True
    (late,) = await client.send(found[:1])
    assert late.kind is OutcomeKind.TRANSIENT


@pytest.mark.proves("W-10.2")
async def test_the_log_read_again_sends_nothing_again(notifier: Notifier, pool: Pool) -> None:
    await work(notifier)
    before = [one.id for one in await commands(pool)]
    async with transaction(pool) as connection:
        await connection.execute("delete from relay_cursor where name = 'notify'")
    await work(notifier)
    assert [one.id for one in await commands(pool)] == before


@pytest.mark.proves("W-10.4")
async def test_what_a_customer_does_without_is_not_sent(notifier: Notifier, pool: Pool) -> None:
    own = PostgresOwnThings(pool)
    await own.want("C-7781", ["shipped", "released"], ["shipped"])
    await work(dataclasses.replace(notifier, choices=own))
    assert [one.idempotency_key.split("|")[0] for one in await commands(pool)] == ["notify_customer:released"]


async def test_news_that_became_old_before_it_could_go_goes_nowhere(
    notifier: Notifier, pool: Pool, world: World
) -> None:
    world.clock.at += timedelta(hours=7)
    await work(notifier)
    assert await commands(pool) == []


async def test_a_notice_waits_for_its_time(notifier: Notifier, pool: Pool, world: World) -> None:
    world.clock.at -= timedelta(hours=5)
    await work(notifier)
    assert await commands(pool) == []
    async with transaction(pool) as connection:
        (waiting,) = await (await connection.execute("select ident from notice_due")).fetchall()
    assert waiting == ("order||SO-00000001",)
    world.clock.at += timedelta(hours=5, minutes=1)
    await work(notifier)
    assert len(await commands(pool)) == 2
    async with transaction(pool) as connection:
        assert await (await connection.execute("select from notice_due")).fetchall() == []


@pytest.mark.proves("CUS-03")
async def test_people_of_ours_hear_over_a_webhook() -> None:
    heard: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/notices", take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    config = Config(channels={"console": f"json://127.0.0.1:{server.port}/notices?+X-Key={{secret}}"})
    client = Client(AppriseCourier(), Nobody(), config, 10.0, Secret("s3cret"))
    said = NotifyInternal(
        cause_event="1.2", channel="console", recipient="CUS", template="customs_hold", order_no="SO-1", code="CUS-03",
        detail="customs stopped SHN",
    )  # fmt: skip
    command = Outbound(1, "notify_internal", "k", "", encode_json(said), "", 1, now())
    (told,) = await client.send([command])
    assert told.kind is OutcomeKind.DELIVERED, told
    assert heard[0]["title"] == "CUS-03 SO-1: customs stopped a shipment"
    assert heard[0]["message"] == "customs stopped SHN"
    await server.close()


class Nobody:
    """No customer is known."""

    async def address(self, recipient: str) -> str:
        return ""


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"channel": "fax"}, "no channel fax"),
        ({"recipient": "SO-9/contact/0"}, "has no address"),
        ({"channel": "console", "template": "poem"}, "template poem"),
        ({"channel": "broken"}, "cannot|not one"),
    ],
)
async def test_what_cannot_be_written_is_refused_with_the_reason(change: dict[str, str], because: str) -> None:
    config = Config(channels={"email": "mailto://h/?to={address}", "console": "json://h", "broken": "nonsense"})
    base = {"cause_event": "1.2", "channel": "email", "recipient": "SO-1/contact/0", "template": "shipped"}
    command = Outbound(1, "notify_customer", "k", "", encode_json(base | change), "", 1, now())
    (told,) = await Client(AppriseCourier(), Nobody(), config, 5.0).send([command])
    assert told.kind is OutcomeKind.REFUSED
    assert re.search(because, told.detail)


@pytest.mark.parametrize("name", sorted({rule.template for rule in DEFAULTS} | {"correction"}))
@pytest.mark.parametrize("lang", ["en", "de", "xx"])
def test_every_template_of_the_default_rules_is_there(name: str, lang: str) -> None:
    letter = write(name, {"order_no": "SO-1", "lang": lang, "at": "2026-06-01T12:00:00+00:00", "count": "1"})
    assert "SO-1" in letter.subject
    assert letter.text


def test_a_template_reaches_nothing_but_its_values() -> None:
    for name in ("../en/shipped", "..", "a/b"):
        with pytest.raises(Permanent):
            write(name, {})


async def test_only_who_was_told_is_corrected(world: World, notifier: Notifier, pool: Pool) -> None:
    await work(notifier)
    (row,) = await PostgresViews(pool).owners("order||SO-00000001")
    sent = frozenset(one.idempotency_key for one in await commands(pool))
    log = await notifier.log_of(row)
    gone = next(one for one in log if one.fact.type == "shipment.handed_over")
    back = msgspec.structs.replace(
        gone,
        fact=msgspec.structs.replace(gone.fact, type="tracking.retracted", retracts=gone.fact.key, key="back"),
        recorded=gone.recorded + timedelta(minutes=5),
    )
    called = notices([*log, back], recipients_of(row, REGISTRIES), Policy().notifications)
    (correction,) = [one for one in called if one.template == "correction"]
    assert follows(correction, sent)
    assert not follows(correction, frozenset())
