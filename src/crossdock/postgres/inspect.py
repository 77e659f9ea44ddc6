"""What `doctor` wants to know of the database, from a session without any setting of ours."""

from __future__ import annotations

import psycopg

from crossdock.kernel.errors import Bug, Permanent
from crossdock.ports.clock import Clock
from crossdock.ports.health import Archiving, DatabaseFacts
from crossdock.postgres.connection import CONNECT_TIMEOUT_S, alive, translated
from crossdock.postgres.migrate import pending

SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "max_connections", "archive_mode")

_ASK = """
select current_setting('server_version'), current_setting('server_version_num')::int, pg_is_in_recovery(),
       clock_timestamp()"""
_ARCHIVING = """
select (pg_control_checkpoint()).timeline_id, last_archived_time, last_failed_time, coalesce(last_failed_wal, '')
from pg_stat_archiver"""
_SETTINGS = "select name, setting from pg_settings where name = any(%s)"


async def inspect(url: str, clock: Clock) -> DatabaseFacts:
    """Look at the server and the database; changes nothing.

    Raises:
        Transient: it cannot be reached.
    """
    with translated():
        connection = await psycopg.AsyncConnection.connect(
            alive(url), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, application_name="crossdock-doctor"
        )
        async with connection:
            rows = await (await connection.execute(_SETTINGS, (list(SETTINGS),))).fetchall()
            settings: dict[str, str] = dict(rows)
            asked = clock.now()
            row = await (await connection.execute(_ASK)).fetchone()
            answered = clock.now()
            told = await (await connection.execute(_ARCHIVING)).fetchone()
    if row is None or told is None:
        raise Bug("PostgreSQL did not say its version")
    missing, refusal = await _migrations(url)
    version, number, standby, now = row
    archiving = Archiving(*told) if settings.get("archive_mode", "off") != "off" else None
    return DatabaseFacts(
        version.split()[0], number, settings, standby, now, asked, answered, missing, refusal, archiving
    )


async def _migrations(url: str) -> tuple[list[str], str]:
    try:
        return await pending(url), ""
    except Permanent as refusal:
        return [], refusal.detail
