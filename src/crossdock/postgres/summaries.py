"""The summaries of the log's indexes: a range of pages nobody summarised counts as a match for every question.

PostgreSQL summarises what was filled since its last look once a minute, and holds no more than 256 such requests: what
a burst fills beyond them stays without a summary until the table is vacuumed, and a large table is after a fifth more.
"""

from __future__ import annotations

from typing import LiteralString

import msgspec
from psycopg import errors

from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.rows import fetch

RANGES_MAX = 1024
# Below a second, after which whoever vacuums the table would be cancelled for us: a vacuum summarises as well.
PATIENCE: LiteralString = "set local lock_timeout = '200ms'"

_INDEXES = """
select i.indexrelid::bigint as id, pg_relation_size(i.indrelid) / current_setting('block_size')::int as pages,
    coalesce((select option_value::bigint from pg_options_to_table(c.reloptions) where option_name = 'pages_per_range'),
        128) as step
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
where a.amname = 'brin' and i.indisvalid and c.relnamespace = to_regnamespace(current_schema())
    and pg_has_role(c.relowner, 'usage')
order by i.indexrelid"""

_SUMMARISE = """
select brin_summarize_range(%(id)s::oid::regclass, page)
from generate_series(%(first)s::bigint, %(last)s::bigint, %(step)s::bigint) as page"""


class _Index(msgspec.Struct, frozen=True):
    id: int
    pages: int
    step: int


class PostgresSummaries:
    """Keeps every index of ranges summarised up to its last full range; where another user owns them, does nothing.

    One instance a process: it remembers up to which page each index is summarised, beginning with none.
    """

    def __init__(self, pool: Pool, ranges_max: int = RANGES_MAX) -> None:
        self._pool = pool
        self._ranges_max = ranges_max
        self._done: dict[int, int] = {}

    async def keep(self) -> int:
        """Look at the next ranges of each index, bounded; returns how many, none once all are summarised."""
        return sum([await self._follow(index) for index in await fetch(self._pool, _Index, _INDEXES, ())])

    async def _follow(self, index: _Index) -> int:
        """Ranges that are full, from the first not yet looked at; a table that shrank is begun anew."""
        first = self._done.get(index.id, 0)
        if first > index.pages:
            first = 0
        ranges = min((index.pages - first) // index.step, self._ranges_max)
        if ranges == 0 or not await self._summarise(index, first, ranges):
            return 0
        self._done[index.id] = first + ranges * index.step
        return ranges

    async def _summarise(self, index: _Index, first: int, ranges: int) -> bool:
        """False while the table is vacuumed or its indexes are made."""
        values = {"id": index.id, "first": first, "last": first + (ranges - 1) * index.step, "step": index.step}
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(PATIENCE)
                try:
                    await connection.execute(_SUMMARISE, values)
                except errors.LockNotAvailable:
                    await connection.rollback()
                    return False
        return True
