"""`crossdock doctor`: is everything there that a promise rests on? Says in plain words what to do where it is not."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from crossdock.kernel.errors import CrossdockError, Permanent
from crossdock.ports.health import Archiving, DatabaseFacts
from crossdock.runtime.engines.archive import Archive, timeline_of
from crossdock.runtime.status_page import Variables, links, variables

POSTGRES_OLDEST = 160_000
NATS_OLDEST = (2, 11)
CLOCK_SKEW_MAX = timedelta(seconds=2)
DISK_FREE_MIN_BYTES = 2 * 1024**3
DISK_FREE_MIN_SHARE = 0.05

# Names of checks without which "accepted means durable" does not hold: nothing may start while one of them fails.
VITAL = frozenset({"postgres.fsync", "postgres.full_page_writes", "postgres.synchronous_commit", "nats.sync"})

InspectDatabase = Callable[[], Awaitable[DatabaseFacts]]


class Check(msgspec.Struct, frozen=True):
    """One thing looked at. `what_to_do` is empty when it is well."""

    name: str
    ok: bool
    what: str
    what_to_do: str = ""


class Port(msgspec.Struct, frozen=True):
    """A port we are about to listen on, and what for."""

    purpose: str
    host: str
    port: int


class Neighbours(msgspec.Struct, frozen=True):
    """The border to other cells: its status page, the domain it must have, and whether a link must be there."""

    monitor_url: str
    domain: str
    linked: bool


class Patient(msgspec.Struct, frozen=True):
    """What to look at; what is absent is left out. `monitor_url` is the NATS server's status page.

    `archive` is where the database is to be backed up to, where we do that; `shelf` where what is over goes.
    """

    inspect_database: InspectDatabase | None = None
    monitor_url: str = ""
    data_dir: Path | None = None
    ports: tuple[Port, ...] = ()
    archive: Archive | None = None
    neighbours: Neighbours | None = None
    shelf: Path | None = None


async def examine(patient: Patient) -> list[Check]:
    """Look at everything; a check that cannot be made is a failed one. Changes nothing."""
    checks: list[Check] = []
    if patient.inspect_database is not None:
        checks += await _database(patient.inspect_database, patient.archive)
    if patient.monitor_url:
        checks += await _nats(patient.monitor_url)
    if patient.neighbours is not None:
        checks += await _border(patient.neighbours)
    if patient.data_dir is not None:
        checks.append(disk(patient.data_dir))
    if patient.shelf is not None:
        checks.append(shelf(patient.shelf))
    checks += [free_port(port) for port in patient.ports]
    return checks


def refuse_unsafe(checks: Iterable[Check]) -> None:
    """For start-up.

    Raises:
        Permanent: a check of `VITAL` failed; every one of them is named.
    """
    unsafe = [f"{check.what}: {check.what_to_do}" for check in checks if not check.ok and check.name in VITAL]
    if unsafe:
        raise Permanent("accepted would not mean durable here. " + " ".join(unsafe))


async def _database(inspect: InspectDatabase, archive: Archive | None) -> list[Check]:
    try:
        facts = await inspect()
    except CrossdockError as error:
        return [Check("postgres.reachable", False, error.detail, "Start PostgreSQL, or correct postgres.url.")]
    return [
        Check("postgres.reachable", True, f"PostgreSQL {facts.version} answers"),
        _check(
            "postgres.version",
            facts.version_number >= POSTGRES_OLDEST,
            f"PostgreSQL is version {facts.version}",
            "Upgrade it to version 16 or later; 18 is what we test with.",
        ),
        *durability(facts),
        _check(
            "postgres.writable",
            not facts.standby,
            "the server is a standby" if facts.standby else "the server takes writes",
            "Point postgres.url to the primary, or promote this server.",
        ),
        migrations(facts),
        *archiving(facts.archiving, archive),
        clock(facts.now, facts.asked, facts.answered),
    ]


def durability(facts: DatabaseFacts) -> list[Check]:
    """The three settings a commit rests on. Every other value of `synchronous_commit` than `off` flushes here first."""
    return [
        _check(
            f"postgres.{name}",
            facts.settings.get(name) not in (None, "off"),
            f"{name} is {facts.settings.get(name, 'unknown')}",
            f"Set {name} = on in postgresql.conf (and for role and database), then reload the server.",
        )
        for name in ("fsync", "full_page_writes", "synchronous_commit")
    ]


def migrations(facts: DatabaseFacts) -> Check:
    """Whether the schema is this release's."""
    if facts.refusal:
        return Check("postgres.migrations", False, facts.refusal, "Run the release this database belongs to.")
    count = len(facts.pending)
    what = f"{count} migrations are pending, from {facts.pending[0]}" if count else "all migrations are applied"
    return _check("postgres.migrations", not count, what, "Run crossdock migrate.")


def archiving(told: Archiving | None, archive: Archive | None) -> list[Check]:
    """Whether what would be restored from is there; nothing where the database does not archive and is not to."""
    checks: list[Check] = []
    if told is not None:
        stuck = told.failed is not None and (told.archived is None or told.archived < told.failed)
        checks.append(
            _check(
                "backup.archive",
                not stuck,
                f"segment {told.failed_segment} could not be archived at {told.failed:%Y-%m-%d %H:%M}Z"
                if stuck
                else "the log is archived",
                "Make room and access in the archive, see the server's log; the disk fills up until it works again.",
            )
        )
    if archive is not None:
        checks.append(_based(told.timeline if told is not None else 0, archive))
    return checks


def _based(timeline: int, archive: Archive) -> Check:
    ended = [base.ended for base in archive.bases() if timeline_of(base.folder) == timeline]
    what = f"the last base backup is of {ended[-1]:%Y-%m-%d %H:%M}Z" if ended else "this database has no base backup"
    return _check("backup.base", bool(ended), what, "Run crossdock backup: without one the archive restores nothing.")


def clock(theirs: datetime, asked: datetime, answered: datetime) -> Check:
    """Both clocks, as far as one can tell: theirs was read at some instant between `asked` and `answered`."""
    skew = max(asked - theirs, theirs - answered, timedelta(0))
    return _check(
        "clock",
        skew <= CLOCK_SKEW_MAX,
        f"the database's clock and ours differ by {skew.total_seconds():.1f} s or less than the answer took",
        "Run a time service (chrony, systemd-timesyncd) on both machines: deadlines depend on it.",
    )


async def _nats(monitor_url: str) -> list[Check]:
    try:
        facts = await variables(monitor_url)
    except CrossdockError as error:
        return [Check("nats.reachable", False, error.detail, "Start NATS with its monitoring port (http) open.")]
    return [Check("nats.reachable", True, f"NATS {facts.version} answers"), *log_durability(facts)]


def log_durability(facts: Variables) -> list[Check]:
    """Version, JetStream, and whether an acknowledged message is safe: three servers, or every message on disk."""
    alone = not facts.cluster.urls
    config = facts.jetstream.config
    safe = config is not None and (config.sync_always or not alone)
    how = "on disk" if config is not None and config.sync_always else "not on disk yet"
    return [
        _check(
            "nats.version",
            _version(facts.version) >= NATS_OLDEST,
            f"NATS is version {facts.version}",
            "Upgrade it to version 2.11 or later.",
        ),
        _check(
            "nats.jetstream",
            config is not None,
            "JetStream is on" if config is not None else "JetStream is off",
            "Add a jetstream block with a store_dir to the server's configuration.",
        ),
        _check(
            "nats.sync",
            safe,
            f"an acknowledged message is {how} on {'a single server' if alone else 'each server of a cluster'}",
            "Set sync_interval: always in the jetstream block, or run a cluster of three.",
        ),
    ]


async def _border(neighbours: Neighbours) -> list[Check]:
    try:
        facts, count = await variables(neighbours.monitor_url), await links(neighbours.monitor_url)
    except CrossdockError as error:
        return [Check("cells.reachable", False, error.detail, "Start the border's NATS with its monitoring port open.")]
    domain = facts.jetstream.config.domain if facts.jetstream.config is not None else ""
    return [
        Check("cells.reachable", True, f"the border's NATS {facts.version} answers"),
        _check(
            "cells.domain",
            domain == neighbours.domain,
            f"the border's JetStream domain is {domain or 'not set'}",
            f"Set domain: {neighbours.domain} in its jetstream block: other cells ask for it by the region.",
        ),
        _check(
            "cells.links",
            count > 0 or not neighbours.linked,
            f"{count} links to other cells are up",
            "Look at cells.links, at the other cell's cells.listen and password, and at the network between them; "
            "nothing is lost meanwhile.",
        ),
    ]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("-", maxsplit=1)[0].split(".")[:2] if part.isdigit())


def disk(folder: Path) -> Check:
    """Room where the data lies. On a full disk PostgreSQL stops and JetStream turns itself off."""
    usage = shutil.disk_usage(folder)
    enough = usage.free >= DISK_FREE_MIN_BYTES and usage.free >= usage.total * DISK_FREE_MIN_SHARE
    what = f"{usage.free / 1024**3:.1f} GB of {usage.total / 1024**3:.0f} GB are free at {folder}"
    return _check("disk", enough, what, "Free at least 2 GB and 5 % of the disk, or move the data folder.")


def shelf(folder: Path) -> Check:
    """Whether what is over can be archived; a folder that is not there yet is made by the first file."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    fine = there.is_dir() and os.access(there, os.R_OK | os.W_OK | os.X_OK)
    what = f"the archive {folder} can{'' if fine else 'not'} be written and read"
    return _check("retention.dir", fine, what, f"Give the hub's user access to {there}, or set retention.dir anew.")


def free_port(wanted: Port) -> Check:
    """Whether we could listen there."""
    name, place = f"port.{wanted.purpose}", f"{wanted.host}:{wanted.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wanted.host, wanted.port))
        except OSError as error:
            what_to_do = "Stop the program that uses it, or choose another port in crossdock.toml."
            return Check(name, False, f"{place} cannot be used: {error.strerror}", what_to_do)
    return Check(name, True, f"{place} is free")


def failed(checks: Iterable[Check]) -> Sequence[Check]:
    """Those a person must do something about."""
    return [check for check in checks if not check.ok]


def _check(name: str, ok: bool, what: str, what_to_do: str) -> Check:
    return Check(name, ok, what, "" if ok else what_to_do)
