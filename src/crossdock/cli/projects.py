"""Building an integration project offline: begin one, check it, test its samples."""

# ruff: noqa: PT028  (`test` is a command, not a test of ours)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.bootstrap.options import DriftOptions, TestOptions
from crossdock.cli.options import HERE, AsJson, Data, place
from crossdock.cli.reports import print_checked, print_coverage, print_drift, print_outcomes, print_readiness
from crossdock.cli.shown import finish, print_json, print_text

Folder = Annotated[Path, Parameter(name="--project", help="Folder of the integration project.")]
New = Annotated[Path, Parameter(help="A folder that is not there yet, or empty.")]
Strict = Annotated[bool, Parameter(name="--strict", negative="", help="Warnings count as problems.")]
Update = Annotated[bool, Parameter(name="--update", negative="", help="Take what is made now as what is expected.")]
Sender = Annotated[str, Parameter(name="--partner", help="The partner that sent the files.")]
Baseline = Annotated[
    list[Path] | None,
    Parameter(name="--baseline", negative="", help="Files or folders it sent before, beside its samples; repeated."),
]
Days = Annotated[
    int, Parameter(name="--days", help="How long ago is new.", validator=validators.Number(gte=1, lte=3650))
]
Only = Annotated[str, Parameter(name="--partner", help="This partner alone.")]


def init(folder: New, *, json: AsJson = False) -> int:
    """Write an example project that runs: an ERP over REST, a carrier over X12, a map, codes, samples."""
    from crossdock.bootstrap.calling import called
    from crossdock.bootstrap.offline.scaffold import write_example

    written = write_example(folder)
    if json:
        return print_json({"folder": str(folder), "written": written})
    return print_text(f"{len(written)} files written to {folder}\nnext: {called(f'check {folder}')}")


def check(project: Folder = HERE, *, strict: Strict = False, json: AsJson = False) -> int:
    """Tell everything that is wrong with a project at once, with file and line; exit 1 if anything is."""
    from crossdock.bootstrap.offline.check import check_project

    checked = check_project(project.absolute())
    shown = print_json(checked) if json else print_checked(checked)
    return shown or (0 if checked.is_fine(strict=strict) else 1)


def test(
    project: Folder = HERE,
    *,
    partner: Only = "",
    update: Update = False,
    json: AsJson = False,
) -> int:
    """Compare what is made of every golden sample with what is expected; exit 1 on any difference."""
    from crossdock.bootstrap.offline.samples import run_test

    outcomes = finish(run_test(TestOptions(project.absolute(), partner, update)))
    shown = print_json(outcomes) if json else print_outcomes(outcomes)
    return shown or (0 if all(outcome.is_fine for outcome in outcomes) else 1)


def coverage(project: Folder = HERE, *, partner: Only = "", json: AsJson = False) -> int:
    """Show which fields of the samples no rule looks at, and which rules of the maps no sample uses."""
    from crossdock.bootstrap.offline.coverage import coverage as read_coverage

    rows = read_coverage(project.absolute(), partner)
    return print_json(rows) if json else print_coverage(rows)


def partners(project: Folder = HERE, *, json: AsJson = False) -> int:
    """List what each partner has and what it lacks before it can go live; exit 1 while something is missing."""
    from crossdock.bootstrap.offline.readiness import readiness

    rows = finish(readiness(project.absolute()))
    shown = print_json(rows) if json else print_readiness(rows)
    return shown or (0 if all(row.is_ready for row in rows) else 1)


def drift(
    *paths: Annotated[Path, Parameter(help="New files, and folders with all files below them.")],
    partner: Sender,
    baseline: Baseline = None,
    days: Days = 7,
    project: Folder = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Tell the documents, segments, fields and codes this partner never sent before; exit 1 when there are any.

    What it sent before are its samples, and what --baseline names. Without files, the messages a hub kept in the last
    --days are compared with those it kept before, too.
    """
    from crossdock.bootstrap.offline.drift import drift as compare

    options = DriftOptions(place(project, data), partner, paths, tuple(baseline or ()), days)
    found = finish(compare(options))
    shown = print_json(found) if json else print_drift(found)
    return shown or (1 if found.novelties else 0)
