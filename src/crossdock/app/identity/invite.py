"""Who may come: adding a person with roles, changing what they may, ending them. Each is an act with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.people import People, Person
from crossdock.ports.principal import Grant, Kind, RoleName

EMAIL_CHARS_MAX = 254
ID_BITS = 60
# No more than a typing aid: whether the address exists is shown by whoever gets the link.
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


class Newcomer(msgspec.Struct, frozen=True):
    """Somebody to let in."""

    email: str
    name: str
    grants: tuple[Grant, ...]


async def invite(people: People, clock: Clock, dice: Dice, who: Newcomer, act: Act) -> Person:
    """A new person; customers are those whose role is customer.

    Raises:
        Rejected: no address, a role missing, roles of our people and of customers mixed, a customer without customers,
            or an address that is somebody already.
    """
    if len(who.email) > EMAIL_CHARS_MAX or not _EMAIL.fullmatch(who.email):
        raise Rejected(f"{who.email[:EMAIL_CHARS_MAX]} is no e-mail address: give one such as ana@example.com")
    kind = kind_of(who.grants)
    ident = f"{dice.bits(ID_BITS):015x}"
    person = Person(ident, who.email, who.name.strip() or who.email, kind, clock.now(), grants=who.grants)
    await people.add(person, act)
    return person


async def regrant(people: People, clock: Clock, person: Person, grants: Sequence[Grant], act: Act) -> Person:
    """The same person with other grants.

    Raises:
        Rejected: as `invite`, or one of our people would become a customer or the other way about, or has ended.
    """
    if kind_of(grants) is not person.kind:
        raise Rejected("our people and customers are never the same person: end this one and add another")
    if not await people.regrant(person.id, grants, act, clock.now()):
        raise Rejected(f"{person.email} has ended: add them anew")
    return await known(people, person.email)


async def known(people: People, email: str) -> Person:
    """The person of that address, still in force.

    Raises:
        Rejected: there is none.
    """
    person = await people.by_email(email)
    if person is None or person.ended is not None:
        raise Rejected(f"nobody may sign in as {email}: see crossdock person list")
    return person


def kind_of(grants: Sequence[Grant]) -> Kind:
    """Whether those are the grants of one of our people or of a customer.

    Raises:
        Rejected: of neither.
    """
    if not grants:
        raise Rejected(f"a person without a role can do nothing: name one of {', '.join(RoleName)}")
    outside = [one for one in grants if one.role is RoleName.CUSTOMER]
    if outside and len(outside) != len(grants):
        raise Rejected("a customer has no role of our people: leave customer or the others away")
    if any(not one.reach.customers for one in outside):
        raise Rejected("say whose orders a customer may see: name at least one customer")
    return Kind.CUSTOMER if outside else Kind.PERSON
