"""Documents sent over AS2 that await a receipt, on PostgreSQL (ports.as2.SentMessages)."""

from __future__ import annotations

from datetime import datetime

from crossdock.ports.as2 import SentMessage
from crossdock.postgres.connection import Pool, transaction, translated

_ADD = """
insert into as2_sent (partner, message_id, name, mic, sent) values (%s, %s, %s, %s, %s)
on conflict (partner, message_id) do nothing"""

_FIND = """
select message_id, partner, name, mic, sent, disposition, answered from as2_sent
where partner = %s and message_id = %s"""

# A refusal may be followed by a receipt for the same message sent again; a proof of receipt is final.
_ANSWER = """
update as2_sent set disposition = %s, answered = %s
where partner = %s and message_id = %s and disposition not in ('processed', %s)"""


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

    async def answer(self, partner: str, message_id: str, disposition: str, at: datetime) -> bool:
        """See `SentMessages.answer`."""
        async with transaction(self._pool) as connection:
            with translated():
                written = await connection.execute(_ANSWER, (disposition, at, partner, message_id, disposition))
        return written.rowcount == 1
