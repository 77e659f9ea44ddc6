"""The console of a real hub over a real database, asked as a browser asks; people come in by the front door."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import msgspec
import pytest_asyncio

from crossdock.app.identity.invite import Newcomer, invite
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.pages import site_of
from crossdock.bootstrap.people import entry_at
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.roles import api_deps, feeding
from crossdock.ports.acts import Act
from crossdock.ports.principal import Grant, RoleName
from crossdock.ports.store import CaseRow, WriteSet
from crossdock.web.api.app import build_api
from tests.house.sources import ROOT

WHY = Act("person_added", "Ines Vidal", "test", "starts on Monday")
BASE = "http://localhost"


class Office:
    """A hub with its pages. `come` gives a browser in which somebody of that role is signed in."""

    def __init__(self, hub: Hub, stack: AsyncExitStack) -> None:
        self.hub = hub
        self._stack = stack
        deps = api_deps(hub, None)
        self.site = site_of(hub, deps, build_api(deps))

    async def stranger(self) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self.site)  # type: ignore[arg-type]
        return await self._stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url=BASE))

    async def come(self, role: RoleName) -> httpx2.AsyncClient:
        browser, entry = await self.stranger(), entry_at(self.hub)
        who = Newcomer(f"{role.value}@example.com", role.value.title(), (Grant(role),))
        await invite(entry.people, entry.clock, entry.dice, who, WHY)
        token, _ = await entry.link(who.email, WHY)
        page = await browser.get("/signin", params={"token": token.reveal()})
        form = {"_csrf": token_of(page.text, 'name="_csrf" value="'), "token": token.reveal()}
        assert (await browser.post("/signin", data=form)).status_code == 303
        return browser

    async def happen(self, code: str, detail: str = "look at it", subject: str = "SO-1", severity: int = 2) -> None:
        row = CaseRow(code, subject, "", 0, severity, code[:3], detail, True, "7.1", self.hub.clock.now())
        async with self.hub.store.batch() as batch:
            await batch.write(WriteSet(cases=[row]))


def token_of(page: str, before: str = 'name="csrf-token" content="') -> str:
    """The token a page holds for what it may change."""
    found = re.search(re.escape(before) + '([^"]+)"', page)
    assert found is not None, page[:2000]
    return found[1]


async def press(browser: httpx2.AsyncClient, page: str, action: str, **fields: str) -> httpx2.Response:
    """Send a form of a page, as its button does."""
    token = token_of((await browser.get(page)).text)
    return await browser.post(action, data={"_csrf": token, **fields})


@pytest_asyncio.fixture
async def office(tmp_path: Path, durable_url: str) -> AsyncIterator[Office]:
    """The hub of the first project of the docs."""
    first = Path(shutil.copytree(ROOT / "docs" / "start" / "first", tmp_path / "first"))
    project = read_project(first, MANIFESTS, {})
    settings = msgspec.structs.replace(project.settings, data=str(tmp_path / "data"))
    project = msgspec.structs.replace(project, settings=settings)
    (tmp_path / "data").mkdir()
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(open_hub(project, durable_url))
        await stack.enter_async_context(feeding(hub))
        yield Office(hub, stack)
