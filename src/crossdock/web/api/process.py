"""The process API: what partners state as a typed resource each, one row a capability (mission.md §6.3).

All of them do the same: the body becomes a fact of the caller's partner and goes through the intake of all facts. What
differs is a table, so that a capability cannot have a rule of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from crossdock.app import capabilities as can
from crossdock.app.access import Scope
from crossdock.app.capabilities import Capability
from crossdock.web.api import facts
from crossdock.web.api.guards import Call, Deps, Name, Needs

ORDERS, SHIPMENTS, INVENTORY = Scope.ORDERS_WRITE, Scope.SHIPMENTS_WRITE, Scope.INVENTORY_WRITE
FINANCE, CUSTOMS, RETURNS, MASTER = Scope.FINANCE_WRITE, Scope.CUSTOMS_WRITE, Scope.RETURNS_WRITE, Scope.MASTER_WRITE
SHIPMENT = "/v1/shipments/{shipment:str}/"


class Resource(msgspec.Struct, frozen=True):
    """One address of the process API. `name` is the operation, `purpose` its one line, `scope` what a key needs."""

    name: str
    path: str
    capability: Capability
    scope: Scope
    purpose: str


def _ship(name: str, tail: str, capability: Capability, scope: Scope, purpose: str) -> Resource:
    return Resource(name, SHIPMENT + tail, capability, scope, purpose)


RESOURCES = (
    Resource(
        "place_order",
        "/v1/channel-orders",
        can.PLACE_ORDER,
        ORDERS,
        "Place an order of a sales channel; the ERP is asked to enter it (I-12).",
    ),
    _ship("replan_shipment", "plan", can.REPLAN_SHIPMENT, SHIPMENTS, "Change the plan of a shipment."),
    _ship("cancel_shipment", "cancellation", can.CANCEL_SHIPMENT, SHIPMENTS, "Cancel a planned shipment."),
    _ship(
        "confirm_dispatch",
        "dispatch",
        can.CONFIRM_DISPATCH,
        SHIPMENTS,
        "Confirm that a warehouse handed a shipment over, the one governed way to dispatch (W-16).",
    ),
    _ship("book_carrier", "tenders", can.BOOK_CARRIER, SHIPMENTS, "Tender a shipment to a carrier (I-22)."),
    _ship(
        "accept_tender",
        "tender-acceptances",
        can.ACCEPT_TENDER,
        SHIPMENTS,
        "Accept a tender as its carrier.",
    ),
    _ship(
        "reject_tender",
        "tender-rejections",
        can.REJECT_TENDER,
        SHIPMENTS,
        "Reject a tender as its carrier.",
    ),
    _ship("capture_proof", "proofs", can.CAPTURE_PROOF, SHIPMENTS, "Hand in a proof of delivery (W-17)."),
    _ship(
        "attach_document",
        "documents",
        can.ATTACH_DOCUMENT,
        SHIPMENTS,
        "Attach a document to a shipment by its hash: customs papers, labels, bills (I-29).",
    ),
    Resource(
        "adjust_inventory",
        "/v1/inventory-adjustments",
        can.ADJUST_INVENTORY,
        INVENTORY,
        "Adjust the stock of an item in a warehouse (I-15).",
    ),
    Resource(
        "count_inventory",
        "/v1/inventory-counts",
        can.COUNT_INVENTORY,
        INVENTORY,
        "Report what a count found of an item in a warehouse.",
    ),
    _ship(
        "estimate_freight",
        "freight-estimates",
        can.ESTIMATE_FREIGHT,
        FINANCE,
        "State what freight will cost.",
    ),
    _ship(
        "post_charges",
        "freight-charges",
        can.POST_CHARGES,
        FINANCE,
        "Post the charges of a freight invoice, once by carrier and invoice number (I-23).",
    ),
    _ship(
        "settle_freight",
        "freight-settlement",
        can.SETTLE_FREIGHT,
        FINANCE,
        "State that freight was paid (I-24).",
    ),
    _ship(
        "confirm_invoice",
        "invoices",
        can.CONFIRM_INVOICE,
        FINANCE,
        "Confirm that an invoice was posted (I-25).",
    ),
    _ship("confirm_payment", "payments", can.CONFIRM_PAYMENT, FINANCE, "Confirm that an invoice was paid."),
    _ship(
        "file_declaration",
        "customs-declarations",
        can.FILE_DECLARATION,
        CUSTOMS,
        "State that goods were declared.",
    ),
    _ship(
        "accept_declaration",
        "customs-acceptances",
        can.ACCEPT_DECLARATION,
        CUSTOMS,
        "State that customs accepted a declaration.",
    ),
    _ship(
        "reject_declaration",
        "customs-rejections",
        can.REJECT_DECLARATION,
        CUSTOMS,
        "State that customs rejected a declaration.",
    ),
    _ship("hold_goods", "customs-holds", can.HOLD_GOODS, CUSTOMS, "State that customs holds the goods."),
    _ship(
        "clear_goods",
        "customs-releases",
        can.CLEAR_GOODS,
        CUSTOMS,
        "State that customs released the goods.",
    ),
    Resource(
        "initiate_return",
        "/v1/returns",
        can.INITIATE_RETURN,
        RETURNS,
        "Ask for goods to be taken back, as the portal or a channel (I-33).",
    ),
    Resource(
        "authorise_return",
        "/v1/return-authorisations",
        can.AUTHORISE_RETURN,
        RETURNS,
        "Authorise a return, as the ERP.",
    ),
    Resource(
        "receive_return",
        "/v1/returns/{number:str}/receipts",
        can.RECEIVE_RETURN,
        RETURNS,
        "State that returned goods came in, as the warehouse.",
    ),
    Resource(
        "update_item",
        "/v1/items/{number:str}/changes",
        can.UPDATE_ITEM,
        MASTER,
        "Tell of a changed item, for those who keep it too.",
    ),
    Resource(
        "update_party",
        "/v1/parties/{number:str}/changes",
        can.UPDATE_PARTY,
        MASTER,
        "Tell of a changed customer, carrier or other party.",
    ),
    Resource(
        "update_location",
        "/v1/locations/{number:str}/changes",
        can.UPDATE_LOCATION,
        MASTER,
        "Tell of a changed location.",
    ),
)


def handler_of(resource: Resource) -> HTTPRouteHandler:
    """The route of one row."""
    stated = _stating(resource.capability, resource.path)
    stated.__name__ = stated.__qualname__ = resource.name
    stated.__doc__ = resource.purpose
    made = post(resource.path, status_code=200, opt={"accepts": resource.capability}, guards=[Needs(resource.scope)])
    return made(stated)


def _stating(capability: Capability, path: str) -> Callable[..., Awaitable[Response[bytes]]]:
    """A handler whose parameters are those of the path; the framework reads them from its signature."""

    async def about_shipment(deps: Deps, request: Call, shipment: Name) -> Response[bytes]:
        return await facts.state(deps, request, capability, shipment)

    async def about_number(deps: Deps, request: Call, number: Name) -> Response[bytes]:
        return await facts.state(deps, request, capability, number)

    async def about_body(deps: Deps, request: Call) -> Response[bytes]:
        return await facts.state(deps, request, capability)

    if "{shipment:" in path:
        return about_shipment
    return about_number if "{number:" in path else about_body


HANDLERS = tuple(handler_of(resource) for resource in RESOURCES)
