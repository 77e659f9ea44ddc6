"""What an ERP is asked to bill and to pay, a warehouse to report, an order's ERP is told: written, and read back as the
other side would say it (issue 3, item 2)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.fulfilment import FulfilmentAccepted, FulfilmentRejected
from crossdock.canonical.events.inventory import InventorySnapshotTaken
from crossdock.canonical.events.money import FreightSettled, InvoiceCredited, InvoicePosted
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.outbound import write_document
from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.reader import read_x12
from crossdock.kernel.errors import Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from tests.connectors.edi_pairs import Said
from tests.connectors.x12.kit import LIBRARY, Told, context, tell
from tests.connectors.x12.test_golden import HERE, pair

WRITTEN = (
    "request_invoice",
    "request_credit_note",
    "approve_freight_invoice",
    "request_inventory_snapshot",
    "update_order_status",
)


def said(name: str, **changes: object) -> Said:
    """The golden command, with fields of its payload changed; `None` leaves a field out."""
    expected = pair(name)[1]
    assert isinstance(expected, Said)
    payload = {key: value for key, value in {**expected.payload, **changes}.items() if value is not None}
    return msgspec.structs.replace(expected, payload=payload)


def wire(name: str, version: str = "004010", **changes: object) -> bytes:
    command = said(name, **changes)
    settings = read_settings(command.settings | {"version": version})
    return write_document(command.outbound, settings, command.number, LIBRARY.book("x12"))


def heard(body: bytes, role: str) -> Told:
    """The document as this partner's own, turned round: it comes from the role we wrote it to."""
    return tell(body, context(role, "UTC", site="NL1"))


def only(body: bytes, role: str) -> Fact:
    told = heard(body, role)
    assert [one for one in told.findings if one.severity == "error"] == []
    (fact,) = told.facts
    return fact


def payload_of(body: bytes, role: str) -> Payload:
    return only(body, role).payload


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_asked_is_sound_by_the_grammar_of_its_version(name: str, version: str) -> None:
    reading = read_x12(wire(name, version))
    assert list(reading.findings()) == []
    assert check_set(reading.interchanges[0].groups[0].sets[0], strict=True) == []


def test_an_invoice_we_ask_for_is_the_invoice_an_erp_posts_of_it() -> None:
    fact = only(wire("request_invoice").replace(b"******13~", b"~"), "ERP")
    posted = fact.payload
    assert isinstance(posted, InvoicePosted)
    assert (fact.subject.id, posted.total) == ("SHP-88001", Money(Decimal("6465.00"), "EUR"))
    assert [(one.line, one.qty) for one in posted.lines] == [
        ("10", Quantity(Decimal(40), "EA")),
        ("20", Quantity(Decimal(9), "CS")),
    ]
    assert {("shipment", "SHP-88001"), ("order", "SO-48213")} <= {(one.scheme, one.id) for one in fact.refs}


@pytest.mark.parametrize("name", ["request_invoice", "request_credit_note"])
def test_a_request_that_comes_back_by_mistake_bills_nobody(name: str) -> None:
    assert heard(wire(name), "ERP").facts == []


def test_a_credit_note_we_ask_for_is_the_one_an_erp_gives() -> None:
    told = payload_of(
        wire("request_credit_note")
        .replace(b"*CR*13~", b"*CR~")
        .replace(b"~REF*OI", b"~REF*SI*SHP-88001~REF*OI")
        .replace(b"SE*9*", b"SE*10*"),
        "ERP",
    )
    assert isinstance(told, InvoiceCredited)
    assert (told.invoice_no, told.amount, told.reason) == ("INV-90078", Money(Decimal("166.50"), "EUR"), "not_due")


def test_an_order_without_prices_makes_no_810() -> None:
    with pytest.raises(Rejected, match="have the ERP send prices"):
        wire("request_invoice", amount=None)


def test_a_payment_we_ask_for_is_the_settlement_an_erp_tells_of() -> None:
    asked = wire("approve_freight_invoice")
    assert heard(asked, "ERP").facts == []
    fact = only(asked.replace(b"BPR*D*", b"BPR*I*").replace(b"TRN*1*NV-INV-30091", b"TRN*1*PAY-1"), "ERP")
    assert isinstance(fact.payload, FreightSettled)
    assert (fact.subject.type, fact.subject.id) == ("freight_case", "LD-3301")
    assert (fact.payload.posted_amount, fact.payload.doc_no) == (Money(Decimal("1192.4"), "EUR"), "PAY-1")


def test_the_advice_that_answers_our_inquiry_bears_its_number() -> None:
    asked = wire("request_inventory_snapshot")
    assert heard(asked, "WMS").facts == []
    answer = asked.replace(b"BIA*13*", b"BIA*00*").replace(
        b"~LIN**ZZ*ALL~", b"~REF*ZZ*7781~LIN**VN*IT-501~QTY*17*40*EA~"
    )
    told = payload_of(
        answer.replace(b"SE*6*", b"SE*8*").replace(b"~N1*WH**92*NL1~REF*ZZ*7781~", b"~REF*ZZ*7781~N1*WH**92*NL1~"),
        "WMS",
    )
    assert isinstance(told, InventorySnapshotTaken)
    assert (told.snapshot_id, told.watermark_seq, told.rows[0].item) == ("2026-06-05", 7781, "IT-501")


def test_a_report_type_nobody_agreed_on_is_not_guessed() -> None:
    command = msgspec.structs.replace(
        said("request_inventory_snapshot"), settings={"isa_sender": "A", "isa_receiver": "B"}
    )
    with pytest.raises(Rejected, match=r"words\.report_type"):
        write_document(command.outbound, read_settings(command.settings), 1, LIBRARY.book("x12"))


@pytest.mark.parametrize(
    ("state", "code", "kind"),
    [
        ("RELEASED", b"AK", FulfilmentAccepted),
        ("COMPLETED", b"AK", FulfilmentAccepted),
        ("CANCELLED", b"RJ", FulfilmentRejected),
        ("BLOCKED", b"AH", None),
    ],
)
def test_what_became_of_an_order_is_read_back_as_taken_refused_or_undecided(
    state: str, code: bytes, kind: type[Payload] | None
) -> None:
    body = wire("update_order_status", control_state=state)
    assert b"~BAK*06*" + code + b"*SO-48213*" in body
    told = heard(body, "WMS")
    assert [type(one.payload) for one in told.facts] == ([kind] if kind else [])
    assert all(("order", "SO-48213") in {(ref.scheme, ref.id) for ref in one.refs} for one in told.facts)


def test_every_one_of_them_has_its_pair() -> None:
    assert all((HERE / name / "wire.edi").is_file() for name in WRITTEN)
