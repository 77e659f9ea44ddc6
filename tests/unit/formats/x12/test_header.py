"""Delimiters and header of the ISA (x12-envelope.md §1)."""

from __future__ import annotations

import pytest

from crossdock.formats.x12.header import find_header, read_header
from crossdock.formats.x12.tree import Delimiters

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260602*1558*U*00401*000000431*0*P*>~"


def codes(text: str) -> list[tuple[str, str]]:
    return [(code, severity) for code, _, severity, _ in read_header(text, 0).problems]


def test_delimiters_come_from_the_header_bytes() -> None:
    header = read_header(ISA + "GS*", 0)
    assert header.delimiters == Delimiters("*", ">", "~")
    assert header.problems == ()


def test_control_bytes_may_be_delimiters() -> None:
    text = ISA.replace("*", "\x1d").replace(">", "\x1f").replace("~", "\x1c") + "GS\x1d"
    assert read_header(text, 0).delimiters == Delimiters("\x1d", "\x1f", "\x1c")


@pytest.mark.parametrize(
    ("version", "sign", "expected"),
    [
        ("00401", "^", ""),
        ("00402", "^", "^"),
        ("00501", "^", "^"),
        ("00501", "U", ""),
        ("00501", " ", ""),
        ("00501", "7", ""),
    ],
)
def test_repetition_is_read_from_00402_on_unless_isa11_cannot_separate(version: str, sign: str, expected: str) -> None:
    text = ISA.replace("*U*00401*", f"*{sign}*{version}*") + "GS*"
    delimiters = read_header(text, 0).delimiters
    assert delimiters is not None
    assert delimiters.repetition == expected


def test_a_repetition_sign_that_is_another_delimiter_is_switched_off_with_a_warning() -> None:
    text = ISA.replace("*U*00401*", "*>*00501*") + "GS*"
    assert codes(text) == [("I18-032", "warning")]


@pytest.mark.parametrize(
    "text",
    [
        ISA.replace("SENDER         ", "SENDER        "),
        ISA.replace("SENDER         ", "SENDER          "),
        ISA.replace("*00*          *", "*00* *"),
        ISA.replace("*000000431*", "*431*"),
    ],
)
def test_a_header_off_its_widths_is_repaired_with_a_warning(text: str) -> None:
    header = read_header(text + "\nGS*PO", 0)
    assert header.delimiters == Delimiters("*", ">", "~")
    assert [problem[0] for problem in header.problems] == ["I18-022"]
    assert header.problems[0][2] == "warning"
    assert header.row[6].strip() == "SENDER"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ISA[:60], "I18-022"),
        (ISA.replace("*U*00401*000000431*0*P*>", ""), "I18-022"),
        (ISA.replace(">~", "~") + "\nGS*PO~\n", "I18-027"),
        (ISA.replace(">~", "~") + "GS*PO~", "I18-027"),
        (ISA.replace(">~", ""), "I18-027"),
        (ISA.replace(">~", "A~") + "GS*", "I18-027"),
        (ISA.replace(">~", ">"), "I18-027"),
        (ISA.replace(">~", ">>") + "GS*", "I18-004"),
        (ISA.replace(">~", ">*") + "GS*", "I18-004"),
        (ISA.replace(">~", ">X") + "GS*", "I18-004"),
        (ISA + "{GS*PO", "I18-004"),
    ],
)
def test_a_header_that_cannot_be_trusted_is_an_error_with_its_note_code(text: str, code: str) -> None:
    header = read_header(text, 0)
    assert header.delimiters is None
    assert (code, "error") in codes(text)


def test_isa_inside_data_starts_no_interchange() -> None:
    assert find_header("N1*ST*VISA*CARD~", 0) == -1
    assert find_header("~\r\n" + ISA, 0) == 3
