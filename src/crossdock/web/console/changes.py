"""What tells pages that something changed: the database is asked once a look, however many read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context

from crossdock.kernel.errors import Overloaded, Transient
from crossdock.ports.overview import Overview

LOOK_S = 2.0
READERS_MAX = 200
# A proxy that sees nothing for a minute takes the connection for dead.
BEATS = 10


class Changes:
    """The stream of one process: however many read, the database is asked once a look."""

    def __init__(self, overview: Overview, look_s: float = LOOK_S) -> None:
        self._overview = overview
        self._look_s = look_s
        self._readers = 0
        self._pulse = ""
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def read(self) -> AsyncIterator[bytes]:
        """Events until the reader goes: `changed` with a number, else now and then a comment.

        Raises:
            Overloaded: as many read as may.
        """
        if self._readers >= READERS_MAX:
            raise Overloaded(f"{READERS_MAX} pages are live already: reload by hand")
        self._readers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="console changes", context=Context())
        try:
            yield b"retry: 3000\n\n"
            while True:
                try:
                    async with asyncio.timeout(self._look_s * BEATS):
                        await self._changed.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                yield b"event: changed\ndata: %s\n\n" % self._pulse.encode()
        finally:
            self._readers -= 1
            if not self._readers and self._looking is not None:
                self._looking.cancel()

    async def _look(self) -> None:
        """Wake every reader at each change; none of them can wake the next one's event away."""
        while True:
            try:
                pulse = await self._overview.pulse()
            except Transient:
                pulse = self._pulse
            if pulse != self._pulse:
                self._pulse = pulse
                waking, self._changed = self._changed, asyncio.Event()
                waking.set()
            await asyncio.sleep(self._look_s)
