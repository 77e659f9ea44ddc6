"""What `shipments` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import CaseView, DocumentRef, Equipment, Fact, FactClass, FieldChange, Geo, LineQuantity, Mode, Money, Occurrence, PartsPlace, Quantity, Reference, TileView, Window

CarrierInvoiceType = Literal['balance_due', 'corrected', 'credit', 'invoice']
ChargeCode = Literal['CUS', 'DET', 'FUE', 'LHL', 'LIF', 'OTH', 'RDL', 'RES', 'STP', 'TON']
Condition = Literal['clean', 'exceptions']
CustomsHoldKind = Literal['control', 'detained', 'documents', 'query']
Milestone = Literal['ARRIVED_DELIVERY', 'ARRIVED_DESTINATION_HUB', 'ARRIVED_FACILITY', 'ARRIVED_PICKUP', 'AT_IMPORT_CUSTOMS', 'AVAILABLE_FOR_COLLECTION', 'AVAILABLE_FOR_DELIVERY', 'BORDER_CROSSED', 'CANCELLED', 'CARRIER_BOOKED', 'CHECKPOINT', 'COMPLETED_DEPARTURE', 'DAMAGED', 'DELAYED', 'DELIVERED', 'DELIVERY_ATTEMPTED', 'DEPARTED_FACILITY', 'DEPARTED_ORIGIN', 'ETA', 'EXITED', 'EXPORT_ACCEPTED', 'EXPORT_DECLARED', 'EXPORT_RELEASED', 'HANDED_OVER', 'HELD', 'HOLD_CLEARED', 'IMPORT_RELEASED', 'LOADED', 'LOST', 'ORDER_RELEASED', 'OUT_FOR_DELIVERY', 'PACKED', 'PICKED', 'POD_ACCEPTED', 'POD_AVAILABLE', 'RECEIVED_BY_PARTNER', 'RECONSIGNED', 'REFUSED', 'RETURNED', 'RETURN_IN_TRANSIT', 'RETURN_STARTED']
ProofKind = Literal['photo', 'pin', 'scan', 'signature']
CarrierAcceptedStatement = TypedDict("CarrierAcceptedStatement", {
    "carrier": Required[str],
    "class": NotRequired["FactClass"],
    "driver": NotRequired[str],
    "equipment": NotRequired[Union["Equipment", None]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "pro_no": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "tender_no": Required[str],
})
CarrierRejectedStatement = TypedDict("CarrierRejectedStatement", {
    "carrier": Required[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "reason": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "tender_no": Required[str],
})
CarrierTenderedStatement = TypedDict("CarrierTenderedStatement", {
    "carrier": Required[str],
    "class": NotRequired["FactClass"],
    "expires_at": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "rate": NotRequired[Union["Rate", None]],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "seq": Required[int],
    "tender_no": Required[str],
})
Charge = TypedDict("Charge", {
    "amount": Required["Money"],
    "authorised_by": NotRequired[str],
    "basis": NotRequired[str],
    "code": Required["ChargeCode"],
    "qty": NotRequired[Union[str, None]],
    "rate": NotRequired[Union[str, None]],
})
Confirmation = TypedDict("Confirmation", {
    "at": NotRequired[Union[str, None]],
    "confirmed": Required[bool],
    "event": NotRequired[str],
    "said_by": NotRequired[str],
    "shipment": Required[str],
})
CustomsAcceptedStatement = TypedDict("CustomsAcceptedStatement", {
    "accepted_at": Required[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": Required[str],
    "mrn": Required[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
CustomsDeclaredStatement = TypedDict("CustomsDeclaredStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "goods_hash": NotRequired[str],
    "lrn": Required[str],
    "mrn": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "submitted_at": Required[str],
    "version": NotRequired[int],
})
CustomsHeldStatement = TypedDict("CustomsHeldStatement", {
    "authority_ref": NotRequired[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "kind": Required["CustomsHoldKind"],
    "lrn": NotRequired[str],
    "mrn": Required[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "since": Required[str],
})
CustomsRejectedStatement = TypedDict("CustomsRejectedStatement", {
    "class": NotRequired["FactClass"],
    "errors": Required[list["ErrorItem"]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": Required[str],
    "mrn": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "version": NotRequired[int],
})
CustomsReleasedStatement = TypedDict("CustomsReleasedStatement", {
    "class": NotRequired["FactClass"],
    "conditions": NotRequired[list[str]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": NotRequired[str],
    "mrn": Required[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "released_at": Required[str],
    "revision": NotRequired[Union[int, None]],
})
DeliveredLine = TypedDict("DeliveredLine", {
    "damaged": NotRequired[Union["Quantity", None]],
    "delivered": Required["Quantity"],
    "line": Required[str],
    "refused": NotRequired[Union["Quantity", None]],
})
DeliveryCompletedStatement = TypedDict("DeliveryCompletedStatement", {
    "at": Required[str],
    "attempt_no": Required[int],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": NotRequired[list["DeliveredLine"]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "task": NotRequired[str],
})
DocumentAttachedStatement = TypedDict("DocumentAttachedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "mime": Required[str],
    "name": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "sha256": Required[str],
    "source": Required[str],
    "type": Required[str],
})
Documents = TypedDict("Documents", {
    "facts": Required[list["Fact"]],
    "shipment": Required[str],
})
ErrorItem = TypedDict("ErrorItem", {
    "code": Required[str],
    "path": NotRequired[str],
    "text": NotRequired[str],
})
FreightEstimatedStatement = TypedDict("FreightEstimatedStatement", {
    "charges": Required[list["Charge"]],
    "class": NotRequired["FactClass"],
    "currency": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "rate_ref": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "total": Required["Money"],
})
FreightInvoicedStatement = TypedDict("FreightInvoicedStatement", {
    "carrier": Required[str],
    "charges": Required[list["Charge"]],
    "class": NotRequired["FactClass"],
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "numbers": NotRequired[list[str]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "total": Required["Money"],
    "type": Required["CarrierInvoiceType"],
})
FreightSettledStatement = TypedDict("FreightSettledStatement", {
    "class": NotRequired["FactClass"],
    "doc_no": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "paid_at": NotRequired[Union[str, None]],
    "posted_amount": Required["Money"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
InvoicePaidStatement = TypedDict("InvoicePaidStatement", {
    "amount": Required["Money"],
    "class": NotRequired["FactClass"],
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "occurred": NotRequired["Occurrence"],
    "payment_ref": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
InvoicePostedStatement = TypedDict("InvoicePostedStatement", {
    "class": NotRequired["FactClass"],
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "lines": Required[list["LineQuantity"]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "total": Required["Money"],
})
Leg = TypedDict("Leg", {
    "carrier": NotRequired[str],
    "destination": Required["PartsPlace"],
    "mode": Required["Mode"],
    "origin": Required["PartsPlace"],
    "seq": Required[int],
})
PodCapturedStatement = TypedDict("PodCapturedStatement", {
    "attempt_no": Required[int],
    "captured_at": Required[str],
    "class": NotRequired["FactClass"],
    "condition": NotRequired["Condition"],
    "distance_m": NotRequired[Union[int, None]],
    "docs": NotRequired[list["DocumentRef"]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "geo": NotRequired[Union["Geo", None]],
    "lines": Required[list["DeliveredLine"]],
    "occurred": NotRequired["Occurrence"],
    "pod_ref": Required[str],
    "proofs": Required[list["ProofKind"]],
    "receiver": Required[str],
    "refs": NotRequired[list["Reference"]],
    "relation": NotRequired[str],
    "revision": NotRequired[Union[int, None]],
    "task": NotRequired[str],
})
Rate = TypedDict("Rate", {
    "charges": NotRequired[list["Charge"]],
    "contract": NotRequired[str],
    "total": Required["Money"],
})
RawCode = TypedDict("RawCode", {
    "code": NotRequired[str],
    "reason": NotRequired[str],
    "text": NotRequired[str],
})
Receiver = TypedDict("Receiver", {
    "carrier": NotRequired[str],
    "driver": NotRequired[str],
    "vehicle": NotRequired[str],
})
ShipmentCancelledStatement = TypedDict("ShipmentCancelledStatement", {
    "cancel_id": Required[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "fees": NotRequired[list["Money"]],
    "occurred": NotRequired["Occurrence"],
    "reason": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
ShipmentHandedOverStatement = TypedDict("ShipmentHandedOverStatement", {
    "at": Required[str],
    "bol": NotRequired[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "handover_no": Required[str],
    "lines": Required[list["LineQuantity"]],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "packages": Required[list[str]],
    "receiver": NotRequired["Receiver"],
    "refs": NotRequired[list["Reference"]],
    "release_no": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "seal": NotRequired[str],
    "warehouse": NotRequired[str],
})
ShipmentPlannedStatement = TypedDict("ShipmentPlannedStatement", {
    "bol_no": NotRequired[str],
    "carrier": NotRequired[str],
    "class": NotRequired["FactClass"],
    "customs_required": NotRequired[bool],
    "depot": NotRequired[str],
    "destination": Required["PartsPlace"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "firm": NotRequired[bool],
    "legs": NotRequired[list["Leg"]],
    "lines": NotRequired[list["LineQuantity"]],
    "load": NotRequired[str],
    "mode": Required["Mode"],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "origin": Required["PartsPlace"],
    "pro_no": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "release_no": NotRequired[int],
    "request_id": Required[str],
    "revision": NotRequired[Union[int, None]],
    "service": NotRequired[str],
    "tms_id": Required[str],
    "totals": NotRequired["Totals"],
    "transit_min": NotRequired[Union[int, None]],
    "warehouse": NotRequired[str],
    "windows": NotRequired["Windows"],
})
ShipmentReplannedStatement = TypedDict("ShipmentReplannedStatement", {
    "carrier": NotRequired[str],
    "changes": Required[list["FieldChange"]],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "firm": NotRequired[bool],
    "load": NotRequired[str],
    "mode": NotRequired[Union["Mode", None]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "request_id": NotRequired[str],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "service": NotRequired[str],
    "totals": NotRequired[Union["Totals", None]],
    "windows": NotRequired["Windows"],
})
ShipmentView = TypedDict("ShipmentView", {
    "business": Required[Union["TileView", None]],
    "dossier": Required[int],
    "facts": Required[list["Fact"]],
    "label": Required[str],
    "open_cases": Required[list["CaseView"]],
    "order": Required[str],
    "shipment": Required[str],
    "states": Required[dict[str, Any]],
})
Totals = TypedDict("Totals", {
    "gross_kgm": NotRequired[str],
    "packages": NotRequired[int],
    "volume_mtq": NotRequired[str],
})
TrackingMilestoneStatement = TypedDict("TrackingMilestoneStatement", {
    "attempt_no": NotRequired[int],
    "class": NotRequired["FactClass"],
    "equipment": NotRequired[Union["Equipment", None]],
    "estimate": NotRequired[Union[str, None]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "location": NotRequired[Union["PartsPlace", None]],
    "milestone": Required["Milestone"],
    "occurred": NotRequired["Occurrence"],
    "packages": NotRequired[list[str]],
    "partial": NotRequired[bool],
    "raw": NotRequired["RawCode"],
    "reason": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "stop_seq": NotRequired[Union[int, None]],
})
Windows = TypedDict("Windows", {
    "delivery": NotRequired[Union["Window", None]],
    "pickup": NotRequired[Union["Window", None]],
})

__all__ = ['CarrierAcceptedStatement', 'CarrierInvoiceType', 'CarrierRejectedStatement', 'CarrierTenderedStatement', 'Charge', 'ChargeCode', 'Condition', 'Confirmation', 'CustomsAcceptedStatement', 'CustomsDeclaredStatement', 'CustomsHeldStatement', 'CustomsHoldKind', 'CustomsRejectedStatement', 'CustomsReleasedStatement', 'DeliveredLine', 'DeliveryCompletedStatement', 'DocumentAttachedStatement', 'Documents', 'ErrorItem', 'FreightEstimatedStatement', 'FreightInvoicedStatement', 'FreightSettledStatement', 'InvoicePaidStatement', 'InvoicePostedStatement', 'Leg', 'Milestone', 'PodCapturedStatement', 'ProofKind', 'Rate', 'RawCode', 'Receiver', 'ShipmentCancelledStatement', 'ShipmentHandedOverStatement', 'ShipmentPlannedStatement', 'ShipmentReplannedStatement', 'ShipmentView', 'Totals', 'TrackingMilestoneStatement', 'Windows']
