"""Kept messages for people in PostgreSQL (ports.mailroom)."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.ports.mailroom import MessageHead, MessagePlace
from crossdock.ports.store import MessageRow
from crossdock.postgres.connection import Pool
from crossdock.postgres.rows import fetch

RUNS_MAX = 100

_HEAD = """
select id, partner, channel, content_type, received, status, facts, control, findings, original,
    coalesce((select b.octets from message_bytes b where b.message = message.id), octet_length(body)) as octets
from message"""

# Only what is asked for stands in a statement, so that each has the plan of its own filters; a status stands in it
# as a word, for the indexes of messages that were not simply accepted know it by that.
_LIST = f"{_HEAD} where $where order by received desc, id desc limit %(limit)s"
_STATUS = {name: f"status = '{name}'" for name in ("accepted", "duplicate", "refused", "partial")}

_RUNS = f"{_HEAD} where original = %(id)s order by received, id limit %(limit)s"

_ONE = """
select id, partner, channel, content_type, received, sha256, body, status, facts, findings, control, original
from message where id = %s"""


class PostgresMailroom:
    """See `ports.mailroom.Mailroom`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def messages(
        self, *, partner: str, status: str, before: MessagePlace | None, limit: int
    ) -> Sequence[MessageHead]:
        """See `Mailroom.messages`."""
        received, last = (before.received, before.id) if before is not None else (None, "")
        where = ["(received, id) < (%(received)s, %(id)s)"] if before is not None else []
        where += ["partner = %(partner)s and received > '-infinity'"] if partner else []
        where += [_STATUS.get(status, "false")] if status else []
        statement = _LIST.replace("$where", " and ".join(where) or "true")
        values = {"received": received, "id": last, "partner": partner, "limit": limit}
        return await fetch(self._pool, MessageHead, statement, values)

    async def message(self, message_id: str) -> MessageRow | None:
        """See `Mailroom.message`."""
        rows = await fetch(self._pool, MessageRow, _ONE, (message_id,))
        return rows[0] if rows else None

    async def runs(self, message_id: str) -> Sequence[MessageHead]:
        """See `Mailroom.runs`."""
        return await fetch(self._pool, MessageHead, _RUNS, {"id": message_id, "limit": RUNS_MAX})
