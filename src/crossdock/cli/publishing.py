"""Handing the contracts to partners: schemas as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.cli.options import AsJson
from crossdock.cli.shown import complain, print_json, print_text

Target = Annotated[Path, Parameter(help="The folder to write to; made when it is not there.")]


def contracts(folder: Target, *, json: AsJson = False) -> int:
    """Write the contracts: JSON Schema of every event, command and entity, AsyncAPI of the events."""
    from crossdock.canonical.schema import contract_files

    files = contract_files()
    try:
        for name, body in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
    except OSError as error:
        return complain(f"{folder} cannot be written: {error.strerror}; name a folder of your own")
    return print_json({"written": sorted(files)}) if json else print_text(f"{len(files)} files written to {folder}")
