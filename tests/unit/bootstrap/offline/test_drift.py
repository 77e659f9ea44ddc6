"""`drift`: documents, segments, fields and codes never seen from this partner before."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crossdock.bootstrap.offline.drift import Drift, drift
from crossdock.bootstrap.offline.scaffold import write_example
from crossdock.bootstrap.offline.traits import traits
from crossdock.bootstrap.options import DriftOptions, Place
from crossdock.cli.app import run
from crossdock.kernel.errors import Permanent
from crossdock.mediation.opening import open_message


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example."""
    write_example(tmp_path / "project")
    return tmp_path / "project"


def compare(project: Path, body: str, *baseline: Path) -> Drift:
    new = project / "new.edi"
    new.write_text(body)
    return asyncio.run(drift(DriftOptions(Place(project), "nvtr", (new,), baseline)))


def status(project: Path, *changes: tuple[str, str]) -> str:
    text = (project / "samples/nvtr/picked-up.edi").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def told(found: Drift) -> list[tuple[str, str, str]]:
    return [(one.kind, one.path or one.document, one.value) for one in found.novelties]


def test_what_came_before_is_nothing_new(project: Path) -> None:
    found = compare(project, status(project, ("0958", "1130"), ("Ghent", "Utica"), ("SHP-88001", "SHP-88002")))
    assert (found.before, found.now, found.novelties) == (3, 1, ())


def test_a_new_code_is_told_with_its_place(project: Path) -> None:
    (one,) = compare(project, status(project, ("AT7*AF", "AT7*X3"))).novelties
    assert (one.kind, one.path, one.value, one.count) == ("code", "AT7.01", "X3", 1)
    assert "segment 5 AT7-01" in one.position


def test_of_something_new_its_parts_are_not_told_one_by_one(project: Path) -> None:
    found = compare(project, status(project, ("LX*1~", "N1*CN*Harrow & Pike*93*LON~\nLX*1~")))
    assert told(found) == [("segment", "N1", "")]
    found = compare(project, status(project, ("L11*SO-2001*OQ~", "L11*SO-2001*OQ*urgent~")))
    assert told(found) == [("field", "L11.03", "")]
    found = compare(project, status(project, ("ST*214", "ST*990")))
    assert told(found) == [("document", "990", "")]


def test_a_document_that_was_announced_is_not_new(project: Path) -> None:
    partner = project / "partners/nvtr.toml"
    partner.write_text(partner.read_text().replace('["214", "210"]', '["214", "210", "990"]'))
    found = compare(project, status(project, ("ST*214", "ST*990")))
    assert {one.kind for one in found.novelties} == {"segment"}


def test_what_else_was_sent_before_counts(project: Path) -> None:
    older = project / "older.edi"
    older.write_text(status(project, ("AT7*AF", "AT7*X3")))
    assert compare(project, status(project, ("AT7*AF", "AT7*X3")), older).novelties == ()


def test_what_cannot_be_read_is_told(project: Path) -> None:
    (one,) = compare(project, "").novelties
    assert (one.kind, one.value) == ("unreadable", "it is empty")


def test_without_anything_before_there_is_nothing_to_compare_with(project: Path) -> None:
    for path in (project / "samples/nvtr").iterdir():
        path.unlink()
    with pytest.raises(Permanent, match="has no samples"):
        compare(project, "ISA")


def test_the_answer_is_no_while_something_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = project / "new.edi"
    new.write_text(status(project, ("AT7*AF", "AT7*X3")))
    line = ["drift", str(new), "--partner", "nvtr", "--project", str(project)]
    assert run(line) == 1
    assert "new code" in capsys.readouterr().out
    assert run([*line, "--baseline", str(new)]) == 0


def test_codes_of_edifact_are_known_by_its_tables_and_of_others_by_name() -> None:
    message = b"UNB+UNOA:1+A+B+260601:1200+1'UNH+1+IFTSTA:D:96A:UN'BGM+77+99+9'STS+1+21'UNT+4+1'UNZ+1+1'"
    (piece,) = open_message(message).pieces
    assert {(one.path, one.code) for one in traits(piece.document) if one.code} >= {("BGM.01", "77")}
    (piece,) = open_message(b'{"status": "in_transit", "city": "Ghent", "note": "left at door"}').pieces
    assert [(one.field, one.code) for one in traits(piece.document)] == [
        ("status", "in_transit"), ("city", ""), ("note", ""),
    ]  # fmt: skip
