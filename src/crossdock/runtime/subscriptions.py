"""Messages from partners' brokers through the intake: one loop a subscription, the same for every kind of broker.

A message is acknowledged to its broker when all about it is committed, never before. While the database is away the
messages in hand are tried again in their order; when the broker is away they are forgotten, for it gives them again.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from crossdock.app.intake import Intake
from crossdock.app.keeping import KeepingIntake, KeepRefused
from crossdock.ports.broker import Subscription, Taken
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Partner
from crossdock.ports.transport import DropTransport
from crossdock.runtime.loops import Loop
from crossdock.runtime.pickup import put_replies, shown

log = structlog.get_logger()

TAKE_MAX = 200
WAIT_S = 1.0
IDLE_S = 0.05
HEAD_BYTES = 64

# The connector whose dialect is the contract itself: its facts need no decoder and may go in together.
CANONICAL = "canonical_json"

# W3C Trace Context §3.2; what a partner writes there is only used when it is one.
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Channel:
    """One partner's broker: what is read, where documents owed in return are put (997, TA1), and the content type of a
    message that says none."""

    subscription: Subscription
    replies: DropTransport | None = None
    content_type: str = "application/json"


class Reader:
    """Works one subscription off for one partner; what stands behind it is used by this task alone."""

    def __init__(self, partner: Partner, channel: Channel, intake: Intake, keep: KeepRefused) -> None:
        self._partner = partner
        self._channel = channel
        self._subscription = channel.subscription
        self._intake = KeepingIntake(intake, keep)
        self._in_hand: deque[Taken] = deque()

    async def round(self) -> int:
        """Take what has arrived, hand it in, acknowledge it; returns how many messages.

        Raises:
            Transient: database or broker is away, nothing is lost.
            Permanent: the broker refuses us: a person must mend the partner file or the broker.
        """
        try:
            if self._in_hand:
                await self._subscription.hold(self._in_hand)
            else:
                self._in_hand.extend(await self._subscription.take(TAKE_MAX, wait_s=WAIT_S))
        except Exception:
            # Whatever the client raises: a connection that is half there would never be made anew.
            await self.forget()
            raise
        done = 0
        while self._in_hand:
            run = self._next_run()
            await self._hand_in(run)
            await self._acknowledge(run)
            done += len(run)
        return done

    async def forget(self) -> None:
        """Let go of what is in hand; the broker gives it again."""
        self._in_hand.clear()
        await self._subscription.reset()

    def _next_run(self) -> list[Taken]:
        """The first message, and with it the canonical facts right behind it that share its trace."""
        first = self._in_hand[0]
        if not self._is_fact(first):
            return [first]
        run = []
        for taken in self._in_hand:
            if taken.traceparent != first.traceparent or not self._is_fact(taken):
                break
            run.append(taken)
        return run

    def _is_fact(self, taken: Taken) -> bool:
        return self._partner.connector == CANONICAL and taken.body[:HEAD_BYTES].lstrip()[:1] == b"{"

    async def _hand_in(self, run: Sequence[Taken]) -> None:
        first = run[0]
        if self._is_fact(first):
            bodies = [taken.body for taken in run]
            receipts = await self._intake.facts(self._partner, bodies, traceparent=trace_of(first))
            refused = sum(receipt.status == "refused" for receipt in receipts)
            log.info("subscription.facts", partner=self._partner.id, place=first.place, facts=len(run), refused=refused)
            return
        receipt = await self._intake.message(
            self._partner,
            first.body,
            shown(first.content_type) or self._channel.content_type,
            channel=shown(first.place),
            traceparent=trace_of(first),
        )
        if self._channel.replies is not None:
            await put_replies(self._channel.replies, receipt)
        log.info(
            "subscription.taken",
            partner=self._partner.id,
            place=shown(first.place),
            message=receipt.message_id,
            status=receipt.status,
            facts=len(receipt.receipts),
        )

    async def _acknowledge(self, run: Sequence[Taken]) -> None:
        try:
            await self._subscription.done(run)
        except Exception:
            await self.forget()
            raise
        for _ in run:
            self._in_hand.popleft()

    async def close(self) -> None:
        """Disconnect; what was not acknowledged comes again."""
        await self.forget()


def trace_of(taken: Taken) -> str:
    """The sender's trace context where it is valid, none else."""
    return taken.traceparent if TRACEPARENT.fullmatch(taken.traceparent) else ""


def reading_loop(name: str, reader: Reader, clock: Clock) -> Loop:
    """The loop that works one subscription off. `take` waits for messages itself, so it hardly rests."""
    return Loop(f"subscription {name}", reader.round, idle_s=IDLE_S, clock=clock)
