"""What we write in UBL stands in the order its schema has, with what the schema demands: access points validate it.

The rows are facts of UBL 2.1 (OASIS), as far as our documents use them: `!` is mandatory.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.formats.xml.document import read_xml
from crossdock.kernel.tree import Node
from tests.connectors.test_document_maps import OUTWARD, kind_of, name_of, written

SCHEMA = """
Order: CustomizationID ProfileID ID! IssueDate! IssueTime CustomerReference BuyerCustomerParty! SellerSupplierParty!
    Delivery DeliveryTerms OrderLine!
OrderChange: ID! IssueDate! IssueTime SequenceNumberID! OrderReference! BuyerCustomerParty! SellerSupplierParty!
    Delivery OrderLine!
OrderCancellation: ID! IssueDate! IssueTime CancellationNote! OrderReference! BuyerCustomerParty! SellerSupplierParty!
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
LineItem: ID! Quantity Item!
Item: Name SellersItemIdentification StandardItemIdentification ItemInstance
Delivery: DeliveryLocation RequestedDeliveryPeriod DeliveryParty Despatch
RequestedDeliveryPeriod: StartDate StartTime EndDate EndTime
DeliveryLocation: ID Address
Address: StreetName CityName PostalZone Country
Party: PartyIdentification PartyName
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
