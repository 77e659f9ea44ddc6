"""The chain of acts in PostgreSQL (ports.acts): whoever changes something by hand appends in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.ports.acts import ACTS_MAX, Act, ActRow, Anchor
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.rows import fetch

# Serialises whoever appends to the chain: people do, and the watcher of cases. Held to the end of the transaction, so
# it is taken last.
_CHAIN_LOCK = "select pg_advisory_xact_lock(7202, 90)"

# By a function, for who appends on behalf of somebody limited may not see every act.
_LAST = "select id, hash from last_act()"

_KEEP = """
insert into act (id, case_id, at, act, person, key, reason, before, after, prev, hash, object)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

ACTS_WHERE = """
select id, case_id as "case", at, act, person, key, reason, before, after, prev, hash, object
from act where $which order by id limit %(limit)s"""

_OF = ACTS_WHERE.replace("$which", "object = %(object)s and object <> ''")

_LATEST = """
select id, case_id as "case", at, act, person, key, reason, before, after, prev, hash, object
from act where %(before)s = 0 or id < %(before)s order by id desc limit %(limit)s"""

_CHAIN = ACTS_WHERE.replace("$which", "id > %(after)s")

_ANCHOR = "select id, hash from act_anchor order by id desc limit 1"
_ORIGIN = bytes(32)


class PostgresActs:
    """See `ports.acts.Acts`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, at: datetime, object_: str, act: Act, before: str = "", after: str = "") -> ActRow:
        """See `Acts.keep`."""
        async with transaction(self._pool) as connection:
            return await keep_act(connection, at, act, before, after, about=object_)

    async def of(self, object_: str) -> Sequence[ActRow]:
        """See `Acts.of`."""
        return await fetch(self._pool, ActRow, _OF, {"object": object_, "limit": ACTS_MAX})

    async def latest(self, before: int, limit: int) -> Sequence[ActRow]:
        """See `Acts.latest`."""
        return await fetch(self._pool, ActRow, _LATEST, {"before": before, "limit": limit})

    async def chain(self, after: int, limit: int) -> Sequence[ActRow]:
        """See `Acts.chain`."""
        return await fetch(self._pool, ActRow, _CHAIN, {"after": after, "limit": limit})

    async def anchor(self) -> Anchor:
        """See `Acts.anchor`."""
        return await read_anchor(self._pool)


async def read_anchor(pool: Pool) -> Anchor:
    """See `Acts.anchor`."""
    async with transaction(pool) as connection:
        with translated():
            row = await (await connection.execute(_ANCHOR)).fetchone()
    return Anchor(*row) if row is not None else Anchor()


async def keep_act(
    connection: Connection, at: datetime, act: Act, before: str, after: str, *, case: int = 0, about: str = ""
) -> ActRow:
    """Append to the chain in the transaction under way: an act on a case, or `about` anything else."""
    assert bool(case) != bool(about), "an act is on a case or on something else"
    with translated():
        await connection.execute(_CHAIN_LOCK)
        last = await (await connection.execute(_LAST)).fetchone() or (0, _ORIGIN)
        words = (act.act, act.person, act.key, act.reason, before, after)
        row = ActRow(last[0] + 1, case, at, *words, prev=last[1], object=about)
        row = msgspec.structs.replace(row, hash=row.digest())
        await connection.execute(_KEEP, msgspec.structs.astuple(row))
    return row
