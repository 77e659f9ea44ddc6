"""Bytes to the tree: decoration, several interchanges, positions, binary segments, broken totals."""

from __future__ import annotations

import pytest

from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import Reading, legible
from crossdock.formats.x12.writer import write_x12
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

GOOD = interchange([group([transaction("214", *STATUS)])])


def codes(reading: Reading) -> list[str]:
    return [fault.code for fault in reading.findings()]


def test_a_sound_file_has_no_findings_and_every_level() -> None:
    reading = read_x12(GOOD)
    assert codes(reading) == []
    (one,) = reading.interchanges
    assert (one.control, one.sender, one.receiver) == ("000000431", ("ZZ", "SENDER"), ("ZZ", "RECEIVER"))
    (only,) = one.groups
    assert (only.functional, only.control, only.version, only.announced) == ("QM", "12", "004010", 1)
    assert (only.sender, only.receiver) == ("APPSEND", "APPRECV")
    (status,) = only.sets
    assert (status.code, status.control) == ("214", "0001")
    assert status.rows[1] == ["B10", "PRO1", "SHP-1", "NVTR"]


def test_every_value_can_tell_its_place() -> None:
    status = read_x12(GOOD).interchanges[0].groups[0].sets[0]
    at = status.offset(3, 5)
    assert GOOD[at : at + 8] == b"20260602"
    assert status.where(3, 5) == f"ISA 000000431 / GS 12 / ST 0001 / segment 4 AT7-05 (byte {at})"
    segment = status.segment(3)
    assert (segment.tag, segment.index, segment.elements[0]) == ("AT7", 4, "AF")
    assert GOOD[segment.offset : segment.offset + 4] == b"AT7*"
    assert [one.tag for one in status.segments()] == ["ST", "B10", "LX", "AT7", "SE"]


@pytest.mark.parametrize("decoration", [b"\r\n", b"\n", b"\n\n  ", b"\r\n\t"])
def test_line_breaks_between_segments_are_decoration(decoration: bytes) -> None:
    body = GOOD.replace(b"~", b"~" + decoration)
    reading = read_x12(body)
    assert codes(reading) == []
    status = reading.interchanges[0].groups[0].sets[0]
    at = status.offset(1, 2)
    assert body[at : at + 5] == b"SHP-1"
    assert write_x12(reading) == body


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"   \n", b"\x00\x00"])
def test_a_mark_or_blanks_before_the_header_are_skipped(lead: bytes) -> None:
    reading = read_x12(lead + GOOD)
    assert codes(reading) == []
    assert reading.interchanges[0].offset(0) == len(lead)
    assert write_x12(reading) == lead + GOOD


@pytest.mark.parametrize("terminator", [b"\n", b"\r", b"'", b"\x1c", b"\x85", b"!"])
def test_any_byte_may_end_a_segment(terminator: bytes) -> None:
    body = GOOD.replace(b"~", terminator)
    assert codes(read_x12(body)) == []
    assert write_x12(read_x12(body)) == body


def test_a_carriage_return_terminator_drops_the_line_feed_behind_it() -> None:
    assert codes(read_x12(GOOD.replace(b"~", b"\r\n"))) == []


def test_several_interchanges_have_their_own_delimiters() -> None:
    other = GOOD.replace(b"*", b"|").replace(b"~", b"\n").replace(b"000000431", b"000000432")
    reading = read_x12(GOOD + b"\r\n" + other)
    assert [one.control for one in reading.interchanges] == ["000000431", "000000432"]
    assert [one.delimiters.element for one in reading.interchanges] == ["*", "|"]
    assert codes(reading) == []
    assert write_x12(reading) == GOOD + b"\r\n" + other


def test_a_cut_interchange_does_not_swallow_the_next() -> None:
    cut = GOOD[: GOOD.index(b"SE*")]
    reading = read_x12(cut + GOOD)
    assert [one.control for one in reading.interchanges] == ["000000431", "000000431"]
    assert codes(reading) == ["I18-023", "716-3", "718-2"]
    assert [fault.code for fault in reading.interchanges[1].faults] == []


def test_the_next_header_in_data_does_not_end_an_interchange() -> None:
    body = interchange([group([transaction("214", "B10*PRO1*SHP-1*NVTR", "K1*VISA*ISA|CARD")])])
    reading = read_x12(body)
    assert len(reading.interchanges) == 1
    assert codes(reading) == []


def test_binary_data_is_taken_by_its_length_whatever_it_holds() -> None:
    body = interchange([group([transaction("214", "EFI*05", "BIN*9*~SE*9*1~X", "K1*END")], kind="QM")])
    reading = read_x12(body)
    assert codes(reading) == []
    status = reading.interchanges[0].groups[0].sets[0]
    assert status.rows[2] == ["BIN", "9", "~SE*9*1~X"]
    assert write_x12(reading) == body


def test_a_doubled_terminator_counts_no_segment() -> None:
    body = GOOD.replace(b"LX*1~", b"LX*1~~\n~")
    assert codes(read_x12(body)) == []
    assert write_x12(read_x12(body)) == body


@pytest.mark.parametrize("body", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(body: bytes) -> None:
    (fault,) = read_x12(body).findings()
    assert fault.code == "X12-ISA"
    assert "empty" in fault.detail


def test_bare_sets_are_refused_because_nothing_names_their_delimiters() -> None:
    (fault,) = read_x12(b"\n" + transaction("214", *STATUS).encode()).findings()
    assert (fault.code, fault.offset) == ("X12-ISA", 1)
    assert "bare ST" in fault.detail


def test_text_that_belongs_to_no_interchange_is_told_with_its_place() -> None:
    reading = read_x12(b"hello\n" + GOOD + b"\nbye")
    assert [(fault.code, fault.offset) for fault in reading.faults] == [("X12-STRAY", 0), ("X12-STRAY", len(GOOD) + 7)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (interchange([group([transaction("214", *STATUS, count="9")])]), "718-4"),
        (interchange([group([transaction("214", *STATUS, count="x")])]), "718-4"),
        (interchange([group([transaction("214", *STATUS, count="1" * 5000)])]), "718-4"),
        (interchange([group([transaction("214", *STATUS, trailer="0002")])]), "718-3"),
        (interchange([group([transaction("214", *STATUS).replace("SE*5*0001~", "")])]), "718-2"),
        (interchange([group([transaction("21", *STATUS)])]), "718-6"),
        (interchange([group([transaction("214", *STATUS, control="").replace("SE*5*~", "SE*5~")])]), "718-7"),
        (interchange([group([transaction("214", *STATUS), transaction("214", *STATUS)])]), "718-23"),
        (interchange([group([transaction("214", *STATUS)], count="2")]), "716-5"),
        (interchange([group([transaction("214", *STATUS)], trailer="13")]), "716-4"),
        (interchange([group([transaction("214", *STATUS)]).replace("GE*1*12~", "")]), "716-3"),
        (interchange([group([transaction("214", *STATUS)], control="A1")]), "716-6"),
        (interchange([group([transaction("214", *STATUS)])], count="2"), "I18-021"),
        (interchange([group([transaction("214", *STATUS)])], trailer="000000432"), "I18-001"),
        (GOOD[: GOOD.index(b"IEA")], "I18-023"),
        (interchange([transaction("214", *STATUS)], count="0"), "I18-024"),
        (interchange([group(["B10*PRO1~"], count="0")]), "I18-022"),
        (interchange([group([transaction("214", *STATUS)]) + "ISX*?~"], count="1"), "I18-003"),
        (GOOD.replace(b"000000431", b"00000043X"), "I18-018"),
        (GOOD.replace(b"SENDER  ", b"        "), "I18-006"),
    ],
)
def test_each_broken_rule_has_the_code_of_its_acknowledgment(body: bytes, code: str) -> None:
    assert code in codes(read_x12(body))


def test_control_numbers_of_groups_compare_as_numbers_and_of_sets_as_text() -> None:
    body = interchange([group([transaction("214", *STATUS, trailer="1")], control="0012", trailer="12 ")])
    assert codes(read_x12(body)) == ["718-3"]


def test_an_interchange_of_acknowledgments_only_is_legal() -> None:
    body = interchange(["TA1*000000017*260602*1558*A*000~"], count="0")
    reading = read_x12(body)
    assert codes(reading) == []
    assert reading.interchanges[0].notes == [["TA1", "000000017", "260602", "1558", "A", "000"]]


def test_text_is_utf8_where_it_is_and_latin1_otherwise() -> None:
    name = "Zürich".encode()
    status = read_x12(interchange([group([transaction("214", "K1*" + name.decode("latin-1"))])])).interchanges[0]
    assert legible(status.groups[0].sets[0].rows[1][1]) == "Zürich"
    assert legible("Z\xfcrich  ") == "Zürich"


def test_two_groups_of_one_kind_under_one_number_are_told() -> None:
    one, other = group([transaction("214", *STATUS)]), group([transaction("214", *STATUS)], kind="GF")
    (reading,) = read_x12(interchange([one, other, one])).interchanges
    assert [[fault.code for fault in held.faults] for held in reading.groups] == [[], [], ["716-6"]]


def test_two_interchanges_of_one_number_in_a_file_are_told() -> None:
    body = interchange([group([transaction("214", *STATUS)])])
    first, second = read_x12(body + body).interchanges
    assert [fault.code for fault in first.faults] == []
    assert [(fault.code, fault.element) for fault in second.faults] == [("I18-025", 13)]


@pytest.mark.parametrize(
    "data", ["~SE*9*1~X", "~IEA*1*000000431~", "~\r\nISA*00*          *00*", "\r\n", "a*b>c^d~", "~BIN*99*x"]
)
@pytest.mark.parametrize("tag", ["BIN", "BDS*ASC"])
def test_binary_data_may_look_like_any_part_of_an_envelope(data: str, tag: str) -> None:
    one = interchange([group([transaction("214", "EFI*05", f"{tag}*{len(data)}*{data}", "K1*END")])])
    body = one + GOOD.replace(b"000000431", b"000000432")
    reading = read_x12(body)
    assert codes(reading) == []
    assert [held.control for held in reading.interchanges] == ["000000431", "000000432"]
    (held,) = reading.interchanges[0].groups[0].sets
    assert [row[-1] for row in held.rows[1:4]] == ["05", data, "END"]
    assert write_x12(reading) == body
    assert write_x12(read_x12(write_x12(reading))) == body


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_several_groups_and_interchanges_read_alike_with_and_without_line_ends(line_end: str) -> None:
    one = interchange(
        [group([transaction("214", *STATUS)]), group([transaction("990", "B1*NVTR*L*20260602*A")], kind="GF")]
    )
    two = one.replace(b"000000431", b"000000432")
    body = (one + two).replace(b"~", b"~" + line_end.encode())
    reading = read_x12(body)
    assert codes(reading) == []
    assert [[held.functional for held in each.groups] for each in reading.interchanges] == [["QM", "GF"]] * 2
    assert write_x12(reading) == body
