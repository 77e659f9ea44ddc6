"""The transport port: bytes out to a partner. Connectors get one handed in; only `transports` opens sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class HttpReply(msgspec.Struct, frozen=True):
    """A partner's answer; `body` is cut at the transport's bound."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpTransport(Protocol):
    """Calls on one partner's base address."""

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        """One call, no retry, no redirect.

        Raises:
            Transient: no connection was made, so nothing can have happened.
            TimeoutError: it was sent and no answer came: the outcome is unknown.
        """


class DropTransport(Protocol):
    """A place files are put for a partner (folder, SFTP)."""

    async def put(self, name: str, body: bytes) -> None:
        """Write under a temporary name, then rename; the same name again replaces it with the same bytes.

        Raises:
            Transient: the place is not reachable.
        """
