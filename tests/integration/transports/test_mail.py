"""Mail against real servers on loopback: attachments become files, files become attachments."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.transports.mail.files import MailDrop, MailPickup
from crossdock.transports.mail.session import MailSession
from crossdock.transports.mail.settings import MailSettings
from tests.integration.transports.imap_server import Server, serving_imap
from tests.integration.transports.test_ftp import pem

THEM, US = "edi@partner.example", "hub@us.example"


class PostOffice:
    """Keeps what was sent; refuses when told to."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.refusal = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        self.sent.append(envelope.content)
        return "250 taken"


@dataclass(frozen=True)
class Peer:
    """Mailbox, post office, and how both are reached."""

    box: Server
    post: PostOffice
    settings: MailSettings

    @property
    def session(self) -> MailSession:
        return MailSession(self.settings, Secret("right"))

    def receive(self, uid: int, *attachments: tuple[str, bytes], sender: str = THEM) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Partner <{sender}>", US, "documents"
        mail.set_content("Attached.")
        for name, body in attachments:
            mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        self.box.folders["INBOX"][uid] = mail.as_bytes(policy=policy.SMTP)


def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hub", b"right")
    return AuthResult(success=right, handled=right)


@pytest_asyncio.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Peer]:
    """A running mailbox and post office."""
    key, certificate = pem()
    (tmp_path / "pem").write_text(key + certificate)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "pem")
    post = PostOffice()
    loop = asyncio.get_running_loop()

    def speak() -> SMTP:
        # It does not know that it stands behind TLS from the start, so it is not to ask for it.
        return SMTP(post, authenticator=let_in, auth_require_tls=False, loop=loop)

    office = await loop.create_server(speak, "127.0.0.1", 0, ssl=tls)
    with serving_imap(tmp_path / "pem") as box:
        settings = MailSettings(
            kind="mail", imap_host="127.0.0.1", imap_port=box.server_address[1], smtp_host="127.0.0.1",
            smtp_port=office.sockets[0].getsockname()[1], user="hub", our_address=US, their_address=THEM,
            certificates=(certificate,), bytes_max=1000, timeout_s=10, pattern="*.edi",
        )  # fmt: skip
        yield Peer(box, post, settings)
    office.close()
    await office.wait_closed()


async def test_every_attachment_is_a_file_and_the_mail_moves_with_the_last(peer: Peer) -> None:
    pickup = MailPickup(peer.session)
    peer.receive(7, ("a.edi", b"ISA1"), ("logo.png", b"x"), ("b.edi", b"ISA2"))
    files = await pickup.pickup()
    assert [(file.name, file.body) for file in files] == [("7/2/a.edi", b"ISA1"), ("7/4/b.edi", b"ISA2")]
    await pickup.archive(files[0].name)
    assert set(peer.box.folders["INBOX"]) == {7}
    await pickup.archive(files[1].name)
    assert (set(peer.box.folders["INBOX"]), set(peer.box.folders["Archive"])) == (set(), {7})


async def test_a_mail_with_one_refused_attachment_goes_aside_whole(peer: Peer) -> None:
    pickup = MailPickup(peer.session)
    peer.receive(7, ("a.edi", b"ISA1"), ("b.edi", b"junk"))
    first, second = await pickup.pickup()
    await pickup.refuse(first.name)
    await pickup.archive(second.name)
    assert set(peer.box.folders["Refused"]) == {7}


async def test_what_is_too_large_is_told_and_goes_aside(peer: Peer) -> None:
    pickup = MailPickup(peer.session)
    peer.receive(7, ("a.edi", b"x" * 1001))
    peer.receive(8, ("b.edi", b"x" * 80_000))
    files = await pickup.pickup()
    assert [(file.oversize, file.body) for file in files] == [(True, b""), (True, b"")]
    for file in files:
        await pickup.refuse(file.name)
    assert set(peer.box.folders["Refused"]) == {7, 8}


async def test_no_more_is_read_than_was_asked_for_whatever_the_server_announces(peer: Peer) -> None:
    peer.receive(7, ("a.edi", b"ISA"))
    peer.box.lying = 7
    with pytest.raises(Transient, match="more than was asked for"):
        await MailPickup(peer.session).pickup()


async def test_a_mail_without_a_document_is_given_whole_and_one_of_others_is_left(peer: Peer) -> None:
    pickup = MailPickup(peer.session)
    peer.receive(7)
    peer.receive(8, ("a.edi", b"ISA"), sender="somebody@else.example")
    (file,) = await pickup.pickup()
    assert file.name == "7/0/nothing attached"
    assert b"Attached." in file.body


async def test_a_mail_that_cannot_be_read_is_given_whole_and_keeps_no_others_waiting(peer: Peer) -> None:
    pickup = MailPickup(peer.session)
    raw = f'From: {THEM}, "\r\nSubject: documents\r\n\r\nISA'.encode()
    peer.box.folders["INBOX"][7] = raw
    peer.receive(8, ("a.edi", b"ISA"))
    files = await pickup.pickup()
    assert [(file.name, file.body) for file in files] == [("7/0/no mail that can be read", raw), ("8/2/a.edi", b"ISA")]


async def test_a_name_that_cannot_stand_in_a_header_is_not_sent(peer: Peer) -> None:
    with pytest.raises(Permanent, match="cannot stand in a file name"):
        await MailDrop(peer.session).put("940-1\r\nBcc: somebody@else.example.edi", b"ISA")
    assert peer.post.sent == []


async def test_a_folder_that_is_missing_is_asked_for(peer: Peer) -> None:
    pickup = MailPickup(MailSession(msgspec.structs.replace(peer.settings, archive="Nowhere"), Secret("right")))
    peer.receive(7, ("a.edi", b"ISA"))
    (file,) = await pickup.pickup()
    with pytest.raises(Transient, match="make that folder"):
        await pickup.archive(file.name)
    assert set(peer.box.folders["INBOX"]) == {7}


async def test_a_file_goes_out_as_an_attachment_under_the_same_id_each_time(peer: Peer) -> None:
    drop = MailDrop(peer.session)
    for _ in range(2):
        await drop.put("940-1.edi", b"ISA*\xc4~\r\n")
    first, second = (message_from_bytes(raw, policy=policy.default) for raw in peer.post.sent)
    (part,) = first.iter_attachments()
    assert (part.get_filename(), part.get_payload(decode=True)) == ("940-1.edi", b"ISA*\xc4~\r\n")
    assert (first["To"], first["Message-ID"]) == (THEM, second["Message-ID"])


@pytest.mark.parametrize(("refusal", "kind"), [("451 later", Transient), ("550 no such user", Permanent)])
async def test_a_refusal_says_whether_it_is_for_now_or_for_good(
    peer: Peer, refusal: str, kind: type[Exception]
) -> None:
    peer.post.refusal = refusal
    with pytest.raises(kind, match=refusal):
        await MailDrop(peer.session).put("a.edi", b"x")


async def test_a_wrong_password_or_an_unknown_certificate_is_for_a_person(peer: Peer) -> None:
    wrong = MailSession(peer.settings, Secret("wrong"))
    other = MailSession(msgspec.structs.replace(peer.settings, certificates=(pem()[1],)), Secret("right"))
    for session, told in ((wrong, "does not let hub in"), (other, "not trusted")):
        with pytest.raises(Permanent, match=told):
            await MailPickup(session).pickup()
        with pytest.raises(Permanent, match=told):
            await MailDrop(session).put("a.edi", b"x")
