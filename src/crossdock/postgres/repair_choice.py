"""Which dossiers and which messages a selection of a repair means, page by page, in PostgreSQL."""

from __future__ import annotations

from crossdock.ports.repair import Selection
from crossdock.ports.store import ARCHIVED

# All that people call an order by has two bars, or stands without a scope under some scheme.
_BY_NAME = """
(%(order)s = '' or d.id in (
    select dossier from link where ident = %(order)s
    union select dossier from link where ident = any(
        select scheme || '||' || %(order)s from unnest(%(schemes)s::text[]) as scheme)))"""

_BY_FACT = """
(not %(by_fact)s or exists (
    select from event e where e.dossier = d.id
      and (%(partner)s = '' or e.partner = %(partner)s)
      and (%(since)s::timestamptz is null or e.recorded >= %(since)s)
      and (%(until)s::timestamptz is null or e.recorded < %(until)s)))"""

_BY_MESSAGE = """
(%(message)s = '' or d.id in (
    select dossier from event where message = any(
        select id from message where id = %(message)s or original = %(message)s)))"""

_BY_CASE = """
(not %(by_case)s or d.id in (
    select dossier from exception_case c where dossier <> 0
      and (%(case)s = 0 or c.id = %(case)s)
      and (%(code)s = '' or (c.code = %(code)s and c.closed is null))))"""

# What is in the archive is looked at where it is asked for by name: all of it would be more than the database holds.
_IS_HERE = f"""
(d.version < {ARCHIVED} or %(order)s <> '' or %(message)s <> '' or %(by_case)s)"""

_CHOSEN = "select d.id, d.ident from dossier d where d.id > %(after_id)s and $which order by d.id limit %(limit)s"
NEXT_DOSSIERS = _CHOSEN.replace("$which", f"{_IS_HERE} and {_BY_NAME} and {_BY_FACT} and {_BY_MESSAGE} and {_BY_CASE}")

# Messages nobody could use: the one named, or those of a partner and time; those of an order stand in its log.
UNUSED = """
select m.id from message m
where m.original = '' and m.id > %(after_text)s and (
    m.id = %(message)s
    or (%(message)s = '' and %(order)s = '' and not %(by_case)s and %(apart)s
        and m.status in ('refused', 'partial')
        and (%(partner)s = '' or m.partner = %(partner)s)
        and (%(since)s::timestamptz is null or m.received >= %(since)s)
        and (%(until)s::timestamptz is null or m.received < %(until)s)
        and not exists (select from message later where later.original = m.id
                        and later.status in ('accepted', 'duplicate'))))
order by m.id limit %(limit)s"""

# A later reading names the first one.
MESSAGES_OF = """
select distinct coalesce(nullif(m.original, ''), m.id) as id from event e join message m on m.id = e.message
where e.dossier = %s and e.message is not null and m.channel <> 'quarantine' order by id"""

SCHEMES = (
    "order", "channel_order", "load", "run", "appointment", "shipment", "fulfilment_order", "delivery_task", "pro",
    "bol", "sscc", "container", "return", "stock", "warehouse",
)  # fmt: skip


def values_of(selection: Selection, after: int | str, limit: int) -> dict[str, object]:
    """What the statements are given."""
    return {
        "order": selection.order,
        "schemes": list(SCHEMES),
        "partner": selection.partner,
        "since": selection.since,
        "until": selection.until,
        "message": selection.message,
        "case": selection.case,
        "code": selection.code,
        "by_fact": bool(selection.partner or selection.since or selection.until),
        "apart": bool(selection.everything or selection.partner or selection.since or selection.until),
        "by_case": bool(selection.case or selection.code),
        "after_id": after if isinstance(after, int) else 0,
        "after_text": after if isinstance(after, str) else "",
        "limit": limit,
    }
