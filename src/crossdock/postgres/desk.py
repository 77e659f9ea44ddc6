"""An operator's acts on the outbox (ports.outbox.Desk): each one transaction, each kept with the row it touched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crossdock.ports.acts import Act
from crossdock.ports.outbox import Ending
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.in_words import in_words

_PAUSE = """
insert into partner_gate (partner, paused, pause_reason, paused_by, paused_at) values (%s, true, %s, %s, %s)
on conflict (partner) do update set paused = true, pause_reason = excluded.pause_reason,
    paused_by = excluded.paused_by, paused_at = excluded.paused_at, updated = excluded.paused_at"""

_RESUME = """
update partner_gate set paused = false, pause_reason = '', paused_by = '', paused_at = null,
    clear_since = %(now)s, updated = %(now)s
where partner = %(partner)s and paused"""

_LOG = in_words("""
insert into delivery_log (id, dossier, created, due, ended, attempts, lane, outcome, partner, type, idempotency_key,
    ordering_key, cause, detail, reference, traceparent, payload, echo_pending)
select d.id, d.dossier, $created, d.due, %(now)s, d.attempts + 1, d.lane, %(outcome)s, d.partner, $type,
    d.idempotency_key, $order, $cause, %(detail)s, %(reference)s, d.traceparent, d.payload, %(echo)s
from gone d""")

# What nobody has claimed once cannot have been acknowledged; such an answer is for another system's command.
ACKNOWLEDGE = """
with gone as (
    delete from delivery where partner = %(partner)s and idempotency_key = %(key)s and attempts > 0 returning *
), logged as ($log returning id)
select id, idempotency_key from gone""".replace("$log", _LOG)

SKIP = """
with gone as (delete from delivery where id = %(id)s and state = 'parked' returning *), logged as ($log returning id)
select id, idempotency_key from gone""".replace("$log", _LOG)

# The last attempt's number lives on, so that whoever still holds an old claim is fenced off.
_RETRY_PARKED = """
update delivery set state = 'open', created = coalesce(created, due), due = %(now)s, attempts = attempts + 1,
    strikes = 0, first_tried = null, operator = %(operator)s
where id = %(id)s and state = 'parked'
returning partner"""

_RETRY_REFUSED = """
insert into delivery (id, dossier, created, due, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, parked_at, operator)
select id, dossier, created, %(now)s, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, ended, %(operator)s
from (select * from delivery_log where id = %(id)s order by attempts desc limit 1) as latest
where outcome = 'refused'
on conflict do nothing
returning partner"""

_ROUTE = """
update delivery set partner = %(partner)s, created = coalesce(created, due), due = %(now)s, operator = %(operator)s
where hashtext(partner) = hashtext('') and lane = any('{0,1,2,3}') and id = %(id)s and partner = ''
    and claimed_until is null
returning dossier"""

_CLOSE_UNROUTED = """
update exception_case c set closed = %(now)s, cause_closed = %(operator)s
where c.code = 'INT-07' and c.dossier = %(dossier)s and c.slot like 'no partner%%' and c.closed is null
    and not exists (
        select from delivery where hashtext(partner) = hashtext('') and partner = '' and dossier = %(dossier)s
    )"""

_CLOSE_CASES = """
update exception_case set closed = %(now)s, cause_closed = %(cause)s
where code in ('INT-06', 'INT-07') and slot = any(%(keys)s) and closed is null"""


class PostgresDesk:
    """ports.outbox.Desk over the outbox's pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def pause(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """Nothing more is sent to this partner until `resume`; calls under way end."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_PAUSE, (partner, reason, by, now))
            await keep_act(
                connection, now, Act("paused", by, key or by, reason), "", "paused", about=f"partner {partner}"
            )

    async def resume(self, partner: str, *, reason: str, by: str, now: datetime, key: str = "") -> None:
        """Send again; the patience with each waiting command starts anew."""
        async with transaction(self._pool) as connection:
            with translated():
                changed = (await connection.execute(_RESUME, {"partner": partner, "now": now})).rowcount
                await connection.execute("select pg_notify('crossdock_delivery', %s)", (partner,))
            act = Act("resumed", by, key or by, reason)
            await keep_act(connection, now, act, "paused" if changed else "", "", about=f"partner {partner}")

    async def skip(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """Give up a parked delivery for good: its cases close, commands behind it flow; false if it is not parked."""
        detail = f"skipped by {by}: {reason}"
        parameters = {
            "id": delivery,
            "outcome": Ending.SKIPPED.value,
            "detail": detail,
            "reference": "",
            "now": now,
            "echo": True,
        }
        async with transaction(self._pool) as connection:
            if not await end_run(connection, SKIP, parameters, detail):
                return False
            act = Act("skipped", by, key or by, reason)
            await keep_act(connection, now, act, "parked", Ending.SKIPPED.value, about=f"delivery {delivery}")
        return True

    async def retry(self, delivery: int, *, reason: str, by: str, now: datetime, key: str = "") -> bool:
        """Another run of a parked or refused delivery, with the same idempotency key; false if it is neither."""
        parameters = {"id": delivery, "operator": f"retried by {by}", "now": now}
        async with transaction(self._pool) as connection:
            was = await _restarted(connection, parameters)
            if was:
                act = Act("retried", by, key or by, reason)
                await keep_act(connection, now, act, was, "open", about=f"delivery {delivery}")
        return was != ""

    async def route(self, delivery: int, *, partner: str, by: str, now: datetime, reason: str, key: str = "") -> bool:
        """Give a delivery that had no partner one; its case closes with the last of its dossier."""
        operator = f"routed to {partner} by {by}"
        parameters = {"id": delivery, "partner": partner, "operator": operator, "now": now}
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_ROUTE, parameters)
                row = await cursor.fetchone()
                if row is None:
                    return False
                await connection.execute(_CLOSE_UNROUTED, {"now": now, "operator": operator, "dossier": row[0]})
                await connection.execute("select pg_notify('crossdock_delivery', %s)", (partner,))
            act = Act("routed", by, key or by, reason)
            await keep_act(connection, now, act, "", partner, about=f"delivery {delivery}")
        return True


async def _restarted(connection: Connection, parameters: Mapping[str, object]) -> str:
    """What the delivery was before it was started again; empty when it is neither parked nor refused."""
    with translated():
        for was, statement in (("parked", _RETRY_PARKED), (Ending.REFUSED.value, _RETRY_REFUSED)):
            row = await (await connection.execute(statement.encode(), parameters)).fetchone()
            if row is not None:
                await connection.execute("select pg_notify('crossdock_delivery', %s)", row)
                return was
    return ""


async def end_run(connection: Connection, statement: str, parameters: Mapping[str, object], cause: str) -> bool:
    """Run `ACKNOWLEDGE` or `SKIP` and close the cases of what it ended; false if there was nothing to end."""
    with translated():
        cursor = await connection.execute(statement, parameters)
        keys = [row[1] for row in await cursor.fetchall()]
        if keys:
            await connection.execute(_CLOSE_CASES, {"now": parameters["now"], "cause": cause, "keys": keys})
    return bool(keys)
