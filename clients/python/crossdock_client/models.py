"""What the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

BackorderPolicy = Literal['ask', 'backorder', 'cancel_remainder']
CarrierInvoiceType = Literal['balance_due', 'corrected', 'credit', 'invoice']
ChargeCode = Literal['CUS', 'DET', 'FUE', 'LHL', 'LIF', 'OTH', 'RDL', 'RES', 'STP', 'TON']
Condition = Literal['clean', 'exceptions']
CustomsHoldKind = Literal['control', 'detained', 'documents', 'query']
Disposition = Literal['APPLY', 'ESCALATE', 'HOLD', 'QUARANTINE', 'RECORD', 'REJECT', 'SUPERSEDE', 'SUPPRESS']
EventState = Literal['delivered', 'given_up', 'open']
FactClass = Literal['ACT', 'COR', 'EST', 'PLN', 'REQ', 'RET']
Flag = Literal['backfill', 'inferred', 'late', 'replayed', 'synthetic']
Freshness = Literal['current', 'looked_up', 'stale']
HoldType = Literal['compliance', 'credit', 'customer', 'fraud', 'quality']
How = Literal['added', 'restated', 'said_again', 'taken_back']
InvoicePolicy = Literal['advance', 'on_acceptance', 'on_delivery', 'on_departure', 'on_handover', 'on_pod', 'on_release', 'on_ship', 'periodic']
ItemState = Literal['applied', 'broken', 'gathered', 'planned', 'refused']
MasterEntity = Literal['item', 'location', 'party']
Milestone = Literal['ARRIVED_DELIVERY', 'ARRIVED_DESTINATION_HUB', 'ARRIVED_FACILITY', 'ARRIVED_PICKUP', 'AT_IMPORT_CUSTOMS', 'AVAILABLE_FOR_COLLECTION', 'AVAILABLE_FOR_DELIVERY', 'BORDER_CROSSED', 'CANCELLED', 'CARRIER_BOOKED', 'CHECKPOINT', 'COMPLETED_DEPARTURE', 'DAMAGED', 'DELAYED', 'DELIVERED', 'DELIVERY_ATTEMPTED', 'DEPARTED_FACILITY', 'DEPARTED_ORIGIN', 'ETA', 'EXITED', 'EXPORT_ACCEPTED', 'EXPORT_DECLARED', 'EXPORT_RELEASED', 'HANDED_OVER', 'HELD', 'HOLD_CLEARED', 'IMPORT_RELEASED', 'LOADED', 'LOST', 'ORDER_RELEASED', 'OUT_FOR_DELIVERY', 'PACKED', 'PICKED', 'POD_ACCEPTED', 'POD_AVAILABLE', 'RECEIVED_BY_PARTNER', 'RECONSIGNED', 'REFUSED', 'RETURNED', 'RETURN_IN_TRANSIT', 'RETURN_STARTED']
Mode = Literal['air', 'ftl', 'ltl', 'ocean', 'own_fleet', 'parcel', 'rail']
OrderPriority = Literal['critical', 'high', 'normal']
OrderType = Literal['replacement', 'sales', 'sample', 'transfer']
PlanState = Literal['applying', 'approved', 'done', 'planning', 'proposed', 'withdrawn']
PlanningMode = Literal['after_pack', 'parallel']
ProofKind = Literal['photo', 'pin', 'scan', 'signature']
ReturnDisposition = Literal['keep', 'quarantine', 'refurbish', 'restock', 'return_to_vendor', 'scrap']
Role = Literal['CAR', 'CHN', 'CUS', 'DOCK', 'ERP', 'LMD', 'OPS', 'PRT', 'SYNC', 'TMS', 'WMS']
ScreeningStatus = Literal['clear', 'denied', 'review']
ShipPolicy = Literal['ship_complete', 'ship_complete_by_warehouse', 'ship_partial']
StockStatus = Literal['available', 'blocked', 'damaged', 'expired', 'in_transit', 'quality', 'quarantine', 'returned']
StopType = Literal['cross_dock', 'customs', 'delivery', 'pickup']
TimeQuality = Literal['ambiguous', 'assumed', 'date_only', 'exact', 'inferred', 'location', 'suspect_future', 'suspect_past', 'zone']
WorkState = Literal['ASSIGNED', 'AUTO_RESOLVED', 'DISMISSED', 'IN_PROGRESS', 'OPEN', 'RESOLVED', 'WAITING']
ActView = TypedDict("ActView", {
    "act": Required[str],
    "after": Required[str],
    "at": Required[str],
    "before": Required[str],
    "hash": Required[str],
    "id": Required[int],
    "key": Required[str],
    "object": NotRequired[str],
    "person": Required[str],
    "reason": Required[str],
})
ActiveHold = TypedDict("ActiveHold", {
    "hold_id": Required[str],
    "reason": NotRequired[str],
    "type": Required["HoldType"],
})
Address = TypedDict("Address", {
    "city": NotRequired[str],
    "country": Required[str],
    "lines": NotRequired[list[str]],
    "postal": NotRequired[str],
    "region": NotRequired[str],
})
Answer = TypedDict("Answer", {
    "claims": Required[list["Claim"]],
    "field": Required[str],
    "ident": Required[str],
    "policy": Required[str],
    "reasons": Required[list["Reason"]],
    "value": Required[dict[str, Any]],
})
Asked = TypedDict("Asked", {
    "runs": Required[int],
})
AskedFor = TypedDict("AskedFor", {
    "number": Required[str],
})
Attempt = TypedDict("Attempt", {
    "at": Required[str],
    "attempt": Required[int],
    "detail": Required[str],
    "ms": Required[int],
    "status": Required[int],
})
BatchReceipt = TypedDict("BatchReceipt", {
    "receipts": Required[list["Receipt"]],
    "refused": Required[int],
    "taken": Required[int],
})
BreakRow = TypedDict("BreakRow", {
    "code": Required[str],
    "detail": Required[str],
    "dossier": NotRequired[int],
    "first": Required[str],
    "healed": Required[bool],
    "key": Required[str],
    "outcome": Required[str],
    "runs": Required[int],
    "unowned": Required[bool],
})
Budget = TypedDict("Budget", {
    "alert": Required[str],
    "attained_pct": Required[Union[str, None]],
    "burn": Required[str],
    "good": Required[int],
    "left_pct": Required[Union[str, None]],
    "measure": Required[str],
    "name": Required[str],
    "partner": Required[str],
    "target_pct": Required[str],
    "total": Required[int],
    "window_h": Required[int],
    "within_s": Required[float],
})
CaptureJob = TypedDict("CaptureJob", {
    "captureErrorBehaviour": Required[str],
    "captureID": Required[str],
    "createdAt": Required[str],
    "errors": NotRequired[list["Finding"]],
    "running": Required[bool],
    "success": Required[bool],
})
CarrierAccepted = TypedDict("CarrierAccepted", {
    "carrier": Required[str],
    "driver": NotRequired[str],
    "equipment": NotRequired[Union["Equipment", None]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "pro_no": NotRequired[str],
    "tender_no": Required[str],
})
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
CarrierRejected = TypedDict("CarrierRejected", {
    "carrier": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "reason": NotRequired[str],
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
CarrierTendered = TypedDict("CarrierTendered", {
    "carrier": Required[str],
    "expires_at": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "rate": NotRequired[Union["Rate", None]],
    "seq": Required[int],
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
CaseDetail = TypedDict("CaseDetail", {
    "actions": Required[list[str]],
    "acts": Required[list[str]],
    "case": Required["CaseLine"],
    "claims": Required[list["Fact"]],
    "commands": Required[list["CommandView"]],
    "ident": Required[str],
    "proof": Required[str],
    "remedy": Required[str],
    "rule": Required[str],
    "timeline": Required[list["ActView"]],
})
CaseLine = TypedDict("CaseLine", {
    "alerts": NotRequired[int],
    "assignee": NotRequired[str],
    "cause_closed": NotRequired[str],
    "cause_open": NotRequired[str],
    "closed": NotRequired[Union[str, None]],
    "code": Required[str],
    "cost": NotRequired[Union[str, None]],
    "detail": Required[str],
    "dossier": Required[int],
    "due_ack": NotRequired[Union[str, None]],
    "due_resolve": NotRequired[Union[str, None]],
    "escalations": NotRequired[int],
    "id": Required[int],
    "name": Required[str],
    "occurrences": Required[int],
    "opened": Required[str],
    "price": NotRequired[Union["CasePrice", None]],
    "proposer": NotRequired[str],
    "queue": Required[str],
    "reopened": NotRequired[int],
    "severity": Required[int],
    "slot": NotRequired[str],
    "state": Required["WorkState"],
    "subject": Required[str],
    "until": NotRequired[Union[str, None]],
    "waits_for": NotRequired[str],
    "why_graver": NotRequired[str],
})
CaseMove = TypedDict("CaseMove", {
    "code": Required[str],
    "detail": Required[str],
    "opened": Required[bool],
    "slot": Required[str],
    "subject": Required[str],
})
CasePrice = TypedDict("CasePrice", {
    "amount": Required[str],
    "at_most": NotRequired[Union[str, None]],
    "currency": Required[str],
    "per_hour": Required[str],
})
CaseView = TypedDict("CaseView", {
    "cause_closed": NotRequired[str],
    "cause_open": Required[str],
    "closed": NotRequired[Union[str, None]],
    "code": Required[str],
    "detail": Required[str],
    "dossier": Required[int],
    "id": Required[int],
    "occurrences": Required[int],
    "opened": Required[str],
    "queue": Required[str],
    "severity": Required[int],
    "slot": Required[str],
    "subject": Required[str],
})
ChainReport = TypedDict("ChainReport", {
    "acts": Required[int],
    "broken_at": Required[int],
    "detail": Required[str],
})
ChannelOrderPlaced = TypedDict("ChannelOrderPlaced", {
    "bill_to": NotRequired[Union["Place", None]],
    "channel": Required[str],
    "currency": Required[str],
    "customer": Required["Party"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["OrderLine"]],
    "number": Required[str],
    "placed_at": NotRequired[Union[str, None]],
    "po": NotRequired[str],
    "rev": Required[int],
    "service": NotRequired[str],
    "ship_to": Required["Place"],
    "shipping": NotRequired[Union["Money", None]],
    "total": Required["Money"],
})
ChannelOrderPlacedStatement = TypedDict("ChannelOrderPlacedStatement", {
    "bill_to": NotRequired[Union["Place", None]],
    "channel": Required[str],
    "class": NotRequired["FactClass"],
    "currency": Required[str],
    "customer": Required["Party"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["OrderLine"]],
    "number": Required[str],
    "occurred": NotRequired["Occurrence"],
    "placed_at": NotRequired[Union[str, None]],
    "po": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "rev": Required[int],
    "revision": NotRequired[Union[int, None]],
    "service": NotRequired[str],
    "ship_to": Required["Place"],
    "shipping": NotRequired[Union["Money", None]],
    "total": Required["Money"],
})
Charge = TypedDict("Charge", {
    "amount": Required["Money"],
    "authorised_by": NotRequired[str],
    "basis": NotRequired[str],
    "code": Required["ChargeCode"],
    "qty": NotRequired[Union[str, None]],
    "rate": NotRequired[Union[str, None]],
})
Claim = TypedDict("Claim", {
    "disposition": Required["Disposition"],
    "reason": Required[str],
    "said": Required["Said"],
})
CloudEvent = TypedDict("CloudEvent", {
    "causationid": NotRequired[str],
    "data": Required[Any],
    "datacontenttype": NotRequired[str],
    "disposition": Required[str],
    "dossier": Required[str],
    "id": Required[str],
    "recordedtime": Required[str],
    "source": Required[str],
    "specversion": NotRequired[str],
    "subject": Required[str],
    "time": Required[str],
    "type": Required[str],
})
Command = TypedDict("Command", {
    "amount": NotRequired[str],
    "currency": NotRequired[str],
    "digest": Required[str],
    "key": Required[str],
    "partner": Required[str],
    "sent": NotRequired[str],
    "type": Required[str],
})
CommandView = TypedDict("CommandView", {
    "attempts": Required[int],
    "cause": Required[str],
    "created": Required[str],
    "detail": Required[str],
    "dossier": Required[int],
    "due": NotRequired[Union[str, None]],
    "ended": NotRequired[Union[str, None]],
    "id": Required[int],
    "idempotency_key": Required[str],
    "ordering_key": Required[str],
    "partner": Required[str],
    "reference": NotRequired[str],
    "state": Required[str],
    "type": Required[str],
})
Confirmation = TypedDict("Confirmation", {
    "at": NotRequired[Union[str, None]],
    "confirmed": Required[bool],
    "event": NotRequired[str],
    "said_by": NotRequired[str],
    "shipment": Required[str],
})
Contact = TypedDict("Contact", {
    "consent": NotRequired[bool],
    "kind": Required[str],
    "lang": NotRequired[str],
    "value": Required[str],
})
Counts = TypedDict("Counts", {
    "applied": NotRequired[int],
    "broken": NotRequired[int],
    "looked": NotRequired[int],
    "planned": NotRequired[int],
    "refused": NotRequired[int],
})
CustomsAccepted = TypedDict("CustomsAccepted", {
    "accepted_at": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": Required[str],
    "mrn": Required[str],
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
CustomsDeclared = TypedDict("CustomsDeclared", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "goods_hash": NotRequired[str],
    "lrn": Required[str],
    "mrn": NotRequired[str],
    "submitted_at": Required[str],
    "version": NotRequired[int],
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
CustomsHeld = TypedDict("CustomsHeld", {
    "authority_ref": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "kind": Required["CustomsHoldKind"],
    "lrn": NotRequired[str],
    "mrn": Required[str],
    "since": Required[str],
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
CustomsRejected = TypedDict("CustomsRejected", {
    "errors": Required[list["ErrorItem"]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": Required[str],
    "mrn": NotRequired[str],
    "version": NotRequired[int],
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
CustomsReleased = TypedDict("CustomsReleased", {
    "conditions": NotRequired[list[str]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lrn": NotRequired[str],
    "mrn": Required[str],
    "released_at": Required[str],
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
DeliveryCompleted = TypedDict("DeliveryCompleted", {
    "at": Required[str],
    "attempt_no": Required[int],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": NotRequired[list["DeliveredLine"]],
    "task": NotRequired[str],
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
DocumentAttached = TypedDict("DocumentAttached", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "mime": Required[str],
    "name": NotRequired[str],
    "sha256": Required[str],
    "source": Required[str],
    "type": Required[str],
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
DocumentRef = TypedDict("DocumentRef", {
    "mime": NotRequired[str],
    "name": NotRequired[str],
    "sha256": NotRequired[str],
    "type": Required[str],
    "uri": NotRequired[str],
})
DocumentView = TypedDict("DocumentView", {
    "at": Required[str],
    "id": Required[str],
    "mime": NotRequired[str],
    "name": NotRequired[str],
    "shipment": NotRequired[str],
    "title": Required[str],
    "type": Required[str],
})
Documents = TypedDict("Documents", {
    "facts": Required[list["Fact"]],
    "shipment": Required[str],
})
Done = TypedDict("Done", {
    "state": Required[str],
})
DossierHead = TypedDict("DossierHead", {
    "id": Required[int],
    "ident": Required[str],
    "label": Required[str],
    "version": Required[int],
})
Envelope = TypedDict("Envelope", {
    "causation_id": NotRequired[str],
    "class": NotRequired["FactClass"],
    "corrects": NotRequired[str],
    "flags": NotRequired[list["Flag"]],
    "occurred": Required["Occurrence"],
    "payload": Required[Any],
    "refs": NotRequired[list["Reference"]],
    "retracts": NotRequired[str],
    "revision": NotRequired[Union[int, None]],
    "slot_key": NotRequired[str],
    "source": Required["Source"],
    "subject": Required["Subject"],
    "type": Required[str],
    "version": NotRequired[int],
})
Equipment = TypedDict("Equipment", {
    "no": NotRequired[str],
    "seals": NotRequired[list[str]],
    "type": NotRequired[str],
})
ErrorItem = TypedDict("ErrorItem", {
    "code": Required[str],
    "path": NotRequired[str],
    "text": NotRequired[str],
})
EventLine = TypedDict("EventLine", {
    "attempts": Required[int],
    "created": Required[str],
    "detail": Required[str],
    "due": NotRequired[Union[str, None]],
    "ended": NotRequired[Union[str, None]],
    "event": Required[str],
    "number": Required[int],
    "state": Required["EventState"],
    "subject": Required[str],
    "type": Required[str],
})
EventPage = TypedDict("EventPage", {
    "items": Required[list["CloudEvent"]],
    "more": Required[bool],
    "next": Required[str],
})
FacetView = TypedDict("FacetView", {
    "detail": NotRequired[str],
    "id": Required[str],
    "label": Required[str],
    "portal": NotRequired[str],
    "queues": NotRequired[list[str]],
})
Fact = TypedDict("Fact", {
    "cause": NotRequired[str],
    "caused": NotRequired[list[str]],
    "class": NotRequired["FactClass"],
    "disposition": Required["Disposition"],
    "id": Required[str],
    "message": NotRequired[str],
    "occurred": Required[str],
    "payload": Required[Any],
    "reason": NotRequired[str],
    "received": Required[str],
    "recorded": Required[str],
    "said_by": Required[str],
    "subject": Required[str],
    "transitions": NotRequired[list[str]],
    "type": Required[str],
})
FieldChange = TypedDict("FieldChange", {
    "new": NotRequired[str],
    "old": NotRequired[str],
    "path": Required[str],
})
Finding = TypedDict("Finding", {
    "cause": NotRequired[str],
    "code": Required[str],
    "detail": Required[str],
    "severity": NotRequired[str],
    "where": NotRequired[str],
})
FreightEstimated = TypedDict("FreightEstimated", {
    "charges": Required[list["Charge"]],
    "currency": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "rate_ref": NotRequired[str],
    "rev": NotRequired[int],
    "total": Required["Money"],
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
FreightInvoiced = TypedDict("FreightInvoiced", {
    "carrier": Required[str],
    "charges": Required[list["Charge"]],
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "numbers": NotRequired[list[str]],
    "total": Required["Money"],
    "type": Required["CarrierInvoiceType"],
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
FreightSettled = TypedDict("FreightSettled", {
    "doc_no": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "paid_at": NotRequired[Union[str, None]],
    "posted_amount": Required["Money"],
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
Geo = TypedDict("Geo", {
    "lat": Required[str],
    "lon": Required[str],
})
Hazmat = TypedDict("Hazmat", {
    "hazard_class": NotRequired[str],
    "lq": NotRequired[bool],
    "pg": NotRequired[str],
    "un_no": Required[str],
})
Health = TypedDict("Health", {
    "missing": NotRequired[list[str]],
    "state": Required[str],
})
Incoterm = TypedDict("Incoterm", {
    "code": Required[str],
    "place": NotRequired[str],
})
InventoryAdjusted = TypedDict("InventoryAdjusted", {
    "at": Required[str],
    "count_ref": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "movement_id": Required[str],
    "qty": Required["Quantity"],
    "reason": Required[str],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})
InventoryAdjustedStatement = TypedDict("InventoryAdjustedStatement", {
    "at": Required[str],
    "class": NotRequired["FactClass"],
    "count_ref": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "movement_id": Required[str],
    "occurred": NotRequired["Occurrence"],
    "qty": Required["Quantity"],
    "reason": Required[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})
InventoryCounted = TypedDict("InventoryCounted", {
    "at": Required[str],
    "book": Required["Quantity"],
    "count_id": Required[str],
    "counted": Required["Quantity"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})
InventoryCountedStatement = TypedDict("InventoryCountedStatement", {
    "at": Required[str],
    "book": Required["Quantity"],
    "class": NotRequired["FactClass"],
    "count_id": Required[str],
    "counted": Required["Quantity"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})
InvoicePaid = TypedDict("InvoicePaid", {
    "amount": Required["Money"],
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "payment_ref": NotRequired[str],
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
InvoicePosted = TypedDict("InvoicePosted", {
    "date": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "invoice_no": Required[str],
    "lines": Required[list["LineQuantity"]],
    "total": Required["Money"],
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
Item = TypedDict("Item", {
    "at": NotRequired[Union[str, None]],
    "detail": NotRequired[str],
    "digest": NotRequired[str],
    "dossier": Required[int],
    "heirs": NotRequired[dict[str, int]],
    "ident": Required[str],
    "n": Required[int],
    "outcome": NotRequired[Union["Outcome", None]],
    "plan": Required[str],
    "state": Required["ItemState"],
    "statements": NotRequired[list["Statement"]],
})
KpiView = TypedDict("KpiView", {
    "count": Required[int],
    "kpi": Required[str],
    "name": Required[str],
    "p95": NotRequired[Union[str, None]],
    "unit": Required[str],
    "value": NotRequired[Union[str, None]],
})
Leg = TypedDict("Leg", {
    "carrier": NotRequired[str],
    "destination": Required["Place"],
    "mode": Required["Mode"],
    "origin": Required["Place"],
    "seq": Required[int],
})
LineQuantity = TypedDict("LineQuantity", {
    "item": NotRequired[str],
    "line": Required[str],
    "lot": NotRequired[str],
    "qty": Required["Quantity"],
    "serials": NotRequired[list[str]],
})
LoadBuilt = TypedDict("LoadBuilt", {
    "bol_no": NotRequired[str],
    "equipment": NotRequired["Equipment"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "load_id": Required[str],
    "mode": NotRequired[Union["Mode", None]],
    "rev": NotRequired[int],
    "shipments": Required[list[str]],
    "stops": Required[list["Stop"]],
})
LoadBuiltStatement = TypedDict("LoadBuiltStatement", {
    "bol_no": NotRequired[str],
    "class": NotRequired["FactClass"],
    "equipment": NotRequired["Equipment"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "load_id": Required[str],
    "mode": NotRequired[Union["Mode", None]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "shipments": Required[list[str]],
    "stops": Required[list["Stop"]],
})
Made = TypedDict("Made", {
    "secret": Required[str],
    "subscription": Required["SubscriptionView"],
})
MasterUpdated = TypedDict("MasterUpdated", {
    "changed": Required[list["FieldChange"]],
    "entity": Required["MasterEntity"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "rev": Required[int],
})
MasterUpdatedStatement = TypedDict("MasterUpdatedStatement", {
    "changed": Required[list["FieldChange"]],
    "class": NotRequired["FactClass"],
    "entity": Required["MasterEntity"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "rev": Required[int],
    "revision": NotRequired[Union[int, None]],
})
MessageReceipt = TypedDict("MessageReceipt", {
    "findings": NotRequired[list["Finding"]],
    "message_id": Required[str],
    "receipts": NotRequired[list["Receipt"]],
    "replies": NotRequired[list[str]],
    "status": Required[str],
})
MessageView = TypedDict("MessageView", {
    "body": Required[str],
    "channel": Required[str],
    "content_type": Required[str],
    "control": Required[str],
    "facts": Required[int],
    "findings": Required[Any],
    "id": Required[str],
    "partner": Required[str],
    "received": Required[str],
    "sha256": Required[str],
    "status": Required[str],
})
Moment = TypedDict("Moment", {
    "known": NotRequired[Union[str, None]],
    "true": NotRequired[Union[str, None]],
})
Money = TypedDict("Money", {
    "amount": Required[str],
    "currency": Required[str],
})
Notice = TypedDict("Notice", {
    "at": Required[str],
    "detail": Required[str],
    "kind": Required[str],
    "number": Required[int],
})
Occurrence = TypedDict("Occurrence", {
    "instant": Required[str],
    "offset_min": NotRequired[int],
    "quality": NotRequired["TimeQuality"],
    "raw": NotRequired[str],
    "tz": NotRequired[str],
})
OrderApproved = TypedDict("OrderApproved", {
    "bill_to": NotRequired[Union["Party", None]],
    "credit_cleared_at": NotRequired[Union[str, None]],
    "cross_border": NotRequired[bool],
    "currency": Required[str],
    "customer": Required["Party"],
    "customer_po": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "holds": NotRequired[list["ActiveHold"]],
    "incoterm": Required["Incoterm"],
    "lines": Required[list["OrderLine"]],
    "order_no": Required[str],
    "order_type": NotRequired["OrderType"],
    "ordered_at": NotRequired[Union[str, None]],
    "policies": NotRequired["Policies"],
    "priority": NotRequired["OrderPriority"],
    "promise": NotRequired[Union["Window", None]],
    "requested": Required["Window"],
    "rev": Required[int],
    "ship_to": Required["Place"],
    "total": NotRequired[Union["Money", None]],
})
OrderApprovedStatement = TypedDict("OrderApprovedStatement", {
    "bill_to": NotRequired[Union["Party", None]],
    "class": NotRequired["FactClass"],
    "credit_cleared_at": NotRequired[Union[str, None]],
    "cross_border": NotRequired[bool],
    "currency": Required[str],
    "customer": Required["Party"],
    "customer_po": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "holds": NotRequired[list["ActiveHold"]],
    "incoterm": Required["Incoterm"],
    "lines": Required[list["OrderLine"]],
    "occurred": NotRequired["Occurrence"],
    "order_no": Required[str],
    "order_type": NotRequired["OrderType"],
    "ordered_at": NotRequired[Union[str, None]],
    "policies": NotRequired["Policies"],
    "priority": NotRequired["OrderPriority"],
    "promise": NotRequired[Union["Window", None]],
    "refs": NotRequired[list["Reference"]],
    "requested": Required["Window"],
    "rev": Required[int],
    "revision": NotRequired[Union[int, None]],
    "ship_to": Required["Place"],
    "total": NotRequired[Union["Money", None]],
})
OrderCancelRequested = TypedDict("OrderCancelRequested", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "reason": NotRequired[str],
    "request_id": Required[str],
    "requested_by": NotRequired[str],
    "scope": NotRequired[list["LineQuantity"]],
})
OrderCancelRequestedStatement = TypedDict("OrderCancelRequestedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "occurred": NotRequired["Occurrence"],
    "reason": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "request_id": Required[str],
    "requested_by": NotRequired[str],
    "revision": NotRequired[Union[int, None]],
    "scope": NotRequired[list["LineQuantity"]],
})
OrderHeld = TypedDict("OrderHeld", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "hold_id": Required[str],
    "reason": NotRequired[str],
    "scope": NotRequired[list[str]],
    "type": Required["HoldType"],
})
OrderHeldStatement = TypedDict("OrderHeldStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "hold_id": Required[str],
    "occurred": NotRequired["Occurrence"],
    "reason": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "scope": NotRequired[list[str]],
    "type": Required["HoldType"],
})
OrderHoldReleased = TypedDict("OrderHoldReleased", {
    "by": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "hold_id": Required[str],
})
OrderHoldReleasedStatement = TypedDict("OrderHoldReleasedStatement", {
    "by": NotRequired[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "hold_id": Required[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
OrderLine = TypedDict("OrderLine", {
    "description": NotRequired[str],
    "gtin": NotRequired[str],
    "item": Required[str],
    "no": Required[str],
    "over_tol_pct": NotRequired[str],
    "qty": Required["Quantity"],
    "stock": NotRequired[list["StockAtp"]],
    "substitution_ok": NotRequired[bool],
    "trade": NotRequired[Union["TradeData", None]],
    "under_tol_pct": NotRequired[str],
    "unit_price": NotRequired[Union["Money", None]],
    "warehouse": NotRequired[str],
})
OrdersView = TypedDict("OrdersView", {
    "items": Required[list["PortalViewOrderView"]],
    "next": NotRequired[str],
})
Outcome = TypedDict("Outcome", {
    "cases": NotRequired[list["CaseMove"]],
    "changes": NotRequired[list["RepairChange"]],
    "dispositions": NotRequired[list[str]],
    "facts": NotRequired[list[str]],
    "money": NotRequired[dict[str, str]],
    "omitted": NotRequired[int],
    "out": NotRequired[list["Command"]],
    "repeated": NotRequired[int],
    "rest": Required[str],
    "suppressed": NotRequired[list["Command"]],
    "timers": NotRequired[list["TimerMove"]],
    "touched": Required[list["Touched"]],
    "unasked": NotRequired[list["Command"]],
})
OwnerView = TypedDict("OwnerView", {
    "dossier": Required[int],
    "ident": Required[str],
    "identifiers": Required[list[str]],
    "label": Required[str],
})
Page_BreakRow_ = TypedDict("Page_BreakRow_", {
    "items": Required[list["BreakRow"]],
    "next": NotRequired[str],
})
Page_CaseLine_ = TypedDict("Page_CaseLine_", {
    "items": Required[list["CaseLine"]],
    "next": NotRequired[str],
})
Page_CommandView_ = TypedDict("Page_CommandView_", {
    "items": Required[list["CommandView"]],
    "next": NotRequired[str],
})
Page_DossierHead_ = TypedDict("Page_DossierHead_", {
    "items": Required[list["DossierHead"]],
    "next": NotRequired[str],
})
Page_EventLine_ = TypedDict("Page_EventLine_", {
    "items": Required[list["EventLine"]],
    "next": NotRequired[str],
})
Page_Notice_ = TypedDict("Page_Notice_", {
    "items": Required[list["Notice"]],
    "next": NotRequired[str],
})
Page_Past_ = TypedDict("Page_Past_", {
    "items": Required[list["Past"]],
    "next": NotRequired[str],
})
Page_Plan_ = TypedDict("Page_Plan_", {
    "items": Required[list["Plan"]],
    "next": NotRequired[str],
})
Page_QuarantineView_ = TypedDict("Page_QuarantineView_", {
    "items": Required[list["QuarantineView"]],
    "next": NotRequired[str],
})
Page_ResultRow_ = TypedDict("Page_ResultRow_", {
    "items": Required[list["ResultRow"]],
    "next": NotRequired[str],
})
Page_SubscriptionView_ = TypedDict("Page_SubscriptionView_", {
    "items": Required[list["SubscriptionView"]],
    "next": NotRequired[str],
})
Page_WaitingView_ = TypedDict("Page_WaitingView_", {
    "items": Required[list["WaitingView"]],
    "next": NotRequired[str],
})
Party = TypedDict("Party", {
    "blocked": NotRequired[bool],
    "blocked_reason": NotRequired[str],
    "contacts": NotRequired[list["Contact"]],
    "eori": NotRequired[str],
    "gln": NotRequired[str],
    "name": NotRequired[str],
    "no": Required[str],
    "scac": NotRequired[str],
    "screening": NotRequired[Union["Screening", None]],
    "vat": NotRequired[str],
})
Past = TypedDict("Past", {
    "business": Required[Union["Tiles", None]],
    "facts": Required[int],
    "ident": Required[str],
    "label": Required[str],
    "moment": Required["Moment"],
    "of": Required[int],
    "open_cases": Required[list[str]],
    "running": Required[list[str]],
    "states": Required[dict[str, Any]],
})
Place = TypedDict("Place", {
    "address": NotRequired[Union["Address", None]],
    "geo": NotRequired[Union["Geo", None]],
    "gln": NotRequired[str],
    "location_no": NotRequired[str],
    "name": NotRequired[str],
    "type": NotRequired[str],
    "tz": NotRequired[str],
    "unlocode": NotRequired[str],
})
Plan = TypedDict("Plan", {
    "approved": NotRequired[Union[str, None]],
    "approver": NotRequired[str],
    "approver_key": NotRequired[str],
    "as_of": Required[str],
    "counts": NotRequired["Counts"],
    "created": Required[str],
    "cursor": NotRequired[int],
    "digest": NotRequired[str],
    "edited": NotRequired[Union[str, None]],
    "ended": NotRequired[Union[str, None]],
    "heard": NotRequired[str],
    "id": Required[str],
    "money": NotRequired[dict[str, str]],
    "policy": Required[str],
    "proposer": Required[str],
    "proposer_key": Required[str],
    "reason": Required[str],
    "selection": Required["Selection"],
    "state": Required["PlanState"],
})
PlanPage = TypedDict("PlanPage", {
    "items": Required[list["Item"]],
    "next": NotRequired[str],
    "plan": Required["Plan"],
})
PodCaptured = TypedDict("PodCaptured", {
    "attempt_no": Required[int],
    "captured_at": Required[str],
    "condition": NotRequired["Condition"],
    "distance_m": NotRequired[Union[int, None]],
    "docs": NotRequired[list["DocumentRef"]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "geo": NotRequired[Union["Geo", None]],
    "lines": Required[list["DeliveredLine"]],
    "pod_ref": Required[str],
    "proofs": Required[list["ProofKind"]],
    "receiver": Required[str],
    "relation": NotRequired[str],
    "task": NotRequired[str],
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
Policies = TypedDict("Policies", {
    "backorder_policy": NotRequired["BackorderPolicy"],
    "carrier_pref": NotRequired[str],
    "exclude_warehouses": NotRequired[list[str]],
    "fewest_splits": NotRequired[bool],
    "invoice_policy": NotRequired[Union["InvoicePolicy", None]],
    "planning_mode": NotRequired[Union["PlanningMode", None]],
    "prepaid_at": NotRequired[Union[str, None]],
    "prepayment_required": NotRequired[bool],
    "service_pref": NotRequired[str],
    "ship_policy": NotRequired["ShipPolicy"],
})
ProblemBody = TypedDict("ProblemBody", {
    "detail": Required[str],
    "findings": NotRequired[list["Finding"]],
    "message_id": NotRequired[str],
    "receipt": NotRequired[Union["Receipt", None]],
    "status": Required[int],
    "title": Required[str],
    "type": Required[str],
})
Quantity = TypedDict("Quantity", {
    "uom": NotRequired[str],
    "value": Required[str],
})
QuarantineView = TypedDict("QuarantineView", {
    "body": Required[str],
    "code": Required[str],
    "dossier": Required[int],
    "id": Required[str],
    "lane": Required[str],
    "message": Required[str],
    "partner": Required[str],
    "reason": Required[str],
    "received": Required[str],
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
Reason = TypedDict("Reason", {
    "changes": Required[list["WhyChange"]],
    "concluded": NotRequired[str],
    "guard": Required[str],
    "led_to": NotRequired[list[str]],
    "machine": Required[str],
    "policy": Required[str],
    "refused": NotRequired[list["Refused"]],
    "rule": Required[str],
    "said": Required["Said"],
    "scope": Required[str],
})
Reasoned = TypedDict("Reasoned", {
    "reason": Required[str],
})
Receipt = TypedDict("Receipt", {
    "disposition": NotRequired[Union["Disposition", None]],
    "event_id": NotRequired[str],
    "findings": NotRequired[list["Finding"]],
    "message_id": NotRequired[str],
    "quarantine_id": NotRequired[str],
    "reason": NotRequired[str],
    "status": Required[str],
    "transitions": NotRequired[str],
    "waiting_id": NotRequired[str],
})
Receiver = TypedDict("Receiver", {
    "carrier": NotRequired[str],
    "driver": NotRequired[str],
    "vehicle": NotRequired[str],
})
Reference = TypedDict("Reference", {
    "id": Required[str],
    "scheme": Required[str],
    "scope": NotRequired[str],
})
Refused = TypedDict("Refused", {
    "because": Required[str],
    "row": Required[str],
    "target": Required[str],
})
ReplayWish = TypedDict("ReplayWish", {
    "event": NotRequired[str],
    "since": NotRequired[Union[str, None]],
})
Replayed = TypedDict("Replayed", {
    "events": Required[int],
})
ResultRow = TypedDict("ResultRow", {
    "as_of": Required[str],
    "at": Required[str],
    "breaks": NotRequired[int],
    "check": Required[str],
    "different": NotRequired[int],
    "failed": NotRequired[str],
    "healed": NotRequired[int],
    "id": Required[int],
    "in_flight": NotRequired[int],
    "left_count": NotRequired[int],
    "left_hash": NotRequired[str],
    "matched": NotRequired[int],
    "missing_left": NotRequired[int],
    "missing_right": NotRequired[int],
    "partner": Required[str],
    "right_count": NotRequired[int],
    "right_hash": NotRequired[str],
    "tolerated": NotRequired[int],
    "took_s": Required[float],
})
ReturnInitiated = TypedDict("ReturnInitiated", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "instructions": NotRequired[str],
    "lines": Required[list["ReturnLine"]],
    "method": NotRequired[str],
    "order_no": NotRequired[str],
    "request_id": NotRequired[str],
    "rev": NotRequired[int],
    "rma_no": Required[str],
    "window_until": NotRequired[Union[str, None]],
})
ReturnInitiatedStatement = TypedDict("ReturnInitiatedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "instructions": NotRequired[str],
    "lines": Required[list["ReturnLine"]],
    "method": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "request_id": NotRequired[str],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "rma_no": Required[str],
    "window_until": NotRequired[Union[str, None]],
})
ReturnLine = TypedDict("ReturnLine", {
    "condition": NotRequired[str],
    "disposition": NotRequired[Union["ReturnDisposition", None]],
    "findings": NotRequired[str],
    "grade": NotRequired[str],
    "line": Required[str],
    "qty": NotRequired[Union["Quantity", None]],
    "qty_authorised": NotRequired[Union["Quantity", None]],
    "reason": NotRequired[str],
    "serials": NotRequired[list[str]],
    "shipment": NotRequired[str],
})
ReturnReceived = TypedDict("ReturnReceived", {
    "at": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "receipt_no": Required[str],
    "rma_no": NotRequired[str],
})
ReturnReceivedStatement = TypedDict("ReturnReceivedStatement", {
    "at": Required[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "occurred": NotRequired["Occurrence"],
    "receipt_no": Required[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "rma_no": NotRequired[str],
})
ReturnRequested = TypedDict("ReturnRequested", {
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "order_no": NotRequired[str],
    "photos": NotRequired[list["DocumentRef"]],
    "request_id": Required[str],
})
ReturnRequestedStatement = TypedDict("ReturnRequestedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "photos": NotRequired[list["DocumentRef"]],
    "refs": NotRequired[list["Reference"]],
    "request_id": Required[str],
    "revision": NotRequired[Union[int, None]],
})
Said = TypedDict("Said", {
    "by": Required[str],
    "event": Required[str],
    "message": NotRequired[str],
    "occurred": Required[str],
    "type": Required[str],
})
Screening = TypedDict("Screening", {
    "checked_at": NotRequired[Union[str, None]],
    "list": NotRequired[str],
    "status": Required["ScreeningStatus"],
})
Selection = TypedDict("Selection", {
    "case": NotRequired[int],
    "code": NotRequired[str],
    "everything": NotRequired[bool],
    "message": NotRequired[str],
    "order": NotRequired[str],
    "partner": NotRequired[str],
    "since": NotRequired[Union[str, None]],
    "type": NotRequired[str],
    "until": NotRequired[Union[str, None]],
})
ShipmentCancelled = TypedDict("ShipmentCancelled", {
    "cancel_id": Required[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "fees": NotRequired[list["Money"]],
    "reason": NotRequired[str],
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
ShipmentHandedOver = TypedDict("ShipmentHandedOver", {
    "at": Required[str],
    "bol": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "handover_no": Required[str],
    "lines": Required[list["LineQuantity"]],
    "order_no": NotRequired[str],
    "packages": Required[list[str]],
    "receiver": NotRequired["Receiver"],
    "release_no": NotRequired[int],
    "seal": NotRequired[str],
    "warehouse": NotRequired[str],
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
ShipmentPlanned = TypedDict("ShipmentPlanned", {
    "bol_no": NotRequired[str],
    "carrier": NotRequired[str],
    "customs_required": NotRequired[bool],
    "depot": NotRequired[str],
    "destination": Required["Place"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "firm": NotRequired[bool],
    "legs": NotRequired[list["Leg"]],
    "lines": NotRequired[list["LineQuantity"]],
    "load": NotRequired[str],
    "mode": Required["Mode"],
    "order_no": NotRequired[str],
    "origin": Required["Place"],
    "pro_no": NotRequired[str],
    "release_no": NotRequired[int],
    "request_id": Required[str],
    "service": NotRequired[str],
    "tms_id": Required[str],
    "totals": NotRequired["Totals"],
    "transit_min": NotRequired[Union[int, None]],
    "warehouse": NotRequired[str],
    "windows": NotRequired["Windows"],
})
ShipmentPlannedStatement = TypedDict("ShipmentPlannedStatement", {
    "bol_no": NotRequired[str],
    "carrier": NotRequired[str],
    "class": NotRequired["FactClass"],
    "customs_required": NotRequired[bool],
    "depot": NotRequired[str],
    "destination": Required["Place"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "firm": NotRequired[bool],
    "legs": NotRequired[list["Leg"]],
    "lines": NotRequired[list["LineQuantity"]],
    "load": NotRequired[str],
    "mode": Required["Mode"],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "origin": Required["Place"],
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
ShipmentReplanned = TypedDict("ShipmentReplanned", {
    "carrier": NotRequired[str],
    "changes": Required[list["FieldChange"]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "firm": NotRequired[bool],
    "load": NotRequired[str],
    "mode": NotRequired[Union["Mode", None]],
    "request_id": NotRequired[str],
    "rev": NotRequired[int],
    "service": NotRequired[str],
    "totals": NotRequired[Union["Totals", None]],
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
ShownEta = TypedDict("ShownEta", {
    "at": Required[str],
    "confidence": NotRequired[Union[str, None]],
})
ShownInvoice = TypedDict("ShownInvoice", {
    "credited": NotRequired[str],
    "date": NotRequired[str],
    "invoice_no": Required[str],
    "paid": NotRequired[str],
    "status": Required[str],
    "total": Required["Money"],
})
ShownLine = TypedDict("ShownLine", {
    "cancelled": NotRequired[str],
    "delivered": NotRequired[str],
    "description": NotRequired[str],
    "item": Required[str],
    "no": Required[str],
    "ordered": NotRequired[str],
    "remaining": NotRequired[str],
    "shipped": NotRequired[str],
    "uom": Required[str],
})
ShownMilestone = TypedDict("ShownMilestone", {
    "at": NotRequired[Union[str, None]],
    "corrected": NotRequired[Union[str, None]],
    "key": Required[str],
    "label": Required[str],
    "note": NotRequired[str],
    "place": NotRequired[str],
    "step": NotRequired[int],
})
ShownProof = TypedDict("ShownProof", {
    "at": Required[str],
    "exceptions": NotRequired[bool],
    "kinds": NotRequired[list[str]],
    "lines": NotRequired[list["ShownLine"]],
    "receiver": Required[str],
})
ShownRequest = TypedDict("ShownRequest", {
    "answer": NotRequired[str],
    "at": Required[str],
    "number": Required[str],
    "text": NotRequired[str],
    "topic": Required[str],
})
ShownReturn = TypedDict("ShownReturn", {
    "instructions": NotRequired[str],
    "lines": NotRequired[list["ShownLine"]],
    "number": Required[str],
    "reason": NotRequired[str],
    "request": NotRequired[str],
    "status": Required[str],
    "tracking": NotRequired[list[str]],
    "until": NotRequired[Union[str, None]],
})
ShownShipment = TypedDict("ShownShipment", {
    "alert": NotRequired[str],
    "carrier": NotRequired[str],
    "eta": NotRequired[Union["ShownEta", None]],
    "lines": NotRequired[list["ShownLine"]],
    "milestones": NotRequired[list["ShownMilestone"]],
    "proofs": NotRequired[list["ShownProof"]],
    "ref": Required[str],
    "status": Required[str],
    "step": NotRequired[int],
    "tracking": NotRequired[list[str]],
    "tz": NotRequired[str],
    "window": NotRequired[Union["Window", None]],
})
Source = TypedDict("Source", {
    "event_id": NotRequired[str],
    "instance": Required[str],
    "message_id": NotRequired[str],
    "message_type": NotRequired[str],
    "seq": NotRequired[Union[int, None]],
    "system": Required["Role"],
})
Statement = TypedDict("Statement", {
    "body": Required[str],
    "dossier": Required[int],
    "how": Required["How"],
    "key": Required[str],
    "message": Required[str],
    "partner": Required[str],
    "received": Required[str],
})
Stock = TypedDict("Stock", {
    "item": Required[str],
    "lines": Required[list["StockLine"]],
    "uom": Required[str],
    "warehouse": Required[str],
})
StockAtp = TypedDict("StockAtp", {
    "atp": Required[str],
    "warehouse": Required[str],
})
StockLine = TypedDict("StockLine", {
    "allocated": Required[str],
    "erp": Required[str],
    "lot": Required[str],
    "on_hand": Required[str],
    "picked": Required[str],
    "status": Required[str],
})
Stop = TypedDict("Stop", {
    "appointment_no": NotRequired[str],
    "location": Required["Place"],
    "planned": NotRequired[Union["Window", None]],
    "seq": Required[int],
    "shipments_off": NotRequired[list[str]],
    "shipments_on": NotRequired[list[str]],
    "type": Required["StopType"],
})
Subject = TypedDict("Subject", {
    "id": Required[str],
    "type": Required[str],
})
SubscriptionView = TypedDict("SubscriptionView", {
    "created": Required[str],
    "customers": Required[list[str]],
    "detail": NotRequired[str],
    "id": Required[str],
    "label": Required[str],
    "next_probe": NotRequired[Union[str, None]],
    "owner": Required[str],
    "partners": Required[list[str]],
    "state": Required[str],
    "types": Required[list[str]],
    "url": Required[str],
})
System = TypedDict("System", {
    "commands": Required[list[str]],
    "connector": Required[str],
    "id": Required[str],
    "name": Required[str],
    "role": Required[str],
    "scacs": Required[list[str]],
    "sites": Required[list[str]],
    "tz": Required[str],
})
TileView = TypedDict("TileView", {
    "compliance": Required["FacetView"],
    "flow": Required["FacetView"],
    "grade": Required[str],
    "money": Required["FacetView"],
    "sync": Required["FacetView"],
})
Tiles = TypedDict("Tiles", {
    "order": Required["TileView"],
    "parts": Required[dict[str, "TileView"]],
})
TimerMove = TypedDict("TimerMove", {
    "about": Required[str],
    "after": Required[Union[str, None]],
    "before": Required[Union[str, None]],
    "name": Required[str],
    "scope": Required[str],
})
Totals = TypedDict("Totals", {
    "gross_kgm": NotRequired[str],
    "packages": NotRequired[int],
    "volume_mtq": NotRequired[str],
})
Touched = TypedDict("Touched", {
    "dossier": Required[int],
    "ident": Required[str],
    "version": Required[int],
})
Trace = TypedDict("Trace", {
    "cases": Required[list["CaseView"]],
    "commands": Required[list["CommandView"]],
    "dossier": Required[int],
    "elsewhere": NotRequired[list["Fact"]],
    "facts": Required[list["Fact"]],
    "ident": Required[str],
    "identifiers": Required[list[str]],
    "label": Required[str],
})
TrackingMilestone = TypedDict("TrackingMilestone", {
    "attempt_no": NotRequired[int],
    "equipment": NotRequired[Union["Equipment", None]],
    "estimate": NotRequired[Union[str, None]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "location": NotRequired[Union["Place", None]],
    "milestone": Required["Milestone"],
    "packages": NotRequired[list[str]],
    "partial": NotRequired[bool],
    "raw": NotRequired["RawCode"],
    "reason": NotRequired[str],
    "stop_seq": NotRequired[Union[int, None]],
})
TrackingMilestoneStatement = TypedDict("TrackingMilestoneStatement", {
    "attempt_no": NotRequired[int],
    "class": NotRequired["FactClass"],
    "equipment": NotRequired[Union["Equipment", None]],
    "estimate": NotRequired[Union[str, None]],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "location": NotRequired[Union["Place", None]],
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
TradeData = TypedDict("TradeData", {
    "gross_kgm": NotRequired[Union[str, None]],
    "hazmat": NotRequired[Union["Hazmat", None]],
    "hs_code": NotRequired[str],
    "licence": NotRequired[str],
    "licence_needed": NotRequired[bool],
    "net_kgm": NotRequired[Union[str, None]],
    "origin_country": NotRequired[str],
})
Verdict = TypedDict("Verdict", {
    "findings": NotRequired[list["Finding"]],
    "valid": Required[bool],
})
WaitingView = TypedDict("WaitingView", {
    "expires": Required[str],
    "id": Required[str],
    "idents": Required[list[str]],
    "message": Required[str],
    "partner": Required[str],
    "reason": Required[str],
    "received": Required[str],
    "type": Required[str],
})
Window = TypedDict("Window", {
    "earliest": NotRequired[Union[str, None]],
    "latest": NotRequired[Union[str, None]],
})
Windows = TypedDict("Windows", {
    "delivery": NotRequired[Union["Window", None]],
    "pickup": NotRequired[Union["Window", None]],
})
Wish = TypedDict("Wish", {
    "customers": NotRequired[list[str]],
    "label": NotRequired[str],
    "partners": NotRequired[list[str]],
    "start": NotRequired[Literal['beginning', 'now']],
    "types": NotRequired[list[str]],
    "url": Required[str],
})
PortalViewOrderView = TypedDict("PortalViewOrderView", {
    "alert": NotRequired[str],
    "as_of": Required[str],
    "currency": NotRequired[str],
    "documents": NotRequired[list["DocumentView"]],
    "freshness": Required["Freshness"],
    "invoices": NotRequired[list["ShownInvoice"]],
    "lines": NotRequired[list["ShownLine"]],
    "message": NotRequired[str],
    "order_no": Required[str],
    "phase": Required[str],
    "placed": Required[str],
    "po": NotRequired[str],
    "promise": NotRequired[Union["Window", None]],
    "requested": NotRequired[Union["Window", None]],
    "requests": NotRequired[list["ShownRequest"]],
    "returns": NotRequired[list["ShownReturn"]],
    "ship_to": NotRequired[list[str]],
    "shipments": NotRequired[list["ShownShipment"]],
    "status": Required[str],
})
QueriesOrderView = TypedDict("QueriesOrderView", {
    "business": Required["Tiles"],
    "dossier": Required[int],
    "identifiers": Required[list[str]],
    "label": Required[str],
    "open_cases": Required[list["CaseView"]],
    "open_commands": Required[list["CommandView"]],
    "order_no": Required[str],
    "states": Required[dict[str, Any]],
    "version": Required[int],
})
WhyChange = TypedDict("WhyChange", {
    "after": Required[Any],
    "before": Required[Any],
    "field": Required[str],
})
RepairChange = TypedDict("RepairChange", {
    "after": Required[Any],
    "before": Required[Any],
    "field": Required[str],
})
