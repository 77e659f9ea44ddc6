"""What every reader answers with: documents, faults with exact places, and the bytes that belong to neither."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from crossdock.kernel.tree import Document, Place

D = TypeVar("D", bound=Document)

ERROR = "error"
WARNING = "warning"
BYTES_MAX = 64 * 1024 * 1024
FAULTS_MAX = 1_000


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with the syntax of a message.

    `code` is `<SYNTAX>-<WHAT>`; `detail` one sentence that says who must do what; an error means that the piece at
    `place` was not read, a warning that it was read nevertheless.
    """

    code: str
    detail: str
    place: Place
    severity: str = ERROR


class Reading(msgspec.Struct, Generic[D]):
    """A whole message as read: what could be read stands in `documents`, in the order of the bytes."""

    documents: list[D]
    faults: list[Fault]

    @property
    def errors(self) -> list[Fault]:
        """The faults that kept something from being read."""
        return [fault for fault in self.faults if fault.severity == ERROR]


def refused(code: str, detail: str, start: int = 0, length: int = 0) -> Fault:
    """A fault at bytes that no document holds."""
    return Fault(code, detail, Place(f"byte {start}", start, length))


def too_large(body: bytes, code: str, limit: int) -> Fault | None:
    """The fault of a message beyond the size it may have, found before anything of it is looked at."""
    if len(body) <= limit:
        return None
    return refused(code, f"the message has {len(body)} bytes, at most {limit} are read: split it", limit)
