"""Filling up with a million cards for the benchmark of pages: rows as the filer leaves them, made by the database."""

from __future__ import annotations

from crossdock.postgres.connection import Pool, allow, transaction

_SPAN = "generate_series(%(first)s::bigint, %(last)s::bigint) as n"

# One order in a hundred is grave, one in fifty has cases, four in five have arrived; customers and places are skewed.
_FILL = (
    """
insert into dossier (id, version, ident, label, state)
select n, 13, 'order||BULK-' || lpad(n::text, 9, '0'), 'ORD FULFILLED', ''::bytea from $span""",
    """
insert into link (ident, dossier)
select kind || '||BULK-' || lpad(n::text, 9, '0'), n
from $span, unnest(array['order', 'shipment', 'sscc', 'po']) as kind""",
    """
insert into event (dossier, occurred, received, recorded, seq, disposition, type, partner, body)
select n, $at, $at, $at, s, 0, 'order.approved', 'erp1', %(body)s
from $span, generate_series(1, %(events)s) as s order by n, s""",
    """
insert into order_card (dossier, placed, since, requested, promised, due, value, case_sum, cases, severity, grade,
    order_no, customer, customer_name, customer_po, currency, flow, label, worst)
select n, now() - n * interval '9 seconds', now(), now(), now(),
    case when n % 5 = 0 then now() + ((n % 2001) - 500) * interval '1 minute' end, n % 9000,
    case when n % 50 = 0 then n else 0 end, case when n % 50 = 0 then 1 else 0 end,
    case when n % 50 = 0 then 1 + n % 4 else 0 end,
    case when n % 100 = 0 then 4 when n % 50 = 0 then 3 when n % 7 = 0 then 2 else 1 end,
    'BULK-' || lpad(n::text, 9, '0'), 'C-' || (sqrt(n * 7919 % 4000000))::int, 'Customer ' || n % 900,
    'PO-' || n, 'EUR', 'BS-' || lpad((1 + n % 20)::text, 2, '0'), 'Delivered', '' from $span""",
    """
insert into order_mark (dossier, mark)
select n, 'warehouse|WH-' || n % 12 from $span union all select n, 'partner|CAR-' || n % 40 from $span
union all select n, 'partner|erp1' from $span""",
    """
insert into card_term (dossier, term, scheme)
select n, prefix || lpad((n * step % 1000000007)::text, 10, '0'), scheme
from $span, (values ('SO-', 1, 'order'), ('SH-', 13, 'shipment'), ('0038', 17, 'sscc'), ('PO-', 19, 'po'),
    ('1Z', 23, 'tracking'), ('INV-', 29, 'invoice'), ('DN-', 31, 'delivery_note')) as t (prefix, step, scheme)
on conflict do nothing""",
    """
insert into freight_card (dossier, since, moved, estimated, accrued, booked, invoiced, approved, paid, disputed, over,
    part, carrier, state, currency, period, papers, failing)
select n, now() - (n % 90) * interval '1 day', now(), 100, 100, 100, 100, 0, 0, 0, n % 30 = 0, 'WH-1/1',
    'CAR-' || n % 40, case when n % 10 < 9 then 'SETTLED'
    else (array['ACCRUED', 'INVOICED', 'MISMATCHED', 'DISPUTED'])[1 + n / 10 % 4] end, 'EUR',
    '2026-' || lpad((1 + n % 12)::text, 2, '0'), case when n % 20 = 0 then '' else 'F-' || n end, ''
from $span""",
    """
insert into stock_card (dossier, snapshot, on_hand, allocated, picked, erp, drift, stated, differs, warehouse, item,
    lot, status, uom)
select n, now(), n, 0, 0, n, 0, true, n % 300 = 0, 'WH-' || n % 12, 'IT-' || n, '', 'available', 'EA'
from $span where n % 10 = 0""",
    """
insert into exception_case (dossier, opened, closed, severity, code, subject, slot, queue, detail, cause_open)
select n, $at, case when n % 200 <> 0 then $at end, 1 + n % 4,
    (array['WHS-01', 'INT-01', 'FIN-01', 'TRN-01'])[1 + n / 50 % 4], 'order ' || n, '',
    (array['WHS', 'INT', 'FIN', 'TRN'])[1 + n / 50 % 4], 'detail of ' || n, n || '.1'
from $span where n % 50 = 0""",
    """
insert into case_desk (case_id, due_ack, due_resolve, severity, state, price, per_hour, price_max, currency)
select id, opened, opened + interval '1 day', severity, 'OPEN', 250, 12.5, 5000, 'EUR' from exception_case
where dossier between %(first)s and %(last)s and closed is null and dossier % 1000 <> 0""",
    # What a customer is shown of them is what it is shown of a told order: as much to read and to unpack.
    """
insert into portal_order (placed, as_of, customer, order_no, phase, body)
select $at, now(), case when n % 100 = 0 then 'C-7781' else 'C-' || (sqrt(n * 7919 % 4000000))::int end,
    'BULK-' || lpad(n::text, 9, '0'), like_this.phase, like_this.body
from $span, (select phase, body from portal_order order by customer, order_no limit 1) as like_this""",
    """
insert into portal_ident (customer, ident, order_no)
select customer, kind || upper(order_no), order_no from portal_order, unnest(array['', 'PO-', 'SH-']) as kind
where order_no in (select 'BULK-' || lpad(n::text, 9, '0') from $span)""",
    """
insert into delivery_log (id, dossier, created, ended, attempts, outcome, partner, type, idempotency_key, detail,
    reference, payload)
select n, n, $at, $at, 1, 'delivered', 'wms-' || n % 12, 'create_fulfilment_order', 'create_fulfilment_order:' || n, '',
    '', '' from $span""",
    """
insert into message (received, facts, id, partner, channel, content_type, status, control, sha256, findings, body)
select $at, 1, 'bulk-' || n, case when n % 50000 = 7 then 'rare' else 'CAR-' || n % 40 end, 'http',
    'application/edifact', case when n % 30000 = 9 then 'refused' else 'accepted' end, '', 'sha-' || n, '', %(body)s
from $span""",
)
# The newest order is of now, the others come before it as a million in ninety days do.
_AT = "now() - (%(newest)s::bigint - n) * interval '7776 milliseconds'"


async def fill_cards(pool: Pool, *, first: int, last: int, newest: int, events: int, body: bytes) -> None:
    """Orders `first` to `last` of those up to `newest`, each with so many events."""
    values = {"first": first, "last": last, "newest": newest, "events": events, "body": body}
    async with transaction(pool) as connection:
        await allow(connection, 0)
        for statement in _FILL:
            # A per cent sign of SQL is written twice for the driver, one that begins a parameter once.
            text = statement.replace("$span", _SPAN).replace("$at", _AT).replace("% ", "%% ")
            await connection.execute(text.encode(), values)


async def analyse(pool: Pool) -> None:
    """Let the planner know the tables as it would after a day."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        await allow(connection, 0)
        await connection.execute("set statement_timeout = 0")
        await connection.execute("vacuum analyze")
        await connection.execute("reset statement_timeout")
        await connection.set_autocommit(False)
