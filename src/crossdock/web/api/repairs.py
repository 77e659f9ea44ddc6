"""Repairs: make a plan of what folding orders again would change, read it, approve it as a second person, apply it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import msgspec
from litestar import get, post

from crossdock.app.access import Scope
from crossdock.app.queries import Page
from crossdock.app.repair.plans import Hand, Proposal, RepairDesk, Words
from crossdock.app.repair.plans import Name as PersonName
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.repair import Item, Plan, Selection
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Limit, Name, Needs, Who, row_id
from crossdock.web.api.problems import Problem
from crossdock.web.api.reasons import BODY_BYTES_MAX
from crossdock.web.api.wire import headers_of, read_body

T = TypeVar("T")

# An edited message in base64, and some words.
PROPOSAL_BYTES_MAX = 12 * 1024 * 1024


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan to make: who asks for it, why, for which orders; `edited` stands in the place of a message's bytes."""

    by: PersonName
    reason: Words
    selection: Selection
    edited: bytes | None = None


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who does it, and why."""

    by: PersonName
    reason: Words


class PlanPage(msgspec.Struct, frozen=True):
    """A plan with a page of its items; `next` is the cursor of the following page."""

    plan: Plan
    items: tuple[Item, ...]
    next: str = ""


_wishes = msgspec.json.Decoder(Wish)
_words = msgspec.json.Decoder(Word)


@get("/v1/repairs", guards=[Needs(Scope.OPERATIONS_READ)])
async def list_repairs(deps: Deps, cursor: Cursor = "", limit: Limit = PAGE) -> Page[Plan]:
    """Plans, the newest first."""
    return await desk_of(deps).page(cursor, limit)


@post("/v1/repairs", status_code=202, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def propose_repair(deps: Deps, caller: Who, request: Call) -> Plan:
    """Have a plan made; the schedule role works it out, nothing else is written."""
    wish = await _asked(deps, request, _wishes, PROPOSAL_BYTES_MAX)
    asked = Proposal(wish.selection, wish.reason, wish.edited)
    return await _told(desk_of(deps).propose(asked, Hand(wish.by, caller.owner)), "parameter-wrong")


@get("/v1/repairs/{plan:str}", guards=[Needs(Scope.OPERATIONS_READ)])
async def read_repair(deps: Deps, plan: Name, cursor: Cursor = "", limit: Limit = PAGE) -> PlanPage:
    """A plan, and what becomes of each order: fields, commands, timers, cases, money."""
    found = await _told(desk_of(deps).read(plan), "not-found")
    items = await desk_of(deps).items(plan, row_id(cursor), limit)
    return PlanPage(msgspec.structs.replace(found, edited=None), items.items, items.next)


@post("/v1/repairs/{plan:str}/approve", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def approve_repair(deps: Deps, caller: Who, plan: Name, request: Call) -> Plan:
    """Approve it as it stands: another person than proposed it, with a key of their own."""
    word = await _asked(deps, request, _words, BODY_BYTES_MAX)
    return await _told(desk_of(deps).approve(plan, Hand(word.by, caller.owner), word.reason), "state-conflict")


@post("/v1/repairs/{plan:str}/apply", status_code=202, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def apply_repair(deps: Deps, caller: Who, plan: Name, request: Call) -> Plan:
    """Have an approved plan applied, order by order, exactly as planned."""
    word = await _asked(deps, request, _words, BODY_BYTES_MAX)
    return await _told(desk_of(deps).apply(plan, Hand(word.by, caller.owner), word.reason), "state-conflict")


@post("/v1/repairs/{plan:str}/withdraw", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE)])
async def withdraw_repair(deps: Deps, caller: Who, plan: Name, request: Call) -> Plan:
    """End a plan that is not to be applied."""
    word = await _asked(deps, request, _words, BODY_BYTES_MAX)
    return await _told(desk_of(deps).withdraw(plan, Hand(word.by, caller.owner), word.reason), "state-conflict")


async def _asked(deps: ApiDeps, request: Call, decoder: msgspec.json.Decoder[T], bytes_max: int) -> T:
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=bytes_max, wait_s=deps.limits.body_wait_s)
    try:
        return decode_json(body, decoder)
    except Rejected as error:
        findings = (Finding("repair", error.detail, error.where),)
        words = 'say who and why, and for a plan which orders: {"by": "…", "reason": "…", "selection": {"order": "…"}}'
        raise Problem("malformed", words, findings=findings) from error


async def _told(work: Awaitable[T], slug: str) -> T:
    try:
        return await work
    except Rejected as error:
        raise Problem(slug, error.detail) from error


def desk_of(deps: ApiDeps) -> RepairDesk:
    """The desk of this process."""
    if deps.repairs is None:
        raise Problem("not-ready", "this process has no desk of repairs")
    return deps.repairs


HANDLERS = (list_repairs, propose_repair, read_repair, approve_repair, apply_repair, withdraw_repair)
