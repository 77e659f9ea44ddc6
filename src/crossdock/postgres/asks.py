"""Asks in PostgreSQL (ports.asks.Asks): each step with its link in the chain of acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crossdock.kernel.errors import Bug
from crossdock.ports.acts import Act
from crossdock.ports.asks import ASKS_MAX, Ask
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.rows import fetch

# How an ask stands, as the record of acts tells it.
WAITING, AGREED, ENDED = "waiting", "agreed", "ended"

_NUMBER = "select nextval('ask_number')"
# One deed about one thing is under way once: a double click finds the first.
_OPEN = """
insert into ask (id, dossier, asked, deed, about, value, reason, person, key, two, said)
values (%(id)s, %(dossier)s, %(asked)s, %(deed)s, %(about)s, %(value)s, %(reason)s, %(person)s, %(key)s, %(two)s,
    %(said)s)
on conflict (dossier, deed, about) where ended is null do nothing"""
_AGREE = """
update ask set second = %(second)s, agreed = %(at)s
where id = %(id)s and ended is null and agreed is null and two <> ''"""
_WITHDRAW = """
update ask set ended = %(at)s, outcome = %(outcome)s
where id = %(id)s and ended is null and agreed is null and two <> ''"""
_END = "update ask set ended = %(at)s, outcome = %(outcome)s where id = %(id)s and ended is null"

_ROWS = """
select a.id, a.dossier, d.ident, a.asked, a.deed, a.about, a.value, a.reason, a.person, a.key, a.two, a.said, a.second,
    a.agreed, a.outcome, a.ended
from ask a join dossier d on d.id = a.dossier where $which limit %(limit)s"""
_ONE = _ROWS.replace("$which", "a.id = %(id)s")
_OF = _ROWS.replace("$which", "a.dossier = %(dossier)s order by a.id desc")
_WAITING = _ROWS.replace("$which", "a.ended is null and a.agreed is null and a.two <> '' order by a.id")
_READY = _ROWS.replace(
    "$which",
    """a.ended is null and (a.two = '' or a.agreed is not null)
    and coalesce(a.agreed, a.asked) < %(before)s order by a.id""",
)


class PostgresAsks:
    """See `ports.asks.Asks`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def number(self) -> int:
        """See `Asks.number`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_NUMBER)).fetchone()
        if row is None:
            raise Bug("a sequence gave no number")
        return int(row[0])

    async def open(self, ask: Ask, act: Act) -> bool:
        """See `Asks.open`."""
        values = {name: getattr(ask, name) for name in Ask.__struct_fields__}
        async with transaction(self._pool) as connection:
            with translated():
                kept = (await connection.execute(_OPEN, values)).rowcount == 1
            if kept:
                await keep_act(connection, ask.asked, act, "", WAITING if ask.two else AGREED, about=f"ask {ask.id}")
        return kept

    async def agree(self, ask: int, act: Act, at: datetime) -> bool:
        """See `Asks.agree`."""
        return await self._step(_AGREE, {"id": ask, "second": act.person, "at": at}, act, (WAITING, AGREED), at)

    async def withdraw(self, ask: int, outcome: str, act: Act, at: datetime) -> bool:
        """See `Asks.withdraw`."""
        return await self._step(_WITHDRAW, {"id": ask, "outcome": outcome, "at": at}, act, (WAITING, ENDED), at)

    async def end(self, ask: int, outcome: str, act: Act, at: datetime) -> bool:
        """See `Asks.end`."""
        return await self._step(_END, {"id": ask, "outcome": outcome, "at": at}, act, (AGREED, ENDED), at)

    async def one(self, ask: int) -> Ask | None:
        """See `Asks.one`."""
        rows = await fetch(self._pool, Ask, _ONE, {"id": ask, "limit": 1})
        return rows[0] if rows else None

    async def of(self, dossier: int) -> Sequence[Ask]:
        """See `Asks.of`."""
        return await fetch(self._pool, Ask, _OF, {"dossier": dossier, "limit": ASKS_MAX})

    async def waiting(self, limit: int) -> Sequence[Ask]:
        """See `Asks.waiting`."""
        return await fetch(self._pool, Ask, _WAITING, {"limit": min(limit, ASKS_MAX)})

    async def ready(self, before: datetime, limit: int) -> Sequence[Ask]:
        """See `Asks.ready`."""
        return await fetch(self._pool, Ask, _READY, {"before": before, "limit": min(limit, ASKS_MAX)})

    async def _step(
        self, statement: str, values: Mapping[str, object], act: Act, states: tuple[str, str], at: datetime
    ) -> bool:
        async with transaction(self._pool) as connection:
            with translated():
                done = (await connection.execute(statement.encode(), values)).rowcount == 1
            if done:
                await keep_act(connection, at, act, *states, about=f"ask {values['id']}")
        return done
