"""Shipments and loads: plan, milestone, delivery (I-13, I-17, I-18), and what we know of a shipment (I-19, I-20)."""

from __future__ import annotations

from litestar import Response, get, post

from crossdock.app import capabilities, queries
from crossdock.app.access import Scope
from crossdock.web.api import facts
from crossdock.web.api.guards import Call, Deps, Name, Needs
from crossdock.web.api.problems import Problem


@post(
    "/v1/shipments",
    status_code=200,
    opt={"accepts": capabilities.CREATE_SHIPMENT},
    guards=[Needs(Scope.SHIPMENTS_WRITE)],
)
async def create_shipment(deps: Deps, request: Call) -> Response[bytes]:
    """Create a shipment: the TMS planned what we asked for."""
    return await facts.state(deps, request, capabilities.CREATE_SHIPMENT)


@post(
    "/v1/shipments/{shipment:str}/milestones",
    status_code=200,
    opt={"accepts": capabilities.UPDATE_MILESTONE},
    guards=[Needs(Scope.SHIPMENTS_WRITE)],
)
async def update_milestone(deps: Deps, request: Call, shipment: Name) -> Response[bytes]:
    """Report a freight milestone."""
    return await facts.state(deps, request, capabilities.UPDATE_MILESTONE, shipment)


@post(
    "/v1/shipments/{shipment:str}/delivery-confirmation",
    status_code=200,
    opt={"accepts": capabilities.CONFIRM_DELIVERY},
    guards=[Needs(Scope.SHIPMENTS_WRITE)],
)
async def confirm_delivery(deps: Deps, request: Call, shipment: Name) -> Response[bytes]:
    """Confirm that a shipment was delivered, once per delivery attempt."""
    return await facts.state(deps, request, capabilities.CONFIRM_DELIVERY, shipment)


@post("/v1/loads", status_code=200, opt={"accepts": capabilities.BUILD_LOAD}, guards=[Needs(Scope.SHIPMENTS_WRITE)])
async def build_load(deps: Deps, request: Call) -> Response[bytes]:
    """Tell of a load: a vehicle movement with its shipments and stops."""
    return await facts.state(deps, request, capabilities.BUILD_LOAD)


@get("/v1/shipments/{shipment:str}", guards=[Needs(Scope.SHIPMENTS_READ)])
async def read_shipment(deps: Deps, shipment: Name) -> queries.ShipmentView:
    """A shipment as it stands now, and what was said about it."""
    found = await queries.shipment(deps.views, deps.states, shipment)
    if found is None:
        raise Problem("not-found", f"no shipment {shipment} is known here: check the id, or ask by another reference")
    return found


HANDLERS = (create_shipment, update_milestone, confirm_delivery, build_load, read_shipment)
