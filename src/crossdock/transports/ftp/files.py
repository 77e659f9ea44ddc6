"""Files at a partner's FTP server: fetched when they have stood still, and put there whole."""

from __future__ import annotations

import asyncio
import ftplib
import hashlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import PurePosixPath

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import FILES_MAX, LISTED_MAX, LOOK_BYTES_MAX, LOST_MAX
from crossdock.transports.ftp.session import NAMES, FtpSession
from crossdock.transports.names import is_looked_at, name_to_put, plain_name, temporary_name
from crossdock.transports.ripeness import Ripeness, Stamp

# Replies to a command the server does not know.
UNKNOWN_COMMAND = ("500", "501", "502", "504")
MISSING = "550"
# Lines of one list that are read at most, whatever they name.
LINES_MAX = 10 * LISTED_MAX
# Where each file costs three calls.
SLOWLY_LISTED_MAX = 1_000


class _Enough(Exception):
    """More came than the file was said to hold."""


class _Closed(Exception):
    """The file is there, and we may not read it."""

    def __init__(self, told: Permanent) -> None:
        super().__init__(told.detail)
        self.told = told


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
        with self._session.conversation() as ftp:
            looked = self._look(ftp)
        picked: list[PickedFile] = []
        unread: Permanent | Transient | None = None
        waiting = deque(self._ripeness.ripe(looked))
        lost = 0
        while waiting and lost < LOST_MAX:
            try:
                with self._session.conversation() as ftp:
                    while waiting:
                        self._take(ftp, waiting[0], looked, picked)
                        waiting.popleft()
            except _Enough:
                # The rest of it is still coming on that connection, which is good for nothing any more.
                self._ripeness.forget(waiting.popleft())
            except _Closed as closed:
                self._ripeness.failed(waiting.popleft())
                unread = closed.told
            except Transient as error:
                self._ripeness.failed(waiting.popleft())
                unread = error
                lost += 1
        # Told once the others are taken: one file must not keep them.
        if unread is not None and not picked:
            raise unread
        return picked

    def _take(self, ftp: ftplib.FTP, name: str, looked: Mapping[str, Stamp], picked: list[PickedFile]) -> None:
        size = looked[name][0]
        if size > self._settings.bytes_max:
            picked.append(PickedFile(name, b"", "", oversize=True, size=size))
            return
        try:
            body = _read(ftp, self._path(name), size)
        except ftplib.error_perm as error:
            # 550 is said of a file that is gone and of one that is closed to us: only the list tells them apart.
            if not str(error).startswith(MISSING):
                raise
            if name in self._look(ftp):
                raise _Closed(_closed(self._settings.host, self._settings.user, name, error)) from error
            body = None
        if body is None:
            self._ripeness.forget(name)
        else:
            picked.append(PickedFile(name, body, hashlib.sha256(body).hexdigest(), size=size))

    def _look(self, ftp: ftplib.FTP) -> dict[str, Stamp]:
        try:
            listed = _listed(ftp, self._settings.inbox, self._settings.pattern)
        except ftplib.error_perm as error:
            if str(error).startswith(MISSING):
                raise _missing(self._settings.host, "inbox", self._settings.inbox) from error
            raise
        except (ValueError, IndexError) as error:
            host, inbox = self._settings.host, self._settings.inbox
            raise Transient(f"{host} lists {inbox} as nobody can read it ({error}): ask who runs it") from error
        self._raw = {shown_name(raw): raw for raw in listed}
        return {shown_name(raw): stamp for raw, stamp in listed.items()}

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


def shown_name(raw: str) -> str:
    """A name as the server's bytes spell it, what is not UTF-8 escaped."""
    return raw.encode(NAMES).decode("utf-8", "backslashreplace")


def _listed(ftp: ftplib.FTP, folder: str, pattern: str) -> dict[str, Stamp]:
    """Size and time of change of the files to look at, a bounded number of them: in one call where the server knows
    MLSD (RFC 3659), else three calls a file."""
    listed: dict[str, Stamp] = {}

    def take(line: str) -> None:
        facts, _, name = line.rstrip("\r\n").partition(" ")
        said = {key.lower(): value for key, _, value in (fact.partition("=") for fact in facts.split(";"))}
        if said.get("type", "").lower() == "file" and len(listed) < LISTED_MAX and _is_ours(name, pattern):
            listed[name] = (int(said.get("size", "0")), int(said.get("modify", "0").partition(".")[0]))

    try:
        _lines(ftp, f"MLSD {folder}", take)
    except ftplib.error_perm as error:
        if not str(error).startswith(UNKNOWN_COMMAND):
            raise
        return _listed_slowly(ftp, folder, pattern)
    return listed


def _listed_slowly(ftp: ftplib.FTP, folder: str, pattern: str) -> dict[str, Stamp]:
    names: list[str] = []

    def take(line: str) -> None:
        name = PurePosixPath(line).name
        if len(names) < SLOWLY_LISTED_MAX and _is_ours(name, pattern):
            names.append(name)

    _lines(ftp, f"NLST {folder}", take)
    listed: dict[str, Stamp] = {}
    for name in names:
        size = _size(ftp, f"{folder}/{name}")
        if size is not None:
            reply = ftp.sendcmd(f"MDTM {folder}/{name}")
            listed[name] = (size, int(reply.split()[1].partition(".")[0]))
    return listed


def _lines(ftp: ftplib.FTP, command: str, take: Callable[[str], None]) -> None:
    """Each line of a list; a list without an end is given up.

    Raises:
        Transient: it is too long.
    """
    left = LINES_MAX

    def counted(line: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Transient(f"{ftp.host} lists more than {LINES_MAX} names: ask the partner to clear the folder")
        take(line)

    ftp.retrlines(command, counted)


def _is_ours(raw: str, pattern: str) -> bool:
    return is_looked_at(shown_name(raw), pattern)


def _read(ftp: ftplib.FTP, path: str, size: int) -> bytes | None:
    """The bytes, or nothing when the file is not as long as it was at the look."""
    parts: list[bytes] = []
    left = size

    def take(part: bytes) -> None:
        nonlocal left
        left -= len(part)
        if left < 0:
            raise _Enough
        parts.append(part)

    ftp.retrbinary(f"RETR {path}", take)
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


def _closed(host: str, user: str, name: str, error: Exception) -> Permanent:
    return Permanent(f"{host} does not let {user} read {name} ({error}): ask the partner for the right to read it")
