"""The clients of the shops against a shop in memory: what is read first, what is called, what a second attempt does.

Shapes per Shopify Admin REST API 2024-10 and WooCommerce REST API v3.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crossdock.canonical.commands import erp as ask
from crossdock.canonical.declarations import Payload
from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.shopify.client import Client as ShopifyClient
from crossdock.connectors.shopify.config import read_config
from crossdock.connectors.woocommerce.client import Client as WooClient
from crossdock.connectors.woocommerce.config import Config as WooConfig
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Transient
from crossdock.kernel.quantity import Quantity
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.transport import HttpReply

AT = datetime(2026, 6, 2, 5, 45, tzinfo=UTC)
ORDER = "6120045511001"
SHIPMENT = "SHP-88001"
Json = dict[str, object]


class Shop:
    """One order with two lines at two locations; it remembers what it was told. `fails` are answers given first."""

    def __init__(self, *fails: HttpReply | Exception) -> None:
        self.fails = list(fails)
        self.fulfilments: list[Json] = []
        self.events: list[Json] = []
        self.fields: list[Json] = []
        self.calls: list[tuple[str, str, Json]] = []
        self.headers: Mapping[str, str] = {}

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        self.headers = headers
        if self.fails:
            failure = self.fails.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        said = json.loads(body) if body else {}
        if method != "GET":
            self.calls.append((method, path, said))
        return HttpReply(200, {}, encode_json(self._answer(method, path, said)))

    def _answer(self, method: str, path: str, said: Json) -> Json:
        if path == f"/orders/{ORDER}/fulfillments.json":
            return {"fulfillments": self.fulfilments}
        if path == f"/orders/{ORDER}/fulfillment_orders.json":
            return {"fulfillment_orders": OPEN}
        if path == "/fulfillments.json":
            made: Json = {"id": 5005, "status": "success", "tracking_numbers": [SHIPMENT]}
            self.fulfilments.append(made)
            return {"fulfillment": made}
        if path.endswith("/cancel.json"):
            self.fulfilments[0]["status"] = "cancelled"
            return {"fulfillment": self.fulfilments[0]}
        if path.endswith("/events.json"):
            if method == "POST":
                self.events.append({"id": 41, **dict(said["event"])})  # type: ignore[call-overload]
            return {"fulfillment_events": self.events}
        if method == "GET":
            return {"metafields": self.fields}
        field = {"id": 9, **dict(said["metafield"])}  # type: ignore[call-overload]
        self.fields = [field]
        return {"metafield": field}


OPEN: list[Json] = [
    {
        "id": 701,
        "status": "open",
        "line_items": [
            {"id": 1, "line_item_id": 15501, "fulfillable_quantity": 2},
            {"id": 2, "line_item_id": 15502, "fulfillable_quantity": 1},
        ],
    },
    {"id": 702, "status": "open", "line_items": [{"id": 3, "line_item_id": 15501, "fulfillable_quantity": 1}]},
]


def line(number: str, quantity: str, lot: str = "") -> LineQuantity:
    return LineQuantity(number, Quantity(Decimal(quantity)), lot=lot)


def goods(*lines: LineQuantity) -> Outbound:
    payload = ask.PostGoodsIssue(
        shipment=SHIPMENT, handover_no="HO-1", order_no=ORDER, warehouse="WH-NL1", lines=lines, at=AT
    )
    return outbound("post_goods_issue", payload)


def progress(status: str) -> Outbound:
    said = ask.UpdateDeliveryStatus(shipment=SHIPMENT, fact="x", order_no=ORDER, at=AT, status=status)
    return outbound("update_delivery_status", said)


def standing(status: str) -> Outbound:
    said = ask.UpdateOrderStatus(order_no=ORDER, status_hash="h", control_state="EXECUTING", fulfilment_status=status)
    return outbound("update_order_status", said)


def outbound(kind: str, payload: Payload) -> Outbound:
    return Outbound(7, kind, f"{kind}|1", f"shipment:{SHIPMENT}", encode_json(payload), "", 1, AT)


def shopify(shop: Shop, **settings: object) -> ShopifyClient:
    return ShopifyClient(shop, 1.0, Secret("shpat_1"), read_config(settings))


async def test_a_goods_issue_is_one_fulfilment_over_the_locations_that_hold_its_lines() -> None:
    shop = Shop()
    url = "https://track.example.org/{shipment}"
    sender = shopify(shop, tracking_url=url, notify_customer=True)
    [outcome] = await sender.send([goods(line("15501", "2", "L1"), line("15501", "1", "L2"), line("15502", "1"))])
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "5005")
    [(method, path, said)] = shop.calls
    assert (method, path) == ("POST", "/fulfillments.json")
    assert said["fulfillment"] == {
        "line_items_by_fulfillment_order": [
            {
                "fulfillment_order_id": 701,
                "fulfillment_order_line_items": [{"id": 1, "quantity": 2}, {"id": 2, "quantity": 1}],
            },
            {"fulfillment_order_id": 702, "fulfillment_order_line_items": [{"id": 3, "quantity": 1}]},
        ],
        "tracking_info": {"number": SHIPMENT, "url": f"https://track.example.org/{SHIPMENT}"},
        "notify_customer": True,
    }
    assert shop.headers["X-Shopify-Access-Token"] == "shpat_1"
    assert "Authorization" not in shop.headers


async def test_the_same_goods_issue_again_is_found_in_the_books_and_not_made_twice() -> None:
    shop = Shop()
    first, again = await shopify(shop).send([goods(line("15501", "1")), goods(line("15501", "1"))])
    assert (first.kind, again.kind) == (OutcomeKind.DELIVERED, OutcomeKind.DELIVERED)
    assert len(shop.calls) == 1
    assert (await shopify(shop).look_up(goods(line("15501", "1")))).reference == "5005"


async def test_an_attempt_that_left_no_trace_had_no_effect() -> None:
    shop = Shop()
    assert (await shopify(shop).look_up(goods(line("15501", "1")))).kind is OutcomeKind.REFUSED
    assert shop.calls == []


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((line("15502", "2"),), "nothing open for 1 of line 15502"),
        ((line("99", "1"),), "nothing open for 1 of line 99"),
        ((line("15501", "0.5"),), "counts pieces, not 0.5"),
    ],
)
async def test_what_the_shop_has_not_open_is_refused_and_nothing_is_called(
    lines: tuple[LineQuantity, ...], why: str
) -> None:
    shop = Shop()
    [outcome] = await shopify(shop).send([goods(*lines)])
    assert outcome.kind is OutcomeKind.REFUSED
    assert why in outcome.detail
    assert shop.calls == []


async def test_a_void_cancels_the_fulfilment_once_and_lets_it_be_issued_again() -> None:
    shop = Shop()
    void = ask.ReverseGoodsIssue(shipment=SHIPMENT, handover_no="HO-1", void="V-1", order_no=ORDER)
    sender = shopify(shop)
    await sender.send([goods(line("15501", "1")), outbound("reverse_goods_issue", void)])
    [again] = await sender.send([outbound("reverse_goods_issue", void)])
    assert again.kind is OutcomeKind.DELIVERED
    assert [path for _, path, _ in shop.calls] == ["/fulfillments.json", "/fulfillments/5005/cancel.json"]
    await sender.send([goods(line("15501", "1"))])
    assert len(shop.calls) == 3


async def test_progress_becomes_one_event_of_the_fulfilment() -> None:
    shop = Shop()
    sender = shopify(shop)
    told = [progress("HANDED_OVER"), goods(line("15501", "1")), progress("DELIVERED"), progress("DELIVERED")]
    assert {outcome.kind for outcome in await sender.send(told)} == {OutcomeKind.DELIVERED}
    (_, path, said) = shop.calls[1]
    assert path == f"/orders/{ORDER}/fulfillments/5005/events.json"
    assert said == {"event": {"status": "delivered", "happened_at": "2026-06-02T05:45:00Z"}}
    assert len(shop.calls) == 2


async def test_progress_without_a_fulfilment_is_refused() -> None:
    [outcome] = await shopify(Shop()).send([progress("IN_TRANSIT")])
    assert outcome.kind is OutcomeKind.REFUSED
    assert "post its goods issue first" in outcome.detail


async def test_the_orders_state_is_one_field_that_is_made_then_changed() -> None:
    shop = Shop()
    await shopify(shop).send([standing("in_process"), standing("in_process"), standing("shipped")])
    assert [(method, path) for method, path, _ in shop.calls] == [
        ("POST", f"/orders/{ORDER}/metafields.json"),
        ("PUT", "/metafields/9.json"),
    ]
    assert shop.fields[0]["value"] == "EXECUTING shipped"


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (HttpReply(404, {}, b'{"errors":"Not Found"}'), OutcomeKind.REFUSED),
        (HttpReply(429, {"Retry-After": "2.0"}, b""), OutcomeKind.TRANSIENT),
        (HttpReply(500, {}, b"<html>"), OutcomeKind.TRANSIENT),
        (HttpReply(200, {}, b"<html>"), OutcomeKind.REFUSED),
        (TimeoutError(), OutcomeKind.TRANSIENT),
        (Transient("no route"), OutcomeKind.TRANSIENT),
    ],
)
async def test_a_book_that_cannot_be_read_has_changed_nothing(
    failure: HttpReply | Exception, kind: OutcomeKind
) -> None:
    [outcome] = await shopify(Shop(failure)).send([goods(line("15501", "1"))])
    assert outcome.kind is kind
    looked = await shopify(Shop(failure)).look_up(goods(line("15501", "1")))
    assert looked.kind is (OutcomeKind.UNKNOWN if kind is OutcomeKind.TRANSIENT else kind)


async def test_a_command_no_shop_takes_is_refused() -> None:
    [outcome] = await shopify(Shop()).send([Outbound(1, "tender_load", "k", "o", b"{}", "", 1, AT)])
    assert (outcome.kind, "takes no tender_load" in outcome.detail) == (OutcomeKind.REFUSED, True)


# ---------------------------------------------------------------- WooCommerce


class Till:
    """A WooCommerce shop that says yes to everything."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Json]] = []
        self.headers: Mapping[str, str] = {}

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        self.headers = headers
        self.calls.append((method, path, json.loads(body)))
        return HttpReply(200, {}, b'{"id":8841}')


@pytest.mark.parametrize(
    ("command", "complete", "said"),
    [
        (standing("shipped"), True, {"status": "completed", "key": "_crossdock_status", "value": "EXECUTING shipped"}),
        (standing("shipped"), False, {"key": "_crossdock_status", "value": "EXECUTING shipped"}),
        (standing("in_process"), True, {"key": "_crossdock_status", "value": "EXECUTING in_process"}),
        (
            goods(line("315", "2"), line("316", "1.5")),
            True,
            {
                "key": f"_crossdock_shipment_{SHIPMENT}",
                "value": "handed_over 2026-06-02T05:45:00Z; 315: 2 EA, 316: 1.5 EA",
            },
        ),
        (
            progress("DELIVERED"),
            True,
            {"key": f"_crossdock_shipment_{SHIPMENT}", "value": "delivered 2026-06-02T05:45:00Z"},
        ),
    ],
)
async def test_a_command_sets_fields_of_the_order(command: Outbound, complete: bool, said: dict[str, str]) -> None:
    till = Till()
    [outcome] = await WooClient(till, 1.0, Secret("ck_1:cs_2"), WooConfig(complete=complete)).send([command])
    assert (outcome.kind, outcome.reference) == (OutcomeKind.DELIVERED, "8841")
    [(method, path, body)] = till.calls
    expected: Json = {"meta_data": [{"key": said["key"], "value": said["value"]}]}
    assert (method, path) == ("PUT", f"/orders/{ORDER}")
    assert body == (expected | {"status": said["status"]} if "status" in said else expected)
    assert base64.b64decode(till.headers["Authorization"].removeprefix("Basic ")) == b"ck_1:cs_2"


async def test_a_command_without_its_order_is_refused_and_an_answer_cannot_be_looked_up() -> None:
    till = Till()
    sender = WooClient(till, 1.0, None, WooConfig())
    void = outbound("reverse_goods_issue", ask.ReverseGoodsIssue(shipment=SHIPMENT, handover_no="HO-1", void="V"))
    [outcome] = await sender.send([void])
    assert (outcome.kind, till.calls) == (OutcomeKind.REFUSED, [])
    assert (await sender.look_up(void)).kind is OutcomeKind.UNKNOWN
