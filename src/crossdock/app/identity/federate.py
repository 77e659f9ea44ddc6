"""Somebody vouched for by the identity provider becomes one of our people: found, bound, let in, given their roles.

Found by what the provider calls them. Else by an e-mail address the provider has verified, for whoever was invited.
Else let in where a group of theirs has a role here. Where groups have roles, each sign-in makes the grants what the
groups say, so that leaving a group is leaving a role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from crossdock.app.identity.invite import Newcomer, invite
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.identity_provider import Vouched
from crossdock.ports.people import People, Person
from crossdock.ports.principal import Grant, Ids, Kind, Reach, RoleName

PROVIDER = "identity provider"


class GroupRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a group of the provider's means here: a role, within a reach."""

    group: str
    role: RoleName
    partners: Ids = ()
    sites: Ids = ()
    units: Ids = ()
    customers: Ids = ()

    def grant(self) -> Grant:
        """As a grant."""
        return Grant(self.role, Reach(self.partners, self.sites, self.units, self.customers))


@dataclass(frozen=True, slots=True)
class Federation:
    """See the module."""

    people: People
    clock: Clock
    dice: Dice
    roles: Sequence[GroupRole] = ()

    async def person(self, who: Vouched) -> Person:
        """The person who was vouched for.

        Raises:
            Rejected: nobody invited them and no group of theirs has a role, or they have ended.
        """
        person = await self.people.by_subject(who.issuer, who.subject)
        if person is not None and person.ended is not None:
            raise Rejected(f"{person.email} may not sign in any more: ask an administrator")
        if person is None:
            person = await self._bound(who)
        if person is None:
            return await self._new(who)
        return await self._regranted(person, who)

    def grants(self, who: Vouched) -> tuple[Grant, ...]:
        """What their groups give them, in the order of the settings."""
        return tuple(one.grant() for one in self.roles if one.group in who.groups)

    async def _bound(self, who: Vouched) -> Person | None:
        person = await self.people.by_email(who.email) if who.email else None
        if person is None:
            return None
        if person.ended is not None or person.subject:
            raise Rejected(f"{who.email} is not yours to sign in as, or not any more: ask an administrator")
        act = Act("bound", person.name, PROVIDER, f"signed in at {who.issuer}")
        now = self.clock.now()
        if not await self.people.bind(person.id, issuer=who.issuer, subject=who.subject, act=act, now=now):
            return None
        return msgspec.structs.replace(person, issuer=who.issuer, subject=who.subject)

    async def _new(self, who: Vouched) -> Person:
        grants = self.grants(who)
        if not grants or not who.email:
            raise Rejected(
                f"nobody here is {who.email or who.name or who.subject}: ask an administrator to add you with the "
                "address your identity provider has verified"
            )
        act = Act("person_added", who.name or who.email, PROVIDER, f"a group of {who.issuer} has a role")
        person = await invite(self.people, self.clock, self.dice, Newcomer(who.email, who.name, grants), act)
        bound = Act("bound", person.name, PROVIDER, f"signed in at {who.issuer}")
        now = self.clock.now()
        await self.people.bind(person.id, issuer=who.issuer, subject=who.subject, act=bound, now=now)
        return person

    async def _regranted(self, person: Person, who: Vouched) -> Person:
        """Customers keep what they were invited to: whose orders they may see is not the provider's to say."""
        if not self.roles or person.kind is not Kind.PERSON:
            return person
        grants = self.grants(who)
        if not grants:
            raise Rejected(f"no group of {person.email} has a role here any more: ask an administrator")
        if grants != person.grants:
            act = Act("roles_changed", person.name, PROVIDER, f"their groups at {who.issuer}")
            await self.people.regrant(person.id, grants, act, self.clock.now())
        return msgspec.structs.replace(person, grants=grants)
