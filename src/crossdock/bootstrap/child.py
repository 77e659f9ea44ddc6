"""A role as a child of `up`: `python -m crossdock.bootstrap.child ROLE PROJECT DATA HOST PORT`, held on a leash."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from crossdock.bootstrap.hub import PRODUCTION, Variant
from crossdock.bootstrap.options import Place, RunOptions
from crossdock.bootstrap.roles import run_role
from crossdock.bootstrap.settings import RoleName


def main(arguments: Sequence[str], variant: Variant = PRODUCTION) -> int:
    """Run the role named until the supervisor lets go."""
    role, project, data, host, port = arguments
    options = RunOptions(Place(Path(project), Path(data)), (RoleName(role),), host or None, int(port) if port else None)
    return uvloop.run(run_role(RoleName(role), options, variant, leashed=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
