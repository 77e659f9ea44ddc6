"""Rows only ever added, by binary COPY; the log and the outbox, which every fact writes to, are in `hot_rows`.

One function a table; it names the columns and their types once, in the order the rows are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql

from crossdock.ports.store import MessageRow, QuarantineRow, WaitingRow
from crossdock.postgres import arrays
from crossdock.postgres.connection import Connection

_WAITING = {
    "received": "timestamptz",
    "expires": "timestamptz",
    "id": "text",
    "type": "text",
    "partner": "text",
    "key": "text",
    "reason": "text",
    "message": "text",
    "idents": "text[]",
    "body": "bytea",
}

_WAITING_IDENT = {"ident": "text", "waiting": "text"}

_LINK = {"ident": "text", "dossier": "int8"}

_QUARANTINE = {
    "received": "timestamptz",
    "dossier": "int8",
    "id": "text",
    "partner": "text",
    "lane": "text",
    "code": "text",
    "reason": "text",
    "message": "text",
    "body": "bytea",
}

_MESSAGE = {
    "received": "timestamptz",
    "facts": "int4",
    "id": "text",
    "partner": "text",
    "channel": "text",
    "content_type": "text",
    "status": "text",
    "control": "text",
    "sha256": "text",
    "findings": "bytea",
    "body": "bytea",
    "original": "text",
}

_RENEW_MESSAGE = "update message set status = %s, facts = %s, findings = %s where id = %s"

Row = tuple[object, ...]


async def copy_links(connection: Connection, links: Sequence[tuple[str, int]]) -> None:
    """Identifiers and their dossiers; none of the pairs may be stored already."""
    await _copy(connection, "link", _LINK, links, some=bool(links))


async def copy_waiting(connection: Connection, waiting: Sequence[WaitingRow]) -> None:
    """The waiting room, each fact under all its identifiers."""
    rows = (
        (
            row.received,
            row.expires,
            row.id,
            row.type,
            row.partner,
            row.key,
            row.reason,
            row.message,
            arrays.texts(row.idents),
            row.body,
        )
        for row in waiting
    )
    await _copy(connection, "waiting", _WAITING, rows, some=bool(waiting))
    idents = sorted({(ident, row.id) for row in waiting for ident in row.idents})
    await _copy(connection, "waiting_ident", _WAITING_IDENT, idents, some=bool(idents))


async def copy_quarantine(connection: Connection, quarantine: Sequence[QuarantineRow]) -> None:
    """Facts that stopped their lane, or nothing but themselves."""
    rows = (
        (
            row.received,
            row.dossier,
            row.id,
            row.partner,
            row.lane or "",
            row.code,
            row.reason,
            row.message,
            row.body,
        )
        for row in quarantine
    )
    await _copy(connection, "quarantine", _QUARANTINE, rows, some=bool(quarantine))


async def copy_messages(connection: Connection, messages: Sequence[MessageRow]) -> None:
    """Originals kept whole, and how far those are by now that are kept already."""
    for row in messages:
        if row.renews:
            await connection.execute(_RENEW_MESSAGE, (row.status, row.facts, row.findings, row.id))
    fresh = [row for row in messages if not row.renews]
    rows = (
        (
            row.received,
            row.facts,
            row.id,
            row.partner,
            row.channel,
            row.content_type,
            row.status,
            row.control,
            row.sha256,
            row.findings,
            row.body,
            row.original,
        )
        for row in fresh
    )
    await _copy(connection, "message", _MESSAGE, rows, some=bool(fresh))


async def _copy(
    connection: Connection, table: str, columns: dict[str, str], rows: Iterable[Row], *, some: bool
) -> None:
    if not some:
        return
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            await copy.write_row(row)
