"""Files at a partner's FTP server: fetched when they have stood still, and put there whole."""

from __future__ import annotations

import asyncio
import ftplib
import hashlib
import time
from io import BytesIO
from pathlib import PurePosixPath

from crossdock.kernel.errors import Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import FILES_MAX, LISTED_MAX, LOOK_BYTES_MAX
from crossdock.transports.ftp.session import NAMES, FtpSession
from crossdock.transports.names import is_looked_at, name_to_put, plain_name, temporary_name
from crossdock.transports.ripeness import Ripeness, Stamp

# Replies to a command the server does not know.
UNKNOWN_COMMAND = ("500", "501", "502", "504")
MISSING = "550"


class _Enough(Exception):
    """More came than the file was said to hold."""


class FtpPickup:
    """ports.transport.PickupTransport over one inbox; one instance an inbox and process."""

    def __init__(self, session: FtpSession) -> None:
        self._session = session
        self._settings = session.settings
        self._ripeness = Ripeness(FILES_MAX, LOOK_BYTES_MAX)
        self._raw: dict[str, str] = {}

    async def pickup(self) -> list[PickedFile]:
        """See `PickupTransport.pickup`."""
        return await asyncio.to_thread(self._pickup)

    async def archive(self, name: str) -> str:
        """See `PickupTransport.archive`."""
        return await asyncio.to_thread(self._move, name, self._settings.archive_folder)

    async def refuse(self, name: str) -> str:
        """See `PickupTransport.refuse`."""
        return await asyncio.to_thread(self._move, name, self._settings.refused_folder)

    def _pickup(self) -> list[PickedFile]:
        picked = []
        with self._session.conversation() as ftp:
            looked = self._look(ftp)
            for name in self._ripeness.ripe(looked):
                size = looked[name][0]
                if size > self._settings.bytes_max:
                    picked.append(PickedFile(name, b"", "", oversize=True, size=size))
                elif (body := _read(ftp, self._path(name), size)) is not None:
                    picked.append(PickedFile(name, body, hashlib.sha256(body).hexdigest(), size=size))
                else:
                    self._ripeness.forget(name)
        return picked

    def _look(self, ftp: ftplib.FTP) -> dict[str, Stamp]:
        try:
            listed = _listed(ftp, self._settings.inbox)
        except ftplib.error_perm as error:
            if str(error).startswith(MISSING):
                raise _missing(self._settings.host, "inbox", self._settings.inbox) from error
            raise
        except (ValueError, IndexError) as error:
            host, inbox = self._settings.host, self._settings.inbox
            raise Transient(f"{host} lists {inbox} as nobody can read it ({error}): ask who runs it") from error
        looked: dict[str, Stamp] = {}
        self._raw.clear()
        for raw, stamp in listed.items():
            name = raw.encode(NAMES).decode("utf-8", "backslashreplace")
            if is_looked_at(name, self._settings.pattern) and len(looked) < LISTED_MAX:
                looked[name], self._raw[name] = stamp, raw
        return looked

    def _move(self, name: str, folder: str) -> str:
        source = self._path(name)
        target = PurePosixPath(source).name
        with self._session.conversation() as ftp:
            _ensure(ftp, folder)
            if _size(ftp, f"{folder}/{target}") is not None:
                # Servers rename over what is there; what is kept is never overwritten.
                path = PurePosixPath(target)
                target = f"{path.stem}.{time.time_ns()}{path.suffix}"
            try:
                ftp.rename(source, f"{folder}/{target}")
            except ftplib.error_perm as error:
                if _size(ftp, source) is None:
                    raise Transient(f"{name} is gone from {self._settings.inbox}: another process took it") from error
                raise
        self._ripeness.forget(name)
        return target.encode(NAMES).decode("utf-8", "backslashreplace")

    def _path(self, name: str) -> str:
        raw = self._raw.get(name) or plain_name(name).encode().decode(NAMES)
        return f"{self._settings.inbox}/{raw}"


class FtpDrop:
    """ports.transport.DropTransport over one outbox."""

    def __init__(self, session: FtpSession) -> None:
        self._session = session

    async def put(self, name: str, body: bytes) -> None:
        """Store under a temporary name, compare the size, rename: the partner sees all of it or nothing.

        Raises:
            Transient: the server is not reachable or the disk is full; putting it again is harmless.
            Permanent: the server refuses us, or `name` would leave the folder.
        """
        await asyncio.to_thread(self._put, name_to_put(name), body)

    def _put(self, name: str, body: bytes) -> None:
        outbox = self._session.settings.outbox
        part, target = (f"{outbox}/{one}".encode().decode(NAMES) for one in (temporary_name(name), name))
        with self._session.conversation() as ftp:
            try:
                ftp.storbinary(f"STOR {part}", BytesIO(body))
            except ftplib.error_perm as error:
                # Not made by us: a folder that nobody reads would swallow documents without a sound.
                raise _missing(self._session.settings.host, "outbox", outbox) from error
            if _size(ftp, part) not in (len(body), None):
                raise Transient(f"{name} did not arrive whole at {ftp.host}: it is put again")
            try:
                ftp.rename(part, target)
            except ftplib.error_perm:
                # Some servers do not rename onto a file; only a repetition finds one there.
                ftp.delete(target)
                ftp.rename(part, target)


def _listed(ftp: ftplib.FTP, folder: str) -> dict[str, Stamp]:
    """Size and time of change by name: in one call where the server knows MLSD (RFC 3659), else three calls a file."""
    try:
        facts = list(ftp.mlsd(folder))
    except ftplib.error_perm as error:
        if not str(error).startswith(UNKNOWN_COMMAND):
            raise
        return _listed_slowly(ftp, folder)
    return {
        name: (int(fact.get("size", "0")), int(fact.get("modify", "0").partition(".")[0]))
        for name, fact in facts
        if fact.get("type", "").lower() == "file"
    }


def _listed_slowly(ftp: ftplib.FTP, folder: str) -> dict[str, Stamp]:
    listed: dict[str, Stamp] = {}
    for path in ftp.nlst(folder)[:LISTED_MAX]:
        name = PurePosixPath(path).name
        size = _size(ftp, f"{folder}/{name}")
        if size is not None:
            reply = ftp.sendcmd(f"MDTM {folder}/{name}")
            listed[name] = (size, int(reply.split()[1].partition(".")[0]))
    return listed


def _read(ftp: ftplib.FTP, path: str, size: int) -> bytes | None:
    """The bytes, or nothing when the file is gone or is not as long as it was at the look."""
    parts: list[bytes] = []
    left = size

    def take(part: bytes) -> None:
        nonlocal left
        left -= len(part)
        if left < 0:
            raise _Enough
        parts.append(part)

    try:
        ftp.retrbinary(f"RETR {path}", take)
    except _Enough as error:
        # The rest of it is still coming on this connection, which is good for nothing any more.
        raise Transient(f"{path} grew while it was read: it is looked at again") from error
    except ftplib.error_perm as error:
        if str(error).startswith(MISSING):
            return None
        raise
    return b"".join(parts) if left == 0 else None


def _size(ftp: ftplib.FTP, path: str) -> int | None:
    """The size of a file in bytes; `None` when there is none. SIZE is asked in binary, or servers refuse it."""
    try:
        ftp.voidcmd("TYPE I")
        return ftp.size(path)
    except ftplib.error_perm:
        return None


def _ensure(ftp: ftplib.FTP, folder: str) -> None:
    home = ftp.pwd()
    try:
        ftp.cwd(folder)
    except ftplib.error_perm:
        ftp.mkd(folder)
    ftp.cwd(home)


def _missing(host: str, setting: str, folder: str) -> Transient:
    return Transient(f"{host} has no folder {folder} open to us: ask the partner for it, or correct {setting}")
