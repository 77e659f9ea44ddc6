"""The desk: cases in the order to work them, those of one cause together, and one case with all that is known of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from crossdock.app.cases.acts import Refusal, Request
from crossdock.kernel.errors import Rejected
from crossdock.ports.cases import CaseFilter, WorkState
from crossdock.ports.clock import Clock
from crossdock.ports.principal import Verb
from crossdock.web.console.forms import back, field, number
from crossdock.web.console.params import PAGE, Cursor, Deps, Number, Words
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

HOURS_MAX = 30 * 24
Severity = Annotated[int, QueryParameter(ge=0, le=4)]
Flag = Annotated[bool, QueryParameter()]


class Wanted(msgspec.Struct, frozen=True):
    """What of the queue is asked for, as in the address: `mine` is "me" for the reader's own, else a name."""

    queue: str = ""
    severity: int = 0
    state: str = ""
    mine: str = ""
    late: bool = False
    snoozed: bool = False

    def filter(self, reader: str, clock: Clock) -> CaseFilter:
        """The same for the desk."""
        assignee = reader if self.mine == "me" else self.mine
        before = clock.now() if self.late else None
        return CaseFilter(self.queue, self.severity, self.state, assignee, before, self.snoozed)

    def address(self, cursor: str) -> str:
        """The page after this one."""
        kept = {name: value for name, value in msgspec.structs.asdict(self).items() if value}
        return "/console/work?" + urlencode({**kept, "cursor": cursor})


async def provide_wanted(
    queue: Words = "",
    severity: Severity = 0,
    standing: Words = "",
    mine: Words = "",
    late: Flag = False,
    snoozed: Flag = False,
) -> Wanted:
    """What the address asks for."""
    return Wanted(queue, severity, standing, mine, late, snoozed)


Asked = NamedDependency[Wanted]


@get("/console/work", guards=[May(Verb.READ)], dependencies={"wanted": Provide(provide_wanted)})
async def work_page(request: Call, deps: Deps, signed: Who, wanted: Asked, cursor: Cursor = "") -> Response[str]:
    """The queue: gravest first, of those the dearest, of those the first due."""
    page = await deps.cases.queue(wanted.filter(signed.principal.name, deps.clock), cursor, PAGE)
    causes, states = await deps.tower.causes(), tuple(WorkState)
    asking = await deps.asks.waiting(signed.principal, PAGE)
    return show(request, deps, signed, "work.html", "work", wanted=wanted, page=page, causes=causes, states=states,
                asking=asking)  # fmt: skip


@get("/console/work/{case:int}", guards=[May(Verb.READ)])
async def case_page(request: Call, deps: Deps, signed: Who, case: Number) -> Response[str]:
    """One case: what it is, what will close it, what may be done, who said what, and everything that was."""
    found = await deps.cases.case(case)
    if found is None:
        raise NoSuchPage
    return show(request, deps, signed, "case.html", "work", found=found)


@post("/console/work/{case:int}", status_code=303, guards=[May(Verb.WORK)])
async def act_on_case(request: Call, deps: Deps, signed: Who, case: Number) -> Response[None]:
    """Take, assign, wait, snooze, note, escalate, dismiss; kept with the reader's name and reason."""
    form = await request.form()
    hours = number(form, "hours", HOURS_MAX)
    until = deps.clock.now() + timedelta(hours=hours) if hours else None
    asked = Request(field(form, "act"), signed.principal.name, field(form, "reason"), field(form, "to"), until)
    done = await deps.cases.act(case, _checked(asked), signed.principal.key)
    if done is None:
        raise NoSuchPage
    if isinstance(done, Refusal):
        raise Rejected(done.detail)
    return back(f"/console/work/{case}")


def _checked(asked: Request) -> Request:
    """The act with its words within their bounds.

    Raises:
        Rejected: too short or too long.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(asked), Request)
    except msgspec.ValidationError as error:
        raise Rejected(f"say why in at least three letters: {error}") from error


HANDLERS = (work_page, case_page, act_on_case)
