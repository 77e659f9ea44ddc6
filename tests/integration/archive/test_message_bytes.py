"""The bytes of old messages: which leave, that they are read all the same, and that nothing is lost in between."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crossdock.app.archive.keeper import Keeper
from crossdock.app.archive.messages import BytesKeeper, Let, decode_piece, encode_piece, pieces_of
from crossdock.app.archive.originals import ArchiveMailroom, ArchiveMessages, Originals
from crossdock.app.archive.recall import Bringer
from crossdock.app.archive.views import ArchiveViews
from crossdock.app.audit import AuditReport, audit
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Rejected
from crossdock.ports.archive import Written
from crossdock.ports.messages import KeptMessage
from crossdock.ports.store import MessageRow, WriteSet
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, transaction
from crossdock.postgres.mailroom import PostgresMailroom
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.originals import PostgresBytesArchive
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.repair import PostgresRepairs
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import StillClock, World
from tests.integration.archive.conftest import Rows
from tests.integration.archive.given import LATER, START, told

Keep = Callable[..., Awaitable[None]]
BINARY = bytes(range(256)) * 3


def message(
    name: str, *, body: bytes = b"", at: datetime = START, facts: int = 0, status: str = "accepted"
) -> MessageRow:
    whole = body or f"UNB+UNOC:3+{name}'".encode()
    digest = hashlib.sha256(whole).hexdigest()
    return MessageRow(name, "wms-nl1", "folder", "application/edifact", at, digest, whole, status, facts, b"[]", name)


@pytest.fixture
def keep(store: PostgresStore) -> Keep:
    """Store messages as they were received."""

    async def put(*messages: MessageRow) -> None:
        async with store.batch() as batch:
            await batch.write(WriteSet(messages=list(messages)))

    return put


@pytest.fixture
def bytes_keeper(pool: Pool, shelf: FolderShelf) -> BytesKeeper:
    return BytesKeeper(PostgresBytesArchive(pool), shelf, StillClock(LATER), timedelta(days=400))


@pytest.fixture
def originals(pool: Pool, shelf: FolderShelf) -> Originals:
    return Originals(PostgresBytesArchive(pool), shelf)


async def examined(pool: Pool, originals: Originals) -> AuditReport:
    return await audit(PostgresAudit(pool), START, acts=PostgresActs(pool), originals=originals)


async def test_what_nothing_rests_on_leaves_and_every_reader_finds_it(
    pool: Pool, keep: Keep, bytes_keeper: BytesKeeper, originals: Originals, rows: Rows, shelf: FolderShelf
) -> None:
    cut = msgspec.structs.replace(message("cut"), body=b"UNB")
    young = message("young", at=datetime.now(UTC) + timedelta(days=200))
    again = msgspec.structs.replace(message("again", status="duplicate"), body=b"")
    old = [message("ack"), message("binary", body=BINARY, status="refused")]
    await keep(*old, cut, young, again, message("resting", facts=1))
    assert await bytes_keeper.would_go() == 3, "what is cut is told apart by its hash alone"
    let = await bytes_keeper.archive_once()
    assert (let.looked, let.messages, let.octets) == (5, 2, sum(len(one.body) for one in old))
    assert await bytes_keeper.archive_once() == Let()
    assert await rows("select id from message where body = '' order by id") == [("ack",), ("again",), ("binary",)]
    # An exact duplicate of much later is known, by its number and by its bytes.
    messages = PostgresMessages(pool)
    assert await messages.find("wms-nl1", "ack", old[0].sha256) == await messages.find("wms-nl1", "", old[0].sha256)
    kept = ArchiveMessages(messages, originals)
    one, two = await kept.kept("ack"), await ArchiveMailroom(PostgresMailroom(pool), originals).message("binary")
    three = await ArchiveViews(PostgresViews(pool), shelf, originals).message("ack")
    assert [row.body for row in (one, two, three) if row is not None] == [old[0].body, BINARY, old[0].body]
    assert [row.body for row in await kept.unused(limit=9)] == [BINARY]
    assert {row.id for row in await kept.sent("wms-nl1", None, 9)} == {"ack", "binary", "cut", "resting", "young"}
    heads = await PostgresMailroom(pool).messages(partner="", status="", before=None, limit=9)
    assert {head.id: head.octets for head in heads}["binary"] == len(BINARY)
    origin = await PostgresRepairs(pool, originals).origin("ack")
    assert origin is not None
    assert origin.kept.body == old[0].body


async def test_a_message_leaves_with_the_last_of_its_facts_and_stays_away_when_one_comes_back(
    world: World, pool: Pool, keep: Keep, keeper: Keeper, bytes_keeper: BytesKeeper, originals: Originals, rows: Rows
) -> None:
    await told(world, pool, 1, 2)
    async with transaction(pool) as connection:
        found = await connection.execute("update event set message = 'both' where cause is null returning 1")
    facts = found.rowcount
    await keep(message("both", facts=facts))
    assert (await bytes_keeper.archive_once()).messages == 0
    assert (await bytes_keeper.archive_once()).looked == 0
    assert len((await keeper.archive_once(1)).dossiers) == 1
    assert (await bytes_keeper.archive_once()).messages == 0, "a fact of it is still here"
    await keeper.archive_once()
    await bytes_keeper.archive_once()
    assert (await bytes_keeper.archive_once()).messages == 1
    await Bringer(PostgresArchive(pool), bytes_keeper.shelf, world.clock).bring_back([1])
    report = await examined(pool, originals)
    assert (report.lost, report.originals, report.sums.bytes_archived) == (0, 1, 1), report.discrepancies
    assert await rows("select body from message") == [(b"",)]


async def test_what_was_given_up_counts_and_a_later_reading_keeps_its_original(
    keep: Keep, bytes_keeper: BytesKeeper, rows: Rows
) -> None:
    given_up = msgspec.structs.replace(message("skipped-q"), channel="quarantine", status="refused", control="half")
    reading = msgspec.structs.replace(message("reading", facts=1), original="read", body=b"", control="")
    await keep(message("half", facts=1), given_up, message("read"), reading)
    assert (await bytes_keeper.archive_once()).messages == 2
    assert await rows("select id from message where body <> ''") == [("read",)]


async def crash(keeper: BytesKeeper, shelf: FolderShelf, files: list[Written], *, removes: bool) -> None:
    """A keeper that is killed when its file is there, or just before it commits."""
    async with keeper.archive.round(LATER) as turn:
        assert turn is not None
        groups = pieces_of(turn.candidates)
        files.append(await shelf.write("messages", "2026-06", [encode_piece(one) for one in groups]))
        if removes:
            await turn.remove(files[-1], groups, LATER)
        raise KeyboardInterrupt


async def test_a_crash_between_file_and_removal_loses_nothing_and_repeats_to_the_same(
    pool: Pool, shelf: FolderShelf, keep: Keep, bytes_keeper: BytesKeeper, rows: Rows
) -> None:
    await keep(*(message(f"m{number}") for number in range(3)))
    files: list[Written] = []
    for removes in (False, True):
        with pytest.raises(KeyboardInterrupt):
            await crash(bytes_keeper, shelf, files, removes=removes)
        assert await rows("select count(*) from message where body <> ''") == [(3,)]
    let = await bytes_keeper.archive_once()
    assert (let.messages, let.file) == (3, files[0].name) == (3, files[1].name)


async def test_a_file_that_is_away_damaged_or_over_is_told_and_the_audit_finds_it(
    pool: Pool, shelf: FolderShelf, keep: Keep, bytes_keeper: BytesKeeper, originals: Originals
) -> None:
    await keep(message("ack"))
    file = (await bytes_keeper.archive_once()).file
    kept = ArchiveMessages(PostgresMessages(pool), originals)
    with pytest.raises(Rejected, match=r"set retention.dir"):
        await ArchiveMessages(PostgresMessages(pool), Originals(originals.archive, None)).kept("ack")
    await shelf.destroy(file)
    with pytest.raises(Rejected, match="bring it back there"):
        await kept.kept("ack")
    (listed,) = await kept.sent("wms-nl1", None, 9)
    assert (listed.body, "bring it back there" in listed.away) == (b"", True)
    report = await examined(pool, originals)
    assert (report.verdict, [str(one.kind) for one in report.discrepancies]) == ("fail", ["bytes_differ"])
    async with transaction(pool) as connection:
        await connection.execute("update archive_file set gone = now()")
    with pytest.raises(Rejected, match="their time in the archive was up"):
        await kept.kept("ack")
    assert (await examined(pool, originals)).verdict == "pass"


async def test_one_message_that_is_not_in_its_piece_hides_none_of_the_others(
    pool: Pool, keep: Keep, bytes_keeper: BytesKeeper, originals: Originals
) -> None:
    await keep(*(message(f"m{number}", status="refused") for number in range(3)))
    await bytes_keeper.archive_once()
    async with transaction(pool) as connection:
        await connection.execute("update message set sha256 = repeat('0', 64) where id = 'm1'")
    told = await ArchiveMessages(PostgresMessages(pool), originals).unused(limit=9)
    assert [(one.id, bool(one.body), bool(one.away)) for one in told] == [
        ("m0", True, False),
        ("m1", False, True),
        ("m2", True, False),
    ]
    report = await examined(pool, originals)
    assert [one.subject for one in report.discrepancies] == ["m1"]


@pytest.mark.parametrize(
    "spoilt",
    ["delete from message_bytes", "delete from archive_file", "update message set body = 'UNB'", "delete from message"],
)
async def test_the_audit_proves_that_bytes_are_in_one_place(
    pool: Pool, keep: Keep, bytes_keeper: BytesKeeper, spoilt: str
) -> None:
    await keep(message("ack"))
    await bytes_keeper.archive_once()
    async with transaction(pool) as connection:
        await connection.execute(spoilt.encode())
    report = await audit(PostgresAudit(pool), START)
    assert [str(one.kind) for one in report.discrepancies] == ["bytes_missing"]


async def test_a_line_that_is_not_the_message_is_refused(
    pool: Pool, shelf: FolderShelf, keep: Keep, bytes_keeper: BytesKeeper, originals: Originals
) -> None:
    await keep(message("ack"))
    await bytes_keeper.archive_once()
    async with transaction(pool) as connection:
        await connection.execute("update message set sha256 = repeat('0', 64)")
    with pytest.raises(Rejected, match="does not hold message ack as it was received"):
        await ArchiveMessages(PostgresMessages(pool), originals).kept("ack")


async def test_a_customer_reads_an_archived_document_of_its_own_and_nobody_elses(
    pool: Pool, keep: Keep, bytes_keeper: BytesKeeper, originals: Originals
) -> None:
    proof = message("proof", body=b"%PDF-1.7")
    await keep(proof)
    async with transaction(pool) as connection:
        named = ("C-A", "SO-1", "POD", proof.sha256, "wms-nl1")
        await connection.execute(
            "insert into portal_document (customer, order_no, document, sha256, source) values (%s, %s, %s, %s, %s)",
            named,
        )
    await bytes_keeper.archive_once()
    portal = PostgresPortal(pool, originals)
    found = await portal.document("C-A", "SO-1", "POD")
    assert found is not None
    assert (found.body, found.mime) == (b"%PDF-1.7", "application/edifact")
    assert await portal.document("C-B", "SO-1", "POD") is None


async def test_one_word_stops_every_keeper(pool: Pool, keep: Keep, bytes_keeper: BytesKeeper) -> None:
    await keep(message("ack"))
    archive = PostgresArchive(pool)
    await archive.pause("the disk is moved", LATER, "Ada")
    assert await bytes_keeper.archive_once() == Let()
    await archive.pause("", LATER, "Ada")
    async with archive.round(LATER):
        assert await bytes_keeper.archive_once() == Let()
    assert (await bytes_keeper.archive_once()).messages == 1


def test_messages_are_packed_with_their_like_and_no_piece_grows_without_end() -> None:
    def kept(number: int, partner: str, body: bytes) -> KeptMessage:
        return KeptMessage(f"m{number:03}", partner, "as2", "x12", START, "", "accepted", "", b"", body)

    many = [kept(number, "ab"[number % 2], b"ISA\xff" if number == 3 else b"ISA\r\n") for number in range(150)]
    groups = pieces_of([*many, kept(900, "c", b"x" * 300_000), kept(901, "c", b"y")])
    assert [len(group) for group in groups] == [64, 64, 22, 1, 1]
    for group in groups:
        assert decode_piece(encode_piece(group)) == {one.id: one.body for one in group}
    with pytest.raises(Rejected, match="use a later one"):
        decode_piece(b'{"kind":"fact"}\n')
