"""Documents sent over AS2 that await a receipt, on PostgreSQL (ports.as2.SentMessages)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from crossdock.ports.as2 import SentMessage
from crossdock.ports.store import CaseRow
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Connection, Pool, transaction, translated

_COLUMNS = "message_id, partner, name, mic, sent, disposition, answered, answer_by"

_ADD = """
insert into as2_sent (partner, message_id, name, mic, sent) values (%s, %s, %s, %s, %s)
on conflict (partner, message_id) do nothing"""

_FIND = f"select {_COLUMNS} from as2_sent where partner = %s and message_id = %s"  # noqa: S608  (constant text)

# A receipt may overtake the answer to the post it is for: what was said since that post began stands.
_AWAIT = """
update as2_sent set answer_by = %(answer_by)s, overdue = false, disposition = '', answered = null
where partner = %(partner)s and message_id = %(message_id)s and disposition <> 'processed'
    and (answered is null or answered < %(since)s)"""

# A refusal may be followed by a receipt for the same message sent again; a proof of receipt is final.
_ANSWER = """
update as2_sent set disposition = %s, answered = %s
where partner = %s and message_id = %s and disposition not in ('processed', %s)"""

_OVERDUE = f"""
with late as (
    select partner, message_id from as2_sent
    where answered is null and not overdue and answer_by <= %s
    order by answer_by limit %s for update skip locked)
update as2_sent s set overdue = true from late
where s.partner = late.partner and s.message_id = late.message_id
returning {", ".join(f"s.{name}" for name in _COLUMNS.split(", "))}"""  # noqa: S608  (as above)


class PostgresSentMessages:
    """Reads and writes through its own short transactions."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, message: SentMessage) -> None:
        """See `SentMessages.add`."""
        values = (message.partner, message.message_id, message.name, message.mic, message.sent)
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ADD, values)

    async def find(self, partner: str, message_id: str) -> SentMessage | None:
        """See `SentMessages.find`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_FIND, (partner, message_id))).fetchone()
        return SentMessage(*row) if row is not None else None

    async def await_receipt(self, partner: str, message_id: str, since: datetime, answer_by: datetime) -> None:
        """See `SentMessages.await_receipt`."""
        values = {"partner": partner, "message_id": message_id, "since": since, "answer_by": answer_by}
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_AWAIT, values)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[PostgresSentTurn]:
        """See `SentMessages.turn`."""
        async with transaction(self._pool) as connection:
            yield PostgresSentTurn(connection)


class PostgresSentTurn:
    """ports.as2.SentTurn on one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def overdue(self, now: datetime, limit: int) -> list[SentMessage]:
        """See `SentTurn.overdue`."""
        with translated():
            rows = await (await self._connection.execute(_OVERDUE, (now, limit))).fetchall()
        return [SentMessage(*row) for row in rows]

    async def answer(self, partner: str, message_id: str, disposition: str, at: datetime) -> bool:
        """See `SentTurn.answer`."""
        with translated():
            written = await self._connection.execute(_ANSWER, (disposition, at, partner, message_id, disposition))
        return written.rowcount == 1

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """See `SentTurn.cases`."""
        with translated():
            await write_cases(self._connection, rows)
