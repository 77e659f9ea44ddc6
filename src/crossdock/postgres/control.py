"""Control numbers on PostgreSQL (ports.messages.ControlNumbers): gap-free per partner and kind, stable per key."""

from __future__ import annotations

from crossdock.kernel.errors import Bug, Conflict
from crossdock.postgres.connection import Pool, transaction, translated

_BEGIN = "insert into control_number (partner, kind, last) values (%s, %s, 0) on conflict do nothing"
_LOCK = "select last from control_number where partner = %s and kind = %s for update"
# Counting on and remembering are one statement: half of it cannot stay, so there is no gap and no lock to hold on to.
GIVE = """
with known as (
    select number from control_assignment where partner = %(partner)s and kind = %(kind)s and key = %(key)s
), counted as (
    insert into control_number as c (partner, kind, last)
    select %(partner)s, %(kind)s, 1 where not exists (select from known)
    on conflict (partner, kind) do update set last = c.last + 1
    returning last
), given as (
    insert into control_assignment (partner, kind, key, number)
    select %(partner)s, %(kind)s, %(key)s, last from counted
    returning number
)
select number from known union all select number from given"""
_ADVANCE = "update control_number set last = %s where partner = %s and kind = %s"
# Twice at most: who loses the race for a key finds it given.
TRIES = 3
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
        wanted = {"partner": partner, "kind": kind, "key": key}
        for _ in range(TRIES):
            try:
                async with transaction(self._pool) as connection:
                    with translated():
                        row = await (await connection.execute(GIVE, wanted)).fetchone()
                        if row is not None:
                            return int(row[0])
            except Conflict:
                # Somebody gave this key its number meanwhile; the counter went back with the statement.
                continue
        raise Bug(f"the control number {key} of {partner} {kind} is neither given nor to be given")

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
