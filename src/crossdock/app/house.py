"""The installation as its administrators look at it: how it is set, who may come, which keys are out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crossdock.app.identity.entry import Entry
from crossdock.app.identity.invite import Newcomer, invite, known
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.keys import ApiKey, Keys
from crossdock.ports.people import Person
from crossdock.ports.principal import Principal


@dataclass(frozen=True, slots=True)
class House:
    """`shown` are the effective settings by section, without a secret."""

    entry: Entry
    keys: Keys
    shown: Mapping[str, Mapping[str, str]]

    async def people(self) -> Sequence[Person]:
        """Everybody, the newest first, ended ones too."""
        return await self.entry.people.all()

    async def all_keys(self) -> Sequence[ApiKey]:
        """Every key, the newest first, stopped ones too; never the key itself."""
        return await self.keys.all()

    async def invite(self, who: Newcomer, by: Principal, reason: str) -> tuple[Person, Secret, datetime]:
        """Let somebody in; the token of their first sign-in link, to be shown once, and when it expires.

        Raises:
            Rejected: see `app.identity.invite`.
        """
        clock, dice = self.entry.clock, self.entry.dice
        person = await invite(self.entry.people, clock, dice, who, Act("person_added", by.name, by.key, reason))
        act = Act("link_made", by.name, by.key, reason)
        token, expires = await self.entry.link(person.email, act, lasts_s=self.entry.limits.invitation_s)
        return person, token, expires

    async def end(self, email: str, by: Principal, reason: str) -> None:
        """Nobody comes as this person any more.

        Raises:
            Rejected: nobody of that address may come, or it is the one who asks.
        """
        person = await known(self.entry.people, email)
        if person.id == by.id:
            raise Rejected("you cannot end yourself: ask another administrator")
        await self.entry.people.end(person.id, Act("person_ended", by.name, by.key, reason), self.entry.clock.now())

    async def stop_key(self, prefix: str, by: Principal, reason: str) -> None:
        """Stop a key for good.

        Raises:
            Rejected: there is none that still works.
        """
        act = Act("key_revoked", by.name, by.key, reason)
        if not await self.keys.revoke(prefix, self.entry.clock.now(), act):
            raise Rejected(f"no key {prefix} works: look at the list again")
