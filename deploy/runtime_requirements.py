"""What of requirements.lock runs the hub, hashes included: `runtime_requirements.py [NAME ...] > runtime.lock`.

The lock also pins what development needs. What the project depends on, and whatever that depends on, is told by its
`# via` lines. NAMEs are kept too (what builds the wheel).
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
PROJECT = "crossdock"


def blocks(lock: str) -> dict[str, str]:
    """Each pinned package by its name, with its lines."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lock.splitlines(keepends=True):
        match = NAME.match(line)
        if match is not None:
            name = match[0].lower()
        if name:
            found.setdefault(name, []).append(line)
    return {name: "".join(lines) for name, lines in found.items()}


def wanted_by(block: str) -> set[str]:
    """Who asked for a package, by its `# via` lines."""
    told = block.partition("# via")[2]
    return {word.lower() for line in told.splitlines() if (word := line.strip("# \n").partition(" ")[0])}


def kept(pinned: Mapping[str, str], roots: Iterable[str]) -> list[str]:
    """The blocks of the roots and of all they need, in the order of the lock."""
    names = {re.sub(r"[-_.]+", "-", root).lower() for root in roots}
    while more := {name for name, block in pinned.items() if name not in names and names & wanted_by(block)}:
        names |= more
    missing = names - pinned.keys()
    if missing:
        raise SystemExit(f"requirements.lock pins no {', '.join(sorted(missing))}: make lock")
    return [block for name, block in pinned.items() if name in names]


def roots() -> list[str]:
    """What the project itself depends on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [match[0] for line in project["dependencies"] if (match := NAME.match(line)) is not None]


if __name__ == "__main__":
    lock = (ROOT / "requirements.lock").read_text()
    sys.stdout.write("".join(kept(blocks(lock), [*roots(), *sys.argv[1:]])))
