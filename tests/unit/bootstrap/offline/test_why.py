"""`inspect --why`: every field of a fact, and every element of a document of ours, answers where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.cli.app import run
from crossdock.ports.inspecting import Because, Report

HERE = Path(__file__).parents[3] / "connectors" / "x12"
RETURN = {
    "rma_no": "RMA-1",
    "rev": 1,
    "order_no": "SO-1",
    "warehouse": "WH-NL1",
    "lines": [{"line": "10", "qty_authorised": {"value": "2", "uom": "EA"}}],
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def why(project: Path, partner: str, path: Path, capsys: pytest.CaptureFixture[str]) -> Report:
    run(["inspect", "--why", "--json", "--project", str(project), "--partner", partner, str(path)])
    return msgspec.json.decode(capsys.readouterr().out, type=Report)


def fields(report: Report) -> dict[str, Because]:
    (reasons,) = report.reasons
    return {one.field: one for one in reasons.made[0]}


def command(project: Path, partner: str, name: str, payload: object) -> Path:
    path = project / f"samples/{partner}/{name}.command.json"
    path.write_text(json.dumps({"type": name, "payload": payload}))
    return path


def test_a_fact_of_a_map_names_segment_rule_map_and_version(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = fields(why(project, "nvtr", project / "samples/nvtr/freight-invoice.edi", capsys))
    one = told["payload.invoice_no"]
    assert (one.text, one.rule, one.map, one.version) == (
        "INV-7745120",
        "fact.invoice.fields.invoice_no",
        "x12/210",
        "1",
    )
    assert one.places[0].endswith("segment 2 B3-02 (byte 173)")
    assert told["payload.ext.nvtr.terminal"].map == "nvtr/210"


def test_a_fact_of_python_answers_the_same_way(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = fields(why(project, "nvtr", project / "samples/nvtr/on-the-van.edi", capsys))["payload.milestone"]
    assert (one.text, one.raw) == ("OUT_FOR_DELIVERY", ("Z1",))
    assert (one.rule, one.map) == ("read_214", "x12/214 (Python)")
    assert "AT7-01" in one.places[0]


def test_an_element_of_ours_names_the_field_of_the_command_the_rule_and_the_version(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = command(project, "nvtr", "expect_return", RETURN)
    report = why(project, "nvtr", path, capsys)
    assert (report.format, report.status) == ("command", "ok")
    one = fields(report)["W04[0].01"]
    assert (one.text, one.places) == ("2", ("expect_return: lines.qty_authorised.value",))
    assert one.rule.startswith("document.expect_return")
    assert (one.map, one.version) == ("x12/943", "1")


def test_a_document_that_python_writes_answers_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tender = json.loads((HERE / "transmit_tender" / "canonical.json").read_bytes())["payload"]
    told = fields(why(project, "nvtr", command(project, "nvtr", "transmit_tender", tender), capsys))
    load = told["ST/B2[0].04"]
    assert (load.text, load.map) == ("LD-5501", "x12 (Python)")
    assert load.places[0].startswith("/load")
    dates = [one for one in told.values() if one.text == "20260602"]
    assert dates
    assert all("/stops/0/planned" in one.places[0] for one in dates)


def test_a_call_names_the_field_of_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = fields(why(project, "erp", project / "samples/erp/status.command.json", capsys))
    assert told["$.status"].places[0].startswith("/control_state")
    assert told["call"].places[0].startswith("/order_no")


def test_a_command_that_cannot_be_said_tells_why(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = why(project, "nvtr", command(project, "nvtr", "expect_return", {"rma_no": "R"}), capsys)
    assert report.status == "refused"
    assert "`rev`" in report.findings[0].text


def test_people_read_it_line_by_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = project / "samples/nvtr/freight-invoice.edi"
    assert run(["inspect", "--why", "--project", str(project), "--partner", "nvtr", str(sample)]) == 0
    out = capsys.readouterr().out
    assert "payload.type = 'invoice'\n        always; fact.invoice.fields.type, x12/210 1" in out
    assert "nothing reads" in out
