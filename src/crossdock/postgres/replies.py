"""Answers kept for `Idempotency-Key` in PostgreSQL (ports.replies.Replies)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from crossdock.ports.replies import Claim, ClaimState, StoredReply
from crossdock.postgres.connection import Pool, transaction, translated

RUNNING_LAPSES = timedelta(minutes=1)
ANSWER_LAPSES = timedelta(days=1)
SWEPT_MAX = 10_000

# One statement takes the key: the insert wins, or waits for the other one and then takes over only a lapsed row.
_CLAIM = """
insert into idempotency as held (created, partner, key, request_hash) values (%(now)s, %(owner)s, %(key)s, %(digest)s)
on conflict (partner, key) do update
    set created = excluded.created, request_hash = excluded.request_hash, response = null
    where held.created < case when held.response is null then %(running)s else %(answered)s end
returning key"""

_HELD = "select request_hash, response from idempotency where partner = %s and key = %s"

_SETTLE = "update idempotency set response = %s where partner = %s and key = %s and response is null"

_FORGET = "delete from idempotency where partner = %s and key = %s and response is null"

_SWEEP = """
delete from idempotency where (partner, key) in (
    select partner, key from idempotency where created < %s order by created limit %s
)"""

_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder(StoredReply)


class PostgresReplies:
    """Claims and answers, shared by all processes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, owner: str, key: str, digest: bytes, now: datetime) -> Claim:
        """See `Replies.claim`."""
        wanted = {
            "now": now,
            "owner": owner,
            "key": key,
            "digest": digest,
            "running": now - RUNNING_LAPSES,
            "answered": now - ANSWER_LAPSES,
        }
        async with transaction(self._pool) as connection:
            with translated():
                taken = await (await connection.execute(_CLAIM, wanted)).fetchone()
                if taken is not None:
                    return Claim(ClaimState.FRESH)
                held = await (await connection.execute(_HELD, (owner, key))).fetchone()
        if held is None:
            # Given back between the two statements: whoever asks again takes it.
            return Claim(ClaimState.RUNNING)
        if held[0] != digest:
            return Claim(ClaimState.OTHER_REQUEST)
        return Claim(ClaimState.RUNNING) if held[1] is None else Claim(ClaimState.DONE, _unpacker.decode(held[1]))

    async def settle(self, owner: str, key: str, reply: StoredReply) -> None:
        """See `Replies.settle`."""
        await self._run(_SETTLE, (_packer.encode(reply), owner, key))

    async def forget(self, owner: str, key: str) -> None:
        """See `Replies.forget`."""
        await self._run(_FORGET, (owner, key))

    async def sweep(self, now: datetime) -> int:
        """See `Replies.sweep`."""
        return await self._run(_SWEEP, (now - ANSWER_LAPSES, SWEPT_MAX))

    async def _run(self, statement: str, values: tuple[object, ...]) -> int:
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(statement, values)).rowcount
