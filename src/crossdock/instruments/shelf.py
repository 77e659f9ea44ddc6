"""The archive as files: `<folder>/<kind>/<month>/<name>.jsonl.zst`, one frame of Zstandard a piece, one after another.

`zstd -dc` reads a whole file; a piece is read by its place alone. A file is named for what is in it and never changed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.ports.archive import ArchiveFile, Place, Written

READ_BYTES = 1 << 20
NAME_CHARS = 24


class FolderShelf:
    """See `ports.archive.Shelf`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, kind: str, month: str, pieces: Sequence[bytes]) -> Written:
        """See `Shelf.write`."""
        return await asyncio.to_thread(self._write, kind, month, pieces)

    async def read(self, place: Place) -> bytes:
        """See `Shelf.read`."""
        return await asyncio.to_thread(self._read, place)

    async def fault(self, file: ArchiveFile) -> str:
        """See `Shelf.fault`."""
        return await asyncio.to_thread(self._fault, file)

    async def destroy(self, name: str) -> None:
        """See `Shelf.destroy`."""
        try:
            await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)
        except OSError as error:
            raise Permanent(f"{self._folder / name} cannot be deleted: {error.strerror or error}") from error

    def _write(self, kind: str, month: str, pieces: Sequence[bytes]) -> Written:
        codec = pa.Codec("zstd", compression_level=9)
        frames = [codec.compress(piece, asbytes=True) for piece in pieces]
        whole = hashlib.sha256(b"".join(frames)).hexdigest()
        name = f"{kind}/{month}/{whole[:NAME_CHARS]}.jsonl.zst"
        places, position = [], 0
        for piece, frame in zip(pieces, frames, strict=True):
            places.append(Place(name, position, len(frame), hashlib.sha256(piece).hexdigest()))
            position += len(frame)
        target = self._folder / name
        try:
            _settle(target, frames)
        except OSError as error:
            raise Permanent(
                f"the archive {target} cannot be written: {error.strerror or error}; make room or access, nothing was "
                "removed"
            ) from error
        return Written(name, position, whole, tuple(places))

    def _read(self, place: Place) -> bytes:
        path = self._folder / place.file
        try:
            with path.open("rb") as file:
                file.seek(place.position)
                frame = file.read(place.bytes)
            piece: bytes = pa.input_stream(pa.py_buffer(frame), compression="zstd").read()
        except OSError as error:
            raise Rejected(
                f"the archive {path} cannot be read ({error.strerror or error}): bring it back there, from a backup if "
                "need be, then release this"
            ) from error
        if hashlib.sha256(piece).hexdigest() != place.sha256:
            raise Rejected(f"the archive {path} is not what was written at {place.position}: restore it from a backup")
        return piece

    def _fault(self, file: ArchiveFile) -> str:
        digest = hashlib.sha256()
        try:
            with (self._folder / file.name).open("rb") as opened:
                while part := opened.read(READ_BYTES):
                    digest.update(part)
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"
        return "" if digest.hexdigest() == file.sha256 else "is not what was written: restore it from a backup"


def _settle(target: Path, frames: Sequence[bytes]) -> None:
    """Durable under its name, or not there at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}.fresh")
    with fresh.open("wb") as file:
        file.writelines(frames)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
