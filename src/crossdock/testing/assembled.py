"""The real hub in one process: a project folder, a database, the serving role's API and the folder pickups.

What `crossdock up` wires, wired here by the same functions; only the socket is left out. For tests and generated pages.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx2
import msgspec

from crossdock.app.access import KEY_BYTES, Scope, make_key
from crossdock.app.wake import ring_due
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.roles import api_deps, feeding, pickups
from crossdock.postgres.alarms import PostgresAlarms
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Work
from crossdock.runtime.watching import Watch
from crossdock.web.api.app import build_api
from crossdock.web.api.deps import ApiDeps


@dataclass(frozen=True, slots=True)
class Assembled:
    """A running hub: `http` is its door, `works` the look into each partner's folder."""

    hub: Hub
    deps: ApiDeps
    http: httpx2.AsyncClient
    works: Mapping[str, Work]

    @property
    def views(self) -> PostgresViews:
        """What it knows."""
        return PostgresViews(self.hub.pool)

    async def key(self, partner: str, *scopes: Scope) -> dict[str, str]:
        """The header of a fresh API key; without a scope it has them all."""
        secret, row = make_key(
            secrets.token_bytes(KEY_BYTES),
            self.deps.pepper,
            partner=partner,
            scopes=scopes or tuple(Scope),
            label="",
            created=self.hub.clock.now(),
        )
        await self.deps.keys.add(row)
        return {"authorization": f"Bearer {secret.reveal()}"}

    async def post(self, partner: str, body: bytes, content_type: str = "application/json") -> httpx2.Response:
        """What this partner says over HTTP, under a key of its own."""
        headers = {**await self.key(partner, Scope.FACTS_WRITE), "content-type": content_type}
        return await self.http.post(f"/v1/partners/{partner}/messages", content=body, headers=headers)

    def folder(self, partner: str) -> Path:
        """Where this partner puts its files."""
        return self.hub.wiring.exchange / partner / "in"

    async def drop(self, partner: str, name: str, body: bytes) -> None:
        """What this partner says over its folder: the file is put there and stands still for two looks."""
        (self.folder(partner) / name).write_bytes(body)
        await self.works[partner]()
        await self.works[partner]()

    async def ring(self) -> None:
        """Let every timer that is due elapse."""
        while await ring_due(PostgresAlarms(self.hub.pool), self.hub.ingest, self.hub.clock):
            pass

    async def last_message(self, partner: str) -> tuple[str, str, bytes]:
        """Id, status and findings of what this partner sent last.

        Raises:
            LookupError: it has sent nothing.
        """
        known = await PostgresMessages(self.hub.pool).latest(partner)
        row = await self.views.message(known.id) if known is not None else None
        if row is None:
            raise LookupError(f"{partner} has sent nothing")
        return row.id, row.status, row.findings

    async def rows(self, statement: str, *values: object) -> Sequence[tuple[object, ...]]:
        """What a question to the database is answered with."""
        async with self.hub.pool.connection() as connection:
            return await (await connection.execute(statement.encode(), values)).fetchall()


def write_project(folder: Path, partners: Mapping[str, Mapping[str, object]], **files: Mapping[str, object]) -> None:
    """A project with these partners; `files` are policies by name."""
    (folder / "partners").mkdir(parents=True, exist_ok=True)
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "crossdock.toml").write_text('name = "assembled"\n')
    for name, table in partners.items():
        (folder / "partners" / f"{name}.toml").write_bytes(toml(table))
    for name, table in files.items():
        (folder / "policies" / f"{name}.toml").write_bytes(toml(table))


def toml(table: Mapping[str, object]) -> bytes:
    """A table with tables one deep; scalars and lists are written the same way in JSON."""
    lines: list[bytes] = []
    inner = {name: value for name, value in table.items() if isinstance(value, dict)}
    for section, values in [("", table), *inner.items()]:
        lines += [f"[{section}]".encode()] if section else []
        plain = {name: value for name, value in values.items() if name not in inner or section}
        lines += [name.encode() + b" = " + msgspec.json.encode(value) for name, value in plain.items()]
    return b"\n".join(lines) + b"\n"


@asynccontextmanager
async def assembled(folder: Path, url: str, watch: Watch | None = None) -> AsyncIterator[Assembled]:
    """The hub of this project on a migrated, durable database, until the block is left."""
    project = read_project(folder, MANIFESTS, {})
    project.data.mkdir(parents=True, exist_ok=True)
    async with open_hub(project, url, watch=watch) as hub:
        deps = api_deps(hub, None)
        app = cast("Any", build_api(deps))
        async with (
            feeding(hub),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://hub") as http,
        ):
            yield Assembled(hub, deps, http, pickups(hub))
