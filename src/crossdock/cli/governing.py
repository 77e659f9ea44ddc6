"""Contracts as code: what is registered, whether every promise is kept, and publishing a new version of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from crossdock.cli.options import HERE, AsJson, Project
from crossdock.cli.shown import complain, print_json, print_text

contract = App(name="contract", help="The registry of contracts: list them, check what was promised, publish anew.")

Part = Annotated[str, Parameter(name="--name", help="Only contracts whose name has this in it.")]
Folder = Annotated[Path, Parameter(help="Where the published versions are kept: src/crossdock/canonical/published.")]


@contract.command(name="list")
def list_contracts(*, name: Part = "", json: AsJson = False) -> int:
    """List every contract with its version, its state and who answers for it."""
    from crossdock.canonical.registry import contracts

    rows = [row for row in contracts() if name in row.contract]
    if json:
        return print_json(rows)
    lines = [f"{row.contract:<44} v{row.version}  {row.state:<11} {row.owner:<14} {row.approved_by}" for row in rows]
    return print_text("\n".join(lines) or "no such contract")


@contract.command(name="check")
def check_contracts(*, project: Project = HERE, json: AsJson = False) -> int:
    """Compare this version with every published one, and with what consumers rely on.

    Consumers are our connectors, the project's partners, and whoever states in contracts/expects what it reads. Exit 1:
    a promise or a consumer is broken, or the registry is wrong.
    """
    from datetime import UTC, datetime

    from crossdock.app.governance import verdict
    from crossdock.bootstrap.consumers import consumers_of

    found = verdict(datetime.now(UTC).date(), consumers_of(project.absolute()))
    if json:
        print_json(found)
        return 0 if found.is_kept else 1
    for number, wrong in found.broken.items():
        for one in wrong:
            hit = found.hit(one)
            read_by = f"; read by {', '.join(hit)}" if hit else "; read by nobody known"
            print_text(f"breaks version {number}: {one.where}: {one.detail} ({len(one.contracts)} contracts{read_by})")
    for unmet in found.unmet:
        print_text(f"breaks {unmet.consumer}: {unmet.detail}")
    for mistake in found.mistakes:
        print_text(mistake)
    print_text(f"{len(found.since)} compatible changes since the last published version")
    return 0 if found.is_kept else 1


@contract.command(name="publish")
def publish_contracts(folder: Folder, /, *, json: AsJson = False) -> int:
    """Write the contracts as they are now as the next published version; what was published is never changed."""
    from crossdock.canonical.registry import broken, published
    from crossdock.canonical.shapes import shape, write

    if broken():
        return complain("this version breaks what was published: see crossdock contract check")
    number = len(published()) + 1
    path = folder / f"{number}.tsv"
    if not folder.is_dir() or path.exists():
        return complain(f"{path} cannot be written: name the folder of published versions")
    path.write_text(write(shape()))
    return print_json({"published": number}) if json else print_text(f"published as version {number}: {path}")
