"""The Odoo connector against a server of its shapes: interrupted anywhere, in any order, it ends the same, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import permutations

import pytest

from crossdock.connectors.odoo.client import Client
from crossdock.connectors.odoo.config import Config, read_config
from crossdock.connectors.odoo.source import Sales
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from tests.connectors.erp_server import BUSY, TROUBLES, line_to, outbound, send, served, until_delivered
from tests.connectors.odoo_double import DATABASE, KEY, USER, Odoo

CONFIG = Config(database=DATABASE, user=USER)
# The longest way: the claim with the quantities, and the validation.
CALLS = 2


def command(kind: str, **payload: object) -> Outbound:
    return outbound(kind, json.dumps({"order_no": "S00003", **payload}).encode())


def issue(handover: str = "HO-1", uom: str = "EA", warehouse: str = "WH-1", **pieces: str) -> Outbound:
    lines = [{"line": line[1:], "qty": {"value": value, "uom": uom}} for line, value in pieces.items()]
    at = "2026-06-02T05:45:00Z"
    return command("post_goods_issue", shipment="G", handover_no=handover, warehouse=warehouse, lines=lines, at=at)


def told(fact: str) -> Outbound:
    return command("update_delivery_status", shipment="SHP-1", fact=fact, at="2026-06-03T09:00:00Z", status="X")


ISSUE = issue(_11="5", _12="6")
HANDED_OVER = told("shipment.handed_over:HO-1")
DELIVERED = told("shipment.delivered:1")
RELEASED = command("update_order_status", status_hash="h1", control_state="RELEASED")
BACK = command("reverse_goods_issue", shipment="G", handover_no="HO-1", void="V-1")


@asynccontextmanager
async def client(odoo: Odoo, config: Config = CONFIG, key: str = KEY) -> AsyncIterator[Client]:
    async with served(odoo.handle) as address, line_to(address) as line:
        yield Client(line, 20.0, Secret(key), config)


@pytest.mark.parametrize("order", list(permutations([ISSUE, HANDED_OVER, DELIVERED, RELEASED])))
async def test_in_whatever_order_the_commands_come_the_books_end_the_same(order: tuple[Outbound, ...]) -> None:
    odoo = Odoo()
    async with client(odoo) as sender:
        assert [outcome.kind for outcome in await sender.send(order)] == [OutcomeKind.DELIVERED] * 4
    assert odoo.done() == {11: 5.0, 12: 6.0}
    assert odoo.states() == [("S00003, HO-1", "done"), ("S00003, HO-1", "assigned")]
    assert len(odoo.notes()) == 3


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_posting_interrupted_anywhere_goes_on_where_it_stopped(call: int, after: bool, kind: str) -> None:
    odoo = Odoo()
    odoo.trouble.plan(call, kind, after=after)
    async with client(odoo) as sender:
        kinds = await until_delivered(sender, ISSUE)
    assert kinds[0] is (OutcomeKind.TRANSIENT if kind == BUSY else OutcomeKind.UNKNOWN)
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert odoo.done() == {11: 5.0, 12: 6.0}
    assert [state for _, state in odoo.states()] == ["done", "assigned"]


@pytest.mark.parametrize("after", [True, False])
async def test_a_note_whose_answer_was_lost_is_there_once(after: bool) -> None:
    odoo = Odoo()
    odoo.trouble.plan(1, "cut", after=after)
    async with client(odoo) as sender:
        await until_delivered(sender, DELIVERED)
    assert odoo.notes() == ["<p>DELIVERED SHP-1, 2026-06-03T09:00:00+00:00 [shipment.delivered:1@SHP-1]</p>"]


async def test_what_was_done_is_found_and_not_done_again() -> None:
    odoo = Odoo()
    async with client(odoo) as sender:
        for one in (ISSUE, HANDED_OVER, DELIVERED, RELEASED):
            assert (await sender.look_up(one)).kind is OutcomeKind.REFUSED
            await send(sender, one)
            before = odoo.trouble.written
            assert (await sender.look_up(one)).kind is OutcomeKind.DELIVERED
            assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
            assert odoo.trouble.written == before


async def test_a_second_hand_over_takes_the_transfer_of_the_rest() -> None:
    """The rest carries the documents of the whole, our first hand-over among them: it is not that hand-over's."""
    odoo = Odoo()
    async with client(odoo) as sender:
        await send(sender, ISSUE)
        assert (await send(sender, issue("HO-2", _12="1"))).kind is OutcomeKind.DELIVERED
        assert (await sender.look_up(ISSUE)).kind is OutcomeKind.DELIVERED
    assert odoo.states() == [("S00003, HO-1", "done"), ("S00003, HO-2", "done")]
    assert odoo.done() == {11: 5.0, 12: 7.0}


async def test_a_mark_is_not_found_in_a_longer_one() -> None:
    odoo = Odoo()
    async with client(odoo) as sender:
        for fact in ("delivery.failed:12", "delivery.failed:1", "delivery.failed:1"):
            await send(sender, told(fact))
    assert len(odoo.notes()) == 2


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (issue(_11="5", _99="1"), "with all these lines"),
        (issue(warehouse="WH-9", _11="5"), "no open transfer from WH-9"),
        (issue(uom="KGM", _11="5"), "counts KGM: convert it"),
        (BACK, "nothing to take back"),
        (outbound("update_order_status", b'{"order_no":"S9","status_hash":"h","control_state":"X"}'), "no sale with"),
        (outbound("post_goods_issue", b"{}"), "does not fit its contract"),
        (outbound("request_invoice", b"{}"), "cannot send request_invoice"),
    ],
)  # fmt: skip
async def test_what_odoo_cannot_take_is_refused_with_what_to_do(one: Outbound, words: str) -> None:
    odoo = Odoo()
    async with client(odoo) as sender:
        outcome = await send(sender, one)
    assert (outcome.kind, odoo.trouble.written) == (OutcomeKind.REFUSED, 0)
    assert words in outcome.detail


async def test_a_reversal_cancels_what_was_not_validated_and_refuses_what_left() -> None:
    odoo = Odoo()
    odoo.trouble.plan(2, "proxy", after=False)
    async with client(odoo) as sender:
        await send(sender, ISSUE)
        assert [(await send(sender, BACK)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
        assert "was cancelled in Odoo" in (await send(sender, ISSUE)).detail
    done = Odoo()
    async with client(done) as sender:
        await send(sender, ISSUE)
        assert "enter a return" in (await send(sender, BACK)).detail


async def test_a_question_for_a_person_is_a_refusal_not_a_loop() -> None:
    odoo = Odoo()
    odoo.question = {"type": "ir.actions.act_window", "res_model": "expiry.picking.confirmation"}
    async with client(odoo) as sender:
        outcome = await send(sender, ISSUE)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "taken, and changed nothing" in outcome.detail


async def test_another_transaction_in_the_way_is_tried_again() -> None:
    odoo = Odoo()
    odoo.busy = True
    async with client(odoo) as sender:
        assert (await send(sender, ISSUE)).kind is OutcomeKind.TRANSIENT
        assert (await sender.look_up(ISSUE)).kind is OutcomeKind.REFUSED


async def test_a_wrong_key_says_what_to_correct() -> None:
    async with client(Odoo(), key="stolen") as sender:
        outcome = await send(sender, ISSUE)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "correct settings.user or secrets.token" in outcome.detail


async def test_sales_are_read_with_what_they_name_page_by_page_and_once_more_when_changed() -> None:
    odoo = Odoo()
    odoo.tables["sale.order"] = [
        odoo.sale(number, f"S{number}", f"2026-06-01 06:00:{second:02}", state, picking_ids=pickings)
        for number, second, state, pickings in (
            (1, 0, "sale", [1]), (2, 5, "sale", [1]), (3, 5, "sale", [1]), (4, 5, "cancel", [1]), (5, 5, "sale", [1]),
            (6, 9, "draft", []), (7, 9, "cancel", []), (8, 9, "sale", []),
        )
    ]  # fmt: skip
    async with served(odoo.handle) as address, line_to(address) as line:
        source = Sales(line, 10.0, Secret(KEY), CONFIG, page=2)
        names, cursor = await drained(source, "")
        assert names == {"S1", "S2", "S3", "S4", "S5", "S8"}
        odoo.tables["sale.order"][0]["write_date"] = "2026-06-01 06:09:00"
        changed, _ = await drained(source, cursor)
        assert "S1" in changed
        with pytest.raises(Permanent, match=r"settings\.user"):
            await Sales(line, 10.0, None, CONFIG).page("")


async def drained(source: Sales, cursor: str) -> tuple[set[str], str]:
    """Ask as the scheduler does, until there is no more."""
    names: set[str] = set()
    for _ in range(30):
        page = await source.page(cursor)
        names |= {json.loads(body)["order"]["name"] for body in page.bodies}
        moved, cursor = page.cursor != cursor, page.cursor
        if not (page.more and moved):
            return names, cursor
    raise AssertionError("it never came to the end")


def test_settings_are_checked() -> None:
    assert read_config({"series": "19", "hmac": "x"}).series == "19"
    with pytest.raises(Permanent, match="series"):
        read_config({"series": "12"})
