"""How a command finds a hub that is running, or its data when none is: the note `up` leaves in the data directory.

`<data>/running.json` names the engines and the door for as long as the hub runs. A note whose process is gone is stale
and counts as none, so that a hub that was killed leaves nothing to clean up.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psutil

from crossdock.bootstrap.engines import POSTGRES, engine_of
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.settings import Settings, read_settings
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret

NOTE = "running.json"
PEPPER = "pepper"
PEPPER_BYTES = 32


class Running(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A running hub. `started` is its process's start in seconds since 1970: the pid may be somebody else's by now."""

    pid: int
    started: float
    postgres_url: str
    nats_url: str = ""
    http_url: str = ""
    monitor_url: str = ""
    border_url: str = ""
    border_monitor_url: str = ""


class Addresses(msgspec.Struct, frozen=True):
    """Where a hub's engines are: database, log, border, and the status pages of the last two; empty where none is."""

    postgres_url: str
    nats_url: str = ""
    monitor_url: str = ""
    border_url: str = ""
    border_monitor_url: str = ""


def announce(data: Path, at: Addresses, *, http_url: str = "") -> Running:
    """Leave the note of this process; readable by its own user only, for an address may hold a password."""
    process = psutil.Process()
    known = {name: getattr(at, name) for name in Addresses.__struct_fields__}
    note = Running(process.pid, process.create_time(), http_url=http_url, **known)
    _write(data / NOTE, msgspec.json.encode(note))
    return note


def withdraw(data: Path) -> None:
    """Take the note away; nothing happens when there is none."""
    (data / NOTE).unlink(missing_ok=True)


def running(data: Path) -> Running | None:
    """The hub that runs on this data directory, if one does."""
    try:
        note = msgspec.json.decode((data / NOTE).read_bytes(), type=Running)
        started = psutil.Process(note.pid).create_time()
    except (OSError, msgspec.MsgspecError, psutil.Error):
        return None
    return note if abs(started - note.started) < 1.0 else None


def pepper_of(settings: Settings, data: Path) -> Secret:
    """What API keys are digested with: `http.pepper`, else one made once and kept beside the data it protects.

    Raises:
        Permanent: the kept one is empty; putting back the old file makes the keys work again.
    """
    if settings.http.pepper is not None:
        return settings.http.pepper
    file = data / PEPPER
    if not file.exists():
        _write(file, secrets.token_urlsafe(PEPPER_BYTES).encode())
    text = file.read_text().strip()
    if not text:
        raise Permanent(f"{file} is empty: put the pepper back from your backup, or remove it and make new API keys")
    return Secret(text)


def installation(place: Place) -> tuple[Settings, Path]:
    """The settings and the absolute data directory of a place.

    Raises:
        ConfigurationError: everything wrong with the settings, in one list.
    """
    settings = read_settings(place.project)
    return settings, place.data or (place.project / settings.data).absolute()


def has_database(place: Place) -> bool:
    """Whether there is a database to open: yours, a running hub's, or one that an earlier run made."""
    settings, data = installation(place)
    return settings.postgres.url is not None or running(data) is not None or (data / POSTGRES).is_dir()


@asynccontextmanager
async def database(place: Place) -> AsyncIterator[str]:
    """The address of the installation's database: yours, the running hub's, or else its own engine started meanwhile.

    Raises:
        Permanent: there is no database there yet.
    """
    settings, data = installation(place)
    note = running(data)
    if settings.postgres.url is not None:
        yield settings.postgres.url.reveal()
    elif note is not None:
        yield note.postgres_url
    elif (data / POSTGRES).is_dir():
        engine = engine_of(settings, place.project, data)
        try:
            yield (await engine.start()).url
        finally:
            await engine.stop()
    else:
        raise Permanent(f"no hub has run on {data} yet: start one with crossdock up, or name another with --data")


def _write(file: Path, body: bytes) -> None:
    """All or nothing, and never readable by others, not even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
