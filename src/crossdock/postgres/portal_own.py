"""Links and unwanted notices in PostgreSQL (ports.portal_own), each customer's own by row-level security."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import TupleRow

from crossdock.kernel.errors import Rejected
from crossdock.ports.portal_own import LINKS_MAX, TrackingLink
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.portal_role import Reader

_COUNT = "select count(*) from portal_link where customer = %s and revoked is null and expires > %s"
_ADD = """
insert into portal_link (id, digest, customer, order_no, shipment, made_by, created, expires, label)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_LINKS = """
select id, digest, customer, order_no, shipment, made_by, created, expires, label, revoked from portal_link
where customer = %(customer)s and (%(order_no)s = '' or order_no = %(order_no)s)
order by created desc, id limit %(limit)s"""
_WITHDRAW = "update portal_link set revoked = %s where customer = %s and id = %s and revoked is null"
_SHOW = "select set_config('crossdock.link', %s, true)"
_OPEN = """
select id, digest, customer, order_no, shipment, made_by, created, expires, label, revoked from portal_link
where digest = %s limit 1"""
_UNWANTED = "select rule from portal_unwanted where customer = %s limit 1000"
_WANT = "delete from portal_unwanted where customer = %s and rule = any(%s)"
_UNWANT = "insert into portal_unwanted (customer, rule) values (%s, %s) on conflict do nothing"


class PostgresOwnThings:
    """See `ports.portal_own.OwnThings`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._reader = Reader()

    async def keep_link(self, link: TrackingLink) -> None:
        """See `OwnThings.keep_link`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, link.customer)
                row = await (await connection.execute(_COUNT, (link.customer, link.created))).fetchone()
                if row is not None and row[0] >= LINKS_MAX:
                    raise Rejected(f"you have {LINKS_MAX} links already: withdraw one of them first")
                values = (
                    link.id, link.digest, link.customer, link.order_no, link.shipment, link.by, link.created,
                    link.expires, link.label,
                )  # fmt: skip
                await connection.execute(_ADD, values)

    async def links(self, customer: str, order_no: str = "") -> Sequence[TrackingLink]:
        """See `OwnThings.links`."""
        values = {"customer": customer, "order_no": order_no, "limit": LINKS_MAX}
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                return [_link(row) for row in await (await connection.execute(_LINKS, values)).fetchall()]

    async def withdraw(self, customer: str, link: str, at: datetime) -> bool:
        """See `OwnThings.withdraw`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                return (await connection.execute(_WITHDRAW, (at, customer, link))).rowcount == 1

    async def opened_by(self, digest: bytes) -> TrackingLink | None:
        """See `OwnThings.opened_by`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, "")
                await connection.execute(_SHOW, (digest.hex(),))
                row = await (await connection.execute(_OPEN, (digest,))).fetchone()
        return _link(row) if row is not None else None

    async def unwanted(self, customer: str) -> frozenset[str]:
        """See `OwnThings.unwanted`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                rows = await (await connection.execute(_UNWANTED, (customer,))).fetchall()
        return frozenset(row[0] for row in rows)

    async def want(self, customer: str, rules: Sequence[str], unwanted: Sequence[str]) -> None:
        """See `OwnThings.want`."""
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await self._reader.enter(connection, customer)
                await connection.execute(_WANT, (customer, list(rules)))
                async with connection.cursor() as cursor:
                    await cursor.executemany(_UNWANT, [(customer, one) for one in unwanted if one in rules])


def _link(row: TupleRow) -> TrackingLink:
    return TrackingLink(*row)
