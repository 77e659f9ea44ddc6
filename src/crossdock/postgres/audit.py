"""The audit on PostgreSQL (ports.audit): one statement a question, all in one snapshot.

Every statement gives `(subject, detail)` rows; an empty answer is a clean one. They read whole tables: minutes at many
millions of rows, and no lock that anything waits for. The dossiers to fold again are read by `postgres.dossiers`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import LiteralString

from crossdock.ports.audit import Discrepancy, Examination, Extent, Kind, StoredDossier, Sums
from crossdock.postgres.codes import BY_THE_FOLD, DISPOSITION_CODES
from crossdock.postgres.connection import Connection, Pool, allow, transaction, translated
from crossdock.postgres.dossiers import read_dossiers

STATEMENT_TIMEOUT_MS = 900_000

# Rows that name a message. A quarantined fact with a dossier has its place in that log; one given up is kept again as a
# message of channel `quarantine` that names the first in `control`. Derived facts (with a cause) came from no message.
_NAMED: LiteralString = """
    select message, count(*) as rows from (
        select message from event where cause is null and message is not null
        union all select message from waiting where message <> ''
        union all select message from quarantine where message <> '' and dossier = 0
        union all select control from message where channel = 'quarantine' and control <> ''
    ) as places group by message"""

QUESTIONS: dict[Kind, LiteralString] = {
    Kind.MESSAGE_SUM: """
        select coalesce(m.id, n.message) as subject,
               format('gave %%s facts, %%s rows name it and %%s in the archive',
                      coalesce(m.facts, 0), coalesce(n.rows, 0), coalesce(m.archived, 0)) as detail
        from message m full join ($named) as n on n.message = m.id
        where coalesce(m.facts, 0) <> coalesce(n.rows, 0) + coalesce(m.archived, 0)""".replace("$named", _NAMED),
    Kind.LOG_GAP: """
        select dossier::text as subject,
               format('%%s events, numbered %%s to %%s', count(*), min(seq), max(seq)) as detail
        from event_number e left join archived a using (dossier) group by dossier
        having min(seq) <> coalesce(max(a.last), 0) + 1 or max(seq) <> coalesce(max(a.last), 0) + count(*)
            or count(distinct seq) <> count(*)""",
    Kind.LOG_WITHOUT_DOSSIER: """
        select dossier::text as subject, format('%%s events', count(*)) as detail
        from event e where not exists (select from dossier d where d.id = e.dossier) group by dossier""",
    Kind.DOSSIER_WITHOUT_LOG: """
        select ident as subject, format('dossier %%s has no event', id) as detail
        from dossier d where not exists (select from event e where e.dossier = d.id)
          and not exists (select from archived a where a.dossier = d.id)""",
    Kind.ARCHIVE_DIFFERS: """
        select coalesce(d.ident, a.dossier::text) as subject,
               case when a.dossier is null then 'it is marked as archived, and nothing says where'
                    else 'the archive has it, and it is not marked' end as detail
        from (select id, ident from dossier where version >= 1 << 30) as d
        full join archived a on a.dossier = d.id where a.dossier is null or d.id is null""",
    # A duplicate never has bytes, nor has a second reading of a message: those of the first are kept.
    Kind.BYTES_MISSING: """
        select coalesce(m.id, b.message) as subject,
               case when m.id is null then 'its bytes are archived, and there is no such message'
                    when b.message is null then 'its bytes are neither here nor in the archive'
                    when m.body <> ''::bytea then 'its bytes are here, and said to be archived'
                    else 'its bytes are archived, and nothing says in which file' end as detail
        from message m full join message_bytes b on b.message = m.id
        left join message_piece p on p.id = b.piece left join archive_file f on f.name = p.file
        where case when b.message is null
            then m.body = ''::bytea and m.original = '' and m.status <> 'duplicate'
                and m.sha256 <> encode(sha256(''::bytea), 'hex')
            else m.id is null or m.body <> ''::bytea or f.name is null end""",
    Kind.LINK_WITHOUT_DOSSIER: """
        select ident as subject, format('linked to dossier %%s, which is not there', dossier) as detail
        from link l where not exists (select from dossier d where d.id = l.dossier)""",
    # A paused partner, an open breaker and a parked command ahead of the same key are reasons, shown where they are.
    Kind.DELIVERY_OVERDUE: """
        select v.idempotency_key as subject,
               format('delivery %%s to %%s is %%s since %%s', v.id, v.partner, v.state, v.due) as detail
        from delivery v left join partner_gate g on g.partner = v.partner
        where v.state <> 'parked' and v.due < %(overdue)s
          and (v.claimed_until is null or v.claimed_until < %(overdue)s)
          and not coalesce(g.paused or g.breaker_state <> 'closed', false)
          and not exists (
              select from delivery p
              where hashtextextended(command_order(p.ordering_key, p.idempotency_key), 0)
                  = hashtextextended(command_order(v.ordering_key, v.idempotency_key), 0)
                and p.partner = v.partner
                and command_order(p.ordering_key, p.idempotency_key) = command_order(v.ordering_key, v.idempotency_key)
                and p.state = 'parked' and p.id < v.id)""",
    Kind.ECHO_OVERDUE: """
        select idempotency_key as subject, format('its dossier was not told that it was %%s', outcome) as detail
        from delivery_log where echo_pending and ended < %(overdue)s""",
    Kind.ALARM_OVERDUE: """
        select dossier::text as subject, format('due since %%s', due) as detail from alarm
        where due < %(overdue)s and (claimed_until is null or claimed_until < %(overdue)s)""",
    Kind.WAITING_BUT_LINKED: """
        select w.id as subject, format('%%s belongs to dossier %%s', min(l.ident), min(l.dossier)) as detail
        from waiting w join waiting_ident i on i.waiting = w.id join link l on l.ident = i.ident
        where w.received < %(overdue)s group by w.id""",
    Kind.WAITING_UNREACHABLE: """
        select coalesce(w.id, i.waiting) as subject, 'the waiting room and its identifiers disagree' as detail
        from (select id, unnest(idents) as ident from waiting) as w
        full join waiting_ident i on i.waiting = w.id and i.ident = w.ident
        where w.id is null or i.waiting is null
        union select id, 'waits under no identifier' from waiting where idents = '{}'""",
    Kind.COMMAND_DOUBLED: """
        select idempotency_key as subject, format('%%s deliveries to %%s', count(distinct id), partner) as detail
        from (select id, partner, idempotency_key from delivery
              union all select id, partner, idempotency_key from delivery_log) as commands
        group by partner, idempotency_key having count(distinct id) > 1""",
    Kind.FACT_APPLIED_TWICE: """
        select format('%%s.%%s', dossier, min(seq)) as subject,
               format('%%s was applied %%s times', coalesce(type, 'the fact'), count(*)) as detail
        from event where disposition = 0 and cause is null group by dossier, type, md5(body) having count(*) > 1""",
    Kind.DOSSIER_DOUBLED: """
        select ident as subject, format('%%s dossiers', count(*)) as detail from dossier
        group by ident having count(*) > 1""",
    Kind.CASE_DOUBLED: """
        select format('%%s %%s %%s', code, subject, slot) as subject, format('%%s open cases', count(*)) as detail
        from exception_case where closed is null group by code, subject, slot having count(*) > 1""",
}

_EXAMPLES: LiteralString = """
with found as materialized ($question)
select subject, detail, count(*) over () from found order by subject limit %(limit)s"""

_TOTALS: LiteralString = """
select (select count(*) from dossier),
       (select count(*) from event_number),
       (select count(*) from waiting),
       (select count(*) from quarantine where dossier = 0),
       (select coalesce(sum(facts), 0) from message),
       (select coalesce(sum(rows), 0) from ($named) as n) + (select coalesce(sum(archived), 0) from message),
       (select count(*) from exception_case where closed is null),
       (select count(*) from archived), (select coalesce(sum(facts), 0) from archived),
       (select count(*) from message_bytes)""".replace("$named", _NAMED)

# What is kept in its cause's row was applied.
_DISPOSITIONS: LiteralString = """
select disposition::text, sum(rows)::bigint from (
    select disposition, count(*) as rows from event group by disposition
    union all select 0, coalesce(sum(get_byte(concluded, 0)), 0) from event where concluded is not null
) as parts group by disposition"""
_MESSAGES: LiteralString = "select status, count(*) from message group by status"
_DELIVERIES: LiteralString = "select state, count(*) from delivery group by state"
_ENDED: LiteralString = "select outcome, count(*) from delivery_log group by outcome"


class PostgresAudit:
    """ports.audit.AuditView over a pool of any database role that may read."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def examine(self, overdue: datetime, *, limit: int) -> Examination:
        """Everything as of one instant; see `AuditView.examine`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute("set transaction isolation level repeatable read, read only")
                await allow(connection, STATEMENT_TIMEOUT_MS)
                sums = await _sums(connection)
                counts: dict[Kind, int] = {}
                discrepancies: list[Discrepancy] = []
                for kind, question in QUESTIONS.items():
                    counts[kind], examples = await _ask(connection, kind, question, overdue, limit)
                    discrepancies += examples
        return Examination(sums, counts, discrepancies)

    def dossiers(self, extent: Extent) -> AsyncIterator[StoredDossier]:
        """See `AuditView.dossiers`."""
        return read_dossiers(self._pool, extent, STATEMENT_TIMEOUT_MS)


async def _ask(
    connection: Connection, kind: Kind, question: LiteralString, overdue: datetime, limit: int
) -> tuple[int, list[Discrepancy]]:
    statement = _EXAMPLES.replace("$question", question)
    cursor = await connection.execute(statement, {"overdue": overdue, "limit": limit}, prepare=False)
    rows = await cursor.fetchall()
    total = int(rows[0][2]) if rows else 0
    return total, [Discrepancy(kind, subject, detail) for subject, detail, _ in rows]


async def _sums(connection: Connection) -> Sums:
    cursor = await connection.execute(_TOTALS, prepare=False)
    dossiers, events, waiting, quarantine, facts, named, cases, *archived = (await cursor.fetchall())[0]
    codes = await _pairs(connection, _DISPOSITIONS)
    return Sums(
        dossiers=dossiers,
        events=events,
        dispositions={
            disposition: sum(codes.get(str(one), 0) for one in {code, BY_THE_FOLD.get(disposition, code)})
            for disposition, code in DISPOSITION_CODES.items()
        },
        waiting=waiting,
        quarantine=quarantine,
        messages=await _pairs(connection, _MESSAGES),
        message_facts=int(facts),
        message_rows=int(named),
        deliveries=await _pairs(connection, _DELIVERIES),
        ended=await _pairs(connection, _ENDED),
        cases_open=cases,
        archived=archived[0],
        archived_events=int(archived[1]),
        bytes_archived=archived[2],
    )


async def _pairs(connection: Connection, statement: LiteralString) -> dict[str, int]:
    cursor = await connection.execute(statement, prepare=False)
    return dict(await cursor.fetchall())
