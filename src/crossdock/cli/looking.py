"""Questions to an installation; nothing here changes anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import finish, print_audit, print_checks, print_json, print_trace
from crossdock.ports.audit import SAMPLE, Extent

Sample = Annotated[
    int,
    Parameter(
        name="--sample",
        help="Fold at most so many dossiers again, others each time; 0 for none.",
        validator=validators.Number(gte=0, lte=1_000_000),
    ),
]
Since = Annotated[
    datetime | None,
    Parameter(name="--since", help="Fold only dossiers again that got a fact since then, in UTC unless it says other."),
]


def trace(identifier: str, /, *, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Print what happened to an order across all systems, each line under what caused it.

    Parameters
    ----------
    identifier
        An order number, or any identifier of it: shipment, load, PRO, bill of lading, SSCC, container.
    """
    from crossdock.bootstrap.commands import read_trace

    found = finish(read_trace(place(project, data), identifier))
    return print_json(found) if json else print_trace(found)


def audit(
    *,
    sample: Sample = SAMPLE,
    since: Since = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Find anything lost, stuck, doubled, or stored otherwise than its log says; exit 1 when there is any."""
    from crossdock.bootstrap.commands import run_audit

    moment = since.replace(tzinfo=UTC) if since is not None and since.tzinfo is None else since
    report = finish(run_audit(place(project, data), Extent(sample, moment)))
    shown = print_json(report) if json else print_audit(report)
    return shown or (0 if report.verdict == "pass" else 1)


def doctor(*, project: Project = HERE, data: Data = None, json: AsJson = False) -> int:
    """Check project, engines, durability, ports, disk, clock and migrations, and say what to do; exit 1 if so."""
    from crossdock.bootstrap.commands import run_doctor

    checks = finish(run_doctor(place(project, data)))
    shown = print_json(checks) if json else print_checks(checks)
    return shown or (0 if all(check.ok for check in checks) else 1)
