"""People sign in at a real OpenID provider: code and PKCE, bound to this browser, roles by the groups it tells."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from crossdock.app.identity.federate import Federation, GroupRole
from crossdock.bootstrap.clock import SystemClock, SystemDice
from crossdock.kernel.errors import Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.principal import Reach, RoleName
from crossdock.postgres.connection import open_pool
from crossdock.transports.identity.issuer import Issuer
from crossdock.transports.identity.login import Client, OidcLogin
from crossdock.transports.identity.tokens import IssuedTokens
from crossdock.web.people.provider import by_provider
from crossdock.web.people.sign_in import build_sign_in
from crossdock.web.site import Site
from tests.integration.people.conftest import House, page
from tests.interop.provider import CLIENT, HUB, MACHINE, MACHINE_SECRET, SECRET, provider, sign_in_there

pytestmark = pytest.mark.interop

PEOPLE = {
    "ana": {"email": "ana@example.com", "email_verified": True, "name": "Ana Ruiz", "groups": ["dispatch", "choir"]},
    "eve": {"email": "ana@example.com", "email_verified": False, "name": "Eve", "groups": []},
    "bob": {"email": "bob@example.com", "email_verified": True, "name": "Bob", "groups": ["choir"]},
}
DISPATCH = GroupRole("dispatch", RoleName.OPERATOR, sites=("nl-1",))


@pytest.fixture(scope="module", params=[False, True], ids=["told at once", "told when asked"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, provider(Path(folder), PEOPLE, conform=request.param) as url:
        yield url


class Door:
    """A hub's sign-in pages in front of that provider."""

    def __init__(self, house: House, issuer: str, *roles: GroupRole) -> None:
        self.house = house
        client = Client(CLIENT, Secret(SECRET), ("openid", "email", "profile"), "groups")
        login = OidcLogin(Issuer(issuer, private_network=True), client, house.clock)
        federation = Federation(house.people, house.clock, SystemDice(), roles)
        room = house.room(page)
        self.site = Site(room, dict(build_sign_in(house.entry, more=by_provider(login, federation, "Example"))))

    def browser(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.site), base_url=HUB)

    async def sign_in(self, login: str, browser: httpx2.AsyncClient) -> httpx2.Response:
        started = await browser.get("/signin/provider", params={"next": "/desk?day=1"})
        assert started.status_code == 303, started.text
        back = await sign_in_there(started.headers["location"], login)
        return await browser.get(back.removeprefix(HUB))


@pytest_asyncio.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    pool = await open_pool(postgres_url, size_min=1, size_max=4, name="people-test")
    opened = House(pool, postgres_url)
    opened.clock.at = SystemClock().now()
    yield opened
    await pool.close()


async def test_who_was_invited_signs_in_and_is_bound_to_who_they_are_there(house: House, issuer: str) -> None:
    person = await house.person("Ana@example.com", RoleName.VIEWER)
    door = Door(house, issuer)
    async with door.browser() as browser:
        answer = await door.sign_in("ana", browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk?day=1"), answer.text
        assert (await browser.get("/desk")).status_code == 200
    bound = await house.people.by_subject(issuer, "ana")
    assert bound is not None
    assert bound.id == person.id
    assert [one.act for one in await house.acts.of(f"person {person.id}")] == ["person_added", "bound", "signed_in"]
    async with door.browser() as again:
        assert (await door.sign_in("ana", again)).status_code == 303


async def test_an_address_the_provider_has_not_verified_opens_nothing(house: House, issuer: str) -> None:
    await house.person("ana@example.com", RoleName.ADMIN)
    door = Door(house, issuer, DISPATCH)
    for login in ("eve", "bob"):
        async with door.browser() as browser:
            answer = await door.sign_in(login, browser)
            assert (answer.status_code, "ask an administrator" in answer.text) == (403, True)
            assert (await browser.get("/desk")).status_code == 303


async def test_groups_give_roles_and_who_leaves_a_group_loses_them(house: House, issuer: str) -> None:
    door = Door(house, issuer, DISPATCH)
    async with door.browser() as browser:
        assert (await door.sign_in("ana", browser)).status_code == 303
    (person,) = await house.people.all()
    assert person.name == "Ana Ruiz"
    assert [(one.role, one.reach) for one in person.grants] == [(RoleName.OPERATOR, Reach(sites=("nl-1",)))]
    moved = Door(house, issuer, GroupRole("choir", RoleName.VIEWER))
    async with moved.browser() as browser:
        assert (await moved.sign_in("ana", browser)).status_code == 303
    (person,) = await house.people.all()
    assert [one.role for one in person.grants] == [RoleName.VIEWER]
    gone = Door(house, issuer, GroupRole("somebody else", RoleName.VIEWER))
    async with gone.browser() as browser:
        assert (await gone.sign_in("ana", browser)).status_code == 403


async def test_a_code_opens_nothing_in_another_browser_nor_twice(house: House, issuer: str) -> None:
    await house.person("ana@example.com", RoleName.VIEWER)
    door = Door(house, issuer)
    async with door.browser() as victim, door.browser() as attacker:
        started = await attacker.get("/signin/provider")
        back = (await sign_in_there(started.headers["location"], "ana")).removeprefix(HUB)
        assert (await victim.get(back)).status_code == 403
        await victim.get("/signin/provider")
        assert (await victim.get(back)).status_code == 403
        assert (await attacker.get(back.replace("state=", "state=0"))).status_code == 403
        assert (await attacker.get(back)).status_code == 303
        assert (await attacker.get(back)).status_code == 403
        assert (await attacker.get("/signin/callback?error=access_denied&state=x")).status_code == 403


async def machine_token(issuer: str, audience: str) -> str:
    form = {"grant_type": "client_credentials", "resource": audience, "scope": "facts:write orders:read"}
    async with httpx2.AsyncClient() as machine:
        answer = await machine.post(f"{issuer}/token", data=form, auth=(MACHINE, MACHINE_SECRET.replace("'", "%27")))
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def test_a_machine_is_known_by_its_token_for_us_and_by_no_other(house: House, issuer: str) -> None:
    tokens = IssuedTokens(Issuer(issuer, private_network=True), "urn:crossdock")
    now = house.clock.now()
    token = await machine_token(issuer, "urn:crossdock")
    claims: dict[str, Any] = dict(await tokens.claims(token, now))
    assert (claims["client_id"], claims["crossdock_partner"]) == (MACHINE, "wms-a")
    other = await machine_token(issuer, "urn:other")
    head, body, signature = token.split(".")
    for wrong in (other, f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.", token[:-1], "", "a.b.c"):
        with pytest.raises(Rejected):
            await tokens.claims(wrong, now)
    house.clock.later(seconds=91)
    with pytest.raises(Rejected, match="expired"):
        await tokens.claims(token, house.clock.now())
