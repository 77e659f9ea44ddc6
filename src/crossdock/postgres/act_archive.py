"""How the beginning of the chain of acts leaves the database (app.archive.acts.ActArchive)."""

from __future__ import annotations

from datetime import datetime

from crossdock.ports.acts import Act, ActRow
from crossdock.ports.archive import Written
from crossdock.postgres.acts import PostgresActs, keep_act
from crossdock.postgres.archive import OURSELVES, keep_file
from crossdock.postgres.connection import Pool, transaction, translated

# One keeper's anchor at a time, each behind the one before.
_ANCHOR = """
insert into act_anchor (id, at, hash, file)
select %(id)s, %(at)s, %(hash)s, %(file)s
where coalesce((select max(id) from act_anchor), 0) = %(before)s
on conflict (id) do nothing"""
_LEAVE = "delete from act where id <= %s"


class PostgresActArchive(PostgresActs):
    """The chain with a way out."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._room = pool

    async def leave(self, last: ActRow, count: int, written: Written, at: datetime) -> bool:
        """See `ActArchive.leave`."""
        values = {"id": last.id, "at": at, "hash": last.hash, "file": written.name, "before": last.id - count}
        async with transaction(self._room) as connection:
            with translated():
                if not (await connection.execute(_ANCHOR, values)).rowcount:
                    return False
                await keep_file(connection, "acts", written, at)
                await connection.execute(_LEAVE, (last.id,))
            done = Act("archived", OURSELVES, OURSELVES, f"{count} acts, to act {last.id}")
            await keep_act(connection, at, done, last.hash.hex(), written.sha256, about=f"archive {written.name}")
        return True
