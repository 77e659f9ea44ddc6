"""The proxy before every part of the cluster: carries, takes turns, passes over the dead, cuts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

import pytest_asyncio

from crossdock.demo.cluster.proxy import Proxy
from crossdock.runtime.engines.loopback import free_ports

HOST = "127.0.0.1"


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str) -> None:
    """Says its name, then repeats what it hears until the other side is done."""
    writer.write(f"{name}\n".encode())
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.write(b"bye\n")
    writer.close()


@pytest_asyncio.fixture
async def servers() -> AsyncIterator[list[tuple[str, int]]]:
    """Two servers, by host and port."""
    opened = [
        await asyncio.start_server(lambda reader, writer, name=name: echo(reader, writer, name), HOST, 0)
        for name in ("one", "two")
    ]
    yield [(HOST, int(server.sockets[0].getsockname()[1])) for server in opened]
    for server in opened:
        server.close()


async def met(proxy: Proxy) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    return (await reader.readline()).decode().strip(), reader, writer


async def test_it_takes_turns_and_passes_over_who_does_not_answer(servers: list[tuple[str, int]]) -> None:
    dead = free_ports(("dead",))["dead"]
    proxy = Proxy(servers[0], (HOST, dead), servers[1])
    await proxy.open()
    names = []
    for _ in range(6):
        name, _, writer = await met(proxy)
        names.append(name)
        writer.close()
    assert set(names) == {"one", "two"}
    await proxy.close()


async def test_bytes_and_the_end_of_them_are_carried_both_ways(servers: list[tuple[str, int]]) -> None:
    proxy = Proxy(servers[0])
    await proxy.open()
    _, reader, writer = await met(proxy)
    writer.write(b"hello\n")
    assert await reader.readline() == b"hello\n"
    writer.write_eof()
    assert await reader.readline() == b"bye\n"
    assert await reader.read() == b""
    writer.close()
    await proxy.close()


async def test_a_cut_breaks_every_connection_and_the_next_one_is_carried(servers: list[tuple[str, int]]) -> None:
    proxy = Proxy(*servers)
    await proxy.open()
    held = [await met(proxy) for _ in range(3)]
    assert proxy.cut() == 3
    for _, reader, writer in held:
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
    name, _, writer = await met(proxy)
    assert name in ("one", "two")
    writer.close()
    await proxy.close()


async def test_who_breaks_off_is_gone_for_the_other_side_as_well() -> None:
    gone = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"here\n")
        with contextlib.suppress(ConnectionError):
            await reader.read()
        gone.set()
        writer.close()

    server = await asyncio.start_server(listen, HOST, 0)
    proxy = Proxy((HOST, int(server.sockets[0].getsockname()[1])))
    await proxy.open()
    _, _, writer = await met(proxy)
    # As the system does for a process that was killed with bytes unread: no goodbye but a reset.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    async with asyncio.timeout(30):
        await gone.wait()
    await proxy.close()
    server.close()
