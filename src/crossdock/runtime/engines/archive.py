"""Backups of the embedded PostgreSQL in one folder: base backups, and every segment of its log since.

folder/base/STAMP/     a base backup, named by the instant it ended; appears by a rename once it is complete
    postgres/          base.tar.gz, pg_wal.tar.gz, backup_manifest: PostgreSQL's own form
    kept/              what the hub keeps beside its database
folder/wal/NAME.gz     a segment of the log, handed over by the server when it is full or old; never changed afterwards
"""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.runtime.engines.account import open_way, own
from crossdock.runtime.engines.engine import Account
from crossdock.runtime.engines.programs import program, run

BASE, WAL, PACKED, KEPT = "base", "wal", "postgres", "kept"
STAMP = "%Y%m%dT%H%M%S.%fZ"
SEGMENT = re.compile(r"[0-9A-F]{24}")
SEGMENT_BYTES = 16 * 1024 * 1024
SEGMENTS_PER_FILE = 2**32 // SEGMENT_BYTES

# A segment that is there already was archived before a crash: the same bytes are well, others belong to another server.
_STORE = (
    'if test -f {to}; then gzip -dc {to} | cmp -s - "%p"; '
    'else gzip -1c "%p" > {part} && sync {part} && mv {part} {to} && sync {wal}; fi'
)
_FETCH = 'test -f {of} && gzip -dc {of} > "%p"'


class BaseBackup(msgspec.Struct, frozen=True):
    """One base backup. A restore can reach every instant from `ended` on that the archived log reaches."""

    folder: Path
    ended: datetime

    @property
    def packed(self) -> Path:
        """Where PostgreSQL's part of it is."""
        return self.folder / PACKED


class _Range(msgspec.Struct):
    """Log that a base backup needs, as its manifest says."""

    timeline: int = msgspec.field(name="Timeline")
    start: str = msgspec.field(name="Start-LSN")


class Manifested(msgspec.Struct):
    """One file of a base backup; where its name is no UTF-8, `path` is empty."""

    size: int = msgspec.field(name="Size")
    path: str = msgspec.field(name="Path", default="")
    sha256: str = msgspec.field(name="Checksum", default="")


class _Manifest(msgspec.Struct):
    files: list[Manifested] = msgspec.field(name="Files")
    ranges: list[_Range] = msgspec.field(name="WAL-Ranges")


class Archive:
    """One folder of backups, of one hub. A segment is handed over `after_s` seconds after it was begun, or earlier."""

    def __init__(self, folder: Path, *, after_s: float = 60.0) -> None:
        self.folder = folder.absolute()
        self._after_s = after_s

    @property
    def wal(self) -> Path:
        """Where the segments are."""
        return self.folder / WAL

    def storing(self) -> Mapping[str, str]:
        """Settings of a server that archives here."""
        at = quoted(self.wal)
        command = _STORE.format(to=f"{at}/%f.gz", part=f"{at}/.%f.part", wal=at)
        return {
            "archive_mode": "on",
            "archive_command": command,
            "archive_timeout": f"{max(1, round(self._after_s))}s",
        }

    def fetching(self) -> Mapping[str, str]:
        """Settings of a server that is restored from here, along the line of its base backup and no other."""
        command = _FETCH.format(of=f"{quoted(self.wal)}/%f.gz")
        return {"restore_command": command, "recovery_target_timeline": "current", "recovery_target_action": "promote"}

    def prepare(self, cluster: Path, account: Account | None) -> None:
        """Make the folder the server writes to, and note the lines its cluster comes from.

        A restored cluster begins a line of its own while it archives nothing; the note keeps another one that is
        restored later from taking the same number.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        own(self.wal, account)
        open_way(self.wal / "segment", account)
        for history in sorted((cluster / "pg_wal").glob("*.history")):
            to = self.wal / f"{history.name}.gz"
            if not to.exists():
                fresh = to.with_name(f".{history.name}.part")
                fresh.write_bytes(gzip.compress(history.read_bytes()))
                fresh.replace(to)

    async def take(self, url: str, kept: Sequence[Path] = ()) -> BaseBackup:
        """Make a base backup of the running server; files of `kept` that exist go with it.

        Raises:
            Permanent: the server or the disk refuses; nothing is left behind.
        """
        part = self.folder / BASE / ".part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        how = ["--format=tar", "--compress=client-gzip:1", "--manifest-checksums=sha256", "--wal-method=stream"]
        how += ["--checkpoint=fast", "--no-password"]
        try:
            await run([program("pg_basebackup"), "-d", url, "-D", str(part / PACKED), *how], None)
            (part / KEPT).mkdir()
            for file in kept:
                if file.is_file():
                    shutil.copy(file, part / KEPT / file.name)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        ended = datetime.now(UTC)
        return BaseBackup(part.rename(part.with_name(ended.strftime(STAMP))), ended)

    def bases(self) -> list[BaseBackup]:
        """The base backups there are, oldest first."""
        found = [(folder, stamped(folder.name)) for folder in sorted((self.folder / BASE).glob("*Z"))]
        return [BaseBackup(folder, ended) for folder, ended in found if ended is not None]

    def base_for(self, at: datetime | None) -> BaseBackup:
        """The newest base backup from which `at` can be reached; without `at` the newest of all.

        Raises:
            Rejected: there is none.
        """
        bases = self.bases()
        if not bases:
            raise Rejected(f"there is no base backup in {self.folder}: name the folder crossdock backup wrote to")
        early = [base for base in bases if at is None or base.ended <= at]
        if not early:
            raise Rejected(f"the oldest base backup is of {bases[0].ended.isoformat()}: choose that instant or a later")
        return early[-1]

    async def keep_last(self, count: int) -> list[BaseBackup]:
        """Remove all base backups but the last `count`, and segments no kept one needs; what was removed."""
        assert count > 0, "without a base backup the segments are worth nothing"
        bases = self.bases()
        gone, left = bases[:-count], bases[-count:]
        for base in gone:
            shutil.rmtree(base.folder)
        if gone and self.wal.is_dir():
            first = first_segment(left[0].folder)
            await run([program("pg_archivecleanup"), "-x", ".gz", str(self.wal), first], None)
        return gone


def first_segment(base: Path) -> str:
    """The name of the earliest segment a base backup needs."""
    names = []
    for one in _ranges(base):
        high, _, low = one.start.partition("/")
        number = ((int(high, 16) << 32) + int(low, 16)) // SEGMENT_BYTES
        names.append(f"{one.timeline:08X}{number // SEGMENTS_PER_FILE:08X}{number % SEGMENTS_PER_FILE:08X}")
    return min(names)


def timeline_of(base: Path) -> int:
    """The line a base backup was made on."""
    return max(one.timeline for one in _ranges(base))


def _ranges(base: Path) -> list[_Range]:
    ranges = _manifest(base).ranges
    if not ranges:
        raise Permanent(f"{base} does not say which log it needs: make another base backup")
    return ranges


def files_of(base: Path) -> list[Manifested]:
    """What a base backup holds, log excepted.

    Raises:
        Permanent: its manifest cannot be read.
    """
    return _manifest(base).files


def _manifest(base: Path) -> _Manifest:
    try:
        return msgspec.json.decode((base / PACKED / "backup_manifest").read_bytes(), type=_Manifest)
    except (OSError, msgspec.MsgspecError) as error:
        raise Permanent(f"the manifest of {base} cannot be read: restore from another base backup") from error


def stamped(name: str) -> datetime | None:
    """The instant a base backup is named for; none when it is no name of ours."""
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def quoted(path: Path) -> str:
    """A path as it stands in a command of PostgreSQL's, which a shell runs."""
    return shlex.quote(str(path)).replace("%", "%%")
