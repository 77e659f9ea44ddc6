"""Every public IDoc, UBL, Peppol and ERP order file is mapped or gets exact findings; none is a crash.

The numbers are how many files give facts only, facts with findings, findings only, for a partner that agreed on what
its documents do not say. They only ever get better.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import CONVERTERS, shipped
from crossdock.canonical.wire import decode_fact
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from crossdock.ports.connector import Decoder, IntakeContext

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
NOW = datetime(2026, 6, 10, tzinfo=UTC)
LIBRARY = Library(shipped([]), {}, CONVERTERS)
AGREED: dict[str, object] = {"words": {"incoterm": "DAP", "currency": "EUR", "site": "WH-NL1", "carrier": "NVTR"}}
CLEAN, MIXED, REFUSED = "facts", "facts and findings", "findings"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not on this machine")


def outcome(decoder: Decoder, role: str, path: Path, settings: dict[str, object]) -> str:
    made = decoder.decode(path.read_bytes(), "", IntakeContext("sample", role, NOW, "UTC", settings))
    for fact in made.facts:
        decode_fact(fact.body, NOW)
    assert made.facts or made.findings, f"{path.name} says nothing and is not told why"
    assert all(finding.detail and finding.where for finding in made.findings)
    return (MIXED if made.findings else CLEAN) if made.facts else REFUSED


@pytest.mark.parametrize(
    ("folder", "kind", "role", "expected"),
    [
        ("sap-idoc/ORDERS01", "idoc", "ERP", {MIXED: 2, REFUSED: 2}),
        ("sap-idoc/ORDERS05", "idoc", "ERP", {REFUSED: 1}),
        ("sap-idoc/DELVRY03-xml", "idoc", "WMS", {REFUSED: 5}),
        ("sap-idoc/INVOIC02", "idoc", "ERP", {MIXED: 1}),
        ("sap-idoc/SHPMNT05", "idoc", "TMS", {MIXED: 1}),
        ("ubl/Order", "ubl", "ERP", {CLEAN: 2, REFUSED: 2}),
        ("peppol/Order", "ubl", "ERP", {CLEAN: 2}),
        ("ubl/OrderChange", "ubl", "ERP", {REFUSED: 1}),
        ("peppol/OrderChange", "ubl", "ERP", {REFUSED: 1}),
        ("ubl/OrderCancellation", "ubl", "ERP", {CLEAN: 1}),
        ("peppol/OrderCancellation", "ubl", "ERP", {CLEAN: 1}),
        ("ubl/OrderResponse", "ubl", "WMS", {CLEAN: 2, REFUSED: 1}),
        ("peppol/OrderResponse", "ubl", "WMS", {CLEAN: 2}),
        ("ubl/DespatchAdvice", "ubl", "WMS", {CLEAN: 1}),
        ("peppol/DespatchAdvice", "ubl", "WMS", {CLEAN: 4}),
        ("ubl/ReceiptAdvice", "ubl", "WMS", {CLEAN: 1}),
        ("ubl/Invoice", "ubl", "ERP", {CLEAN: 3, REFUSED: 3}),
        ("peppol/Invoice", "ubl", "ERP", {REFUSED: 3}),
        ("ubl/FreightInvoice", "ubl", "CAR", {MIXED: 1}),
        ("ubl/TransportationStatus", "ubl", "CAR", {CLEAN: 1}),
        ("ubl/Catalogue", "ubl", "ERP", {REFUSED: 1}),
        ("ubl/RequestForQuotation", "ubl", "ERP", {REFUSED: 1}),
        ("ubl/TransportExecutionPlan", "ubl", "TMS", {REFUSED: 1}),
        ("ubl/Waybill", "ubl", "CAR", {REFUSED: 1}),
        ("peppol/InvoiceResponse", "ubl", "ERP", {REFUSED: 1}),
        ("peppol/MessageLevelResponse", "ubl", "ERP", {REFUSED: 1}),
        ("peppol/OrderAgreement", "ubl", "WMS", {REFUSED: 1}),
    ],
)
@pytest.mark.proves("PF-18")
def test_every_sample_is_mapped_or_told(folder: str, kind: str, role: str, expected: dict[str, int]) -> None:
    decoder = KINDS[kind].decoder(LIBRARY)
    files = sorted(path for path in (SAMPLES / folder).rglob("*") if path.is_file())
    assert Counter(outcome(decoder, role, path, AGREED) for path in files) == expected


CSV = """
[map]
syntax = "delimited"
document = "lines"
version = "1"
source = "the columns of the sample"
[[fact]]
type = "order.approved"
each = "order"
subject = { id = ".OrderNumberD365" }
refs = [{ scheme = "order", id = ".OrderNumberD365" }]
[fact.fields]
order_no = ".OrderNumberD365"
rev = 1
customer = { no = ".billto", name = ".custname" }
ship_to = { location_no = ".billto" }
requested.latest = { date = "$day" }
incoterm.code = "$incoterm"
currency = ".Currency"
lines = { each = "row", fields = { no = "$index", item = ".item", "qty.value" = ".qty", "qty.uom" = ".uom" } }
"""
XML = """
[map]
syntax = "xml"
document = "order"
version = "1"
source = "the elements of the sample"
[[fact]]
type = "order.approved"
subject = { id = "header/purchaseordernumber" }
occurred = { date = "header/orderdate" }
refs = [{ scheme = "order", id = "header/purchaseordernumber" }]
[fact.fields]
order_no = "header/purchaseordernumber"
rev = 1
customer.no = "header/custnumber"
requested.latest = { date = "header/duedate" }
incoterm.code = "$incoterm"
currency = "$currency"
[fact.fields.ship_to]
at = "address[@type=shipto]"
fields = { name = "addressname", "address.country" = { from = "addresscountry", codes = "countries" } }
[fact.fields.lines]
each = "detail/item"
fields = { no = "line", item = "itemnumber", "qty.value" = "quantity", "qty.uom" = { from = "uom", default = "=EA" } }
[codes.countries]
USA = "US"
"""
JSON = """
[map]
syntax = "json"
document = "document"
version = "1"
source = "the members of the sample"
[[fact]]
type = "order.approved"
each = "order"
subject = { id = ".orderid" }
occurred = { date = ".orderdate" }
refs = [{ scheme = "order", id = ".orderid" }]
[fact.fields]
order_no = ".orderid"
rev = 1
customer = { no = "addresses/address[type=billto].addrid" }
requested.latest = { date = ".duedate" }
incoterm.code = "$incoterm"
currency = ".currency"
[fact.fields.ship_to]
at = "addresses/address[type=shipto]"
fields = { location_no = ".addrid", "address.country" = { from = ".country", codes = "countries" } }
[fact.fields.lines]
each = "items/item"
fields = { no = ".line", item = ".itemnumber", "qty.value" = ".orderquantity", "qty.uom" = ".uom" }
[codes.countries]
USA = "US"
"""
LINES = {"name": "lines", "records": [{"name": "row"}]}


@pytest.mark.parametrize(
    ("kind", "file", "own", "settings"),
    [
        (
            "flat_file",
            "csv/blueseer--ACME_CSV_D365.csv",
            CSV,
            {"layout": LINES, "group": {"by": ["OrderNumberD365"], "name": "order"}},
        ),
        ("xml_file", "order-xml/blueseer--ACME_XML_order.xml", XML, {}),
        ("json_file", "order-json/blueseer--ACME_JSON_order.txt", JSON, {}),
    ],
)
def test_a_file_of_an_erp_comes_on_board_with_a_map_of_its_own(
    kind: str, file: str, own: str, settings: dict[str, object]
) -> None:
    """S-36, S-39: a partner without a known dialect is configuration, no code."""
    library = Library({}, {"sample": Shelf((parse_map("sample/own", own),))})
    words = {"incoterm": "DAP", "currency": "USD", "day": "20260604"}
    decoder = KINDS[kind].decoder(library)
    assert outcome(decoder, "ERP", SAMPLES / "erp-order" / file, {**settings, "words": words}) == CLEAN
