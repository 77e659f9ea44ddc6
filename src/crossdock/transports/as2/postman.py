"""Receipts that go by a connection of their own (RFC 4130 §7.2, asynchronous), tried a few times.

Nothing is remembered of them beyond the process: a sender that misses its receipt posts the message again and gets the
same receipt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from crossdock.kernel.errors import CrossdockError, Overloaded
from crossdock.transports.http import AiohttpTransport, HttpConfig

log = structlog.get_logger()

UNDER_WAY_MAX = 200
ATTEMPTS_MAX = 4
PAUSE_FIRST_S = 1.0
TIMEOUT_S = 30.0
OK_FIRST, OK_LAST = 200, 299


class Postman:
    """One a process; `close` it at the end. `pause_s` is the rest before the second attempt, doubled after each."""

    def __init__(self, pause_s: float = PAUSE_FIRST_S) -> None:
        self._pause_s = pause_s
        self._under_way: set[asyncio.Task[None]] = set()

    def post(self, url: str, headers: Mapping[str, str], body: bytes, *, private: bool) -> None:
        """Send this soon.

        Raises:
            Overloaded: 200 are under way already; the sender posts its message again and gets its receipt then.
        """
        if len(self._under_way) >= UNDER_WAY_MAX:
            raise Overloaded("too many receipts are under way: post the message again later")
        task = asyncio.create_task(self._deliver(url, headers, body, private=private), name="as2 receipt")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in tuple(self._under_way):
            task.cancel()
        await self.settle()

    async def _deliver(self, url: str, headers: Mapping[str, str], body: bytes, *, private: bool) -> None:
        detail = ""
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                await asyncio.sleep(self._pause_s * (1 << (attempt - 1)))
            try:
                async with AiohttpTransport(HttpConfig(url, connections_max=1, private_network=private)) as http:
                    reply = await http.request("POST", "", headers=headers, body=body, timeout_s=TIMEOUT_S)
            except (CrossdockError, TimeoutError) as error:
                detail = str(error)
                continue
            if OK_FIRST <= reply.status <= OK_LAST:
                return
            detail = f"it answered {reply.status}"
        log.warning("receipt.undelivered", to=headers.get("AS2-To", ""), error=detail)
