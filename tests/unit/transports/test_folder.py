"""A watched folder: nothing half-written is taken, nothing is lost, nothing leaves its place."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from crossdock.kernel.errors import Permanent, Transient
from crossdock.transports.folder import FolderDrop, FolderPickup


def put(path: Path, body: bytes, at: int = 0) -> None:
    path.write_bytes(body)
    os.utime(path, ns=(at, at))


async def test_a_file_is_taken_only_after_it_stood_still(tmp_path: Path) -> None:
    pickup = FolderPickup(tmp_path)
    put(tmp_path / "a.edi", b"ISA")
    assert await pickup.pickup() == []
    put(tmp_path / "a.edi", b"ISA*more")
    assert await pickup.pickup() == []
    (picked,) = await pickup.pickup()
    assert (picked.name, picked.body) == ("a.edi", b"ISA*more")
    assert picked.sha256 == hashlib.sha256(b"ISA*more").hexdigest()


async def test_same_size_but_later_change_is_still_moving(tmp_path: Path) -> None:
    pickup = FolderPickup(tmp_path)
    put(tmp_path / "a.edi", b"one", at=1)
    await pickup.pickup()
    put(tmp_path / "a.edi", b"two", at=2)
    assert await pickup.pickup() == []


async def test_oldest_first_and_only_what_fits_the_pattern(tmp_path: Path) -> None:
    pickup = FolderPickup(tmp_path, "*.edi")
    for name, at in (("b.edi", 1), ("a.edi", 2), ("c.txt", 0), (".hidden.edi", 0), ("d.edi.part", 0)):
        put(tmp_path / name, b"x", at=at)
    (tmp_path / "folder.edi").mkdir()
    (tmp_path / "link.edi").symlink_to(tmp_path / "c.txt")
    await pickup.pickup()
    assert [picked.name for picked in await pickup.pickup()] == ["b.edi", "a.edi"]


async def test_what_was_taken_is_archived_and_never_overwrites(tmp_path: Path) -> None:
    pickup = FolderPickup(tmp_path)
    names = []
    for body in (b"first", b"second"):
        put(tmp_path / "a.edi", body)
        names.append(await pickup.archive("a.edi"))
    assert names == ["a.edi", "a.1.edi"]
    assert [(tmp_path / "archive" / name).read_bytes() for name in names] == [b"first", b"second"]


async def test_what_was_refused_stands_apart(tmp_path: Path) -> None:
    put(tmp_path / "a.edi", b"x")
    await FolderPickup(tmp_path).refuse("a.edi")
    assert (tmp_path / "refused" / "a.edi").exists()


async def test_a_file_another_process_took_is_no_error_of_ours_to_keep(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="another process"):
        await FolderPickup(tmp_path).archive("gone.edi")


async def test_an_oversize_file_is_told_without_its_body(tmp_path: Path) -> None:
    put(tmp_path / "a.edi", b"12345")
    pickup = FolderPickup(tmp_path, bytes_max=4)
    await pickup.pickup()
    (picked,) = await pickup.pickup()
    assert (picked.oversize, picked.body) == (True, b"")


async def test_a_file_that_cannot_be_read_is_told_once_the_others_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "closed.edi", b"x", at=1)
    put(tmp_path / "open.edi", b"y", at=2)
    # Not by its mode: whoever runs this may read everything.
    usual = Path.open

    def opened(path: Path, mode: str = "r") -> object:
        if path.name == "closed.edi":
            raise PermissionError(errno.EACCES, "Permission denied")
        return usual(path, mode)

    monkeypatch.setattr(Path, "open", opened)
    pickup = FolderPickup(tmp_path)
    await pickup.pickup()
    assert [picked.name for picked in await pickup.pickup()] == ["open.edi"]
    await pickup.archive("open.edi")
    with pytest.raises(Transient, match=r"closed.edi .* let us read it"):
        await pickup.pickup()


async def test_a_folder_that_cannot_be_read_is_transient(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Transient, match="cannot be read"):
        await FolderPickup(tmp_path / "file" / "below").pickup()


async def test_a_drop_puts_the_whole_file_under_its_name_and_nothing_else(tmp_path: Path) -> None:
    drop = FolderDrop(tmp_path / "out")
    await drop.put("940-1.edi", b"ISA*1")
    await drop.put("940-1.edi", b"ISA*1")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["940-1.edi"]
    assert (tmp_path / "out" / "940-1.edi").read_bytes() == b"ISA*1"


async def test_a_pickup_never_sees_a_drop_half_written(tmp_path: Path) -> None:
    put(tmp_path / ".940-1.edi.part", b"ISA")
    pickup = FolderPickup(tmp_path)
    await pickup.pickup()
    assert await pickup.pickup() == []


@pytest.mark.parametrize("name", ["../a.edi", "/etc/x", "", ".", ".hidden", "a/b"])
async def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(Permanent, match="plain file name"):
        await FolderDrop(tmp_path).put(name, b"x")
    with pytest.raises(Permanent, match="plain file name"):
        await FolderPickup(tmp_path).archive(name)


async def test_a_name_of_ours_holds_no_control_character_but_a_partners_may(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="cannot stand in a file name"):
        await FolderDrop(tmp_path).put("a\r\nDELE b.edi", b"x")
    put(tmp_path / "a\nb.edi", b"x")
    assert await FolderPickup(tmp_path).archive("a\nb.edi") == "a\nb.edi"


async def test_a_place_that_cannot_be_written_is_transient(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Transient, match="cannot be put"):
        await FolderDrop(tmp_path / "file").put("a.edi", b"x")
