"""Environments of the peers under build/peers: made once, made anew when what they hold changes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.peers.machine import ROOT, Unavailable, run
from benchmarks.peers.peer import BUILD

INSTALL_S = 1800.0
REQUIREMENTS = Path(__file__).parent / "requirements"
Command = Sequence[object]


def once(folder: Path, wanted: str, commands: Sequence[Command], env: Mapping[str, str] | None = None) -> None:
    """Run `commands` in `folder`, made anew, unless its stamp says that `wanted` is there.

    Raises:
        Unavailable: one of them failed.
    """
    stamp = folder / ".crossdock-peers"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sys.stdout.write(f"installing {folder.name} into {folder.relative_to(ROOT)}\n")
    sys.stdout.flush()
    for command in commands:
        run(command, timeout_s=INSTALL_S, cwd=folder, env=env)
    stamp.write_text(wanted)


def python_environment(name: str) -> Path:
    """A virtual environment with requirements/NAME.txt; its folder of programs."""
    listed = REQUIREMENTS / f"{name}.txt"
    folder = BUILD / f"{name}-venv"
    make = [sys.executable, "-m", "venv", folder]
    fill = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", listed]
    once(folder, listed.read_text(), [make, fill])
    return folder / "bin"


def node_packages(name: str, packages: Sequence[str], manifest: str = "{}") -> Path:
    """npm packages, their install scripts not run; the folder node_modules."""
    folder = BUILD / name
    write = [
        sys.executable,
        "-c",
        "import pathlib, sys; pathlib.Path('package.json').write_text(sys.argv[1])",
        manifest,
    ]
    fill = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", *packages]
    once(folder, f"{packages} {manifest}", [write, fill])
    return folder / "node_modules"


def pinned(name: str, package: str) -> str:
    """The version of one package in requirements/NAME.txt."""
    for line in (REQUIREMENTS / f"{name}.txt").read_text().splitlines():
        if line.startswith(f"{package}=="):
            return line.partition("==")[2]
    raise Unavailable(f"requirements/{name}.txt", f"{package} is not pinned in it")


def debian_packages(name: str, packages: Sequence[str]) -> Path:
    """Debian packages unpacked into a folder, not installed; that folder."""
    folder = BUILD / name
    unpack = ["sh", "-c", 'for package in ./*.deb; do dpkg -x "$package" root || exit 1; done']
    once(folder, " ".join(packages), [["apt-get", "download", "-q", *packages], unpack])
    return folder / "root"


def go_programs(name: str, version: str, programs: Mapping[str, str]) -> Path:
    """Programs of Go modules, by package path, built with the Go of this machine; their folder."""
    folder = BUILD / name
    get = ["go", "get", *(f"{package}@{version}" for package in programs.values())]
    builds = [["go", "build", "-o", program, package] for program, package in programs.items()]
    once(folder, f"{version} {dict(programs)}", [["go", "mod", "init", "peers"], get, *builds])
    return folder
