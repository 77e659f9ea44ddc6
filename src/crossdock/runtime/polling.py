"""A source asked for what is new; the cursor moves only when all up to it is durable."""

from __future__ import annotations

from hashlib import sha256

import structlog

from crossdock.app.intake import Intake
from crossdock.app.keeping import KeepingIntake, KeepRefused
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Partner
from crossdock.ports.polling import Cursors, PollSource
from crossdock.runtime.loops import Work

log = structlog.get_logger()


class Poll:
    """One source of one partner. Several processes may poll it: what both take is a duplicate, counted once."""

    def __init__(self, partner: Partner, source: PollSource, channel: str, content_type: str) -> None:
        self.partner = partner
        self.source = source
        self.channel = channel
        self.content_type = content_type


def poll_work(poll: Poll, intake: Intake, cursors: Cursors, keep: KeepRefused, clock: Clock) -> Work:
    """Ask for one page.

    Order matters: every message of the page is committed, then the cursor moves. A crash in between costs a page that
    is read again, whose messages are known. Returns 1 where another page is to be asked for at once.
    """
    taken: set[bytes] = set()
    door = KeepingIntake(intake, keep)

    async def ask() -> int:
        before = await cursors.cursor(poll.partner.id)
        page = await poll.source.page(before)
        fresh = {sha256(body).digest(): body for body in page.bodies}
        for digest, body in fresh.items():
            # The last page is asked for again until it is full: unchanged it is no news, not even as a duplicate.
            if digest in taken:
                continue
            await door.message(poll.partner, body, poll.content_type, channel=poll.channel)
        news = len(fresh.keys() - taken)
        taken.clear()
        taken.update(fresh)
        moved = page.cursor != before and await cursors.move(poll.partner.id, before, page.cursor, clock.now())
        if news:
            log.info("poll.taken", partner=poll.partner.id, messages=news, more=page.more)
        return 1 if page.more and moved else 0

    return ask
