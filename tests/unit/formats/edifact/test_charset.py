"""Character sets of UNB S001: what is declared, what is sent, and what is told of the difference."""

from __future__ import annotations

import pytest

from crossdock.formats.edifact.charset import refused_sign
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import write_edifact
from tests.unit.formats.edifact.documents import codes, first, interchange, message


def sent(level: str, text: bytes) -> bytes:
    return interchange([message("IFTSTA", "FTX+@")], level=level).replace(b"@", text)


@pytest.mark.parametrize(
    ("level", "codec", "text"),
    [
        ("UNOA:3", "ascii", "A-Z 0.9"),
        ("UNOB:3", "ascii", "small #@_~"),
        ("UNOC:3", "iso-8859-1", "Zürich Å"),
        ("UNOD:3", "iso-8859-2", "Łódź Żuk"),
        ("UNOE:3", "iso-8859-5", "Москва"),
        ("UNOF:3", "iso-8859-7", "Αθήνα"),
        ("UNOK:4", "iso-8859-9", "İzmir"),
        ("UNOL:4", "iso-8859-15", "€ 5"),
        ("UNOW:4", "utf-8", "Łódź 東京"),
        ("UNOY:4", "utf-8", "東京"),
    ],
)
def test_text_is_read_in_the_declared_set(level: str, codec: str, text: str) -> None:
    body = sent(level, text.encode(codec))
    assert first(body).rows[1][1] == text
    assert codes(body) == []
    assert write_edifact(read_edifact(body)) == body


@pytest.mark.parametrize(
    ("level", "sent_as", "text", "expected"),
    [
        ("UNOC:3", "utf-8", "Zürich", ["?UCI-21"]),
        ("UNOA:3", "utf-8", "ZÜRICH", ["?UCI-21"]),
        ("UNOB:3", "iso-8859-1", "Zürich", ["?UCI-21"]),
        ("UNOA:3", "ascii", "small", ["?UCI-21"]),
        ("UNOC:3", "ascii", "A\x07B", ["?UCI-21"]),
        ("UNOW:4", "iso-8859-1", "Zürich", ["UCI-21"]),
    ],
)
def test_text_outside_of_the_declared_set_is_read_by_its_bytes_and_told(
    level: str, sent_as: str, text: str, expected: list[str]
) -> None:
    body = sent(level, text.encode(sent_as))
    assert first(body).rows[1][1] == text
    assert codes(body) == expected


def test_the_header_is_read_in_the_set_it_declares() -> None:
    body = b"UNA:+.?'" + sent("UNOE:3", b"A").replace(b"SENDER", "Москва".encode("iso-8859-5"))
    assert read_edifact(body).interchanges[0].sender == ("Москва", "14")
    assert codes(body) == ["?UCI-22"]


def test_the_fault_names_the_byte() -> None:
    body = sent("UNOC:3", b"AB\x07")
    (fault,) = read_edifact(body).findings()
    assert body[fault.offset] == 7
    assert "'\\x07'" in fault.detail


def test_what_separates_plain_rows_is_no_data() -> None:
    body = sent("UNOC:3", b"A\x1fB\x1eC")
    assert first(body).rows[1] == ["FTX", "A\x1aB\x1aC"]
    assert codes(body) == ["?UCI-21"]


@pytest.mark.parametrize(
    ("level", "text", "sign"),
    [("UNOA", "ABC d", "d"), ("UNOB", "aü", "ü"), ("UNOC", "ü€", "€"), ("UNOW", "€", ""), ("UNOW", "\n", "\n")],
)
def test_a_set_tells_the_first_sign_it_cannot_hold(level: str, text: str, sign: str) -> None:
    assert refused_sign(text, level) == sign
