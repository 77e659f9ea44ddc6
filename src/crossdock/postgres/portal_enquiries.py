"""Looks at late shipments in PostgreSQL (ports.portal.Enquiries): one row a shipment and hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.postgres.connection import Pool, transaction, translated

_LOOKED = """
insert into portal_enquiry (hour, order_no, shipment)
select date_trunc('hour', %(at)s::timestamptz, 'UTC'), %(order_no)s, one
from (select distinct unnest(%(shipments)s::text[]) as one) as late order by one
on conflict (hour, order_no, shipment) do update set looks = portal_enquiry.looks + 1"""


class PostgresEnquiries:
    """See `ports.portal.Enquiries`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def looked(self, order_no: str, shipments: Sequence[str], at: datetime) -> None:
        """See `Enquiries.looked`."""
        values = {"at": at, "order_no": order_no, "shipments": list(shipments)}
        async with transaction(self._pool, ours=True) as connection:
            with translated():
                await connection.execute(_LOOKED, values)
