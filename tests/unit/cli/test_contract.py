"""`crossdock contract move` keeps the decision beside the registry; `notes` reads both."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crossdock.canonical.lifecycle import decisions
from crossdock.canonical.registry import Life, rows_of
from crossdock.cli.app import run
from tests.house.sources import PACKAGE

DRAFT = ["--to", "draft", "--by", "ERP", "--reason", "goods move between docks", "--owner", "ERP"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Registry, decisions and board of this version, to be moved in."""
    for name in ("registry.csv", "decisions.csv", "board.csv"):
        shutil.copyfile(PACKAGE / "canonical" / "published" / name, tmp_path / name)
    return tmp_path


def test_a_move_is_kept_in_both_files(folder: Path) -> None:
    assert run(["contract", "move", "events/goods.moved", str(folder), *DRAFT]) == 0
    (row,) = [one for one in rows_of((folder / "registry.csv").read_text()) if one.contract == "events/goods.moved"]
    assert (row.state, row.owner) == (Life.DRAFT, "ERP")
    assert decisions((folder / "decisions.csv").read_text())[-1].reason == "goods move between docks"


def test_who_has_no_seat_moves_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "registry.csv").read_text()
    assert run(["contract", "move", "events/order.approved", str(folder), *DRAFT]) == 2
    assert "cannot become draft" in capsys.readouterr().err
    assert (folder / "registry.csv").read_text() == before


def test_a_folder_without_a_registry_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contract", "move", "events/goods.moved", str(tmp_path), *DRAFT]) == 2
    assert "is not the folder of published versions" in capsys.readouterr().err


def test_notes_are_of_a_version_that_was_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docks.fixed.md").write_text("A dock was open.\n")
    assert run(["contract", "notes", "--changelog", str(tmp_path), "--project", str(tmp_path)]) == 0
    assert "## Fixed\n\n- A dock was open." in capsys.readouterr().out
    assert run(["contract", "notes", "--since", "99"]) == 2
    assert "no version 99 was published" in capsys.readouterr().err
