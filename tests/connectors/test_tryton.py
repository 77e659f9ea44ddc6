"""The Tryton connector against a Tryton in memory: interrupted anywhere, told in any order, it ends the same, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from crossdock.connectors.tryton import queries
from crossdock.connectors.tryton.client import Client
from crossdock.connectors.tryton.config import Config, read_config
from crossdock.connectors.tryton.inbound import SALES_MAX, Inbound
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import IntakeContext, Outbound, Outcome, OutcomeKind
from crossdock.ports.transport import HttpReply
from tests.connectors.tryton_double import Tryton, refusal

NOW = datetime(2026, 6, 10, tzinfo=UTC)
CONTEXT = IntakeContext("erp", "ERP", NOW, "Europe/Amsterdam")
# The longest way: the claim, four buttons to the gate, `do` and the invoice.
CALLS = 7


def command(kind: str, **payload: object) -> Outbound:
    body = json.dumps({"order_no": "SO-1", **payload}).encode()
    return Outbound(1, kind, f"{kind}:x", "shipment:SHP-1", body, "", 1, NOW)


def issue(handover: str = "HO-1", uom: str = "EA", **pieces: str) -> Outbound:
    lines = [{"line": line[1:], "qty": {"value": value, "uom": uom}} for line, value in pieces.items()]
    at = "2026-06-02T05:45:00Z"
    return command("post_goods_issue", shipment="G", handover_no=handover, warehouse="WH-1", lines=lines, at=at)


def told(fact: str) -> Outbound:
    return command("update_delivery_status", shipment="SHP-1", fact=fact, at="2026-06-03T09:00:00Z", status="X")


ISSUE = issue(_10="5", _20="6")
HANDED_OVER = told("shipment.handed_over:HO-1")
DELIVERED = told("shipment.delivered:1")
RELEASED = command("update_order_status", status_hash="h1", control_state="RELEASED")


def client(tryton: Tryton, *, post: bool = True) -> Client:
    return Client(tryton, 5.0, Secret("key"), Config(invoices="post" if post else "leave"))


async def send(tryton: Tryton, one: Outbound) -> Outcome:
    [outcome] = await client(tryton).send([one])
    return outcome


async def until_delivered(tryton: Tryton, one: Outbound) -> list[OutcomeKind]:
    """As the hub does it: an unknown outcome is looked up, and what had no effect is sent again."""
    kinds = []
    for _ in range(4):
        outcome = await send(tryton, one)
        if outcome.kind is OutcomeKind.UNKNOWN:
            outcome = await client(tryton).look_up(one)
            kinds.append(OutcomeKind.UNKNOWN)
        kinds.append(outcome.kind)
        if outcome.kind is OutcomeKind.DELIVERED:
            break
    return kinds


def ended_right(tryton: Tryton) -> bool:
    """One shipment done with what left, one waiting with what did not, one invoice posted over it."""
    states = [one["state"] for one in tryton.shipments]
    bills = [(one["state"], [line["quantity"] for line in one["lines"]]) for one in tryton.invoices]  # type: ignore[attr-defined]
    left = tryton.shipped() == {"sale.line,1": 5.0, "sale.line,2": 6.0}
    return left and states == ["done", "waiting"] and bills == [("posted", [5.0, 6.0])]


@pytest.mark.parametrize("order", list(permutations([ISSUE, HANDED_OVER, DELIVERED, RELEASED])))
async def test_in_whatever_order_the_commands_come_the_books_end_the_same(order: tuple[Outbound, ...]) -> None:
    tryton = Tryton()
    for one in order:
        assert (await send(tryton, one)).kind is OutcomeKind.DELIVERED
    assert ended_right(tryton)
    assert len(tryton.notes) == 3


@pytest.mark.parametrize("trouble", [TimeoutError("silence"), HttpReply(500, {}, b"<html>"), Transient("cut")])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_a_posting_interrupted_anywhere_goes_on_where_it_stopped(
    call: int, after: bool, trouble: HttpReply | Exception
) -> None:
    tryton = Tryton()
    for one in (HANDED_OVER, DELIVERED):
        await send(tryton, one)
    tryton.trouble, tryton.after = {len(tryton.written) + call: trouble}, after
    kinds = await until_delivered(tryton, ISSUE)
    assert kinds[0] in (OutcomeKind.UNKNOWN, OutcomeKind.TRANSIENT)
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert ended_right(tryton)


async def test_what_was_done_is_found_and_not_done_again() -> None:
    tryton = Tryton()
    for one in (ISSUE, HANDED_OVER, DELIVERED, RELEASED):
        assert (await client(tryton).look_up(one)).kind is OutcomeKind.REFUSED
        await send(tryton, one)
        before = list(tryton.written)
        assert (await client(tryton).look_up(one)).kind is OutcomeKind.DELIVERED
        assert (await send(tryton, one)).kind is OutcomeKind.DELIVERED
        assert tryton.written == before


async def test_a_second_hand_over_takes_the_shipment_of_the_rest() -> None:
    tryton = Tryton()
    await send(tryton, ISSUE)
    await send(tryton, issue("HO-2", _20="1"))
    assert [(one["reference"], one["state"]) for one in tryton.shipments] == [("HO-1", "shipped"), ("HO-2", "shipped")]


async def test_an_invoice_is_left_to_a_person_where_the_partner_file_says_so() -> None:
    tryton = Tryton()
    await client(tryton, post=False).send([ISSUE, HANDED_OVER, DELIVERED])
    assert [one["state"] for one in tryton.invoices] == ["draft"]


async def test_an_invoice_over_more_than_we_delivered_is_not_ours_to_post() -> None:
    tryton = Tryton()
    foreign = {"origin": "sale.line,1", "quantity": 1.0, "stock_moves": [999]}
    tryton.invoices.append({"id": 9, "number": None, "state": "draft", "lines": [foreign]})
    for one in (ISSUE, HANDED_OVER, DELIVERED):
        await send(tryton, one)
    assert [one["state"] for one in tryton.invoices] == ["draft", "posted"]


async def test_a_reversal_cancels_what_left_and_refuses_what_arrived() -> None:
    back = command("reverse_goods_issue", shipment="G", handover_no="HO-1", void="V-1")
    tryton = Tryton()
    assert "nothing to take back" in (await send(tryton, back)).detail
    await send(tryton, ISSUE)
    assert [(await send(tryton, back)).kind for _ in range(2)] == [OutcomeKind.DELIVERED] * 2
    assert tryton.shipments[0]["state"] == "cancelled"
    assert "was cancelled in Tryton" in (await send(tryton, ISSUE)).detail
    done = Tryton()
    for one in (ISSUE, HANDED_OVER, DELIVERED):
        await send(done, one)
    assert "enter a return shipment" in (await send(done, back)).detail


@pytest.mark.parametrize(
    ("one", "detail"),
    [
        (issue(_30="1"), "has no line 30"),
        (issue(uom="KGM", _10="1"), "is sold in EA, the hand-over counts KGM"),
        (command("post_goods_issue", shipment="G"), "does not fit its contract"),
        (command("notify_customer"), "cannot send notify_customer"),
        (command("update_order_status", order_no="SO-9", status_hash="h", control_state="X"), "no sale with number"),
    ],
)
async def test_what_stands_against_the_books_is_refused_and_nothing_is_written(one: Outbound, detail: str) -> None:
    tryton = Tryton()
    outcome = await send(tryton, one)
    assert outcome.kind is OutcomeKind.REFUSED
    assert detail in outcome.detail
    assert tryton.written == []


async def test_other_quantities_in_a_picked_shipment_are_a_matter_for_people() -> None:
    tryton = Tryton()
    await send(tryton, ISSUE)
    outcome = await send(tryton, issue(_10="4", _20="6"))
    assert (outcome.kind, "with other quantities" in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_a_shipment_a_person_assigned_is_counted_again_before_it_is_picked() -> None:
    tryton = Tryton()
    tryton.shipments[0]["state"] = "assigned"
    await send(tryton, ISSUE)
    assert tryton.written[:2] == ["POST /stock.shipment.out/1/wait", "PUT /stock.shipment.out/1"]
    assert tryton.shipped() == {"sale.line,1": 5.0, "sale.line,2": 6.0}


async def test_goods_that_left_without_stock_in_the_books_end_with_who_must_count() -> None:
    outcome = await send(Tryton(stock=False), ISSUE)
    assert (outcome.kind, "count the stock" in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_a_sale_confirmed_a_moment_ago_is_asked_for_again() -> None:
    tryton = Tryton()
    tryton.shipments, tryton.state = [], "confirmed"
    assert (await send(tryton, ISSUE)).kind is OutcomeKind.TRANSIENT


async def test_what_tryton_plans_in_a_queue_of_its_own_is_waited_for() -> None:
    """The shipment of the rest, and the invoice of what is done: not there yet is no refusal."""
    tryton = Tryton()
    await send(tryton, ISSUE)
    [rest] = tryton.shipments[1:]
    tryton.shipments.remove(rest)
    assert (await send(tryton, issue("HO-2", _20="1"))).kind is OutcomeKind.TRANSIENT
    tryton.shipments.append(rest)
    assert (await send(tryton, issue("HO-2", _20="1"))).kind is OutcomeKind.DELIVERED
    assert "no open shipment" in (await send(tryton, issue("HO-3", _20="1"))).detail
    await send(tryton, HANDED_OVER)
    tryton.billing = False
    assert (await send(tryton, DELIVERED)).kind is OutcomeKind.TRANSIENT
    tryton.bill(tryton.shipments[0])
    assert (await send(tryton, DELIVERED)).kind is OutcomeKind.DELIVERED
    assert [one["state"] for one in tryton.invoices] == ["posted"]


@pytest.mark.parametrize(
    ("reply", "kind", "detail"),
    [
        (refusal("The shipment does not have a carrier set."), OutcomeKind.REFUSED, "carrier set"),
        (HttpReply(403, {}, b"<html>"), OutcomeKind.REFUSED, "give it the groups"),
        (HttpReply(401, {}, b"<html>"), OutcomeKind.REFUSED, "make one for the hub's user"),
        (HttpReply(409, {}, b"{}"), OutcomeKind.TRANSIENT, "in use"),
        (HttpReply(429, {"Retry-After": "7"}, b"{}"), OutcomeKind.TRANSIENT, "429"),
    ],
)
async def test_each_answer_has_one_outcome(reply: HttpReply, kind: OutcomeKind, detail: str) -> None:
    tryton = Tryton()
    tryton.trouble, tryton.after = dict.fromkeys(range(1, 9), reply), False
    outcome = await send(tryton, ISSUE)
    assert outcome.kind is kind
    assert detail in outcome.detail


async def test_calls_that_change_something_are_made_in_the_name_of_the_sales_company() -> None:
    tryton = Tryton()
    await send(tryton, ISSUE)
    assert set(tryton.contexts) == {queries.company(1)}


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b'[{"id": 1', "INT-02", "byte 9"),
        (b'[{"id": 1, "state": "draft", "number": "S"}]', "INT-02", "$[0]"),
        (b'{"id":1,"number":"S","state":"draft","currency":{},"party":{"id":1}}', "INT-02", "$.state"),
        (json.dumps([{}] * (SALES_MAX + 1)).encode(), "INT-02", "$"),
    ],
)
def test_what_is_no_confirmed_sale_becomes_a_finding_with_its_place(body: bytes, code: str, where: str) -> None:
    made = Inbound().decode(body, "application/json", CONTEXT)
    assert made.facts == []
    assert [(one.code, one.where) for one in made.findings[:1]] == [(code, where)]


def test_a_unit_we_do_not_know_goes_to_review_and_the_next_sale_is_taken() -> None:
    [sale] = json.loads(golden())
    strange = json.loads(golden())[0]
    strange["lines"][0]["unit"]["symbol"] = "firkin"
    made = Inbound().decode(json.dumps([strange, sale]).encode(), "application/json", CONTEXT)
    assert [(one.code, one.where) for one in made.findings] == [("MDM-03", "$[0].lines[0].unit.symbol")]
    assert len(made.facts) == 1


def test_a_sale_of_services_is_no_order_and_no_error() -> None:
    [sale] = json.loads(golden())
    for line in sale["lines"]:
        line["product"] = line["product"] and {"code": "INSTALL", "type": "service"}
    made = Inbound().decode(json.dumps(sale).encode(), "application/json", CONTEXT)
    assert (made.facts, [one.severity for one in made.findings]) == ([], ["info"])


def test_lines_without_a_sequence_of_their_own_are_numbered_by_their_ids() -> None:
    [sale] = json.loads(golden())
    sale["lines"][0]["sequence"] = sale["lines"][2]["sequence"]
    made = Inbound().decode(json.dumps(sale).encode(), "application/json", CONTEXT)
    payload = json.loads(made.facts[0].body)["payload"]
    assert [line["no"] for line in payload["lines"]] == ["1", "3"]
    assert payload["requested"]["earliest"] == "2026-06-01T00:00:00+02:00"


def test_settings_that_are_not_in_the_contract_are_refused() -> None:
    with pytest.raises(Permanent, match="invoices"):
        read_config({"invoices": "sometimes"})
    assert read_config({"poll_s": 0, "folder_in": "of our own door"}).poll_s == 0
    made = Inbound().decode(golden(), "", IntakeContext("erp", "ERP", NOW, "", {"zone": "Mars/Olympus"}))
    assert "is no time zone" in made.findings[0].detail


def golden() -> bytes:
    return (Path(__file__).parent / "tryton" / "order_approved" / "wire.json").read_bytes()
