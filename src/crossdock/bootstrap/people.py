"""People put together: the way in for browsers, and adding and ending people from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from crossdock.app.identity.entry import Entry
from crossdock.app.identity.federate import Federation
from crossdock.app.identity.invite import Newcomer, invite, known, regrant
from crossdock.app.identity.machines import MachineDoor
from crossdock.bootstrap.clock import SystemClock, SystemDice
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.door import door
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.options import PersonOptions, Place
from crossdock.bootstrap.presence import installation, pepper_of
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.people import Person
from crossdock.postgres.people import PostgresPeople
from crossdock.runtime.loops import Work
from crossdock.transports.identity.issuer import Issuer
from crossdock.transports.identity.login import Client, OidcLogin
from crossdock.transports.identity.tokens import IssuedTokens
from crossdock.web.people.provider import by_provider
from crossdock.web.people.sign_in import Frame, More, Rooms, build_sign_in

# Whoever has the command line has the database; the name is what they say.
KEY = "command line"


def entry_at(hub: Hub) -> Entry:
    """The way in, in a serving process."""
    settings = hub.project.settings
    pepper = pepper_of(settings, hub.project.data)
    return Entry(PostgresPeople(hub.pool), hub.clock, hub.dice, pepper, settings.people)


def people_rooms(hub: Hub, frame: Frame) -> Rooms:
    """The pages to sign in and out, by the first part of their paths, in the frame of the house."""
    entry = entry_at(hub)
    public_url = hub.project.settings.http.public_url
    return build_sign_in(entry, public_url=public_url, frame=frame, more=provider_ways(hub, entry))


def provider_ways(hub: Hub, entry: Entry) -> More:
    """Signing in at the identity provider, where one is set."""
    oidc = hub.project.settings.oidc
    if not oidc.issuer:
        return More()
    client = Client(oidc.client_id, oidc.client_secret or Secret(""), oidc.scopes, oidc.groups_claim)
    login = OidcLogin(Issuer(oidc.issuer, private_network=oidc.private_network), client, hub.clock)
    federation = Federation(entry.people, hub.clock, hub.dice, oidc.roles)
    return by_provider(login, federation, oidc.name)


def machines_of(hub: Hub) -> MachineDoor | None:
    """Machines that bring tokens, where an issuer is set."""
    settings = hub.project.settings.tokens
    if not settings.issuer:
        return None
    issuer = Issuer(settings.issuer, private_network=settings.private_network)
    return MachineDoor(IssuedTokens(issuer, settings.audience), settings.partner_claim, settings.reach_claim)


def forget_sessions(hub: Hub) -> Work:
    """Drop sessions and links that open nothing any more."""
    return entry_at(hub).sweep


@asynccontextmanager
async def entry_of(place: Place) -> AsyncIterator[Entry]:
    """The way in of an installation, for a command."""
    settings, data = installation(place)
    async with installation_pool(place, "people") as pool:
        pepper = pepper_of(settings, data)
        yield Entry(PostgresPeople(pool), SystemClock(), SystemDice(), pepper, settings.people)


async def add_person(place: Place, options: PersonOptions) -> Person:
    """Somebody new, or other roles for somebody there is.

    Raises:
        Rejected: see `app.identity.invite`.
    """
    act = Act("person_added", options.by, f"{KEY}: {options.by}", options.reason)
    async with entry_of(place) as entry:
        found = await entry.people.by_email(options.email)
        if found is not None and found.ended is None:
            again = Act("roles_changed", act.person, act.key, act.reason)
            return await regrant(entry.people, entry.clock, found, options.grants, again)
        return await invite(
            entry.people, entry.clock, entry.dice, Newcomer(options.email, options.name, options.grants), act
        )


async def list_people(place: Place) -> Sequence[Person]:
    """Everybody, ended ones too."""
    async with entry_of(place) as entry:
        return await entry.people.all()


async def end_person(place: Place, email: str, *, by: str, reason: str) -> None:
    """Nobody comes as this person any more.

    Raises:
        Rejected: nobody of that address may come.
    """
    async with entry_of(place) as entry:
        person = await known(entry.people, email)
        if not await entry.people.end(person.id, Act("person_ended", by, f"{KEY}: {by}", reason), entry.clock.now()):
            raise Rejected(f"{email} has ended already: see crossdock person list")


async def sign_in_link(place: Place, email: str, by: str, *, invitation: bool = False) -> tuple[str, datetime]:
    """An address that signs this person in once, and until when it does; an invitation waits for days.

    Raises:
        Rejected: nobody of that address may come.
    """
    settings, data = installation(place)
    http = settings.http
    async with entry_of(place) as entry:
        act = Act("invited" if invitation else "link_made", by, f"{KEY}: {by}", "a link to sign in with")
        lasts_s = entry.limits.invitation_s if invitation else entry.limits.link_s
        token, expires = await entry.link(email, act, lasts_s=lasts_s)
    base = http.public_url or door(data) or f"http://{http.host}:{http.port}"
    return f"{base}/signin?token={token.reveal()}", expires
