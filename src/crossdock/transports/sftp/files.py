"""Files at a partner's SFTP server: fetched when they have stood still, and put there whole."""

from __future__ import annotations

import contextlib
import hashlib
import stat
import time
from pathlib import PurePosixPath
from typing import cast

import asyncssh

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import FILES_MAX, LISTED_MAX, LOOK_BYTES_MAX, LOST_MAX
from crossdock.transports.names import is_looked_at, name_to_put, plain_name, temporary_name
from crossdock.transports.ripeness import Ripeness, Stamp
from crossdock.transports.sftp.session import SftpSession


class SftpPickup:
    """ports.transport.PickupTransport over one inbox; one instance an inbox and process.

    Names are kept as the bytes the server gave: what is not UTF-8 is shown escaped and still moved by its own name.
    """

    def __init__(self, session: SftpSession) -> None:
        self._session = session
        self._settings = session.settings
        self._ripeness = Ripeness(FILES_MAX, LOOK_BYTES_MAX)
        self._raw: dict[str, bytes] = {}

    async def pickup(self) -> list[PickedFile]:
        """See `PickupTransport.pickup`. Each file has the whole time limit to itself."""
        async with self._session.client() as sftp:
            looked = await self._look(sftp)
        picked = []
        unread: Permanent | Transient | None = None
        lost = 0
        for name in self._ripeness.ripe(looked):
            size = looked[name][0]
            if size > self._settings.bytes_max:
                picked.append(PickedFile(name, b"", "", oversize=True, size=size))
                continue
            try:
                body = await self._read(name, size)
            except (Permanent, Transient) as error:
                self._ripeness.failed(name)
                unread = error
                lost += isinstance(error, Transient)
                if lost == LOST_MAX:
                    break
                continue
            if body is None:
                self._ripeness.forget(name)
            else:
                picked.append(PickedFile(name, body, hashlib.sha256(body).hexdigest(), size=size))
        # Told once the others are taken: one file must not keep them.
        if unread is not None and not picked:
            raise unread
        return picked

    async def archive(self, name: str) -> str:
        """See `PickupTransport.archive`."""
        return await self._move(name, self._settings.archive_folder)

    async def refuse(self, name: str) -> str:
        """See `PickupTransport.refuse`."""
        return await self._move(name, self._settings.refused_folder)

    async def close(self) -> None:
        """End the connection."""
        await self._session.close()

    async def _look(self, sftp: asyncssh.SFTPClient) -> dict[str, Stamp]:
        looked: dict[str, Stamp] = {}
        self._raw.clear()
        try:
            async for entry in sftp.scandir(self._settings.inbox.encode()):
                # The names are bytes because the path asked for is.
                raw = cast("bytes", entry.filename)
                name = raw.decode("utf-8", "backslashreplace")
                if not is_looked_at(name, self._settings.pattern) or not _is_file(entry.attrs):
                    continue
                looked[name] = (entry.attrs.size or 0, entry.attrs.mtime or 0)
                self._raw[name] = raw
                if len(looked) == LISTED_MAX:
                    break
        except asyncssh.SFTPNoSuchFile as error:
            raise _missing(self._settings.host, "inbox", self._settings.inbox) from error
        return looked

    async def _read(self, name: str, size: int) -> bytes | None:
        """The bytes, or nothing when the file is gone or has grown since the look: then it was not standing still."""
        async with self._session.client() as sftp:
            try:
                async with sftp.open(self._path(name), "rb") as file:
                    # A file opened in binary gives bytes.
                    body = cast("bytes", await file.read(size + 1))
            except asyncssh.SFTPNoSuchFile:
                return None
            except asyncssh.SFTPPermissionDenied as error:
                host, user = self._settings.host, self._settings.user
                raise Permanent(
                    f"{host} does not let {user} read {name} ({error.reason}): ask the partner for the right to read it"
                ) from error
        return body if len(body) == size else None

    async def _move(self, name: str, folder: str) -> str:
        async with self._session.client() as sftp:
            source = self._path(name)
            if not await sftp.isdir(folder.encode()):
                await sftp.makedirs(folder.encode(), exist_ok=True)
            target = self._raw.get(name, name.encode())
            if await sftp.lexists(_below(folder, target)):
                target = _numbered(target)
            try:
                # Not posix_rename: what is kept is never overwritten, whoever else moves files here.
                await sftp.rename(source, _below(folder, target))
            except asyncssh.SFTPNoSuchFile as error:
                raise Transient(f"{name} is gone from {self._settings.inbox}: another process took it") from error
        self._ripeness.forget(name)
        return target.decode("utf-8", "backslashreplace")

    def _path(self, name: str) -> bytes:
        return _below(self._settings.inbox, self._raw.get(name) or plain_name(name).encode())


class SftpDrop:
    """ports.transport.DropTransport over one outbox."""

    def __init__(self, session: SftpSession) -> None:
        self._session = session
        self._outbox = session.settings.outbox

    async def put(self, name: str, body: bytes) -> None:
        """Write under a temporary name, sync where the server can, rename over: the partner sees all of it or nothing.

        Raises:
            Transient: the server is not reachable or the disk is full; putting it again is harmless.
            Permanent: the server refuses us, or `name` would leave the folder.
        """
        target = _below(self._outbox, name_to_put(name).encode())
        part = _below(self._outbox, temporary_name(name).encode())
        async with self._session.client() as sftp:
            try:
                async with sftp.open(part, "wb") as file:
                    await file.write(body)
                    with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                        await file.fsync()
            except asyncssh.SFTPNoSuchFile as error:
                # Not made by us: a folder that nobody reads would swallow documents without a sound.
                raise _missing(self._session.settings.host, "outbox", self._outbox) from error
            if (await sftp.stat(part)).size != len(body):
                raise Transient(f"{name} did not arrive whole at {self._session.settings.host}: it is put again")
            await _rename_over(sftp, part, target)

    async def close(self) -> None:
        """End the connection."""
        await self._session.close()


async def _rename_over(sftp: asyncssh.SFTPClient, part: bytes, target: bytes) -> None:
    try:
        await sftp.posix_rename(part, target)
    except asyncssh.SFTPOpUnsupported:
        # Servers without OpenSSH's extension refuse to rename onto a file; only a repetition finds one there.
        if await sftp.lexists(target):
            await sftp.remove(target)
        await sftp.rename(part, target)


def _missing(host: str, setting: str, folder: str) -> Transient:
    return Transient(f"{host} has no folder {folder}: ask the partner to make it, or correct {setting}")


def _is_file(attrs: asyncssh.SFTPAttrs) -> bool:
    return attrs.permissions is None or stat.S_ISREG(attrs.permissions)


def _below(folder: str, name: bytes) -> bytes:
    return folder.rstrip("/").encode() + b"/" + name


def _numbered(name: bytes) -> bytes:
    """A name nobody else gives: where the first is taken, one look at each number would be a call each."""
    path = PurePosixPath(name.decode("utf-8", "surrogateescape"))
    return f"{path.stem}.{time.time_ns()}{path.suffix}".encode("utf-8", "surrogateescape")
