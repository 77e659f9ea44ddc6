"""Lookup of messages received before (ports.messages)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from crossdock.ports.messages import KeptMessage, KnownMessage
from crossdock.postgres.connection import Pool, transaction, translated

# Two statements, each with an index of its own; one with an `or` would read the whole table.
_BY_CONTROL = """
select id, sha256, status from message
where partner = %s and control = %s and control <> '' and status in ('accepted', 'partial')"""

_BY_BYTES = """
select id, sha256, status from message
where sha256 = %s and partner = %s and status in ('accepted', 'partial') order by id limit 1"""

_LATEST = "select id, sha256, status from message where partner = %s order by received desc, id desc limit 1"

_KEPT: LiteralString = """
select m.id, m.partner, m.channel, m.content_type, m.received, m.sha256, m.status, m.control, m.findings, m.body
from message m where """
_ONE: LiteralString = _KEPT + "m.id = %(id)s"
_UNUSED: LiteralString = (
    _KEPT
    + """m.status in ('refused', 'partial') and m.original = ''
  and (%(partner)s = '' or m.partner = %(partner)s)
  and (m.received, m.id) > (coalesce(%(received)s, '-infinity'::timestamptz), %(id)s)
  and not exists (select from message later where later.original = m.id
                  and later.status in ('accepted', 'duplicate'))
order by m.received, m.id limit %(limit)s"""
)
_SENT: LiteralString = (
    _KEPT
    + """m.partner = %(partner)s and m.original = ''
  and (m.body <> ''::bytea or exists (select from message_bytes b where b.message = m.id))
  and (m.received, m.id) > (coalesce(%(received)s, '-infinity'::timestamptz), %(id)s)
order by m.received, m.id limit %(limit)s"""
)


class PostgresMessages:
    """Reads through its own short transactions, beside the hot path."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        """See `Messages.find`; a message without a control number is known by its bytes.

        Raises:
            Transient: the store cannot be reached.
        """
        async with transaction(self._pool) as connection:
            with translated():
                if control:
                    cursor = await connection.execute(_BY_CONTROL, (partner, control))
                else:
                    cursor = await connection.execute(_BY_BYTES, (sha256, partner))
                row = await cursor.fetchone()
        return KnownMessage(row[0], row[1], row[2]) if row is not None else None

    async def latest(self, partner: str) -> KnownMessage | None:
        """The last message of this partner, whatever became of it; for looking at, not for the hot path.

        Raises:
            Transient: the store cannot be reached.
        """
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_LATEST, (partner,))).fetchone()
        return KnownMessage(row[0], row[1], row[2]) if row is not None else None

    async def unused(self, *, partner: str = "", after: KeptMessage | None = None, limit: int) -> Sequence[KeptMessage]:
        """See `Archive.unused`."""
        received, last = (after.received, after.id) if after is not None else (None, "")
        values = {"partner": partner, "received": received, "id": last, "limit": limit}
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_UNUSED, values)
                return [KeptMessage(*row) for row in await cursor.fetchall()]

    async def kept(self, message_id: str) -> KeptMessage | None:
        """See `Archive.kept`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_ONE, {"id": message_id})).fetchone()
        return KeptMessage(*row) if row is not None else None

    async def sent(self, partner: str, after: KeptMessage | None, limit: int) -> Sequence[KeptMessage]:
        """What this partner sent, whatever became of it, behind `after` in the order of receipt.

        For looking at, not for the hot path.

        Raises:
            Transient: the store cannot be reached.
        """
        received, last = (after.received, after.id) if after is not None else (None, "")
        values = {"partner": partner, "received": received, "id": last, "limit": limit}
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_SENT, values)
                return [KeptMessage(*row) for row in await cursor.fetchall()]
