"""Running the API under uvicorn, inside an event loop that belongs to somebody else.

uvicorn's own signal handlers stay out: whoever runs the process decides when it ends and sets `stop`.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from litestar.types import ASGIApp

from crossdock.web.protocol import BoundedHttp

BACKLOG = 2048
KEEP_ALIVE_S = 75
GRACE_S = 10

# Told the port once the socket listens; with port 0 the system chose it.
Listening = Callable[[int], None]


class _Server(uvicorn.Server):
    """uvicorn without its hands on the process's signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, host: str, port: int, stop: asyncio.Event, *, listening: Listening | None = None) -> None:
    """Serve until `stop` is set, then answer what is under way (at most 10 s) and return.

    Raises:
        OSError: the address cannot be bound; another process has the port, or it is not ours to use.
    """
    config = uvicorn.Config(
        app,
        loop="none",
        http=BoundedHttp,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    # Bound here and not by uvicorn, which would answer a taken port by ending the whole process.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=BACKLOG)
    server = _Server(config)
    running = asyncio.create_task(server.serve([sock]), name="uvicorn")
    stopping = asyncio.create_task(stop.wait(), name="uvicorn-stop")
    try:
        if listening is not None:
            listening(sock.getsockname()[1])
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await running
    finally:
        stopping.cancel()
        if not running.done():
            server.force_exit = True
            server.should_exit = True
            await running
        sock.close()
