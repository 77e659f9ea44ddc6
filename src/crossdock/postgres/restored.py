"""What a database made from a backup is told before it serves: it may lack what its partners have seen.

Numbers go on beyond any that was given since, what is on its way is in doubt, and nothing goes out until a person has
looked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crossdock.ports.acts import Act
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Connection, Pool, transaction, translated

# Blocks of dossier and delivery ids, which are in the ids of events and commands that partners and subscribers hold.
_IDS_AHEAD = 2**30
# Numbers that people read: cases, runs of checks.
_NUMBERS_AHEAD = 1_000_000
# Interchange numbers: a partner refuses one that it had, and bears a gap.
_CONTROL_AHEAD = 100_000
_CONTROL_MAX = 900_000_000

_SEQUENCES = """
select setval(format('%%I.%%I', schemaname, sequencename)::regclass,
    coalesce(last_value, start_value)
        + increment_by * case when increment_by > 1 then %(ids)s::bigint else %(numbers)s::bigint end)
from pg_sequences where schemaname = current_schema()"""

_CONTROL = """
update control_number set last = last + %(ahead)s where kind not like 'in:%%' and last < %(most)s"""

_HOLD = """
insert into partner_gate (partner, paused, pause_reason, paused_by, paused_at)
select partner, true, %(reason)s, %(by)s, %(now)s
from (select unnest(%(partners)s::text[]) union select partner from partner_gate) as known (partner)
where partner <> ''
on conflict (partner) do update set paused = true, pause_reason = excluded.pause_reason,
    paused_by = excluded.paused_by, paused_at = excluded.paused_at, updated = excluded.paused_at
returning partner"""

# Any open command may have been sent since: it is settled as its connector declares, never just sent again.
_DOUBT = """
update delivery set state = 'unknown', claimed_until = null, claimed_by = '',
    first_tried = coalesce(first_tried, %(now)s), detail = 'restored: it may have been sent since'
where state = 'open'"""

_ABOUT = "database"


async def set_apart(pool: Pool, partners: Iterable[str], act: Act, now: datetime) -> list[str]:
    """Number on beyond everything the lost part can have given, pause every partner, keep the act; who is paused.

    One transaction: done twice it only leaves a wider gap.
    """
    async with transaction(pool) as connection:
        with translated():
            paused = await _hold(connection, sorted(set(partners)), act, now)
            await connection.execute(_SEQUENCES, {"ids": _IDS_AHEAD, "numbers": _NUMBERS_AHEAD})
            await connection.execute(_CONTROL, {"ahead": _CONTROL_AHEAD, "most": _CONTROL_MAX})
            await connection.execute(_DOUBT, {"now": now})
        await keep_act(connection, now, act, "", "restored", about=_ABOUT)
    return paused


async def _hold(connection: Connection, partners: list[str], act: Act, now: datetime) -> list[str]:
    values = {"partners": partners, "reason": act.reason, "by": act.person, "now": now}
    rows = await (await connection.execute(_HOLD, values)).fetchall()
    return sorted(str(row[0]) for row in rows)
