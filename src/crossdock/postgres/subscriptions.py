"""Subscriptions in PostgreSQL, as their owners use them (ports.subscriptions.Subscriptions).

What a customer does is done in the role of the portal, to which the database shows that customer's rows alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from crossdock.kernel.errors import Bug
from crossdock.ports.acts import Act
from crossdock.ports.feed import Position
from crossdock.ports.store import CaseRow
from crossdock.ports.subscriptions import Attempt, EventLine, Matched, Notice, Subscription
from crossdock.postgres.acts import keep_act
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.portal_role import OURSELVES, Reader
from crossdock.postgres.rows import Row, fetch_on

ATTEMPTS_MAX = 100

COLUMNS = """
id, owner, label, url, types, partners, customers, created, generation, rotated, tx, dossier, seq, paused, breaker,
failures, opens, open_until, clear_since, hold_until, lease_until, customer, personal"""

# One owner's makings are counted one after the other, so that two at once cannot pass the bound together.
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('subscription ' || %s, 0))"

_COUNT = "select count(*) from subscription where owner = %s"

_ADD = """
insert into subscription (
    id, owner, label, url, types, partners, customers, created, tx, dossier, seq, served, customer, personal)
values (%(id)s, %(owner)s, %(label)s, %(url)s, %(types)s, %(partners)s, %(customers)s, %(created)s,
    %(tx)s, %(dossier)s, %(seq)s, %(created)s, %(customer)s, %(personal)s)"""

_ALL = """
select $columns from subscription where (%(owner)s = '' or owner = %(owner)s) and id > %(after)s
order by id limit %(limit)s""".replace("$columns", COLUMNS)

_ONE = """
select $columns from subscription where (%(owner)s = '' or owner = %(owner)s) and id = %(id)s""".replace(
    "$columns", COLUMNS
)

_REMOVE = "delete from subscription where (%(owner)s = '' or owner = %(owner)s) and id = %(id)s"

# Who resumes wants to know at once whether the address is back: an open breaker probes now.
_PAUSE = """
update subscription set paused = %(reason)s, open_until = case when %(reason)s = '' then null else open_until end
where (%(owner)s = '' or owner = %(owner)s) and id = %(id)s"""

_ROTATE = """
update subscription set generation = generation + 1, rotated = %(now)s
where (%(owner)s = '' or owner = %(owner)s) and id = %(id)s returning generation"""

_EVENTS = """
select number, event, type, subject, state, created, attempts, detail,
    case when state = 'open' then due end as due, ended
from subscription_event
where subscription = %(id)s and (%(state)s = '' or state = %(state)s) and (%(before)s = 0 or number < %(before)s)
order by number desc limit %(limit)s"""

_KNOWN = "select from subscription_event where subscription = %s and number = %s"

_ATTEMPTS = """
select attempt, at, status, ms, detail from subscription_attempt where number = %s order by attempt limit %s"""

_NOTICES = """
select number, at, kind, detail from subscription_notice
where subscription = %(id)s and (%(before)s = 0 or number < %(before)s) order by number desc limit %(limit)s"""

# What is on its way goes anyway; of the rest only what is asked for starts anew, under the id it had.
_REPLAY = """
update subscription_event set state = 'open', due = %(now)s, strikes = 0, first_tried = null, ended = null
where subscription = %(id)s and state <> 'open'
    and case when %(event)s = '' then created >= %(since)s else event = %(event)s end"""

_TRY = """
insert into subscription_event (subscription, event, type, subject, body, created, due)
select %(id)s, %(event)s, %(type)s, %(subject)s, %(body)s, %(now)s, %(now)s
where not exists (
    select from subscription_event where subscription = %(id)s and subject = %(subject)s and state = 'open')"""

_LAST = "select last from portal_told where customer = %s"

_END = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class PostgresSubscriptions:
    """See `ports.subscriptions.Subscriptions`. With a `customer` it is that customer's door and nobody else's."""

    def __init__(self, pool: Pool, customer: str = "", reader: Reader | None = None) -> None:
        self._pool = pool
        self._customer = customer
        self._reader = reader or Reader()

    async def add(self, subscription: Subscription, per_owner_max: int) -> bool:
        """See `Subscriptions.add`."""
        wanted, stands = subscription.filter, subscription.stands
        values = {
            "id": subscription.id,
            "owner": subscription.owner,
            "label": subscription.label,
            "url": subscription.url,
            "types": list(wanted.types),
            "partners": list(wanted.partners),
            "customers": list(wanted.customers),
            "created": subscription.created,
            "tx": stands.tx,
            "dossier": stands.dossier,
            "seq": stands.seq,
            "customer": subscription.customer,
            "personal": subscription.personal,
        }
        async with self._turn() as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME, (subscription.owner,))
                row = await (await connection.execute(_COUNT, (subscription.owner,))).fetchone()
                if row is None or row[0] >= per_owner_max:
                    return False
                await connection.execute(_ADD, values)
        return True

    async def all(self, owner: str, *, after: str, limit: int) -> Sequence[Subscription]:
        """See `Subscriptions.all`."""
        values = {"owner": owner, "after": after, "limit": limit}
        return await self._fetch(Subscription, _ALL, values, mend=as_subscription)

    async def one(self, owner: str, subscription: str) -> Subscription | None:
        """See `Subscriptions.one`."""
        values = {"owner": owner, "id": subscription}
        found = await self._fetch(Subscription, _ONE, values, mend=as_subscription)
        return found[0] if found else None

    async def remove(self, owner: str, subscription: str, cases: Sequence[CaseRow], act: Act, now: datetime) -> bool:
        """See `Subscriptions.remove`."""
        async with self._turn() as connection:
            with translated():
                cursor = await connection.execute(_REMOVE, {"owner": owner, "id": subscription})
                if cursor.rowcount == 1:
                    if self._customer:
                        await connection.execute(OURSELVES)
                    await write_cases(connection, cases)
                    await keep_act(connection, now, act, "", "ended", about=f"subscription {subscription}")
        return cursor.rowcount == 1

    async def pause(self, owner: str, subscription: str, reason: str) -> bool:
        """See `Subscriptions.pause`."""
        return await self._changed(_PAUSE, {"owner": owner, "id": subscription, "reason": reason})

    async def rotate(self, owner: str, subscription: str, now: datetime) -> int:
        """See `Subscriptions.rotate`."""
        async with self._turn() as connection:
            with translated():
                values = {"owner": owner, "id": subscription, "now": now}
                row = await (await connection.execute(_ROTATE, values)).fetchone()
        return int(row[0]) if row is not None else 0

    async def events(self, subscription: str, *, state: str, before: int, limit: int) -> Sequence[EventLine]:
        """See `Subscriptions.events`."""
        values = {"id": subscription, "state": state, "before": before, "limit": limit}
        return await self._fetch(EventLine, _EVENTS, values)

    async def attempts(self, subscription: str, event: int) -> Sequence[Attempt] | None:
        """See `Subscriptions.attempts`."""
        async with self._turn() as connection:
            with translated():
                known = await (await connection.execute(_KNOWN, (subscription, event))).fetchone()
        return None if known is None else await self._fetch(Attempt, _ATTEMPTS, (event, ATTEMPTS_MAX))

    async def notices(self, subscription: str, *, before: int, limit: int) -> Sequence[Notice]:
        """See `Subscriptions.notices`."""
        return await self._fetch(Notice, _NOTICES, {"id": subscription, "before": before, "limit": limit})

    async def replay(self, subscription: str, now: datetime, *, event: str, since: datetime | None) -> int:
        """See `Subscriptions.replay`."""
        values = {"id": subscription, "now": now, "event": event, "since": since}
        async with self._turn() as connection:
            with translated():
                return (await connection.execute(_REPLAY, values)).rowcount

    async def try_out(self, subscription: str, event: Matched, now: datetime) -> bool:
        """See `Subscriptions.try_out`."""
        values = {"id": subscription, "now": now, **msgspec.structs.asdict(event)}
        return await self._changed(_TRY, values)

    async def end(self) -> Position:
        """See `Subscriptions.end`."""
        if self._customer:
            async with self._turn() as connection:
                with translated():
                    row = await (await connection.execute(_LAST, (self._customer,))).fetchone()
            return Position(int(row[0]) if row is not None else 0)
        async with self._turn() as connection:
            with translated():
                row = await (await connection.execute(_END)).fetchone()
        if row is None:
            raise Bug("PostgreSQL gave no snapshot")
        return Position(int(row[0]))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Connection]:
        """A transaction, and of a customer's door the customer's."""
        async with transaction(self._pool, ours=bool(self._customer)) as connection:
            if self._customer:
                with translated():
                    await self._reader.enter(connection, self._customer)
            yield connection

    async def _fetch(
        self,
        kind: type[Row],
        statement: str,
        values: Sequence[object] | Mapping[str, object],
        *,
        mend: Callable[[dict[str, object]], dict[str, object]] | None = None,
    ) -> list[Row]:
        async with self._turn() as connection:
            return await fetch_on(connection, kind, statement, values, mend=mend)

    async def _changed(self, statement: str, values: dict[str, object]) -> bool:
        async with self._turn() as connection:
            with translated():
                return (await connection.execute(statement, values)).rowcount == 1


def as_subscription(row: dict[str, object]) -> dict[str, object]:
    """A row with its filter and its place put together."""
    wanted = {name: row.pop(name) for name in ("types", "partners", "customers")}
    stands = {name: row.pop(name) for name in ("tx", "dossier", "seq")}
    return row | {"filter": wanted, "stands": stands}
