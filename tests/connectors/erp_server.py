"""A vendor's ERP as a small HTTP server on loopback: what it was told, and trouble at a chosen call.

The doubles beside this file answer in shapes written from the vendors' public specifications; nobody has run them
against the vendors' systems.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web

from crossdock.ports.connector import Outbound, Outcome, OutcomeKind, Sender
from crossdock.transports.http import AiohttpTransport, HttpConfig

NOW = datetime(2026, 6, 10, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.Response]]
# What may become of a call: the connection breaks, a proxy answers, or the server is overloaded.
CUT, PROXY, BUSY = "cut", "proxy", "busy"
TROUBLES = (CUT, PROXY, BUSY)


class Trouble:
    """What becomes of the call of this number among those that change something; `after` it took effect, or before."""

    def __init__(self) -> None:
        self.written = 0
        self.at: dict[int, str] = {}
        self.after = True

    def plan(self, call: int, kind: str, *, after: bool) -> None:
        """At the `call`th change from now."""
        self.at, self.after = {self.written + call: kind}, after

    async def through(self, request: web.Request, work: Callable[[], web.Response]) -> web.Response:
        """A call that changes something, with its trouble."""
        self.written += 1
        kind = self.at.get(self.written)
        if kind is None:
            return work()
        # An overloaded server has turned the call away; the others may have done it.
        if self.after and kind != BUSY:
            work()
        if kind == CUT:
            assert request.transport is not None
            request.transport.close()
            await asyncio.sleep(0)
        if kind == BUSY:
            return web.Response(status=503, headers={"Retry-After": "3"})
        return web.Response(status=502, text="<html>bad gateway</html>")


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    """The address of a server that gives every request to one handler."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def line_to(base_url: str) -> AsyncIterator[AiohttpTransport]:
    """Our own transport, as production has it."""
    async with AiohttpTransport(HttpConfig(base_url, private_network=True)) as transport:
        yield transport


def outbound(kind: str, payload: bytes) -> Outbound:
    """A command as the hub hands it over."""
    return Outbound(1, kind, f"{kind}:x", "shipment:SHP-1", payload, "", 1, NOW)


async def send(sender: Sender, command: Outbound) -> Outcome:
    """One attempt."""
    [outcome] = await sender.send([command])
    return outcome


async def until_delivered(sender: Sender, command: Outbound) -> list[OutcomeKind]:
    """As the hub does it: an unknown outcome is looked up, and what had no effect is sent again."""
    kinds: list[OutcomeKind] = []
    for _ in range(4):
        outcome = await send(sender, command)
        kinds.append(outcome.kind)
        if outcome.kind is OutcomeKind.UNKNOWN:
            outcome = await sender.look_up(command)
        if outcome.kind is OutcomeKind.DELIVERED:
            kinds.append(outcome.kind)
            break
    return kinds
