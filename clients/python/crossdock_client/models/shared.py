"""What several resources of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Disposition = Literal['APPLY', 'ESCALATE', 'HOLD', 'QUARANTINE', 'RECORD', 'REJECT', 'SUPERSEDE', 'SUPPRESS']
EventState = Literal['delivered', 'given_up', 'open']
FactClass = Literal['ACT', 'COR', 'EST', 'PLN', 'REQ', 'RET']
Flag = Literal['backfill', 'inferred', 'late', 'replayed', 'synthetic']
MasterEntity = Literal['item', 'location', 'party']
Mode = Literal['air', 'ftl', 'ltl', 'ocean', 'own_fleet', 'parcel', 'rail']
ReturnDisposition = Literal['keep', 'quarantine', 'refurbish', 'restock', 'return_to_vendor', 'scrap']
Role = Literal['CAR', 'CHN', 'CUS', 'DOCK', 'ERP', 'LMD', 'OPS', 'PRT', 'SYNC', 'TMS', 'WMS']
ScreeningStatus = Literal['clear', 'denied', 'review']
StockStatus = Literal['available', 'blocked', 'damaged', 'expired', 'in_transit', 'quality', 'quarantine', 'returned']
TimeQuality = Literal['ambiguous', 'assumed', 'date_only', 'exact', 'inferred', 'location', 'suspect_future', 'suspect_past', 'zone']
Address = TypedDict("Address", {
    "city": NotRequired[str],
    "country": Required[str],
    "lines": NotRequired[list[str]],
    "postal": NotRequired[str],
    "region": NotRequired[str],
})
Attempt = TypedDict("Attempt", {
    "at": Required[str],
    "attempt": Required[int],
    "detail": Required[str],
    "ms": Required[int],
    "status": Required[int],
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
Contact = TypedDict("Contact", {
    "consent": NotRequired[bool],
    "kind": Required[str],
    "lang": NotRequired[str],
    "value": Required[str],
})
DocumentRef = TypedDict("DocumentRef", {
    "mime": NotRequired[str],
    "name": NotRequired[str],
    "sha256": NotRequired[str],
    "type": Required[str],
    "uri": NotRequired[str],
})
Done = TypedDict("Done", {
    "state": Required[str],
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
LineQuantity = TypedDict("LineQuantity", {
    "item": NotRequired[str],
    "line": Required[str],
    "lot": NotRequired[str],
    "qty": Required["Quantity"],
    "serials": NotRequired[list[str]],
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
Page_CommandView_ = TypedDict("Page_CommandView_", {
    "items": Required[list["CommandView"]],
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
Reference = TypedDict("Reference", {
    "id": Required[str],
    "scheme": Required[str],
    "scope": NotRequired[str],
})
ReplayWish = TypedDict("ReplayWish", {
    "event": NotRequired[str],
    "since": NotRequired[Union[str, None]],
})
Replayed = TypedDict("Replayed", {
    "events": Required[int],
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
Screening = TypedDict("Screening", {
    "checked_at": NotRequired[Union[str, None]],
    "list": NotRequired[str],
    "status": Required["ScreeningStatus"],
})
Source = TypedDict("Source", {
    "event_id": NotRequired[str],
    "instance": Required[str],
    "message_id": NotRequired[str],
    "message_type": NotRequired[str],
    "seq": NotRequired[Union[int, None]],
    "system": Required["Role"],
})
StockAtp = TypedDict("StockAtp", {
    "atp": Required[str],
    "warehouse": Required[str],
})
Subject = TypedDict("Subject", {
    "id": Required[str],
    "type": Required[str],
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
TradeData = TypedDict("TradeData", {
    "gross_kgm": NotRequired[Union[str, None]],
    "hazmat": NotRequired[Union["Hazmat", None]],
    "hs_code": NotRequired[str],
    "licence": NotRequired[str],
    "licence_needed": NotRequired[bool],
    "net_kgm": NotRequired[Union[str, None]],
    "origin_country": NotRequired[str],
})
Window = TypedDict("Window", {
    "earliest": NotRequired[Union[str, None]],
    "latest": NotRequired[Union[str, None]],
})
PartsPlace = TypedDict("PartsPlace", {
    "address": NotRequired[Union["Address", None]],
    "geo": NotRequired[Union["Geo", None]],
    "gln": NotRequired[str],
    "location_no": NotRequired[str],
    "name": NotRequired[str],
    "type": NotRequired[str],
    "tz": NotRequired[str],
    "unlocode": NotRequired[str],
})

__all__ = ['Address', 'Attempt', 'CaseView', 'CommandView', 'Contact', 'Disposition', 'DocumentRef', 'Done', 'Envelope', 'Equipment', 'EventLine', 'EventState', 'FacetView', 'Fact', 'FactClass', 'FieldChange', 'Finding', 'Flag', 'Geo', 'Hazmat', 'LineQuantity', 'MasterEntity', 'MasterUpdatedStatement', 'MessageReceipt', 'Mode', 'Money', 'Notice', 'Occurrence', 'OrderLine', 'Page_CommandView_', 'Page_EventLine_', 'Page_Notice_', 'Party', 'ProblemBody', 'Quantity', 'Reasoned', 'Receipt', 'Reference', 'ReplayWish', 'Replayed', 'ReturnDisposition', 'ReturnLine', 'Role', 'Screening', 'ScreeningStatus', 'Source', 'StockAtp', 'StockStatus', 'Subject', 'TileView', 'Tiles', 'TimeQuality', 'TradeData', 'Window', 'PartsPlace']
