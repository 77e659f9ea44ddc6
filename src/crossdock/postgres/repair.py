"""Plans of repairs in PostgreSQL (ports.repair): one transaction an item, with the store's own reads and writes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from psycopg.rows import dict_row

from crossdock.kernel.codec import encode_json
from crossdock.ports.acts import Act, ActRow
from crossdock.ports.messages import KeptMessage
from crossdock.ports.originals import Whereabouts
from crossdock.ports.repair import (
    Counts,
    Item,
    ItemState,
    Origin,
    Outcome,
    Plan,
    PlanState,
    Recorded,
    Selection,
    Statement,
)
from crossdock.postgres.acts import PostgresActs, keep_act
from crossdock.postgres.codes import DISPOSITIONS
from crossdock.postgres.connection import Connection, Pool, allow, transaction, translated
from crossdock.postgres.packing import unpack, unpack_keyed
from crossdock.postgres.repair_choice import MESSAGES_OF, NEXT_DOSSIERS, UNUSED, values_of
from crossdock.postgres.store import PostgresBatch

# A selection may read the whole log once.
STATEMENT_TIMEOUT_MS = 600_000

_FIELDS = (
    "id", "state", "reason", "proposer", "proposer_key", "created", "as_of", "policy", "cursor", "heard", "digest",
    "approver", "approver_key", "approved", "ended", "edited",
)  # fmt: skip

_INSERT = "insert into repair_plan ($names, selection) values ($values, %(selection)s::jsonb)"
_INSERT = _INSERT.replace("$names", ", ".join(_FIELDS)).replace("$values", ", ".join(f"%({name})s" for name in _FIELDS))

_COUNTED = """
select p.id, p.state, p.reason, p.proposer, p.proposer_key, p.created, p.as_of, p.policy, p.cursor, p.heard, p.digest,
    p.approver, p.approver_key, p.approved, p.ended, $edited as edited, p.selection::text as selection,
    p.money::text as money, p.looked,
    (select count(*) from repair_item i where i.plan = p.id and i.outcome is not null) as planned,
    (select count(*) from repair_item i where i.plan = p.id and i.state = 'broken') as broken,
    (select count(*) from repair_item i where i.plan = p.id and i.state = 'applied') as applied,
    (select count(*) from repair_item i
     where i.plan = p.id and i.state = 'refused' and i.outcome is not null) as refused
from repair_plan p where $which"""

_PLAN = _COUNTED.replace("$edited", "p.edited").replace("$which", "p.id = %(plan)s")
_PLANS = _COUNTED.replace("$edited", "null::bytea").replace(
    "$which", "(%(before)s = '' or p.id < %(before)s) order by p.id desc limit %(limit)s"
)
_NEXT_OPEN = _COUNTED.replace("$edited", "p.edited").replace(
    "$which", "p.state in ('planning', 'applying') order by p.id limit 1"
)

_MOVE = """
update repair_plan set state = %(state)s, digest = %(digest)s, approver = %(approver)s, approver_key = %(approver_key)s,
    approved = %(approved)s, ended = %(ended)s,
    money = case when %(state)s = 'proposed' then coalesce((
        select jsonb_object_agg(currency, amount) from (
            select key as currency, sum(value::numeric)::text as amount
            from repair_item i, jsonb_each_text(convert_from(i.outcome, 'UTF8')::jsonb -> 'money')
            where i.plan = %(id)s and i.outcome is not null group by key
        ) as sums), '{}') else money end
where id = %(id)s and state = %(before)s"""

_ITEM = """
select plan, n, dossier, ident, state, statements, heirs::text as heirs, outcome, digest, detail, at
from repair_item where """
_ITEMS = _ITEM + "plan = %(plan)s and n > %(after)s order by n limit %(limit)s"
_ONE_ITEM = _ITEM + "plan = %(plan)s and n = %(n)s for update skip locked"
_GATHERED = _ITEM + "plan = %(plan)s and dossier = %(dossier)s and dossier <> 0 and state = 'gathered'"
_GATHERED_FIRST = _ITEM + "plan = %(plan)s and state = 'gathered' order by n limit 1"

_DIGESTS = "select digest from repair_item where plan = %s and outcome is not null order by n"
_OPEN_ITEMS = "select n from repair_item where plan = %s and state = 'planned' order by n limit %s"

_SETTLE = "update repair_item set state = %s, detail = %s, at = %s where plan = %s and n = %s"

# What was gathered for a dossier before is worked out in its place; of two who look at one page one is told to repeat.
_KEEP_ITEM = """
insert into repair_item (plan, n, dossier, ident, state, statements, heirs, outcome, digest, detail)
select %(plan)s, coalesce(max(n), 0) + 1, %(dossier)s, %(ident)s, %(state)s, %(statements)s, %(heirs)s::jsonb,
    %(outcome)s, %(digest)s, %(detail)s
from repair_item where plan = %(plan)s
on conflict (plan, dossier, ident) do update set state = excluded.state, statements = excluded.statements,
    heirs = excluded.heirs, outcome = excluded.outcome, digest = excluded.digest, detail = excluded.detail"""

_LOCK_PLAN = "select 1 from repair_plan where id = %s and state = 'planning' for update"
_LOOKED = """
update repair_plan set looked = looked + %(dossiers)s, cursor = %(cursor)s
where id = %(plan)s and cursor <= %(cursor)s"""
_HEARD = "update repair_plan set heard = %s where id = %s"

_KEPT = """
select m.id, m.partner, m.channel, m.content_type, m.received, m.sha256, m.status, m.control, m.findings, m.body
from message m where m.id = (select coalesce(nullif(original, ''), id) from message where id = %s)"""
_ROWS = "select id from message where original = %s order by id"
_RECORDED = """
select dossier, seq, body, received, disposition, message from event where message = any(%s) order by dossier, seq"""
_APART = """
select body from waiting where message = any(%(rows)s)
union all select body from quarantine where message = any(%(rows)s) and dossier = 0"""

_SENT = """
select coalesce(type, split_part(idempotency_key, ':', 1)), idempotency_key, partner, payload from delivery
where dossier = any(%(dossiers)s)
union all
select type, idempotency_key, partner, payload from delivery_log where dossier = any(%(dossiers)s)"""

_HEIRS = "select id from message where id = %s for update"
_COUNT_HEIRS = "select count(*) from message where original = %s"

_statements = msgspec.json.Decoder(tuple[Statement, ...])
_outcomes = msgspec.json.Decoder(Outcome)
_heirs = msgspec.json.Decoder(dict[str, int])
_selections = msgspec.json.Decoder(Selection)
_money = msgspec.json.Decoder(dict[str, str])


class PostgresTurn(PostgresBatch):
    """See `ports.repair.Turn`."""

    async def item(self, plan: str, n: int) -> Item | None:
        """See `Turn.item`."""
        found = await _items(self._connection, _ONE_ITEM, {"plan": plan, "n": n})
        return found[0] if found else None

    async def heirs(self, message: str) -> int:
        """See `Turn.heirs`."""
        with translated():
            await self._connection.execute(_HEIRS, (message,))
            row = await (await self._connection.execute(_COUNT_HEIRS, (message,))).fetchone()
        return int(row[0]) if row is not None else 0

    async def settle(self, item: Item, act: Act, before: str, after: str) -> None:
        """See `Turn.settle`."""
        assert item.at is not None, "what is settled was settled at an instant"
        with translated():
            await self._connection.execute(_SETTLE, (item.state.value, item.detail, item.at, item.plan, item.n))
        await keep_act(self._connection, item.at, act, before, after, about=f"dossier {item.ident}")


class PostgresRepairs:
    """See `ports.repair.Repairs`."""

    def __init__(self, pool: Pool, whereabouts: Whereabouts | None = None) -> None:
        self._pool = pool
        self._whereabouts = whereabouts

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[PostgresTurn]:
        """See `Repairs.turn`."""
        async with transaction(self._pool) as connection:
            yield PostgresTurn(connection, {})

    async def propose(self, plan: Plan, act: Act) -> None:
        """See `Repairs.propose`."""
        values = {name: getattr(plan, name) for name in _FIELDS} | {"state": plan.state.value}
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_INSERT.encode(), values | {"selection": encode_json(plan.selection).decode()})
            await keep_act(connection, plan.created, act, "", plan.state.value, about=f"repair {plan.id}")

    async def plan(self, plan: str) -> Plan | None:
        """See `Repairs.plan`."""
        found = await self._plans(_PLAN, {"plan": plan})
        return found[0] if found else None

    async def plans(self, *, before: str, limit: int) -> Sequence[Plan]:
        """See `Repairs.plans`."""
        return await self._plans(_PLANS, {"before": before, "limit": limit})

    async def next_open(self) -> Plan | None:
        """See `Repairs.next_open`."""
        found = await self._plans(_NEXT_OPEN, {})
        return found[0] if found else None

    async def items(self, plan: str, *, after: int, limit: int) -> Sequence[Item]:
        """See `Repairs.items`."""
        async with transaction(self._pool) as connection:
            return await _items(connection, _ITEMS, {"plan": plan, "after": after, "limit": limit})

    async def digests(self, plan: str) -> Sequence[str]:
        """See `Repairs.digests`."""
        return [row[0] for row in await self._rows(_DIGESTS, (plan,))]

    async def next_dossiers(self, selection: Selection, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """See `Repairs.next_dossiers`."""
        if selection == Selection():
            return []
        return [(row[0], row[1]) for row in await self._rows(NEXT_DOSSIERS, values_of(selection, after, limit))]

    async def unused(self, selection: Selection, after: str, limit: int) -> Sequence[str]:
        """See `Repairs.unused`."""
        return [row[0] for row in await self._rows(UNUSED, values_of(selection, after, limit))]

    async def messages_of(self, dossier: int) -> Sequence[str]:
        """See `Repairs.messages_of`."""
        return [row[0] for row in await self._rows(MESSAGES_OF, (dossier,))]

    async def origin(self, message: str) -> Origin | None:
        """See `Repairs.origin`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_KEPT, (message,))).fetchone()
                if row is None:
                    return None
                kept = KeptMessage(*row)
                rows = [one[0] for one in await (await connection.execute(_ROWS, (kept.id,))).fetchall()]
                named = [kept.id, *rows]
                recorded = await (await connection.execute(_RECORDED, (named,), binary=True)).fetchall()
                apart = await (await connection.execute(_APART, {"rows": named}, binary=True)).fetchall()
        facts = (
            Recorded(dossier, seq, unpack_keyed(body)[0], received, DISPOSITIONS[code].value, said)
            for dossier, seq, body, received, code, said in recorded
        )
        if self._whereabouts is not None:
            kept = await self._whereabouts.whole(kept)
        return Origin(kept, tuple(facts), tuple(bytes(one[0]) for one in apart), tuple(rows))

    async def sent(self, dossiers: Sequence[int]) -> Mapping[str, tuple[str, str, str]]:
        """See `Repairs.sent`."""
        rows = await self._rows(_SENT, {"dossiers": list(dossiers)}, binary=True)
        return {
            key: (kind, partner, hashlib.sha256(unpack(bytes(payload))).hexdigest())
            for kind, key, partner, payload in rows
        }

    async def gather(self, plan: str, items: Sequence[Item], heard: str) -> None:
        """See `Repairs.gather`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_LOCK_PLAN, (plan,))
                for item in items:
                    found = await _items(connection, _GATHERED, {"plan": plan, "dossier": item.dossier})
                    await _keep(connection, _together(found[0], item) if found else item)
                await connection.execute(_HEARD, (heard, plan))

    async def gathered(self, plan: str, dossier: int) -> Item | None:
        """See `Repairs.gathered`."""
        async with transaction(self._pool) as connection:
            found = await _items(connection, _GATHERED, {"plan": plan, "dossier": dossier})
        return found[0] if found else None

    async def gathered_first(self, plan: str) -> Item | None:
        """See `Repairs.gathered_first`."""
        async with transaction(self._pool) as connection:
            found = await _items(connection, _GATHERED_FIRST, {"plan": plan})
        return found[0] if found else None

    async def looked(self, plan: str, items: Sequence[Item], *, dossiers: int, cursor: int) -> None:
        """See `Repairs.looked`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_LOCK_PLAN, (plan,))
                for item in items:
                    await _keep(connection, item)
                await connection.execute(_LOOKED, {"plan": plan, "dossiers": dossiers, "cursor": cursor})

    async def move(self, plan: Plan, before: PlanState, act: Act | None) -> bool:
        """See `Repairs.move`."""
        fields = ("id", "digest", "approver", "approver_key", "approved", "ended")
        values = {name: getattr(plan, name) for name in fields} | {"state": plan.state.value, "before": before.value}
        async with transaction(self._pool) as connection:
            with translated():
                moved = (await connection.execute(_MOVE, values)).rowcount == 1
            if moved and act is not None:
                at = plan.ended or plan.approved or plan.created
                # What is approved, and what is applied, is the digest.
                await keep_act(connection, at, act, before.value, plan.digest, about=f"repair {plan.id}")
        return moved

    async def open_items(self, plan: str, limit: int) -> Sequence[int]:
        """See `Repairs.open_items`."""
        return [row[0] for row in await self._rows(_OPEN_ITEMS, (plan, limit))]

    async def approval(self, plan: str) -> ActRow | None:
        """See `Repairs.approval`."""
        acts = [act for act in await PostgresActs(self._pool).of(f"repair {plan}") if act.act == "repair_approved"]
        return acts[-1] if acts else None

    async def _plans(self, statement: str, values: Mapping[str, object]) -> list[Plan]:
        async with transaction(self._pool) as connection, connection.cursor(row_factory=dict_row) as cursor:
            with translated():
                await cursor.execute(statement.encode(), values)
                return [_plan(row) for row in await cursor.fetchall()]

    async def _rows(
        self, statement: str, values: Sequence[object] | Mapping[str, object], *, binary: bool = False
    ) -> list[tuple[Any, ...]]:
        async with transaction(self._pool) as connection:
            with translated():
                await allow(connection, STATEMENT_TIMEOUT_MS)
                cursor = await connection.execute(statement.encode(), values, binary=binary)
                return await cursor.fetchall()


def _plan(row: dict[str, object]) -> Plan:
    counts = {name: row.pop(name) for name in Counts.__struct_fields__}
    selection, money = _selections.decode(str(row.pop("selection"))), _money.decode(str(row.pop("money")))
    plan = msgspec.convert(row | {"selection": {}, "counts": counts}, Plan)
    return msgspec.structs.replace(plan, selection=selection, money=money)


async def _items(connection: Connection, statement: str, values: Mapping[str, object]) -> list[Item]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        with translated():
            await cursor.execute(statement.encode(), values)
            return [_item(row) for row in await cursor.fetchall()]


def _item(row: dict[str, object]) -> Item:
    outcome = row["outcome"]
    read = {
        "state": ItemState(str(row["state"])),
        "statements": _statements.decode(row["statements"]),  # type: ignore[arg-type]
        "heirs": _heirs.decode(str(row["heirs"])),
        "outcome": _outcomes.decode(outcome) if isinstance(outcome, bytes) else None,
    }
    return Item(**(row | read))  # type: ignore[arg-type]


def _together(one: Item, other: Item) -> Item:
    """What two messages say of one dossier."""
    known = {statement.key for statement in one.statements}
    statements = (*one.statements, *(said for said in other.statements if said.key not in known))
    return msgspec.structs.replace(other, statements=statements, heirs=one.heirs | other.heirs)


async def _keep(connection: Connection, item: Item) -> None:
    values = {
        "plan": item.plan,
        "dossier": item.dossier,
        "ident": item.ident,
        "state": item.state.value,
        "statements": encode_json(item.statements),
        "heirs": encode_json(item.heirs).decode(),
        "outcome": encode_json(item.outcome) if item.outcome is not None else None,
        "digest": item.digest,
        "detail": item.detail,
    }
    await connection.execute(_KEEP_ITEM, values)
