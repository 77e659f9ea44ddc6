"""What a changed project would make of history: the gate in CI before it goes live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators
from rich.console import Console
from rich.markup import escape

from crossdock.app.repair.impact import Class, Impact
from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import complain, finish, print_json
from crossdock.ports.audit import SAMPLE, Extent

Against = Annotated[Path | None, Parameter(name="--against", help="Folder of the changed project.")]
PolicyFolder = Annotated[
    Path | None, Parameter(name="--policy", help="Folder with a changed policies/ alone; the rest stays.")
]
FailOn = Annotated[
    Class, Parameter(name="--fail-on", help="Exit 1 where a difference is of this class or graver.", show_choices=True)
]
Days = Annotated[
    int | None,
    Parameter(name="--days", help="Orders that got a fact in so many days.", validator=validators.Number(gte=1)),
]
Sample = Annotated[
    int, Parameter(name="--sample", help="At most so many orders, any of them.", validator=validators.Number(gte=1))
]


@dataclass(frozen=True, slots=True)
class Changed:
    """What is compared with the project, over which orders, and what fails the gate."""

    against: Against = None
    policy: PolicyFolder = None
    fail_on: FailOn = Class.WORDING
    days: Days = None
    sample: Sample = SAMPLE


def impact(
    *,
    changed: Annotated[Changed | None, Parameter(name="*")] = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Print what a changed project makes of stored history, by class of difference; exit 1 at `--fail-on` or graver.

    Maps, code lists, partner files and policies are those of the changed project; the orders and their kept messages
    are those of the installation, which is only read.
    """
    from crossdock.bootstrap.impact import run_impact

    wanted = changed or Changed()
    if wanted.against is None and wanted.policy is None:
        return complain("name the changed project with --against, or a folder of changed policies with --policy")
    since = datetime.now(UTC) - timedelta(days=wanted.days) if wanted.days is not None else None
    extent = Extent(wanted.sample, since)
    found = finish(run_impact(place(project, data), wanted.against, wanted.policy, extent))
    shown = print_json(found) if json else print_impact(found)
    return shown or (1 if found.reaches(wanted.fail_on) else 0)


def print_impact(found: Impact) -> int:
    """Counts by class, the gravest first, then examples."""
    console = Console(highlight=False)
    console.print(f"{found.looked} looked at")
    for cls in reversed(tuple(Class)):
        dossiers, differences = found.dossiers.get(cls.value, 0), found.counts.get(cls.value, 0)
        if dossiers or differences:
            console.print(f"  [bold]{cls.value:9}[/] {dossiers} with it as the gravest, {differences} differences")
    for one in sorted(found.examples, key=lambda one: -one.cls.weight):
        console.print(f"[dim]{one.cls.value:9}[/] {escape(one.ident)} {escape(one.what)}")
        console.print(f"          {escape(one.before)} → {escape(one.after)}")
    return 0
