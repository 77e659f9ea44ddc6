"""What process and system callers ask for: confirmation, documents, freight, stock, systems, and a check of a fact."""

from __future__ import annotations

from typing import TypeVar

from litestar import get, post

from crossdock.app import inquiries
from crossdock.app.access import Scope
from crossdock.app.queries import Page, page
from crossdock.canonical.envelope import Envelope
from crossdock.ports.views import CommandView
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Name, Needs, row_id
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body

T = TypeVar("T")

UNKNOWN = "no shipment {shipment} is known here: check the id, or ask by another reference"


@get("/v1/shipments/{shipment:str}/confirmation", guards=[Needs(Scope.SHIPMENTS_READ)])
async def read_confirmation(deps: Deps, shipment: Name) -> inquiries.Confirmation:
    """Whether a shipment has left its warehouse (I-14)."""
    return _found(await inquiries.confirmation(deps.views, shipment), shipment)


@get("/v1/shipments/{shipment:str}/documents", guards=[Needs(Scope.SHIPMENTS_READ)])
async def list_documents(deps: Deps, shipment: Name) -> inquiries.Documents:
    """Documents of a shipment, by hash (I-26)."""
    return _found(await inquiries.documents(deps.views, shipment), shipment)


@get("/v1/shipments/{shipment:str}/freight", guards=[Needs(Scope.FINANCE_READ)])
async def read_freight(deps: Deps, shipment: Name) -> inquiries.Documents:
    """What a shipment's freight is to cost, and did: rates, accruals, charges, settlement (I-21)."""
    return _found(await inquiries.freight(deps.views, shipment), shipment)


@get("/v1/inventory/{warehouse:str}/{item:str}", guards=[Needs(Scope.INVENTORY_READ)])
async def read_inventory(deps: Deps, warehouse: Name, item: Name) -> inquiries.Stock:
    """The stock of an item in a warehouse (I-16)."""
    found = await inquiries.stock(deps.views, deps.states, warehouse, item)
    if found is None:
        raise Problem("not-found", f"no stock of {item} is known in {warehouse}: its warehouse has said nothing of it")
    return found


@get("/v1/systems", guards=[Needs(Scope.OPERATIONS_READ)])
async def list_systems(deps: Deps) -> tuple[inquiries.System, ...]:
    """Every connected system."""
    return inquiries.systems(deps.directory)


@get("/v1/systems/{system:str}", guards=[Needs(Scope.OPERATIONS_READ)])
async def read_system(deps: Deps, system: Name) -> inquiries.System:
    """One connected system."""
    partner = deps.directory.partner(system)
    if partner is None:
        raise Problem("not-found", f"no system {system} is connected: check the id")
    return inquiries.system_of(partner)


@get("/v1/systems/{system:str}/commands", guards=[Needs(Scope.OPERATIONS_READ)])
async def list_commands(deps: Deps, system: Name, cursor: Cursor = "", limit: Limit = PAGE) -> Page[CommandView]:
    """What a connected system is being asked to do."""
    if deps.directory.partner(system) is None:
        raise Problem("not-found", f"no system {system} is connected: check the id")
    rows = await deps.views.deliveries(partner=system, after=row_id(cursor), limit=limit)
    return page(rows, limit, lambda row: str(row.id))


@post(
    "/v1/validations",
    status_code=200,
    opt={"takes": Envelope},
    guards=[Needs(Scope.FACTS_WRITE, Scope.MASTER_WRITE)],
)
async def validate_fact(deps: Deps, request: Call) -> inquiries.Verdict:
    """Check a canonical fact against the contract without handing it in (I-28)."""
    headers, limits = headers_of(request.scope), deps.limits
    body = await read_body(request.receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)
    return inquiries.validate(body, deps.clock.now())


def _found(answer: T | None, shipment: str) -> T:
    if answer is None:
        raise Problem("not-found", UNKNOWN.format(shipment=shipment))
    return answer


HANDLERS = (
    read_confirmation,
    list_documents,
    read_freight,
    read_inventory,
    list_systems,
    read_system,
    list_commands,
    validate_fact,
)
