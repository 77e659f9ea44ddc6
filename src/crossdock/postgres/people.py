"""People in PostgreSQL (ports.people): every change and its act are one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg.rows import dict_row

from crossdock.kernel.errors import Conflict, Rejected
from crossdock.ports.acts import Act, state_of
from crossdock.ports.people import PEOPLE_MAX, Person, Session, SignInLink
from crossdock.ports.principal import Grant, Reach
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.rows import Row, fetch

_PERSON = """
select p.id, p.email, p.name, p.kind, p.created, p.issuer, p.subject, p.ended, coalesce((
    select json_agg(json_build_object('role', g.role, 'reach', json_build_object(
        'partners', g.partners, 'sites', g.sites, 'units', g.units, 'customers', g.customers)) order by g.place)
    from person_grant g where g.person = p.id), '[]') as grants
from person p"""

# Somebody who ended and was invited again is two rows of one address: the one in force is meant.
_BY_EMAIL = f"{_PERSON} where lower(p.email) = lower(%s) order by p.ended desc nulls first limit 1"
_BY_SUBJECT = f"{_PERSON} where p.issuer = %s and p.subject = %s order by p.ended desc nulls first limit 1"
_LOCKED = f"{_PERSON} where p.id = %s for update of p"
_BY_ID = f"{_PERSON} where p.id = %s and p.ended is null"
_ALL = f"{_PERSON} order by p.created desc, p.id limit {PEOPLE_MAX}"

_ADD = """
insert into person (id, email, name, kind, created, issuer, subject) values (%s, %s, %s, %s, %s, %s, %s)"""
_GRANT = """
insert into person_grant (person, place, role, partners, sites, units, customers) values (%s, %s, %s, %s, %s, %s, %s)"""
_UNGRANT = "delete from person_grant where person = %s"
_BIND = "update person set issuer = %s, subject = %s where id = %s"
_END = "update person set ended = %s where id = %s"
_END_SESSIONS = "delete from session where person = %s"
_END_LINKS = "delete from sign_in_link where person = %s"

_KEEP_LINK = "insert into sign_in_link (digest, person, created, expires) values (%s, %s, %s, %s)"
_USE_LINK = "delete from sign_in_link where digest = %s and expires > %s returning person"

_OPEN = "insert into session (digest, person, created, seen, ends, agent) values (%s, %s, %s, %s, %s, %s)"
_END_OLDEST = """
delete from session where digest in (
    select digest from session where person = %s order by created desc, digest offset %s)"""
_SESSION = "select digest, person, created, seen, ends, agent from session where digest = %s"
_SEEN = "update session set seen = %s where digest = %s and seen < %s"
_CLOSE = "delete from session where digest = %s"
_SWEEP_SESSIONS = "delete from session where ends <= %s or seen <= %s"
_SWEEP_LINKS = "delete from sign_in_link where expires <= %s"


class PostgresPeople:
    """See `ports.people.People`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, person: Person, act: Act) -> None:
        """See `People.add`."""
        row = (person.id, person.email, person.name, person.kind.value, person.created, person.issuer, person.subject)
        try:
            async with transaction(self._pool) as connection:
                with translated():
                    await connection.execute(_ADD, row)
                await _grant(connection, person.id, person.grants)
                await keep_act(connection, person.created, act, "", state_of(person), about=_about(person.id))
        except Conflict as error:
            raise Rejected(f"{person.email} is somebody already: list people, or end that one first") from error

    async def by_email(self, email: str) -> Person | None:
        """See `People.by_email`."""
        return await self._one(_BY_EMAIL, (email,))

    async def by_subject(self, issuer: str, subject: str) -> Person | None:
        """See `People.by_subject`."""
        return await self._one(_BY_SUBJECT, (issuer, subject))

    async def bind(self, person: str, *, issuer: str, subject: str, act: Act, now: datetime) -> bool:
        """See `People.bind`."""
        async with transaction(self._pool) as connection:
            found = await _locked(connection, person)
            if found is None or found.subject:
                return False
            with translated():
                await connection.execute(_BIND, (issuer, subject, person))
            after = msgspec.structs.replace(found, issuer=issuer, subject=subject)
            await keep_act(connection, now, act, state_of(found), state_of(after), about=_about(person))
        return True

    async def regrant(self, person: str, grants: Sequence[Grant], act: Act, now: datetime) -> bool:
        """See `People.regrant`."""
        async with transaction(self._pool) as connection:
            found = await _locked(connection, person)
            if found is None:
                return False
            with translated():
                await connection.execute(_UNGRANT, (person,))
            await _grant(connection, person, grants)
            after = msgspec.structs.replace(found, grants=tuple(grants))
            await keep_act(connection, now, act, state_of(found), state_of(after), about=_about(person))
        return True

    async def end(self, person: str, act: Act, now: datetime) -> bool:
        """See `People.end`."""
        async with transaction(self._pool) as connection:
            found = await _locked(connection, person)
            if found is None:
                return False
            with translated():
                await connection.execute(_END, (now, person))
                await connection.execute(_END_SESSIONS, (person,))
                await connection.execute(_END_LINKS, (person,))
            await keep_act(connection, now, act, state_of(found), "ended", about=_about(person))
        return True

    async def all(self) -> Sequence[Person]:
        """See `People.all`."""
        return await fetch(self._pool, Person, _ALL, ())

    async def keep_link(self, link: SignInLink, act: Act) -> None:
        """See `People.keep_link`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_END_LINKS, (link.person,))
                await connection.execute(_KEEP_LINK, (link.digest, link.person, link.created, link.expires))
            await keep_act(connection, link.created, act, "", "", about=_about(link.person))

    async def use_link(self, digest: bytes, session: Session, sessions_max: int) -> Person | None:
        """See `People.use_link`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_USE_LINK, (digest, session.created))).fetchone()
            if row is None:
                return None
            return await _open(connection, msgspec.structs.replace(session, person=row[0]), "link", sessions_max)

    async def open(self, session: Session, how: str, sessions_max: int) -> Person | None:
        """See `People.open`."""
        async with transaction(self._pool) as connection:
            return await _open(connection, session, how, sessions_max)

    async def session(self, digest: bytes) -> tuple[Session, Person] | None:
        """See `People.session`."""
        async with transaction(self._pool) as connection:
            session = await _row(connection, Session, _SESSION, (digest,))
            person = await _row(connection, Person, _BY_ID, (session.person,)) if session is not None else None
        return (session, person) if session is not None and person is not None else None

    async def seen(self, digest: bytes, now: datetime) -> None:
        """See `People.seen`."""
        await self._run(_SEEN, (now, digest, now))

    async def close(self, digest: bytes) -> None:
        """See `People.close`."""
        await self._run(_CLOSE, (digest,))

    async def sweep(self, now: datetime, idle_since: datetime) -> int:
        """See `People.sweep`."""
        return await self._run(_SWEEP_SESSIONS, (now, idle_since)) + await self._run(_SWEEP_LINKS, (now,))

    async def _one(self, statement: str, values: tuple[object, ...]) -> Person | None:
        found = await fetch(self._pool, Person, statement, values)
        return found[0] if found else None

    async def _run(self, statement: str, values: tuple[object, ...]) -> int:
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(statement.encode(), values)).rowcount


async def _locked(connection: Connection, person: str) -> Person | None:
    """The person, locked until the transaction ends; `None` when there is none or they have ended."""
    found = await _row(connection, Person, _LOCKED, (person,))
    return found if found is not None and found.ended is None else None


async def _grant(connection: Connection, person: str, grants: Sequence[Grant]) -> None:
    for place, grant in enumerate(grants):
        reach = (list(getattr(grant.reach, name)) for name in Reach.__struct_fields__)
        with translated():
            await connection.execute(_GRANT, (person, place, grant.role.value, *reach))


async def _open(connection: Connection, session: Session, how: str, sessions_max: int) -> Person | None:
    person = await _locked(connection, session.person)
    if person is None:
        return None
    values = (session.digest, session.person, session.created, session.seen, session.ends, session.agent)
    with translated():
        await connection.execute(_OPEN, values)
        await connection.execute(_END_OLDEST, (session.person, sessions_max))
    act = Act("signed_in", person.name, how, f"by {how}")
    await keep_act(connection, session.created, act, "", "", about=_about(person.id))
    return person


async def _row(connection: Connection, kind: type[Row], statement: str, values: tuple[object, ...]) -> Row | None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        with translated():
            await cursor.execute(statement.encode(), values)
            row = await cursor.fetchone()
    return msgspec.convert(row, kind) if row is not None else None


def _about(person: str) -> str:
    return f"person {person}"
