"""A gateway's shipments as a source to be asked again and again (ports.polling.PollSource), each a message of its own.

Karrio lists the newest first. So one round asks for all since the last one ended, less an overlap, page by page; the
next round begins where this one did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from crossdock.connectors.karrio.client import Gateway
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.polling import PolledPage
from crossdock.ports.reaching import Ended, raised
from crossdock.ports.transport import HttpTransport

PAGE = 20
OVERLAP = timedelta(minutes=2)


class _Made(msgspec.Struct, frozen=True):
    created_at: datetime


_made = msgspec.json.Decoder(_Made)


class Round(NamedTuple):
    """Where we stand: all made before `since` is read; of this round `skip` were, the newest of them made at `newest`.

    As text `<since>|<newest>|<skip>`; empty is the beginning.
    """

    since: str = ""
    newest: str = ""
    skip: int = 0

    @classmethod
    def read(cls, text: str) -> Round:
        """The text of a cursor.

        Raises:
            ValueError: it is none of ours.
        """
        since, newest, skip = (*text.split("|"), "", "")[:3] if text else ("", "", "")
        return cls(since, newest, int(skip or 0))

    @property
    def query(self) -> str:
        """What to ask for."""
        after = ""
        if self.since:
            after = f"&created_after={quote((datetime.fromisoformat(self.since) - OVERLAP).isoformat(), safe='')}"
        return f"limit={PAGE}&offset={self.skip}{after}"


class Labels:
    """`timeout_s` ends a question."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None) -> None:
        self._gateway = Gateway(transport, timeout_s, token)

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`."""
        now = Round.read(cursor)
        try:
            answer = await self._gateway.shipments(now.query)
            made = [_made.decode(raw).created_at.isoformat() for raw in answer.results]
        except Ended as ended:
            raise raised(ended.outcome) from ended
        except msgspec.MsgspecError as error:
            raise Permanent(f"the gateway's answer is no page of shipments: {error}") from error
        newest = max([now.newest, *made])
        more = bool(answer.next) and bool(made)
        after = Round(now.since, newest, now.skip + len(made)) if more else Round(newest or now.since)
        return PolledPage(tuple(bytes(raw) for raw in answer.results), "|".join(map(str, after)), more=more)

    async def close(self) -> None:
        """The connection is closed by who made it."""
