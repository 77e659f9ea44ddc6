"""What an enemy sends on purpose: bombs, depths, endless lines. Refused at their place, at a cost their size allows.

The rows of one syntax stand with its reader (`tests/unit/formats/*/test_hostile.py`); here is what holds for all.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from crossdock.canonical.wire import decode_fact
from crossdock.formats.delimited.document import read_delimited
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.idoc.flat import read_idoc_flat
from crossdock.formats.idoc.xml_form import read_idoc_xml
from crossdock.formats.json_text.document import read_json, read_ndjson
from crossdock.formats.reading import BYTES_MAX, Reading
from crossdock.formats.sniff import sniff
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.xml.document import read_xml
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document, Node
from crossdock.mediation.opening import open_message
from tests.fuzz.dialects import DIALECTS, NOW, ears
from tests.fuzz.target import TooSlow, told
from tests.fuzz.targets import TARGETS

BYTES = 100_000
SLACK = 10.0
MB = 1024 * 1024
ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260602*1558*U*00401*000000001*0*P*>~"
SET = ISA + b"GS*QM*A*B*20260602*1558*1*X*004010~ST*214*0001~"
UNH = b"UNB+UNOA:1+A+B+260602:1558+1'UNH+1+IFTSTA:D:96A:UN'BGM+77+1+9'"
LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
CSV = DelimitedLayout("any", header=False)
BLOW_UPS = {
    "one line": b"A" * BYTES,
    "one X12 segment": SET + b"B10*" + b"A" * BYTES,
    "a set of empty segments": SET + b"~" * BYTES,
    "a set of tiny segments": SET + b"L11*1~" * (BYTES // 6),
    "a segment of elements": SET + b"B10" + b"*" * BYTES + b"~",
    "an element of components": SET + b"B10*" + b">" * BYTES + b"~",
    "HL under HL": SET.replace(b"214", b"856") + b"".join(b"HL*%d*%d*S~" % (n + 1, n) for n in range(1, BYTES // 15)),
    "headers": ISA * (BYTES // len(ISA)),
    "beginnings of headers": b"ISA*" * (BYTES // 4),
    "binary segments of a false length": SET + b"BIN*999999999*IEA*~" * (BYTES // 19),
    "binary segments": SET + b"BIN*6*IEA*1*~" * (BYTES // 13),
    "a number of a million digits": SET + b"BIN*" + b"9" * BYTES + b"*a~",
    "one EDIFACT segment": UNH + b"FTX+" + b"A" * BYTES,
    "releases": UNH + b"?'" * (BYTES // 2),
    "CPS under CPS": UNH.replace(b"IFTSTA", b"DESADV")
    + b"".join(b"CPS+%d+%d'" % (n + 1, n) for n in range(1, BYTES // 13)),
    "UNA": b"UNA:+.? '" * (BYTES // 9),
    "UNH": UNH[:29] + b"UNH+1+IFTSTA:D:96A:UN'" * (BYTES // 22),
    "UNG": UNH[:29] + b"UNG+A+1'" * (BYTES // 8),
    "billion laughs": b'<!DOCTYPE l [<!ENTITY a0 "ha">' + LAUGHS + b"]><l>&a9;</l>",
    "quadratic blow-up": b'<!DOCTYPE l [<!ENTITY a "%s">]><l>%s</l>' % (b"a" * 50_000, b"&a;" * 50_000),
    "an outer entity": b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>',
    "a parameter entity": b'<!DOCTYPE l [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><l/>',
    "an include": b'<l xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></l>',
    "deep XML": b"<a>" * (BYTES // 3),
    "wide XML": b"<r>" + b"<a/>" * (BYTES // 4) + b"</r>",
    "one attribute": b"<a " + b"x" * BYTES + b'="1"/>',
    "comments": b"<!---->" * (BYTES // 7) + b"<a/>",
    "angle brackets": b"<" * BYTES,
    "deep JSON lists": b"[" * BYTES,
    "deep JSON": b'{"a":' * (BYTES // 5) + b"1" + b"}" * (BYTES // 5),
    "a long number": b"9" * BYTES,
    "a large exponent": b'{"a":1e' + b"9" * 9_000 + b"}",
    "backslashes": b'"' + b"\\\\" * (BYTES // 2) + b'\\u0000"',
    "lone surrogates": b'{"a":"' + b"\\ud800" * 1_000 + b'"}',
    "surrogates in UTF-8": b'{"a":"' + b"\xed\xa0\x80" * 1_000 + b'"}',
    "empty objects": b"[" + b"{}," * (BYTES // 12) + b"{}]",
    "lines of JSON": b"{}\n" * (BYTES // 3),
    "an open quote": b'a,b\n"' + b"x" * BYTES,
    "quotes": b'"a"b' * (BYTES // 4),
    "commas": b"," * BYTES,
    "NUL": b"\0" * BYTES,
    "no UTF-8": b"\xff" * BYTES,
    "a mark and no text": b"\xff\xfe" + b"\xd8\x00" * 1_000,
    "control records": b"EDI_DC40  \n" * (BYTES // 11),
    "a zip": b"PK\x03\x04" + b"\0" * 1_000,
    "a gzip": b"\x1f\x8b\x08" + b"\0" * 1_000,
}
READ: dict[str, Callable[[bytes], object]] = {
    "x12": read_x12,
    "edifact": read_edifact,
    "xml": read_xml,
    "idoc-xml": read_idoc_xml,
    "idoc-flat": read_idoc_flat,
    "json": read_json,
    "ndjson": read_ndjson,
    "delimited": lambda body: read_delimited(body, CSV),
    "sniff": open_message,
}


@pytest.mark.parametrize("name", BLOW_UPS)
def test_whoever_reads_it_ends_and_tells(name: str) -> None:
    """Opened by what it looks like, with its round trip, and forced on every other reader."""
    body = BLOW_UPS[name]
    TARGETS["sniff"].run(body, SLACK)
    for read in READ.values():
        read(body)


@pytest.mark.parametrize("kind", [name.removeprefix("decode-") for name in DIALECTS])
def test_every_decoder_ends_and_tells_where(kind: str) -> None:
    ear = ears(kind)[-1]
    for name in ("deep JSON", "deep JSON lists", "a large exponent", "lone surrogates", "deep XML", "headers", "NUL"):
        made = ear.decoder.decode(BLOW_UPS[name], "", ear.context)
        told(made.findings)
        assert made.findings or made.facts, name
        for fact in made.facts:
            with pytest.raises(Rejected):
                decode_fact(fact.body, NOW)


@pytest.mark.parametrize("name", ["billion laughs", "quadratic blow-up", "an outer entity", "a parameter entity"])
def test_a_document_type_is_refused_and_nothing_is_expanded_or_fetched(name: str) -> None:
    tracemalloc.start()
    try:
        reading = read_xml(BLOW_UPS[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [fault.code for fault in reading.faults] == ["XML-DOCTYPE"]
    assert peak < 10 * len(BLOW_UPS[name]) + MB


def test_an_include_stays_the_element_it_is() -> None:
    (document,) = read_xml(BLOW_UPS["an include"]).documents
    assert [(node.name, node.fields, node.children) for node in document.root.children] == [
        ("{http://www.w3.org/2001/XInclude}include", {"@href": "/etc/passwd", "@parse": "text"}, [])
    ]


@pytest.mark.parametrize("name", ["xml", "idoc-xml", "idoc-flat", "json", "ndjson", "delimited"])
def test_beyond_its_size_a_message_is_refused_before_it_is_looked_at(name: str) -> None:
    """The bytes are one shared block of 64 MB and one: refusing them takes no memory worth naming."""
    body = b"A" * (BYTES_MAX + 1)
    tracemalloc.start()
    try:
        reading = READ[name](body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(reading, Reading)
    assert reading.documents == []
    assert reading.faults[0].code.endswith("-SIZE")
    assert peak < MB


def test_a_look_at_a_huge_line_sees_its_beginning_only() -> None:
    body = b"A" * BYTES_MAX
    tracemalloc.start()
    try:
        sniff(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MB


@pytest.mark.parametrize("name", ["HL under HL", "CPS under CPS"])
def test_levels_that_name_each_other_give_no_deep_tree(name: str) -> None:
    for piece in open_message(BLOW_UPS[name]).pieces:
        assert depth(piece.document) <= 64


def depth(document: Document) -> int:
    level: list[Node] = [document.root]
    deep = 0
    while level:
        level, deep = [child for node in level for child in node.children], deep + 1
    return deep


def test_an_input_that_costs_too_much_breaks_its_target() -> None:
    """The measure itself: with no time allowed every input is too slow."""
    with pytest.raises(TooSlow, match="CPU for"):
        TARGETS["xml"].run(BLOW_UPS["wide XML"], slack=0.0)
