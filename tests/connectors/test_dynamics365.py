"""The Dynamics 365 connector against a server of its shapes: interrupted, in any order, it ends the same, once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import permutations

import msgspec
import pytest

from crossdock.connectors.dynamics365.client import Client
from crossdock.connectors.dynamics365.config import Config, read_config
from crossdock.connectors.dynamics365.session import Session
from crossdock.connectors.dynamics365.source import Orders
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from tests.connectors.dynamics365_double import CLIENT, COMPANY, KEY, SERVICE, TOKENS, Dynamics
from tests.connectors.erp_server import BUSY, TROUBLES, line_to, outbound, send, served, until_delivered

CONFIG = Config(company=COMPANY, client_id=CLIENT, posting=SERVICE, zone="America/New_York")


def command(kind: str, **payload: object) -> Outbound:
    return outbound(kind, json.dumps({"order_no": "SO-1"} | payload).encode())


def issue(handover: str = "HO-1", uom: str = "EA", **pieces: str) -> Outbound:
    lines = [{"line": line[1:], "qty": {"value": value, "uom": uom}} for line, value in pieces.items()]
    at = "2026-06-02T02:45:00Z"
    return command("post_goods_issue", shipment="G", handover_no=handover, warehouse="24", lines=lines, at=at)


def told(fact: str) -> Outbound:
    return command("update_delivery_status", shipment="SHP-1", fact=fact, at="2026-06-03T09:00:00Z", status="X")


ISSUE = issue(_1="5", _2="6")
HANDED_OVER = told("shipment.handed_over:HO-1")
DELIVERED = told("shipment.delivered:1")
RELEASED = command("update_order_status", status_hash="h1", control_state="RELEASED")
BACK = command("reverse_goods_issue", shipment="G", handover_no="HO-1", void="V-1")


@asynccontextmanager
async def session(dynamics: Dynamics, key: str = KEY, config: Config = CONFIG) -> AsyncIterator[Session]:
    async with served(dynamics.handle) as address, line_to(address) as data, line_to(f"{address}{TOKENS}") as tokens:
        yield Session(data, tokens, 10.0, Secret(key), config)


@asynccontextmanager
async def client(dynamics: Dynamics, key: str = KEY, config: Config = CONFIG) -> AsyncIterator[Client]:
    async with session(dynamics, key, config) as line:
        yield Client(line, 20.0, config)


@pytest.mark.parametrize("order", list(permutations([ISSUE, HANDED_OVER, DELIVERED, RELEASED])))
async def test_in_whatever_order_the_commands_come_the_books_end_the_same(order: tuple[Outbound, ...]) -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        assert [outcome.kind for outcome in await sender.send(order)] == [OutcomeKind.DELIVERED] * 4
    assert dynamics.posted() == {"HO-1": {"1": 5.0, "2": 6.0}}
    assert len(dynamics.notes()) == 3
    assert dynamics.granted == 1


@pytest.mark.parametrize("kind", TROUBLES)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("one", [ISSUE, DELIVERED])
async def test_a_call_whose_answer_was_lost_took_effect_once(one: Outbound, after: bool, kind: str) -> None:
    dynamics = Dynamics()
    dynamics.trouble.plan(1, kind, after=after)
    async with client(dynamics) as sender:
        kinds = await until_delivered(sender, one)
    assert kinds[0] is (OutcomeKind.TRANSIENT if kind == BUSY else OutcomeKind.UNKNOWN)
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert len(dynamics.slips) + len(dynamics.notes()) == 1


async def test_what_was_done_is_found_and_not_done_again() -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        for one in (ISSUE, HANDED_OVER, DELIVERED, RELEASED):
            assert (await sender.look_up(one)).kind is OutcomeKind.REFUSED
            await send(sender, one)
            before = dynamics.trouble.written
            assert (await sender.look_up(one)).kind is OutcomeKind.DELIVERED
            assert (await send(sender, one)).kind is OutcomeKind.DELIVERED
            assert dynamics.trouble.written == before


async def test_the_packing_slip_is_dated_by_the_day_of_the_place() -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        await send(sender, ISSUE)
    assert dynamics.slips["HO-1"]["DeliveryDate"] == "2026-06-01"


async def test_a_token_too_old_is_asked_for_again() -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        await send(sender, RELEASED)
        dynamics.granted = 40
        assert (await send(sender, ISSUE)).kind is OutcomeKind.DELIVERED
    assert dynamics.granted == 41


async def test_a_reversal_cancels_the_slip_once_and_a_posting_after_it_is_refused() -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        assert "nothing to take back" in (await send(sender, BACK)).detail
        await send(sender, ISSUE)
        assert [(await send(sender, BACK)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
        assert "was cancelled in Dynamics" in (await send(sender, ISSUE)).detail
    assert dynamics.posted() == {}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (issue(_9="1"), "has no line 9"),
        (issue(uom="KGM", _1="5"), "counts KGM: convert it"),
        (command("update_order_status", order_no="X", status_hash="h", control_state="X"), "has no sales order X"),
        (outbound("request_invoice", b"{}"), "cannot send request_invoice"),
    ],
)
async def test_what_dynamics_cannot_take_is_refused_with_what_to_do(one: Outbound, words: str) -> None:
    dynamics = Dynamics()
    async with client(dynamics) as sender:
        outcome = await send(sender, one)
    assert (outcome.kind, dynamics.trouble.written) == (OutcomeKind.REFUSED, 0)
    assert words in outcome.detail


async def test_other_quantities_under_our_number_are_for_a_person() -> None:
    async with client(Dynamics()) as sender:
        await send(sender, ISSUE)
        assert "other quantities" in (await send(sender, issue(_1="4", _2="6"))).detail


async def test_without_a_posting_service_a_goods_issue_says_what_to_install() -> None:
    config = msgspec.structs.replace(CONFIG, posting="")
    async with client(Dynamics(), config=config) as sender:
        outcome = await send(sender, ISSUE)
        assert (outcome.kind, "settings.posting" in outcome.detail) == (OutcomeKind.REFUSED, True)
        assert (await send(sender, DELIVERED)).kind is OutcomeKind.DELIVERED


async def test_a_write_an_entity_refuses_is_refused_though_it_comes_as_a_server_error() -> None:
    config = msgspec.structs.replace(CONFIG, note_type="Memo")
    async with client(Dynamics(), config=config) as sender:
        outcome = await send(sender, DELIVERED)
    assert (outcome.kind, "'Memo'" in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_a_record_somebody_else_changed_is_tried_again() -> None:
    dynamics = Dynamics()
    dynamics.conflict = True
    async with client(dynamics) as sender:
        assert (await send(sender, DELIVERED)).kind is OutcomeKind.TRANSIENT


async def test_a_wrong_secret_says_what_to_correct() -> None:
    async with client(Dynamics(), key="guess") as sender:
        outcome = await send(sender, ISSUE)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "AADSTS7000215" in outcome.detail
    assert "correct secrets.token" in outcome.detail


async def test_orders_are_read_with_their_lines_page_by_page_and_once_more_when_changed() -> None:
    dynamics = Dynamics()
    dynamics.tables["HeadersV2"] = [
        {"dataAreaId": company, "SalesOrderNumber": f"SO-{n}", "ModifiedDateTime": f"2026-06-01T08:14:{second:02}Z"}
        for n, second, company in (
            (1, 0, COMPANY), (2, 5, COMPANY), (3, 5, COMPANY), (4, 5, COMPANY), (5, 9, COMPANY), (6, 9, "demf"),
        )
    ]  # fmt: skip
    dynamics.tables["LinesV2"] = [dynamics.line(f"SO-{number}", 1, number) for number in range(1, 7)]
    async with session(dynamics) as line:
        source = Orders(line, CONFIG, page=2)
        read, cursor = await drained(source, "")
        assert read == {f"SO-{number}": number for number in range(1, 6)}
        dynamics.tables["HeadersV2"][0]["ModifiedDateTime"] = "2026-06-01T08:30:00Z"
        assert "SO-1" in (await drained(source, cursor))[0]
        other = msgspec.structs.replace(CONFIG, modified_field="ChangedAt")
        with pytest.raises(Permanent, match="ChangedAt"):
            await Orders(line, other).page("")


async def drained(source: Orders, cursor: str) -> tuple[dict[str, int], str]:
    """Ask as the scheduler does, until there is no more; what each order's one line counts."""
    read: dict[str, int] = {}
    for _ in range(30):
        page = await source.page(cursor)
        for body in page.bodies:
            document = json.loads(body)
            [line] = document["lines"]
            read[document["order"]["SalesOrderNumber"]] = line["OrderedSalesQuantity"]
        moved, cursor = page.cursor != cursor, page.cursor
        if not (page.more and moved):
            return read, cursor
    raise AssertionError("it never came to the end")


def test_settings_are_checked() -> None:
    assert read_config({"posting": SERVICE}).posting == SERVICE
    for wrong in ({"posting": "a/b/c"}, {"modified_field": "x eq 1 or y"}):
        with pytest.raises(Permanent):
            read_config(wrong)
