"""What an ERP is asked to bill in UBL: a data sheet that bills nobody, and the invoice an ERP posts of it."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.events.money import InvoicePosted
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import OutcomeKind
from tests.connectors.test_document_maps import HERE, NOW, Drop, decode, outbound, read, sender, written

FOLDER = HERE / "ubl" / "golden" / "invoice_out"


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


async def test_an_order_without_prices_makes_no_ubl_invoice() -> None:
    command = outbound(read(FOLDER))
    payload = {key: value for key, value in msgspec.json.decode(command.payload).items() if "amount" not in key}
    bare = msgspec.structs.replace(command, payload=msgspec.json.encode(payload))
    (outcome,) = await sender(FOLDER, Drop()).send([bare])
    assert outcome.kind is OutcomeKind.REFUSED
    assert "have the ERP send prices" in outcome.detail
