"""The queue of exception cases, one case with its claims and acts, and acts on it by a named person with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from crossdock.app.access import Scope
from crossdock.app.acts.chain import ChainReport, verify
from crossdock.app.cases.acts import Refusal, Request
from crossdock.app.cases.work import CaseDetail, CaseLine, CaseWork
from crossdock.app.queries import Page
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.cases import CaseFilter
from crossdock.ports.connector import Finding
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.guards import PAGE, Call, Cursor, Deps, Filter, Limit, Name, Needs, Who, row_id
from crossdock.web.api.problems import Problem
from crossdock.web.api.reasons import BODY_BYTES_MAX
from crossdock.web.api.wire import headers_of, read_body

Severities = Annotated[int, QueryParameter(name="severity", ge=0, le=4, description="1 to 4; absent for all.")]
Mine = Annotated[str, QueryParameter(max_length=100, description="Only those this person has.")]
State = Annotated[
    str, QueryParameter(name="state", max_length=20, description="Where it stands; an end lists what has ended.")
]
Due = Annotated[datetime | None, QueryParameter(description="Only those due before this, RFC 3339.")]
Snoozed = Annotated[bool, QueryParameter(description="Also those put aside.")]

Wanted = NamedDependency[CaseFilter]

_decoder = msgspec.json.Decoder(Request)


async def provide_wanted(
    queue: Filter = "",
    severity: Severities = 0,
    standing: State = "",
    mine: Mine = "",
    due: Due = None,
    snoozed: Snoozed = False,
) -> CaseFilter:
    """Which cases are asked for."""
    before = due.replace(tzinfo=UTC) if due is not None and due.tzinfo is None else due
    return CaseFilter(queue, severity, standing, mine, before, snoozed)


@get("/v1/cases", guards=[Needs(Scope.OPERATIONS_READ, within=True)], dependencies={"wanted": Provide(provide_wanted)})
async def list_cases(deps: Deps, wanted: Wanted, cursor: Cursor = "", limit: Limit = PAGE) -> Page[CaseLine]:
    """The queue in the order to work it: gravest first, of those the dearest, of those the first due."""
    try:
        return await desk_of(deps).queue(wanted, cursor, limit)
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error


@get("/v1/cases/{case:str}", guards=[Needs(Scope.OPERATIONS_READ, within=True)])
async def read_case(deps: Deps, case: Name) -> CaseDetail:
    """One case: its claims, what will close it, what may be done, and everything that was."""
    found = await desk_of(deps).case(row_id(case))
    if found is None:
        raise Problem("not-found", f"there is no case {case}: read the list again")
    return found


@post("/v1/cases/{case:str}/acts", status_code=200, guards=[Needs(Scope.OPERATIONS_WRITE, within=True)])
async def act_on_case(deps: Deps, caller: Who, case: Name, request: Call) -> CaseLine:
    """Take it, assign it, wait, snooze, note, escalate, dismiss; kept with the person's name and reason."""
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=BODY_BYTES_MAX, wait_s=deps.limits.body_wait_s)
    try:
        asked = decode_json(body, _decoder)
    except Rejected as error:
        findings = (Finding("act", error.detail, error.where),)
        words = 'say who does what and why: {"act": "take", "by": "…", "reason": "…"}'
        raise Problem("malformed", words, findings=findings) from error
    done = await desk_of(deps).act(row_id(case), asked, caller.owner)
    if done is None:
        raise Problem("not-found", f"there is no case {case}: read the list again")
    if isinstance(done, Refusal):
        raise Problem("state-conflict", done.detail)
    return done


@get("/v1/case-acts/verification", guards=[Needs(Scope.OPERATIONS_READ)])
async def verify_acts(deps: Deps) -> ChainReport:
    """Whether every act by hand, on cases and on anything else, is as it was written."""
    return await verify(desk_of(deps).desk)


def desk_of(deps: ApiDeps) -> CaseWork:
    """The desk of this process."""
    if deps.cases is None:
        raise Problem("not-ready", "this process has no desk of cases")
    return deps.cases


HANDLERS = (list_cases, read_case, act_on_case, verify_acts)
