"""How a partner writes to us by mail, and how we write to it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import BYTES_MAX, Bytes, Seconds

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Host = Annotated[str, msgspec.Meta(min_length=1)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)]


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "mail"`.

    Attachments of mails from `their_address` in the folder `inbox` are taken, each as a file of its own; a mail is
    moved to `archive` when all of it is durable, to `refused` when some of it cannot be used or it holds nothing. Both
    folders must be there. Ours go as attachments to `their_address`. Both connections are encrypted from the start
    (IMAP over TLS, SMTP over TLS) by certificates the machine trusts, or those in `certificates`. Secret:
    `mail_password`.
    """

    kind: Literal["mail"]
    imap_host: Host
    smtp_host: Host
    user: Host
    our_address: Address
    their_address: Address
    imap_port: Port = 993
    smtp_port: Port = 465
    certificates: tuple[str, ...] = ()
    inbox: str = "INBOX"
    archive: str = "Archive"
    refused: str = "Refused"
    pattern: str = "*"
    content_type: str = "application/edi-x12"
    bytes_max: Bytes = BYTES_MAX
    timeout_s: Seconds = 30.0
    every_s: Seconds = 60.0
