"""Control numbers on PostgreSQL (ports.messages.ControlNumbers): gap-free per partner and kind, stable per key."""

from __future__ import annotations

from crossdock.kernel.errors import Bug
from crossdock.postgres.connection import Pool, transaction, translated

_BEGIN = "insert into control_number (partner, kind, last) values (%s, %s, 0) on conflict do nothing"
_LOCK = "select last from control_number where partner = %s and kind = %s for update"
_KNOWN = "select number from control_assignment where partner = %s and kind = %s and key = %s"
_ADVANCE = "update control_number set last = %s where partner = %s and kind = %s"
_ASSIGN = "insert into control_assignment (partner, kind, key, number) values (%s, %s, %s, %s)"
# Counters wrap at nine digits, and partners reset them: nobody is this late.
RESTART = 100_000


class PostgresControlNumbers:
    """A number is given and remembered in one transaction, so a crash leaves neither a gap nor a number used twice."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def number(self, partner: str, kind: str, key: str) -> int:
        """The number of `key`: the same on every call, the next free one (from 1) on the first.

        Raises:
            Transient: the store cannot be reached, or another caller holds the row for longer than the lock timeout.
        """
        async with transaction(self._pool) as connection:
            with translated():
                known = await (await connection.execute(_KNOWN, (partner, kind, key))).fetchone()
                if known is not None:
                    return int(known[0])
                await connection.execute(_BEGIN, (partner, kind))
                last = await (await connection.execute(_LOCK, (partner, kind))).fetchone()
                # Asked again under the lock: whoever held it before may have given this key its number.
                known = await (await connection.execute(_KNOWN, (partner, kind, key))).fetchone()
                if known is not None:
                    return int(known[0])
                if last is None:
                    raise Bug(f"the control number row of {partner} {kind} vanished while it was locked")
                number = int(last[0]) + 1
                await connection.execute(_ADVANCE, (number, partner, kind))
                await connection.execute(_ASSIGN, (partner, kind, key, number))
                return number

    async def seen(self, partner: str, series: str, number: int) -> int:
        """See `ControlNumbers.seen`; kept beside our own counters under `in:<series>`.

        Raises:
            Transient: the store cannot be reached, or another caller holds the row for longer than the lock timeout.
        """
        kind = f"in:{series}"
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_BEGIN, (partner, kind))
                row = await (await connection.execute(_LOCK, (partner, kind))).fetchone()
                last = int(row[0]) if row is not None else 0
                if number > last or last - number > RESTART:
                    await connection.execute(_ADVANCE, (number, partner, kind))
                return last
