"""How people come in: a link used once opens a session, a session's cookie says who it is, until it ends.

Links and cookies are 256 random bits; the store holds their digests under the pepper. A session ends when it was idle
for too long, when it is too old however busy, on signing out, and when the person is ended. What the person may is
read with every request.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from crossdock.app.access import digest
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.people import People, Person, Session, SignInLink
from crossdock.ports.principal import Principal

TOKEN_BITS = 256
TOKEN_CHARS = 43
AGENT_CHARS_MAX = 200

Span = Annotated[float, msgspec.Meta(gt=0)]


class EntryLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a session lasts unused and at all, how long a link waits to be used, how many sessions a person has.

    `seen_every_s` is how often use is written down, so that reading a page is not a write each time.
    """

    idle_s: Span = 3_600.0
    session_s: Span = 12 * 3_600.0
    link_s: Span = 900.0
    invitation_s: Span = 7 * 86_400.0
    sessions_max: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    seen_every_s: Span = 60.0


DEFAULTS = EntryLimits()


class Signed(msgspec.Struct, frozen=True):
    """Somebody signed in: who, by which cookie, and the token that forms of theirs must bring back."""

    principal: Principal
    cookie: Secret
    csrf: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """See the module."""

    people: People
    clock: Clock
    dice: Dice
    pepper: Secret
    limits: EntryLimits = DEFAULTS

    async def link(self, email: str, act: Act, *, lasts_s: float = 0.0) -> tuple[Secret, datetime]:
        """A new link for somebody known, to be shown once, and when it expires; earlier ones stop working.

        Raises:
            Rejected: nobody is known under that address, or not any more.
        """
        person = await self.people.by_email(email)
        if person is None or person.ended is not None:
            raise Rejected(f"nobody may sign in as {email}: add them with crossdock person add")
        token, now = self._token(), self.clock.now()
        expires = now + timedelta(seconds=lasts_s or self.limits.link_s)
        await self.people.keep_link(SignInLink(self._digest("link", token), person.id, now, expires), act)
        return Secret(token), expires

    async def enter(self, token: str, agent: str) -> Signed | None:
        """Use a link up; `None` where it opens nothing (any more)."""
        if len(token) != TOKEN_CHARS:
            return None
        cookie, session = self._session("", agent)
        person = await self.people.use_link(self._digest("link", token), session, self.limits.sessions_max)
        return self._signed(person, cookie, session.ends) if person is not None else None

    async def admit(self, person: Person, how: str, agent: str) -> Signed | None:
        """Open a session for somebody proven by another means; `None` where they have ended."""
        cookie, session = self._session(person.id, agent)
        found = await self.people.open(session, how, self.limits.sessions_max)
        return self._signed(found, cookie, session.ends) if found is not None else None

    async def who(self, cookie: str) -> Signed | None:
        """Whose cookie that is; `None` where it is nobody's (any more)."""
        if len(cookie) != TOKEN_CHARS:
            return None
        key, now = self._digest("session", cookie), self.clock.now()
        found = await self.people.session(key)
        if found is None:
            return None
        session, person = found
        if session.ends <= now or session.seen + timedelta(seconds=self.limits.idle_s) <= now:
            await self.people.close(key)
            return None
        if session.seen + timedelta(seconds=self.limits.seen_every_s) <= now:
            await self.people.seen(key, now)
        return self._signed(person, cookie, session.ends)

    async def leave(self, cookie: str) -> None:
        """Sign out."""
        await self.people.close(self._digest("session", cookie))

    async def sweep(self) -> int:
        """Forget sessions and links that open nothing any more; how many."""
        now = self.clock.now()
        return await self.people.sweep(now, now - timedelta(seconds=self.limits.idle_s))

    def stranger(self) -> str:
        """A cookie for somebody not signed in, which ties the sign-in form to the browser that asked for it."""
        return self._token()

    def csrf(self, cookie: str) -> str:
        """The token that forms bring back; to make it takes the pepper, to know it takes reading the page."""
        return self._digest("csrf", cookie).hex()

    def derived(self, use: str, cookie: str) -> str:
        """A value that belongs to this cookie and this use, and is made again when it is needed."""
        return self._digest(use, cookie).hex()

    def is_same(self, one: str, other: str) -> bool:
        """Whether two texts are the same, told in the time it takes to compare any two of that length."""
        return hmac.compare_digest(one.encode(), other.encode())

    def is_ours(self, cookie: str, csrf: str) -> bool:
        """Whether a form with this token came from a page that was given to this cookie."""
        return hmac.compare_digest(self.csrf(cookie).encode(), csrf.encode())

    def _session(self, person: str, agent: str) -> tuple[str, Session]:
        cookie, now = self._token(), self.clock.now()
        ends = now + timedelta(seconds=self.limits.session_s)
        return cookie, Session(self._digest("session", cookie), person, now, now, ends, agent[:AGENT_CHARS_MAX])

    def _signed(self, person: Person, cookie: str, ends: datetime) -> Signed:
        return Signed(principal_of(person), Secret(cookie), self.csrf(cookie), ends)

    def _token(self) -> str:
        return base64.urlsafe_b64encode(self.dice.bits(TOKEN_BITS).to_bytes(TOKEN_BITS // 8)).decode().rstrip("=")

    def _digest(self, use: str, text: str) -> bytes:
        return digest(f"{use}:{text}", self.pepper)


def principal_of(person: Person) -> Principal:
    """A person as one who acts."""
    return Principal(person.id, person.name, person.kind, person.grants)
