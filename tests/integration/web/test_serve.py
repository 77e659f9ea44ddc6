"""Serving on a real socket: what is under way is answered before the end, and a taken port is told, not fatal."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import httpx2
import pytest

from crossdock.app.access import Scope
from crossdock.app.intake import Receipt
from crossdock.ports.directory import Partner
from crossdock.testing.intake import MemoryIntake
from crossdock.web.serve import serve
from tests.unit.web.bench import Front, envelope, problem


class SlowIntake(MemoryIntake):
    """Says when a fact has come in, and answers when it is let."""

    def __init__(self, front: Front) -> None:
        super().__init__(front.store, front.clock)
        self.arrived, self.let = asyncio.Event(), asyncio.Event()

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        self.arrived.set()
        await self.let.wait()
        return await super().facts(partner, bodies, traceparent=traceparent)


async def test_request_under_way_is_answered_before_the_server_ends() -> None:
    front, stop, port = Front(), asyncio.Event(), asyncio.get_running_loop().create_future()
    front.intake = slow = SlowIntake(front)
    front.rebuild()
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    serving = asyncio.create_task(serve(front.app, "127.0.0.1", 0, stop, listening=port.set_result))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{await port}") as client:
        asked = asyncio.create_task(client.post("/v1/partners/ERP1/messages", content=envelope(), headers=key))
        await slow.arrived.wait()
        stop.set()
        slow.let.set()
        assert (await asked).json()["disposition"] == "APPLY"
    await serving


async def test_taken_port_is_an_error_of_the_caller() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await serve(Front().app, "127.0.0.1", taken.getsockname()[1], asyncio.Event())


async def test_server_that_is_cancelled_gives_its_port_back() -> None:
    front, port = Front(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(front.app, "127.0.0.1", 0, asyncio.Event(), listening=port.set_result))
    bound = await port
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{bound}") as client:
        assert (await client.get("/v1/health/live")).status_code == 200
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with socket.create_server(("127.0.0.1", bound)):
        pass


async def test_raw_noise_on_the_socket_does_not_stop_the_server() -> None:
    front, stop, port = Front(), asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(front.app, "127.0.0.1", 0, stop, listening=port.set_result))
    bound = await port
    for noise in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", bound)
        writer.write(noise)
        writer.write_eof()
        await reader.read()
        writer.close()
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{bound}") as client:
        assert (await client.get("/v1/health/live")).status_code == 200
        cut = await client.get("/v1/orders/%ff%fe/../../x")
        problem(cut, "route-unknown")
    stop.set()
    await serving
