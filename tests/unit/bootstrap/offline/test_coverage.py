"""`coverage`: every segment answers what it fed, every rule whether a sample uses it (peers.md idea 3.5)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.offline.coverage import Coverage, coverage
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.cli.app import run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def invoice(project: Path) -> Coverage:
    (row,) = (one for one in coverage(project, "nvtr") if one.document == "210")
    return row


def test_segments_and_fields_no_rule_looks_at_are_told_with_their_place(project: Path) -> None:
    row = invoice(project)
    assert (row.map, row.samples, row.untouched) == ("x12/210", 1, ("LX", "L5", "L0", "L3"))
    terms = next(one for one in row.unread if one.path == "B3.04")
    assert (terms.count, terms.text) == (1, "PP")
    assert "segment 2 B3-04" in terms.position
    assert next(one.count for one in row.unread if one.path == "L1.01") == 2


def test_what_an_overlay_reads_is_read(project: Path) -> None:
    assert not any(one.path.startswith("N9.") for one in invoice(project).unread)
    (project / "maps/nvtr/210.toml").unlink()
    assert "N9.01" not in invoice(project).untouched


def test_rules_no_sample_uses_are_told_until_one_does(project: Path) -> None:
    purchase = "fact.invoice.refs[9].id"
    assert purchase in invoice(project).unused_rules
    assert "fact.invoice.fields.ext.nvtr.terminal" not in invoice(project).unused_rules
    sample = project / "samples/nvtr/freight-invoice.edi"
    sample.write_text(sample.read_text().replace("LX*1~", "N9*PO*HP-1~\nLX*1~").replace("SE*12", "SE*13"))
    assert purchase not in invoice(project).unused_rules


def test_a_document_read_by_python_tells_as_much_as_one_with_a_map(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = (one for one in coverage(project, "nvtr") if one.document == "214")
    assert (row.map, row.samples, row.unused_rules) == ("x12/214 (Python)", 2, ())
    assert row.untouched == ("LX",)
    assert not any(one.path.startswith("AT7.") for one in row.unread)
    assert run(["coverage", str(project)]) == 0
    assert "read by x12/214 (Python)" in capsys.readouterr().out


def test_json_that_python_of_a_connector_reads_is_asked_too(project: Path) -> None:
    (row,) = coverage(project, "erp")
    assert (row.map, row.samples) == ("erp_json (Python)", 1)
    assert [one.path for one in row.unread] == ["$.client"]


def test_a_document_nothing_reads_is_counted_and_has_no_map(project: Path) -> None:
    sample = project / "samples/nvtr/on-the-van.edi"
    sample.write_bytes(sample.read_bytes().replace(b"ST*214", b"ST*315").replace(b"GS*QM", b"GS*QO"))
    rows = {one.document: one for one in coverage(project, "nvtr")}
    assert (rows["315"].map, rows["315"].samples, rows["214"].samples) == ("", 1, 1)


def test_programs_get_the_same_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["coverage", str(project), "--partner", "nvtr", "--json"]) == 0
    rows = msgspec.json.decode(capsys.readouterr().out, type=list[Coverage])
    assert rows == coverage(project, "nvtr")
