"""Subscriptions in PostgreSQL, as those who send work from them (ports.subscriptions.Senders)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.ports.feed import Position
from crossdock.ports.store import CaseRow
from crossdock.ports.subscriptions import Matched, Ready, Settled, Subscription, Work
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.rows import fetch
from crossdock.postgres.subscriptions import COLUMNS, as_subscription

_READING = """
select $columns from subscription s
where paused = ''
    and (select count(*) from (select from subscription_event e where e.subscription = s.id and e.state = 'open'
        limit %(window)s) as open) < %(window)s
order by tx, dossier, seq limit %(limit)s""".replace("$columns", COLUMNS)

_MOVE = """
update subscription set tx = %(tx)s, dossier = %(dossier)s, seq = %(seq)s
where id = %(id)s and (tx, dossier, seq) = (%(old_tx)s, %(old_dossier)s, %(old_seq)s)"""

_PUT = """
insert into subscription_event (subscription, event, type, subject, body, created, due)
values (%(id)s, %(event)s, %(type)s, %(subject)s, %(body)s, %(now)s, %(now)s)
on conflict (subscription, event) do nothing"""

# The one that was served longest ago first, so that a busy one starves nobody.
_CLAIM = """
with chosen as (
    select id from subscription s
    where paused = '' and (lease_until is null or lease_until <= %(now)s)
        and (open_until is null or open_until <= %(now)s) and (hold_until is null or hold_until <= %(now)s)
        and exists (select from subscription_event e
            where e.subscription = s.id and e.state = 'open' and (e.due <= %(now)s or s.breaker <> 'closed')
                and not exists (select from subscription_event b where b.subscription = s.id and b.state = 'open'
                    and b.subject = e.subject and b.number < e.number))
    order by served limit 1 for update skip locked
)
update subscription s set lease_until = %(lease)s, served = %(now)s from chosen where s.id = chosen.id
returning $columns""".replace("$columns", ", ".join(f"s.{name.strip()}" for name in COLUMNS.split(",")))

# The front of each subject; a probe looks past the waits, because it is the endpoint that is asked after.
_HEADS = """
select number, event, body, created, attempts, strikes, first_tried from subscription_event e
where subscription = %(id)s and state = 'open' and (due <= %(now)s or %(probe)s)
    and not exists (select from subscription_event b where b.subscription = e.subscription and b.state = 'open'
        and b.subject = e.subject and b.number < e.number)
order by case when %(probe)s then attempts else 0 end, number limit %(limit)s"""

_SETTLE = """
update subscription set breaker = %(breaker)s, failures = %(failures)s, opens = %(opens)s, open_until = %(open_until)s,
    clear_since = %(clear_since)s, hold_until = %(hold_until)s, lease_until = null,
    paused = case when paused = '' then %(paused)s else paused end
where id = %(id)s and lease_until = %(lease)s"""

_EVENT = """
update subscription_event set state = %(state)s, attempts = %(attempts)s, strikes = %(strikes)s, due = %(due)s,
    first_tried = %(first_tried)s, detail = %(detail)s, ended = %(ended)s
where number = %(number)s"""

_ATTEMPT = """
insert into subscription_attempt (number, attempt, at, status, ms, detail)
values (%(number)s, %(attempt)s, %(at)s, %(status)s, %(ms)s, %(detail)s)"""

_NOTICE = "insert into subscription_notice (subscription, at, kind, detail) values (%s, %s, %s, %s)"

_SWEEP = """
delete from subscription_event where number in (
    select number from subscription_event where created < %s order by created limit %s)"""


class PostgresSenders:
    """See `ports.subscriptions.Senders`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def reading(self, window: int, limit: int) -> Sequence[Subscription]:
        """See `Senders.reading`."""
        values = {"window": window, "limit": limit}
        return await fetch(self._pool, Subscription, _READING, values, mend=as_subscription)

    async def put(self, told: Sequence[tuple[Subscription, Sequence[Matched]]], to: Position, now: datetime) -> None:
        """See `Senders.put`."""
        place = {"tx": to.tx, "dossier": to.dossier, "seq": to.seq}
        async with transaction(self._pool) as connection:
            with translated():
                for one, events in told:
                    old = {"old_tx": one.stands.tx, "old_dossier": one.stands.dossier, "old_seq": one.stands.seq}
                    moved = await connection.execute(_MOVE, {"id": one.id, **place, **old})
                    if moved.rowcount == 1 and events:
                        rows = [{"id": one.id, "now": now, **msgspec.structs.asdict(event)} for event in events]
                        async with connection.cursor() as cursor:
                            await cursor.executemany(_PUT, rows)

    async def claim(self, now: datetime, lease_until: datetime, batch: int) -> Work | None:
        """See `Senders.claim`."""
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_CLAIM, {"now": now, "lease": lease_until})
                row = await cursor.fetchone()
                if row is None:
                    return None
                names = [column.name for column in cursor.description or ()]
                named = as_subscription(dict(zip(names, row, strict=True)))
                subscription = msgspec.convert(named, Subscription)
                probe = subscription.breaker.value != "closed"
                values = {"id": subscription.id, "now": now, "probe": probe, "limit": 1 if probe else batch}
                heads = await (await connection.execute(_HEADS, values)).fetchall()
        return Work(subscription, tuple(Ready(*head) for head in heads)) if heads else None

    async def settle(
        self,
        work: Work,
        after: Subscription,
        settled: Sequence[Settled],
        notices: Sequence[tuple[str, str]],
        cases: Sequence[CaseRow],
        now: datetime,
    ) -> bool:
        """See `Senders.settle`."""
        async with transaction(self._pool) as connection:
            with translated():
                if not await _leave(connection, work, after):
                    return False
                for one in settled:
                    await connection.execute(_EVENT, msgspec.structs.asdict(one) | {"state": one.state.value})
                    call = msgspec.structs.asdict(one.attempt)
                    await connection.execute(_ATTEMPT, call | {"number": one.number})
                for kind, detail in notices:
                    await connection.execute(_NOTICE, (after.id, now, kind, detail))
                await write_cases(connection, cases)
        return True

    async def sweep(self, before: datetime, limit: int) -> int:
        """See `Senders.sweep`."""
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(_SWEEP, (before, limit))).rowcount


async def _leave(connection: Connection, work: Work, after: Subscription) -> bool:
    """Give the lease back with the breaker as it is now; false when it had passed on."""
    values = {
        "id": after.id,
        "lease": work.subscription.lease_until,
        "breaker": after.breaker.value,
        "failures": after.failures,
        "opens": after.opens,
        "open_until": after.open_until,
        "clear_since": after.clear_since,
        "hold_until": after.hold_until,
        "paused": after.paused,
    }
    return (await connection.execute(_SETTLE, values)).rowcount == 1
