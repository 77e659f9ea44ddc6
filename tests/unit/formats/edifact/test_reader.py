"""Interchanges, groups and messages with their places; every broken rule of the envelope as a fault of 0085."""

from __future__ import annotations

import pytest

from crossdock.formats.edifact.marks import COMPONENT, REPETITION, Spot, value
from crossdock.formats.edifact.reader import INTERCHANGES_MAX, read_edifact
from crossdock.formats.edifact.writer import write_edifact
from tests.unit.formats.edifact.documents import STATUS, codes, first, group, interchange, message, only

GOOD = message("IFTSTA", *STATUS)


def test_a_sound_interchange_has_no_faults_and_tells_its_envelope() -> None:
    one = only(interchange([GOOD, message("IFTSTA", *STATUS, control="2")], ack="1"))
    assert one.faults == []
    assert (one.level, one.syntax, one.control, one.wants_answer, one.is_test) == ("UNOC", 3, "431", True, False)
    assert (one.sender, one.receiver) == (("SENDER", "14"), ("RECEIVER", "14"))
    assert [(each.kind, each.version, each.control) for each in one.messages] == [
        ("IFTSTA", "D:96A:UN", "1"),
        ("IFTSTA", "D:96A:UN", "2"),
    ]
    assert one.messages[0].rows[2] == ["DTM", f"137{COMPONENT}202606021558{COMPONENT}203"]


def test_groups_hold_their_messages() -> None:
    one = only(interchange([group([GOOD]), group([message("IFTSTA", *STATUS, control="2")], control="13")]))
    assert [(each.control, len(each.messages), each.faults) for each in one.groups] == [("12", 1, []), ("13", 1, [])]
    assert one.messages[1].path == "UNB 431 / UNG 13 / UNH 2"
    assert codes(interchange([group([GOOD])])) == []


@pytest.mark.parametrize("line", ["", "\n", "\r\n", "  \t\n"])
def test_line_ends_between_segments_are_decoration(line: str) -> None:
    body = interchange([GOOD]).replace(b"'", b"'" + line.encode())
    assert codes(body) == []
    assert first(body).rows == first(interchange([GOOD])).rows
    assert write_edifact(read_edifact(body)) == body


@pytest.mark.parametrize(
    ("una", "translation"),
    [
        ("UNA:+,? '", {}),
        ("UNA:+.?*'", {}),
        ("UNA|^.! ~", {":": "|", "+": "^", "?": "!", "'": "~"}),
        ("UNA:+.? \n", {"'": "\n"}),
        ("UNA*@.? #", {":": "*", "+": "@", "'": "#"}),
        ("UNA\x1f\x1d.  \x1c", {":": "\x1f", "+": "\x1d", "'": "\x1c"}),
        ("UNA+:.? '", {"+": ":", ":": "+"}),
        ("UNA\x1e\x1f.? '", {":": "\x1e", "+": "\x1f"}),
    ],
)
def test_service_characters_come_from_una(una: str, translation: dict[str, str]) -> None:
    text = interchange([GOOD]).decode().translate({ord(sign): new for sign, new in translation.items()})
    body = (una + text).encode()
    assert codes(body) == []
    assert first(body).rows == first(interchange([GOOD])).rows
    assert only(body).advice == una


def test_level_b_separates_by_control_characters_without_una() -> None:
    text = interchange([GOOD], level="UNOB:1").decode().translate({39: "\x1c", 43: "\x1d", 58: "\x1f"})
    assert codes(text.encode()) == []


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_lines_end_segments_where_nothing_else_does(line: str) -> None:
    body = interchange([GOOD]).replace(b"'", line.encode())
    assert codes(body) == ["?UCI-22"]
    assert first(body).rows == first(interchange([GOOD])).rows
    assert write_edifact(read_edifact(body)) == body


@pytest.mark.parametrize(
    ("una", "expected"),
    [
        ("UNA:+.?'", ["?UCI-22"]),
        ("UNA:+.? ", ["?UCI-22"]),
        ("UNA:+.? '\r\n", []),
        ("UNA::.? '", ["EDI-UNA"]),
        ("UNA:|.? '", ["EDI-UNA"]),
        ("UNA: .? '", ["EDI-UNA"]),
        ("UNA:+", ["EDI-UNA"]),
        ("UNAABCDEF", ["EDI-STRAY", "EDI-UNB", "UCI-33"]),
    ],
)
def test_a_una_that_is_off_is_repaired_or_refused(una: str, expected: list[str]) -> None:
    body = una.encode() + interchange([GOOD])
    assert codes(body) == expected
    assert write_edifact(read_edifact(body)) == body


def test_the_release_character_makes_the_next_one_data() -> None:
    row = first(interchange([message("IFTSTA", "FTX+AAI+++A?+B?:C?'D??+?E:??:x")])).rows[1]
    assert row == ["FTX", "AAI", "", "", "A+B:C'D?", f"E{COMPONENT}?{COMPONENT}x"]


@pytest.mark.parametrize(("data", "expected"), [("A??'B", 4), ("A???'B", 3), ("A????'B", 4), ("?'?'?'", 3)])
def test_only_an_odd_run_of_release_characters_releases_a_terminator(data: str, expected: int) -> None:
    assert len(first(interchange([message("IFTSTA", f"FTX+{data}", count="0")])).texts) == expected


def test_a_blank_release_character_is_none() -> None:
    body = interchange([message("IFTSTA", "FTX+AAI+++WHAT?")], una="UNA:+.  '")
    assert first(body).rows[1][4] == "WHAT?"
    assert codes(body) == []


def test_elements_repeat_from_syntax_4_on() -> None:
    row = "STS+1:A*2:B+C?*D"
    fourth = first(interchange([message("IFTSTA", row)], una="UNA:+.?*'", level="UNOC:4")).rows[1]
    assert fourth == ["STS", f"1{COMPONENT}A{REPETITION}2{COMPONENT}B", "C*D"]
    assert [value(fourth, 1, part, time) for time, part in ((1, 2), (2, 1), (2, 2), (3, 1))] == ["A", "2", "B", ""]
    assert first(interchange([message("IFTSTA", row)], level="UNOC:4")).rows[1] == fourth
    third = first(interchange([message("IFTSTA", row)], una="UNA:+.?*'")).rows[1]
    assert third == ["STS", f"1{COMPONENT}A*2{COMPONENT}B", "C*D"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (interchange([GOOD], count="2"), ["UCI-29"]),
        (interchange([GOOD], count="x"), ["UCI-29"]),
        (interchange([GOOD], trailer="0431"), ["UCI-28"]),
        (interchange([]), ["UCI-32"]),
        (interchange([GOOD])[:-10], ["UCI-13"]),
        (interchange([GOOD])[:-1], ["?UCI-13"]),
        (interchange([GOOD], control=""), ["UCI-13"]),
        (interchange([GOOD], level="UNOX:3"), ["UCI-2"]),
        (interchange([GOOD], level="UNOC:7"), ["UCI-2"]),
        (interchange([GOOD], level="UNOC"), ["?UCI-2"]),
        (interchange([GOOD]).replace(b"SENDER:14", b""), ["UCI-23"]),
        (interchange([GOOD]).replace(b"RECEIVER:14", b""), ["UCI-43"]),
        (interchange([GOOD]).replace(b"260602:1558+431", b"JUNE:9+431"), ["?UCI-12", "?UCI-12"]),
        (interchange([GOOD, "BGM+1'LIN+1'"], count="1"), ["UCI-33"]),
        (interchange(["UNT+2+1'", GOOD], count="1"), ["UCI-33"]),
        (interchange([GOOD, "UNE+1+1'"], count="1"), ["UCI-33"]),
        (interchange([GOOD, GOOD]), ["UCM-26"]),
        (interchange([message("IFTSTA", *STATUS, count="9")]), ["UCM-29"]),
        (interchange([message("IFTSTA", *STATUS, trailer="2")]), ["UCM-28"]),
        (interchange([message("IFTSTA", *STATUS, control="")]), ["UCM-13"]),
        (interchange([GOOD.replace("UNT+7+1'", "")]), ["UCM-13"]),
        (interchange(["UNH+1'UNT+2+1'"]), ["UCM-13"]),
        (interchange([group([GOOD]), message("IFTSTA", control="2")], count="1"), ["UCI-30"]),
        (interchange([GOOD, group([message("IFTSTA", control="2")])], count="1"), ["UCI-30"]),
        (interchange([group([GOOD], count="2")]), ["UCF-29"]),
        (interchange([group([GOOD], control="")]), ["UCF-13"]),
        (interchange([group([])]), ["UCF-32"]),
        (interchange([group([GOOD]), group([message("IFTSTA", control="2")])]), ["UCF-26"]),
        (interchange([group([GOOD, message("ORDERS", control="2")])]), ["UCF-31"]),
        (interchange([group([GOOD]).partition("UNE")[0]]), ["UCF-13"]),
        (interchange([GOOD, "UNO+1'UNP+1'"], count="1"), ["UCI-15", "UCI-33"]),
        (b"UIB+UNOA:4+1'UIH+X'UIZ+1'", ["EDI-UIB"]),
        (b"UNA:+.? 'UIB+UNOA:4+1'UIZ+1'", ["EDI-UIB"]),
        (b"UNB|UNOA:1|A|B'", ["EDI-UNA"]),
        (GOOD.encode(), ["EDI-UNB"]),
        (b"", ["EDI-UNB"]),
        (b" \r\n\x1a\x00", ["EDI-UNB"]),
        (b"ISA*00*", ["EDI-UNB"]),
        (b"garbage\n" + interchange([GOOD]) + b"trailing", ["EDI-STRAY", "EDI-STRAY"]),
    ],
)
def test_each_broken_rule_has_its_code(body: bytes, expected: list[str]) -> None:
    assert codes(body) == expected


def test_a_fault_says_where_to_the_byte() -> None:
    body = interchange([message("IFTSTA", *STATUS, count="9")])
    (fault,) = read_edifact(body).findings()
    assert (fault.tag, fault.segment, fault.spot, fault.value) == ("UNT", 7, Spot(1), "9")
    assert fault.where == f"UNB 431 / UNH 1 / segment 7 UNT-01 (byte {fault.offset})"
    assert body[fault.offset : fault.offset + 1] == b"9"
    assert "7 segments" in fault.detail


def test_what_stands_behind_a_missing_trailer_is_still_read() -> None:
    one = only(interchange([GOOD.replace("UNT+7+1'", ""), message("ORDERS", control="2")]))
    assert [(each.kind, len(each.texts)) for each in one.messages] == [("IFTSTA", 6), ("ORDERS", 2)]


def test_a_line_break_inside_a_segment_is_data_and_told_once() -> None:
    body = interchange([message("IFTSTA", "FTX+A\nB", "FTX+C\nD")])
    (fault,) = read_edifact(body).findings()
    assert (fault.code, fault.severity, body[fault.offset :][:5]) == ("UCI-21", "warning", b"FTX+A")
    assert first(body).rows[1] == ["FTX", "A\nB"]


def test_many_interchanges_in_a_file_have_service_characters_of_their_own() -> None:
    other = b"UNA|^.! ~" + interchange([GOOD], control="9").translate(bytes.maketrans(b":+?'", b"|^!~"))
    cut = interchange([GOOD], control="5").partition(b"UNZ")[0]
    body = interchange([GOOD]) + b"\r\n" + other + cut + interchange([GOOD], control="7")
    reading = read_edifact(body)
    assert [one.control for one in reading.interchanges] == ["431", "9", "5", "7"]
    assert codes(body) == ["UCI-13"]
    assert write_edifact(reading) == body


def test_a_byte_order_mark_is_no_content() -> None:
    body = b"\xef\xbb\xbf" + interchange([GOOD]) + b"\n\xef\xbb\xbf"
    assert codes(body) == []
    assert only(body).start == 3


def test_more_interchanges_than_any_file_holds_are_left_unread_and_told() -> None:
    body = b"UNB+UNOC:3+A+B+260602:1558+1'UNZ+0+1'" * (INTERCHANGES_MAX + 1)
    reading = read_edifact(body)
    assert len(reading.interchanges) == INTERCHANGES_MAX
    assert [fault.code for fault in reading.faults] == ["EDI-BOUND", "EDI-STRAY"]
    assert write_edifact(reading) == body


def test_the_place_of_a_value_counts_its_escapes() -> None:
    body = interchange([message("IFTSTA", "FTX+A?+B:C?:D+E", "STS+1")])
    one = first(body)
    begin = body.index(b"FTX")
    assert one.offset(1) == begin
    assert one.interchange.span(one.first + 1, Spot(1, 2)) == (begin + 9, 4)
    assert one.interchange.span(one.first + 1, Spot(2)) == (begin + 14, 1)
    assert one.interchange.span(one.first + 1, Spot(7)) == (begin + 15, 0)
    assert one.where(2, Spot(1)) == f"UNB 431 / UNH 1 / segment 3 STS-01 (byte {begin + 20})"
