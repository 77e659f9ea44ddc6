"""A small disk is really full and really slow, and the machine has nothing of it left."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

# In a process of its own: whoever stands apart cannot go back.
SCRIPT = textwrap.dedent(
    """
    import asyncio, json, os, sys
    from contextlib import AsyncExitStack
    from pathlib import Path
    from crossdock.demo.cluster.small_disk import small_disks

    def written(folder):
        with open(folder / "file", "ab") as file:
            try:
                file.write(bytes(65536))
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                return error.strerror
        return "written"

    async def main(folder):
        async with AsyncExitStack() as stack:
            disks, why = await small_disks({folder: 16 * 1024 * 1024}, stack)
            if why:
                return {"why": why}
            disk, told = disks[folder.name], [written(folder)]
            await disk.fill()
            told.append(written(folder))
            disk.free()
            told.append(written(folder))
            slow = asyncio.create_task(disk.slow(0.5))
            told.append(await asyncio.to_thread(written, folder))
            await slow
        return {"told": told, "left": [one.name for one in folder.iterdir()]}

    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
    """
)


def test_a_small_disk_is_full_until_it_is_freed_and_nothing_of_it_stays(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "disk")], capture_output=True, check=True, timeout=300
    )
    found = json.loads(ran.stdout)
    if "why" in found:
        pytest.skip(found["why"])
    assert found["told"] == ["written", "No space left on device", "written", "written"]
    assert found["left"] == []
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


@pytest.mark.parametrize("folder", ["/", "/etc"])
def test_the_machines_own_disk_is_never_held_still(folder: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "crossdock.demo.cluster.stall", folder, "1"], check=False, timeout=60)
    assert ran.returncode == 2
