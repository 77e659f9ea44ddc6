"""A TCP proxy between two parts of the hub, so that every connection between them can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from crossdock.runtime.engines.loopback import HOST

CONNECT_S = 2.0
CHUNK_BYTES = 64 * 1024

# Host and port.
Target = tuple[str, int]


class Proxy:
    """One listener before one or several servers, taken in turn; one that does not answer is passed over."""

    def __init__(self, *targets: Target) -> None:
        self._targets: Sequence[Target] = targets
        self._turn = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, port: int = 0) -> None:
        """Listen, on a free port unless one is named."""
        self._server = await asyncio.start_server(self._accept, HOST, port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def cut(self) -> int:
        """Break every connection there is, without a word to either side; how many were broken."""
        broken = [writer for writer in self._open if not writer.is_closing()]
        for writer in broken:
            writer.transport.abort()
        return len(broken) // 2

    async def close(self) -> None:
        """Listen no more, and break what is open."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._carry(reader, writer)
        except asyncio.CancelledError:
            # The only one who cancels is `close`, and a server's callback has nobody to tell.
            return
        finally:
            self._tasks.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._reach()
        if there is None:
            writer.transport.abort()
            return
        back, forth = there
        self._open |= {writer, forth}
        try:
            await asyncio.gather(_pump(reader, forth), _pump(back, writer))
        finally:
            for one in (writer, forth):
                self._open.discard(one)
                # What is still to be written is written; who was cut is closed already.
                one.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._turn += 1
        for place in range(len(self._targets)):
            host, port = self._targets[(self._turn + place) % len(self._targets)]
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_S):
                    return await asyncio.open_connection(host, port)
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until either side ends; what ends at one side ends in the same way at the other."""
    try:
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        # Killed with bytes unread, it was reset and said no goodbye: the other side would wait for it for ever.
        writer.transport.abort()
