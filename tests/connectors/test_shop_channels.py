"""Shopify and WooCommerce in the role of a sales channel: what an ERP's order did is shown on the customer's.

Shapes per Shopify Admin REST API 2024-10 and WooCommerce REST API v3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import pytest

from crossdock.connectors.shopify.client import Client as ShopifyClient
from crossdock.connectors.shopify.config import Config as ShopifyConfig
from crossdock.connectors.woocommerce.client import Client as WooClient
from crossdock.connectors.woocommerce.config import Config as WooConfig
from crossdock.kernel.codec import encode_json
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.transport import HttpReply
from tests.connectors.erp_server import outbound, send

ORDER = "6120045511001"
Json = dict[str, object]
AT = "2026-06-02T05:45:00Z"


def command(kind: str, **payload: object) -> Outbound:
    told = {"channel": "web", "number": ORDER, "shipment": "SHP-1", "handover_no": "HO-1", **payload}
    if kind == "cancel_channel_order":
        del told["shipment"], told["handover_no"]
    return outbound(kind, json.dumps(told).encode())


def lines(**pieces: str) -> list[Json]:
    return [{"line": number[1:], "qty": {"value": value, "uom": "EA"}} for number, value in pieces.items()]


def ship(handover: str = "HO-1", *, complete: bool = False, **pieces: str) -> Outbound:
    return command(
        "ship_channel_order", handover_no=handover, at=AT, lines=lines(**pieces), carrier="NVTR", tracking=["NV77"],
        complete=complete,
    )  # fmt: skip


class Shop:
    """A Shopify shop with one order of 3 and 2 pieces."""

    def __init__(self) -> None:
        self.left = {15501: 3, 15502: 2}
        self.fulfilments: list[Json] = []
        self.events: list[Json] = []
        self.cancelled_at: str | None = None
        self.calls: list[str] = []

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        said = json.loads(body) if body else {}
        if method != "GET":
            self.calls.append(path)
        return HttpReply(200, {}, encode_json(self._answer(method, path, said)))

    def _answer(self, method: str, path: str, said: dict[str, Json]) -> Json:
        if path == f"/orders/{ORDER}/fulfillments.json":
            return {"fulfillments": self.fulfilments}
        if path == f"/orders/{ORDER}/fulfillment_orders.json":
            open_lines = [
                {"id": line - 15500, "line_item_id": line, "fulfillable_quantity": left}
                for line, left in self.left.items()
            ]
            return {"fulfillment_orders": [{"id": 701, "status": "open", "line_items": open_lines}]}
        if path == "/fulfillments.json":
            return {"fulfillment": self._made(said["fulfillment"])}
        if path.startswith("/fulfillments/"):
            next(one for one in self.fulfilments if str(one["id"]) in path)["status"] = "cancelled"
            return {"fulfillment": {"id": 1}}
        if path == f"/orders/{ORDER}/cancel.json":
            self.cancelled_at = AT
        if path.endswith("/events.json"):
            if method == "POST":
                self.events.append({"id": 41, "path": path, **said["event"]})
            return {"fulfillment_events": [one for one in self.events if one["path"] == path]}
        return {"order": {"id": int(ORDER), "cancelled_at": self.cancelled_at}}

    def _made(self, asked: Json) -> Json:
        (share,) = cast("list[dict[str, list[dict[str, int]]]]", asked["line_items_by_fulfillment_order"])
        taken = {15500 + one["id"]: one["quantity"] for one in share["fulfillment_order_line_items"]}
        for line, quantity in taken.items():
            self.left[line] -= quantity
        tracking = asked["tracking_info"]
        made: Json = {
            "id": 5001 + len(self.fulfilments), "status": "success", "tracking_numbers": [tracking["number"]],  # type: ignore[index]
            "line_items": [{"id": line, "quantity": quantity} for line, quantity in taken.items()], "told": tracking,
        }  # fmt: skip
        self.fulfilments.append(made)
        return made


def shopify(shop: Shop) -> ShopifyClient:
    return ShopifyClient(shop, 1.0, Secret("shpat_1"), ShopifyConfig())


async def test_two_hand_overs_under_one_number_are_two_fulfilments_each_once() -> None:
    """The carrier's number may be that of a whole load: what left tells them apart."""
    shop = Shop()
    for one in (ship("HO-1", _15501="2"), ship("HO-2", _15501="1", _15502="2")):
        assert [(await send(shopify(shop), one)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert [one["told"] for one in shop.fulfilments] == [{"number": "NV77", "company": "NVTR"}] * 2
    told = {"tracking": ["NV77"], "lines": lines(_15501="1", _15502="2")}
    there = command("deliver_channel_order", handover_no="HO-2", at=AT, **told)
    assert [(await send(shopify(shop), there)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert [(one["path"], one["status"]) for one in shop.events] == [
        (f"/orders/{ORDER}/fulfillments/5002/events.json", "delivered")
    ]
    back = command("void_channel_shipment", handover_no="HO-2", **told)
    assert [(await send(shopify(shop), back)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert [one["status"] for one in shop.fulfilments] == ["success", "cancelled"]


async def test_an_order_is_cancelled_once_and_its_lines_by_a_person() -> None:
    shop = Shop()
    whole = command("cancel_channel_order", cancel_id="X-1")
    assert [(await send(shopify(shop), whole)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert shop.calls == [f"/orders/{ORDER}/cancel.json"]
    some = await send(shopify(shop), command("cancel_channel_order", cancel_id="X-2", lines=lines(_15502="1")))
    assert (some.kind, some.detail.partition(" in the shop")[0]) == (
        OutcomeKind.REFUSED, f"refund 1 of line 15502 of order {ORDER}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "detail"),
    [
        (ship(_15501="9"), "the shop has nothing open for 6 of line 15501"),
        (command("deliver_channel_order", at=AT), "has no fulfilment SHP-1"),
    ],
)
async def test_what_stands_against_the_shops_books_is_refused(one: Outbound, detail: str) -> None:
    outcome = await send(shopify(Shop()), one)
    assert outcome.kind is OutcomeKind.REFUSED
    assert detail in outcome.detail


class Woo:
    """Takes what it is told."""

    def __init__(self) -> None:
        self.told: list[Json] = []

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        assert (method, path) == ("PUT", f"/orders/{ORDER}")
        self.told.append(json.loads(body))
        return HttpReply(200, {}, b'{"id": 1}')


@pytest.mark.parametrize("complete", [True, False])
async def test_woocommerce_shows_each_hand_over_and_is_completed_with_the_last(complete: bool) -> None:
    shop = Woo()
    sender = WooClient(shop, 1.0, Secret("ck:cs"), WooConfig(complete=complete))
    way = {"tracking": ["NV77"], "lines": lines(_315="2")}
    for one in (
        ship(_315="1"),
        ship("HO-2", _315="1", complete=True),
        command("deliver_channel_order", at=AT, **way),
        command("void_channel_shipment", handover_no="HO-2"),
        command("cancel_channel_order", cancel_id="X-1", lines=lines(_316="1"), reason="sold out"),
        command("cancel_channel_order", cancel_id="X-2"),
    ):
        assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
    fields = [(one["meta_data"][0]["key"], one["meta_data"][0]["value"], one.get("status", "")) for one in shop.told]  # type: ignore[index]
    left = "handed_over 2026-06-02T05:45:00Z; 315: 1 EA; NVTR NV77"
    assert fields == [
        ("_crossdock_shipment_SHP-1/HO-1", left, ""),
        ("_crossdock_shipment_SHP-1/HO-2", left, "completed" if complete else ""),
        ("_crossdock_shipment_SHP-1/HO-1", "delivered 2026-06-02T05:45:00Z; 315: 2 EA; NV77", ""),
        ("_crossdock_shipment_SHP-1/HO-2", "void", "processing"),
        ("_crossdock_cancelled_X-1", "316: 1 EA; sold out", ""),
        ("_crossdock_cancelled_X-2", "all", "cancelled"),
    ]
