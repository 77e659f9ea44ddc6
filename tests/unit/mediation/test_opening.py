"""A message of unknown make, opened: its documents, whose fault is whose, its bytes again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.mediation.opening import open_message
from crossdock.ports.connector import Finding

SET = "ST*214*{0}~B10*1*2*NVTR~L11*3*OQ~LX*1~AT7*AF*NS***20260610*1042*ET~MS1*Ghent*NY*US~SE*7*{0}~"
X12 = (
    "ISA*00*          *00*          *ZZ*NVTR           *ZZ*CROSSDOCK      *260610*1130*U*00401*000000071*0*P*>~"
    f"GS*QM*NVTR*CROSSDOCK*20260610*1130*71*X*004010~{SET.format('0001')}{SET.format('0002')}GE*2*71~IEA*1*000000071~"
).encode()
EDIFACT = b"UNB+UNOA:1+A+B+260601:1200+1'UNH+1+IFTSTA:D:96A:UN'BGM+77+99+9'STS+1+21'UNT+4+1'UNZ+1+1'"
IDOC = (
    b'<?xml version="1.0"?><ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>ORDERS05</IDOCTYP></EDI_DC40>'
    b"</IDOC></ORDERS05>"
)


@pytest.mark.parametrize(
    ("body", "syntax", "kinds"),
    [
        (X12, "x12", ["214", "214"]),
        (EDIFACT, "edifact", ["IFTSTA"]),
        (IDOC, "idoc-xml", ["ORDERS05"]),
        (b"<order><no>1</no></order>", "xml", ["order"]),
        (b'{"no": 1}', "json", ["json"]),
        (b'{"no": 1}\n{"no": 2}\n', "ndjson", ["ndjson", "ndjson"]),
        (b"no;city\r\n1;Ghent\r\n2;Utica\r\n", "csv", ["csv"]),
        (b"%PDF-1.7", "unknown", []),
    ],
)
def test_each_syntax_gives_its_documents_and_the_same_bytes_again(body: bytes, syntax: str, kinds: list[str]) -> None:
    opened = open_message(body)
    assert (opened.guess.syntax, [opened.kind(piece) for piece in opened.pieces]) == (syntax, kinds)
    assert (opened.rewrite() if opened.rewrite is not None else None) == (body if kinds else None)


def test_a_byte_belongs_to_the_document_it_stands_in() -> None:
    opened = open_message(X12)
    first, second = (X12.index(f"ST*214*000{number}".encode()) for number in (1, 2))
    places = [0, first, second - 2, second, X12.index(b"GE*2")]
    assert [opened.owner(byte) for byte in places] == [None, 0, 0, 1, None]
    assert opened.owner(-1) is None
    assert open_message(EDIFACT).owner(-1) == 0


def test_the_faults_of_an_envelope_are_those_of_every_document_in_it() -> None:
    opened = open_message(X12.replace(b"IEA*1*000000071", b"IEA*1*000000072"))
    assert [[one.code for one in piece.findings] for piece in opened.pieces] == [["X12-I18-001"]] * 2


def test_the_same_remark_is_kept_once() -> None:
    opened = open_message(X12)
    for code in ("A", "B"):
        opened.keep(Finding(code, "it is so", "ST 0001"), opened.pieces[0].start)
    opened.keep(Finding("C", "nobody's", "byte 0"), 0)
    assert [one.code for one in opened.pieces[0].findings] == ["A"]
    assert [one.code for one in opened.loose] == ["C"]


@given(st.sampled_from([X12, EDIFACT, IDOC, b'{"a": [1, {"b": "c"}]}', b"a,b\r\n1,2\r\n"]), st.data())
def test_whatever_stands_in_a_message_it_is_opened_and_never_written_differently(
    body: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(body)))
    cut = data.draw(st.integers(0, 12))
    hostile = body[:at] + data.draw(st.binary(max_size=12)) + body[at + cut :]
    opened = open_message(hostile)
    assert opened.pieces or opened.loose
    assert opened.rewrite is None or opened.rewrite() == hostile
