"""Returns in the simulated enterprise: who wants one, what the desks refuse, and when the verdict says no."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.demo import world
from crossdock.demo.books import Entry
from crossdock.demo.fates import fate
from crossdock.demo.homecoming import ReturnView, judge_returns
from crossdock.demo.ledgers import InvoiceView
from crossdock.demo.peers.returns_dock import parcels
from crossdock.demo.world import SITE_A
from tests.unit.demo.test_peers import Estate, estate
from tests.unit.demo.test_verdict import ORDER

__all__ = ["estate"]

PRICE = ORDER.lines[0].item.price
NOTE = {"rma": "RMA-1", "invoice": "90", "total": str(PRICE * 3), "lines": {"10": "3"}}
BOOKS = {
    "portal": [Entry("return_requested", "RQ-1", "SO-1", {"line": "10", "pieces": 3, "greedy": False})],
    "erp": [
        Entry("rma", "RMA-1", "SO-1", {"request": "RQ-1"}),
        Entry("return_receipt", "RR-1", "SO-1", {"rma": "RMA-1", "lines": {"10": "3"}}),
        Entry(
            "credit_note",
            "91",
            "SO-1",
            {"rma": "RMA-1", "invoice": "90", "total": str(PRICE * 3), "lines": {"10": "3"}},
        ),
    ],
    "wms-a": [Entry("return_received", "RR-1", "SO-1", {"rma": "RMA-1", "lines": {"10": 3}})],
}
VIEW = ReturnView("RQ-1", "RMA-1", "CLOSED", {"10": 3}, {"10": 3}, ("91",))
INVOICE = InvoiceView("90", PRICE * 40, Decimal(0), PRICE * 3)


def judged(view: ReturnView | None = VIEW, invoice: InvoiceView = INVOICE, **more: list[Entry]) -> list[str]:
    found: list[str] = []
    books = {peer: [*entries, *more.get(peer.replace("-", "_"), [])] for peer, entries in BOOKS.items()}
    judge_returns(ORDER, books, (view,) if view else (), [invoice], found.append)
    return found


def test_a_return_that_is_in_all_books_alike_is_right() -> None:
    assert judged() == []


def test_a_return_credited_twice_fails() -> None:
    twice = Entry("credit_note", "92", "SO-1", {"rma": "RMA-1", "invoice": "90", "total": "3", "lines": {"10": "3"}})
    found = judged(erp=[twice])
    assert any("credited by the ERP {'10': 6}" in line for line in found)
    assert any("was given back for goods worth" in line for line in found)
    assert any("credit notes: the ERP has" in line for line in found)


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (None, "customers asked for ['RQ-1'], the hub has []"),
        (msgspec.structs.replace(VIEW, state="RECEIVED"), "is RECEIVED, and everything of it came back"),
        (msgspec.structs.replace(VIEW, received={"10": 2}), "received as the hub has it {'10': 2}"),
        (msgspec.structs.replace(VIEW, decided={}), "decided on as the hub has it {}"),
        (msgspec.structs.replace(VIEW, credits=()), "credits: the ERP has ['91'], the hub []"),
    ],
)
def test_a_return_the_hub_has_otherwise_fails(view: ReturnView | None, reason: str) -> None:
    assert any(reason in line for line in judged(view))


def test_a_receipt_booked_twice_or_never_told_fails() -> None:
    again = Entry("return_receipt", "RR-2", "SO-1", {"rma": "RMA-1", "lines": {"10": "3"}})
    assert any("booked by the ERP {'10': 6}" in line for line in judged(erp=[again]))
    assert any(
        "received {'10': 6}" in line for line in judged(wms_a=[Entry("return_received", "RR-2", "SO-1", again.facts)])
    )


def test_a_wish_for_too_much_is_declined_and_no_other() -> None:
    declined = Entry("return_declined", "RQ-1", "SO-1")
    view = msgspec.structs.replace(VIEW, state="DECLINED")
    assert any("was declined by the ERP" in line for line in judged(view, erp=[declined]))


def test_a_share_of_the_orders_comes_back_in_every_way_and_none_over_the_border() -> None:
    book = world.orders(1, 400)
    wanted = [wish for order in book if (wish := fate(1, order).sent_back) is not None]
    assert 40 < len(wanted) < 100
    for field in ("is_our_fault", "greedy", "in_two"):
        assert {getattr(wish, field) for wish in wanted} == {True, False}
    assert not any(fate(1, order).sent_back for order in book if world.is_export(order))
    assert wanted[0].wanted(1) == (1 + wanted[0].pieces if wanted[0].greedy else 1)


def test_goods_come_in_one_parcel_or_in_two() -> None:
    assert parcels({"10": 3}, in_two=True) == [{"10": 1}, {"10": 2}]
    assert parcels({"10": 1}, in_two=True) == parcels({"10": 1}, in_two=False) == [{"10": 1}]


async def test_the_erp_credits_once_what_it_billed_at_its_price_and_no_more(estate: Estate) -> None:
    order = estate.order()
    estate.sell(order)
    line = order.lines[0]
    books = estate.enterprise.books["erp"]
    books.write("invoice", "90", order.order_no, item="I-1", lines={line.line_no: "2"})

    async def credit(pieces: int, price: Decimal, key: str = "RMA-1/RR-1/10", invoice: str = "90") -> tuple[int, str]:
        items = [{"lineNo": line.line_no, "quantity": str(pieces)}]
        body = {"invoiceNo": invoice, "requestKey": key, "items": items, "amount": str(price * pieces)}
        return await estate.call("erp", "POST", "/api/v1/credit-note-requests", body)

    price = line.item.price
    assert await credit(1, price, invoice="91") == (422, "unknown_invoice")
    assert await credit(1, price + 1) == (422, "wrong_amount")
    assert await credit(1, price) == (200, "")
    assert await credit(1, price) == (409, "already_credited")
    assert await credit(2, price, "RMA-1/RR-2/10") == (422, "over_credited")


async def test_the_erp_books_what_it_authorised_once(estate: Estate) -> None:
    order = estate.order()
    estate.sell(order)
    items = [{"lineNo": order.lines[0].line_no, "quantity": "1"}]
    ask = {"requestId": "RQ-1", "orderNo": order.order_no, "items": items, "eligible": True}
    receipt = {"receiptNo": "RR-1", "rmaNo": "RMA-1", "orderNo": order.order_no, "plant": SITE_A, "items": items}
    path = "/api/v1/return-receipts"
    assert await estate.call("erp", "POST", path, receipt) == (422, "unknown_rma")
    assert await estate.call("erp", "POST", "/api/v1/return-requests", ask) == (200, "")
    assert await estate.call("erp", "POST", "/api/v1/return-requests", ask) == (409, "return_known")
    while estate.enterprise.books["erp"].latest("rma", "RMA-1") is None:
        assert (await estate.call("erp", "GET", "/health", {}))[0] == 200
    assert await estate.call("erp", "POST", path, receipt) == (200, "")
    assert await estate.call("erp", "POST", path, receipt) == (409, "already_received")
    assert await estate.call("erp", "POST", path, {**receipt, "receiptNo": "RR-2"}) == (422, "over_returned")


async def test_the_dock_expects_what_a_customer_sends_and_at_its_own_site_only(estate: Estate) -> None:
    enterprise = estate.enterprise
    order = next(one for one in enterprise.book if fate(enterprise.config.seed, one).comes_back)
    other = next(one for one in enterprise.book if fate(enterprise.config.seed, one).sent_back is None)
    lines = [{"lineNo": "10", "quantity": 1}]
    body = {"orderNo": order.order_no, "site": SITE_A, "lines": lines}
    path, unknown = "/v1/returns/RMA-1", (422, "unknown_depositor_order")
    assert await estate.call("wms-a", "PUT", path, {**body, "site": "WH-B1"}) == (422, "wrong_site")
    assert await estate.call("wms-a", "PUT", path, {**body, "orderNo": other.order_no}) == unknown
    assert await estate.call("wms-a", "PUT", path, body) == (200, "")
    assert await estate.call("wms-a", "PUT", path, body) == (409, "already_expected")


async def test_the_tms_fetches_a_return_once(estate: Estate) -> None:
    order = estate.order()
    body = {"rma": f"RMA-{order.order_no[3:]}"}
    assert await estate.call("tms", "POST", "/v2/returns", {"rma": "RMA-404"}) == (422, "unknown_return")
    assert await estate.call("tms", "POST", "/v2/returns", body) == (200, "")
    assert await estate.call("tms", "POST", "/v2/returns", body) == (409, "already_booked")
