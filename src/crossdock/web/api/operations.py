"""For operators: what waits, what is stuck, what is on its way (I-34), and how to get it going again."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, post

from crossdock.app.access import Scope
from crossdock.app.intake import Receipt
from crossdock.app.queries import Page, page
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.views import CommandView, QuarantineView, WaitingView
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Filter, Limit, Name, Needs, Who, row_id
from crossdock.web.api.problems import Problem
from crossdock.web.api.reasons import Done, Reason
from crossdock.web.api.wire import headers_of, read_body

MENDED_BYTES_MAX = 2 * 1024 * 1024


class Mended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A corrected fact, and why."""

    fact: msgspec.Raw
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]


_mended = msgspec.json.Decoder(Mended)

# What is done to one thing, which the database finds within the reach of the key or not at all.
ACTS = Needs(Scope.OPERATIONS_WRITE, within=True)


@get("/v1/waiting", guards=[Needs(Scope.OPERATIONS_READ, within=True)])
async def list_waiting(deps: Deps, cursor: Cursor = "", limit: Limit = PAGE) -> Page[WaitingView]:
    """Facts no dossier is known for yet, each with what will release it."""
    return page(await deps.views.waiting(after=cursor, limit=limit), limit, lambda row: row.id)


@get("/v1/quarantine", guards=[Needs(Scope.OPERATIONS_READ, within=True)])
async def list_quarantine(deps: Deps, cursor: Cursor = "", limit: Limit = PAGE) -> Page[QuarantineView]:
    """Facts that could not be used, each with the reason and what it keeps behind it."""
    return page(await deps.views.quarantined(after=cursor, limit=limit), limit, lambda row: row.id)


@post("/v1/quarantine/{quarantine_id:str}/release", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def release_quarantine(deps: Deps, caller: Who, quarantine_id: Name, reasoned: Reason) -> Receipt:
    """Try a fact in quarantine again, and after it what waits behind it."""
    receipt = await deps.custody.release(quarantine_id, reason=reasoned.reason, by=caller.owner)
    if receipt is None:
        raise Problem("not-found", f"nothing is in quarantine as {quarantine_id}: read the list again")
    return receipt


@post("/v1/quarantine/{quarantine_id:str}/skip", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def skip_quarantine(deps: Deps, caller: Who, quarantine_id: Name, reasoned: Reason) -> Done:
    """Give a fact in quarantine up for good; what waits behind it goes on."""
    if not await deps.custody.skip(quarantine_id, reason=reasoned.reason, by=caller.owner):
        raise Problem("not-found", f"nothing is in quarantine as {quarantine_id}: read the list again")
    return Done("skipped")


@post("/v1/quarantine/{quarantine_id:str}/detach", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def detach_quarantine(deps: Deps, caller: Who, quarantine_id: Name, reasoned: Reason) -> Done:
    """Let the lane of a fact in quarantine flow again without it; the fact stays there by itself."""
    if not await deps.custody.detach(quarantine_id, reason=reasoned.reason, by=caller.owner):
        raise Problem("not-found", f"nothing in quarantine blocks a lane as {quarantine_id}: read the list again")
    return Done("detached")


@post("/v1/quarantine/{quarantine_id:str}/mend", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def mend_quarantine(deps: Deps, caller: Who, quarantine_id: Name, request: Call) -> Receipt:
    """Take a corrected copy in the place of a fact in quarantine; the original stays kept."""
    asked = await _asked(deps, request)
    try:
        receipt = await deps.custody.mend(quarantine_id, bytes(asked.fact), reason=asked.reason, by=caller.owner)
    except Rejected as error:
        raise Problem("state-conflict", error.detail) from error
    if receipt is None:
        raise Problem("not-found", f"nothing is in quarantine as {quarantine_id}: somebody else may have mended it")
    return receipt


@get("/v1/deliveries", guards=[Needs(Scope.OPERATIONS_READ, within=True)])
async def list_deliveries(
    deps: Deps, partner: Filter = "", cursor: Cursor = "", limit: Limit = PAGE
) -> Page[CommandView]:
    """Commands on their way, to one partner or to all."""
    rows = await deps.views.deliveries(partner=partner, after=row_id(cursor), limit=limit)
    return page(rows, limit, lambda row: str(row.id))


@post("/v1/deliveries/{delivery:str}/retry", status_code=200, guards=[ACTS])
async def retry_delivery(deps: Deps, caller: Who, delivery: Name, reasoned: Reason) -> Done:
    """Send a parked or refused command again, under the same idempotency key."""
    now = deps.clock.now()
    if not await deps.desk.retry(row_id(delivery), reason=reasoned.reason, by=caller.owner, now=now):
        raise Problem("state-conflict", f"delivery {delivery} is neither parked nor refused: read it again")
    return Done("ready")


@post("/v1/deliveries/{delivery:str}/skip", status_code=200, guards=[ACTS])
async def skip_delivery(deps: Deps, caller: Who, delivery: Name, reasoned: Reason) -> Done:
    """Give a parked command up for good; what waits behind it goes on."""
    now = deps.clock.now()
    if not await deps.desk.skip(row_id(delivery), reason=reasoned.reason, by=caller.owner, now=now):
        raise Problem("state-conflict", f"delivery {delivery} is not parked: read it again")
    return Done("skipped")


@post("/v1/partners/{partner:str}/pause", status_code=200, guards=[ACTS])
async def pause_partner(deps: Deps, caller: Who, partner: Name, reasoned: Reason) -> Done:
    """Send nothing more to a partner until it is resumed."""
    _known(deps, partner)
    await deps.desk.pause(partner, reason=reasoned.reason, by=caller.owner, now=deps.clock.now())
    return Done("paused")


@post("/v1/partners/{partner:str}/resume", status_code=200, guards=[ACTS])
async def resume_partner(deps: Deps, caller: Who, partner: Name, reasoned: Reason) -> Done:
    """Send to a partner again."""
    _known(deps, partner)
    await deps.desk.resume(partner, reason=reasoned.reason, by=caller.owner, now=deps.clock.now())
    return Done("resumed")


async def _asked(deps: ApiDeps, request: Call) -> Mended:
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=MENDED_BYTES_MAX, wait_s=deps.limits.body_wait_s)
    try:
        return decode_json(body, _mended)
    except Rejected as error:
        findings = (Finding("mended", error.detail, error.where),)
        words = 'give the corrected fact and why: {"fact": …, "reason": "…"}'
        raise Problem("malformed", words, findings=findings) from error


def _known(deps: ApiDeps, partner: str) -> None:
    if deps.directory.partner(partner) is None:
        raise Problem("not-found", f"no partner {partner} is connected: check the id")


HANDLERS = (
    list_waiting,
    list_quarantine,
    release_quarantine,
    skip_quarantine,
    detach_quarantine,
    mend_quarantine,
    list_deliveries,
    retry_delivery,
    skip_delivery,
    pause_partner,
    resume_partner,
)
