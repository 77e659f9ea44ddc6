"""Golden samples: the example passes, a change shows as a difference, `--update` takes it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.offline.samples import Expectation, samples_of
from crossdock.bootstrap.offline.scaffold import EXAMPLE, write_example
from crossdock.cli.app import run
from crossdock.kernel.errors import Rejected


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def test_the_example_is_complete_and_all_its_samples_give_what_is_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "new")
    assert run(["init", folder]) == 0
    assert run(["check", folder, "--strict"]) == 0
    assert run(["test", folder]) == 0
    assert "5 same" in capsys.readouterr().out


def test_the_expectations_of_the_example_have_facts_and_nothing_to_remark() -> None:
    expected = list(EXAMPLE.glob("samples/*/*.expected.json"))
    assert len(expected) == 4
    for path in expected:
        made = msgspec.json.decode(path.read_bytes(), type=Expectation)
        assert (len(made.facts), len(made.findings)) == (1, 0), path.name


def test_a_folder_with_something_in_it_is_never_written_to(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(project)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_change_of_meaning_is_a_difference_and_update_takes_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    partner = project / "partners" / "nvtr.toml"
    partner.write_text(partner.read_text().replace('"OUT_FOR_DELIVERY"', '"ARRIVED_DELIVERY"'))
    assert run(["test", str(project)]) == 1
    shown = capsys.readouterr().out
    assert "different nvtr/on-the-van" in shown
    assert '-        "milestone": "OUT_FOR_DELIVERY",' in shown
    assert '+        "milestone": "ARRIVED_DELIVERY",' in shown
    assert run(["test", str(project), "--update", "--partner", "nvtr"]) == 0
    assert run(["test", str(project)]) == 0


def test_a_sample_without_expectation_is_missing_until_it_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "samples/erp/status.expected.http").unlink()
    (project / "samples/nvtr/picked-up.expected.json").unlink()
    assert run(["test", str(project), "--json"]) == 1
    outcomes = msgspec.json.decode(capsys.readouterr().out)
    assert [one["sample"] for one in outcomes if one["status"] == "missing"] == ["status", "picked-up"]
    assert run(["test", str(project), "--update"]) == 0
    assert (project / "samples/erp/status.expected.http").read_text().startswith("PUT /api/v1/orders/SO-2001/status")


def test_the_moment_of_receipt_stays_what_it_was(project: Path) -> None:
    path = project / "samples/nvtr/picked-up.expected.json"
    before = msgspec.json.decode(path.read_bytes(), type=Expectation).received
    path.write_bytes(path.read_bytes().replace(b"DEPARTED_ORIGIN", b"LOADED"))
    assert run(["test", str(project), "--update"]) == 0
    assert msgspec.json.decode(path.read_bytes(), type=Expectation).received == before


def test_a_command_for_a_partner_of_files_becomes_its_document(project: Path) -> None:
    text = '{"type": "transmit_tender", "payload": {"tender_id": 7}}'
    (project / "samples/nvtr/bad.command.json").write_text(text)
    assert run(["test", str(project), "--partner", "nvtr"]) == 1


@pytest.mark.parametrize("text", ["[]", '{"type": "dance", "payload": {}}'])
def test_what_is_no_command_is_refused_with_the_reason(
    project: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "samples/erp/bad.command.json").write_text(text)
    assert run(["test", str(project), "--partner", "erp"]) == 1
    assert "refused   erp/bad" in capsys.readouterr().out


def test_two_samples_with_one_expectation_are_refused(project: Path) -> None:
    (project / "samples/nvtr/picked-up.txt").write_text("ISA")
    with pytest.raises(Rejected, match="rename one of them"):
        samples_of(project, "nvtr")
    assert run(["test", str(project)]) == 2


def test_an_unknown_partner_ends_with_two_and_those_there_are(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["test", str(project), "--partner", "nobody"]) == 2
    assert "there are: erp, nvtr" in capsys.readouterr().err
