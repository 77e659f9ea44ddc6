"""Letters to people and webhooks, over apprise: mail, SMS gateways, chats and some hundred more.

It is synchronous, so each letter is a thread of its own for as long as it takes. This is the only module that knows it.
"""

from __future__ import annotations

import asyncio

import apprise

from crossdock.kernel.errors import Permanent
from crossdock.ports.notices import Letter


class AppriseCourier:
    """See `ports.notices.Courier`. Targets are apprise's addresses."""

    async def carry(self, target: str, letter: Letter, timeout_s: float) -> bool:
        """See `Courier.carry`. A letter that is not taken in time is under way in its thread all the same."""
        return await asyncio.wait_for(asyncio.to_thread(_carry, target, letter), timeout_s)


def _carry(target: str, letter: Letter) -> bool:
    service = apprise.Apprise.instantiate(target, suppress_exceptions=True)
    if service is None:
        raise Permanent("the target of this channel is not one that can be written to: mend [settings.channels]")
    return bool(service.notify(body=letter.text, title=letter.subject))
