"""The transport port: bytes to and from a partner. Connectors get one handed in; only `transports` opens sockets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec


class HttpReply(msgspec.Struct, frozen=True):
    """A partner's answer; `body` is cut at the transport's bound. Several `Set-Cookie` are one header, a line each."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpTransport(Protocol):
    """Calls on one partner's base address."""

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        """One call, no retry, no redirect.

        Raises:
            Transient: no connection was made, so nothing can have happened.
            TimeoutError: it was sent and no answer came: the outcome is unknown.
        """


class DropTransport(Protocol):
    """A place files are put for a partner (folder, SFTP)."""

    async def put(self, name: str, body: bytes) -> None:
        """Write under a temporary name, then rename; the same name again replaces it with the same bytes.

        Raises:
            Transient: the place is not reachable.
        """


class SoapAnswer(msgspec.Struct, frozen=True):
    """A service's yes: the partner's own number of what it did, and for people what it said, cut."""

    reference: str = ""
    text: str = ""


class SoapTransport(Protocol):
    """Calls on one partner's SOAP service, each with a document."""

    async def submit(self, document: bytes, *, key: str, traceparent: str = "") -> SoapAnswer:
        """One call, no retry. `key` is the same whenever the same is sent again.

        Raises:
            Rejected: the document does not fit the WSDL, or the service says no, or that the caller is at fault.
            Transient: no connection was made, or the service says that it is at fault.
            Permanent: the WSDL cannot be used; nothing was sent.
            TimeoutError: it was sent and no answer came that can be used: the outcome is unknown.
        """


class PickedFile(msgspec.Struct, frozen=True):
    """One file, read whole. `sha256` is of its bytes, in hex; `size` is in bytes.

    An `oversize` file was not read: it has no body and no digest, and its bytes stay where they are until it is moved.
    """

    name: str
    body: bytes
    sha256: str
    oversize: bool = False
    size: int = 0


class PickupTransport(Protocol):
    """A place a partner leaves files (folder, SFTP, FTP, mailbox). What was taken stays there until it is moved."""

    async def pickup(self) -> Sequence[PickedFile]:
        """Files that may be taken, oldest first, a bounded number a look.

        Raises:
            Transient: the place cannot be reached now.
            Permanent: it refuses us, or is not what the partner file says.
        """

    async def archive(self, name: str) -> str:
        """Move a file that is durable here to where taken ones are kept; returns its new name.

        Raises:
            Transient: it cannot be moved now, or is gone.
        """

    async def refuse(self, name: str) -> str:
        """Move a file that cannot be used aside; nothing is ever deleted; returns its new name.

        Raises:
            Transient: as above.
        """
