"""Links, sessions and people in the database: used once, ended in time, each change an act in the one chain."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from crossdock.app.acts.chain import verify
from crossdock.app.identity.invite import known, regrant
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act
from crossdock.ports.principal import Grant, Reach, RoleName, Verb, Whose
from tests.integration.people.conftest import WHY, House

ANA = "ana@example.com"


async def test_a_link_opens_one_session_and_no_second(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR, name="Ana Ruiz")
    token = await house.link(ANA)
    tried = await asyncio.gather(*(house.entry.enter(token, "a browser") for _ in range(4)))
    assert [one.principal.name for one in tried if one is not None] == ["Ana Ruiz"]
    assert await house.entry.enter(token, "a browser") is None


async def test_a_link_ends_with_time_and_with_the_next_link(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    first, second = await house.link(ANA), await house.link(ANA)
    assert await house.entry.enter(first, "") is None
    house.clock.later(seconds=house.entry.limits.link_s)
    assert await house.entry.enter(second, "") is None
    for made_up in ("", "x", "x" * 43, "ä" * 43):
        assert await house.entry.enter(made_up, "") is None


async def test_a_session_ends_idle_old_or_left(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    limits = house.entry.limits

    async def session() -> str:
        signed = await house.entry.enter(await house.link(ANA), "")
        assert signed is not None
        return signed.cookie.reveal()

    idle = await session()
    house.clock.later(seconds=limits.idle_s)
    assert await house.entry.who(idle) is None
    old = await session()
    for _ in range(int(limits.session_s // (limits.idle_s / 2)) - 1):
        house.clock.later(seconds=limits.idle_s / 2)
        assert await house.entry.who(old) is not None
    house.clock.later(seconds=limits.idle_s / 2)
    assert await house.entry.who(old) is None
    left = await session()
    await house.entry.leave(left)
    assert await house.entry.who(left) is None


async def test_of_too_many_sessions_the_oldest_end(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    cookies = []
    for _ in range(house.entry.limits.sessions_max + 1):
        house.clock.later(seconds=1)
        signed = await house.entry.enter(await house.link(ANA), "")
        assert signed is not None
        cookies.append(signed.cookie.reveal())
    known_still = [await house.entry.who(cookie) is not None for cookie in cookies]
    assert known_still == [False] + [True] * house.entry.limits.sessions_max


async def test_what_somebody_may_counts_with_their_next_request(house: House) -> None:
    person = await house.person(ANA, RoleName.VIEWER)
    signed = await house.entry.enter(await house.link(ANA), "")
    assert signed is not None
    assert not signed.principal.may(Verb.ACT)
    reach = Reach(partners=("acme",))
    await regrant(house.people, house.clock, person, (Grant(RoleName.OPERATOR, reach),), WHY)
    again = await house.entry.who(signed.cookie.reveal())
    assert again is not None
    assert again.principal.may(Verb.ACT, Whose(partners=("acme", "other")))
    assert not again.principal.may(Verb.ACT, Whose(partners=("other",)))
    assert await house.people.end(person.id, Act("person_ended", "Ines Vidal", "test", "left"), house.clock.now())
    assert await house.entry.who(signed.cookie.reveal()) is None
    with pytest.raises(Rejected, match="nobody may sign in"):
        await house.link(ANA)


async def test_somebody_who_ended_may_be_added_anew_but_nobody_twice(house: House) -> None:
    person = await house.person(ANA, RoleName.OPERATOR)
    with pytest.raises(Rejected, match="somebody already"):
        await house.person("ANA@example.com", RoleName.VIEWER)
    await house.people.end(person.id, WHY, house.clock.now())
    again = await house.person(ANA, RoleName.VIEWER)
    assert (await known(house.people, "Ana@Example.com")).id == again.id
    assert len(await house.people.all()) == 2


@pytest.mark.parametrize(
    ("roles", "reach", "words"),
    [
        ((), Reach(), "without a role"),
        ((RoleName.CUSTOMER,), Reach(), "whose orders"),
        ((RoleName.CUSTOMER, RoleName.VIEWER), Reach(customers=("C1",)), "no role of our people"),
    ],
)
async def test_roles_that_make_no_sense_are_refused(
    house: House, roles: tuple[RoleName, ...], reach: Reach, words: str
) -> None:
    with pytest.raises(Rejected, match=words):
        await house.person(ANA, *roles, reach=reach)
    with pytest.raises(Rejected, match="no e-mail address"):
        await house.person("not an address", RoleName.VIEWER)


async def test_only_digests_of_links_and_cookies_are_stored(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    token, waiting = await house.link(ANA), ""
    signed = await house.entry.enter(token, "")
    waiting = await house.link(ANA)
    assert signed is not None
    with psycopg.connect(house.url) as connection:
        stored = "".join(
            str(row)
            for table in ("session", "sign_in_link", "act", "person")
            for row in connection.execute(f"select t::text, {'digest' if 's' in table[:1] else 'id'} from {table} t")
        )
    for secret in (token, waiting, signed.cookie.reveal(), signed.csrf):
        assert secret not in stored
        assert secret not in repr(signed.cookie)


@pytest.mark.proves("O-35", "Z-16")
async def test_every_change_is_an_act_of_the_one_chain(house: House) -> None:
    person = await house.person(ANA, RoleName.OPERATOR)
    await house.entry.enter(await house.link(ANA), "")
    await regrant(house.people, house.clock, person, (Grant(RoleName.VIEWER),), Act("roles_changed", "I", "k", "less"))
    await house.people.end(person.id, Act("person_ended", "I", "k", "left"), house.clock.now())
    told = await house.acts.of(f"person {person.id}")
    assert [one.act for one in told] == ["person_added", "link_made", "signed_in", "roles_changed", "person_ended"]
    changed = told[3]
    assert (changed.person, changed.key, changed.reason) == ("I", "k", "less")
    assert changed.before == told[0].after != changed.after
    report = await verify(house.acts)
    assert (report.acts, report.broken_at) == (5, 0)
    with psycopg.connect(house.url, autocommit=True) as connection:
        connection.execute("alter table act disable trigger all")
        connection.execute("update act set object = 'person somebody-else' where id = 4")
    assert (await verify(house.acts)).broken_at == 4


async def test_an_act_that_fails_leaves_neither_change_nor_record(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    with pytest.raises(Rejected):
        await house.person(ANA, RoleName.OPERATOR)
    assert (await verify(house.acts)).acts == 1


async def test_what_opens_nothing_any_more_is_forgotten(house: House) -> None:
    await house.person(ANA, RoleName.OPERATOR)
    await house.entry.enter(await house.link(ANA), "")
    await house.link(ANA)
    assert await house.entry.sweep() == 0
    house.clock.later(seconds=house.entry.limits.idle_s)
    assert await house.entry.sweep() == 2
