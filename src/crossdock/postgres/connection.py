"""Connections: bounded pools with time limits on every session, and the driver's errors told in ours."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from math import inf
from typing import TypeVar

import psycopg
from psycopg import AsyncConnection, errors
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from crossdock.kernel.errors import BeyondReach, Bug, Conflict, Overloaded, Permanent, Rejected, Transient
from crossdock.ports.reach import limit
from crossdock.postgres import arrays

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]
RV = TypeVar("RV")

STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
# What no other limit ends: a session whose client went away between two statements of one pipeline, behind something
# that keeps the connection up. Far beyond any transaction of ours that did not `allow` itself more.
TRANSACTION_TIMEOUT_MS = 600_000
CONNECT_TIMEOUT_S = 5
# A host that lost its power or its network says nothing any more, not even goodbye, and the system would wait for a
# quarter of an hour. Whoever hears nothing for so long takes it as gone: our side, and the server, which lets its locks
# go then. It means nothing to a socket in a folder.
SILENCE_MS, PROBE_AFTER_S, PROBE_EVERY_S, PROBES = 15_000, 6, 3, 3
ALIVE: Mapping[str, int] = {
    "keepalives_idle": PROBE_AFTER_S,
    "keepalives_interval": PROBE_EVERY_S,
    "keepalives_count": PROBES,
    "tcp_user_timeout": SILENCE_MS,
}
# How long a server may be there and not answer: it gives a statement half a minute, and a commit waits for the standby.
ANSWER_S = 90.0
# The function of PostgreSQL that warns when a commit stops waiting for a standby (src/backend/replication/syncrep.c).
WAITS_FOR_STANDBY = "SyncRepWaitForLSN"
# How often a wait looks whether it is over.
LOOK_S = 0.1
POOL_WAIT_S = 10.0
POOL_WAITING_MAX = 1_000
RECONNECT_TIMEOUT_S = 10.0

_BOUNDS = (
    f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS} "
    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS} "
    f"-c tcp_user_timeout={SILENCE_MS} -c tcp_keepalives_idle={PROBE_AFTER_S} "
    f"-c tcp_keepalives_interval={PROBE_EVERY_S} -c tcp_keepalives_count={PROBES} "
    "-c synchronous_commit=on -c timezone=UTC -c jit=off"
)

# The setting is there from PostgreSQL 17. What the server or the pool says of it already stays.
_BOUND_TRANSACTIONS = f"""
select set_config('transaction_timeout', '{TRANSACTION_TIMEOUT_MS}', false)
where current_setting('transaction_timeout', true) = '0'""".encode()
_UNBOUND_TRANSACTION = b"""
select set_config('transaction_timeout', '0', true) where current_setting('transaction_timeout', true) is not null"""

# The hot statements are index look-ups by design. A plan made while a table was empty would scan it, stay cached, and
# be found out only at a million rows; so the other ways are closed to the sessions that run nothing but those.
HOT_PLANS = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan"


_CONFINE = "select set_config('role', 'crossdock_app', true), set_config('crossdock.reach', %s, true)"


class BoundedConnection(AsyncConnection[TupleRow]):
    """A connection that waits `answer_s` for an answer and then takes its server as gone; the pool opens another.

    `allowed_s` is what the transaction under way allowed itself beyond that (`allow`).

    A commit whose wait for the standby somebody cancels is told as done, with a warning that one server alone has it:
    that server may be lost. Here it is an error, so that nobody is told that anything is kept.
    """

    answer_s = ANSWER_S
    allowed_s = 0.0
    is_alone = False

    def heed(self, notice: Diagnostic) -> None:
        """Take note of the warning; by the place it is given at, since its words may be in any language."""
        self.is_alone = self.is_alone or notice.source_function == WAITS_FOR_STANDBY

    async def wait(self, gen: PQGen[RV], interval: float = LOOK_S, timeout: float | None = None) -> RV:  # noqa: ASYNC109  (the driver's own)
        """See `AsyncConnection.wait`."""
        try:
            answer = await super().wait(gen, interval, self.answer_s + self.allowed_s if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if timeout is not None or self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            # What comes now would be taken for the answer to something else.
            self.pgconn.finish()
            waited_s = self.answer_s + self.allowed_s
            raise psycopg.OperationalError(f"no answer within {waited_s:g} s, given up") from error
        if self.is_alone:
            self.is_alone = False
            raise psycopg.OperationalError("committed on one server alone: the wait for its standby was cancelled")
        return answer


async def open_pool(
    url: str,
    *,
    size_min: int,
    size_max: int,
    name: str,
    options: str = "",
    autocommit: bool = False,
    answer_s: float = ANSWER_S,
) -> Pool:
    """Connect; the pool is ready when this returns. With `autocommit` every statement is a transaction of its own.

    `answer_s` is the longest a statement of it may take, waiting for locks and for a standby included.

    Raises:
        Transient: no connection within `POOL_WAIT_S`.
    """

    async def configure(connection: Connection) -> None:
        if isinstance(connection, BoundedConnection):
            connection.answer_s = answer_s
            connection.add_notice_handler(connection.heed)
        arrays.register(connection)
        await connection.execute(_BOUND_TRANSACTIONS)
        await connection.commit()

    pool: Pool = AsyncConnectionPool(
        alive(url),
        connection_class=BoundedConnection,
        min_size=size_min,
        max_size=size_max,
        name=name,
        open=False,
        timeout=POOL_WAIT_S,
        max_waiting=POOL_WAITING_MAX,
        reconnect_timeout=RECONNECT_TIMEOUT_S,
        configure=configure,
        kwargs={
            "options": f"{_BOUNDS} {options}",
            "application_name": f"crossdock-{name}",
            "connect_timeout": CONNECT_TIMEOUT_S,
            "prepare_threshold": 0,
            "autocommit": autocommit,
        },
    )
    try:
        with translated():
            await pool.open(wait=True, timeout=POOL_WAIT_S)
    except BaseException:
        await pool.close()
        raise
    return pool


def alive(url: str) -> str:
    """The same address, for a connection that notices when its server has fallen silent; what it says itself counts.

    Raises:
        Permanent: it is no address.
    """
    try:
        return make_conninfo("", **{**ALIVE, **conninfo_to_dict(url)})
    except psycopg.ProgrammingError as error:
        raise Permanent(f"postgres.url is no address of a database ({_text(error)}): write postgresql://…") from error


@asynccontextmanager
async def transaction(pool: Pool, *, ours: bool = False) -> AsyncIterator[Connection]:
    """One transaction on a pooled connection: commits when the block ends well, rolls back when it does not.

    Where the work under way has a limit (ports.reach), row-level security holds it, except for what is `ours`: taking
    facts in.

    Raises:
        Transient: the connection was lost. If that was while committing, whether it took effect is not known; every
            writer here is safe to repeat.
    """
    with translated():
        connection = await pool.getconn()
    try:
        if limit() and not ours:
            await _confine(connection)
        yield connection
        with translated():
            await connection.commit()
    except BaseException:
        if not connection.broken:
            # Where the server is gone there is nothing to roll back, and what went wrong first is what is told.
            with suppress(psycopg.Error):
                await connection.rollback()
        raise
    finally:
        broken = connection.broken
        _allowed(connection, 0)
        await pool.putconn(connection)
        if broken:
            # The server went away: the idle connections are dead as well and must not be handed to the next callers.
            await pool.check()


async def allow(connection: Connection, timeout_ms: int) -> None:
    """Let each statement of the transaction under way take so long, 0 for as long as it takes, and all of them together
    as long as they take."""
    _allowed(connection, timeout_ms or inf)
    await connection.execute(f"set local statement_timeout = {timeout_ms}".encode())
    await connection.execute(_UNBOUND_TRANSACTION)


def _allowed(connection: Connection, timeout_ms: float) -> None:
    if isinstance(connection, BoundedConnection):
        connection.allowed_s = timeout_ms / 1000


async def _confine(connection: Connection) -> None:
    """Until the transaction ends only rows within the limit are there. One trip, and only for whoever is limited."""
    try:
        await connection.execute(_CONFINE, (limit(),))
    except errors.InsufficientPrivilege as error:
        raise Permanent("grant crossdock_app to the hub's database user: people with a limit need that role") from error
    except errors.InvalidParameterValue as error:
        raise Permanent("the database has no role crossdock_app: let migrate create it, as a user that may") from error


@contextmanager
def translated() -> Iterator[None]:
    """Tell the driver's errors in ours: who must act."""
    try:
        yield
    except (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure) as error:
        raise Conflict(f"another worker was faster: {_text(error)}; load again and repeat") from error
    except (psycopg.DataError, errors.CheckViolation, errors.NotNullViolation) as error:
        raise Rejected(f"the database cannot hold a value of this batch: {_text(error)}") from error
    except (UnicodeEncodeError, OverflowError, struct.error) as error:
        raise Rejected(f"a value of this batch does not fit its column: {error}") from error
    except errors.InsufficientPrivilege as error:
        raise BeyondReach(f"this is beyond your reach: ask for a role that is not limited ({_text(error)})") from error
    except (PoolTimeout, TooManyRequests) as error:
        raise Overloaded(f"no database connection became free: {_text(error)}; come back later") from error
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolClosed) as error:
        raise Transient(f"PostgreSQL did not answer: {_text(error)}; it is tried again") from error
    except (errors.TransactionTimeout, errors.IdleInTransactionSessionTimeout) as error:
        raise Transient(
            f"PostgreSQL gave a transaction up that stood too long: {_text(error)}; it is tried again"
        ) from error
    except psycopg.Error as error:
        raise Bug(f"a statement of ours is wrong: {_text(error)}") from error


def _text(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
