"""A portal over a database of the test's own: two customers with marks in everything that is theirs, and browsers."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import httpx2

from crossdock.app.access import Scope, for_customer, make_key
from crossdock.app.identity.entry import Entry
from crossdock.app.identity.invite import Newcomer, invite
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import Receipt
from crossdock.app.portal.asking import PORTAL, Asking
from crossdock.app.portal.brand import Brand, Branding, Brands
from crossdock.app.portal.follow import Curator, Follower
from crossdock.app.portal.links import Links
from crossdock.app.portal.look import Portal
from crossdock.app.webhooks.curated import CustomerLog
from crossdock.app.webhooks.customers import CustomerDesk
from crossdock.app.webhooks.desk import SubscriptionDesk
from crossdock.app.webhooks.putting import Putter
from crossdock.app.webhooks.sending import Sender
from crossdock.app.webhooks.wanted import Customers
from crossdock.bench.trace import PARTNERS
from crossdock.bootstrap.clock import SystemDice
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.portal import choice_of
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.directory import Partner
from crossdock.ports.principal import Grant, Reach, RoleName
from crossdock.postgres.connection import Pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.people import PostgresPeople
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.portal_news import PostgresPortalNews
from crossdock.postgres.portal_own import PostgresOwnThings
from crossdock.postgres.portal_role import Reader
from crossdock.postgres.senders import PostgresSenders
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.subscriptions import PostgresSubscriptions
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.process.terms.notifications import DEFAULTS
from crossdock.process.terms.portal import PortalTerms
from crossdock.runtime.readthrough import ReadThrough
from crossdock.testing.world import World
from crossdock.web.api.app import build_api
from crossdock.web.people.sign_in import build_sign_in
from crossdock.web.portal.app import build_portal
from crossdock.web.portal.deps import PortalDeps
from crossdock.web.site import Site
from tests.integration.web.test_subscriptions import Endpoint, one_by_one
from tests.unit.app.portal.given import START, CustomersOrder, tell
from tests.unit.web.bench import Front

PEPPER = Secret("pepper")
NOW = START + timedelta(days=2)
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')
BRANDS = Branding(groups={"alpha": Brand(customers=("C-A",), name="Alpha Parts", contact="help@alpha.example")})


class WorldIntake:
    """The hub's door for facts, over the world's use case."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def facts(self, partner: Partner, bodies: list[bytes], *, traceparent: str = "") -> list[Receipt]:
        return await self._world.take((partner.id, body) for body in bodies)


class House:
    """Hub, store, people and pages; time stands still until it is moved."""

    def __init__(self, pool: Pool, store: PostgresStore) -> None:
        self.world = World(PARTNERS | {PORTAL.id: PORTAL}, now=NOW)
        self.world.ingest = Ingest(dataclasses.replace(self.world.parts, store=store))
        self.clock, self.kept, self.own = self.world.clock, PostgresPortal(pool), PostgresOwnThings(pool)
        terms, policy = PortalTerms(), Policy()
        curator = Curator(PostgresViews(pool), self.kept, REGISTRIES, policy, self.clock)
        self.follower = Follower(PostgresFeed(pool), self.kept, curator, self.clock)
        self.portal = Portal(self.kept, curator, ReadThrough(terms), terms, self.clock)
        self.links = Links(self.portal, self.own, terms, self.clock, SystemDice(), PEPPER)
        self.people = PostgresPeople(pool)
        self.entry = Entry(self.people, self.clock, SystemDice(), PEPPER)
        self.pool, self._reader, self.endpoint = pool, Reader(), Endpoint()
        self.news, senders = PostgresPortalNews(pool), PostgresSenders(pool)
        customers = Customers(PostgresViews(pool), REGISTRIES)
        self.putter = Putter(PostgresFeed(pool), senders, customers, self.clock, self.news)
        self.sender = Sender(senders, self.endpoint, one_by_one, PEPPER, self.clock, SystemDice())
        self.deps = PortalDeps(
            portal=self.portal,
            links=self.links,
            own=self.own,
            asking=Asking(self.portal, WorldIntake(self.world), self.clock),  # type: ignore[arg-type]
            hooks=self.hooks,
            news=CustomerLog(self.news),
            brands=Brands(BRANDS, {}),
            clock=self.clock,
            dice=SystemDice(),
            rules=[choice_of(rule) for rule in DEFAULTS],
        )
        self.rooms = build_portal(self.deps, self.entry)
        rooms = {**build_sign_in(self.entry), **self.rooms}
        self.front = Front()
        theirs = {"portal": self.portal, "asking": self.deps.asking, "hooks": self.hooks, "news": self.deps.news}
        ours = dataclasses.replace(self.front.deps(), clock=self.clock, **theirs)
        self.site = Site(build_api(ours), rooms)

    async def follow(self) -> None:
        while await self.follower.follow_once():
            pass

    def hooks(self, customer: str) -> CustomerDesk:
        """The door of a customer to its subscriptions."""
        store = PostgresSubscriptions(self.pool, customer, self._reader)
        return CustomerDesk(SubscriptionDesk(store, self.endpoint, PEPPER, self.clock, SystemDice()), customer)

    async def send(self) -> None:
        """Put what is new on its way, and send what is due."""
        while await self.putter.put_once():
            pass
        while await self.sender.send_once():
            pass

    async def order(self, number: int, customer: str, mark: str, upto: int = 99) -> CustomersOrder:
        order = CustomersOrder(number, START + timedelta(minutes=number), customer, mark)
        await tell(self.world, *order.all()[:upto])
        return order

    async def sign_in_address(self, *customers: str) -> str:
        email = f"{'-'.join(customers).lower()}@example.com"
        grants = (Grant(RoleName.CUSTOMER, Reach(customers=customers)),)
        why = Act("person_added", "Ines Vidal", "test", "a customer")
        if await self.people.by_email(email) is None:
            await invite(
                self.people, self.clock, SystemDice(), Newcomer(email, f"Buyer of {customers[0]}", grants), why
            )
        token, _ = await self.entry.link(email, why)
        return f"/signin?token={token.reveal()}"

    async def machine(self, customer: str) -> httpx2.AsyncClient:
        """A customer's machine with its key."""
        random = SystemDice().bits(200).to_bytes(25, "big")
        secret, row = make_key(
            random, PEPPER, partner="", scopes=(Scope.PORTAL_READ, Scope.PORTAL_WRITE), label="test", created=NOW
        )
        await self.front.keys.add(for_customer(row, customer))
        headers = {"authorization": f"Bearer {secret.reveal()}"}
        transport = httpx2.ASGITransport(app=self.site)
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)

    async def browser(self, *customers: str) -> httpx2.AsyncClient:
        """Somebody of these customers, signed in; of none, a stranger."""
        transport = httpx2.ASGITransport(app=self.site)
        browser = httpx2.AsyncClient(transport=transport, base_url="http://localhost")
        if customers:
            address = await self.sign_in_address(*customers)
            form = (await browser.get(address)).text
            given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
            answer = await browser.post("/signin", data=given)
            assert answer.headers["location"] == "/portal"
        return browser


async def csrf(browser: httpx2.AsyncClient, path: str) -> str:
    """The token of a form on this page."""
    return TOKEN.findall((await browser.get(path)).text)[-1]
