"""A Vendure of the test's own, and a customer who buys there through its Shop API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from tests.interop.servers import HOST, Server, free_port, missing, program, serving

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "interop" / "vendure"
SCRIPT = Path(__file__).parent / "vendure" / "shop.cjs"
# What a page of an API is, as the tests look at it.
Json = dict[str, Any]


class Article(NamedTuple):
    """What the shop sells; `cents` without tax."""

    sku: str
    cents: int


class Shop:
    """A running shop. `key` opens its Admin API for the hub."""

    def __init__(self, port: int, key: str) -> None:
        self.admin_url = f"http://{HOST}:{port}/admin-api"
        self.shop_url = f"http://{HOST}:{port}/shop-api"
        self.key = key

    async def order(self, session: aiohttp.ClientSession, code: str) -> Json:
        """The order as the shop's people see it."""
        question = """query ($code: String!) { orders(options: {filter: {code: {eq: $code}}}) { items {
          id code state totalWithTax lines { id quantity productVariant { sku } }
          payments { id amount state }
          fulfillments { id state method trackingCode lines { orderLineId quantity } } } } }"""
        data = await self.ask(session, question, {"code": code})
        (found,) = data["orders"]["items"]
        return dict(found)

    async def settle(self, session: aiohttp.ClientSession, code: str) -> None:
        """The shop's people have the money that was promised."""
        (payment,) = (await self.order(session, code))["payments"]
        change = "mutation ($id: ID!) { settlePayment(id: $id) { __typename } }"
        settled = await self.ask(session, change, {"id": payment["id"]})
        assert settled["settlePayment"]["__typename"] == "Payment", settled

    async def cancel(self, session: aiohttp.ClientSession, code: str) -> None:
        """The shop's people cancel an order."""
        order = await self.order(session, code)
        change = "mutation ($i: CancelOrderInput!) { cancelOrder(input: $i) { __typename } }"
        cancelled = await self.ask(session, change, {"i": {"orderId": order["id"], "reason": "never paid"}})
        assert cancelled["cancelOrder"]["__typename"] == "Order", cancelled

    async def ask(self, session: aiohttp.ClientSession, question: str, values: Mapping[str, object]) -> Json:
        """A question or a change with the hub's own key."""
        headers = {"vendure-api-key": self.key}
        body = {"query": question, "variables": values}
        async with session.post(self.admin_url, json=body, headers=headers) as reply:
            answer = await reply.json()
        assert not answer.get("errors"), answer
        return dict(answer["data"])


@contextmanager
def vendure(folder: Path, articles: Sequence[Article], countries: Sequence[str]) -> Iterator[Shop]:
    """A shop in this folder that sells these articles, delivers to these countries, and charges nothing for it."""
    if not (MODULES / ".of").exists():
        missing("Vendure", "run `make test-interop`, which installs it with npm")
    node = program("node", "nodejs")
    port = free_port()
    plan = folder / "plan.json"
    plan.write_text(
        json.dumps(
            {
                "port": port,
                "folder": str(folder),
                "items": [{"sku": one.sku, "name": f"Article {one.sku}", "price": one.cents} for one in articles],
                "countries": [{"code": code, "name": f"Country {code}"} for code in countries],
            }
        )
    )
    keys = folder / "keys.json"
    with serving(Server([node, str(SCRIPT), str(MODULES), str(plan)], folder / "vendure.out", keys.exists)):
        yield Shop(port, json.loads(keys.read_text())["hub"])


class Customer:
    """Somebody who buys as a guest. `address` is Vendure's own input."""

    def __init__(self, shop: Shop, session: aiohttp.ClientSession, address: Mapping[str, str]) -> None:
        self._shop = shop
        self._session = session
        self._address = address
        self._proof = ""

    async def fill(self, pieces: Sequence[tuple[str, int]]) -> None:
        """Put these into the cart and say who and where."""
        data = await self._say("{ products(options: {take: 100}) { items { variants { id sku } } } }")
        ids = {one["sku"]: one["id"] for product in data["products"]["items"] for one in product["variants"]}
        for sku, count in pieces:
            await self._say(
                "mutation ($id: ID!, $n: Int!) { addItemToOrder(productVariantId: $id, quantity: $n) { __typename } }",
                {"id": ids[sku], "n": count},
            )
        who = {"firstName": "Mia", "lastName": "Kraus", "emailAddress": "mia@example.com"}
        await self._say(
            "mutation ($w: CreateCustomerInput!) { setCustomerForOrder(input: $w) { __typename } }", {"w": who}
        )
        await self._say(
            "mutation ($a: CreateAddressInput!) { setOrderShippingAddress(input: $a) { __typename } }",
            {"a": dict(self._address)},
        )
        (way,) = (await self._say("{ eligibleShippingMethods { id } }"))["eligibleShippingMethods"]
        await self._say(
            "mutation ($m: [ID!]!) { setOrderShippingMethod(shippingMethodId: $m) { __typename } }", {"m": [way["id"]]}
        )

    async def pay(self, method: str = "card") -> str:
        """Order and pay; answers the order's code."""
        await self._say('mutation { transitionOrderToState(state: "ArrangingPayment") { __typename } }')
        paid = await self._say(
            "mutation ($p: PaymentInput!) { addPaymentToOrder(input: $p) { __typename ... on Order { code state } } }",
            {"p": {"method": method, "metadata": {}}},
        )
        assert paid["addPaymentToOrder"]["__typename"] == "Order", paid
        return str(paid["addPaymentToOrder"]["code"])

    async def _say(self, question: str, values: Mapping[str, object] | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self._proof}"} if self._proof else {}
        body = {"query": question, "variables": values or {}}
        async with self._session.post(self._shop.shop_url, json=body, headers=headers) as reply:
            self._proof = reply.headers.get("vendure-auth-token", self._proof)
            answer = await reply.json()
        assert not answer.get("errors"), answer
        return dict(answer["data"])
