"""SFTP against a real server on loopback: what is taken, what is kept, whom we talk to (mission I-07, I-21)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import msgspec
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.sftp.files import SftpDrop, SftpPickup
from crossdock.transports.sftp.session import SftpCredentials, SftpSession
from crossdock.transports.sftp.settings import SftpSettings

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")
PASSWORD = SftpCredentials(None, None, Secret("right"))


class Guard(asyncssh.SSHServer):
    """Lets one user in, by password."""

    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("crossdock", "right")


class Plain(asyncssh.SFTPServer):
    """A server without OpenSSH's extensions, which refuses to rename onto a file."""

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("no such extension")

    def fsync(self, file_obj: object) -> None:
        raise asyncssh.SFTPOpUnsupported("no such extension")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if os.path.lexists(self.map_path(newpath)):
            raise asyncssh.SFTPFailure("it is there already")
        super().rename(oldpath, newpath)


@asynccontextmanager
async def serving(root: Path, server: type[asyncssh.SFTPServer]) -> AsyncIterator[int]:
    authorized = asyncssh.import_authorized_keys(USER_KEY.export_public_key().decode())
    connections: list[asyncssh.SSHServerConnection] = []
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: Guard(connections),
        server_host_keys=[HOST_KEY],
        authorized_client_keys=authorized,
        sftp_factory=lambda channel: server(channel, chroot=os.fsencode(root)),
        allow_scp=False,
    )
    async with acceptor:
        yield acceptor.get_port()
        for connection in connections:
            connection.abort()
            await connection.wait_closed()


@dataclass(frozen=True)
class Peer:
    """The partner's server: its files, and how it is reached."""

    root: Path
    settings: SftpSettings

    def put(self, name: str | bytes, body: bytes, at: int = 1) -> None:
        path = os.path.join(os.fsencode(self.root / "in"), os.fsencode(name))  # noqa: PTH118  (a name of bytes)
        Path(os.fsdecode(path)).write_bytes(body)
        os.utime(path, (at, at))

    def names(self, folder: str) -> set[str]:
        return {path.name for path in (self.root / folder).iterdir() if path.is_file()}


@pytest_asyncio.fixture(params=[asyncssh.SFTPServer, Plain], ids=["extended", "plain"])
async def peer(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Peer]:
    """A partner's server, once with OpenSSH's extensions and once without."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    async with serving(tmp_path, request.param) as port:
        public = HOST_KEY.export_public_key().decode().strip()
        settings = SftpSettings(
            kind="sftp", host="127.0.0.1", port=port, user="crossdock", host_keys=(public,), bytes_max=10, timeout_s=10
        )
        yield Peer(tmp_path, settings)


@pytest_asyncio.fixture
async def session(peer: Peer) -> AsyncIterator[SftpSession]:
    """Our side of it."""
    opened = SftpSession(peer.settings, PASSWORD)
    yield opened
    await opened.close()


async def test_a_file_is_taken_once_it_stood_still_for_two_looks(peer: Peer, session: SftpSession) -> None:
    pickup = SftpPickup(session)
    peer.put("a.edi", b"ISA")
    assert await pickup.pickup() == []
    peer.put("a.edi", b"ISA*00")
    assert await pickup.pickup() == []
    (picked,) = await pickup.pickup()
    assert (picked.name, picked.body, picked.sha256) == ("a.edi", b"ISA*00", hashlib.sha256(b"ISA*00").hexdigest())


async def test_the_oldest_goes_first_and_what_is_not_ours_stays(peer: Peer, session: SftpSession) -> None:
    pickup = SftpPickup(session)
    for name, at in (("b.edi", 1), ("a.edi", 2), (".hidden", 1), ("c.part", 1), ("d.filepart", 1)):
        peer.put(name, b"x", at)
    (peer.root / "in" / "folder").mkdir()
    await pickup.pickup()
    assert [file.name for file in await pickup.pickup()] == ["b.edi", "a.edi"]


async def test_what_was_taken_is_archived_and_never_overwrites(peer: Peer, session: SftpSession) -> None:
    pickup = SftpPickup(session)
    names = []
    for body in (b"first", b"second"):
        peer.put("a.edi", body)
        await pickup.pickup()
        assert await pickup.pickup()
        names.append(await pickup.archive("a.edi"))
    assert {(peer.root / "in/archive" / name).read_bytes() for name in names} == {b"first", b"second"}
    assert peer.names("in") == set()


async def test_a_file_too_large_is_told_unread_and_can_be_moved_aside(peer: Peer, session: SftpSession) -> None:
    pickup = SftpPickup(session)
    peer.put("big.edi", b"x" * 11)
    await pickup.pickup()
    (picked,) = await pickup.pickup()
    assert (picked.oversize, picked.size, picked.body) == (True, 11, b"")
    await pickup.refuse("big.edi")
    assert (peer.root / "in/refused/big.edi").read_bytes() == b"x" * 11


async def test_a_name_that_is_no_text_is_taken_and_moved_under_its_own_bytes(peer: Peer, session: SftpSession) -> None:
    pickup = SftpPickup(session)
    peer.put(b"gr\xfc\xdfe.edi", b"x")
    await pickup.pickup()
    (picked,) = await pickup.pickup()
    assert picked.name == "gr\\xfc\\xdfe.edi"
    await pickup.archive(picked.name)
    assert peer.names("in/archive") == {os.fsdecode(b"gr\xfc\xdfe.edi")}


async def test_a_file_another_process_took_is_transient(peer: Peer, session: SftpSession) -> None:
    with pytest.raises(Transient, match="another process"):
        await SftpPickup(session).archive("gone.edi")


async def test_a_drop_puts_the_whole_file_and_again_replaces_it(peer: Peer, session: SftpSession) -> None:
    drop = SftpDrop(session)
    await drop.put("940-1.edi", b"ISA*1")
    await drop.put("940-1.edi", b"ISA*1")
    assert peer.names("out") == {"940-1.edi"}
    assert (peer.root / "out/940-1.edi").read_bytes() == b"ISA*1"


async def test_a_drop_makes_no_folder_that_nobody_reads(peer: Peer) -> None:
    session = SftpSession(msgspec.structs.replace(peer.settings, outbox="elsewhere"), PASSWORD)
    with pytest.raises(Transient, match="has no folder elsewhere: ask the partner"):
        await SftpDrop(session).put("a.edi", b"x")
    await session.close()


@pytest.mark.parametrize("name", ["../a.edi", "/etc/x", "", ".hidden", "a/b"])
async def test_a_name_cannot_leave_its_folder(session: SftpSession, name: str) -> None:
    with pytest.raises(Permanent, match="plain file name"):
        await SftpDrop(session).put(name, b"x")
    with pytest.raises(Permanent, match="plain file name"):
        await SftpPickup(session).archive(name)


async def test_a_server_with_another_key_gets_nothing_and_the_refusal_says_how_to_pin(peer: Peer) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    session = SftpSession(msgspec.structs.replace(peer.settings, host_keys=(other,)), PASSWORD)
    with pytest.raises(Permanent, match=r"nothing was sent.*ssh-keyscan -p") as refusal:
        await SftpPickup(session).pickup()
    assert HOST_KEY.get_fingerprint() in refusal.value.detail


async def test_a_key_opens_the_door_without_a_password(peer: Peer) -> None:
    text = USER_KEY.export_private_key("pkcs8-pem", passphrase="p").decode()
    session = SftpSession(peer.settings, SftpCredentials(Secret(text), Secret("p"), None))
    await SftpDrop(session).put("a.edi", b"x")
    assert peer.names("out") == {"a.edi"}
    await session.close()


async def test_a_wrong_password_is_for_a_person(peer: Peer) -> None:
    session = SftpSession(peer.settings, SftpCredentials(None, None, Secret("wrong")))
    with pytest.raises(Permanent, match="does not let crossdock in"):
        await SftpPickup(session).pickup()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: SftpCredentials(None, None, None), "sftp_key or sftp_password"),
        (lambda: SftpCredentials(Secret("no key"), None, None), "no private key we can read"),
    ],
)
def test_a_credential_that_cannot_be_used_says_what_to_give(make: Callable[[], object], told: str) -> None:
    with pytest.raises(Permanent, match=told):
        make()


async def test_a_server_that_is_away_is_transient_and_found_again(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    public = HOST_KEY.export_public_key().decode().strip()
    async with serving(tmp_path, asyncssh.SFTPServer) as port:
        settings = SftpSettings(kind="sftp", host="127.0.0.1", port=port, user="crossdock", host_keys=(public,))
        session = SftpSession(settings, PASSWORD)
        await SftpDrop(session).put("a.edi", b"x")
    with pytest.raises(Transient):
        await SftpDrop(session).put("b.edi", b"x")
    await session.close()
