"""Handing things on as files: contracts to partners, alert rules and dashboards to whoever watches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.cli.options import AsJson
from crossdock.cli.shown import complain, print_json, print_text

Target = Annotated[Path, Parameter(help="The folder to write to; made when it is not there.")]


def contracts(folder: Target, *, json: AsJson = False) -> int:
    """Write the contracts: JSON Schema of every event, command and entity, AsyncAPI of the events."""
    from crossdock.canonical.schema import contract_files

    return _write(folder, contract_files(), json=json)


def dashboards(folder: Target, *, json: AsJson = False) -> int:
    """Write alert rules for Prometheus and dashboards for Grafana, made for the figures this version tells."""
    from crossdock.app.showing.pages import files

    return _write(folder, {name: text.encode() for name, text in files().items()}, json=json)


def _write(folder: Path, files: Mapping[str, bytes], *, json: bool) -> int:
    try:
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    except OSError as error:
        return complain(f"{folder} cannot be written: {error.strerror}; name a folder of your own")
    return print_json({"written": sorted(files)}) if json else print_text(f"{len(files)} files written to {folder}")
