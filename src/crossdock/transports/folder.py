"""A watched folder: files partners put there, and files put there for them (what an SFTP server or file share is too).

A file is taken once it has stood still for two looks (same size, same time of change), so that one still being written
is left alone. What was taken is moved to `archive/`, what was refused to `refused/`; nothing is ever deleted. All file
work runs in a thread, off the event loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from crossdock.kernel.errors import Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import BYTES_MAX, FILES_MAX, LISTED_MAX, LOOK_BYTES_MAX
from crossdock.transports.names import is_looked_at, name_to_put, plain_name, temporary_name
from crossdock.transports.ripeness import Ripeness

ARCHIVE = "archive"
REFUSED = "refused"


class FolderPickup:
    """ports.transport.PickupTransport. Takes files from one folder; one instance a folder and process.

    Two instances on one folder are safe, not useful: the loser of a move finds the file gone and goes on.
    """

    def __init__(self, path: Path, pattern: str = "*", archive: Path | None = None, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._path = path
        self._pattern = pattern
        self._archive = archive or path / ARCHIVE
        self._refused = self._archive.parent / REFUSED
        self._ripeness = Ripeness(FILES_MAX, LOOK_BYTES_MAX)

    async def pickup(self) -> list[PickedFile]:
        """Files that stood still since the look before, oldest first, at most 200 a look and 64 MiB together.

        Raises:
            Transient: the folder cannot be read now.
        """
        return await asyncio.to_thread(self._pickup)

    async def archive(self, name: str) -> str:
        """Move a file that was taken to the archive; returns its new name (numbered when the name is there already)."""
        return await asyncio.to_thread(self._move, name, self._archive)

    async def refuse(self, name: str) -> str:
        """Move a file that was refused aside; returns its new name."""
        return await asyncio.to_thread(self._move, name, self._refused)

    def _pickup(self) -> list[PickedFile]:
        try:
            looked = self._look()
        except OSError as error:
            raise Transient(f"the folder {self._path} cannot be read: {error.strerror}") from error
        picked: list[PickedFile] = []
        unread: Transient | None = None
        for name in self._ripeness.ripe(looked):
            try:
                file = self._read(name, looked[name][0])
            except OSError as error:
                self._ripeness.failed(name)
                unread = Transient(f"{name} in {self._path} cannot be read ({error.strerror}): let us read it")
                continue
            if file is None:
                self._ripeness.forget(name)
            else:
                picked.append(file)
        # Told once the others are taken: one file must not keep them.
        if unread is not None and not picked:
            raise unread
        return picked

    def _look(self) -> dict[str, tuple[int, int]]:
        """Size and time of change by name, a bounded number; hidden files and those under a temporary name are not
        looked at."""
        self._path.mkdir(parents=True, exist_ok=True)
        looked: dict[str, tuple[int, int]] = {}
        with os.scandir(self._path) as entries:
            for entry in entries:
                if not is_looked_at(entry.name, self._pattern):
                    continue
                try:
                    stat = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if entry.is_file(follow_symlinks=False):
                    looked[entry.name] = (stat.st_size, stat.st_mtime_ns)
                if len(looked) == LISTED_MAX:
                    break
        return looked

    def _read(self, name: str, looked_bytes: int) -> PickedFile | None:
        """The file, or nothing when it is gone or is not as long as it was at the look: it was not standing still."""
        if looked_bytes > self._bytes_max:
            return PickedFile(name, b"", "", oversize=True, size=looked_bytes)
        try:
            with (self._path / name).open("rb") as file:
                body = file.read(looked_bytes + 1)
        except FileNotFoundError:
            return None
        if len(body) != looked_bytes:
            return None
        return PickedFile(name, body, hashlib.sha256(body).hexdigest(), size=len(body))

    def _move(self, name: str, place: Path) -> str:
        source = self._path / plain_name(name)
        try:
            place.mkdir(parents=True, exist_ok=True)
            target = place / source.name
            number = 1
            while target.exists():
                target = place / f"{source.stem}.{number}{source.suffix}"
                number += 1
            source.rename(target)
        except FileNotFoundError as error:
            raise Transient(f"{name} is gone from {self._path}: another process took it") from error
        except OSError as error:
            raise Transient(f"{name} cannot be moved to {place} ({error.strerror}): let us write there") from error
        self._ripeness.forget(name)
        return target.name


class FolderDrop:
    """Puts files into one folder for a partner; implements `ports.transport.DropTransport`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, name: str, body: bytes) -> None:
        """Write under a temporary name, sync, rename, sync the folder: the partner sees the whole file or none.

        Raises:
            Transient: the place is not reachable or full.
            Permanent: `name` would leave the folder.
        """
        await asyncio.to_thread(self._put, name_to_put(name), body)

    def _put(self, name: str, body: bytes) -> None:
        part = self._path / temporary_name(name)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path / name)
            self._sync_folder()
        except OSError as error:
            raise Transient(f"{name} cannot be put into {self._path}: {error.strerror}") from error

    def _sync_folder(self) -> None:
        handle = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
