"""The settings of the transports that need no server of the partner's: watched folders and its HTTP API."""

from __future__ import annotations

from typing import Literal

import msgspec

from crossdock.transports.bounds import BYTES_MAX, Bytes, Seconds


class FolderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "folder"`, which partners that speak in files have without a table too.

    `inbox` and `outbox` are folders on this machine; absent, they are `in` and `out` below the partner's place in the
    exchange. A file larger than `bytes_max` is moved aside unread.
    """

    kind: Literal["folder"] = "folder"
    inbox: str = ""
    outbox: str = ""
    pattern: str = "*"
    content_type: str = "application/edi-x12"
    bytes_max: Bytes = BYTES_MAX
    every_s: Seconds = 2.0


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "http"`, which partners with a `base_url` have without a table too.

    Only addresses of the public internet are called unless `private_network` says that this system stands in a network
    of yours or on this machine.
    """

    kind: Literal["http"] = "http"
    private_network: bool = False
