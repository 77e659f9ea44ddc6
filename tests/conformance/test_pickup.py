"""A folder, SFTP, FTP (three kinds of server) and a mailbox (three kinds of server), all held to one contract."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.transport import PickupTransport
from crossdock.transports.folder import FolderPickup
from crossdock.transports.ftp.files import FtpPickup
from crossdock.transports.ftp.session import FtpSession
from crossdock.transports.ftp.settings import FtpSettings
from crossdock.transports.mail.files import MailPickup
from crossdock.transports.mail.session import MailSession
from crossdock.transports.mail.settings import MailSettings
from crossdock.transports.sftp.files import SftpPickup
from crossdock.transports.sftp.session import SftpSession
from crossdock.transports.sftp.settings import SftpSettings
from tests.conformance.pickup_contract import BYTES_MAX, Ground, PickupContract
from tests.integration.transports.ftps_server import serving_tls
from tests.integration.transports.imap_server import Server as MailServer
from tests.integration.transports.imap_server import serving_imap
from tests.integration.transports.test_ftp import FTPHandler, pem
from tests.integration.transports.test_ftp import serving as serving_ftp
from tests.integration.transports.test_sftp import HOST_KEY, PASSWORD, Plain
from tests.integration.transports.test_sftp import serving as serving_sftp

THEM = "edi@partner.example"


class FolderGround(Ground):
    """Files in a folder, behind a server or not, which makes trouble of the names in `closed` and `broken`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.closed: set[str] = set()
        self.broken: set[str] = set()
        (root / "in").mkdir(parents=True, exist_ok=True)

    def put(self, name: str, body: bytes, at: int = 1) -> None:
        path = self.root / "in" / name
        path.write_bytes(body)
        os.utime(path, (at, at))

    def take_back(self, name: str) -> None:
        (self.root / "in" / name).unlink()

    def rename(self, name: str, new: str) -> None:
        (self.root / "in" / name).rename(self.root / "in" / new)

    def close_to_us(self, name: str) -> None:
        self.closed.add(name)

    def cut(self, name: str) -> None:
        self.broken.add(name)

    def inbox(self) -> set[str]:
        return {path.name for path in (self.root / "in").iterdir() if path.is_file()}

    def kept(self, place: str) -> list[bytes]:
        folder = self.root / "in" / place
        return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


class PlainFolder(FolderGround):
    """A folder of this machine."""

    def fresh(self) -> PickupTransport:
        return FolderPickup(self.root / "in", bytes_max=BYTES_MAX)


class TestFolder(PickupContract):
    @pytest.fixture
    def ground(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlainFolder:
        """A folder. What cannot be read there is so by our hand, because whoever runs this may read everything."""
        ground = PlainFolder(tmp_path)
        usual = Path.open

        def opened(path: Path, mode: str = "r", *rest: object) -> object:
            if mode == "rb" and path.parent.name == "in" and path.name in ground.closed:
                raise PermissionError(errno.EACCES, "Permission denied")
            if mode == "rb" and path.parent.name == "in" and path.name in ground.broken:
                raise OSError(errno.EIO, "Input/output error")
            return usual(path, mode)

        monkeypatch.setattr(Path, "open", opened)
        return ground


class SftpGround(FolderGround):
    """A folder behind an SFTP server."""

    def __init__(self, root: Path, settings: SftpSettings) -> None:
        super().__init__(root)
        self.settings = settings
        self.sessions: list[SftpSession] = []

    def fresh(self) -> PickupTransport:
        self.sessions.append(SftpSession(self.settings, PASSWORD))
        return SftpPickup(self.sessions[-1])


class TestSftp(PickupContract):
    @pytest_asyncio.fixture(params=[asyncssh.SFTPServer, Plain], ids=["extended", "plain"])
    async def ground(self, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SftpGround]:
        """A partner's server, once with OpenSSH's extensions and once without."""
        troubled: list[SftpGround] = []

        class Served(request.param):  # type: ignore[misc, name-defined]
            def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
                name = os.path.basename(path).decode()  # noqa: PTH119  (a path of bytes)
                if name in troubled[0].closed:
                    raise asyncssh.SFTPPermissionDenied("not for you")
                if name in troubled[0].broken:
                    self.channel.get_connection().abort()
                return super().open(path, pflags, attrs)

        async with serving_sftp(tmp_path, Served) as port:
            public = HOST_KEY.export_public_key().decode().strip()
            ground = SftpGround(
                tmp_path,
                SftpSettings(
                    kind="sftp", host="127.0.0.1", port=port, user="crossdock", host_keys=(public,),
                    bytes_max=BYTES_MAX, timeout_s=10,
                ),
            )  # fmt: skip
            troubled.append(ground)
            yield ground
            for session in ground.sessions:
                await session.close()


class FtpGround(FolderGround):
    """A folder behind an FTP server."""

    def __init__(self, root: Path, settings: FtpSettings) -> None:
        super().__init__(root)
        self.settings = settings

    def fresh(self) -> PickupTransport:
        return FtpPickup(FtpSession(self.settings, Secret("right")))


class TestFtp(PickupContract):
    @pytest.fixture(params=["tls", "plain", "old"])
    def ground(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FtpGround]:
        """A partner's server: encrypted, not encrypted, and one that knows no MLSD."""
        root = tmp_path / "root"
        (root / "in").mkdir(parents=True)
        key, certificate = pem()
        (tmp_path / "pem").write_text(key + certificate)
        closed: set[str] = set()
        broken: set[str] = set()

        class Served(FTPHandler):  # type: ignore[misc]
            proto_cmds = {
                name: one
                for name, one in FTPHandler.proto_cmds.items()
                if request.param != "old" or name not in ("MLSD", "MLST")
            }

            def ftp_RETR(self, file: str) -> object:  # noqa: N802  (as the library calls it)
                if Path(file).name in closed:
                    return self.respond("550 Permission denied.")
                if Path(file).name in broken:
                    return self.close()
                return super().ftp_RETR(file)

        tls = request.param == "tls"
        running = serving_tls(root, tmp_path / "pem", closed, broken) if tls else serving_ftp(root, Served)
        with running as port:
            ground = FtpGround(
                root,
                FtpSettings(
                    kind="ftp", host="127.0.0.1", port=port, user="crossdock", insecure=not tls, timeout_s=10,
                    bytes_max=BYTES_MAX, certificates=(certificate,),
                ),
            )  # fmt: skip
            ground.closed, ground.broken, ground.is_slow = closed, broken, tls
            yield ground


class MailGround(Ground):
    """A mailbox; a file is a mail with one attachment, and goes to the folder the mail goes to."""

    stands_still = False

    def __init__(self, server: MailServer, settings: MailSettings) -> None:
        self.server = server
        self.settings = settings
        self.uids: dict[str, int] = {}

    def fresh(self) -> PickupTransport:
        return MailPickup(MailSession(self.settings, Secret("right")))

    def put(self, name: str, body: bytes, at: int = 1) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = THEM, "hub@us.example", "documents"
        mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        self.uids[name] = max([0, *self.uids.values()]) + 1
        self.server.folders["INBOX"][self.uids[name]] = mail.as_bytes(policy=policy.SMTP)

    def take_back(self, name: str) -> None:
        del self.server.folders["INBOX"][self.uids[name]]

    def rename(self, name: str, new: str) -> None:
        (body,) = attached(self.server.folders["INBOX"][self.uids[name]])
        self.take_back(name)
        self.put(new, body)

    def close_to_us(self, name: str) -> None:
        self.server.closed.add(self.uids[name])

    def cut(self, name: str) -> None:
        self.server.cut.add(self.uids[name])

    def inbox(self) -> set[str]:
        return {name for name, uid in self.uids.items() if uid in self.server.folders["INBOX"]}

    def kept(self, place: str) -> list[bytes]:
        return [body for raw in self.server.folders[place.capitalize()].values() for body in attached(raw)]


def attached(raw: bytes) -> list[bytes]:
    mail = message_from_bytes(raw, policy=policy.default)
    return [part.get_payload(decode=True) for part in mail.iter_attachments()]


class TestMail(PickupContract):
    @pytest.fixture(params=["", "UIDPLUS", "MOVE"], ids=["bare", "uidplus", "move"])
    def ground(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MailGround]:
        """A mailbox, on servers that can do less and more."""
        key, certificate = pem()
        (tmp_path / "pem").write_text(key + certificate)
        with serving_imap(tmp_path / "pem") as server:
            server.able = {request.param} - {""}
            yield MailGround(
                server,
                MailSettings(
                    kind="mail", imap_host="127.0.0.1", imap_port=server.server_address[1], smtp_host="127.0.0.1",
                    user="hub", our_address="hub@us.example", their_address=THEM, certificates=(certificate,),
                    bytes_max=BYTES_MAX, timeout_s=10, pattern="*.edi",
                ),
            )  # fmt: skip

    async def test_another_clients_deletion_moves_no_mail_under_our_hands(self, ground: MailGround) -> None:
        for number in (1, 2, 3):
            ground.put(f"{number}.edi", b"%d" % number)
        pickup = ground.fresh()
        files = await pickup.pickup()
        ground.take_back("1.edi")
        await pickup.archive(files[1].name)
        assert (ground.inbox(), ground.kept("archive")) == ({"3.edi"}, [b"2"])

    async def test_what_another_client_has_marked_as_deleted_stays(self, ground: MailGround) -> None:
        ground.put("1.edi", b"1")
        ground.put("2.edi", b"2")
        ground.server.flags[1] = r"\Deleted"
        pickup = ground.fresh()
        (file,) = await pickup.pickup()
        await pickup.archive(file.name)
        assert 1 in ground.server.folders["INBOX"]
        assert ground.kept("archive") == [b"2"]
        assert await pickup.pickup() == []

    async def test_a_mailbox_made_anew_is_looked_at_again(self, ground: MailGround) -> None:
        ground.put("1.edi", b"1")
        pickup = ground.fresh()
        (file,) = await pickup.pickup()
        ground.server.folders["INBOX"].clear()
        ground.server.validity = 2
        ground.uids.clear()
        ground.put("other.edi", b"other")
        with pytest.raises(Transient, match="was made anew"):
            await pickup.archive(file.name)
        (again,) = await pickup.pickup()
        assert again.body == b"other"
