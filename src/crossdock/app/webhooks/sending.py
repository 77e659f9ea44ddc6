"""Onto the wire: one subscription at a time, the front event of each subject at once, signed anew for every attempt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdock.app.webhooks.judging import LIMITS, judge
from crossdock.app.webhooks.signing import headers_of
from crossdock.kernel.secret import Secret
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.subscriptions import Answer, Poster, Ready, Senders, Subscription

BATCH = 10
# Longer than a call may take, so that nobody else sends what is being sent.
LEASE = timedelta(seconds=LIMITS.timeout_s * 4)
KEPT = timedelta(days=30)
SWEEP_MAX = 5_000

Gather = Callable[[Sequence[Awaitable[Answer]]], Awaitable[list[Answer]]]


@dataclass(frozen=True, slots=True)
class Sender:
    """Several may run on any number of hosts: a subscription is leased while it is sent for.

    `gather` waits for calls under way together. `outside` calls the addresses that customers gave, who may be anybody;
    absent where they are called like all others.
    """

    senders: Senders
    poster: Poster
    gather: Gather
    pepper: Secret
    clock: Clock
    dice: Dice
    outside: Poster | None = None

    async def send_once(self) -> int:
        """Send what is due for one subscription; how many events, 0 when nothing is due.

        Raises:
            Transient: the store is away; what was sent and not recorded goes again, under the same id.
        """
        now = self.clock.now()
        work = await self.senders.claim(now, now + LEASE, BATCH)
        if work is None:
            return 0
        answers = await self.gather([self._post(work.subscription, one, now) for one in work.events])
        done = self.clock.now()
        judged = judge(work.subscription, list(zip(work.events, answers, strict=True)), done, self.dice.fraction())
        await self.senders.settle(work, judged.after, judged.settled, judged.notices, judged.cases, done)
        return len(work.events)

    async def sweep_once(self) -> int:
        """Forget what was put on its way a month ago."""
        return await self.senders.sweep(self.clock.now() - KEPT, SWEEP_MAX)

    async def _post(self, subscription: Subscription, ready: Ready, now: datetime) -> Answer:
        headers = headers_of(subscription, ready.event, ready.body, ready.attempts + 1, now, self.pepper)
        poster = self.outside if subscription.customer and self.outside is not None else self.poster
        return await poster.post(subscription.url, headers, ready.body)
