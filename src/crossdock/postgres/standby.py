"""A standby that has every commit, and its promotion: what a fail-over manager says to a pair of servers."""

from __future__ import annotations

import psycopg

from crossdock.kernel.errors import Transient
from crossdock.postgres.connection import CONNECT_TIMEOUT_S, alive, translated

_CAUGHT_UP = "select count(*) > 0 from pg_stat_replication where sync_state = 'sync' and state = 'streaming'"
_DEMAND = ("alter system set synchronous_standby_names = '*'", "select pg_reload_conf()")
_PROMOTE = ("select pg_promote(true, 60)", "alter system reset synchronous_standby_names", "select pg_reload_conf()")


async def answers(url: str) -> bool:
    """Whether this server, primary or standby, takes connections."""
    try:
        with translated():
            async with await _connect(url):
                return True
    except Transient:
        return False


async def is_caught_up(url: str) -> bool:
    """Whether a standby of this server has everything that is committed here, and commits wait for it.

    Raises:
        Transient: the server cannot be reached.
    """
    with translated():
        async with await _connect(url) as connection:
            row = await (await connection.execute(_CAUGHT_UP)).fetchone()
    return bool(row and row[0])


async def demand_standby(url: str) -> None:
    """From now on a commit waits until a standby has it, however long that takes.

    Raises:
        Transient: the server cannot be reached.
    """
    await _tell(url, _DEMAND)


async def promote(url: str) -> None:
    """Make a standby the server that takes writes; until it has a standby of its own it commits alone.

    Raises:
        Transient: it cannot be reached, or does not become one within a minute.
    """
    await _tell(url, _PROMOTE)


async def _tell(url: str, statements: tuple[str, ...]) -> None:
    with translated():
        async with await _connect(url) as connection:
            for statement in statements:
                await connection.execute(statement.encode())


async def _connect(url: str) -> psycopg.AsyncConnection[tuple[object, ...]]:
    return await psycopg.AsyncConnection.connect(alive(url), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
