"""The migration runner: plain SQL files, numbered, checksummed, each applied once (style.md, Migrations).

A file is named `NNNN_{pre|post}_what.sql`: *pre* runs before the new code starts, *post* after the old code is gone.
Each runs in a transaction of its own, unless its head holds `-- transaction: none` (`create index concurrently`, which
must then be the only statement of its file).
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import re
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec
import psycopg

from crossdock.kernel.errors import Permanent, Transient
from crossdock.postgres.connection import CONNECT_TIMEOUT_S, Connection, alive, translated

LOCK_TIMEOUT_MS = 3_000
STARTER_WAIT_MS = 120_000
FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<phase>pre|post)_[a-z0-9_]+\.sql")
WITHOUT_TRANSACTION = "-- transaction: none"
# How long a starter waits for another, and how often it asks.
STARTER_PAUSE_MS = 100
_INDEX = re.compile(r"^create (?:unique )?index concurrently (\w+)", re.MULTILINE)

# Two keys (class, object) keep this lock apart from the one-key locks of identifiers.
_ADVISORY_CLASS = 0x58444B
_TABLE = """
create table if not exists schema_migration (
    number   integer not null primary key,
    name     text not null,
    checksum text not null,
    applied  timestamptz not null default now()
)"""


class Migration(msgspec.Struct, frozen=True):
    """One file. `checksum` is the SHA-256 of its bytes."""

    number: int
    phase: str
    name: str
    sql: str
    checksum: str


def shipped() -> list[Migration]:
    """The migrations of this release, by number.

    Raises:
        Permanent: a file name that does not follow the rule, or a number used twice.
    """
    folder = resources.files("crossdock.postgres") / "migrations"
    found = sorted((_read(entry) for entry in folder.iterdir() if entry.name.endswith(".sql")), key=_number)
    for one, other in itertools.pairwise(found):
        if one.number == other.number:
            raise Permanent(f"migrations {one.name} and {other.name} have the same number: renumber the later one")
    return found


def _number(migration: Migration) -> int:
    return migration.number


def _read(entry: Traversable) -> Migration:
    match = FILE_NAME.fullmatch(entry.name)
    if match is None:
        raise Permanent(f"migration {entry.name} is not named NNNN_pre_what.sql or NNNN_post_what.sql: rename it")
    body = entry.read_bytes()
    checksum = hashlib.sha256(body).hexdigest()
    return Migration(int(match["number"]), match["phase"], entry.name, body.decode(), checksum)


async def migrate(url: str, *, migrations: list[Migration] | None = None, phase: str = "") -> list[str]:
    """Apply what is not applied yet; returns the names. Several starters may call it at once: one does the work.

    With a `phase` only its files: `pre` while the release before still works, `post` when nobody runs it any more.

    Raises:
        Permanent: an applied file was edited or removed, or two files have the same number.
        Transient: the database cannot be reached, or a lock was not free for 3 seconds.
    """
    wanted = shipped() if migrations is None else migrations
    with translated():
        connection = await _connect(url)
    async with connection:
        with translated():
            await _take_turn(connection)
            await connection.execute(f"set lock_timeout = {LOCK_TIMEOUT_MS}")
            await connection.execute("set statement_timeout = 0")
            await connection.execute(_TABLE)
            todo = _of_phase(phase, _check(wanted, await _applied(connection)))
            for migration in todo:
                await _apply(connection, migration)
    return [migration.name for migration in todo]


async def pending(url: str, phase: str = "") -> list[str]:
    """Names of migrations of this release, or of a phase of it, the database does not have yet.

    Raises:
        Permanent: as `migrate`.
    """
    with translated():
        connection = await _connect(url)
        async with connection:
            cursor = await connection.execute("select to_regclass('schema_migration') is not null")
            row = await cursor.fetchone()
            applied = await _applied(connection) if row is not None and row[0] else {}
    return [migration.name for migration in _of_phase(phase, _check(shipped(), applied))]


def _of_phase(phase: str, migrations: list[Migration]) -> list[Migration]:
    return [migration for migration in migrations if phase in ("", migration.phase)]


async def _connect(url: str) -> Connection:
    options = f"-c lock_timeout=0 -c statement_timeout={STARTER_WAIT_MS} -c client_min_messages=warning"
    return await psycopg.AsyncConnection.connect(
        alive(url),
        autocommit=True,
        options=options,
        connect_timeout=CONNECT_TIMEOUT_S,
        application_name="crossdock-migrate",
    )


async def _take_turn(connection: Connection) -> None:
    """Wait until no other starter migrates.

    Asked again and again: a statement that waits holds a snapshot, and an index
    made concurrently by the other waits for that to end.

    Raises:
        Transient: the other takes longer than `STARTER_WAIT_MS`.
    """
    for _ in range(STARTER_WAIT_MS // STARTER_PAUSE_MS):
        cursor = await connection.execute("select pg_try_advisory_lock(%s, 0)", (_ADVISORY_CLASS,))
        row = await cursor.fetchone()
        if row is not None and row[0]:
            return
        await asyncio.sleep(STARTER_PAUSE_MS / 1000)
    raise Transient("another process still migrates this database: start again when it is done")


async def _applied(connection: Connection) -> dict[int, tuple[str, str]]:
    cursor = await connection.execute("select number, name, checksum from schema_migration")
    return {number: (name, checksum) for number, name, checksum in await cursor.fetchall()}


def _check(wanted: list[Migration], applied: dict[int, tuple[str, str]]) -> list[Migration]:
    by_number = {migration.number: migration for migration in wanted}
    for number, (name, checksum) in sorted(applied.items()):
        migration = by_number.get(number)
        if migration is None and wanted and number > wanted[-1].number:
            continue  # A newer release has expanded the schema; the code before it must run on.
        if migration is None:
            raise Permanent(f"migration {name} was applied, but this release has no such file: restore it")
        if migration.checksum != checksum:
            raise Permanent(f"migration {migration.name} was edited after it was applied: restore it, add a new file")
    return [migration for migration in wanted if migration.number not in applied]


async def _apply(connection: Connection, migration: Migration) -> None:
    mark = "insert into schema_migration (number, name, checksum) values (%s, %s, %s)"
    values = (migration.number, migration.name, migration.checksum)
    if WITHOUT_TRANSACTION in migration.sql:
        for name in _INDEX.findall(migration.sql):
            # An attempt that was cut off leaves it behind, and invalid.
            await connection.execute(f"drop index concurrently if exists {name}")
        await connection.execute(migration.sql.encode())
        await connection.execute(mark, values)
        return
    async with connection.transaction():
        await connection.execute(migration.sql.encode())
        await connection.execute(mark, values)
