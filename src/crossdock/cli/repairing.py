"""Repairs from the command line: what would change if orders were folded again by today's project, and exactly that."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter
from rich.console import Console

from crossdock.app.repair.plans import Proposal
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.repair_shown import print_plan, print_plans
from crossdock.cli.shown import complain, finish, print_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.repair import Plan, PlanState, Selection

replay = App(
    name="replay",
    help="Fold orders again by today's project: dry run first, approved by a second person, applied as planned.",
)

PlanId = Annotated[str, Parameter(help="The id of the plan.")]
By = Annotated[str, Parameter(name="--by", help="Your name.")]
Reason = Annotated[str, Parameter(name="--reason", help="Why, for whoever reads the record later.")]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which orders; every option given must hold."""

    order: Annotated[str, Parameter(name="--order", help="An order, by its number or any identifier.")] = ""
    partner: Annotated[str, Parameter(name="--partner", help="Those this partner said something of.")] = ""
    type: Annotated[str, Parameter(name="--type", help="Those with a fact of this type.")] = ""
    since: Annotated[datetime | None, Parameter(name="--since", help="Facts recorded from then on, UTC.")] = None
    until: Annotated[datetime | None, Parameter(name="--until", help="Facts recorded before then, UTC.")] = None
    message: Annotated[str, Parameter(name="--message", help="Those a message speaks of, or would now.")] = ""
    case: Annotated[int, Parameter(name="--case", help="The order of a case, by its number.")] = 0
    code: Annotated[str, Parameter(name="--code", help="Those with an open case of this code.")] = ""
    everything: Annotated[bool, Parameter(name="--all", negative="", help="All there are.")] = False


@replay.default
def make(
    *,
    by: By,
    reason: Reason,
    chosen: Annotated[Chosen | None, Parameter(name="*")] = None,
    edited: Annotated[
        Path | None, Parameter(name="--edited", help="Read this file in the place of the message's bytes.")
    ] = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Make a plan: fold the orders selected again, and show what would change; nothing else is written.

    Exit 1 when there is something to approve.
    """
    from crossdock.bootstrap.repairs import propose_repair

    try:
        asked = proposal_of(chosen or Chosen(), reason, edited)
    except (Rejected, msgspec.ValidationError, OSError) as error:
        return complain(str(error))
    made = finish(propose_repair(place(project, data), asked, by, _progress))
    return _shown_whole(made, project, data, json=json) or (1 if made.state is PlanState.PROPOSED else 0)


@replay.command
def plan(
    *,
    by: By,
    reason: Reason,
    chosen: Annotated[Chosen | None, Parameter(name="*")] = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Make a plan; the same as `crossdock replay` without a word behind it."""
    return make(by=by, reason=reason, chosen=chosen, project=project, data=data, json=json)


@replay.command(name="list")
def list_(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Print the plans there are, the newest first."""
    from crossdock.bootstrap.repairs import list_repairs

    page = finish(list_repairs(place(project, data)))
    return print_json(page) if json else print_plans(page.items)


@replay.command
def show(plan_id: PlanId, /, *, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Print a plan: what becomes of each order, which commands go out, the money they move."""
    from crossdock.bootstrap.repairs import show_repair

    found, items = finish(show_repair(place(project, data), plan_id))
    return print_json({"plan": found, "items": items}) if json else print_plan(found, items)


@replay.command
def approve(plan_id: PlanId, /, *, by: By, reason: Reason, project: Project = HERE, data: Data = None) -> int:
    """Approve a plan as it stands; whoever proposed it cannot."""
    from crossdock.bootstrap.repairs import approve_repair

    return print_plans((finish(approve_repair(place(project, data), plan_id, by, reason)),))


@replay.command
def withdraw(plan_id: PlanId, /, *, by: By, reason: Reason, project: Project = HERE, data: Data = None) -> int:
    """End a plan that is not to be applied."""
    from crossdock.bootstrap.repairs import withdraw_repair

    return print_plans((finish(withdraw_repair(place(project, data), plan_id, by, reason)),))


@replay.command
def apply(
    plan_id: PlanId,
    /,
    *,
    by: By,
    reason: Reason,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Apply an approved plan, order by order; broken off, it goes on where it stopped. Exit 1 when some are refused."""
    from crossdock.bootstrap.repairs import apply_repair

    done = finish(apply_repair(place(project, data), plan_id, by, reason, _progress))
    return _shown_whole(done, project, data, json=json) or (1 if done.counts.refused else 0)


def proposal_of(chosen: Chosen, reason: str, edited: Path | None) -> Proposal:
    """What was asked for, as a value."""
    given = asdict(chosen)
    for name in ("since", "until"):
        moment = given[name]
        given[name] = moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
    selection = msgspec.convert(given, Selection)
    return Proposal(selection, reason, edited.read_bytes() if edited is not None else None)


def _shown_whole(found: Plan, project: Path, data: Path | None, *, json: bool) -> int:
    return show(found.id, project=project, data=data, json=json)


def _progress(found: Plan) -> None:
    counts = found.counts
    done = f"{counts.applied + counts.refused} of {counts.planned}" if found.approver else f"{counts.looked} looked at"
    Console(stderr=True, highlight=False).print(f"[dim]{found.state}: {done}[/]")
