"""Looking at files offline: what they are, and what would be made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.bootstrap.options import InspectOptions
from crossdock.cli.reports import print_line, print_report, print_totals
from crossdock.cli.shown import note

Lines = Annotated[bool, Parameter(name="--json", negative="", help="Print one line of JSON a file instead of text.")]
Roundtrip = Annotated[
    bool, Parameter(name="--roundtrip", negative="", help="Also write it again and compare byte for byte.")
]
Ack = Annotated[bool, Parameter(name="--ack", negative="", help="Also show what the sender would be answered.")]
Facts = Annotated[bool, Parameter(name="--facts", negative="", help="Also show the canonical facts made of it.")]
Why = Annotated[
    bool,
    Parameter(
        name="--why",
        negative="",
        help="Also show where each field comes from: place, rule, map and version. Of a .command.json, too.",
    ),
]
Partner = Annotated[str, Parameter(name="--partner", help="Read it as this partner of the project sends it.")]
Connector = Annotated[str, Parameter(name="--connector", help="Read it by this connector, instead of all that can.")]
Where = Annotated[
    Path | None, Parameter(name="--project", help="Folder of the integration project; without one, what we ship.")
]


def inspect(  # noqa: PLR0913  (the options of a command)
    *paths: Annotated[Path, Parameter(help="Files, and folders with all files below them.")],
    json: Lines = False,
    roundtrip: Roundtrip = False,
    ack: Ack = False,
    facts: Facts = False,
    why: Why = False,
    partner: Partner = "",
    connector: Connector = "",
    project: Where = None,
) -> int:
    """Say of files what they are, whether they are valid, and what would be made of them. Needs no project.

    With --json one line a file: file, format, status (ok, refused, crash), documents, roundtrip. Exit 1 when any file
    is refused.
    """
    from crossdock.bootstrap.offline.inspect import inspected, project_around
    from crossdock.ports.inspecting import OK

    options = InspectOptions(paths, project, partner, connector, roundtrip, ack, facts, why)
    counts: dict[str, int] = {}
    for report in inspected(options):
        counts[report.status] = counts.get(report.status, 0) + 1
        if json:
            print_line(report)
        else:
            print_report(report)
    if not json and sum(counts.values()) > 1:
        print_totals(counts)
    if not (json or project or partner or connector):
        for around in dict.fromkeys(filter(None, map(project_around, paths))):
            note(f"these are samples of a project; as its partners send them: --project {around}")
    return 0 if set(counts) <= {OK} else 1
