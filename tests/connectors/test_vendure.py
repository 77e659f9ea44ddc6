"""The Vendure connector against a server of its shapes: interrupted anywhere it ends the same, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.canonical.envelope import Envelope
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.vendure.client import Client
from crossdock.connectors.vendure.config import Config, read_config
from crossdock.connectors.vendure.inbound import Inbound
from crossdock.connectors.vendure.source import Orders
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Decoded, IntakeContext, Outbound, OutcomeKind
from tests.connectors.erp_server import BUSY, TROUBLES, line_to, outbound, send, served, until_delivered
from tests.connectors.vendure_double import KEY, Json, Vendure, line, order

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "vendure" / "golden"
# The longest way: the fulfilment, and that it left.
CALLS = 2
DEFAULTS = Config()


def command(kind: str, **payload: object) -> Outbound:
    return outbound(kind, json.dumps({"channel": "web", "number": "CODE7", **payload}).encode())


def lines(**pieces: str) -> list[Json]:
    return [{"line": number[1:], "qty": {"value": value, "uom": "EA"}} for number, value in pieces.items()]


def ship(handover: str = "HO-1", **pieces: str) -> Outbound:
    return command(
        "ship_channel_order", shipment="SHP-1", handover_no=handover, at="2026-06-02T05:45:00Z", carrier="NVTR",
        tracking=["NV77"], lines=lines(**(pieces or {"_11": "3", "_12": "2"})),
    )  # fmt: skip


SHIP = ship()
DELIVER = command("deliver_channel_order", shipment="SHP-1", handover_no="HO-1", at="2026-06-03T05:45:00Z")
VOID = command("void_channel_shipment", shipment="SHP-1", handover_no="HO-1")
CANCEL = command("cancel_channel_order", cancel_id="X-1", reason="sold out")


@asynccontextmanager
async def client(shop: Vendure, config: Config = DEFAULTS, key: str = KEY) -> AsyncIterator[Client]:
    async with served(shop.handle) as address, line_to(f"{address}/admin-api") as wire:
        yield Client(wire, 20.0, Secret(key), config)


def decoded(body: object, **more: object) -> Decoded:
    context = IntakeContext("web", "CHN", NOW, "UTC", {"base_url": "http://shop", **more})
    return Inbound().decode(json.dumps(body).encode(), "application/json", context)


def told(body: object, **more: object) -> list[Json]:
    return [json.loads(one.body) for one in decoded(body, **more).facts]


# -- out --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_shipping_interrupted_anywhere_goes_on_where_it_stopped(call: int, after: bool, kind: str) -> None:
    """One fulfilment, shipped, whatever broke when."""
    shop = Vendure()
    shop.trouble.plan(call, kind, after=after)
    async with client(shop) as sender:
        kinds = await until_delivered(sender, SHIP)
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert kinds[0] is (OutcomeKind.TRANSIENT if kind == BUSY else OutcomeKind.UNKNOWN)
    assert shop.fulfilments() == [("NVTR [SHP-1/HO-1]", "Shipped")]
    assert shop.orders[0]["fulfillments"][0]["trackingCode"] == "NV77"


async def test_an_order_is_shipped_in_parts_delivered_and_partly_taken_back() -> None:
    """Each hand-over is a fulfilment of its own; every command twice, and nothing happens twice."""
    shop = Vendure()
    async with client(shop) as sender:
        for one in (ship("HO-1", _11="2"), ship("HO-2", _11="1", _12="2"), DELIVER):
            assert [(await send(sender, one)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
        second = command("void_channel_shipment", shipment="SHP-1", handover_no="HO-2")
        assert [(await send(sender, second)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert shop.fulfilments() == [("NVTR [SHP-1/HO-1]", "Delivered"), ("NVTR [SHP-1/HO-2]", "Cancelled")]


async def test_what_is_looked_up_tells_whether_it_was_done() -> None:
    shop = Vendure()
    async with client(shop) as sender:
        assert (await sender.look_up(SHIP)).kind is OutcomeKind.REFUSED
        await send(sender, SHIP)
        assert (await sender.look_up(SHIP)).kind is OutcomeKind.DELIVERED
        assert (await send(sender, VOID)).kind is OutcomeKind.DELIVERED
        # An old command does not send again what was taken back.
        assert (await send(sender, SHIP)).kind is OutcomeKind.DELIVERED
    assert shop.fulfilments() == [("NVTR [SHP-1/HO-1]", "Cancelled")]


async def test_an_order_and_some_of_its_lines_are_cancelled_once() -> None:
    shop = Vendure(order(7), order(8, lines=[line("21", 4, 100, "IT-9")]))
    some = outbound(
        "cancel_channel_order",
        json.dumps({"channel": "web", "number": "CODE8", "cancel_id": "X-2", "lines": lines(_21="1")}).encode(),
    )
    async with client(shop) as sender:
        assert [(await send(sender, one)).kind for one in (CANCEL, CANCEL, some, some)] == [OutcomeKind.DELIVERED] * 4
    assert (shop.orders[0]["state"], shop.orders[1]["lines"][0]["quantity"]) == ("Cancelled", 3)


@pytest.mark.parametrize(
    ("one", "detail"),
    [
        (DELIVER, "no fulfilment [SHP-1/HO-1] that left"),
        (ship(_99="1"), "no line 99"),
        (ship(_11="0.5"), "whole ones only"),
        (ship(_11="9"), "ITEMS_ALREADY_FULFILLED_ERROR"),
        (outbound("ship_channel_order", SHIP.payload.replace(b"CODE7", b"NOPE")), "no order NOPE"),
        (outbound("ship_channel_order", b'{"channel": "web"}'), "does not fit its contract"),
        (outbound("post_goods_issue", b"{}"), "cannot send post_goods_issue"),
    ],
)
async def test_what_stands_against_the_order_is_refused_and_nothing_is_written(one: Outbound, detail: str) -> None:
    shop = Vendure()
    async with client(shop) as sender:
        outcome = await send(sender, one)
    assert (outcome.kind, shop.fulfilments()) == (OutcomeKind.REFUSED, [])
    assert detail in outcome.detail


async def test_a_key_without_the_rights_says_what_to_give_it() -> None:
    shop = Vendure()
    async with client(shop, Config(channel_token="de"), key="wrong") as sender:
        outcome = await send(sender, SHIP)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "give it the permissions" in outcome.detail
    assert shop.headers["vendure-token"] == "de"


# -- in ---------------------------------------------------------------------------------------------------------------


def test_an_order_says_what_was_placed_and_paid() -> None:
    """Golden: written by us, in the shapes of the real one."""
    facts = told(order())
    assert facts == json.loads((GOLDEN / "paid.facts.json").read_text())
    for one in facts:
        decode_fact(json.dumps(one).encode(), NOW)


def test_cancelled_pieces_stay_in_the_lines_and_are_told_on_their_own() -> None:
    """A cancellation is a new revision with the same lines; a cancellation of ours is no news."""
    taken = [{"orderLineId": 12, "quantity": 1}]
    entries = [
        {"id": "1", "createdAt": "2026-06-01T08:00:00.000Z", "data": {"lines": taken, "reason": "changed my mind"}},
        {"id": "2", "createdAt": "2026-06-01T08:30:00.000Z", "data": {"lines": taken, "reason": "[crossdock X-1]"}},
    ]
    left = [line("11", 3, 12000, "IT-501"), line("12", 0, 1999, "IT-612")]
    placed, _, cancelled = told(order(lines=left, history={"items": entries}))
    assert placed["payload"]["rev"] == 3
    assert [one["qty"]["value"] for one in placed["payload"]["lines"]] == ["3", "2"]
    assert cancelled["type"] == "channel.order_cancelled"
    assert cancelled["payload"] == {
        "cancel_id": "cancellation-1", "reason": "changed my mind",
        "scope": [{"line": "12", "qty": {"value": "1", "uom": "EA"}}],
    }  # fmt: skip


def test_a_cancelled_order_is_cancelled_as_a_whole_and_its_refunds_are_told() -> None:
    taken = [{"orderLineId": "11", "quantity": 3}, {"orderLineId": "12", "quantity": 2}]
    entry = {"id": "1", "createdAt": "2026-06-01T08:00:00.000Z", "data": {"lines": taken}}
    refund = {"id": "3", "state": "Settled", "total": 48712, "createdAt": "2026-06-01T08:01:00.000Z", "lines": []}
    pending = {**refund, "id": "4", "state": "Pending"}
    payment = {**order()["payments"][0], "refunds": [refund, pending]}
    gone = [line("11", 0, 12000, "IT-501"), line("12", 0, 1999, "IT-612")]
    cancelled = order(state="Cancelled", lines=gone, history={"items": [entry]}, payments=[payment], totalWithTax=0)
    facts = told(cancelled)
    assert [one["type"] for one in facts] == [
        "channel.order_placed", "channel.order_paid", "channel.order_cancelled", "channel.order_refunded",
    ]  # fmt: skip
    # Vendure's total of it is nothing; an order free of charge would be entered at once.
    assert facts[0]["payload"]["total"] == {"amount": "479.96", "currency": "EUR"}
    assert "scope" not in facts[2]["payload"]
    assert facts[3]["payload"] == {"refund_no": "refund-3", "amount": {"amount": "487.12", "currency": "EUR"}}


def test_money_a_provider_only_guarantees_counts_where_the_partner_file_says_so() -> None:
    promised = [{**order()["payments"][0], "state": "Authorized"}]
    assert [one["type"] for one in told(order(payments=promised))] == ["channel.order_placed"]
    assert len(told(order(payments=promised), paid="authorized")) == 2


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"orderPlacedAt": None}, "is not placed yet"),
        ({"shippingAddress": None}, "has no shipping address"),
        ({"customer": None}, "has no customer"),
        ({"lines": [line("1", 1, 5, "")]}, "a product without SKU"),
        ({"lines": []}, "has no lines"),
        ({"surcharges": [{"description": "Gift wrap", "price": 300}]}, "surcharges (Gift wrap)"),
        ({"orderPlacedAt": "yesterday"}, "yesterday is no instant"),
        ({"lines": [{"id": "1"}]}, "quantity"),
    ],
)
def test_what_an_order_lacks_is_a_finding_with_who_must_act(change: Json, detail: str) -> None:
    read = decoded([order(8, **change), order(9)])
    assert [finding.code for finding in read.findings] == ["INT-02"]
    assert detail in read.findings[0].detail
    assert read.findings[0].where.startswith("$[0]")
    assert {msgspec.json.decode(one.body, type=Envelope).subject.id for one in read.facts} == {"web/CODE9"}


def test_a_sellers_copy_is_no_order_and_no_error() -> None:
    read = decoded(order(type="Seller"))
    assert (read.facts, [one.severity for one in read.findings]) == ([], ["info"])


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(
    st.sampled_from([*order(), "x"]), one), max_leaves=12), st.sampled_from(sorted(order())))  # fmt: skip
def test_no_content_breaks_the_reader(value: object, field: str) -> None:
    """Hostile members end as findings, or say what they can."""
    for body in (value, {**order(), field: value}, [value]):
        read = decoded(body)
        assert read.facts or read.findings or body == []


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    context = IntakeContext("web", "CHN", NOW, "UTC")
    read = Inbound().decode(body, "application/json", context)
    assert not read.facts


# -- polling ----------------------------------------------------------------------------------------------------------


async def drain(shop: Vendure, cursor: str = "", page: int = 2) -> tuple[list[str], str]:
    """Codes read until there is no more, and where we stand then."""
    seen: list[str] = []
    async with served(shop.handle) as address, line_to(f"{address}/admin-api") as wire:
        source = Orders(wire, 5.0, Secret(KEY), Config(), page)
        for _ in range(20):
            read = await source.page(cursor)
            seen += [json.loads(body)["code"] for body in read.bodies]
            cursor = read.cursor
            if not read.more:
                return seen, cursor
    raise AssertionError(f"no end in sight at {cursor}")


async def test_every_order_is_read_also_when_many_change_in_one_second() -> None:
    """Five of one second, with two to a page, and one after it."""
    shop = Vendure(*(order(number) for number in range(1, 6)), order(6, "2026-06-01T07:00:00.000Z"))
    seen, cursor = await drain(shop)
    assert set(seen) == {f"CODE{number}" for number in range(1, 7)}
    shop.orders.append(order(7, "2026-06-01T07:00:01.000Z"))
    assert "CODE7" in (await drain(shop, cursor))[0]


async def test_a_shop_that_refuses_us_says_so() -> None:
    shop = Vendure()
    shop.forbidden = True
    with pytest.raises(Permanent, match="give it the permissions"):
        await drain(shop)


def test_settings_that_are_not_in_the_contract_are_refused() -> None:
    with pytest.raises(Permanent, match="vendure"):
        read_config({"paid": "perhaps"})
