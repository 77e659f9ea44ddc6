"""Handing things on as files: contracts to partners, alert rules and dashboards to whoever watches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.cli.options import HERE, AsJson, Data, Project, place
from crossdock.cli.shown import complain, finish, print_json, print_text

Target = Annotated[Path, Parameter(help="The folder to write to; made when it is not there.")]


Tests = Annotated[Path | None, Parameter(name="--tests", help="The folder of the tests; the checkout's unless given.")]
Since = Annotated[datetime, Parameter(name="--since", help="From when on, in UTC unless it says other.")]
Until = Annotated[
    datetime | None,
    Parameter(name="--until", help="Up to when, in UTC unless it says other; a minute ago unless given."),
]


def contracts(folder: Target, *, json: AsJson = False) -> int:
    """Write the contracts: JSON Schema of every event, command and entity, AsyncAPI of the events."""
    from crossdock.canonical.schema import contract_files

    return _write(folder, contract_files(), json=json)


def catalogue(
    *,
    to: Annotated[Path, Parameter(name="--to", help="The folder to write to; made when it is not there.")],
    project: Project = HERE,
    tests: Tests = None,
    json: AsJson = False,
) -> int:
    """Write the catalogue as a static site: systems, contracts, processes drawn, authority, lineage, codes, coverage.

    It opens from the folder without a server. Which test proves which row is told where the tests are: in a checkout,
    or where --tests names them.
    """
    from crossdock.app.catalogue.book import Proved, bind
    from crossdock.bootstrap.catalogue import given
    from crossdock.bootstrap.consumers import consumers_of
    from crossdock.testing.proofs import TESTS, proofs, specification
    from crossdock.web.catalogue.site import site

    folder = TESTS if tests is None else tests
    proved = proofs(folder) if folder.is_dir() else {}
    rows = tuple(Proved(*item, tuple(proved.get(item.id, ()))) for item in specification()) if proved else ()
    here = project.absolute()
    made = site(bind(given(here, proofs=rows, consumers=consumers_of(here))))
    return _write(to, {name: text.encode() for name, text in made.items()}, json=json)


def dashboards(folder: Target, *, json: AsJson = False) -> int:
    """Write alert rules for Prometheus and dashboards for Grafana, made for the figures this version tells."""
    from crossdock.app.showing.pages import files

    return _write(folder, {name: text.encode() for name, text in files().items()}, json=json)


def export(
    *,
    to: Annotated[Path, Parameter(name="--to", help="A folder of its own; one with an unfinished export is finished.")],
    since: Since,
    until: Until = None,
    project: Project = HERE,
    data: Data = None,
    json: AsJson = False,
) -> int:
    """Write orders, shipments, facts, cases, KPIs and money ledgers as Parquet, for analysis elsewhere.

    What was recorded from --since up to --until, a page at a time; no body, address or name is in it. Run it again
    after an interruption: it goes on where it was.
    """
    from crossdock.bootstrap.exporting import export_sheets

    progress = finish(export_sheets(place(project, data), to.absolute(), utc(since), utc(until) if until else None))
    if json:
        return print_json(progress)
    return print_text(f"{to}: " + ", ".join(f"{count} {name}" for name, count in progress.rows.items()))


def utc(moment: datetime) -> datetime:
    """An instant without a zone is UTC."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _write(folder: Path, files: Mapping[str, bytes], *, json: bool) -> int:
    try:
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    except OSError as error:
        return complain(f"{folder} cannot be written: {error.strerror}; name a folder of your own")
    return print_json({"written": sorted(files)}) if json else print_text(f"{len(files)} files written to {folder}")
