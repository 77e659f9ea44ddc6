"""Tokens against an issuer of the test's own: what a forger tries is refused, and strangers cannot make us call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from crossdock.app.identity.machines import MachineDoor
from crossdock.kernel.errors import Permanent, Rejected, Transient
from crossdock.ports.principal import Reach
from crossdock.transports.identity.issuer import Issuer
from crossdock.transports.identity.tokens import IssuedTokens
from crossdock.web.api.app import build_api
from tests.unit.web.bench import Front

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)
AT = int(NOW.timestamp())


def key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


FIRST, SECOND, STRANGER = key("first"), key("second"), key("first")


@dataclass
class House:
    """An issuer that counts what it is asked; `says` is the issuer it claims to be."""

    url: str = ""
    says: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [FIRST])
    asked: int = 0
    down: bool = False

    async def discovery(self, _: web.Request) -> web.Response:
        ends = {name: f"{self.url}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return web.json_response({"issuer": self.says or self.url, **ends})

    async def jwks(self, _: web.Request) -> web.Response:
        self.asked += 1
        if self.down:
            return web.Response(status=503)
        return web.json_response({"keys": [one.as_dict(private=False) for one in self.keys]})

    def token(self, signer: RSAKey = FIRST, **changes: object) -> str:
        claims = {"iss": self.url, "aud": "crossdock", "sub": "wms-7", "client_id": "wms-7", "exp": AT + 300}
        claims |= {"scope": "facts:write orders:read other", "crossdock_partner": "wms-a", **changes}
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": str(signer.kid)}, kept, signer, algorithms=["RS256"])


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    opened = House()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", opened.discovery)
    app.router.add_get("/jwks_uri", opened.jwks)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield opened
    await runner.cleanup()


def tokens(house: House) -> IssuedTokens:
    return IssuedTokens(Issuer(house.url, private_network=True), "crossdock")


async def test_a_good_token_says_who_as_whom_and_what(house: House) -> None:
    door = MachineDoor(tokens(house), "crossdock_partner", "crossdock_reach")
    machine = await door.machine(house.token(), NOW)
    assert (machine.owner, machine.partner, machine.until_s) == ("token:wms-7", "wms-a", AT + 300.0)
    assert machine.scopes == {"facts:write", "orders:read"}
    with pytest.raises(Rejected, match="no scope of ours"):
        await door.machine(house.token(scope="other"), NOW)


def unsigned(house: House) -> str:
    parts = ({"alg": "none", "kid": "first"}, {"iss": house.url, "aud": "crossdock", "sub": "x", "exp": AT + 300})
    head, body = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
    return f"{head}.{body}."


def signed_with_the_public_key(house: House) -> str:
    parts = ({"alg": "HS256", "kid": "first"}, {"iss": house.url, "aud": "crossdock", "sub": "x", "exp": AT + 300})
    signed = ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
    mac = hmac.new(FIRST.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.parametrize(
    "forged",
    [
        unsigned,
        signed_with_the_public_key,
        lambda house: house.token(STRANGER),
        lambda house: house.token(iss="https://elsewhere.example"),
        lambda house: house.token(aud="somebody else"),
        lambda house: house.token(aud=None),
        lambda house: house.token(exp=AT - 31),
        lambda house: house.token(exp=None),
        lambda house: house.token(nbf=AT + 31),
        lambda house: house.token(sub=None),
        lambda house: house.token().replace(".", "..", 1),
        lambda house: "x" * 20_000,
        lambda house: "a.b.c",
    ],
)
async def test_a_token_that_is_not_ours_opens_nothing(house: House, forged: Callable[[House], str]) -> None:
    with pytest.raises(Rejected):
        await tokens(house).claims(forged(house), NOW)


async def test_a_clock_may_be_off_by_half_a_minute_and_no_more(house: House) -> None:
    assert await tokens(house).claims(house.token(exp=AT - 29), NOW)
    assert await tokens(house).claims(house.token(nbf=AT + 29), NOW)


async def test_a_new_key_is_fetched_when_it_is_named_but_at_most_once_a_minute(house: House) -> None:
    known = tokens(house)
    await known.claims(house.token(), NOW)
    house.keys = [FIRST, SECOND]
    for _ in range(20):
        with pytest.raises(Rejected):
            await known.claims(house.token(SECOND), NOW + timedelta(seconds=30))
    assert house.asked == 1
    assert await known.claims(house.token(SECOND), NOW + timedelta(seconds=60))
    assert await known.claims(house.token(), NOW + timedelta(seconds=61))
    assert house.asked == 2


async def test_a_key_that_was_withdrawn_is_forgotten_within_the_hour(house: House) -> None:
    known = tokens(house)
    later = NOW + timedelta(hours=1)
    await known.claims(house.token(), NOW)
    house.keys = [SECOND]
    with pytest.raises(Rejected):
        await known.claims(house.token(exp=AT + 7_200), later)


async def test_an_issuer_that_is_away_or_another_is_told_apart(house: House) -> None:
    house.down = True
    with pytest.raises(Transient):
        await tokens(house).claims(house.token(), NOW)
    house.down, house.says = False, "https://elsewhere.example"
    with pytest.raises(Permanent, match="correct the issuer"):
        await tokens(house).claims(house.token(), NOW)
    with pytest.raises(Permanent, match="without TLS"):
        await IssuedTokens(Issuer("http://login.example.com"), "crossdock").claims(house.token(), NOW)


@pytest.mark.proves("Z-02")
async def test_a_claim_narrows_what_a_token_reaches(house: House) -> None:
    door = MachineDoor(tokens(house), "crossdock_partner", "crossdock_reach")
    wanted = {"sites": ["nl-1"], "customers": ["C1", "C2"]}
    machine = await door.machine(house.token(scope="orders:read", crossdock_reach=wanted), NOW)
    assert machine.reach == Reach(sites=("nl-1",), customers=("C1", "C2"))
    assert (await door.machine(house.token(), NOW)).reach == Reach()
    speaking = await door.machine(house.token(crossdock_reach={"partners": ["wms-a"]}), NOW)
    assert speaking.reach == Reach(partners=("wms-a",))


@pytest.mark.proves("Z-02")
@pytest.mark.parametrize(
    "claim",
    [
        {},
        {"sites": []},
        [],
        "nl-1",
        7,
        {"sites": "nl-1"},
        {"sites": [7]},
        {"sites": [""]},
        {"site": ["nl-1"]},
        {"sites": None},
    ],
)
async def test_a_reach_that_cannot_be_read_or_names_nothing_opens_nothing(house: House, claim: object) -> None:
    door = MachineDoor(tokens(house), "crossdock_partner", "crossdock_reach")
    with pytest.raises(Rejected, match="crossdock_reach"):
        await door.machine(house.token(scope="orders:read", crossdock_reach=claim), NOW)


async def test_claims_that_do_not_go_together_open_nothing(house: House) -> None:
    door = MachineDoor(tokens(house), "crossdock_partner", "crossdock_reach")
    with pytest.raises(Rejected, match="limited to partners only"):
        await door.machine(house.token(crossdock_reach={"sites": ["nl-1"]}), NOW)
    with pytest.raises(Rejected, match="must reach that partner"):
        await door.machine(house.token(crossdock_reach={"partners": ["wms-b"]}), NOW)
    for wrong in (["wms-a"], 7, "x" * 200):
        with pytest.raises(Rejected, match="crossdock_partner"):
            await door.machine(house.token(crossdock_partner=wrong), NOW)


async def test_the_api_takes_a_token_like_a_key_until_it_ends(house: House) -> None:
    front = Front()
    front.clock.at = NOW
    deps = replace(front.app.deps, machines=MachineDoor(tokens(house), "crossdock_partner", "crossdock_reach"))
    transport = httpx2.ASGITransport(app=build_api(deps))
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as http:

        async def status(token: str) -> int:
            answer = await http.get("/v1/orders", headers={"authorization": f"Bearer {token}"})
            return answer.status_code

        assert await status(house.token()) == 200
        assert await status(house.token(scope="facts:write")) == 403
        assert await status(house.token(aud="somebody else")) == 401
        assert await status(house.token(STRANGER)) == 401
        short = house.token(exp=AT + 2)
        assert await status(short) == 200
        front.clock.forward(33)
        assert await status(short) == 401
