"""Building an integration project offline: begin one, check it, test its samples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.bootstrap.options import TestOptions
from crossdock.cli.options import HERE, AsJson
from crossdock.cli.reports import print_checked, print_outcomes
from crossdock.cli.shown import finish, print_json, print_text

Folder = Annotated[Path, Parameter(name="--project", help="Folder of the integration project.")]
New = Annotated[Path, Parameter(help="A folder that is not there yet, or empty.")]
Strict = Annotated[bool, Parameter(name="--strict", negative="", help="Warnings count as problems.")]
Update = Annotated[bool, Parameter(name="--update", negative="", help="Take what is made now as what is expected.")]
Only = Annotated[str, Parameter(name="--partner", help="This partner alone.")]


def init(folder: New, *, json: AsJson = False) -> int:
    """Write an example project that runs: an ERP over REST, a carrier over X12, a map, codes, samples."""
    from crossdock.bootstrap.offline.scaffold import write_example

    written = write_example(folder)
    if json:
        return print_json({"folder": str(folder), "written": written})
    return print_text(f"{len(written)} files written to {folder}\nnext: crossdock check {folder}")


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
    json: AsJson = False,  # noqa: PT028
) -> int:
    """Compare what is made of every golden sample with what is expected; exit 1 on any difference."""
    from crossdock.bootstrap.offline.samples import run_test

    outcomes = finish(run_test(TestOptions(project.absolute(), partner, update)))
    shown = print_json(outcomes) if json else print_outcomes(outcomes)
    return shown or (0 if all(outcome.is_fine for outcome in outcomes) else 1)
