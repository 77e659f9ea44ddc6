"""The proofs page is made of the tests' markers, and every marker names a row there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from crossdock.process.policy import Timers
from crossdock.testing import proofs

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "proofs.md"


def test_the_page_is_as_the_markers_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == proofs.page(proofs.proofs(TESTS)), "run make docs"


def test_every_marker_names_a_row_of_the_specification() -> None:
    """Or a row of the mission that is not on the page (`W-06.3`), or a timer of our own."""
    known = {item.id for item in proofs.specification()} | set(Timers.__struct_fields__)
    strange = {
        id_: tests
        for id_, tests in proofs.proofs(TESTS).items()
        if id_ not in known and not re.fullmatch(r"[A-JL-WZ]-\d\d(\.\d+)?", id_)
    }
    assert not strange


def test_every_fault_found_in_a_peer_is_shown_to_be_absent() -> None:
    proved = proofs.proofs(TESTS)
    assert [proved.get(f"PF-{number:02}", []) for number in range(1, 23) if not proved.get(f"PF-{number:02}")] == []


def test_an_id_stands_once_in_the_specification() -> None:
    ids = [item.id for item in proofs.specification()]
    assert len(ids) == len(set(ids)) > 600


def test_markers_are_read_wherever_pytest_takes_them(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.slow, pytest.mark.proves('RC-01')]\n"
        "@pytest.mark.proves('BS-01')\n"
        "class TestIt:\n"
        "    @pytest.mark.proves('BS-02')\n"
        "    def test_in(self): ...\n"
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.proves('BS-03', 'BS-04'))])\n"
        "async def test_out(n): ...\n"
    )
    found = proofs.proofs(tmp_path)
    assert found == {
        "RC-01": ["test_some.py"],
        "BS-01": ["test_some.py::TestIt"],
        "BS-02": ["test_some.py::test_in"],
        "BS-03": ["test_some.py::test_out"],
        "BS-04": ["test_some.py::test_out"],
    }


def test_an_id_that_is_computed_is_refused() -> None:
    with pytest.raises(TypeError, match="written out"):
        list(proofs._ids(ast.parse("pytest.mark.proves(X)")))
