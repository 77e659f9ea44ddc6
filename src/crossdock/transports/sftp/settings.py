"""How a partner's SFTP server is reached."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import BYTES_MAX, Bytes, Folder, Seconds

KEY_WORDS = 2


class SftpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "sftp"`.

    `host_keys` pins the server: its public keys as `ssh-keyscan` prints them without the host name
    (`ssh-ed25519 AAAA…`), all it may show, also the next one while it changes. `inbox` is where the partner leaves
    files, `outbox` where it looks for ours; `archive` and `refused` stand below the inbox unless named. A file larger
    than `bytes_max` is moved aside unread. Secrets: `sftp_key` (a private key in OpenSSH or PEM form, with
    `sftp_passphrase` where it has one) or `sftp_password`.
    """

    kind: Literal["sftp"]
    host: Annotated[str, msgspec.Meta(min_length=1)]
    user: Annotated[str, msgspec.Meta(min_length=1)]
    host_keys: tuple[str, ...]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 22
    inbox: Folder = "in"
    outbox: Folder = "out"
    archive: str = ""
    refused: str = ""
    pattern: str = "*"
    content_type: str = "application/edi-x12"
    bytes_max: Bytes = BYTES_MAX
    timeout_s: Seconds = 30.0
    every_s: Seconds = 30.0

    def __post_init__(self) -> None:
        if not self.host_keys:
            raise ValueError("host_keys is empty: ask the partner for the public key of its server and pin it here")
        for key in self.host_keys:
            if len(key.split()) < KEY_WORDS or "\n" in key:
                raise ValueError(f"host_keys: {key[:40]!r} is no public key: give it as in ssh-ed25519 AAAA…")

    @property
    def archive_folder(self) -> str:
        """Where what was taken is moved."""
        return self.archive or f"{self.inbox}/archive"

    @property
    def refused_folder(self) -> str:
        """Where what cannot be used is moved."""
        return self.refused or f"{self.inbox}/refused"
