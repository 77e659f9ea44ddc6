"""What `orders` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import CaseView, CommandView, Fact, FactClass, LineQuantity, Money, Occurrence, OrderLine, PartsPlace, Party, Reference, Tiles, Window

BackorderPolicy = Literal['ask', 'backorder', 'cancel_remainder']
HoldType = Literal['compliance', 'credit', 'customer', 'fraud', 'quality']
InvoicePolicy = Literal['advance', 'on_acceptance', 'on_delivery', 'on_departure', 'on_handover', 'on_pod', 'on_release', 'on_ship', 'periodic']
OrderPriority = Literal['critical', 'high', 'normal']
OrderType = Literal['replacement', 'sales', 'sample', 'transfer']
PlanningMode = Literal['after_pack', 'parallel']
ShipPolicy = Literal['ship_complete', 'ship_complete_by_warehouse', 'ship_partial']
ActiveHold = TypedDict("ActiveHold", {
    "hold_id": Required[str],
    "reason": NotRequired[str],
    "type": Required["HoldType"],
})
Archived = TypedDict("Archived", {
    "at": Required[str],
    "cases": Required[int],
    "commands": Required[int],
    "dossier": Required[int],
    "facts": Required[int],
    "gone": NotRequired[Union[str, None]],
    "ident": Required[str],
    "place": Required["ArchivePlace"],
})
DossierHead = TypedDict("DossierHead", {
    "id": Required[int],
    "ident": Required[str],
    "label": Required[str],
    "version": Required[int],
})
Incoterm = TypedDict("Incoterm", {
    "code": Required[str],
    "place": NotRequired[str],
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
    "ship_to": Required["PartsPlace"],
    "total": NotRequired[Union["Money", None]],
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
OrderHoldReleasedStatement = TypedDict("OrderHoldReleasedStatement", {
    "by": NotRequired[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "hold_id": Required[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
})
Page_DossierHead_ = TypedDict("Page_DossierHead_", {
    "items": Required[list["DossierHead"]],
    "next": NotRequired[str],
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
Trace = TypedDict("Trace", {
    "archived": NotRequired[Union["Archived", None]],
    "cases": Required[list["CaseView"]],
    "commands": Required[list["CommandView"]],
    "dossier": Required[int],
    "elsewhere": NotRequired[list["Fact"]],
    "facts": Required[list["Fact"]],
    "ident": Required[str],
    "identifiers": Required[list[str]],
    "label": Required[str],
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
ArchivePlace = TypedDict("ArchivePlace", {
    "bytes": Required[int],
    "file": Required[str],
    "position": Required[int],
    "sha256": Required[str],
})

__all__ = ['ActiveHold', 'Archived', 'BackorderPolicy', 'DossierHead', 'HoldType', 'Incoterm', 'InvoicePolicy', 'OrderApprovedStatement', 'OrderCancelRequestedStatement', 'OrderHeldStatement', 'OrderHoldReleasedStatement', 'OrderPriority', 'OrderType', 'Page_DossierHead_', 'PlanningMode', 'Policies', 'ShipPolicy', 'Trace', 'QueriesOrderView', 'ArchivePlace']
