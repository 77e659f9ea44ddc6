"""The outbox on PostgreSQL (ports/outbox.py): turns, the look without a lock, figures, echoes, arrivals."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from typing import Any, Self

from crossdock.ports.outbox import Answered, Backlog, BreakerState, Echo, End, Ending, Gate, Pulse
from crossdock.ports.store import CaseRow
from crossdock.postgres import arrays
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import HOT_PLANS, Pool, open_pool, transaction, translated
from crossdock.postgres.desk import ACKNOWLEDGE, end_run
from crossdock.postgres.in_words import in_words
from crossdock.postgres.listening import notifications
from crossdock.postgres.packing import unpack
from crossdock.postgres.turn import SELECT_GATE, PostgresTurn, gate_of, open_turn

CHANNEL = "crossdock_delivery"

_PULSE = in_words("""
select
    (select d.due from delivery d
        where hashtext(d.partner) = hashtext(%(partner)s) and d.partner = %(partner)s
        and d.claimed_until is null and d.state <> 'parked' and d.due <= %(now)s
        and not exists ($earlier)
        order by d.lane, d.id limit 1),
    (select min(d.claimed_until) from delivery d where d.partner = %(partner)s and d.claimed_until <= %(now)s),
    (select min(d.due) from delivery d
        where d.partner = %(partner)s and d.attempts > 0 and d.claimed_until is null and d.state <> 'parked'
        and d.due > %(now)s),
    (select min(d.claimed_until) from delivery d where d.partner = %(partner)s and d.claimed_until > %(now)s)""")

_BACKLOG = """
select coalesce(g.partner, o.partner), coalesce(o.open, 0), coalesce(o.retrying, 0), coalesce(o.unknown, 0),
    coalesce(o.parked, 0), coalesce(o.in_flight, 0), o.oldest, coalesce(g.breaker_state, 'closed'),
    case when g.paused then g.pause_reason else '' end
from partner_gate g full join (
    select partner, count(*) filter (where state <> 'parked') as open,
        count(*) filter (where state <> 'parked' and attempts > 0 and claimed_until is null) as retrying,
        count(*) filter (where state in ('unknown', 'awaiting')) as unknown,
        count(*) filter (where state = 'parked') as parked,
        count(*) filter (where claimed_until > %s) as in_flight,
        min(coalesce(created, due)) filter (where state <> 'parked') as oldest
    from delivery group by partner
) o on o.partner = g.partner
order by 1"""

# Only the addressee's own word counts, and only what it said since this run began: an earlier run's answer is spent.
_ANSWERED = in_words("""
select d.id, d.dossier, d.partner, $type, d.idempotency_key, $order, d.lane::int,
    e.type = 'command.refused',
    e.dossier || '.' || e.seq
from delivery d cross join lateral (
    select e.dossier, e.seq, e.type from event e
    where e.dossier = d.dossier and e.partner = d.partner and e.type in ('command.acknowledged', 'command.refused')
        and e.received >= d.first_tried and right(e.key, length(d.idempotency_key) + 1) = '|' || d.idempotency_key
    order by e.seq desc limit 1
) e
where d.state in ('awaiting', 'parked')
order by d.id limit %s""")

_ECHOES = """
select l.id, l.attempts, coalesce(d.ident, ''), l.type, l.idempotency_key, l.ordering_key, l.partner, l.cause,
    coalesce(l.traceparent, ''), l.payload, l.outcome, l.reference, l.detail, l.ended
from (select * from delivery_log where echo_pending order by id limit %s) l
left join dossier d on d.id = l.dossier
order by l.id, l.attempts"""

_ECHOED = """
update delivery_log l set echo_pending = false from unnest(%s, %s) as u (id, attempts)
where l.id = u.id and l.attempts = u.attempts and l.echo_pending"""


class PostgresOutbox:
    """ports.outbox.Outbox. Shared by all tasks of one event loop; `pool` serves desk, alarms and sweeper as well."""

    def __init__(self, url: str, pool: Pool) -> None:
        self._url = url
        self.pool = pool

    @classmethod
    async def open(cls, url: str, *, pool_max: int = 4) -> Self:
        """Connect to a migrated database, with at most `pool_max` turns at once.

        Raises:
            Transient: it cannot be reached.
        """
        return cls(
            url,
            await open_pool(url, size_min=1, size_max=pool_max, name="outbox", options=HOT_PLANS),
        )

    async def close(self) -> None:
        """Give the connections back; open turns end first."""
        await self.pool.close()

    async def pulse(self, partner: str, now: datetime) -> Pulse:
        """Look without a lock and without writing, so that an idle partner costs nothing."""
        async with transaction(self.pool) as connection:
            with translated():
                cursor = await connection.execute(_PULSE, {"partner": partner, "now": now}, binary=True)
                row = await cursor.fetchone()
        due, lapsed, next_due, next_lapse = row if row is not None else (None, None, None, None)
        return Pulse(
            min((at for at in (due, lapsed) if at is not None), default=None),
            min((at for at in (next_due, next_lapse) if at is not None), default=None),
        )

    @asynccontextmanager
    async def turn(self, partner: str, now: datetime) -> AsyncIterator[PostgresTurn]:
        """Lock the gate (made at first use); commit when the block ends well, roll back when it does not."""
        async with transaction(self.pool) as connection:
            yield await open_turn(connection, partner, now)

    async def gate(self, partner: str) -> Gate:
        """The gate as stored, without a lock."""
        async with transaction(self.pool) as connection:
            with translated():
                cursor = await connection.execute(SELECT_GATE, (partner,))
                row = await cursor.fetchone()
        return Gate(partner) if row is None else gate_of(row)

    async def backlog(self, now: datetime) -> list[Backlog]:
        """Every partner with open or parked deliveries or a gate, by id."""
        return await read_backlog(self.pool, now)

    async def echoes(self, limit: int) -> list[Echo]:
        """Facts still owed, oldest first."""
        async with transaction(self.pool) as connection:
            with translated():
                cursor = await connection.execute(_ECHOES, (limit,), binary=True)
                rows = await cursor.fetchall()
        return [_echo(row) for row in rows]

    async def echoed(self, echoes: Sequence[Echo]) -> None:
        """These facts are in: nothing is owed for them any more."""
        columns = (arrays.int8s([echo.id for echo in echoes]), arrays.int4s([echo.run for echo in echoes]))
        async with transaction(self.pool) as connection:
            with translated():
                await connection.execute(_ECHOED, columns)

    async def answered(self, limit: int) -> list[Answered]:
        """Waiting or parked commands whose own partner has answered since; the answer is in their dossier's log."""
        async with transaction(self.pool) as connection:
            with translated():
                cursor = await connection.execute(_ANSWERED, (limit,))
                return [Answered(*row) for row in await cursor.fetchall()]

    async def acknowledge(self, partner: str, idempotency_key: str, end: End, *, cases: Sequence[CaseRow] = ()) -> bool:
        """The partner's answer came by another way: end the delivery; false if none was under way."""
        parameters = {
            "partner": partner,
            "key": idempotency_key,
            "outcome": end.ending.value,
            "detail": end.detail,
            "reference": end.reference,
            "now": end.at,
            "echo": False,
        }
        async with transaction(self.pool) as connection:
            ended = await end_run(connection, ACKNOWLEDGE, parameters, end.detail or end.ending.value)
            if ended:
                with translated():
                    await write_cases(connection, cases)
        return ended

    async def arrivals(self) -> AsyncGenerator[str, None]:
        """Partner ids as new deliveries for them are committed (a hint: some may be missed, so poll as well).

        Raises:
            Transient: the connection was lost; call again.
        """
        async with aclosing(notifications(self._url, CHANNEL, "arrivals")) as partners:
            async for partner in partners:
                yield partner


async def read_backlog(pool: Pool, now: datetime) -> list[Backlog]:
    """See `Outbox.backlog`; the console reads it too."""
    async with transaction(pool) as connection:
        with translated():
            cursor = await connection.execute(_BACKLOG, (now,))
            rows = await cursor.fetchall()
    return [_backlog(row) for row in rows]


def _backlog(row: Sequence[Any]) -> Backlog:
    """A row of `_BACKLOG`."""
    fields = list(row)
    fields[7] = BreakerState(fields[7])
    return Backlog(*fields)


def _echo(row: Sequence[Any]) -> Echo:
    """A row of `_ECHOES`."""
    fields = list(row)
    fields[9] = unpack(fields[9])
    fields[10] = Ending(fields[10])
    return Echo(*fields)
