"""What `portal` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Money, Window

Freshness = Literal['current', 'looked_up', 'stale']
AskedFor = TypedDict("AskedFor", {
    "number": Required[str],
})
CustomerEvent = TypedDict("CustomerEvent", {
    "data": Required[Any],
    "datacontenttype": NotRequired[str],
    "id": Required[str],
    "recordedtime": Required[str],
    "source": Required[str],
    "specversion": NotRequired[str],
    "subject": Required[str],
    "time": Required[str],
    "type": Required[str],
})
CustomerPage = TypedDict("CustomerPage", {
    "items": Required[list["CustomerEvent"]],
    "more": Required[bool],
    "next": Required[str],
})
CustomerSecret = TypedDict("CustomerSecret", {
    "secret": Required[str],
    "subscription": Required["CustomerSubscription"],
})
CustomerSubscription = TypedDict("CustomerSubscription", {
    "created": Required[str],
    "detail": NotRequired[str],
    "id": Required[str],
    "label": Required[str],
    "next_probe": NotRequired[Union[str, None]],
    "state": Required[str],
    "types": Required[list[str]],
    "url": Required[str],
})
CustomerWish = TypedDict("CustomerWish", {
    "label": NotRequired[str],
    "start": NotRequired[Literal['beginning', 'now']],
    "types": NotRequired[list[str]],
    "url": Required[str],
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
OrdersView = TypedDict("OrdersView", {
    "items": Required[list["PortalViewOrderView"]],
    "next": NotRequired[str],
})
Page_CustomerSubscription_ = TypedDict("Page_CustomerSubscription_", {
    "items": Required[list["CustomerSubscription"]],
    "next": NotRequired[str],
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

__all__ = ['AskedFor', 'CustomerEvent', 'CustomerPage', 'CustomerSecret', 'CustomerSubscription', 'CustomerWish', 'DocumentView', 'Freshness', 'OrdersView', 'Page_CustomerSubscription_', 'ShownEta', 'ShownInvoice', 'ShownLine', 'ShownMilestone', 'ShownProof', 'ShownRequest', 'ShownReturn', 'ShownShipment', 'PortalViewOrderView']
