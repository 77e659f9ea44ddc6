"""A channel's order that SAP enters and takes back, and what SAP gives back of an invoice: asked for, and told."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.quantity import Quantity
from crossdock.mediation.references import channel_order
from tests.connectors.test_document_maps import HERE, NOW, Drop, decode, outbound, read, refused, sender, wire, written

GOLDEN = HERE / "idoc" / "golden"
FOLDER = GOLDEN / "sales_order_out"
CANCELLED = GOLDEN / "sales_order_cancelled_out"
TAKEN_BACK = GOLDEN / "order_cancelled"
REQUEST = GOLDEN / "credit_request_out"
MEMO = GOLDEN / "credit_memo_erp"
# What SAP adds when it confirms: the number of its sales order, and when it will be there.
CONFIRMED = (
    b'<E1EDK02 SEGMENT="1"><QUALF>002</QUALF><BELNR>0000100234</BELNR></E1EDK02>'
    b'<E1EDK03 SEGMENT="1"><IDDAT>002</IDDAT><DATUM>20260612</DATUM></E1EDK03>'
)


def test_the_order_sap_confirms_is_the_one_it_was_asked_to_enter() -> None:
    body = written(FOLDER)
    head, mark, rest = body.partition(b"<E1EDP01")
    made = decode(FOLDER, head + CONFIRMED + mark + rest)
    (fact,) = [decode_fact(one.body, NOW) for one in made.facts]
    order = fact.payload
    assert isinstance(order, OrderApproved)
    assert ("channel_order", "shop-eu/10422") in {(one.scheme, one.id) for one in fact.refs}
    assert (order.order_no, order.currency, order.customer.no) == ("100234", "EUR", "90210")
    assert [(one.no, one.item, one.qty) for one in order.lines] == [
        ("1", "501", Quantity(Decimal(2), "EA")),
        ("2", "778", Quantity(Decimal(1), "CS")),
    ]
    address = order.ship_to.address
    assert address is not None
    assert (address.city, address.postal, address.lines) == ("Malmö", "211 42", ("Storgatan 14",))


@pytest.mark.parametrize(
    ("text", "meant"), [("CO:shop-eu/10422", "shop-eu/10422"), ("PO/55", ""), ("CO:shop-eu", ""), ("CO:/1", "")]
)
def test_only_a_number_of_ours_is_a_channels_order(text: str, meant: str) -> None:
    assert channel_order(text) == meant


async def test_lines_of_a_channels_order_are_not_cancelled_as_if_they_were_all_of_it() -> None:
    """SAP takes a line's new quantity or deletes it; the command knows neither, so a person does."""
    part = [{"line": "10", "qty": {"value": "1", "uom": "EA"}}]
    assert "cancel these lines of it in SAP by hand" in await refused(CANCELLED, lines=part)


@pytest.mark.parametrize("action", ["000", "002", "003", "004"])
def test_an_order_of_which_something_changed_is_not_taken_back(action: str) -> None:
    """E1EDK01-ACTION: 001 is the whole document; 003 is one or more items, whatever it means within an item."""
    body = wire(TAKEN_BACK).replace(b"<ACTION>001<", f"<ACTION>{action}<".encode())
    facts = [decode_fact(one.body, NOW) for one in decode(TAKEN_BACK, body).facts]
    assert [fact.type for fact in facts] == ["order.approved"] * 2


def test_a_request_for_a_credit_memo_is_no_order() -> None:
    assert decode(REQUEST, written(REQUEST)).facts == []


def test_a_credit_memo_names_the_invoice_it_is_of() -> None:
    made = decode(MEMO, wire(MEMO).replace(b"<QUALF>011<", b"<QUALF>016<"))
    assert made.facts == []
    (finding,) = made.findings
    assert "send the invoice that is credited in E1EDK02 011" in finding.detail


async def test_a_credit_of_no_named_lines_is_asked_for_by_its_total() -> None:
    command, drop = outbound(read(REQUEST)), Drop()
    payload = msgspec.json.encode(msgspec.json.decode(command.payload) | {"lines": []})
    await sender(REQUEST, drop).send([msgspec.structs.replace(command, payload=payload)])
    (body,) = drop.files.values()
    assert (body.count(b"<E1EDP01"), body.count(b"<SUMME>79.8<")) == (0, 1)
