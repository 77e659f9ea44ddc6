"""`inspect`: what a file is, whether it is valid, what we would make of it, what we would answer."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.offline.inspect import (
    Wanted,
    files_below,
    inspect_bytes,
    inspect_file,
    inspected,
    project_around,
)
from crossdock.bootstrap.offline.scaffold import EXAMPLE, write_example
from crossdock.bootstrap.options import InspectOptions
from crossdock.canonical.envelope import Envelope
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.mediation.library import Library, MapBook
from crossdock.ports.inspecting import CRASH, OK, REFUSED, Report
from tests.unit.formats.kit import SAMPLES, needs_samples

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)

ISA = "ISA*00*          *00*          *ZZ*NVTR           *ZZ*CROSSDOCK      *260610*1130*U*00401*000000071*0*P*>~"
STATUS = (
    "ST*214*{no}~B10*7745120*SHP-88001*NVTR~L11*SO-100234*OQ~"
    "LX*1~AT7*{code}*NS***20260610*1042*ET~MS1*Ghent*NY*US~SE*7*{no}~"
)


def carrier_file(*codes: str) -> bytes:
    """Statuses of a carrier, a set each."""
    sets = "".join(STATUS.format(no=f"{number:04d}", code=code) for number, code in enumerate(codes, start=1))
    return f"{ISA}GS*QM*NVTR*CROSSDOCK*20260610*1130*71*X*004010~{sets}GE*{len(codes)}*71~IEA*1*000000071~".encode()


@pytest.fixture(scope="module")
def library() -> Library:
    """What we ship."""
    return open_library()


def look(
    body: bytes, library: Library, *, facts: bool = False, roundtrip: bool = False, acknowledge: bool = False
) -> Report:
    wanted = Wanted(NOW, facts=facts, roundtrip=roundtrip, acknowledge=acknowledge)
    return inspect_bytes("a.edi", body, library, wanted)


def test_it_says_what_a_file_is_and_who_reads_it_without_being_told(library: Library) -> None:
    report = look(carrier_file("X6"), library, facts=True, roundtrip=True)
    assert (report.format, report.status, report.roundtrip) == ("x12", OK, True)
    (document,) = report.documents
    assert (document.type, document.version, document.facts, document.connector) == ("214", "004010", 1, "x12")
    (body,) = document.envelopes
    assert msgspec.json.decode(body, type=Envelope).type == "tracking.milestone"


def test_a_bad_document_costs_only_itself_and_its_finding_stands_with_it(library: Library) -> None:
    report = look(carrier_file("X6", "ZZ9", "D1"), library)
    assert report.status == OK
    assert [document.facts for document in report.documents] == [1, 0, 1]
    good, bad, other = report.documents
    assert good.findings == other.findings == ()
    assert any("ST 0002 / segment 5 AT7-01" in finding.position for finding in bad.findings)


def test_what_is_wrong_with_an_envelope_is_told_at_each_document_it_refuses(library: Library) -> None:
    report = look(carrier_file("X6").replace(b"IEA*1*000000071", b"IEA*1*000000072"), library)
    assert report.status == REFUSED
    (document,) = report.documents
    assert [finding.code for finding in document.findings] == ["X12-I18-001"]


def test_it_answers_as_the_hub_would(library: Library) -> None:
    report = look(carrier_file("X6"), library, acknowledge=True)
    (answer,) = report.acknowledgments
    assert "AK1*QM*71~AK2*214*0001~AK5*A~AK9*A*1*1*1~" in answer


def test_what_nobody_reads_says_so_at_its_place_and_who_was_asked(library: Library) -> None:
    report = look(b'{"weather": "fine"}', library)
    assert (report.format, report.status) == ("json", REFUSED)
    (finding,) = report.documents[0].findings
    assert (finding.code, finding.position) == ("INT-02", "byte 0")
    assert "carrier_json" in finding.text


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "FORMAT-UNKNOWN"), (b"\x00\x01\x02" * 40, "FORMAT-UNKNOWN"), (b"ST*214*0001~", "X12-ISA")],
)
def test_a_file_without_a_document_still_has_an_exact_finding(library: Library, body: bytes, code: str) -> None:
    report = look(body, library, roundtrip=True)
    assert (report.status, report.roundtrip) == (REFUSED, None)
    (document,) = report.documents
    assert (document.type, [finding.code for finding in document.findings]) == ("", [code])


def test_a_guess_about_a_table_is_told_as_one(library: Library) -> None:
    report = look(b"a;b\r\n1;2\r\n3;4\r\n", library, roundtrip=True)
    assert (report.format, report.roundtrip) == ("csv", True)
    assert report.documents[0].findings[0].code == "FORMAT-GUESSED"


class Broken(Library):
    """A library with a bug in it."""

    def book(self, connector: str, partner: str = "") -> MapBook:
        raise ZeroDivisionError(f"{connector} {partner}".strip())


def test_a_bug_of_ours_is_a_crash_of_one_file_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_bytes(carrier_file("X6"))
    report = inspect_file(tmp_path / "a.edi", Broken({}), Wanted(NOW))
    assert (report.status, report.error.partition(":")[0]) == (CRASH, "ZeroDivisionError")


def test_what_has_no_end_is_not_read(tmp_path: Path, library: Library) -> None:
    os.mkfifo(tmp_path / "pipe")
    report = inspect_file(tmp_path / "pipe", library, Wanted(NOW))
    assert (report.status, report.findings[0].code) == (REFUSED, "FILE")


def test_folders_are_walked_in_order_and_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b.edi", "a/c.edi", ".hidden", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert [path.relative_to(tmp_path).as_posix() for path in files_below([tmp_path])] == ["b.edi", "a/c.edi"]


def test_what_is_kept_beside_samples_was_sent_by_nobody(tmp_path: Path) -> None:
    kept = ("a.expected.json", "status.command.json", "status.expected.http")
    sent = ("a.edi", "alone.expected.json", "other.command.json")
    for name in (*kept, *sent):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in files_below([tmp_path])] == sorted(sent)
    assert list(files_below([tmp_path / kept[0]])) == [tmp_path / kept[0]]


def test_a_sample_of_the_project_is_read_as_its_partner_sends_it(tmp_path: Path) -> None:
    """Its own codes mean nothing by what we ship, and what they mean in the project."""
    write_example(tmp_path / "project")
    samples = tmp_path / "project" / "samples"
    sample = samples / "nvtr" / "on-the-van.edi"
    (shipped,) = inspected(InspectOptions((sample,)))
    assert shipped.status == REFUSED
    every = list(inspected(InspectOptions((samples,), project=tmp_path / "project")))
    assert {report.status for report in every} == {OK}
    assert not [report.file for report in every if any(document.findings for document in report.documents)]
    assert {project_around(one) for one in (samples, samples / "nvtr", sample)} == {tmp_path / "project"}
    assert project_around(tmp_path / "project" / "partners") is None


def test_a_path_that_is_not_there_and_an_unknown_connector_are_told(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="is not there"):
        list(inspected(InspectOptions((tmp_path / "none",))))
    (tmp_path / "a.edi").write_bytes(b"ISA")
    with pytest.raises(Rejected, match="no connector smoke"):
        list(inspected(InspectOptions((tmp_path,), connector="smoke")))


@needs_samples
def test_no_sample_crashes_each_refusal_is_exact_and_what_is_read_is_written_byte_for_byte() -> None:
    """Issue 3: every file is inspected; 100 % parse or exact finding, 100 % round trip of what parses."""
    reports = list(inspected(InspectOptions((SAMPLES,), roundtrip=True, acknowledge=True, facts=True)))
    assert len(reports) > 600
    assert [report.file for report in reports if report.status == CRASH] == []
    assert [report.file for report in reports if report.roundtrip is False] == []
    told = [finding for report in reports for document in report.documents for finding in document.findings]
    assert [finding for finding in told if not (finding.code and finding.position and finding.text)] == []
    silent = [r.file for r in reports if r.status == REFUSED and not any(d.findings for d in r.documents)]
    assert silent == []


ORDER = (
    "ST*850*0001~BEG*00*SA*PO-55120**20260601~N1*BY*Harrow and Pike*92*C-7781~N1*ST*Harrow and Pike*92*LON~"
    "N3*1 Wharf Road~N4*London**N17GR*GB~DTM*002*20260610~PO1*1*40*EA*12.5**VN*IT-501~CTT*1~SE*10*0001~"
)


def test_what_partners_agree_once_is_assumed_without_a_partner_and_said_so(library: Library) -> None:
    body = f"{ISA}GS*PO*NVTR*CROSSDOCK*20260610*1130*71*X*004010~{ORDER}GE*1*71~IEA*1*000000071~".encode()
    report = look(body, library, facts=True)
    (document,) = report.documents
    assert (report.status, document.facts) == (OK, 1)
    (assumed,) = (one for one in document.findings if one.code == "ASSUMED")
    assert "currency XXX" in assumed.text
    assert b'"currency":"XXX"' in bytes(document.envelopes[0])


def test_nothing_is_assumed_where_the_document_says_it_all(library: Library) -> None:
    assert all(one.code != "ASSUMED" for one in look(carrier_file("X6"), library).documents[0].findings)


def test_of_a_document_nothing_comes_of_what_it_lacks_itself_is_told(library: Library) -> None:
    order = ORDER.replace("DTM*002*20260610~", "").replace("SE*10", "SE*9")
    body = f"{ISA}GS*PO*NVTR*CROSSDOCK*20260610*1130*71*X*004010~{order}GE*1*71~IEA*1*000000071~".encode()
    (document,) = look(body, library).documents
    told = [one.text for one in document.findings if one.severity == "error"]
    assert len(told) == 1
    assert told[0].startswith("requested is not there")


def test_a_message_nobody_can_use_is_of_the_one_that_knew_all_but_a_part_of_it(library: Library) -> None:
    order = (EXAMPLE / "samples" / "erp" / "order.json").read_bytes()
    (document,) = look(order.replace(b'"quantity": "40"', b'"quantity": true'), library).documents
    (finding,) = document.findings
    assert (finding.code, finding.position) == ("INT-02", "$.data.order.items[0].quantity")


def test_a_document_no_map_reads_is_told_without_a_role_nobody_named(library: Library) -> None:
    (document,) = look(carrier_file("X6").replace(b"ST*214", b"ST*322"), library).documents
    (told,) = (one.text for one in document.findings if one.severity == "error")
    assert told.startswith("no shipped map reads 322")
