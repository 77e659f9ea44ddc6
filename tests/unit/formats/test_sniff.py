"""What a message is, told from its first bytes: every real document by its folder, and anything without a crash."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.sniff import HEAD_BYTES, sniff
from tests.unit.formats.kit import SAMPLES, needs_samples, samples

BY_FOLDER = {
    "x12": "x12",
    "edifact": "edifact",
    "ubl": "xml",
    "peppol": "xml",
    "epcis-1.2-xml": "xml",
    "epcis-2.0-xml": "xml",
    "sap-idoc": "idoc",
}


@pytest.mark.parametrize(
    ("body", "syntax", "family", "kind"),
    [
        (b"\xef\xbb\xbf\r\n ISA*00*", "x12", "", ""),
        (b"ST*850*0001~", "x12", "", ""),
        (b"Please find enclosed:\r\nISA*00*", "x12", "", ""),
        (b"UNA:+.? 'UNB+", "edifact", "", ""),
        (b"UNH+1+ORDERS", "edifact", "", ""),
        (b"EDI_DC40  100" + b"0" * 26 + b"ORDERS05" + b" " * 30, "idoc-flat", "", "ORDERS05"),
        (b"<?xml version='1.0'?><!-- x --><ORDERS05><IDOC BEGIN='1'>", "idoc-xml", "", "ORDERS05"),
        (b"<DELVRY03></DELVRY03>", "idoc-xml", "", "DELVRY03"),
        (b"<o:Order xmlns:o='urn:oasis:names:specification:ubl:schema:xsd:Order-2'>", "xml", "ubl", "Order"),
        (b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>", "xml", "soap", "Envelope"),
        (b"<ObjectEvent/>", "xml", "epcis", "ObjectEvent"),
        ("<?xml version='1.0'?><a/>".encode("utf-16-be"), "xml", "", "a"),
        ("<a/>".encode("utf-16"), "xml", "", "a"),
        (b"<<<", "xml", "", ""),
        (b'{\n "specversion": "1.0"}', "json", "cloudevents", ""),
        (b"[1]\n", "json", "", ""),
        (b'{"a": 1}\n{"a": 2}\n', "ndjson", "", ""),
        (b'{"a": 1}\nx', "json", "", ""),
        (b"a;b\n1;2\n", "csv", "", ""),
        (b"<!DOCTYPE html><html><body>502", "unknown", "", ""),
        (b"PK\x03\x04", "unknown", "", ""),
        (b"", "unknown", "", ""),
        (b" \r\n", "unknown", "", ""),
        (b"\x01\x00\x02", "unknown", "", ""),
        (b"12345\n67890\n11111\n", "unknown", "", ""),
        (b"hello world", "unknown", "", ""),
    ],
)
def test_the_first_bytes_tell_what_it_is(body: bytes, syntax: str, family: str, kind: str) -> None:
    guess = sniff(body)
    assert (guess.syntax, guess.family, guess.kind) == (syntax, family, kind)
    assert guess.why


@pytest.mark.parametrize(("text", "delimiter"), [("a,b\n1,2", ","), ("a\tb,c\n1\t2", "\t"), ('"a|b"|c\n1|2\n', "|")])
def test_the_delimiter_that_parts_all_rows_alike_is_told(text: str, delimiter: str) -> None:
    assert sniff(text.encode()).delimiter == delimiter


def test_only_the_beginning_is_looked_at() -> None:
    guess = sniff(b'["' + b"x" * HEAD_BYTES)
    assert (guess.syntax, "only its beginning" in guess.why) == ("json", True)
    assert sniff(b"a,b\n" * HEAD_BYTES + b"c").syntax == "csv"


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_anything_gets_an_answer(body: bytes) -> None:
    assert sniff(body).why


@needs_samples
def test_every_real_document_is_recognised() -> None:
    counted: Counter[str] = Counter()
    for path in samples("*/**/*"):
        folder = path.relative_to(SAMPLES).parts[0]
        guess = sniff(path.read_bytes())
        counted[guess.syntax] += 1
        expected = BY_FOLDER.get(folder) or ("json" if path.suffix == ".json" else None)
        assert expected is None or guess.syntax.startswith(expected), path.name
        if folder in ("ubl", "epcis-1.2-xml", "epcis-2.0-xml"):
            assert guess.family == folder.partition("-")[0], path.name
    assert counted == {
        "x12": 297, "edifact": 171, "xml": 93, "idoc-xml": 5, "idoc-flat": 7, "json": 117, "csv": 2, "unknown": 3
    }  # fmt: skip
