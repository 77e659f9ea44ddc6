"""What an ERP is asked to bill and to give back in UBL: data sheets that bind nobody, and what an ERP posts of them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.events.money import InvoiceCredited, InvoicePosted
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import OutcomeKind
from tests.connectors.test_document_maps import HERE, NOW, Drop, decode, outbound, read, sender, written

FOLDER = HERE / "ubl" / "golden" / "invoice_out"
CREDIT = HERE / "ubl" / "golden" / "credit_note_out"


def test_an_invoice_we_ask_for_is_the_invoice_an_erp_posts_of_it() -> None:
    made = decode(FOLDER, written(FOLDER).replace(b">130<", b">380<"))
    (fact,) = [decode_fact(one.body, NOW) for one in made.facts]
    assert isinstance(fact.payload, InvoicePosted)
    assert fact.payload.total == Money(Decimal("6465.00"), "EUR")
    assert [(one.line, one.qty) for one in fact.payload.lines] == [
        ("10", Quantity(Decimal(40), "EA")),
        ("20", Quantity(Decimal(90), "EA")),
    ]
    assert {("shipment", "SHP-88001"), ("order", "SO-100234")} <= {(one.scheme, one.id) for one in fact.refs}


@pytest.mark.parametrize("code", [b"130", b"325"])
def test_a_data_sheet_or_a_pro_forma_that_comes_in_bills_nobody(code: bytes) -> None:
    assert decode(FOLDER, written(FOLDER).replace(b">130<", b">" + code + b"<")).facts == []


def test_a_credit_note_we_ask_for_is_the_one_an_erp_gives() -> None:
    despatch = b"<cac:DespatchDocumentReference><cbc:ID>SHP-88001</cbc:ID></cac:DespatchDocumentReference>"
    given = (
        written(CREDIT)
        .replace(b">130<", b">381<")
        .replace(b"</cac:BillingReference>", b"</cac:BillingReference>" + despatch)
    )
    (fact,) = [decode_fact(one.body, NOW) for one in decode(CREDIT, given).facts]
    told = fact.payload
    assert isinstance(told, InvoiceCredited)
    assert (fact.subject.id, told.invoice_no, told.reason) == ("SHP-88001", "INV-90078", "return")
    assert told.amount == Money(Decimal("258.50"), "EUR")
    assert [(one.line, one.qty.value) for one in told.lines] == [("10", Decimal(2)), ("20", Decimal(1))]


def test_a_credit_note_we_ask_for_that_comes_back_gives_nothing() -> None:
    assert decode(CREDIT, written(CREDIT)).facts == []


async def test_a_credit_of_no_named_quantities_is_one_line_of_the_whole_amount() -> None:
    command = outbound(read(CREDIT))
    payload = msgspec.json.decode(command.payload) | {"lines": []}
    drop = Drop()
    await sender(CREDIT, drop).send([msgspec.structs.replace(command, payload=msgspec.json.encode(payload))])
    (body,) = drop.files.values()
    assert body.count(b"<cac:CreditNoteLine>") == 1
    assert body.count(b'currencyID="EUR">258.5<') == 2


@pytest.mark.parametrize("folder", [FOLDER, CREDIT])
async def test_an_order_without_prices_makes_no_ubl_document(folder: Path) -> None:
    command = outbound(read(folder))
    payload = {key: value for key, value in msgspec.json.decode(command.payload).items() if "amount" not in key}
    bare = msgspec.structs.replace(command, payload=msgspec.json.encode(payload))
    (outcome,) = await sender(folder, Drop()).send([bare])
    assert outcome.kind is OutcomeKind.REFUSED
    assert "have the ERP send prices" in outcome.detail
