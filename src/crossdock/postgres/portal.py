"""The curated store in PostgreSQL (ports.portal): the customer first in every key, and row-level security besides.

Whoever reads or writes rows of a customer says so to the database (`crossdock.customer`), for one transaction. What
reads for customers does it in a role that may see these tables and nothing else. That holds closer than the
reach of whoever asks, which is therefore not laid over it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Bug
from crossdock.ports.originals import Whereabouts
from crossdock.ports.portal import Bytes, Found, OrdersAsked, PortalOrder, Standing, Succeed, Tell
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.originals import away_of
from crossdock.postgres.portal_news import forget_news, write_news
from crossdock.postgres.portal_role import AS_CUSTOMER, Reader

NAME = "portal"
# Sorts behind every text an identifier can begin with.
BEHIND = "\U0010ffff"

_decoder = msgspec.json.Decoder(PortalOrder)

_FIRST = "insert into portal_dossier values (%s, 0, 0, %s, %s) on conflict (dossier) do nothing"
_LOCK = "select version, edition, customer, order_no from portal_dossier where dossier = %s for update"
_KEPT = "select body, as_of from portal_order where customer = %s and order_no = %s"
_TOUCH = "update portal_order set as_of = greatest(as_of, %s) where customer = %s and order_no = %s"
_MOVE = "update portal_dossier set version = %s, edition = %s, customer = %s, order_no = %s where dossier = %s"
_PUT = """
insert into portal_order (placed, as_of, customer, order_no, phase, body) values (%s, %s, %s, %s, %s, %s)
on conflict (customer, order_no) do update
set placed = excluded.placed, as_of = greatest(portal_order.as_of, excluded.as_of), phase = excluded.phase,
    body = excluded.body"""
_FORGET = (
    "delete from portal_ident where customer = %s and order_no = %s",
    "delete from portal_document where customer = %s and order_no = %s",
    "delete from portal_order where customer = %s and order_no = %s",
)
_FORGET_IDENTS = "delete from portal_ident where customer = %s and order_no = %s and not ident = any(%s)"
_IDENT = "insert into portal_ident values (%s, %s, %s) on conflict do nothing"
_DOCUMENT = """
insert into portal_document values (%s, %s, %s, %s, %s)
on conflict (customer, order_no, document) do update set sha256 = excluded.sha256, source = excluded.source"""

_STANDING = """
select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint from pg_current_snapshot() as s"""
_REACHED = """
insert into portal_progress values (%s, %s)
on conflict (name) do update set complete = greatest(portal_progress.complete, excluded.complete)"""
_COMPLETE = "select complete from portal_progress where name = %s"

_ORDERS = """
select o.body, o.as_of from portal_order o
where o.customer = %(customer)s
    and (%(phase)s = '' or o.phase = %(phase)s)
    and (%(placed)s::timestamptz is null or (o.placed, o.order_no) < (%(placed)s, %(order_no)s))
order by o.placed desc, o.order_no desc limit %(limit)s"""
# A number is looked up first, so that a customer with a million orders waits for the one it asks for alone.
_NUMBERED = """
select o.body, o.as_of from portal_order o
where o.customer = %(customer)s and o.order_no in (
        select i.order_no from portal_ident i
        where i.customer = %(customer)s and i.ident >= %(number)s and i.ident < %(number_end)s
        order by i.ident limit 1000)
    and (%(phase)s = '' or o.phase = %(phase)s)
    and (%(placed)s::timestamptz is null or (o.placed, o.order_no) < (%(placed)s, %(order_no)s))
order by o.placed desc, o.order_no desc limit %(limit)s"""
_BYTES_AWAY = """
select mime, message, octets, digest, file, position, bytes, sha256, gone from portal_bytes_away(%s, %s)"""
_BYTES = "select body, mime from portal_bytes(%s, %s)"


class PostgresPortal:
    """ports.portal.PortalWrites and PortalReads over one pool."""

    def __init__(self, pool: Pool, whereabouts: Whereabouts | None = None) -> None:
        self._pool = pool
        self._whereabouts = whereabouts
        self._reader = Reader()

    # -- writing ---------------------------------------------------------------------------------------------------

    async def replace(self, order: PortalOrder, succeed: Succeed, tell: Tell) -> bool:
        """See `PortalWrites.replace`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await connection.execute(_FIRST, (order.dossier, order.customer, order.order_no))
                row = await (await connection.execute(_LOCK, (order.dossier,))).fetchone()
                if row is None:
                    raise Bug("a row that was just put in is gone")
                version, edition, owner, number = row
                await connection.execute(AS_CUSTOMER, (owner,))
                if version >= order.version and edition == order.edition:
                    await connection.execute(_TOUCH, (order.as_of, owner, number))
                    return False
                kept = await _kept(connection, owner, number)
                if owner != order.customer:
                    for statement in _FORGET:
                        await connection.execute(statement, (owner, number))
                    await forget_news(connection, owner, number)
                    await connection.execute(AS_CUSTOMER, (order.customer,))
                before = kept if owner == order.customer else None
                shown = succeed(before, order)
                await _put(connection, shown)
                await write_news(connection, shown, tell(before, shown))
                values = (order.version, order.edition, order.customer, order.order_no, order.dossier)
                await connection.execute(_MOVE, values)
        return True

    async def standing(self) -> Standing:
        """See `PortalWrites.standing`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                row = await (await connection.execute(_STANDING)).fetchone()
        if row is None:
            raise Bug("PostgreSQL gave no snapshot")
        return Standing(*row)

    async def reached(self, at: datetime) -> None:
        """See `PortalWrites.reached`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await connection.execute(_REACHED, (NAME, at))

    # -- reading ---------------------------------------------------------------------------------------------------

    async def order(self, customer: str, order_no: str) -> Found:
        """See `PortalReads.order`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                kept = await _kept(connection, customer, order_no)
                return Found((kept,) if kept is not None else (), await _complete(connection))

    async def orders(self, customer: str, asked: OrdersAsked) -> Found:
        """See `PortalReads.orders`."""
        placed, order_no = asked.after or (None, "")
        values = {
            "customer": customer,
            "phase": asked.phase,
            "number": asked.number,
            "number_end": asked.number + BEHIND,
            "placed": placed,
            "order_no": order_no,
            "limit": asked.limit,
        }
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                rows = await (await connection.execute(_NUMBERED if asked.number else _ORDERS, values)).fetchall()
                return Found(tuple(_order(*row) for row in rows), await _complete(connection))

    async def document(self, customer: str, order_no: str, document: str) -> Bytes | None:
        """See `PortalReads.document`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                here = await (await connection.execute(_BYTES, (order_no, document))).fetchone()
                if here is not None:
                    return Bytes(*here)
                away = await (await connection.execute(_BYTES_AWAY, (order_no, document))).fetchone()
        if away is None or self._whereabouts is None:
            return None
        mime, there = away[0], away_of(away[1:])
        return Bytes((await self._whereabouts.read([there]))[there.message], mime)


async def _kept(connection: Connection, customer: str, order_no: str) -> PortalOrder | None:
    row = await (await connection.execute(_KEPT, (customer, order_no))).fetchone()
    return _order(*row) if row is not None else None


def _order(body: bytes, as_of: datetime) -> PortalOrder:
    return msgspec.structs.replace(_decoder.decode(body), as_of=as_of)


async def _complete(connection: Connection) -> datetime | None:
    row = await (await connection.execute(_COMPLETE, (NAME,))).fetchone()
    return row[0] if row is not None else None


async def _put(connection: Connection, order: PortalOrder) -> None:
    key = (order.customer, order.order_no)
    idents = sorted({ident.upper() for ident in order.identifiers})
    await connection.execute(_PUT, (order.placed, order.as_of, *key, order.phase, encode_json(order)))
    await connection.execute(_FORGET_IDENTS, (*key, idents))
    async with connection.cursor() as cursor:
        await cursor.executemany(_IDENT, [(order.customer, ident, order.order_no) for ident in idents])
        kept = [(*key, one.id, one.sha256, one.source) for one in order.documents if one.sha256]
        if kept:
            await cursor.executemany(_DOCUMENT, kept)
