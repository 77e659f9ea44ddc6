"""What the catalogue site is given: the connectors there are, one project's partners and rules, its code lists."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from crossdock.app.catalogue.book import CodeList, Given, Proved
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.library import SHIPPED
from crossdock.bootstrap.project import Project, read_project
from crossdock.canonical.consumers import Consumer
from crossdock.mapping.codes import head_of, parse_codes

TITLE = "Crossdock"
OWNERS = SHIPPED / "catalogue.csv"


def given(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    proofs: tuple[Proved, ...] = (),
    consumers: tuple[Consumer, ...] = (),
) -> Given:
    """What stands in this project; of a folder that is no project, what every installation has.

    Raises:
        ConfigurationError: there is a project, and something is wrong with it.
        Rejected: a code list cannot be read.
    """
    project = read_project(folder, MANIFESTS, environ) if (folder / "crossdock.toml").is_file() else None
    codes = [*_shipped(), *(_own(project.folder) if project is not None else ())]
    manifests = tuple(MANIFESTS[kind] for kind in sorted(MANIFESTS))
    if project is None:
        return Given(TITLE, manifests, codes=tuple(codes), proofs=proofs, consumers=consumers)
    partners = tuple(project.directory().partners())
    claims = project.policy.authority.claims
    return Given(_title(project), manifests, partners, claims, tuple(codes), proofs, project.extensions, consumers)


def _title(project: Project) -> str:
    return f"{TITLE}: {project.policy.tenant}" if project.policy.tenant else TITLE


def _shipped() -> Iterator[CodeList]:
    """Those that come with the connectors; who owns the connector answers for its lists."""
    with OWNERS.open(encoding="utf-8", newline="") as lines:
        owners = {row["kind"]: row["owner"] for row in csv.DictReader(lines)}
    for path in sorted(SHIPPED.glob("*/codes/*.csv")):
        kind = path.parts[-3]
        yield _read(path, kind, owners.get(kind, ""))


def _own(folder: Path) -> Iterator[CodeList]:
    for path in sorted((folder / "codes").rglob("*.csv")):
        owner = path.parent.name if path.parent.name != "codes" else "every partner"
        yield _read(path, owner, "")


def _read(path: Path, owner: str, steward: str) -> CodeList:
    text = path.read_text("utf-8")
    table = parse_codes(path.stem, text)
    said = head_of(text).get("steward", steward)
    return CodeList(owner, table.name, len(table.rows), table.source, table.version, said)
