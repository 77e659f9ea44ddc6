"""A way in over a database of the test's own, with a clock the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest_asyncio
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from crossdock.app.identity.entry import Entry
from crossdock.app.identity.invite import Newcomer, invite
from crossdock.bootstrap.clock import SystemDice
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.people import Person
from crossdock.ports.principal import Grant, Reach, RoleName, Verb
from crossdock.ports.reach import limit
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.people import PostgresPeople
from crossdock.web.people.furniture import Furniture
from crossdock.web.people.guards import May, Who
from crossdock.web.people.sign_in import build_sign_in
from crossdock.web.site import Site

WHY = Act("person_added", "Ines Vidal", "test", "starts on Monday")


@dataclass
class HandClock:
    """Now is what the test says."""

    at: datetime = field(default_factory=lambda: datetime(2026, 6, 8, 10, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


class House:
    """People, their way in, and a room with a page everybody may see and one that acts."""

    def __init__(self, pool: Pool, url: str) -> None:
        self.url = url
        self.clock = HandClock()
        self.people = PostgresPeople(pool)
        self.acts = PostgresActs(pool)
        self.entry = Entry(self.people, self.clock, SystemDice(), Secret("pepper"))

    async def person(self, email: str, *roles: RoleName, reach: Reach | None = None, name: str = "") -> Person:
        grants = tuple(Grant(role, reach or Reach()) for role in roles)
        return await invite(self.people, self.clock, SystemDice(), Newcomer(email, name, grants), WHY)

    async def link(self, email: str) -> str:
        return (await self.entry.link(email, Act("link_made", "Ines Vidal", "test", "asked for")))[0].reveal()

    def room(self, *handlers: HTTPRouteHandler, public_url: str = "") -> Litestar:
        return Litestar(list(handlers), plugins=[Furniture(self.entry, public_url)], openapi_config=None)

    def browser(self, base: str = "http://localhost", public_url: str = "") -> httpx2.AsyncClient:
        """A browser with a cookie jar of its own."""
        site = Site(self.room(page, act, public_url=public_url), dict(build_sign_in(self.entry, public_url=public_url)))
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site), base_url=base)


@get("/desk", guards=[May(Verb.READ)])
async def page(signed: Who) -> dict[str, str]:
    return {"name": signed.principal.name, "csrf": signed.csrf, "reach": limit()}


@post("/desk", guards=[May(Verb.ACT)])
async def act(signed: Who, request: Request[object, object, State]) -> dict[str, str]:
    form = await request.form()
    return {"by": signed.principal.key, "reason": str(form.get("reason", ""))}


@pytest_asyncio.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    pool = await open_pool(postgres_url, size_min=1, size_max=4, name="people-test")
    yield House(pool, postgres_url)
    await pool.close()
