"""Whatever the bytes: a fault at its place, no exception, no network, no file, no flood (domain INT-02)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.xml.document import read_xml
from crossdock.formats.xml.namespaces import NAMESPACES
from crossdock.formats.xml.parse import XmlLimits
from crossdock.formats.xml.writer import rewrite_xml

LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
UTF16 = '<?xml version="1.0" encoding="UTF-16"?><a b="ü">ä€</a>'


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        (b"", "XML-EMPTY", 0),
        (b"<!-- only -->", "XML-EMPTY", 13),
        (b"<!--" + b"-" * 1000, "XML-SYNTAX", 4),
        (b"<?p " + b"?" * 1000, "XML-SYNTAX", 1004),
        (b"\xef\xbb\xbf<a>\xff</a>", "XML-CHARSET", 6),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "XML-CHARSET", 0),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="iso-8859-1"?><a/>', "XML-CHARSET", 0),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "XML-CHARSET", 0),
        (b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "XML-DOCTYPE", 22),
        (b'<!-- x --><!DOCTYPE a [<!ENTITY e SYSTEM "http://127.0.0.1/">]><a>&e;</a>', "XML-DOCTYPE", 10),
        (LAUGHS, "XML-DOCTYPE", 0),
        (b"<a>\x00</a>", "XML-NUL", 3),
        (b"<a>&e;</a>", "XML-SYNTAX", 6),
        (b"<a>&#0;</a>", "XML-SYNTAX", 7),
        (b"<a><b></a>", "XML-SYNTAX", 10),
        (b"<a>\xc3\xa4</b>", "XML-SYNTAX", 8),
        (b"<a/><b/>", "XML-SYNTAX", 4),
        (b"hello", "XML-SYNTAX", 0),
        (b"<a><q:b/></a>", "XML-SYNTAX", 7),
        (b"<a>" + b"<q:b/>" * 2000, "XML-SYNTAX", 7),
        (b"<a>" * 129 + b"</a>" * 129, "XML-BOUND", 384),
        (b"<!--<a>-->" + b"<a>" * 100_000, "XML-BOUND", 394),
        (b"<a " + b" ".join(b'a%d=""' % n for n in range(257)) + b"/>", "XML-BOUND", 0),
        (b'<a xmlns="u"/>' * 20_001, "XML-BOUND", 0),
    ],
)
def test_what_is_wrong_is_one_fault_at_its_byte(body: bytes, code: str, at: int) -> None:
    reading = read_xml(body)
    assert reading.documents == []
    assert [(fault.code, fault.place.start) for fault in reading.faults] == [(code, at)]


def test_a_message_beyond_its_size_is_refused_before_it_is_looked_at() -> None:
    limits = XmlLimits(bytes_max=10, elements_max=3)
    assert read_xml(b"\xff" * 11, NAMESPACES, limits).faults[0].code == "XML-SIZE"
    assert read_xml(b"<a><b/></a>"[:10], NAMESPACES, limits).faults[0].code == "XML-SYNTAX"
    assert read_xml(b"<a><b/><b/><b/></a>", NAMESPACES, XmlLimits(elements_max=3)).faults[0].code == "XML-BOUND"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_characters_are_read_and_placed(codec: str) -> None:
    body = UTF16.encode(codec)
    document = read_xml(body).documents[0]
    assert document.root.fields == {"@b": "ü", "": "ä€"}
    place = document.where(document.root, "")
    assert body[place.start : place.start + place.length] == "ä€".encode("utf-16-be" if "be" in codec else "utf-16-le")
    assert rewrite_xml(document) == body


def test_the_declared_character_set_decides() -> None:
    body = b'<?xml version="1.0" encoding="ISO-8859-15"?><a>\xa4</a>'
    document = read_xml(body).documents[0]
    assert document.root.fields == {"": "€"}
    assert rewrite_xml(document) == body


TOKENS = [
    *(b"<a>", b"</a>", b"<b x='1>'/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?p ", b"?>", b"&amp;", b"&#65;", b"&"),
    *(b"<", b">", b'"', b" ", b"\r\n", b"<!DOCTYPE", b"\xff", b"\x00", b"xmlns:q='u'", b"<q:c>", b"ok"),
]


@given(st.lists(st.sampled_from(TOKENS), max_size=25).map(b"".join), st.booleans())
def test_any_mix_of_markup_is_read_back_or_refused(middle: bytes, framed: bool) -> None:
    body = b"<a>" + middle + b"</a>" if framed else middle
    reading = read_xml(body)
    assert len(reading.documents) + len(reading.faults) == 1
    assert all(0 <= fault.place.start <= len(body) and fault.detail for fault in reading.faults)
    assert all(rewrite_xml(document) == body for document in reading.documents)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_read_back_or_refused(body: bytes) -> None:
    reading = read_xml(body)
    assert all(rewrite_xml(document) == body for document in reading.documents)
