"""A small file system of the run's own below a server's folder, which can be filled and can be made slow.

Its image is a sparse file in the run's folder, mounted by a loop device: a real file system, with its own `fsync`. A
slow device cannot be had so; a file system that stands still for moments (`stall`) is felt the same by who writes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from crossdock.demo.cluster.apart import Own, stand_apart, told
from crossdock.kernel.errors import Permanent

FILLER = "filler"
# Large steps first; what is left in the end is less than a page.
STEPS_BYTES = (64 * 1024 * 1024, 1024 * 1024, 4096)
STALL = "crossdock.demo.cluster.stall"


class SmallDisk:
    """One file system, mounted on `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    async def mount(cls, folder: Path, size_bytes: int) -> SmallDisk:
        """Make one and mount it.

        Raises:
            Permanent: the system does not let us, or a program for it is missing.
        """
        image = _image(folder, size_bytes)
        # No share of it is kept for root, who would then write on where others have no room.
        await told("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        await told("mount", "-o", "loop", str(image), str(folder))
        return cls(folder)

    async def fill(self) -> None:
        """Leave no room; `free` gives it back."""
        await asyncio.to_thread(_fill, self._folder / FILLER)

    def free(self) -> None:
        """Give the room back."""
        (self._folder / FILLER).unlink(missing_ok=True)

    async def slow(self, seconds: float) -> None:
        """Let every write and `fsync` on it wait for moments, for so long.

        Raises:
            Permanent: it cannot be held still.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", STALL, str(self._folder), str(seconds), start_new_session=True
        )
        try:
            await asyncio.shield(process.wait())
        finally:
            # It must have let go before anything else is done to this file system.
            await process.wait()
        if process.returncode != 0:
            raise Permanent(f"{self._folder} cannot be held still: read what was said above")

    async def unmount(self) -> None:
        """Take it away; at once for whoever comes, and wholly when the last file on it is closed."""
        await told("umount", "--lazy", str(self._folder))


async def small_disks(sizes: Mapping[Path, int], stack: AsyncExitStack) -> tuple[dict[str, SmallDisk], str]:
    """One on every folder, by the folder's name, taken away with the stack; none, and why, where we may not."""
    disks: dict[str, SmallDisk] = {}
    try:
        await stand_apart(Own.MOUNTS)
        for folder, size_bytes in sizes.items():
            disks[folder.name] = await SmallDisk.mount(folder, size_bytes)
            stack.push_async_callback(disks[folder.name].unmount)
    except Permanent as error:
        return {}, error.detail
    return disks, ""


def _image(folder: Path, size_bytes: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    image = folder.with_name(f"{folder.name}.img")
    with image.open("wb") as file:
        file.truncate(size_bytes)
    return image


def _fill(file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        length = 0
        for step in STEPS_BYTES:
            while _taken(descriptor, length, step):
                length += step
    finally:
        os.close(descriptor)


def _taken(descriptor: int, start: int, length: int) -> bool:
    try:
        os.posix_fallocate(descriptor, start, length)
    except OSError:
        # No space left, which is what is wanted.
        return False
    return True
