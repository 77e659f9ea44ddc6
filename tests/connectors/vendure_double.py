"""A Vendure of a few orders, as a server: fulfilments, cancellations, and what it refuses.

Shapes and the order of states are those of Vendure 3.7.2 (seen on 2026-11-21); `tests/interop/test_vendure.py` runs
against the real one. Mutations are told apart by their names, questions by their filter.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.connectors.erp_server import Trouble

KEY = "v3ndure"
NEXT = {
    "Created": ("Pending",), "Pending": ("Shipped", "Delivered", "Cancelled"), "Shipped": ("Delivered", "Cancelled"),
    "Delivered": ("Cancelled",), "Cancelled": (),
}  # fmt: skip
# What JSON is, as a test looks at it.
Json = dict[str, Any]


def order(number: int = 7, updated: str = "2026-06-01T06:02:10.000Z", **more: object) -> Json:
    """An order of two lines, paid, as the Admin API answers it."""
    address = {
        "fullName": "Mia Kraus", "company": None, "streetLine1": "Havenweg 1", "streetLine2": "", "city": "Rotterdam",
        "province": None, "postalCode": "3011 AA", "countryCode": "NL",
    }  # fmt: skip
    return {
        "id": str(number), "code": f"CODE{number}", "type": "Regular", "state": "PaymentSettled", "updatedAt": updated,
        "orderPlacedAt": "2026-06-01T06:02:10.552Z", "currencyCode": "EUR", "totalWithTax": 48712, "shipping": 595,
        "customer": {
            "id": "1", "firstName": "Mia", "lastName": "Kraus", "emailAddress": "mia@example.com", "phoneNumber": None,
        },
        "shippingAddress": address, "billingAddress": dict.fromkeys(address),
        "lines": [line("11", 3, 12000, "IT-501"), line("12", 2, 1999, "IT-612")],
        "surcharges": [], "shippingLines": [{"shippingMethod": {"code": "parcel"}}],
        "payments": [{
            "id": "5", "state": "Settled", "amount": 48712, "method": "card", "transactionId": "T-1",
            "createdAt": "2026-06-01T06:02:10.000Z", "refunds": [],
        }],
        "fulfillments": [], "modifications": [], "history": {"items": []}, **more,
    }  # fmt: skip


def line(number: str, quantity: int, price: int, sku: str) -> Json:
    """A line."""
    variant = {"sku": sku, "name": f"Article {sku}"}
    prices = {"proratedUnitPrice": price, "proratedUnitPriceWithTax": price * 6 // 5}
    return {"id": number, "quantity": quantity, "productVariant": variant, **prices}


class Vendure:
    """The server's handler and its orders."""

    def __init__(self, *orders: Json) -> None:
        self.trouble = Trouble()
        self.orders = list(orders) or [order()]
        self.headers: Json = {}
        self.forbidden = False

    async def handle(self, request: web.Request) -> web.Response:
        """One call of the Admin API."""
        self.headers = {name.lower(): value for name, value in request.headers.items()}
        asked = json.loads(await request.read())
        if self.headers.get("vendure-api-key") != KEY or self.forbidden:
            error = {"message": "You are not currently authorized", "extensions": {"code": "FORBIDDEN"}}
            return web.json_response({"errors": [error], "data": None})
        if asked["query"].startswith("query"):
            return _ok("orders", {"items": self._found(**asked["variables"]["options"])})
        return await self.trouble.through(request, lambda: self._change(asked["query"], asked["variables"]))

    def fulfilments(self) -> list[tuple[str, str]]:
        """Method and state of every fulfilment."""
        return [(one["method"], one["state"]) for each in self.orders for one in each["fulfillments"]]

    def _found(self, take: int, filter: Json, sort: Json | None = None, skip: int = 0) -> list[Json]:  # noqa: A002  (Vendure's own word)
        found = self.orders
        if "code" in filter:
            found = [one for one in found if one["code"] == filter["code"]["eq"]]
        changed = filter.get("updatedAt", {})
        if "after" in changed:
            found = [one for one in found if one["updatedAt"] > changed["after"]]
        if "between" in changed:
            window = changed["between"]
            found = [one for one in found if window["start"] <= one["updatedAt"] <= window["end"]]
        field = next(iter(sort or {"id": "ASC"}))
        ordered = sorted(found, key=lambda one: int(one["id"]) if field == "id" else (one[field], int(one["id"])))
        return ordered[skip : skip + take]

    def _change(self, query: str, values: Json) -> web.Response:
        if "addFulfillmentToOrder" in query:
            return _ok("addFulfillmentToOrder", self._fulfil(values["input"]))
        if "transitionFulfillmentToState" in query:
            return _ok("transitionFulfillmentToState", self._move(**values))
        return _ok("cancelOrder", self._cancel(values["input"]))

    def _fulfil(self, asked: Json) -> Json:
        if asked["handler"]["code"] != "manual-fulfillment":
            return _no("INVALID_FULFILLMENT_HANDLER", "The Fulfillment handler is not valid")
        (owner,) = [one for one in self.orders if {portion["orderLineId"] for portion in asked["lines"]} & _ids(one)]
        sent: dict[str, int] = {}
        for each in owner["fulfillments"]:
            for portion in each["lines"] if each["state"] != "Cancelled" else ():
                sent[portion["orderLineId"]] = sent.get(portion["orderLineId"], 0) + portion["quantity"]
        for portion in asked["lines"]:
            ordered = next(one["quantity"] for one in owner["lines"] if one["id"] == portion["orderLineId"])
            if sent.get(portion["orderLineId"], 0) + portion["quantity"] > ordered:
                return _no("ITEMS_ALREADY_FULFILLED_ERROR", "One or more OrderItems are already part of a Fulfillment")
        said = {one["name"]: one["value"] for one in asked["handler"]["arguments"]}
        number = str(len(owner["fulfillments"]) + 1)
        made = {"id": number, "state": "Pending", "method": said["method"], "trackingCode": said["trackingCode"]}
        owner["fulfillments"].append({**made, "lines": asked["lines"]})
        return {"__typename": "Fulfillment", "id": number}

    def _move(self, id: str, state: str) -> Json:  # noqa: A002  (Vendure's own word)
        one = next(one for each in self.orders for one in each["fulfillments"] if one["id"] == id)
        if state not in NEXT[one["state"]]:
            return {
                **_no("FULFILLMENT_STATE_TRANSITION_ERROR", "Cannot transition Fulfillment"),
                "transitionError": f'from "{one["state"]}" to "{state}"',
            }
        one["state"] = state
        return {"__typename": "Fulfillment", "id": id}

    def _cancel(self, asked: Json) -> Json:
        owner = next(one for one in self.orders if one["id"] == asked["orderId"])
        whole = [{"orderLineId": one["id"], "quantity": one["quantity"]} for one in owner["lines"]]
        lines = asked.get("lines", whole)
        for portion in lines:
            one = next(one for one in owner["lines"] if one["id"] == portion["orderLineId"])
            if portion["quantity"] > one["quantity"]:
                return _no("QUANTITY_TOO_GREAT_ERROR", "The specified quantity is greater than the available")
            one["quantity"] -= portion["quantity"]
        # The history keeps the database's own ids, which are numbers.
        kept = [{"orderLineId": int(one["orderLineId"]), "quantity": one["quantity"]} for one in lines]
        entries = owner["history"]["items"]
        data = {"lines": kept, "reason": asked.get("reason"), "shippingCancelled": asked.get("cancelShipping", False)}
        entries.append({"id": str(len(entries) + 1), "createdAt": "2026-06-01T08:00:00.000Z", "data": data})
        if not any(one["quantity"] for one in owner["lines"]):
            owner["state"] = "Cancelled"
        return {"__typename": "Order", "id": owner["id"]}


def _ids(one: Json) -> set[str]:
    return {line["id"] for line in one["lines"]}


def _no(code: str, message: str) -> Json:
    return {"__typename": "ErrorResult", "errorCode": code, "message": message}


def _ok(name: str, result: Json) -> web.Response:
    return web.json_response({"data": {name: result}})
