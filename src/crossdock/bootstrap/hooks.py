"""Events to subscribers outside, put together: the desk and the log for the door, reading and sending for the roles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager

from crossdock.app.faces import FaceLog
from crossdock.app.webhooks.curated import CustomerLog
from crossdock.app.webhooks.customers import CustomerDesk, Desks
from crossdock.app.webhooks.desk import SubscriptionDesk
from crossdock.app.webhooks.listening import EventLog
from crossdock.app.webhooks.putting import Putter
from crossdock.app.webhooks.sending import Sender
from crossdock.app.webhooks.wanted import Customers
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.presence import pepper_of
from crossdock.connectors.dcsa.outbound import DcsaFace
from crossdock.connectors.epcis.face import EpcisFace
from crossdock.ports.faces import Face
from crossdock.ports.subscriptions import Answer
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.portal_news import PostgresPortalNews
from crossdock.postgres.portal_role import Reader
from crossdock.postgres.senders import PostgresSenders
from crossdock.postgres.subscriptions import PostgresSubscriptions
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Loop, Work
from crossdock.transports.webhooks import WebhookPoster

SUBSCRIPTIONS, SUBSCRIPTIONS_S = "subscriptions", 0.5
FORGET = "forget webhooks"
SEND_S = 0.5


def subscription_desk(hub: Hub) -> SubscriptionDesk:
    """What owners of subscriptions work through."""
    settings = hub.project.settings
    poster = WebhookPoster(private_network=settings.webhooks.private_network)
    store = PostgresSubscriptions(hub.pool)
    return SubscriptionDesk(store, poster, pepper_of(settings, hub.project.data), hub.clock, hub.dice)


def customer_desks(hub: Hub) -> Desks:
    """What customers work their own subscriptions through, each in the role that sees its own alone."""
    settings, reader = hub.project.settings, Reader()
    poster, pepper = _outside(hub), pepper_of(settings, hub.project.data)

    def desk(customer: str) -> CustomerDesk:
        store = PostgresSubscriptions(hub.pool, customer, reader)
        return CustomerDesk(SubscriptionDesk(store, poster, pepper, hub.clock, hub.dice), customer)

    return desk


def customer_log(hub: Hub) -> CustomerLog:
    """What customers were told, for their readers."""
    return CustomerLog(PostgresPortalNews(hub.pool))


def event_log(hub: Hub) -> EventLog:
    """The log for readers outside; each gets a view of its own, which remembers where nothing was."""
    subscriptions = PostgresSubscriptions(hub.pool)
    return EventLog(lambda: PostgresFeed(hub.pool), subscriptions.end, customers_of(hub))


def faces_of(hub: Hub) -> dict[str, FaceLog]:
    """The log in the words of standards."""
    log, views = event_log(hub), PostgresViews(hub.pool)
    spoken: dict[str, Face] = {
        "epcis": EpcisFace(hub.project.settings.epcis.vocabulary),
        "dcsa 2.2": DcsaFace("2.2"),
        "dcsa 3.0": DcsaFace("3.0"),
    }
    return {name: FaceLog(log, views, face) for name, face in spoken.items()}


def customers_of(hub: Hub) -> Customers:
    """Whose order an event is about."""
    return Customers(PostgresViews(hub.pool), REGISTRIES)


def webhook_chores(hub: Hub) -> dict[str, tuple[Work, float]]:
    """Putting events on their way, and forgetting what went a month ago, with how often."""
    senders = PostgresSenders(hub.pool)
    news = PostgresPortalNews(hub.pool)
    putter = Putter(PostgresFeed(hub.pool), senders, customers_of(hub), hub.clock, news)
    sweep = _sender(hub, _poster(hub), _outside(hub)).sweep_once
    return {SUBSCRIPTIONS: (putter.put_once, SUBSCRIPTIONS_S), FORGET: (sweep, 600.0)}


@asynccontextmanager
async def sending(hub: Hub) -> AsyncIterator[Mapping[str, Loop]]:
    """Send to subscribers for the length of a block; calls under way are finished before it is left."""
    poster, outside = _poster(hub), _outside(hub)
    sender = _sender(hub, poster, outside)
    loops = {
        name: Loop(name, sender.send_once, idle_s=SEND_S, clock=hub.clock)
        for name in (f"webhooks {number}" for number in range(1, hub.project.settings.webhooks.senders + 1))
    }
    running = [asyncio.create_task(loop.run(), name=name) for name, loop in loops.items()]
    try:
        yield loops
    finally:
        for loop in loops.values():
            loop.stop()
        await asyncio.gather(*running)
        await poster.close()
        await outside.close()


def _poster(hub: Hub) -> WebhookPoster:
    return WebhookPoster(private_network=hub.project.settings.webhooks.private_network)


def _outside(hub: Hub) -> WebhookPoster:
    """For addresses that customers gave: a setting of its own lets those of our network pass."""
    return WebhookPoster(private_network=hub.project.settings.webhooks.customers_private_network)


def _sender(hub: Hub, poster: WebhookPoster, outside: WebhookPoster) -> Sender:
    pepper = pepper_of(hub.project.settings, hub.project.data)
    return Sender(PostgresSenders(hub.pool), poster, together, pepper, hub.clock, hub.dice, outside)


async def together(calls: Sequence[Awaitable[Answer]]) -> list[Answer]:
    """Wait for calls at once."""
    return list(await asyncio.gather(*calls))
