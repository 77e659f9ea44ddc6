"""`crossdock contracts`: what a partner gets is what the code decodes by."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.schema import contract_files
from crossdock.cli.app import run


def test_every_contract_is_written_below_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contracts", str(tmp_path / "new" / "folder"), "--json"]) == 0

    written = msgspec.json.decode(capsys.readouterr().out)["written"]
    assert written == sorted(contract_files())
    assert {name: (tmp_path / "new" / "folder" / name).read_bytes() for name in written} == contract_files()


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")

    assert run(["contracts", str(tmp_path / "taken")]) == 2
    assert "name a folder of your own" in capsys.readouterr().err


def test_the_catalogue_is_written_with_what_the_named_tests_prove(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('@pytest.mark.proves("FO-16")\ndef test_it() -> None: ...\n')
    place = ["--to", str(tmp_path / "site"), "--project", str(tmp_path), "--tests", str(tmp_path / "tests")]

    assert run(["catalogue", *place]) == 0

    assert "test_it.py::test_it" in (tmp_path / "site" / "coverage.html").read_text()
    assert (tmp_path / "site" / "style.css").is_file()
    assert "the edifact connector" in (tmp_path / "site" / "command-plan_shipment.html").read_text()
