"""Where people are kept: who they are, what they may, their sessions and the links by which they sign in once.

Of a session and of a link only the digest is stored; what opens either is shown once and never kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.ports.acts import Act
from crossdock.ports.principal import Grant, Kind

PEOPLE_MAX = 1_000


class Person(msgspec.Struct, frozen=True):
    """A person. `issuer` and `subject` are what the identity provider calls them, empty until they first came by it.

    Attributes:
        kind: person for our own people, customer for those who see their own orders only.
        ended: since when they may not come any more.
    """

    id: str
    email: str
    name: str
    kind: Kind
    created: datetime
    issuer: str = ""
    subject: str = ""
    ended: datetime | None = None
    grants: tuple[Grant, ...] = ()


class SignInLink(msgspec.Struct, frozen=True):
    """A link that opens one session, once, before it expires."""

    digest: bytes
    person: str
    created: datetime
    expires: datetime


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser. `seen` moves with use, `ends` never does; `agent` is what the browser calls itself."""

    digest: bytes
    person: str
    created: datetime
    seen: datetime
    ends: datetime
    agent: str = ""


class People(Protocol):
    """The store of people. Every change keeps its act in the same transaction."""

    async def add(self, person: Person, act: Act) -> None:
        """Keep a new person with their grants.

        Raises:
            Rejected: that address, or that subject of the issuer, is somebody already.
        """

    async def by_email(self, email: str) -> Person | None:
        """The person of that address, however it is spelt, ended ones too."""

    async def by_subject(self, issuer: str, subject: str) -> Person | None:
        """The person the identity provider calls so, ended ones too."""

    async def bind(self, person: str, *, issuer: str, subject: str, act: Act, now: datetime) -> bool:
        """Remember what the identity provider calls somebody; false when they are bound already, or ended."""

    async def regrant(self, person: str, grants: Sequence[Grant], act: Act, now: datetime) -> bool:
        """Put these grants in the place of those there are; false when there is no such person or they have ended."""

    async def end(self, person: str, act: Act, now: datetime) -> bool:
        """Nobody comes as this person any more: sessions and links end with them; false when they had ended."""

    async def all(self) -> Sequence[Person]:
        """Everybody, the newest first, at most 1,000."""

    async def keep_link(self, link: SignInLink, act: Act) -> None:
        """Keep a link; those of the same person that are not used yet stop working."""

    async def use_link(self, digest: bytes, session: Session, sessions_max: int) -> Person | None:
        """Use up a link and open this session (for whom the link is) in one transaction; the person.

        `None` where there is no such link, it was used, it had expired when the session was made, or the person has
        ended. Of two who come at once one gets it.
        """

    async def open(self, session: Session, how: str, sessions_max: int) -> Person | None:
        """Keep a session that somebody opened by this means; of more than `sessions_max` of theirs the oldest end.

        `None` where the person has ended.
        """

    async def session(self, digest: bytes) -> tuple[Session, Person] | None:
        """The session with its person and what they may now; `None` where it has ended or the person has."""

    async def seen(self, digest: bytes, now: datetime) -> None:
        """The session was used."""

    async def close(self, digest: bytes) -> None:
        """End a session; nothing happens when there is none."""

    async def sweep(self, now: datetime, idle_since: datetime) -> int:
        """Forget sessions and links that can open nothing any more; how many."""
