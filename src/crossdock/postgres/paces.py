"""Shared meters in PostgreSQL (ports.paces.Paces): a row a caller, moved by whoever served it."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.postgres import arrays
from crossdock.postgres.connection import Pool, transaction, translated

# The requests came at some time of the window: they are taken to have begun when it did, so that a caller that keeps to
# its rate is never ahead of it. In order of the key, so that two processes cannot wait for each other.
_SETTLE = """
with told as (select * from unnest(%(owners)s, %(spent)s::float8[]) as told (owner, spent_s) order by owner)
insert into http_pace as p (owner, full_at)
select owner, now() - make_interval(secs => %(window)s) + make_interval(secs => spent_s) from told
on conflict (owner) do update set full_at = greatest(p.full_at, now() - make_interval(secs => %(window)s))
    + (excluded.full_at - (now() - make_interval(secs => %(window)s)))
returning owner, extract(epoch from full_at - now())::float8"""


class PostgresPaces:
    """ports.paces.Paces on any pool that may write."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def settle(self, spent_s: Mapping[str, float], *, window_s: float) -> Mapping[str, float]:
        """See `Paces.settle`."""
        async with transaction(self._pool) as connection:
            with translated():
                values = {
                    "owners": arrays.texts(list(spent_s)),
                    "spent": list(spent_s.values()),
                    "window": window_s,
                }
                cursor = await connection.execute(_SETTLE, values)
                return dict(await cursor.fetchall())
