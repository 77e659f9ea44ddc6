"""Options that several commands share, declared once, so that they are called and explained the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from crossdock.bootstrap.options import Place

Project = Annotated[
    Path, Parameter(name="--project", help="Folder of the integration project (crossdock.toml, partners, policies).")
]
Data = Annotated[
    Path | None, Parameter(name="--data", help="Directory of the embedded engines, instead of the project's own.")
]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document instead of text.")]
JsonFile = Annotated[Path | None, Parameter(name="--json", help="Write the result to this file as JSON.")]

HERE = Path()


def place(project: Path, data: Path | None) -> Place:
    """Where a command works."""
    return Place(project=project.absolute(), data=data.absolute() if data else None)
