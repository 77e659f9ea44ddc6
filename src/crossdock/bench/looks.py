"""What people and customers look at over a million orders: the tables behind it filled in bulk, and what to ask."""

from __future__ import annotations

import math
import re
import secrets
import statistics
import time
from collections.abc import Sequence
from typing import Any, cast

import httpx2
import msgspec

from crossdock.app.access import KEY_BYTES, Scope, for_customer, make_key
from crossdock.app.cards.follow import Filer
from crossdock.app.identity.invite import Newcomer, invite
from crossdock.bench.trace import PARTNERS, Order, history
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.bootstrap.pages import site_of
from crossdock.bootstrap.people import entry_at
from crossdock.bootstrap.portal import following
from crossdock.bootstrap.presence import pepper_of
from crossdock.bootstrap.roles import api_deps, feeding
from crossdock.ports.acts import Act
from crossdock.ports.principal import Grant, RoleName
from crossdock.postgres.bench_cards import analyse, fill_cards
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.keys import PostgresKeys
from crossdock.postgres.people import PostgresPeople
from crossdock.postgres.summaries import PostgresSummaries
from crossdock.web.api.app import build_api

BATCH = 50_000
FIRST = 1_000_000_000
REAL_ORDERS = 20
BODY = b"x" * 200
# Whose the told orders are (`bench.trace`), and one in a hundred of the bulk.
CUSTOMER = "C-7781"
WHY = Act("person_added", "bench", "bench", "measures pages")
PAGES = {
    "first page": "/console",
    "list": "/console/orders",
    "list, deep": "/console/orders?cursor={middle}",
    "list by grade": "/console/orders?grade=stop",
    "list by customer": "/console/orders?customer=C-1000",
    "list by warehouse": "/console/orders?warehouse=WH-3",
    "list by warehouse and partner": "/console/orders?warehouse=WH-3&partner=CAR-7",
    "list of late ones": "/console/orders?late=1",
    "list with cases": "/console/orders?cases=1",
    "list, grade and customer": "/console/orders?grade=stop&customer=C-1000",
    "search, whole number": "/console/orders?q=SO-{number}&stay=true",
    "search, beginning": "/console/orders?q=SO-{begin}",
    "search, tracking with its kind": "/console/orders?q=tracking+1Z0000000",
    "search, nothing": "/console/orders?q=NOTHING-AT-ALL",
    "order": "/console/orders/{order}",
    "order, books": "/console/orders/{order}?view=books",
    "order, why": "/console/orders/{order}?view=why",
    "order as known": "/console/orders/{order}?step=6",
    "money": "/console/money",
    "money over tolerance": "/console/money?over=true",
    "stock": "/console/stock",
    "stock, open variances": "/console/stock?drift=true",
    "messages": "/console/messages",
    "messages of a rare partner": "/console/messages?partner=rare",
    "messages of no partner": "/console/messages?partner=nobody",
    "messages of a rare status": "/console/messages?standing=refused",
    "work": "/console/work",
    "deliveries": "/console/deliveries",
    "partners": "/console/partners",
    "a partner": "/console/partners/erp1",
    "reconciliation": "/console/reconciliation",
    "KPIs": "/console/kpis",
    "governance": "/console/governance",
    "audit": "/console/audit",
    "settings": "/console/settings",
    "portal, list": "/v1/portal/orders",
    "portal, search": "/v1/portal/orders?number={order}",
    "portal, order": "/v1/portal/orders/{order}",
}


class Timed(msgspec.Struct, frozen=True):
    """Milliseconds of one page: the middle, and nineteen of twenty under."""

    page: str
    p50_ms: float
    p95_ms: float


async def fill(hub: Hub, orders: int, events: int) -> None:
    """Orders told and folded for the pages of one, and the bulk around them."""
    async with feeding(hub):
        for told in history(REAL_ORDERS, seed=1):
            partner = PARTNERS[told.partner]
            await hub.intake.facts(partner, [told.body])
    filer = Filer(PostgresFeed(hub.pool), PostgresCardFiles(hub.pool), REGISTRIES, hub.project.policy, hub.clock)
    follow = following(hub)
    while await filer.file_once() or await follow():
        pass
    for begin in range(FIRST, FIRST + orders, BATCH):
        last = min(begin + BATCH, FIRST + orders) - 1
        await fill_cards(hub.pool, first=begin, last=last, newest=FIRST + orders - 1, events=events, body=BODY)
    await analyse(hub.pool)
    summaries = PostgresSummaries(hub.pool)
    while await summaries.keep():
        pass


async def measure(hub: Hub, orders: int, rounds: int) -> list[Timed]:
    """Server time of whole requests in this process (guard, use case, database, template), with nothing beside them."""
    deps = api_deps(hub, None)
    site = site_of(hub, deps, build_api(deps))
    transport = httpx2.ASGITransport(app=cast("Any", site))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        await sign_in(hub, http)
        return [timed(page, await _time(http, path, rounds)) for page, path in addresses(hub, orders).items()]


def addresses(hub: Hub, orders: int) -> dict[str, str]:
    """The path of each page over so many orders."""
    number = f"{(FIRST + orders // 2) % 1_000_000_007:010}"
    names = {
        "middle": str(FIRST + orders // 2),
        "number": number,
        "begin": number[:6],
        "order": Order(1, hub.clock.now()).number,
    }
    return {page: path.format(**names) for page, path in PAGES.items()}


def timed(page: str, taken: Sequence[float]) -> Timed:
    """The middle of these milliseconds, and what nineteen of twenty are under."""
    rest = sorted(taken)
    return Timed(page, statistics.median(rest), rest[math.ceil(len(rest) * 0.95) - 1])


async def _time(http: httpx2.AsyncClient, path: str, rounds: int) -> list[float]:
    taken: list[float] = []
    for _ in range(rounds + 2):
        begin = time.perf_counter()
        answer = await http.get(path)
        taken.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
    # The first two warm what a hub that has been up has warm.
    return taken[2:]


async def sign_in(hub: Hub, http: httpx2.AsyncClient) -> None:
    """Somebody new who may see every page, and a customer's key beside it."""
    grants = tuple(Grant(role) for role in (RoleName.OPERATOR, RoleName.FINANCE))
    email = f"{secrets.token_hex(8)}@example.com"
    await invite(PostgresPeople(hub.pool), hub.clock, hub.dice, Newcomer(email, "Bench", grants), WHY)
    token = (await entry_at(hub).link(email, WHY))[0].reveal()
    csrf = re.findall(r'name="_csrf" value="([^"]+)"', (await http.get("/signin", params={"token": token})).text)[0]
    await http.post("/signin", data={"_csrf": csrf, "token": token})
    http.headers["authorization"] = f"Bearer {await _customer_key(hub)}"


async def _customer_key(hub: Hub) -> str:
    """The customer of the order that is looked up; the console goes by its cookie and reads no key."""
    secret, kept = make_key(
        secrets.token_bytes(KEY_BYTES),
        pepper_of(hub.project.settings, hub.project.data),
        partner="",
        scopes=(Scope.PORTAL_READ,),
        label="bench",
        created=hub.clock.now(),
    )
    await PostgresKeys(hub.pool).add(for_customer(kept, CUSTOMER))
    return secret.reveal()


def line_of(one: Timed) -> str:
    """One page for people."""
    return f"{one.page:32} p50 {one.p50_ms:8.1f} ms   p95 {one.p95_ms:8.1f} ms"
