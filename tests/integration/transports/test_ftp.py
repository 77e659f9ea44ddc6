"""FTP against a real server on loopback, with TLS and (where the partner file says so) without."""

from __future__ import annotations

import ftplib
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.ftp.files import FtpDrop, FtpPickup
from crossdock.transports.ftp.session import FtpSession
from crossdock.transports.ftp.settings import FtpSettings
from tests.integration.transports.ftps_server import serving_tls

with warnings.catch_warnings():
    # On Python 3.11 it uses modules of the standard library that 3.12 has no more, where it brings its own.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]
    from pyftpdlib.handlers import FTPHandler  # type: ignore[import-untyped]
    from pyftpdlib.ioloop import IOLoop  # type: ignore[import-untyped]
    from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]

PASSWORD = Secret("right")


def pem() -> tuple[str, str]:
    """A key and a certificate for the loopback address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partner")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


@contextmanager
def serving(root: Path, handler: type[FTPHandler]) -> Iterator[int]:
    authorizer = DummyAuthorizer()
    authorizer.add_user("crossdock", "right", str(root), perm="elradfmwMT")
    fresh = type("Handler", (handler,), {"authorizer": authorizer})
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), fresh, ioloop=loop)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            server.serve_forever(timeout=0.02, blocking=False, handle_exit=False)
        server.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield server.address[1]
    stop.set()
    thread.join()


@dataclass(frozen=True)
class Peer:
    """The partner's server: its files, and how it is reached."""

    root: Path
    settings: FtpSettings

    def put(self, name: str, body: bytes, at: int = 1) -> None:
        path = self.root / "in" / name
        path.write_bytes(body)
        os.utime(path, (at, at))

    def names(self, folder: str) -> set[str]:
        return {path.name for path in (self.root / folder).iterdir() if path.is_file()}

    @property
    def session(self) -> FtpSession:
        return FtpSession(self.settings, PASSWORD)


@pytest.fixture(params=["tls", "plain", "old"])
def peer(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Peer]:
    """A partner's server: encrypted, not encrypted, and one that knows no MLSD."""
    root = tmp_path / "root"
    for name in ("in", "out"):
        (root / name).mkdir(parents=True)
    key, certificate = pem()
    (tmp_path / "pem").write_text(key + certificate)
    tls = request.param == "tls"
    known = {name: one for name, one in FTPHandler.proto_cmds.items() if name not in ("MLSD", "MLST")}
    handler = type("Served", (FTPHandler,), {"proto_cmds": known} if request.param == "old" else {})
    with serving_tls(root, tmp_path / "pem") if tls else serving(root, handler) as port:
        yield Peer(
            root,
            FtpSettings(
                kind="ftp", host="127.0.0.1", port=port, user="crossdock", insecure=not tls, bytes_max=10, timeout_s=10,
                certificates=(certificate,),
            ),
        )  # fmt: skip


async def test_a_file_is_taken_once_it_stood_still_for_two_looks(peer: Peer) -> None:
    pickup = FtpPickup(peer.session)
    peer.put("a.edi", b"ISA")
    assert await pickup.pickup() == []
    peer.put("a.edi", b"ISA*00")
    assert await pickup.pickup() == []
    (picked,) = await pickup.pickup()
    assert (picked.name, picked.body) == ("a.edi", b"ISA*00")


async def test_a_list_nobody_can_read_is_told(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftplib.FTP, "retrlines", lambda _ftp, _command, take: take("type=file;size=many; a.edi"))
    with pytest.raises(Transient, match="as nobody can read it"):
        await FtpPickup(peer.session).pickup()


async def test_the_oldest_goes_first_and_what_is_not_ours_stays(peer: Peer) -> None:
    pickup = FtpPickup(peer.session)
    for name, at in (("b.edi", 1), ("a.edi", 2), (".hidden", 1), ("c.part", 1)):
        peer.put(name, b"x", at)
    (peer.root / "in" / "folder").mkdir()
    await pickup.pickup()
    assert [file.name for file in await pickup.pickup()] == ["b.edi", "a.edi"]


async def test_what_was_taken_is_archived_and_never_overwrites(peer: Peer) -> None:
    pickup = FtpPickup(peer.session)
    names = []
    for body in (b"first", b"second"):
        peer.put("a.edi", body)
        names.append(await pickup.archive("a.edi"))
    assert {(peer.root / "in/archive" / name).read_bytes() for name in names} == {b"first", b"second"}
    assert peer.names("in") == set()


async def test_a_file_too_large_is_told_unread_and_can_be_moved_aside(peer: Peer) -> None:
    pickup = FtpPickup(peer.session)
    peer.put("big.edi", b"x" * 11)
    await pickup.pickup()
    (picked,) = await pickup.pickup()
    assert (picked.oversize, picked.size, picked.body) == (True, 11, b"")
    await pickup.refuse("big.edi")
    assert peer.names("in/refused") == {"big.edi"}


async def test_a_name_of_other_letters_is_moved_under_its_own_bytes(peer: Peer) -> None:
    pickup = FtpPickup(peer.session)
    peer.put("größe.edi", b"x")
    await pickup.pickup()
    (picked,) = await pickup.pickup()
    assert picked.name == "größe.edi"
    assert await pickup.archive(picked.name) == "größe.edi"
    assert peer.names("in/archive") == {"größe.edi"}


async def test_a_file_another_process_took_is_transient(peer: Peer) -> None:
    with pytest.raises(Transient, match="another process"):
        await FtpPickup(peer.session).archive("gone.edi")


async def test_a_drop_puts_the_whole_file_and_again_replaces_it(peer: Peer) -> None:
    drop = FtpDrop(peer.session)
    await drop.put("940-1.edi", b"ISA*1")
    await drop.put("940-1.edi", b"ISA*1")
    assert peer.names("out") == {"940-1.edi"}
    assert (peer.root / "out/940-1.edi").read_bytes() == b"ISA*1"


async def test_a_folder_that_is_missing_is_not_made(peer: Peer) -> None:
    settings = msgspec.structs.replace(peer.settings, outbox="elsewhere", inbox="nowhere")
    session = FtpSession(settings, PASSWORD)
    with pytest.raises(Transient, match="has no folder elsewhere"):
        await FtpDrop(session).put("a.edi", b"x")
    with pytest.raises(Transient, match="has no folder nowhere"):
        await FtpPickup(session).pickup()


@pytest.mark.parametrize("name", ["../a.edi", "/etc/x", "", ".hidden"])
async def test_a_name_cannot_leave_its_folder(peer: Peer, name: str) -> None:
    with pytest.raises(Permanent, match="plain file name"):
        await FtpDrop(peer.session).put(name, b"x")


async def test_a_wrong_password_is_for_a_person(peer: Peer) -> None:
    with pytest.raises(Permanent, match="does not let crossdock in"):
        await FtpPickup(FtpSession(peer.settings, Secret("wrong"))).pickup()


@pytest.mark.parametrize("peer", ["tls"], indirect=True)
async def test_a_server_that_cannot_prove_itself_gets_no_password(peer: Peer) -> None:
    settings = msgspec.structs.replace(peer.settings, certificates=(pem()[1],))
    with pytest.raises(Permanent, match=r"not trusted.*nothing was sent"):
        await FtpPickup(FtpSession(settings, PASSWORD)).pickup()


@pytest.mark.parametrize("peer", ["plain"], indirect=True)
async def test_a_server_without_encryption_gets_no_password_unless_the_partner_file_says_so(peer: Peer) -> None:
    settings = msgspec.structs.replace(peer.settings, insecure=False)
    with pytest.raises(Permanent, match=r"no password was sent.*insecure = true"):
        await FtpPickup(FtpSession(settings, PASSWORD)).pickup()


async def test_a_server_that_is_away_is_transient() -> None:
    settings = FtpSettings(kind="ftp", host="127.0.0.1", port=9, user="crossdock", timeout_s=5)
    with pytest.raises(Transient, match="no conversation"):
        await FtpDrop(FtpSession(settings, PASSWORD)).put("a.edi", b"x")
