"""Documents that run: links lead somewhere, commands exist, the tutorial's project and order are good."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cyclopts import App

from crossdock.app.access import Scope
from crossdock.bootstrap.connectors import KINDS, MANIFESTS
from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.project import read_project
from crossdock.canonical.envelope import Envelope
from crossdock.canonical.events.order import OrderApproved
from crossdock.cli.app import build_app
from crossdock.ports.connector import IntakeContext
from tests.house.sources import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FIRST = ROOT / "docs" / "start" / "first"
AT = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"\$\([^)]*\)|\$\{?[A-Z]+\}?")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def shell_lines() -> Iterator[tuple[str, str]]:
    """Each command of each shell block, continued lines joined."""
    for page in PAGES:
        for block in FENCE.findall(page.read_text()):
            for line in block.replace("\\\n", " ").splitlines():
                yield name_of(page), line


def crossdock_calls() -> Iterator[tuple[str, list[str]]]:
    for page, line in shell_lines():
        for call in re.findall(r"(?:^|\()(?:\.venv/bin/)?crossdock ([^)]*)", line):
            yield page, shlex.split(PARAMETER.sub("x", call))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(
    ("page", "tokens"), list(crossdock_calls()), ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_every_command_line_is_one_the_program_takes(page: str, tokens: list[str]) -> None:
    app: App = build_app()
    command, bound, *_ = app.parse_args(tokens, exit_on_error=False, print_error=False)
    assert callable(command), page
    scopes = bound.arguments.get("scope", [])
    assert set(scopes) <= set(Scope)


@pytest.mark.parametrize("target", sorted({line.split()[1] for _, line in shell_lines() if line.startswith("make ")}))
def test_every_make_target_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_every_address_called_is_one_the_api_has() -> None:
    """Paths in documents are compared with the routes of the API, names in braces for variables."""
    routes = {
        re.sub(r"\{[^}]*\}", "x", path)
        for file in (ROOT / "src" / "crossdock" / "web" / "api").glob("*.py")
        for path in re.findall(r'"(/v1/[^"]*)"', file.read_text())
    }
    called = {
        re.sub(r"(partners|quarantine|deliveries|portal/orders)/[^/?\"\s]+", r"\1/x", path)
        for _, line in shell_lines()
        for path in re.findall(r"(/v1/[^\s\"'?]+)", line)
    }
    assert called
    assert called <= routes


def test_the_first_project_has_no_mistakes() -> None:
    project = read_project(FIRST, MANIFESTS, {})
    assert [config.partner.id for config in project.partners] == ["erp", "wms-north"]


def test_the_first_order_fits_the_contract() -> None:
    order = msgspec.json.decode((FIRST / "order.json").read_bytes(), type=OrderApproved)
    assert order.order_no == "SO-1001"
    assert {line.warehouse for line in order.lines} <= set(read_project(FIRST, MANIFESTS, {}).partners[1].partner.sites)


def test_the_first_answer_of_the_warehouse_can_be_read() -> None:
    project = read_project(FIRST, MANIFESTS, {})
    warehouse = project.partners[1].partner
    body = (FIRST / "945.edi").read_bytes().replace(b"@DAY@", b"20260102").replace(b"@TIME@", b"1500")
    context = IntakeContext(warehouse.id, warehouse.role, AT, warehouse.tz, warehouse.settings)
    decoded = KINDS["x12"].decoder(open_library()).decode(body, "application/edi-x12", context)
    assert decoded.findings == []
    (fact,) = (msgspec.json.decode(one.body, type=Envelope) for one in decoded.facts)
    assert (fact.type, fact.occurred.utc) == ("shipment.handed_over", AT)


def test_every_page_is_reached_from_the_readme() -> None:
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        if page.is_dir():
            todo += [path.resolve() for path in page.glob("*.md")]
        elif page.suffix == ".md":
            todo += [
                (page.parent / to).resolve()
                for to in re.findall(r"\]\(([^)#\s]+)\)", page.read_text())
                if "://" not in to
            ]
    assert [name_of(page) for page in PAGES if page not in reached] == []
