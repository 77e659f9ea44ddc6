"""The typed Python client made from the API: `python -m crossdock.cli.client --write clients/python`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from crossdock.web.api.app import described
from crossdock.web.api.client.calls import client_files

PACKAGE = "crossdock_client"
WRITE_ARGUMENTS = 3
# Folders that hold nothing written by hand.
GENERATED = ("calls", "models")


def files() -> dict[str, str]:
    """Each generated file below the client's folder, and its text."""
    return {f"{PACKAGE}/{name}": text for name, text in client_files(described()).items()}


def main(arguments: list[str]) -> int:
    """Write the files below the folder given; a resource that is no more leaves no file behind."""
    if len(arguments) != WRITE_ARGUMENTS or arguments[1] != "--write":
        sys.stderr.write(f"usage: {arguments[0]} --write clients/python\n")
        return 2
    package = Path(arguments[2]) / PACKAGE
    for room in GENERATED:
        shutil.rmtree(package / room, ignore_errors=True)
    for name, text in files().items():
        path = Path(arguments[2]) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
