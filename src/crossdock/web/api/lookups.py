"""Looking things up: any identifier (I-35), a kept message, what a problem means, whether we are well."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import MediaType, Response, get

from crossdock.app import queries
from crossdock.app.access import Scope
from crossdock.ports.store import MessageRow
from crossdock.web.api.guards import Deps, Issuer, Name, Needs, Who
from crossdock.web.api.problems import KINDS, Problem, explain


class MessageView(msgspec.Struct, frozen=True):
    """A kept message: where it came from, what became of it, and its bytes (base64, as received)."""

    id: str
    partner: str
    channel: str
    content_type: str
    received: datetime
    sha256: str
    status: str
    facts: int
    control: str
    findings: msgspec.Raw
    body: bytes


class Health(msgspec.Struct, frozen=True):
    """`missing` says what has to be there before the hub is ready."""

    state: str
    missing: tuple[str, ...] = ()


@get("/v1/references/{scheme:str}/{identifier:str}", guards=[Needs(Scope.ORDERS_READ)])
async def look_up(deps: Deps, scheme: Name, identifier: Name, issuer: Issuer = "") -> tuple[queries.OwnerView, ...]:
    """What an identifier leads to, and every other identifier of the same thing."""
    found = await queries.owners(deps.views, scheme, identifier, issuer)
    if not found:
        raise Problem("not-found", f"the {scheme} {identifier} leads to nothing we know")
    return found


@get("/v1/messages/{message:str}", guards=[Needs(Scope.FACTS_WRITE, Scope.OPERATIONS_READ, within=True)])
async def read_message(deps: Deps, caller: Who, message: Name) -> MessageView:
    """A kept message with its bytes and findings: one's own, or any with `operations:read`; and `personal:read`."""
    caller.need(Scope.PERSONAL_READ)
    row = await deps.views.message(message)
    if row is None or (row.partner != caller.partner and Scope.OPERATIONS_READ not in caller.scopes):
        raise Problem("not-found", f"no message {message} of yours is kept here")
    return _view(row)


@get("/v1/health/live")
async def read_liveness() -> Health:
    """The process answers."""
    return Health("live")


@get("/v1/health/ready")
async def read_readiness(deps: Deps) -> Health:
    """The hub can take messages."""
    missing = await deps.ready()
    if missing:
        raise Problem("not-ready", "; ".join(missing), headers={"retry-after": "1"})
    return Health("ready")


@get("/v1/problems/{slug:str}", media_type=MediaType.TEXT, opt={"answers": "text/plain"})
async def explain_problem(slug: Name) -> Response[str]:
    """What a problem type means and what to do about it."""
    if slug not in KINDS:
        raise Problem("not-found", f"there is no problem type {slug}")
    return Response(explain(slug), media_type="text/plain; charset=utf-8")


def _view(row: MessageRow) -> MessageView:
    return MessageView(
        row.id,
        row.partner,
        row.channel,
        row.content_type,
        row.received,
        row.sha256,
        row.status,
        row.facts,
        row.control,
        msgspec.Raw(row.findings or b"[]"),
        row.body,
    )


HANDLERS = (look_up, read_message, read_liveness, read_readiness, explain_problem)
