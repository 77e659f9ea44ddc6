"""SFTP against OpenSSH's server, FTP over TLS against vsftpd: what is taken, moved, put, and whom we trust."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from msgspec.structs import replace

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.transport import DropTransport, PickupTransport
from crossdock.transports.ftp.files import FtpDrop, FtpPickup
from crossdock.transports.ftp.session import FtpSession
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.sftp.files import SftpDrop, SftpPickup
from crossdock.transports.sftp.session import SftpCredentials, SftpSession
from crossdock.transports.sftp.settings import SftpSettings
from tests.interop.conftest import in_folder
from tests.interop.file_servers import FileServer, sshd, vsftpd
from tests.interop.servers import HOST, free_port

pytestmark = pytest.mark.interop
TIMEOUT_S = 20.0
SIZES = (0, 1, 70_000, 3_000_000)


@pytest.fixture
def openssh() -> Iterator[FileServer]:
    """An sshd."""
    yield from in_folder("sshd", sshd)


@pytest.fixture
def ftps() -> Iterator[FileServer]:
    """A vsftpd."""
    yield from in_folder("vsftpd", vsftpd)


def sftp_settings(server: FileServer) -> SftpSettings:
    return SftpSettings(
        kind="sftp", host=HOST, port=server.port, user=server.user, host_keys=(server.trusted,), timeout_s=TIMEOUT_S
    )


def ftp_settings(server: FileServer) -> FtpSettings:
    return FtpSettings(
        kind="ftp", host=HOST, port=server.port, user=server.user, certificates=(server.trusted,), timeout_s=TIMEOUT_S
    )


class FileContract:
    """The same against both: inherit it with a fixture `ends`."""

    async def test_a_file_that_stood_still_is_taken_and_archived(
        self, ends: tuple[FileServer, PickupTransport]
    ) -> None:
        server, pickup = ends
        for number, size in enumerate(SIZES):
            server.put(f"214-{number}.edi", bytes([number]) * size, at=number + 1)
        server.put("still-written.part", b"x")
        assert await pickup.pickup() == []
        files = list(await pickup.pickup())
        assert [(file.name, len(file.body)) for file in files] == [
            (f"214-{number}.edi", size) for number, size in enumerate(SIZES)
        ]
        for file in files:
            await pickup.archive(file.name)
        assert server.names("in") == {"still-written.part"}
        assert server.names("in/archive") == {file.name for file in files}
        assert await pickup.pickup() == []

    async def test_a_file_still_growing_is_left_alone(self, ends: tuple[FileServer, PickupTransport]) -> None:
        server, pickup = ends
        server.put("a.edi", b"ISA")
        await pickup.pickup()
        server.put("a.edi", b"ISA*00")
        assert await pickup.pickup() == []
        assert [file.body for file in await pickup.pickup()] == [b"ISA*00"]

    async def test_what_is_refused_is_moved_aside_and_the_same_name_may_come_again(
        self, ends: tuple[FileServer, PickupTransport]
    ) -> None:
        server, pickup = ends
        for body in (b"first", b"second"):
            server.put("a.edi", body)
            await pickup.pickup()
            assert await pickup.pickup()
            await pickup.refuse("a.edi")
        kept = {(server.root / "in/refused" / name).read_bytes() for name in server.names("in/refused")}
        assert kept == {b"first", b"second"}


class DropContract:
    """The same against both: inherit it with a fixture `put`."""

    async def test_a_file_is_put_whole_and_again_under_the_same_name(
        self, put: tuple[FileServer, DropTransport]
    ) -> None:
        server, drop = put
        for body in (b"ISA*1", b"x" * SIZES[-1], b"ISA*1"):
            await drop.put("940-1.edi", body)
            assert (server.root / "out/940-1.edi").read_bytes() == body
        assert server.names("out") == {"940-1.edi"}


class TestOpenSsh(FileContract, DropContract):
    """SFTP."""

    @pytest_asyncio.fixture
    async def session(self, openssh: FileServer) -> AsyncIterator[SftpSession]:
        session = SftpSession(sftp_settings(openssh), SftpCredentials(Secret(openssh.client_key), None, None))
        yield session
        await session.close()

    @pytest.fixture
    def ends(self, openssh: FileServer, session: SftpSession) -> tuple[FileServer, SftpPickup]:
        return openssh, SftpPickup(session)

    @pytest.fixture
    def put(self, openssh: FileServer, session: SftpSession) -> tuple[FileServer, SftpDrop]:
        return openssh, SftpDrop(session)


class TestVsftpd(FileContract, DropContract):
    """FTP over TLS, with one TLS session for both connections."""

    @pytest.fixture
    def session(self, ftps: FileServer) -> FtpSession:
        return FtpSession(ftp_settings(ftps), Secret("guest"))

    @pytest.fixture
    def ends(self, ftps: FileServer, session: FtpSession) -> tuple[FileServer, FtpPickup]:
        return ftps, FtpPickup(session)

    @pytest.fixture
    def put(self, ftps: FileServer, session: FtpSession) -> tuple[FileServer, FtpDrop]:
        return ftps, FtpDrop(session)


async def test_an_sshd_with_another_key_than_the_pinned_one_gets_nothing(openssh: FileServer) -> None:
    pinned = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    session = SftpSession(
        replace(sftp_settings(openssh), host_keys=(pinned,)), SftpCredentials(Secret(openssh.client_key), None, None)
    )
    with pytest.raises(Permanent, match="nothing was sent"):
        await SftpPickup(session).pickup()
    await session.close()


async def test_a_server_whose_certificate_is_not_trusted_gets_nothing(ftps: FileServer) -> None:
    session = FtpSession(replace(ftp_settings(ftps), certificates=()), Secret("guest"))
    with pytest.raises((Permanent, Transient), match="certificate"):
        await FtpPickup(session).pickup()


async def test_a_server_that_insists_on_encryption_refuses_a_plain_login(ftps: FileServer) -> None:
    session = FtpSession(replace(ftp_settings(ftps), insecure=True, certificates=()), Secret("guest"))
    with pytest.raises((Permanent, Transient)):
        await FtpPickup(session).pickup()


async def test_servers_that_are_not_there_are_tried_again(openssh: FileServer, ftps: FileServer) -> None:
    nobody = free_port()
    session = SftpSession(
        replace(sftp_settings(openssh), port=nobody), SftpCredentials(Secret(openssh.client_key), None, None)
    )
    with pytest.raises(Transient):
        await SftpPickup(session).pickup()
    with pytest.raises(Transient):
        await FtpDrop(FtpSession(replace(ftp_settings(ftps), port=nobody), Secret("guest"))).put("a.edi", b"x")
