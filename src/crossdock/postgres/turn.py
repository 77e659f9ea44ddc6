"""One delivery turn on PostgreSQL: a transaction that holds a partner's gate row; the SQL of claims and outcomes.

Claims skip rows that an earlier open row of their ordering key keeps back. That look-up and the claim are one statement
under the gate's lock, so two deliverers can never have two rows of one key in flight. A row is found by its partner's
hash, lane and id: no index holds the id alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crossdock.kernel.errors import Bug
from crossdock.ports.outbox import Ask, BreakerState, Claimed, End, Ending, Gate, Phase, Pick, Requeue
from crossdock.ports.store import CaseRow
from crossdock.postgres import arrays
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Connection, translated
from crossdock.postgres.in_words import in_words
from crossdock.postgres.packing import unpack

GATE_COLUMNS = """
partner, breaker_state, failures, opens, open_until, probe_until, clear_since, full_at, hold_until,
case when paused then pause_reason else '' end, paused_by, paused_at"""

_MAKE_GATE = "insert into partner_gate (partner) values (%s) on conflict do nothing"

SELECT_GATE = "select $columns from partner_gate where partner = %s".replace("$columns", GATE_COLUMNS)

_SAVE_GATE = """
update partner_gate set breaker_state = %(breaker)s, failures = %(failures)s, opens = %(opens)s,
    open_until = %(open_until)s, probe_until = %(probe_until)s, clear_since = %(clear_since)s,
    full_at = %(full_at)s, hold_until = %(hold_until)s, updated = %(now)s
where partner = %(partner)s"""

# A lapsed lease is a deliverer that died or lost its way: what it claimed may have been sent. That it took a deliverer
# with it counts against the command, else one that kills every process would be tried for ever.
_REAP = """
with lapsed as (
    update delivery set claimed_until = null, claimed_by = '', strikes = strikes + 1,
        state = case state when 'awaiting' then 'awaiting' else 'unknown' end,
        detail = 'the deliverer was lost before it could record the outcome'
    where partner = %(partner)s and claimed_until <= %(now)s
    returning 1
)
select (select count(*) from lapsed),
    (select count(distinct claimed_by) from delivery where partner = %(partner)s and claimed_until > %(now)s)"""

# The hash is what is indexed, half the entry of the name itself.
_MINE = "hashtext(d.partner) = hashtext(%(partner)s) and d.partner = %(partner)s"

_FREE = in_words("""
d.claimed_until is null and d.state = any(%(phases)s)
and not exists ($earlier)""")

# Written out, so that a plan made once may use the partial index: rows in doubt are few among very many.
_DOUBTFUL = "and d.state in ('unknown', 'awaiting')"

_LINE = """
select d.id, d.lane, d.lane as line from delivery d
where $mine and d.lane between %(first)s and %(last)s $doubtful and d.due <= %(due)s and $free
order by d.lane, d.id limit %(rows)s for update of d skip locked"""

# Looks at the front of the line only: looking for free overdue rows all along it would walk a whole backlog each time.
_OVERDUE = """
select d.id, d.lane, d.lane as line from delivery d
where $mine and (d.lane, d.id) in (
    select d.lane, d.id from delivery d
    where $mine and d.lane between %(first)s and %(last)s order by d.lane, d.id limit 100
) $doubtful and d.due <= %(due)s and $free
order by d.lane, d.id limit %(rows)s for update of d skip locked"""

# The earliest open row of keys that hold an urgent one further back.
_AHEAD = in_words("""
select d.id, 0::smallint as lane, d.lane as line from delivery d
where d.partner = %(partner)s and (hashtextextended($order, 0), d.id) in (
    select hashtextextended(p.ordering, 0), (
        select min(e.id) from delivery e
        where hashtextextended($order_e, 0) = hashtextextended(p.ordering, 0)
            and e.partner = p.partner and $order_e = p.ordering
    )
    from (
        select d.partner, $order as ordering from delivery d
        where $mine and d.lane = 0 and d.claimed_until is null and d.state <> 'parked'
        order by d.lane, d.id limit 200
    ) p
) and d.due <= %(due)s and $free
order by d.id limit %(rows)s for update of d skip locked""")

_UNTRIED = """
select d.id, d.lane, d.lane as line from delivery d
where $mine and d.lane between %(first)s and %(last)s $doubtful and d.due <= %(due)s
    and d.attempts = 0 and $free
order by d.lane, d.id limit %(rows)s for update of d skip locked"""

_LEAST_TRIED = """
select d.id, d.lane, d.lane as line from delivery d
where d.partner = %(partner)s and d.attempts > 0 and d.lane between %(first)s and %(last)s $doubtful and $free
order by d.attempts, d.lane, d.id limit %(rows)s for update of d skip locked"""

_PICKS = {
    Pick.LINE: (_LINE,),
    Pick.OVERDUE: (_OVERDUE,),
    Pick.AHEAD: (_AHEAD,),
    Pick.PROBE: (_UNTRIED, _LEAST_TRIED),
}

_CLAIM = in_words("""
with ready as materialized ($ready),
numbered as (
    select id, lane, line, (row_number() over (order by lane, id) - 1) / %(batch)s + %(token)s as call from ready
)
update delivery d set claimed_until = %(lease_until)s, claimed_by = n.call::text, attempts = d.attempts + 1,
    first_tried = coalesce(d.first_tried, %(now)s)
from numbered n where $mine and d.lane = n.line and d.id = n.id
returning d.id, d.dossier, $type, d.idempotency_key, $order, n.lane, $cause, coalesce(d.traceparent, ''),
    d.payload, $created, d.state, d.attempts, d.strikes, d.first_tried, n.call, d.parked_at is not null""")

_SETTLED = """
hashtext(d.partner) = hashtext(%s) and d.partner = %s and d.lane = any('{0,1,2,3}') and d.id = u.id"""

# The fence of settling is `attempts`: whoever claimed later has raised it. A parked row is settled already; that
# happens when a commit's answer was lost and the same outcome is recorded again.
_REQUEUE = in_words("""
update delivery d set state = u.state, created = $created, due = u.due, strikes = u.strikes, detail = u.detail,
    claimed_until = null, claimed_by = ''
from unnest(%s, %s, %s, %s, %s, %s) as u (id, attempts, state, due, strikes, detail)
where $settled and d.attempts = u.attempts and d.state <> 'parked'
returning d.id""").replace("$settled", _SETTLED)

_LOGGED = in_words("""
insert into delivery_log (id, dossier, created, due, ended, attempts, lane, outcome, partner, type, idempotency_key,
    ordering_key, cause, detail, reference, traceparent, payload, echo_pending)
select d.id, d.dossier, $created, d.due, u.at, d.attempts, d.lane, u.outcome, d.partner, $type, d.idempotency_key,
    $order, $cause, u.detail, u.reference, d.traceparent, d.payload, true
from touched d join u on u.id = d.id
returning id""")

_END = """
with u as (select * from unnest(%s, %s, %s, %s, %s, %s) as u (id, attempts, outcome, at, detail, reference)),
touched as (
    delete from delivery d using u
    where $settled and d.attempts = u.attempts and d.state <> 'parked' and u.outcome <> 'parked'
    returning d.*
)
$logged""".replace("$settled", _SETTLED).replace("$logged", _LOGGED)

_PARK = """
with u as (select * from unnest(%s, %s, %s, %s, %s, %s) as u (id, attempts, outcome, at, detail, reference)),
touched as (
    update delivery d set state = 'parked', parked_at = u.at, detail = u.detail, claimed_until = null, claimed_by = ''
    from u where $settled and d.attempts = u.attempts and d.state <> 'parked'
    returning d.*
)
$logged""".replace("$settled", _SETTLED).replace("$logged", _LOGGED)


class PostgresTurn:
    """ports.outbox.Turn. Not for use by two tasks at once."""

    def __init__(self, connection: Connection, gate: Gate, now: datetime, *, in_flight: int, lapsed: int) -> None:
        self._connection = connection
        self._now = now
        self.gate = gate
        self.in_flight = in_flight
        self.lapsed = lapsed

    async def claim(self, ask: Ask) -> list[Claimed]:
        """Claim rows; each is the earliest open one of its ordering key. Ordered by call, lane, id."""
        for ready in _PICKS[ask.pick]:
            claimed = await self._claim(ask, ready)
            if claimed:
                return claimed
        return []

    async def _claim(self, ask: Ask, ready: str) -> list[Claimed]:
        doubtful = "" if Phase.OPEN in ask.phases else _DOUBTFUL
        claim = _CLAIM.replace("$ready", ready).replace("$mine", _MINE)
        statement = claim.replace("$free", _FREE).replace("$doubtful", doubtful)
        parameters = {
            "partner": self.gate.partner,
            "phases": [phase.value for phase in ask.phases],
            "first": ask.lanes[0],
            "last": ask.lanes[1],
            "due": ask.due,
            "rows": ask.calls * ask.batch,
            "batch": ask.batch,
            "token": ask.token,
            "now": ask.now,
            "lease_until": ask.lease_until,
        }
        with translated():
            cursor = await self._connection.execute(statement, parameters, binary=True)
            rows = await cursor.fetchall()
        return sorted(map(_claimed, rows), key=lambda row: (row.call, row.lane, row.id))

    async def settle(self, requeues: Sequence[Requeue], ends: Sequence[End]) -> frozenset[int]:
        """Record what became of claimed rows; returns the ids settled. A row whose lease passed on is left alone."""
        settled: set[int] = set()
        parked = [end for end in ends if end.ending is Ending.PARKED]
        over = [end for end in ends if end.ending is not Ending.PARKED]
        with translated():
            if requeues:
                settled |= await self._ids(_REQUEUE, _requeue_columns(requeues))
            if over:
                settled |= await self._ids(_END, _end_columns(over))
            if parked:
                settled |= await self._ids(_PARK, _end_columns(parked))
        return frozenset(settled)

    async def _ids(self, statement: str, columns: tuple[arrays.Array, ...]) -> set[int]:
        cursor = await self._connection.execute(statement, (*columns, self.gate.partner, self.gate.partner))
        return {int(row[0]) for row in await cursor.fetchall()}

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """Open or close cases; closing one that is not open does nothing."""
        with translated():
            await write_cases(self._connection, rows)

    async def save(self, gate: Gate) -> None:
        """Store the gate as it is to be after this turn; a pause is an operator's to change, not ours."""
        parameters = {
            "partner": gate.partner,
            "breaker": gate.breaker.value,
            "failures": gate.failures,
            "opens": gate.opens,
            "open_until": gate.open_until,
            "probe_until": gate.probe_until,
            "clear_since": gate.clear_since,
            "full_at": gate.full_at,
            "hold_until": gate.hold_until,
            "now": self._now,
        }
        with translated():
            await self._connection.execute(_SAVE_GATE, parameters)


async def open_turn(connection: Connection, partner: str, now: datetime) -> PostgresTurn:
    """Lock the gate, making it at first use, and call every lapsed lease back."""
    with translated():
        async with connection.pipeline():
            await connection.execute(_MAKE_GATE, (partner,))
            cursor = await connection.execute(f"{SELECT_GATE} for update", (partner,))
            counts = await connection.execute(_REAP, {"partner": partner, "now": now})
        row = await cursor.fetchone()
        counted = await counts.fetchone()
    if row is None or counted is None:
        raise Bug(f"the gate of {partner} vanished while it was locked")
    return PostgresTurn(connection, gate_of(row), now, in_flight=counted[1], lapsed=counted[0])


def gate_of(row: Sequence[Any]) -> Gate:
    """A row of `GATE_COLUMNS` as a `Gate`."""
    return Gate(row[0], BreakerState(row[1]), *row[2:])


def _claimed(row: Sequence[Any]) -> Claimed:
    """A row returned by `_CLAIM`."""
    fields = list(row)
    fields[8] = unpack(fields[8])
    fields[10] = Phase(fields[10])
    return Claimed(*fields)


def _requeue_columns(rows: Sequence[Requeue]) -> tuple[arrays.Array, ...]:
    return (
        arrays.int8s([row.id for row in rows]),
        arrays.int4s([row.tries for row in rows]),
        arrays.texts([row.phase.value for row in rows]),
        arrays.instants(row.due for row in rows),
        arrays.int2s([row.strikes for row in rows]),
        arrays.texts([row.detail for row in rows]),
    )


def _end_columns(rows: Sequence[End]) -> tuple[arrays.Array, ...]:
    return (
        arrays.int8s([row.id for row in rows]),
        arrays.int4s([row.tries for row in rows]),
        arrays.texts([row.ending.value for row in rows]),
        arrays.instants(row.at for row in rows),
        arrays.texts([row.detail for row in rows]),
        arrays.texts([row.reference for row in rows]),
    )
