"""What a process manager may ask for. Pure values; the fold collects them, the use case turns them into rows.

Every effect has a key that depends only on facts, so that asking again (a refold, a replay) asks for the same thing.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.addressing import Address
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.vocabulary import Priority, Role
from crossdock.kernel.ids import fingerprint

# `canonical.scalars.Id`: how a command ended is told to its dossier by this key.
ID_MAX = 128


class Send(msgspec.Struct, frozen=True, gc=False):
    """A command to one connected system.

    `key` is the idempotency key of domain.md §2.10 (without the type), `ordering` the key its order is kept under.
    """

    type: str
    to: Address
    payload: Payload
    key: str
    ordering: str
    priority: Priority

    @property
    def idempotency_key(self) -> str:
        """Type and key, in no more characters than an identifier has: what is longer ends in a print of all of it."""
        whole = f"{self.type}:{self.key}"
        if len(whole) <= ID_MAX:
            return whole
        return f"{whole[: ID_MAX - 17]}#{fingerprint(whole) & 0xFFFF_FFFF_FFFF_FFFF:016x}"


class Derive(msgspec.Struct, frozen=True, gc=False):
    """A fact concluded here, source SYNC. With `to`, it belongs to another dossier (a load telling its shipments).

    `suffix` completes the business key when the catalogue's rule is not enough; it is usually empty. `inferred` marks
    it. `copied` passes on what somebody said of several as said of one of them: it stays theirs, and is the very
    statement they would have made of that one alone.
    """

    type: str
    subject: Subject
    payload: Payload
    to: tuple[Reference, ...] = ()
    inferred: bool = False
    copied: bool = False


class OpenCase(msgspec.Struct, frozen=True, gc=False):
    """An exception of domain.md §5 holds; asked for again on every fold for as long as it does. One per code, subject,
    slot."""

    code: str
    subject: str
    detail: str
    slot: str = ""


class CloseCase(msgspec.Struct, frozen=True, gc=False):
    """The exception no longer holds: the fact being folded is the proof. Closing what is not open does nothing.

    `every`: in whatever slot it is open about this subject.
    """

    code: str
    subject: str
    slot: str = ""
    every: bool = False


class StartTimer(msgspec.Struct, frozen=True, gc=False):
    """Ask to be woken: a `timer.elapsed` fact named `name` about `scope` at `due`. Starting again moves it."""

    name: str
    scope: str
    due: datetime
    about: str = ""


class StopTimer(msgspec.Struct, frozen=True, gc=False):
    """No longer needed: the one about `about`, or all of that name. Stopping what does not run does nothing."""

    name: str
    scope: str
    about: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """This identifier belongs to this dossier, and inside it to `group` (`<warehouse>/<release_no>`), if not empty."""

    reference: Reference
    group: str = ""


class Tell(msgspec.Struct, frozen=True, gc=False):
    """What one machine lets the others of its dossier know at once, under `trigger` (see `process.told`).

    It is offered in the cascade like a command of ours and leaves no trace but what the others make of it; `group` is
    whom it is about, empty for the whole dossier.
    """

    trigger: str
    payload: Payload
    group: str = ""


Effect = Tell | Send | Derive | OpenCase | CloseCase | StartTimer | StopTimer | Link


__all__ = [
    "Address",
    "CloseCase",
    "Derive",
    "Effect",
    "Link",
    "OpenCase",
    "Priority",
    "Role",
    "Send",
    "StartTimer",
    "StopTimer",
    "Tell",
]
