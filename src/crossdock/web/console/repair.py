"""Replay and repair: plans, a new one from a selection, what it would change, approval by a second person, progress."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post

from crossdock.app.repair.plans import Hand, Proposal
from crossdock.kernel.errors import Rejected
from crossdock.ports.principal import Principal, Verb
from crossdock.ports.repair import Selection
from crossdock.web.console.deps import ConsoleDeps
from crossdock.web.console.forms import back, field, number, reason
from crossdock.web.console.params import PAGE, Cursor, Deps, Name
from crossdock.web.console.show import show
from crossdock.web.pages.failure import NoSuchPage
from crossdock.web.people.guards import Call, May, Who

HERE = "/console/repair"
CASES_MAX = 2**62


@get(HERE, guards=[May(Verb.READ)])
async def repair_page(request: Call, deps: Deps, signed: Who, cursor: Cursor = "") -> Response[str]:
    """All plans, and a form for a new one."""
    page = await deps.repairs.page(cursor, PAGE)
    return show(request, deps, signed, "repair.html", "repair", page=page)


@post(HERE, status_code=303, guards=[May(Verb.ACT)])
async def propose_plan(request: Call, deps: Deps, signed: Who) -> Response[None]:
    """Have a plan made; the schedule role works it out."""
    form = await request.form()
    names = ("order", "partner", "type", "message", "code")
    chosen = {name: field(form, name, chars_max=200) for name in names}
    selection = Selection(
        **chosen,
        since=_day(field(form, "since", chars_max=20)),
        until=_day(field(form, "until", chars_max=20)),
        case=number(form, "case", CASES_MAX),
        everything=field(form, "everything") == "yes",
    )
    plan = await deps.repairs.propose(Proposal(selection, reason(form)), _hand(signed.principal))
    return back(f"{HERE}/{plan.id}")


@get(HERE + "/{plan:str}", guards=[May(Verb.READ)])
async def plan_page(request: Call, deps: Deps, signed: Who, plan: Name, cursor: Cursor = "") -> Response[str]:
    """One plan: what becomes of each order, and what may be done about it."""
    await _known(deps, plan)
    found = await deps.repairs.read(plan)
    after = int(cursor) if cursor.isdecimal() and len(cursor) < 10 else 0
    items = await deps.repairs.items(plan, after, PAGE)
    sees = signed.principal.may
    seen = {"money": sees(Verb.SEE_MONEY), "values": sees(Verb.SEE_PERSONAL_DATA) and sees(Verb.SEE_MONEY)}
    mine = found.proposer == signed.principal.name or found.proposer_key == signed.principal.key
    return show(request, deps, signed, "plan.html", "repair", plan=found, items=items, seen=seen, mine=mine)


@post(HERE + "/{plan:str}/approve", status_code=303, guards=[May(Verb.APPROVE)])
async def approve_plan(request: Call, deps: Deps, signed: Who, plan: Name) -> Response[None]:
    """Let it be applied as it stands."""
    await deps.repairs.approve(plan, _hand(signed.principal), reason(await request.form()))
    return back(f"{HERE}/{plan}")


@post(HERE + "/{plan:str}/act", status_code=303, guards=[May(Verb.ACT)])
async def act_on_plan(request: Call, deps: Deps, signed: Who, plan: Name) -> Response[None]:
    """Apply it, or withdraw it."""
    form = await request.form()
    act = field(form, "act")
    if act not in ("apply", "withdraw"):
        raise Rejected("say apply or withdraw")
    done = deps.repairs.apply if act == "apply" else deps.repairs.withdraw
    await done(plan, _hand(signed.principal), reason(form))
    return back(f"{HERE}/{plan}")


async def _known(deps: ConsoleDeps, plan: str) -> None:
    if await deps.repairs.repairs.plan(plan) is None:
        raise NoSuchPage


def _hand(principal: Principal) -> Hand:
    return Hand(principal.name, principal.key)


def _day(text: str) -> datetime | None:
    """A day of a form, its beginning in UTC.

    Raises:
        Rejected: it is none.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Rejected(f"{text} is no day: write it like 2026-06-02") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


HANDLERS = (repair_page, propose_plan, plan_page, approve_plan, act_on_plan)
