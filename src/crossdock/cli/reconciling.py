"""Reconciliation asked for by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import finish, print_json

if TYPE_CHECKING:
    from crossdock.ports.reconciliation import ResultRow

Partner = Annotated[str, Parameter(name="--partner", help="Only with this partner.")]
COLUMNS = ("check", "partner", "here", "there", "match", "tolerated", "in flight", "breaks", "healed", "")


def reconcile(
    *checks: str, partner: Partner = "", project: Project = HERE, data: Data = None, json: AsJson = False
) -> int:
    """Compare our books with our partners' and with themselves now. Exit 1: there are breaks, or a list was not read.

    Parameters
    ----------
    checks
        RC-01 to RC-27; all of them where none is named.
    """
    from crossdock.bootstrap.reconciling import reconcile_now

    results = finish(reconcile_now(place(project, data), checks, partner))
    if json:
        print_json(results)
    else:
        print_results(results)
    return 1 if any(row.breaks or row.failed for row in results) else 0


def print_results(results: Sequence[ResultRow]) -> None:
    """One line a run."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for number, title in enumerate(COLUMNS):
        table.add_column(title, justify="right" if 1 < number < len(COLUMNS) - 1 else "left")
    for row in results:
        counts = (
            row.left_count, row.right_count, row.matched, row.tolerated, row.in_flight, row.breaks, row.healed,
        )  # fmt: skip
        style = "red" if row.breaks or row.failed else ""
        table.add_row(row.check, row.partner, *(str(count) for count in counts), row.failed, style=style)
    Console(highlight=False).print(table)
