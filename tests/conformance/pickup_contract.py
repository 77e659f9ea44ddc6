"""What every place partners leave files at promises (`ports.transport.PickupTransport`), tried against a real server.

A `Ground` is one place of the test's own, seen from both sides: what the partner does there, and our pickup.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

import pytest

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.transport import PickedFile, PickupTransport
from crossdock.transports.bounds import FILES_MAX

BYTES_MAX = 2_000
LOOKS_MAX = 6
MANY = FILES_MAX + 5


class Ground(ABC):
    """`stands_still`: files there grow until they are whole, so that they are taken after two looks."""

    stands_still = True
    is_slow = False

    @abstractmethod
    def fresh(self) -> PickupTransport:
        """A pickup that remembers nothing, as after a restart."""

    @abstractmethod
    def put(self, name: str, body: bytes, at: int = 1) -> None:
        """The partner leaves a file; `at` is its age, larger is younger."""

    @abstractmethod
    def take_back(self, name: str) -> None:
        """The partner (or another process of ours) takes it away."""

    @abstractmethod
    def rename(self, name: str, new: str) -> None:
        """The partner gives it another name, its content the same."""

    @abstractmethod
    def close_to_us(self, name: str) -> None:
        """It is there, and may not be read."""

    @abstractmethod
    def cut(self, name: str) -> None:
        """Whoever reads it loses the connection in the middle."""

    @abstractmethod
    def inbox(self) -> set[str]:
        """The names that lie there."""

    @abstractmethod
    def kept(self, place: str) -> list[bytes]:
        """The contents in `archive` or `refused`."""


def plain(file: PickedFile) -> str:
    """The partner's own name of a file."""
    return file.name.rpartition("/")[2]


async def looked(pickup: PickupTransport) -> Sequence[PickedFile]:
    """What the place gives once nothing moves there."""
    for _ in range(LOOKS_MAX):
        files = await pickup.pickup()
        if files:
            return files
    return []


async def emptied(pickup: PickupTransport, looks: int = LOOKS_MAX) -> list[str]:
    """What was taken and archived in so many looks, whatever they told beside it."""
    taken: list[str] = []
    for _ in range(looks):
        try:
            for file in await pickup.pickup():
                await pickup.archive(file.name)
                taken.append(plain(file))
        except (Transient, Permanent):
            continue
    return taken


async def told(pickup: PickupTransport) -> Transient | Permanent:
    """What a look says when there is nothing it can give."""
    for _ in range(LOOKS_MAX):
        try:
            assert await pickup.pickup() == []
        except (Transient, Permanent) as error:
            return error
    raise AssertionError("nothing was told")


class PickupContract:
    """Inherited by one class a place, with a fixture `ground`."""

    async def test_a_file_is_given_whole_with_its_digest(self, ground: Ground) -> None:
        body = bytes(range(256)) * 4
        ground.put("a.edi", body)
        (file,) = await looked(ground.fresh())
        assert (plain(file), file.body, file.size) == ("a.edi", body, len(body))
        assert (file.sha256, file.oversize) == (hashlib.sha256(body).hexdigest(), False)

    async def test_a_file_that_still_grows_is_left_alone(self, ground: Ground) -> None:
        if not ground.stands_still:
            pytest.skip("a mail is whole when it is there")
        pickup = ground.fresh()
        for length in range(1, LOOKS_MAX):
            ground.put("a.edi", b"x" * length, at=length)
            assert await pickup.pickup() == []
        (file,) = await looked(pickup)
        assert file.body == b"x" * (LOOKS_MAX - 1)

    async def test_the_oldest_goes_first(self, ground: Ground) -> None:
        for at, name in enumerate(("c.edi", "a.edi", "b.edi"), 1):
            ground.put(name, b"x", at)
        assert [plain(file) for file in await looked(ground.fresh())] == ["c.edi", "a.edi", "b.edi"]

    async def test_what_was_taken_stays_until_it_is_moved(self, ground: Ground) -> None:
        """Whoever dies between taking a file and making it durable finds it again."""
        ground.put("a.edi", b"ISA")
        (before,) = await looked(ground.fresh())
        assert ground.inbox() == {"a.edi"}
        pickup = ground.fresh()
        (after,) = await looked(pickup)
        assert after == before
        await pickup.archive(after.name)
        assert (ground.inbox(), ground.kept("archive")) == (set(), [b"ISA"])
        assert await looked(pickup) == []

    async def test_what_is_kept_is_never_overwritten(self, ground: Ground) -> None:
        pickup = ground.fresh()
        for body in (b"first", b"second"):
            ground.put("a.edi", body)
            (file,) = await looked(pickup)
            await pickup.archive(file.name)
        assert sorted(ground.kept("archive")) == [b"first", b"second"]

    async def test_the_same_content_under_another_name_has_the_same_digest(self, ground: Ground) -> None:
        """The intake knows it again by that."""
        ground.put("a.edi", b"ISA", 1)
        ground.put("a-again.edi", b"ISA", 2)
        first, second = await looked(ground.fresh())
        assert first.sha256 == second.sha256

    async def test_what_was_refused_stands_apart(self, ground: Ground) -> None:
        ground.put("a.edi", b"junk")
        pickup = ground.fresh()
        (file,) = await looked(pickup)
        await pickup.refuse(file.name)
        assert (ground.inbox(), ground.kept("refused"), ground.kept("archive")) == (set(), [b"junk"], [])

    async def test_a_file_that_goes_while_it_is_looked_at_keeps_no_others(self, ground: Ground) -> None:
        pickup = ground.fresh()
        ground.put("a.edi", b"one", 1)
        ground.put("b.edi", b"two", 2)
        await pickup.pickup()
        ground.take_back("a.edi")
        assert [plain(file) for file in await looked(pickup)] == ["b.edi"]

    async def test_a_file_renamed_while_it_is_looked_at_is_given_once_under_its_new_name(self, ground: Ground) -> None:
        pickup = ground.fresh()
        ground.put("a.edi", b"one")
        if ground.stands_still:
            await pickup.pickup()
        ground.rename("a.edi", "b.edi")
        assert await emptied(pickup) == ["b.edi"]
        assert ground.kept("archive") == [b"one"]

    async def test_a_file_that_is_gone_before_it_is_moved_is_transient(self, ground: Ground) -> None:
        ground.put("a.edi", b"one")
        pickup = ground.fresh()
        (file,) = await looked(pickup)
        ground.take_back("a.edi")
        for move in (pickup.archive, pickup.refuse):
            with pytest.raises(Transient, match="another process took it"):
                await move(file.name)
        assert ground.kept("archive") + ground.kept("refused") == []

    async def test_a_file_we_may_not_read_is_told_and_keeps_no_others(self, ground: Ground) -> None:
        pickup = ground.fresh()
        ground.put("a.edi", b"closed", 1)
        ground.put("b.edi", b"open", 2)
        ground.close_to_us("a.edi")
        assert await emptied(pickup) == ["b.edi"]
        assert re.search(r"a\.edi|mail \d+", (await told(pickup)).detail)
        assert ground.inbox() == {"a.edi"}

    async def test_a_line_cut_in_the_middle_of_a_file_keeps_no_others_and_gives_no_half(self, ground: Ground) -> None:
        pickup = ground.fresh()
        ground.put("a.edi", b"a" * 1000, 1)
        ground.put("b.edi", b"b", 2)
        ground.put("c.edi", b"c", 3)
        ground.cut("a.edi")
        assert sorted(await emptied(pickup, 2 * LOOKS_MAX)) == ["b.edi", "c.edi"]
        assert isinstance(await told(pickup), Transient)
        assert ground.inbox() == {"a.edi"}

    async def test_a_file_too_large_is_told_unread_and_can_be_moved_aside(self, ground: Ground) -> None:
        ground.put("big.edi", b"x" * (3 * BYTES_MAX))
        ground.put("a.edi", b"ISA", 2)
        pickup = ground.fresh()
        big, small = sorted(await looked(pickup), key=lambda file: not file.oversize)
        assert (big.oversize, big.body, big.sha256, small.body) == (True, b"", "", b"ISA")
        assert big.size >= 3 * BYTES_MAX
        await pickup.refuse(big.name)
        assert [len(body) for body in ground.kept("refused")] == [3 * BYTES_MAX]

    async def test_a_look_gives_a_bounded_number(self, ground: Ground) -> None:
        if ground.is_slow:
            pytest.skip("a connection a file: its sibling without TLS has shown it")
        for number in range(MANY):
            ground.put(f"{number:04d}.edi", b"%d" % number, number + 1)
        files = await looked(ground.fresh())
        assert 0 < len(files) <= FILES_MAX
        assert plain(files[0]) == "0000.edi"

    @pytest.mark.parametrize("name", ["../a.edi", "/etc/passwd", "", "..", "a/../../b"])
    async def test_a_name_cannot_leave_its_place(self, ground: Ground, name: str) -> None:
        pickup = ground.fresh()
        for move in (pickup.archive, pickup.refuse):
            with pytest.raises(Permanent):
                await move(name)
