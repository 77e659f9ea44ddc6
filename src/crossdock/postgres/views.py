"""The read side in PostgreSQL (ports.views.Views): committed rows, by key, a page at a time, without a lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.ports.archive import Archived
from crossdock.ports.store import DossierRow, LinkRow, MessageRow
from crossdock.ports.views import (
    COMMANDS_MAX,
    EVENTS_MAX,
    CaseView,
    CommandView,
    DossierHead,
    EventView,
    QuarantineView,
    WaitingView,
)
from crossdock.postgres.archive import ARCHIVED_OF, archived_of
from crossdock.postgres.codes import DISPOSITIONS, NOT_FOLDED
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.log import StoredEvent, views_of
from crossdock.postgres.packing import unpack_state
from crossdock.postgres.rows import fetch

OWNERS_MAX = 16
IDENTS_MAX = 1000
CASES_MAX = 1000
EVENT_IDS_MAX = 1000

_OWNERS = """
select d.id, d.ident, d.version, d.label, d.state from link l join dossier d on d.id = l.dossier
where l.ident = %s order by d.id limit %s"""

_IDENTS = "select ident, dossier from link where dossier = %s order by ident limit %s"

_DOSSIERS = """
select id, ident, version, label from dossier
where (%(before)s = 0 or id < %(before)s) and starts_with(ident, %(scheme)s || '|') order by id desc limit %(limit)s"""

# Dispositions are stored as numbers; the reader gets the word.
_DISPOSITION = f"(array{[name.value for name in DISPOSITIONS]})[disposition + 1]"

LOG = """
select dossier, seq, type, $disposition as disposition, $folded as folded, partner, occurred, received, recorded, body,
    coalesce(cause, '') as cause, coalesce(message, '') as message, coalesce(transitions, '') as transitions, moves,
    coalesce(reason, '') as reason, concluded
from event""".replace("$disposition", _DISPOSITION).replace("$folded", f"disposition <> all (array{list(NOT_FOLDED)})")

EVENTS = "$log where dossier = %s order by occurred, seq limit %s".replace("$log", LOG)

# A fact concluded from another stands in that one's row, whose number is lower.
_EVENTS_BY_ID = """
with wanted as (select * from unnest(%(dossiers)s::bigint[], %(seqs)s::integer[]) as w (dossier, seq)),
inside as (select * from wanted w where not exists (select from event e where e.dossier = w.dossier and e.seq = w.seq))
$log where (dossier, seq) in (select dossier, seq from wanted)
union all
$log where dossier = any(array(select dossier from inside)) and concluded is not null""".replace("$log", LOG)

_OPEN_COMMAND = """
select id, dossier, partner, coalesce(type, split_part(idempotency_key, ':', 1)) as type, idempotency_key,
    command_order(ordering_key, idempotency_key) as ordering_key, command_cause(dossier, cause) as cause,
    coalesce(created, due) as created, case state when 'open' then 'ready' else state end as state, attempts, detail,
    '' as reference, due, null::timestamptz as ended
from delivery"""

_COMMANDS = """
$open where dossier = %(dossier)s
union all
select id, dossier, partner, type, idempotency_key, ordering_key, cause, created, outcome, attempts, detail, reference,
    due, ended
from delivery_log where dossier = %(dossier)s
order by id, attempts limit %(limit)s""".replace("$open", _OPEN_COMMAND)

_DELIVERIES = """
$open where (%(partner)s = '' or partner = %(partner)s) and id > %(after)s
order by id limit %(limit)s""".replace("$open", _OPEN_COMMAND)

_CASES = """
select id, code, subject, slot, dossier, severity, queue, detail, occurrences, opened, cause_open, closed, cause_closed
from exception_case where dossier = %s order by id limit %s"""

_OPEN_CASES = """
select id, code, subject, slot, dossier, severity, queue, detail, occurrences, opened, cause_open, closed, cause_closed
from exception_case
where closed is null and (%(queue)s = '' or queue = %(queue)s) and id > %(after)s order by id limit %(limit)s"""

_WAITING = """
select id, idents, type, partner, received, expires, reason, message from waiting
where id > %s order by id limit %s"""

_QUARANTINED = """
select id, partner, received, code, reason, dossier, lane, message, body from quarantine
where id > %s order by id limit %s"""

_MESSAGE = """
select id, partner, channel, content_type, received, sha256, body, status, facts, findings, control from message
where id = %s"""


class PostgresViews:
    """Reads for the API, the console and `crossdock trace`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def owners(self, ident: str) -> Sequence[DossierRow]:
        """See `Views.owners`."""
        return await fetch(self._pool, DossierRow, _OWNERS, (ident, OWNERS_MAX), mend=_with_state)

    async def idents(self, dossier: int) -> Sequence[str]:
        """See `Views.idents`."""
        return [row.ident for row in await fetch(self._pool, LinkRow, _IDENTS, (dossier, IDENTS_MAX))]

    async def dossiers(self, scheme: str, *, before: int, limit: int) -> Sequence[DossierHead]:
        """See `Views.dossiers`."""
        return await fetch(self._pool, DossierHead, _DOSSIERS, {"scheme": scheme, "before": before, "limit": limit})

    async def events(self, dossier: int) -> Sequence[EventView]:
        """See `Views.events`."""
        log = await self._log(EVENTS, (dossier, EVENTS_MAX))
        return sorted(log, key=lambda event: (event.occurred, event.seq))[:EVENTS_MAX]

    async def events_by_id(self, ids: Sequence[tuple[int, int]]) -> Sequence[EventView]:
        """See `Views.events_by_id`."""
        wanted = ids[:EVENT_IDS_MAX]
        columns = {"dossiers": [one[0] for one in wanted], "seqs": [one[1] for one in wanted]}
        found = {(event.dossier, event.seq): event for event in await self._log(_EVENTS_BY_ID, columns)}
        return [found[one] for one in wanted if one in found]

    async def _log(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> list[EventView]:
        return [event for row in await fetch(self._pool, StoredEvent, statement, values) for event in views_of(row)]

    async def commands(self, dossier: int) -> Sequence[CommandView]:
        """See `Views.commands`."""
        return await fetch(self._pool, CommandView, _COMMANDS, {"dossier": dossier, "limit": COMMANDS_MAX})

    async def cases(self, dossier: int) -> Sequence[CaseView]:
        """See `Views.cases`."""
        return await fetch(self._pool, CaseView, _CASES, (dossier, CASES_MAX))

    async def open_cases(self, *, queue: str, after: int, limit: int) -> Sequence[CaseView]:
        """See `Views.open_cases`."""
        return await fetch(self._pool, CaseView, _OPEN_CASES, {"queue": queue, "after": after, "limit": limit})

    async def deliveries(self, *, partner: str, after: int, limit: int) -> Sequence[CommandView]:
        """See `Views.deliveries`."""
        return await fetch(self._pool, CommandView, _DELIVERIES, {"partner": partner, "after": after, "limit": limit})

    async def waiting(self, *, after: str, limit: int) -> Sequence[WaitingView]:
        """See `Views.waiting`."""
        return await fetch(self._pool, WaitingView, _WAITING, (after, limit))

    async def quarantined(self, *, after: str, limit: int) -> Sequence[QuarantineView]:
        """See `Views.quarantined`."""
        return await fetch(self._pool, QuarantineView, _QUARANTINED, (after, limit))

    async def archived(self, dossier: int) -> Archived | None:
        """See `Views.archived`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(ARCHIVED_OF, ([dossier], 1))).fetchone()
        return archived_of(row) if row is not None else None

    async def message(self, message_id: str) -> MessageRow | None:
        """See `Views.message`."""
        rows = await fetch(self._pool, MessageRow, _MESSAGE, (message_id,))
        return rows[0] if rows else None

    async def message_row(self, message_id: str) -> MessageRow | None:
        """See `Views.message_row`."""
        return await self.message(message_id)


def _with_state(row: dict[str, object]) -> dict[str, object]:
    """A dossier's row with its state unpacked."""
    packed = row["state"]
    assert isinstance(packed, bytes)
    return row | {"state": unpack_state(packed)}
