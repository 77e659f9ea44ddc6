"""A look into a partner's place: everything taken is told, moved once it is durable, and nothing stops the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crossdock.app.evidence import Refused
from crossdock.app.intake import MessageReceipt
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import CrossdockError, Overloaded, Permanent, Rejected, Transient
from crossdock.ports.directory import Partner
from crossdock.ports.transport import PickedFile
from crossdock.runtime.pickup import AWAY, Place, pickup_work, shown
from crossdock.testing.intake import MemoryIntake
from crossdock.testing.store import MemoryStore

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PARTNER = Partner("nvtr", Role.CAR, "x12")


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Inbox:
    """A place with these files; remembers where each was moved."""

    def __init__(self, *files: PickedFile) -> None:
        self.files = list(files)
        self.moved: dict[str, str] = {}

    async def pickup(self) -> Sequence[PickedFile]:
        return [file for file in self.files if file.name not in self.moved]

    async def archive(self, name: str) -> str:
        self.moved[name] = "archive"
        return name

    async def refuse(self, name: str) -> str:
        self.moved[name] = "refused"
        return name


class Outbox:
    """Remembers what was put."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def put(self, name: str, body: bytes) -> None:
        self.files[name] = body


class OwingIntake(MemoryIntake):
    """Owes an acknowledgment for every message, and refuses to look at one."""

    refused = b"ISA poison"

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        if body == self.refused:
            raise Rejected("the database cannot hold a value of it", where="segment 3")
        return MessageReceipt("m1", "accepted", replies=("TA1", "997"))


class Bench:
    """A look with everything it touches."""

    def __init__(self, *files: PickedFile, intake: type[MemoryIntake] = MemoryIntake) -> None:
        self.store = MemoryStore()
        self.intake = intake(self.store, FixedClock())
        self.inbox, self.outbox, self.kept = Inbox(*files), Outbox(), list[Refused]()
        place = Place(self.inbox, self.outbox, "sftp", "text/plain")
        self.look = pickup_work(PARTNER, self.intake, place, self.keep)

    async def keep(self, refused: Refused) -> str:
        self.kept.append(refused)
        return f"kept-{len(self.kept)}"


def picked(name: str, body: bytes) -> PickedFile:
    return PickedFile(name, body, hashlib.sha256(body).hexdigest(), size=len(body))


async def test_a_file_becomes_a_message_that_names_place_and_file() -> None:
    bench = Bench(picked("a.edi", b"ISA*1"))
    assert await bench.look() == 1
    (row,) = bench.store.messages.values()
    assert (row.channel, row.content_type, row.body) == ("sftp:a.edi", "text/plain", b"ISA*1")
    assert bench.inbox.moved == {"a.edi": "archive"}


async def test_a_refused_message_is_moved_aside() -> None:
    bench = Bench(picked("a.edi", b"no edi"))
    await bench.look()
    assert bench.inbox.moved == {"a.edi": "refused"}


async def test_an_oversize_file_is_told_and_moved_aside_and_the_next_is_taken() -> None:
    bench = Bench(PickedFile("big.edi", b"", "", oversize=True, size=99), picked("a.edi", b"ISA"))
    await bench.look()
    (refused,) = bench.kept
    assert (refused.partner, refused.channel) == ("nvtr", "sftp:big.edi")
    assert refused.findings[0].code == "FILE-TOO-LARGE"
    assert "99 bytes" in refused.findings[0].detail
    assert "ask the partner to split it" in refused.findings[0].detail
    assert bench.inbox.moved == {"big.edi": "refused", "a.edi": "archive"}


async def test_acknowledgments_owed_are_put_under_names_of_the_message() -> None:
    bench = Bench(picked("a.edi", b"ISA"), intake=OwingIntake)
    await bench.look()
    assert bench.outbox.files == {"ack-m1-1.edi": b"TA1", "ack-m1-2.edi": b"997"}


async def test_a_file_that_can_never_be_stored_does_not_stop_those_behind_it() -> None:
    bench = Bench(picked("poison.edi", OwingIntake.refused), picked("a.edi", b"ISA"), intake=OwingIntake)
    await bench.look()
    assert [(one.body, one.findings[0].where) for one in bench.kept] == [(OwingIntake.refused, "segment 3")]
    assert bench.inbox.moved == {"poison.edi": "refused", "a.edi": "archive"}


async def test_a_file_that_cannot_be_moved_does_not_stop_those_behind_it() -> None:
    bench = Bench(picked("stuck.edi", b"ISA1"), picked("a.edi", b"ISA2"))
    archive = bench.inbox.archive

    async def stubborn(name: str) -> str:
        if name == "stuck.edi":
            raise Permanent("the partner does not let us move it")
        return await archive(name)

    bench.inbox.archive = stubborn  # type: ignore[method-assign]
    with pytest.raises(Permanent, match="move it"):
        await bench.look()
    assert bench.inbox.moved == {"a.edi": "archive"}


@pytest.mark.parametrize("trouble", [Overloaded("full")])
async def test_a_file_stays_where_it_is_while_it_cannot_be_taken(trouble: CrossdockError) -> None:
    bench = Bench(picked("a.edi", b"ISA"))
    bench.intake.trouble = trouble
    with pytest.raises(Overloaded):
        await bench.look()
    assert bench.inbox.moved == {}


async def test_a_file_the_world_puts_off_again_and_again_does_not_stop_those_behind_it() -> None:
    bench = Bench(picked("stuck.edi", b"ISA1"), picked("a.edi", b"ISA2"))
    put_off(bench, {"stuck.edi"})
    for _ in range(2):
        with pytest.raises(Transient, match=r"stuck\.edi"):
            await bench.look()
    assert bench.inbox.moved == {"a.edi": "archive"}


async def test_where_the_world_is_away_for_all_a_look_ends_soon() -> None:
    names = [f"{number}.edi" for number in range(9)]
    bench = Bench(*(picked(name, f"ISA{name}".encode()) for name in names))
    tried = put_off(bench, set(names))
    with pytest.raises(Transient):
        await bench.look()
    assert tried == names[:AWAY]


def put_off(bench: Bench, names: set[str]) -> list[str]:
    """Let the place keep these files for now; which of them were tried."""
    archive, tried = bench.inbox.archive, list[str]()

    async def busy(name: str) -> str:
        if name in names:
            tried.append(name)
            raise Transient(f"{name} is held by another program")
        return await archive(name)

    bench.inbox.archive = busy  # type: ignore[method-assign]
    return tried


def test_a_name_of_any_bytes_can_be_stored() -> None:
    assert shown("gr\udcfc\x00.edi") == "gr\\udcfc\\x00.edi"
    assert len(shown("x" * 1000)) == 200
