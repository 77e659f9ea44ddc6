"""`check` tells everything at once: settings, partners, maps, code lists, folders, each with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.offline.check import Checked, check_project
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.cli.app import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example, to be spoilt."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def told(checked: Checked) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, problem.key) for problem in checked.problems]


def test_everything_wrong_in_every_kind_of_file_is_told_in_one_go(project: Path) -> None:
    spoil(project / "crossdock.toml", "port = 8080", 'port = "many"')
    spoil(project / "partners/nvtr.toml", 'scac = "NVTR"', 'scak = "NVTR"')
    spoil(project / "policies/release.toml", "default_warehouse", "default_warehous")
    spoil(project / "codes/nvtr/charges.csv", "LGS,LIF", "LGS")
    spoil(project / "maps/nvtr/210.toml", "[map]", "[map")
    assert told(check_project(project, {})) == [
        ("codes/nvtr/charges.csv", 5, ""),
        ("crossdock.toml", 4, "http.port"),
        ("maps/nvtr/210.toml", 4, ""),
        ("partners/nvtr.toml", 13, "settings.scak"),
        ("policies/release.toml", 1, "default_warehous"),
    ]


def test_a_mistake_in_an_overlay_has_the_line_of_its_rule(project: Path) -> None:
    spoil(project / "maps/nvtr/210.toml", '"N9[01=ZZ].02"', '{ from = "N9[01=ZZ]", as = "uppper" }')
    spots = {(problem.file, problem.line) for problem in check_project(project, {}).problems}
    assert spots == {("maps/nvtr/210.toml", 11)}


def test_what_a_partner_lays_over_a_shipped_map_is_told_at_the_partner(project: Path) -> None:
    spoil(project / "codes/nvtr/charges.csv", "LGS,LIF", "LGS,LIFTGATE")
    (problem,) = check_project(project, {}).problems
    assert (problem.file, problem.key) == ("partners/nvtr.toml", "fact.invoice.fields.charges.all[0].code")
    assert "mend maps/nvtr or codes/nvtr" in problem.detail


def test_an_overlay_on_nothing_is_told_with_what_there_is(project: Path) -> None:
    spoil(project / "maps/nvtr/210.toml", "x12/210", "x12/211")
    (problem,) = check_project(project, {}).problems
    assert (problem.file, problem.line) == ("maps/nvtr/210.toml", 2)
    assert "x12/210" in problem.detail


def test_folders_nobody_uses_are_told(project: Path) -> None:
    (project / "samples" / "nobody").mkdir()
    (problem,) = check_project(project, {}).problems
    assert (problem.file, problem.detail) == ("samples/nobody", "there is no partners/nobody.toml: add it, or rename")


def test_what_is_not_looked_after_is_a_warning_and_strictly_a_problem(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(project / "codes/nvtr/charges.csv", "# steward: transport desk\n", "")
    spoil(project / "partners/erp.toml", 'steward = "order desk"\n', "")
    spoil(project / "partners/erp.toml", 'email = "erp@example.com"\n', "")
    checked = check_project(project, {})
    assert checked.problems == ()
    assert [(one.file, one.key) for one in checked.warnings] == [
        ("codes/nvtr/charges.csv", "steward"),
        ("partners/erp.toml", "contact"),
        ("partners/erp.toml", "steward"),
    ]
    assert run(["check", str(project)]) == 0
    assert run(["check", str(project), "--strict"]) == 1
    assert "say who of yours answers for this partner" in capsys.readouterr().out


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    assert run(["check", str(tmp_path / "nowhere")]) == 1
