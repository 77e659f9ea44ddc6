"""Events to subscribers over the real log: those wanted, in order of subject, signed, retried, replayed, guarded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from crossdock.app.webhooks.desk import ReplayWish, SubscriptionDesk, Wish
from crossdock.app.webhooks.putting import Putter
from crossdock.app.webhooks.sending import Sender
from crossdock.app.webhooks.wanted import Customers
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.secret import Secret
from crossdock.ports.outbox import BreakerState
from crossdock.ports.store import DossierRow, EventRow, WriteSet
from crossdock.ports.subscriptions import Answer, EventState
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.connection import Pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.portal_news import PostgresPortalNews
from crossdock.postgres.senders import PostgresSenders
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.subscriptions import PostgresSubscriptions
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import REGISTRIES
from tests.unit.web.bench import NOW, SeededDice, SetClock, envelope

PEPPER = Secret("pepper")
URL = "https://hooks.example.com/in"


class Endpoint:
    """A subscriber: what it was sent, and what it answers next."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    def refuses(self, url: str) -> str:
        return "" if url.startswith("https://") else "by https only"

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.calls.append((headers, body))
        status = self.answers.pop(0) if self.answers else 204
        return Answer(status, f"HTTP {status}", 3)

    def subjects(self) -> list[str]:
        return [msgspec.json.decode(body)["subject"] for _, body in self.calls]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.calls]


async def one_by_one(calls: Sequence[Awaitable[Answer]]) -> list[Answer]:
    return [await call for call in calls]


class World:
    """A hub's log, the desk, and one round of each loop by hand."""

    def __init__(self, store: PostgresStore, pool: Pool) -> None:
        self.store, self.clock, self.endpoint = store, SetClock(), Endpoint()
        senders, views = PostgresSenders(pool), PostgresViews(pool)
        self.subscriptions = PostgresSubscriptions(pool)
        self.desk = SubscriptionDesk(self.subscriptions, self.endpoint, PEPPER, self.clock, SeededDice())
        self.putter = Putter(
            PostgresFeed(pool), senders, Customers(views, REGISTRIES), self.clock, PostgresPortalNews(pool)
        )
        self.sender = Sender(senders, self.endpoint, one_by_one, PEPPER, self.clock, SeededDice())

    async def happen(self, *subjects: str, kind: str = "order.approved", partner: str = "ERP1", first: int = 1) -> None:
        """Facts in the log, each about an order of its own or again about the same."""
        rows = [
            EventRow(
                dossier=1,
                seq=number,
                type=kind,
                disposition=Disposition.APPLY,
                partner=partner,
                occurred=NOW,
                received=NOW,
                body=envelope(subject, partner, type=kind),
                key=f"{partner}{kind}{number}",
                cause="",
                transitions="",
            )
            for number, subject in enumerate(subjects, first)
        ]
        dossiers = [DossierRow(1, "order||SO-1", 1, "NEW", b"")] if first == 1 else []
        async with self.store.batch() as batch:
            await batch.write(WriteSet(dossiers=dossiers, events=rows))

    async def rounds(self, count: int = 1) -> None:
        while await self.putter.put_once():
            pass
        for _ in range(count):
            await self.sender.send_once()


@pytest_asyncio.fixture
async def world(store: PostgresStore, pool: Pool) -> World:
    return World(store, pool)


async def subscribed(world: World, **wish: object) -> tuple[str, str]:
    made = await world.desk.make("TMS1", Wish(URL, **{"start": "beginning", **wish}))  # type: ignore[arg-type]
    assert made is not None
    return made.subscription.id, made.secret


@pytest.mark.proves("PF-15")
async def test_event_is_sent_once_signed_and_logged(world: World) -> None:
    identity, secret = await subscribed(world)
    await world.happen("SO-1")
    await world.rounds(3)
    ((headers, body),) = world.endpoint.calls
    event = msgspec.json.decode(body)
    assert (event["specversion"], event["type"], event["id"]) == ("1.0", "crossdock.order.approved", "1.1")
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == Webhook(secret).sign("1.1", stamp, body.decode())
    log = await world.desk.events("TMS1", identity, "", 0, 10)
    assert log is not None
    assert [(one.event, one.state, one.attempts) for one in log.items] == [("1.1", EventState.DELIVERED, 1)]


@pytest.mark.proves("PF-15")
async def test_events_of_one_subject_wait_for_each_other_and_of_others_do_not(world: World) -> None:
    await subscribed(world)
    await world.happen("SO-1", "SO-1", "SO-2")
    world.endpoint.answers = [500]
    await world.rounds()
    assert world.endpoint.subjects() == ["order/SO-1", "order/SO-2"]
    await world.rounds()
    assert len(world.endpoint.calls) == 2, "the second of SO-1 waits behind the failed first"
    world.clock.forward(10)
    await world.rounds(2)
    assert world.endpoint.ids() == ["1.1", "1.3", "1.1", "1.2"]
    assert world.endpoint.calls[0][1] == world.endpoint.calls[2][1], "every attempt carries the same bytes"


async def test_filter_by_family_and_speaker(world: World) -> None:
    await subscribed(world, types=("order.*",), partners=("ERP1",))
    await world.happen("SO-1")
    await world.happen("SO-1", kind="shipment.planned", first=2)
    await world.happen("SO-1", partner="ERP2", first=3)
    await world.rounds(3)
    assert world.endpoint.ids() == ["1.1"]


async def test_subscription_from_now_hears_nothing_of_before(world: World) -> None:
    await world.happen("SO-1")
    await subscribed(world, start="now")
    await world.happen("SO-2", first=2)
    await world.rounds(2)
    assert world.endpoint.ids() == ["1.2"]


@pytest.mark.proves("PF-15")
async def test_breaker_opens_with_a_notice_and_a_case_holds_all_and_heals_by_a_probe(world: World, pool: Pool) -> None:
    identity, _ = await subscribed(world)
    await world.happen(*(f"SO-{number}" for number in range(12)))
    world.endpoint.answers = [500] * 11
    await world.rounds(2)
    assert len(world.endpoint.calls) == 10, "the breaker opened, the rest is not sent"
    assert (await world.desk.one("TMS1", identity)).state == "waiting"  # type: ignore[union-attr]
    assert [case.subject for case in await PostgresViews(pool).open_cases(queue="", after=0, limit=9)] == [
        f"partner|{identity}"
    ]
    world.clock.forward(31)
    await world.rounds(2)
    assert len(world.endpoint.calls) == 11, "one probe goes, and fails"
    world.clock.forward(120)
    await world.rounds(1)
    await world.rounds(3)
    found = await world.subscriptions.one("TMS1", identity)
    assert found is not None
    assert found.breaker is BreakerState.CLOSED
    assert len(set(world.endpoint.ids())) == 12
    notices = await world.desk.notices("TMS1", identity, 0, 10)
    assert notices is not None
    assert [one.kind for one in notices.items] == ["healed", "breaker_opened"]
    assert await PostgresViews(pool).open_cases(queue="", after=0, limit=9) == []


@pytest.mark.proves("PF-10")
async def test_given_up_after_days_and_sent_again_by_its_owner_under_the_same_id(world: World) -> None:
    identity, _ = await subscribed(world)
    await world.happen("SO-1")
    world.endpoint.answers = [500] * 100
    for _ in range(40):
        await world.rounds()
        world.clock.forward(86_400)
    log = await world.desk.events("TMS1", identity, "given_up", 0, 10)
    assert log is not None
    (line,) = log.items
    attempts = await world.desk.attempts("TMS1", identity, line.number)
    assert attempts is not None
    assert len(attempts) == line.attempts
    assert {one.status for one in attempts} == {500}
    world.endpoint.answers.clear()
    assert (await world.desk.replay("TMS1", identity, ReplayWish(event="1.1"))).events == 1  # type: ignore[union-attr]
    await world.rounds()
    assert set(world.endpoint.ids()) == {"1.1"}
    since = ReplayWish(since=NOW - timedelta(days=1))
    assert (await world.desk.replay("TMS1", identity, since)).events == 1  # type: ignore[union-attr]


async def test_paused_hears_nothing_and_resumed_hears_all(world: World) -> None:
    identity, _ = await subscribed(world)
    assert await world.desk.pause("TMS1", identity, "our release night")
    await world.happen("SO-1")
    await world.rounds(2)
    assert world.endpoint.calls == []
    assert await world.desk.resume("TMS1", identity)
    await world.rounds(2)
    assert world.endpoint.ids() == ["1.1"]


async def test_gone_address_is_paused_with_a_notice(world: World) -> None:
    identity, _ = await subscribed(world)
    await world.happen("SO-1")
    world.endpoint.answers = [410]
    await world.rounds(3)
    assert len(world.endpoint.calls) == 1
    assert (await world.desk.one("TMS1", identity)).state == "paused"  # type: ignore[union-attr]


async def test_nobody_touches_the_subscription_of_another(world: World, pool: Pool) -> None:
    identity, _ = await subscribed(world)
    desk, other = world.desk, "CAR-SW"
    assert await desk.one(other, identity) is None
    assert await desk.events(other, identity, "", 0, 10) is None
    assert await desk.rotate(other, identity) is None
    assert not await desk.pause(other, identity, "mine now")
    assert not await desk.remove(other, identity)
    assert (await desk.all(other, "", 10)).items == ()
    assert await desk.remove("TMS1", identity, "moved to another address")
    (kept,) = await PostgresActs(pool).of(f"subscription {identity}")
    told = (kept.act, kept.person, kept.reason, kept.after)
    assert told == ("subscription_ended", "TMS1", "moved to another address", "ended")


async def test_after_a_rotation_both_secrets_verify_for_a_day(world: World) -> None:
    identity, old = await subscribed(world)
    made = await world.desk.rotate("TMS1", identity)
    assert made is not None
    await world.happen("SO-1", "SO-2")
    await world.rounds()
    headers, body = world.endpoint.calls[0]
    stamp = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    told = [Webhook(secret).sign("1.1", stamp, body.decode()) for secret in (made.secret, old)]
    assert headers["webhook-signature"].split(" ") == told


async def test_two_senders_at_once_send_each_event_once(world: World) -> None:
    await subscribed(world)
    await world.happen(*(f"SO-{number}" for number in range(8)))
    await world.putter.put_once()
    await asyncio.gather(world.sender.send_once(), world.sender.send_once(), world.sender.send_once())
    assert sorted(world.endpoint.ids()) == sorted({f"1.{number}" for number in range(1, 9)})


@pytest.mark.parametrize("count", [51])
async def test_an_owner_has_a_bounded_number_of_subscriptions(world: World, count: int) -> None:
    made = [await world.desk.make("TMS1", Wish(URL)) for _ in range(count)]
    assert [one is None for one in made] == [False] * 50 + [True]
