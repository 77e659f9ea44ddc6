"""`partners`: what each partner has, and what it lacks before it can go live."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.offline.readiness import readiness
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.cli.app import run
from crossdock.ports.readiness import MISSING, Point


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


async def missing(project: Path, partner: str) -> dict[str, Point]:
    (row,) = (one for one in await readiness(project) if one.partner == partner)
    return {point.name: point for point in row.points if point.status == MISSING}


def test_the_example_is_ready(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["partners", str(project)]) == 0
    assert "nvtr CAR over x12: ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "before", "after", "point"),
    [
        ("partners/nvtr.toml", 'documents = ["214", "210"]', 'documents = ["214", "990"]', "samples"),
        ("partners/nvtr.toml", 'Z1 = "OUT_FOR_DELIVERY"', 'Z1 = "LOADED"', "tests"),
        ("partners/nvtr.toml", "acknowledge_within_s = 14400\n", "", "acks"),
        ("partners/nvtr.toml", 'steward = "transport desk"\n', "", "steward"),
        ("partners/nvtr.toml", 'email = "edi@northvale.example"\n', "", "contact"),
        ("codes/nvtr/charges.csv", "# steward: transport desk\n", "", "codes"),
    ],
)
async def test_one_thing_that_is_missing_is_named(
    project: Path, name: str, before: str, after: str, point: str
) -> None:
    spoil(project / name, before, after)
    assert list(await missing(project, "nvtr")) == [point]
    assert await missing(project, "erp") == {}


async def test_a_system_that_takes_commands_must_be_reachable(project: Path) -> None:
    spoil(project / "partners/erp.toml", 'base_url = "http://127.0.0.1:9100"\n', "")
    spoil(project / "partners/erp.toml", '[transport]\nkind = "http"\nprivate_network = true\n', "")
    assert list(await missing(project, "erp")) == ["transport"]


async def test_a_partner_without_samples_is_not_ready(project: Path) -> None:
    for path in (project / "samples/erp").iterdir():
        path.unlink()
    spoil(project / "partners/erp.toml", 'documents = ["json"]', "documents = []")
    assert list(await missing(project, "erp")) == ["samples", "tests"]


def test_a_project_with_mistakes_is_mended_first(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(project / "partners/erp.toml", "base_url", "bas_url")
    assert run(["partners", str(project)]) == 2
    assert "partners/erp.toml:8" in capsys.readouterr().err
