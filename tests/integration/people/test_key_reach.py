"""How far keys of machines reach: every route, scope and reach at the door, over row-level security."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import httpx2
import msgspec
import pytest
import pytest_asyncio

from crossdock.app.access import PORTAL, SAYING, Scope, for_customer, make_key, within
from crossdock.app.identity.machines import MachineDoor
from crossdock.kernel.errors import Rejected
from crossdock.ports.keys import ApiKey
from crossdock.ports.principal import Reach
from crossdock.ports.reach import limit
from crossdock.postgres.connection import Pool
from crossdock.postgres.desk import PostgresDesk
from crossdock.postgres.keys import PostgresKeys
from crossdock.postgres.views import PostgresViews
from crossdock.web.api.app import build_api
from crossdock.web.api.guards import Needs
from crossdock.web.api.routes import HANDLERS
from tests.integration.people.test_reach import REACHES, WHOSE, pool
from tests.unit.web.bench import NOW, PEPPER, Front, SeededDice, problem

__all__ = ["pool"]

NUMBERS = (1, 2, 3, 4, 5)
NARROW = Reach(customers=("C1",))
# About all of the business, or nothing the database tells apart: closed to keys that reach part of it.
WHOLE = ("/v1/case-acts/verification", "/v1/kpis", "/v1/metrics", "/v1/slos", "/v1/systems", "/v1/reconciliations",
         "/v1/repairs", "/v1/subscriptions")  # fmt: skip
# What a narrow key may call: everything here reads or changes rows of an order, a partner or a case.
OPEN = [
    "/v1/cases",
    "/v1/cases/{case:str}",
    "/v1/cases/{case:str}/acts",
    "/v1/dcsa/v2/events",
    "/v1/dcsa/v3/events",
    "/v1/deliveries",
    "/v1/deliveries/{delivery:str}/retry",
    "/v1/deliveries/{delivery:str}/skip",
    "/v1/epcis/events",
    "/v1/events",
    "/v1/events/stream",
    "/v1/inventory/{warehouse:str}/{item:str}",
    "/v1/messages/{message:str}",
    "/v1/orders",
    "/v1/orders/{order_no:str}",
    "/v1/orders/{order_no:str}/timeline",
    "/v1/partners/{partner:str}/pause",
    "/v1/partners/{partner:str}/resume",
    "/v1/past/orders",
    "/v1/past/orders/{order_no:str}",
    "/v1/quarantine",
    "/v1/references/{scheme:str}/{identifier:str}",
    "/v1/shipments/{shipment:str}",
    "/v1/shipments/{shipment:str}/confirmation",
    "/v1/shipments/{shipment:str}/documents",
    "/v1/shipments/{shipment:str}/freight",
    "/v1/waiting",
    "/v1/why/orders/{order_no:str}",
]


class Door:
    """The API over orders of several partners, sites, units and customers; keys as they are asked for."""

    def __init__(self, pool: Pool) -> None:
        self.front = Front()
        self.minted: dict[str, Mapping[str, object]] = {}
        machines = MachineDoor(self, "crossdock_partner", "crossdock_reach")
        deps = replace(self.front.deps(), views=PostgresViews(pool), desk=PostgresDesk(pool), machines=machines)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=build_api(deps)), base_url="http://hub")
        self._dice = SeededDice()

    async def claims(self, token: str, now: datetime) -> Mapping[str, object]:
        """See `Tokens.claims`: what was said of the token when it was minted; whose it is, is tested by itself."""
        if token not in self.minted:
            raise Rejected("the token is not good")
        return self.minted[token]

    def token(self, reach: object, *scopes: Scope) -> dict[str, str]:
        """A token with this claim; `None` leaves it out."""
        text = f"head.{len(self.minted)}.tail"
        claims = {"sub": "m", "exp": NOW.timestamp() + 300, "scope": " ".join(scopes), "crossdock_reach": reach}
        self.minted[text] = {name: value for name, value in claims.items() if value is not None}
        return {"authorization": f"Bearer {text}"}

    async def key(self, reach: Reach, *scopes: Scope) -> dict[str, str]:
        secret, row = a_key(self._dice, *scopes)
        await self.front.keys.add(within(row, reach))
        return {"authorization": f"Bearer {secret}"}


def a_key(dice: SeededDice, *scopes: Scope, partner: str = "") -> tuple[str, ApiKey]:
    random = dice.bits(200).to_bytes(25, "big")
    secret, row = make_key(random, PEPPER, partner=partner, scopes=scopes, label="test", created=NOW)
    return secret.reveal(), row


@pytest_asyncio.fixture
async def door(pool: Pool) -> Door:
    return Door(pool)


@pytest.mark.proves("Z-02", "Z-16", "Y-34")
async def test_every_reach_finds_its_orders_and_deliveries_and_no_others(door: Door) -> None:
    for reach in REACHES:
        key = await door.key(reach, Scope.ORDERS_READ, Scope.OPERATIONS_READ)
        held = {number for number, whose in WHOSE.items() if reach.holds(whose)}
        listed = (await door.http.get("/v1/orders", headers=key)).json()["items"]
        assert {int(one["ident"].rpartition("-")[2]) for one in listed} == held, reach
        for number in set(NUMBERS) - held:
            path = ("orders/SO-{}", "orders/SO-{}/timeline", "references/order/SO-{}")[number % 3].format(number)
            problem(await door.http.get(f"/v1/{path}", headers=key), "not-found")
        rows = (await door.http.get("/v1/deliveries", headers=key)).json()["items"]
        assert {int(one["id"]) for one in rows} == held


@pytest.mark.proves("Z-02", "Z-16", "Y-34")
async def test_a_token_reaches_what_a_key_of_the_same_reach_does(door: Door) -> None:
    for reach in REACHES:
        claim = None if reach.is_all else msgspec.to_builtins(reach)
        token = door.token(claim, Scope.ORDERS_READ, Scope.OPERATIONS_READ)
        held = {number for number, whose in WHOSE.items() if reach.holds(whose)}
        listed = (await door.http.get("/v1/orders", headers=token)).json()["items"]
        assert {int(one["ident"].rpartition("-")[2]) for one in listed} == held, reach
        rows = (await door.http.get("/v1/deliveries", headers=token)).json()["items"]
        assert {int(one["id"]) for one in rows} == held
        for number in set(NUMBERS) - held:
            problem(await door.http.get(f"/v1/orders/SO-{number}", headers=token), "not-found")
        if not reach.is_all:
            problem(await door.http.get("/v1/kpis", headers=token), "beyond-reach")


@pytest.mark.proves("Z-02")
async def test_a_token_with_a_reach_that_cannot_be_read_is_refused(door: Door) -> None:
    for claim in ({}, {"sites": []}, "nl-1", {"site": ["nl-1"]}, {"sites": "nl-1"}):
        answer = await door.http.get("/v1/orders", headers=door.token(claim, Scope.ORDERS_READ))
        assert "crossdock_reach" in str(problem(answer, "token-refused")["detail"])


@pytest.mark.proves("Z-02", "Z-16")
async def test_every_reach_works_on_its_deliveries_and_no_others(door: Door, pool: Pool) -> None:
    for reach in reversed(REACHES):
        key = await door.key(reach, Scope.OPERATIONS_WRITE)
        for number in NUMBERS:
            answer = await door.http.post(f"/v1/deliveries/{number}/retry", json={"reason": "mended"}, headers=key)
            if not reach.holds(WHOSE[number]):
                assert answer.status_code in (404, 409), (reach, number, answer.text)
        for number in NUMBERS:
            async with pool.connection() as connection:
                await connection.execute("update delivery set state = 'parked' where id = %s", (number,))
    every = await door.key(Reach(), Scope.OPERATIONS_WRITE)
    assert (await door.http.post("/v1/deliveries/1/retry", json={"reason": "mended"}, headers=every)).status_code == 200


@pytest.mark.proves("Z-02")
async def test_what_is_about_all_of_the_business_is_closed_to_a_key_of_part_of_it(door: Door) -> None:
    key = await door.key(NARROW, *(set(Scope) - PORTAL - SAYING))
    for path in WHOLE:
        problem(await door.http.get(path, headers=key), "beyond-reach")


def test_every_route_is_within_a_reach_or_closed_to_keys_that_have_one() -> None:
    """A route that joins the list needs rows that the database keeps apart."""
    guards = [
        (path, guard)
        for handler in HANDLERS
        for path in handler.paths
        for guard in handler.guards or ()
        if isinstance(guard, Needs) and "/portal/" not in path
    ]
    assert sorted({path for path, guard in guards if guard.within and not guard.says}) == OPEN


@pytest.mark.proves("Z-02")
async def test_the_reach_ends_with_the_request_and_a_key_of_everything_is_not_limited(door: Door) -> None:
    narrow, wide = await door.key(NARROW, Scope.ORDERS_READ), await door.key(Reach(), Scope.ORDERS_READ)
    for _ in range(2):
        few = (await door.http.get("/v1/orders", headers=narrow)).json()["items"]
        every = (await door.http.get("/v1/orders", headers=wide)).json()["items"]
        assert (len(few), len(every)) == (2, len(WHOSE))
    assert limit() == ""


def test_a_key_that_says_facts_is_limited_by_who_says_them_and_nothing_else() -> None:
    dice = SeededDice()
    for scope, wanted in itertools.product(sorted(SAYING), (Reach(sites=("nl-1",)), NARROW, Reach(units=("hats",)))):
        with pytest.raises(Rejected, match="limited to partners only"):
            within(a_key(dice, scope, partner="wms-a")[1], wanted)
    own = Reach(partners=("wms-a",))
    with pytest.raises(Rejected, match="must reach that partner"):
        within(a_key(dice, Scope.FACTS_WRITE, partner="wms-b")[1], own)
    assert within(a_key(dice, Scope.FACTS_WRITE, Scope.ORDERS_READ, partner="wms-a")[1], own).reach == own
    customers = for_customer(a_key(dice, Scope.PORTAL_READ)[1], "C1")
    with pytest.raises(Rejected, match="has no other reach"):
        within(customers, NARROW)


async def test_a_kept_key_reaches_as_far_as_it_was_made_to(pool: Pool) -> None:
    keys, reach = PostgresKeys(pool), Reach(partners=("wms-a",), sites=("nl-1",))
    _, row = a_key(SeededDice(), Scope.ORDERS_READ)
    await keys.add(within(row, reach))
    found = await keys.find(row.digest)
    assert found is not None
    assert found.reach == reach
    assert [one.reach for one in await keys.all()] == [reach]
