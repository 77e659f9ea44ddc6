"""A database of the embedded engine made again from its backups, in a folder that is not there yet."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.runtime.engines.account import database_account, open_way, own
from crossdock.runtime.engines.archive import SEGMENT, Archive, BaseBackup, files_of
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres
from crossdock.runtime.engines.engine import Account
from crossdock.runtime.engines.programs import program, run

# Reading a log back takes as long as it takes; beyond a day somebody should look.
RECOVERY_MAX_S = 86_400.0
_LAST = re.compile(r"last completed transaction was at log time (\S+ \S+)")
_UNREACHED = "recovery ended before configured recovery target was reached"
_EPOCH = re.compile(r"NextXID:\s+(\d+):")


class Recovered(msgspec.Struct, frozen=True):
    """What was made: `last` is the instant of the last commit read back from the log, absent when there was none."""

    folder: Path
    base: BaseBackup
    last: datetime | None


async def recover(archive: Archive, folder: Path, *, at: datetime | None, tail: Path | None) -> Recovered:
    """Lay the newest base backup before `at`, and read the log up to `at`, or to its end.

    `folder` is that of an `EmbeddedPostgres`, `tail` the folder of the one that is gone: what it had not archived yet
    is taken from there. The transactions of the new cluster are numbered beyond all the old one can have given, so
    that a reader of the log who saw what is lost now finds everything that comes.

    Raises:
        Rejected: there is no such base backup, the log ends before `at`, or `folder` is there already.
        Permanent: the backup is damaged.
    """
    base = _wanted(archive, folder, at)
    account = await database_account()
    work = folder.with_name(f"{folder.name}.restoring")
    shutil.rmtree(work, ignore_errors=True)
    cluster = work / "cluster"
    _lay(base, cluster)
    _check(base, cluster)
    _add(tail, cluster)
    _give(cluster, account)
    target = {"recovery_target_time": at.astimezone(UTC).isoformat(" ")} if at is not None else {}
    settings = {"logging_collector": "off", "hot_standby": "off", **archive.fetching(), **target}
    open_way(archive.wal / "segment", account)
    engine = EmbeddedPostgres(work, settings=settings, patience_s=RECOVERY_MAX_S)
    try:
        await engine.start()
    except Permanent as error:
        raise _explained(error, work / "start.log", at) from error
    finally:
        await engine.stop()
    last = _last_commit(work / "start.log")
    await _begin_epoch(cluster, account)
    work.rename(folder)
    return Recovered(folder, base, last)


def _wanted(archive: Archive, folder: Path, at: datetime | None) -> BaseBackup:
    if folder.exists():
        raise Rejected(f"{folder} is there already: restore to a folder that is not")
    return archive.base_for(at)


def _lay(base: BaseBackup, cluster: Path) -> None:
    for archive, to in (("base.tar.gz", cluster), ("pg_wal.tar.gz", cluster / "pg_wal")):
        to.mkdir(parents=True, exist_ok=True)
        try:
            with tarfile.open(base.packed / archive) as packed:
                packed.extractall(to, filter="data")
        except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise Permanent(f"{base.folder} is damaged ({error}): restore from another base backup") from error


def _check(base: BaseBackup, cluster: Path) -> None:
    for file in files_of(base.folder):
        laid = cluster / file.path
        if not file.path:
            continue
        with laid.open("rb") as body:
            sound = hashlib.file_digest(body, "sha256").hexdigest() == file.sha256
        if not sound or laid.stat().st_size != file.size:
            raise Permanent(f"{base.folder} is damaged ({file.path}): restore from another base backup")


def _add(tail: Path | None, cluster: Path) -> None:
    # The server looks into the archive first: a segment that is in both is read from there.
    for segment in sorted((tail / "cluster" / "pg_wal").iterdir()) if tail is not None else ():
        if SEGMENT.fullmatch(segment.name):
            shutil.copyfile(segment, cluster / "pg_wal" / segment.name)
    (cluster / "recovery.signal").touch()


def _give(cluster: Path, account: Account | None) -> None:
    open_way(cluster, account)
    for path in (cluster, *_below(cluster)):
        if path.is_dir():
            own(path, account)
        elif account is not None:
            shutil.chown(path, account.uid, account.gid)


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        yield path
        if path.is_dir():
            yield from _below(path)


def _explained(error: Permanent, log: Path, at: datetime | None) -> Permanent | Rejected:
    if at is None or _UNREACHED not in error.detail:
        return error
    last = _last_commit(log)
    end = f"at {last.isoformat()}" if last is not None else "with the base backup"
    return Rejected(f"the log in the archive ends {end}, before the instant: leave it out to restore to the end")


def _last_commit(log: Path) -> datetime | None:
    found = _LAST.findall(log.read_text(errors="replace"))
    return datetime.fromisoformat(found[-1]) if found else None


async def _begin_epoch(cluster: Path, account: Account | None) -> None:
    """Number transactions from the next 2^32 on; the server is stopped, and what it wrote is all on disk."""
    told = _EPOCH.search(await run([program("pg_controldata"), "-D", str(cluster)], account))
    if told is None:
        raise Permanent(f"{cluster} does not say how far its transactions are numbered: restore it anew")
    await run([program("pg_resetwal"), f"--epoch={int(told[1]) + 1}", "-D", str(cluster)], account)
