"""The S/4HANA connector against a server of its shapes: interrupted anywhere, in any order, it ends the same, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import permutations

import pytest

from crossdock.connectors.s4hana.client import Client
from crossdock.connectors.s4hana.config import Config, read_config
from crossdock.connectors.s4hana.source import Orders
from crossdock.connectors.s4hana.wire import instant
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from tests.connectors.erp_server import BUSY, TROUBLES, line_to, outbound, send, served, until_delivered
from tests.connectors.s4hana_double import KEY, ROOT, S4, USER

CONFIG = Config(user=USER, client="100", zone="Europe/Berlin")
# The longest way: create, claim, pick, post.
CALLS = 4


def command(kind: str, **payload: object) -> Outbound:
    return outbound(kind, json.dumps({"order_no": "4711"} | payload).encode())


def issue(handover: str = "HO-1", uom: str = "EA", warehouse: str = "1010", **pieces: str) -> Outbound:
    lines = [{"line": line[1:], "qty": {"value": value, "uom": uom}} for line, value in pieces.items()]
    at = "2026-06-02T22:45:00Z"
    return command(
        "post_goods_issue", shipment="G", handover_no=handover, warehouse=warehouse, lines=lines, at=at, bol="B-1"
    )


def told(fact: str) -> Outbound:
    return command("update_delivery_status", shipment="SHP-1", fact=fact, at="2026-06-03T09:00:00Z", status="X")


ISSUE = issue(_10="5", _20="6")
HANDED_OVER = told("shipment.handed_over:HO-1")
DELIVERED = told("shipment.delivered:1")
RELEASED = command("update_order_status", status_hash="h1", control_state="RELEASED")
BACK = command("reverse_goods_issue", shipment="G", handover_no="HO-1", void="V-1")


@asynccontextmanager
async def client(sap: S4, key: str = KEY) -> AsyncIterator[Client]:
    async with served(sap.handle) as address, line_to(f"{address}{ROOT}") as line:
        yield Client(line, 20.0, Secret(key), CONFIG)


@pytest.mark.parametrize("order", list(permutations([ISSUE, HANDED_OVER, DELIVERED, RELEASED])))
async def test_in_whatever_order_the_commands_come_the_books_end_the_same(order: tuple[Outbound, ...]) -> None:
    sap = S4()
    async with client(sap) as sender:
        assert [outcome.kind for outcome in await sender.send(order)] == [OutcomeKind.DELIVERED] * 4
    assert sap.goods() == {"000010": "5", "000020": "6"}
    assert len(sap.deliveries) == 1
    assert len(sap.said()) == 3
    assert sap.sessions == 1


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_posting_interrupted_anywhere_goes_on_where_it_stopped(call: int, after: bool, kind: str) -> None:
    """Above all behind the creation, when the delivery does not carry our reference yet."""
    sap = S4()
    sap.trouble.plan(call, kind, after=after)
    async with client(sap) as sender:
        kinds = await until_delivered(sender, ISSUE)
    assert kinds[0] is (OutcomeKind.TRANSIENT if kind == BUSY else OutcomeKind.UNKNOWN)
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert sap.goods() == {"000010": "5", "000020": "6"}
    assert len(sap.deliveries) == 1


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("first", [HANDED_OVER, DELIVERED])
async def test_a_line_whose_answer_was_lost_is_there_once(after: bool, first: Outbound) -> None:
    sap = S4()
    async with client(sap) as sender:
        await send(sender, HANDED_OVER)
        sap.trouble.plan(1, "cut", after=after)
        await until_delivered(sender, DELIVERED)
        await send(sender, first)
    assert [line.rpartition(" ")[2] for line in sap.said()] == [
        "[shipment.handed_over:HO-1@SHP-1]",
        "[shipment.delivered:1@SHP-1]",
    ]


async def test_what_was_done_is_found_and_not_done_again() -> None:
    sap = S4()
    async with client(sap) as sender:
        for one in (ISSUE, HANDED_OVER, DELIVERED, RELEASED):
            assert (await sender.look_up(one)).kind is OutcomeKind.REFUSED
            await send(sender, one)
            before = sap.trouble.written
            assert (await sender.look_up(one)).kind is OutcomeKind.DELIVERED
            assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
            assert sap.trouble.written == before


async def test_the_delivery_says_when_and_with_what_the_goods_left() -> None:
    """The day is the one of the place, not of UTC."""
    sap = S4()
    async with client(sap) as sender:
        await send(sender, ISSUE)
    [delivery] = sap.deliveries
    day = instant(str(delivery["ActualGoodsMovementDate"]), "")
    assert day is not None
    assert (day.isoformat(), delivery["BillOfLading"]) == ("2026-06-03T00:00:00+00:00", "B-1")


async def test_a_second_hand_over_gets_a_delivery_of_its_own_and_too_much_is_refused() -> None:
    sap = S4()
    async with client(sap) as sender:
        for one in (ISSUE, issue("HO-2", _20="1")):
            assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
        outcome = await send(sender, issue("HO-3", _20="1"))
    assert [one["DeliveryDocumentBySupplier"] for one in sap.deliveries] == ["HO-1", "HO-2"]
    assert (outcome.kind, "VL/367" in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_a_delivery_sap_made_by_itself_is_claimed_and_corrected() -> None:
    sap = S4()
    async with client(sap) as sender:
        await send(sender, issue("HO-0", _10="5", _20="7"))
        sap.deliveries[0].update({"DeliveryDocumentBySupplier": "", "OverallGoodsMovementStatus": "A"})
        assert (await send(sender, ISSUE)).kind is OutcomeKind.DELIVERED
    assert len(sap.deliveries) == 1
    assert sap.goods() == {"000010": "5", "000020": "6"}


async def test_a_token_too_old_is_fetched_again() -> None:
    sap = S4()
    async with client(sap) as sender:
        await send(sender, RELEASED)
        sap.sessions = 40
        assert (await send(sender, ISSUE)).kind is OutcomeKind.DELIVERED
    assert sap.sessions == 41


async def test_a_change_upon_an_old_version_is_tried_again_later() -> None:
    sap = S4()
    original = sap._change

    def moved(*args: object) -> object:
        for delivery in sap.deliveries:
            sap._touched(delivery)
        return original(*args)  # type: ignore[arg-type]

    sap._change = moved  # type: ignore[method-assign, assignment]
    async with client(sap) as sender:
        assert (await send(sender, ISSUE)).kind is OutcomeKind.TRANSIENT
        sap._change = original  # type: ignore[method-assign]
        assert (await send(sender, ISSUE)).kind is OutcomeKind.DELIVERED
    assert len(sap.deliveries) == 1


async def test_a_document_a_person_has_open_is_tried_again_later() -> None:
    sap = S4()
    sap.locked = True
    async with client(sap) as sender:
        assert (await send(sender, ISSUE)).kind is OutcomeKind.TRANSIENT


async def test_a_reversal_takes_back_what_was_posted_once() -> None:
    sap = S4()
    async with client(sap) as sender:
        assert "nothing to take back" in (await send(sender, BACK)).detail
        await send(sender, ISSUE)
        assert [(await send(sender, BACK)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert sap.goods() == {}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (issue(_99="1"), "has no item 99"),
        (issue(warehouse="2020", _10="5"), "it left 2020: change the plant"),
        (issue(uom="KGM", _10="5"), "counts KGM: convert it"),
        (issue("H" * 36, _10="5"), "too long for S/4HANA"),
        (command("update_order_status", order_no="9", status_hash="h", control_state="X"), "no sales order 9"),
        (outbound("request_invoice", b"{}"), "cannot send request_invoice"),
    ],
)  # fmt: skip
async def test_what_sap_cannot_take_is_refused_with_what_to_do(one: Outbound, words: str) -> None:
    sap = S4()
    async with client(sap) as sender:
        outcome = await send(sender, one)
    assert (outcome.kind, sap.trouble.written) == (OutcomeKind.REFUSED, 0)
    assert words in outcome.detail


async def test_a_wrong_password_says_what_to_correct() -> None:
    async with client(S4(), key="guess") as sender:
        outcome = await send(sender, ISSUE)
    assert (outcome.kind, "correct settings.user" in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_orders_are_read_page_by_page_and_once_more_when_changed() -> None:
    sap = S4()
    start = 1780301692000
    sap.orders = [
        S4.order(str(number), start + offset, {"10": "1"})
        for number, offset in ((1, 0), (2, 5000), (3, 5900), (4, 5100), (5, 5300), (6, 9000))
    ]
    async with served(sap.handle) as address, line_to(f"{address}{ROOT}") as line:
        source = Orders(line, 10.0, Secret(KEY), CONFIG, page=2)
        numbers, cursor = await drained(source, "")
        assert numbers == {"1", "2", "3", "4", "5", "6"}
        sap.orders[0]["LastChangeDateTime"] = f"/Date({start + 900_000}+0000)/"
        assert "1" in (await drained(source, cursor))[0]
        with pytest.raises(Permanent, match="401"):
            await Orders(line, 10.0, None, CONFIG).page("")


async def drained(source: Orders, cursor: str) -> tuple[set[str], str]:
    """Ask as the scheduler does, until there is no more."""
    numbers: set[str] = set()
    for _ in range(30):
        page = await source.page(cursor)
        numbers |= {json.loads(body)["SalesOrder"] for body in page.bodies}
        moved, cursor = page.cursor != cursor, page.cursor
        if not (page.more and moved):
            return numbers, cursor
    raise AssertionError("it never came to the end")


def test_an_instant_is_read_with_and_without_an_offset_and_before_1970() -> None:
    texts = ("/Date(0)/", "/Date(1000+0000)/", "/Date(-1000)/")
    assert [str(instant(text, "")) for text in texts] == [
        "1970-01-01 00:00:00+00:00",
        "1970-01-01 00:00:01+00:00",
        "1969-12-31 23:59:59+00:00",
    ]
    with pytest.raises(Rejected):
        instant("2026-06-01", "")


def test_settings_are_checked() -> None:
    assert read_config({"client": "100"}).client == "100"
    with pytest.raises(Permanent, match="client"):
        read_config({"client": "1&x=2"})
