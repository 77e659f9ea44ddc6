"""Attachments as files: one message of ours each, and a mail is moved when all of it is durable."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.transport import PickedFile
from crossdock.transports.bounds import LOOK_BYTES_MAX
from crossdock.transports.mail.session import Mailbox, MailSession, mail_bytes_max
from crossdock.transports.names import is_looked_at, name_to_put

MAILS_MAX = 50
ATTACHMENTS_MAX = 100
NOTHING = "nothing attached"
UNREADABLE = "no mail that can be read"


class _Unread(Exception):
    """The server refused to give one mail."""


class MailPickup:
    """ports.transport.PickupTransport over one mailbox; names are `<mail>/<number>/<file name>`.

    A mail is whole when it is there, so nothing has to stand still. One that is too large is given as an oversize file;
    one that cannot be parsed, without an attachment of the pattern or with too many is given whole, for its connector
    to refuse. Mails are called by their UID, which nobody else's deletion moves, and only for as long as the mailbox
    keeps its UIDVALIDITY (RFC 3501 §2.3.1.1).
    """

    def __init__(self, session: MailSession) -> None:
        self._session = session
        self._settings = session.settings
        self._validity = ""
        self._left: dict[str, set[str]] = {}
        self._spoiled: set[str] = set()
        self._failed: set[str] = set()

    async def pickup(self) -> list[PickedFile]:
        """See `PickupTransport.pickup`."""
        return await asyncio.to_thread(self._pickup)

    async def archive(self, name: str) -> str:
        """See `PickupTransport.archive`: the mail is moved with the last of its attachments."""
        return await asyncio.to_thread(self._done, _uid_of(name), name)

    async def refuse(self, name: str) -> str:
        """See `PickupTransport.refuse`: the whole mail goes aside with its last attachment."""
        uid = _uid_of(name)
        self._spoiled.add(uid)
        return await asyncio.to_thread(self._done, uid, name)

    def _pickup(self) -> list[PickedFile]:
        files: list[PickedFile] = []
        unread: Transient | None = None
        try:
            with self._session.mailbox() as box:
                for uid in self._waiting(box):
                    # Until it is read, it is one that failed: then others go first at the next look.
                    self._failed.add(uid)
                    try:
                        files += self._taken(box, uid)
                    except _Unread as error:
                        unread = Transient(f"{self._settings.imap_host} does not give mail {uid}: {error}")
                        continue
                    self._failed.discard(uid)
                    # All of it is in memory until it is durable; what is left is found by the next look.
                    if sum(len(file.body) for file in files) > LOOK_BYTES_MAX:
                        break
        except Transient as error:
            unread = error
        # Told once the others are taken: one mail must not keep them.
        if unread is not None and not files:
            raise unread
        return files

    def _waiting(self, box: Mailbox) -> list[str]:
        """UIDs of what may be ours, oldest first, those that could not be read before last."""
        validity = _validity_of(box)
        if validity != self._validity:
            self._validity = validity
            self._left, self._spoiled, self._failed = {}, set(), set()
        _, found = box.uid("SEARCH", "UNDELETED", "FROM", f'"{self._settings.their_address}"')
        uids = [uid.decode("ascii") for uid in (found[0] or b"").split()]
        there = set(uids)
        self._left = {uid: left for uid, left in self._left.items() if uid in there}
        self._spoiled &= there
        self._failed &= there
        return sorted(uids, key=lambda uid: (uid in self._failed, int(uid)))[:MAILS_MAX]

    def _taken(self, box: Mailbox, uid: str) -> list[PickedFile]:
        size = _number_behind(_fetched(box, uid, "(RFC822.SIZE)"), b"RFC822.SIZE")
        if size is None:
            # Another client has taken it since the search.
            return []
        if size > mail_bytes_max(self._settings):
            files = [PickedFile(f"{uid}/0/mail", b"", "", oversize=True, size=size)]
        else:
            # PEEK: what is only looked at is not marked as read.
            parts = _fetched(box, uid, "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if raw is None:
                return []
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

    def _done(self, uid: str, name: str) -> str:
        left = self._left.setdefault(uid, set())
        left.discard(name)
        if left:
            return name
        folder = self._settings.refused if uid in self._spoiled else self._settings.archive
        with self._session.mailbox() as box:
            if self._validity and _validity_of(box) != self._validity:
                raise Transient(f"{self._settings.inbox} was made anew meanwhile: its mails are looked at again")
            if _number_behind(_fetched(box, uid, "(UID)"), b"UID") is None:
                raise Transient(f"mail {uid} is gone from {self._settings.inbox}: another process took it")
            _move(box, uid, folder)
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


def _uid_of(name: str) -> str:
    """Raises: Permanent: not a name we gave."""
    uid = name.partition("/")[0]
    if not (uid.isascii() and uid.isdigit()):
        raise Permanent(f"{name!r} is no file of a mail: correct the connector that named it")
    return uid


def _fetched(box: Mailbox, uid: str, what: str) -> list[object]:
    """Raises: _Unread: the server refuses to give it."""
    answer, parts = box.uid("FETCH", uid, what)
    if answer != "OK":
        raise _Unread(_said(parts))
    return parts


def _move(box: Mailbox, uid: str, folder: str) -> None:
    """Move one mail, and touch no other: a plain EXPUNGE would also end what somebody else has marked as deleted.

    In one step where the server knows MOVE (RFC 6851), else copied and marked, and ended alone where it knows UIDPLUS
    (RFC 4315). A server that knows neither keeps it marked while others are marked, too: then it is not looked at.

    Raises:
        Transient: it cannot be moved there.
    """
    _, said = box.capability()
    able = (said[0] or b"").upper().split()
    answer, text = box.uid("MOVE" if b"MOVE" in able else "COPY", uid, f'"{folder}"')
    if answer != "OK":
        raise Transient(f"mail {uid} cannot be moved to {folder} ({_said(text)}): make that folder")
    if b"MOVE" in able:
        return
    box.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)")
    if b"UIDPLUS" in able:
        box.uid("EXPUNGE", uid)
        return
    _, marked = box.uid("SEARCH", "DELETED")
    if (marked[0] or b"").split() == [uid.encode()]:
        box.expunge()


def _validity_of(box: Mailbox) -> str:
    """The UIDVALIDITY the server told when the inbox was opened, empty where it told none."""
    _, told = box.response("UIDVALIDITY")
    return told[0].decode("ascii", "replace") if told and isinstance(told[0], bytes) else ""


def _said(text: Sequence[object]) -> str:
    return text[0].decode("utf-8", "replace") if text and isinstance(text[0], bytes) else "no reason given"


def _number_behind(parts: Sequence[object], word: bytes) -> int | None:
    text = b" ".join(part for part in parts if isinstance(part, bytes))
    digits = text.partition(word)[2].strip().partition(b" ")[0].rstrip(b")")
    return int(digits) if digits.isdigit() else None
