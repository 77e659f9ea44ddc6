"""A channel's paid order into Tryton: entered once, whatever breaks; cancelled while it can be; told back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crossdock.connectors.tryton.client import Client
from crossdock.connectors.tryton.config import Config
from crossdock.connectors.tryton.entry import channel_order, mark_of
from crossdock.connectors.tryton.inbound import Inbound
from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind
from crossdock.ports.transport import HttpReply
from tests.connectors.erp_server import outbound, send, until_delivered
from tests.connectors.tryton_entry_double import Json, Tryton

CONFIG = Config(carriage_item="CARRIAGE", channel_warehouse="WH-1", zone="Europe/Amsterdam")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
# The customer, the sale, the quotation, the confirmation.
CALLS = 4


def create(**changes: object) -> Outbound:
    """Two lines of one article and carriage, of a customer in Rotterdam."""
    address = {"country": "NL", "lines": ["Havenweg 1"], "city": "Rotterdam", "postal": "3011 AA"}
    price = {"amount": "12.50", "currency": "EUR"}
    line = {"item": "IT-501", "qty": {"value": "3", "uom": "EA"}, "unit_price": price}
    payload = {
        "channel": "web", "number": "1001", "customer": {"no": "7", "name": "Mia Kraus"},
        "ship_to": {"name": "Mia Kraus", "address": address}, "currency": "EUR",
        "lines": [{"no": "a", **line}, {"no": "b", **line}],
        "total": {"amount": "80.95", "currency": "EUR"}, "paid": {"amount": "80.95", "currency": "EUR"},
        "shipping": {"amount": "5.95", "currency": "EUR"}, "placed_at": "2026-05-31T22:30:00Z", **changes,
    }  # fmt: skip
    return outbound("create_sales_order", json.dumps(payload).encode())


def cancel(**more: object) -> Outbound:
    payload = {"channel": "web", "number": "1001", "cancel_id": "C-1", **more}
    return outbound("cancel_sales_order", json.dumps(payload).encode())


def client(tryton: Tryton, config: Config = CONFIG) -> Client:
    return Client(tryton, 5.0, Secret("key"), config)


@pytest.mark.parametrize(
    "trouble", [TimeoutError(), HttpReply(500, {}, b""), Transient("away"), HttpReply(409, {}, b"")]
)
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
async def test_an_entry_interrupted_anywhere_ends_in_one_confirmed_sale(
    call: int, after: bool, trouble: HttpReply | Exception
) -> None:
    """One customer, one address, one sale: also when nobody knows what the broken call did."""
    tryton = Tryton()
    tryton.trouble, tryton.after = {call: trouble}, after
    kinds = await until_delivered(client(tryton), create())
    assert kinds[-1] is OutcomeKind.DELIVERED
    assert [len(tryton.tables[name]) for name in ("party.party", "party.address", "sale.sale")] == [1, 1, 1]
    assert tryton.tables["sale.sale"][0]["state"] == "processing"


async def test_a_sale_says_all_the_order_said() -> None:
    """Prices, carriage as a line of its own, the day in Tryton's zone, and by which name it is found again."""
    tryton = Tryton(taxes=(9,))
    await send(client(tryton), create())
    (sale,) = tryton.tables["sale.sale"]
    assert (sale["reference"], sale["description"]) == ("1001", "Channel order web/1001")
    assert sale["sale_date"] == {"__class__": "date", "year": 2026, "month": 6, "day": 1}
    assert (sale["warehouse"], sale["currency"], sale["party"]) == (51, 41, 1)
    told = [(line["sequence"], line["product"], line["quantity"], line["unit_price"]["decimal"], line.get("taxes"))
            for line in sale["lines"][0][1]]  # fmt: skip
    taxed = [["add", [9]]]
    assert told == [(10, 1, 3.0, "12.50", taxed), (20, 1, 3.0, "12.50", taxed), (30, 2, 1.0, "5.95", None)]
    assert tryton.tables["party.party"][0]["code"] == "web-7"


async def test_a_customer_who_comes_back_is_known_and_a_new_address_is_added() -> None:
    tryton = Tryton()
    moved = {"name": "Mia Kraus", "address": {"country": "NL", "lines": ["Kade 9"], "city": "Venlo", "postal": "5911"}}
    for order in (create(), create(number="1002"), create(number="1003", ship_to=moved)):
        assert (await send(client(tryton), order)).kind is OutcomeKind.DELIVERED
    assert [len(tryton.tables[name]) for name in ("party.party", "party.address", "sale.sale")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("order", "config", "detail"),
    [
        (create(), Config(), "settings.carriage_item"),
        (create(lines=[{"no": "a", "item": "NOPE", "qty": {"value": "1", "uom": "EA"}}]), CONFIG, "no product NOPE"),
        (create(currency="USD"), CONFIG, "no currency USD"),
        (create(), Config(carriage_item="CARRIAGE", channel_warehouse="WH-9"), "no warehouse WH-9"),
        (create(ship_to={"name": "Mia"}), CONFIG, "names no address"),
        (create(ship_to={"address": {"country": "FR"}}), CONFIG, "no country FR"),
        (create(lines=[{"no": "a", "item": "IT-501", "qty": {"value": "1", "uom": "EA"}}]), CONFIG, "has no price"),
        (create(lines=[{"no": "a", "item": "IT-501", "qty": {"value": "1", "uom": "KGM"}}]), CONFIG, "sold in KGM"),
    ],
)  # fmt: skip
async def test_what_tryton_lacks_is_refused_with_who_must_add_it(order: Outbound, config: Config, detail: str) -> None:
    tryton = Tryton()
    outcome = await send(client(tryton, config), order)
    assert outcome.kind is OutcomeKind.REFUSED
    assert detail in outcome.detail
    assert tryton.tables["sale.sale"] == []


async def test_a_user_of_two_companies_must_be_told_for_which_one() -> None:
    tryton = Tryton()
    tryton.tables["company.company"].append({"id": 2})
    assert "settings.company" in (await send(client(tryton), create())).detail
    assert (await send(client(tryton, Config(carriage_item="CARRIAGE", company=1)), create())).kind is (
        OutcomeKind.DELIVERED
    )


@pytest.mark.parametrize("state", ["draft", "quotation", "confirmed"])
async def test_a_sale_that_is_not_in_work_is_cancelled(state: str) -> None:
    tryton = Tryton()
    await send(client(tryton), create())
    tryton.tables["sale.sale"][0]["state"] = state
    assert (await send(client(tryton), cancel())).kind is OutcomeKind.DELIVERED
    assert tryton.tables["sale.sale"][0]["state"] == "cancelled"
    assert (await client(tryton).look_up(cancel())).kind is OutcomeKind.DELIVERED
    # What was cancelled is not entered again by an old command.
    assert "was cancelled in Tryton" in (await send(client(tryton), create())).detail


@pytest.mark.parametrize(
    ("one", "detail"),
    [
        (cancel(), "is processing in Tryton: cancel its shipments"),
        (cancel(lines=[{"line": "10", "qty": {"value": "2", "uom": "EA"}}]), "cancel 2 of line 10 of sale S-1"),
    ],
)
async def test_what_is_too_late_in_tryton_is_a_persons_matter(one: Outbound, detail: str) -> None:
    tryton = Tryton()
    await send(client(tryton), create())
    outcome = await send(client(tryton), one)
    assert (outcome.kind, detail in outcome.detail) == (OutcomeKind.REFUSED, True)


async def test_a_sale_entered_twice_by_hand_is_not_touched() -> None:
    tryton = Tryton()
    await send(client(tryton), create())
    tryton.tables["sale.sale"].append({**tryton.tables["sale.sale"][0], "id": 2, "number": "S-2"})
    assert "several sales" in (await send(client(tryton), create())).detail


def sale(**changes: object) -> Json:
    """A sale as it is read to become an order."""
    day = {"__class__": "date", "year": 2026, "month": 6, "day": 1}
    line = {
        "id": 1, "sequence": 10, "quantity": 3.0, "unit": {"symbol": "u"},
        "product": {"code": "IT-501", "type": "goods"},
    }  # fmt: skip
    return {
        "id": 5, "number": "S-5", "state": "processing", "sale_date": day, "currency": {"code": "EUR"},
        "write_date": {**day, "__class__": "datetime", "hour": 9}, "party": {"id": 1, "name": "Mia"},
        "shipment_address": {"id": 2, "country": {"code": "NL"}}, "lines": [line],
        "description": "Channel order web/1001", **changes,
    }  # fmt: skip


def told(body: Json) -> tuple[list[Json], list[str]]:
    read = Inbound().decode(json.dumps(body).encode(), "application/json", IntakeContext("erp", "ERP", NOW, "UTC"))
    return [json.loads(one.body) for one in read.facts], [one.detail for one in read.findings]


def test_the_order_that_is_told_back_refers_to_the_channels() -> None:
    (fact,), _ = told(sale())
    assert fact["refs"] == [{"scheme": "order", "id": "S-5"}, {"scheme": "channel_order", "id": "web/1001"}]
    (plain,), _ = told(sale(description="spring campaign"))
    assert plain["refs"] == [{"scheme": "order", "id": "S-5"}]


def test_a_channels_sale_that_is_cancelled_is_told_and_no_other() -> None:
    (fact,), _ = told(sale(state="cancelled"))
    assert (fact["type"], fact["payload"]["request_id"]) == ("order.cancel_requested", "S-5-cancelled")
    facts, details = told(sale(state="cancelled", description=None))
    assert (facts, "only a confirmed sale" in details[0]) == ([], True)


def test_the_mark_is_read_as_it_was_written() -> None:
    assert channel_order(mark_of("web", "10/01")) == "web/10/01"
    assert channel_order(None) == channel_order("a note") == ""
