"""Contracts as code: what is registered, whether every promise is kept, and publishing a new version of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from crossdock.canonical.registry import Life
from crossdock.cli.options import HERE, AsJson, Project
from crossdock.cli.shown import complain, print_json, print_text

contract = App(name="contract", help="The registry of contracts: list them, check what was promised, publish anew.")

REGISTRY = "registry.csv"
Name = Annotated[str, Parameter(help="The contract: events/<type> or commands/<type>.")]
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


@contract.command(name="move")
def move_contract(  # noqa: PLR0913  (each is an option of the command)
    name: Name,
    folder: Folder,
    /,
    *,
    to: Life,
    by: Annotated[str, Parameter(name="--by", help="Who decides: a name on the board.")],
    reason: Annotated[str, Parameter(name="--reason", help="Why; kept with the decision.")],
    version: Annotated[int, Parameter(name="--version", help="Which version of the contract.")] = 1,
    owner: Annotated[str, Parameter(name="--owner", help="Who answers for a new contract.")] = "",
    ends: Annotated[datetime | None, Parameter(name="--ends", help="When a deprecated one is retired.")] = None,
    instead: Annotated[str, Parameter(name="--instead", help="What takes its place.")] = "",
    json: AsJson = False,
) -> int:
    """Move a contract along its life: draft, approved, active, deprecated, retired; kept with who decided it and why.

    A member with an owner's seat proposes, another of the council approves, release activates and retires.
    """
    from crossdock.canonical.lifecycle import (
        BOARD,
        DECISIONS,
        Wish,
        board,
        decide,
        decisions,
        decisions_text,
        rows_text,
    )
    from crossdock.canonical.registry import rows_of

    try:
        texts = {file: (folder / file).read_text("utf-8") for file in (REGISTRY, DECISIONS, BOARD)}
    except OSError as error:
        return complain(f"{folder} is not the folder of published versions: {error.strerror} {error.filename}")
    rows, made = rows_of(texts[REGISTRY]), decisions(texts[DECISIONS])
    today = datetime.now(UTC).date()
    wish = Wish(name, version, to, by, reason, today, owner, ends.date() if ends else None, instead)
    row, decision = decide(wish, rows, made, board(texts[BOARD]))
    here = {(one.contract, one.version): one for one in rows} | {(row.contract, row.version): row}
    # The decision first: a registry that moved without one is told by the check, a decision nobody followed as well.
    (folder / DECISIONS).write_text(decisions_text((*made, decision)))
    (folder / REGISTRY).write_text(rows_text(here.values()))
    return print_json(decision) if json else print_text(f"{name} version {version} is {to}")


@contract.command(name="notes")
def contract_notes(
    *,
    since: Annotated[int, Parameter(name="--since", help="A published version; the last one unless given.")] = 0,
    changelog: Annotated[
        Path | None, Parameter(name="--changelog", help="A folder of change fragments to tell with them.")
    ] = None,
    project: Project = HERE,
    json: AsJson = False,
) -> int:
    """Write release notes: what changed in contracts since a published version, who reads it, what was decided."""
    from crossdock.app.notes import as_text, notes
    from crossdock.bootstrap.consumers import consumers_of
    from crossdock.canonical.lifecycle import decisions
    from crossdock.canonical.registry import contracts, published
    from crossdock.canonical.shapes import shape

    versions = {one.number: one for one in published()}
    then = versions.get(since or max(versions))
    if then is None:
        return complain(f"no version {since} was published; there are {', '.join(map(str, versions))}")
    told = _fragments(changelog) if changelog is not None else {}
    consumers = consumers_of(project.absolute())
    found = notes(then, shape(), contracts(), decisions(), consumers=consumers, fragments=told)
    return print_json(found) if json else print_text(as_text(found).rstrip())


def _fragments(folder: Path) -> dict[str, tuple[str, ...]]:
    """What each fragment says, by kind: `<slug>.<kind>.md`."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.*.md")):
        kind = path.name.split(".")[-2]
        found[kind] = (*found.get(kind, ()), " ".join(path.read_text("utf-8").split()))
    return found


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
