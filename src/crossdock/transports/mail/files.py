"""Attachments as files: one message of ours each, and a mail is moved when all of it is durable."""

from __future__ import annotations

import asyncio
import hashlib
import imaplib
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

from crossdock.kernel.errors import Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import LOOK_BYTES_MAX
from crossdock.transports.mail.session import MailSession
from crossdock.transports.names import is_looked_at, name_to_put

MAILS_MAX = 50
ATTACHMENTS_MAX = 100
# What base64 and headers add to what a mail carries.
OVERHEAD = 2
NOTHING = "nothing attached"
UNREADABLE = "no mail that can be read"


class MailPickup:
    """ports.transport.PickupTransport over one mailbox; names are `<mail>/<number>/<file name>`.

    A mail is whole when it is there, so nothing has to stand still. One that is too large is given as an oversize file;
    one that cannot be read, without an attachment of the pattern or with too many is given whole, for its connector to
    refuse.
    """

    def __init__(self, session: MailSession) -> None:
        self._session = session
        self._settings = session.settings
        self._left: dict[str, set[str]] = {}
        self._spoiled: set[str] = set()

    async def pickup(self) -> list[PickedFile]:
        """See `PickupTransport.pickup`."""
        return await asyncio.to_thread(self._pickup)

    async def archive(self, name: str) -> str:
        """See `PickupTransport.archive`: the mail is moved with the last of its attachments."""
        return await asyncio.to_thread(self._done, name)

    async def refuse(self, name: str) -> str:
        """See `PickupTransport.refuse`: the whole mail goes aside with its last attachment."""
        self._spoiled.add(name.partition("/")[0])
        return await asyncio.to_thread(self._done, name)

    def _pickup(self) -> list[PickedFile]:
        files: list[PickedFile] = []
        with self._session.mailbox() as box:
            _, found = box.uid("SEARCH", "UNDELETED", "FROM", f'"{self._settings.their_address}"')
            for uid in (found[0] or b"").split()[:MAILS_MAX]:
                files += self._taken(box, uid.decode("ascii"))
                # All of it is in memory until it is durable; what is left is found by the next look.
                if sum(len(file.body) for file in files) > LOOK_BYTES_MAX:
                    break
        return files

    def _taken(self, box: imaplib.IMAP4_SSL, uid: str) -> list[PickedFile]:
        _, sizes = box.uid("FETCH", uid, "(RFC822.SIZE)")
        size = _number_behind(sizes, b"RFC822.SIZE")
        if size > OVERHEAD * self._settings.bytes_max:
            files = [PickedFile(f"{uid}/0/mail", b"", "", oversize=True, size=size)]
        else:
            # PEEK: what is only looked at is not marked as read.
            _, parts = box.uid("FETCH", uid, "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            try:
                files = self._attached(uid, raw)
            except Exception:  # noqa: BLE001  (the parser falls over some headers, each time in another way)
                files = [_whole(uid, UNREADABLE, raw)]
        self._left[uid] = {file.name for file in files}
        return files

    def _attached(self, uid: str, raw: bytes) -> list[PickedFile]:
        mail = BytesParser(policy=policy.default).parsebytes(raw)
        # SEARCH FROM also finds the address as a part of another one.
        theirs = parseaddr(str(mail.get("From", "")))[1].lower() == self._settings.their_address.lower()
        files: list[PickedFile] = []
        for number, part in enumerate(mail.walk()):
            name = (part.get_filename() or "").replace("/", "_")
            if not theirs or not name or not is_looked_at(name, self._settings.pattern) or part.is_multipart():
                continue
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes), "only a multipart has no bytes"
            large = len(body) > self._settings.bytes_max
            digest = "" if large else hashlib.sha256(body).hexdigest()
            kept = b"" if large else body
            files.append(PickedFile(f"{uid}/{number}/{name}", kept, digest, oversize=large, size=len(body)))
        if not files or len(files) > ATTACHMENTS_MAX:
            return [_whole(uid, NOTHING, raw)]
        return files

    def _done(self, name: str) -> str:
        uid = name.partition("/")[0]
        left = self._left.setdefault(uid, set())
        left.discard(name)
        if left:
            return name
        folder = self._settings.refused if uid in self._spoiled else self._settings.archive
        with self._session.mailbox() as box:
            answer, said = box.uid("COPY", uid, f'"{folder}"')
            if answer != "OK":
                text = (said[0] or b"").decode("utf-8", "replace") if said else ""
                raise Transient(f"mail {uid} cannot be moved to {folder} ({text}): make that folder")
            box.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)")
            box.expunge()
        self._left.pop(uid, None)
        self._spoiled.discard(uid)
        return name


class MailDrop:
    """ports.transport.DropTransport by mail: the same name and bytes always make the same mail."""

    def __init__(self, session: MailSession) -> None:
        self._session = session

    async def put(self, name: str, body: bytes) -> None:
        """Send it as an attachment.

        Raises:
            Transient: not handed over; sending it again gives a mail with the same Message-ID.
            Permanent: the post office refuses us or the mail, or `name` is no file name.
        """
        settings = self._session.settings
        digest = hashlib.sha256(name_to_put(name).encode() + b"\x00" + body).hexdigest()[:40]
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = settings.our_address, settings.their_address, name
        mail["Message-ID"] = f"<{digest}@{settings.our_address.partition('@')[2]}>"
        mail.set_content(f"{name} is attached.\n")
        kind, _, sub = settings.content_type.partition("/")
        mail.add_attachment(body, maintype=kind, subtype=sub or "octet-stream", filename=name)
        await asyncio.to_thread(self._session.send, mail)


def _whole(uid: str, name: str, raw: bytes) -> PickedFile:
    """The mail itself as a file, for its connector to refuse."""
    return PickedFile(f"{uid}/0/{name}", raw, hashlib.sha256(raw).hexdigest(), size=len(raw))


def _number_behind(parts: list[object], word: bytes) -> int:
    text = b" ".join(part for part in parts if isinstance(part, bytes))
    digits = text.partition(word)[2].strip().partition(b" ")[0].rstrip(b")")
    return int(digits) if digits.isdigit() else 0
