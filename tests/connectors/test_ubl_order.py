"""What we write in UBL stands in the order its schema has, with what the schema demands: access points validate it.

The rows are facts of UBL 2.1 (OASIS), as far as our documents use them: `!` is mandatory.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested
from crossdock.canonical.wire import decode_fact
from crossdock.formats.xml.document import read_xml
from crossdock.kernel.tree import Node
from tests.connectors.test_document_maps import HERE, NOW, OUTWARD, decode, kind_of, name_of, refused, written

SCHEMA = """
Order: CustomizationID ProfileID ID! IssueDate! IssueTime DocumentCurrencyCode CustomerReference
    OriginatorDocumentReference BuyerCustomerParty! SellerSupplierParty! AccountingCustomerParty Delivery DeliveryTerms
    AllowanceCharge AnticipatedMonetaryTotal OrderLine!
OrderChange: ID! IssueDate! IssueTime SequenceNumberID! OrderReference! BuyerCustomerParty! SellerSupplierParty!
    Delivery OrderLine!
OrderCancellation: ID! IssueDate! IssueTime CancellationNote! OrderReference! OriginatorDocumentReference
    BuyerCustomerParty! SellerSupplierParty!
OrderResponse: ID! IssueDate! IssueTime OrderResponseCode Note OrderReference! SellerSupplierParty! BuyerCustomerParty!
DespatchAdvice: ID! IssueDate! IssueTime OrderReference DespatchSupplierParty! DeliveryCustomerParty! Shipment
    DespatchLine!
Invoice: ID! IssueDate! InvoiceTypeCode Note DocumentCurrencyCode OrderReference DespatchDocumentReference
    AccountingSupplierParty! AccountingCustomerParty! LegalMonetaryTotal! InvoiceLine!
CreditNote: ID! IssueDate! CreditNoteTypeCode DocumentCurrencyCode DiscrepancyResponse BillingReference
    AccountingSupplierParty! AccountingCustomerParty! LegalMonetaryTotal! CreditNoteLine!
InvoiceLine: ID! InvoicedQuantity LineExtensionAmount! OrderLineReference Item!
CreditNoteLine: ID! CreditedQuantity LineExtensionAmount OrderLineReference Item
DespatchLine: ID! DeliveredQuantity OrderLineReference! Item!
OrderLine: LineItem!
LineItem: ID! Quantity Price Item!
Price: PriceAmount!
AllowanceCharge: ChargeIndicator! AllowanceChargeReason Amount!
AnticipatedMonetaryTotal: TaxInclusiveAmount PayableAmount!
OriginatorDocumentReference: ID!
Item: Name SellersItemIdentification StandardItemIdentification ItemInstance
Delivery: DeliveryLocation RequestedDeliveryPeriod DeliveryParty Despatch
RequestedDeliveryPeriod: StartDate StartTime EndDate EndTime
DeliveryLocation: ID Address
Address: StreetName CityName PostalZone Country
Party: PartyIdentification PartyName PostalAddress
PostalAddress: StreetName CityName PostalZone Country
DeliveryTerms: ID SpecialTerms
PartyIdentification: ID!
PartyName: Name!
OrderReference: ID! CustomerReference
OrderLineReference: LineID!
InvoiceDocumentReference: ID!
DespatchDocumentReference: ID!
LegalMonetaryTotal: LineExtensionAmount PayableAmount!
Shipment: ID! Consignment Delivery
Consignment: ID!
Despatch: ActualDespatchDate ActualDespatchTime
"""
ROWS = {
    name: tuple(words.split())
    for name, _, words in (row.partition(":") for row in SCHEMA.strip().replace("\n    ", " ").split("\n"))
}
ENTERED = HERE / "ubl" / "golden" / "sales_order_out"
CANCELLED = HERE / "ubl" / "golden" / "sales_order_cancelled_out"
WRITTEN = [folder for folder in OUTWARD if kind_of(folder) == "ubl"]


def plain(node: Node) -> str:
    return node.name.rpartition("}")[2].rpartition(":")[2]


def breaches(node: Node) -> list[str]:
    """What of an element, and all below it, is not as its row says."""
    found = [breach for child in node.children for breach in breaches(child)]
    row = ROWS.get(plain(node))
    if row is None:
        return found
    order, names = [word.rstrip("!") for word in row], [plain(child) for child in node.children]
    missing = [word for word in row if word.endswith("!") and word[:-1] not in names]
    strange = [name for name in names if name not in order]
    places = [order.index(name) for name in names if name in order]
    if missing or strange or places != sorted(places):
        found.append(f"{plain(node)}: lacks {missing}, does not know {strange}, has {names}")
    return found


@pytest.mark.parametrize("folder", WRITTEN, ids=name_of)
def test_what_we_write_is_as_its_schema_wants_it(folder: Path) -> None:
    (document,) = read_xml(written(folder)).documents
    assert plain(document.root) in ROWS
    assert breaches(document.root) == []


def test_the_order_an_erp_approves_is_the_one_it_was_asked_to_enter() -> None:
    """What the ERP adds: its own number, when it will be there, and on which terms."""
    wanted = b"<cac:RequestedDeliveryPeriod><cbc:EndDate>2026-06-12</cbc:EndDate></cac:RequestedDeliveryPeriod>"
    given = (
        written(ENTERED)
        .replace(b"<cbc:ID>10422<", b"<cbc:ID>SO-48300<")
        .replace(b"</cac:DeliveryLocation>", b"</cac:DeliveryLocation>" + wanted)
        .replace(b"<cac:DeliveryTerms>", b"<cac:DeliveryTerms><cbc:ID>DAP</cbc:ID>")
    )
    (fact,) = [decode_fact(one.body, NOW) for one in decode(ENTERED, given).facts]
    assert isinstance(fact.payload, OrderApproved)
    assert ("channel_order", "shop-eu/10422") in {(one.scheme, one.id) for one in fact.refs}
    assert [(line.no, line.item) for line in fact.payload.lines] == [("1", "501"), ("2", "778")]


def test_the_cancellation_an_erp_confirms_is_of_its_own_order() -> None:
    (fact,) = [decode_fact(one.body, NOW) for one in decode(CANCELLED, written(CANCELLED)).facts]
    assert isinstance(fact.payload, OrderCancelRequested)
    assert (fact.subject.id, fact.payload.reason) == ("SO-48300", "customer changed her mind")


async def test_ubl_cancels_a_channels_order_as_a_whole_or_not_at_all() -> None:
    part = [{"line": "10", "qty": {"value": "1", "uom": "EA"}}]
    assert "cancel these lines of it in the ERP by hand" in await refused(CANCELLED, lines=part)
