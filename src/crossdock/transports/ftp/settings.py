"""How a partner's FTP server is reached."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import BYTES_MAX, Bytes, Folder, Seconds


class FtpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "ftp"`.

    The connection is encrypted (explicit TLS, RFC 4217) unless `insecure` says that this old server cannot: then names,
    passwords and documents can be read by everybody on the way. `certificates` are those to trust, in PEM; absent, the
    machine's authorities are. `archive` and `refused` stand below the inbox unless named. Secret: `ftp_password`.
    """

    kind: Literal["ftp"]
    host: Annotated[str, msgspec.Meta(min_length=1)]
    user: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 21
    insecure: bool = False
    certificates: tuple[str, ...] = ()
    inbox: Folder = "in"
    outbox: Folder = "out"
    archive: str = ""
    refused: str = ""
    pattern: str = "*"
    content_type: str = "application/edi-x12"
    bytes_max: Bytes = BYTES_MAX
    timeout_s: Seconds = 30.0
    every_s: Seconds = 60.0

    @property
    def archive_folder(self) -> str:
        """Where what was taken is moved."""
        return self.archive or f"{self.inbox}/archive"

    @property
    def refused_folder(self) -> str:
        """Where what cannot be used is moved."""
        return self.refused or f"{self.inbox}/refused"
