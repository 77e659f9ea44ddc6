"""What an ERP is asked to bill and told to book, a warehouse to report: written, and read back as the other side would
say it (issue 3, item 2)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.inventory import InventorySnapshotTaken
from crossdock.canonical.events.money import InvoiceCredited, InvoicePosted
from crossdock.canonical.events.returns import ReturnReceived
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.outbound import write_document
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.kernel.errors import Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import IntakeContext
from tests.connectors.edifact.kit import Told, book, context, tell
from tests.connectors.edifact.test_golden import Said, pair

WRITTEN = (
    "request_invoice",
    "request_credit_note",
    "request_inventory_snapshot",
    "post_return_receipt",
    "post_goods_issue",
)
LINES = [("10", Quantity(Decimal(40), "EA")), ("20", Quantity(Decimal(9), "CS"))]


def wire(name: str, version: str = "D:96A:UN", **changes: object) -> bytes:
    """The golden command written, with fields of its payload changed; `None` leaves a field out."""
    golden = pair(name)[1]
    assert isinstance(golden, Said)
    payload = {key: value for key, value in {**golden.payload, **changes}.items() if value is not None}
    command = msgspec.structs.replace(golden, payload=payload)
    partner = IntakeContext("partner-1", golden.role, golden.created, golden.tz, golden.settings)
    settings = read_settings(golden.settings | {"version": version})
    return write_document(command.outbound, book(), settings, partner, golden.number)[1]


def heard(body: bytes, role: str) -> Told:
    """The message as this partner's own: it comes from the role we wrote it to, or from where that role had it."""
    return tell(body, context(role))


def only(body: bytes, role: str) -> Fact:
    told = heard(body, role)
    assert told.errors == []
    (fact,) = told.facts
    return fact


def payload_of(body: bytes, role: str) -> Payload:
    return only(body, role).payload


@pytest.mark.parametrize("version", ["D:96A:UN", "D:01B:UN"])
@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_sound_by_its_directory(name: str, version: str) -> None:
    reading = read_edifact(wire(name, version))
    (message,) = reading.interchanges[0].messages
    validate(message)
    assert (list(reading.findings()), message.notes) == ([], [])


def test_an_invoice_we_ask_for_is_the_invoice_an_erp_posts_of_it() -> None:
    fact = only(wire("request_invoice").replace(b"+SHP-88001+13'", b"+INV-90078+9'"), "ERP")
    posted = fact.payload
    assert isinstance(posted, InvoicePosted)
    assert (fact.subject.id, posted.invoice_no, posted.date) == ("SHP-88001", "INV-90078", "2026-06-05")
    assert posted.total == Money(Decimal("6465.00"), "EUR")
    assert [(one.line, one.qty) for one in posted.lines] == LINES
    assert {("shipment", "SHP-88001"), ("order", "SO-48213")} <= {(one.scheme, one.id) for one in fact.refs}


def test_a_credit_note_we_ask_for_is_the_one_an_erp_gives() -> None:
    told = payload_of(
        wire("request_credit_note")
        .replace(b"+13'", b"+9'")
        .replace(b"'RFF+IV", b"'RFF+CU:SHP-88001'RFF+IV")
        .replace(b"UNT+13", b"UNT+14"),
        "ERP",
    )
    assert isinstance(told, InvoiceCredited)
    assert (told.invoice_no, told.amount, told.reason) == ("INV-90078", Money(Decimal("166.50"), "EUR"), "not_due")
    assert [(one.line, one.qty) for one in told.lines] == LINES[1:]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("request_invoice", "ERP"),
        ("request_invoice", "CAR"),
        ("request_credit_note", "ERP"),
        ("request_credit_note", "TMS"),
        ("request_inventory_snapshot", "WMS"),
    ],
)
def test_a_request_that_comes_back_by_mistake_states_nothing(name: str, role: str) -> None:
    assert heard(wire(name), role).facts == []


@pytest.mark.parametrize("name", ["request_invoice", "request_credit_note"])
def test_an_order_without_prices_makes_no_invoic(name: str) -> None:
    with pytest.raises(Rejected, match="have the ERP send prices"):
        wire(name, amount=None)


def test_the_report_that_answers_our_inquiry_bears_its_number() -> None:
    answer = wire("request_inventory_snapshot").replace(b"+13'", b"+9'")
    told = payload_of(answer.replace(b"UNT+5", b"LIN+1'PIA+5+IT-501:IN'QTY+145:40:PCE'UNT+8"), "WMS")
    assert isinstance(told, InventorySnapshotTaken)
    assert (told.snapshot_id, told.rows[0].item, told.rows[0].on_hand) == ("2026-06-05", "IT-501", Decimal(40))


def test_a_return_booked_is_the_return_a_warehouse_tells_of() -> None:
    fact = only(wire("post_return_receipt"), "WMS")
    told = fact.payload
    assert isinstance(told, ReturnReceived)
    assert (fact.subject.id, told.receipt_no) == ("RMA-3301", "RC-5502")
    assert [(one.line, one.condition) for one in told.lines] == [("10", "Good Condition"), ("20", "")]


def test_goods_issued_are_the_goods_a_warehouse_handed_over() -> None:
    told = payload_of(wire("post_goods_issue"), "WMS")
    assert isinstance(told, ShipmentHandedOver)
    assert (told.handover_no, told.warehouse, told.at.isoformat(), told.bol) == (
        "HND-7712",
        "NL1",
        "2026-06-02T13:58:00+00:00",
        "BOL-88001",
    )
    assert [(one.line, one.qty) for one in told.lines] == LINES
    assert told.lines[0].lot == "L-77"
