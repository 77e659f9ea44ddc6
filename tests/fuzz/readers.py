"""The readers of all syntaxes: what is read comes back byte for byte, every place is inside, every answer is sound."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.formats.delimited.document import read_delimited
from crossdock.formats.delimited.writer import rewrite_delimited
from crossdock.formats.edifact import acknowledgement as contrl
from crossdock.formats.edifact.document import EdifactDocument
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import write_edifact
from crossdock.formats.fixed_width.document import read_fixed
from crossdock.formats.fixed_width.writer import rewrite_fixed
from crossdock.formats.idoc.flat import read_idoc_flat
from crossdock.formats.idoc.flat_writer import rewrite_idoc_flat
from crossdock.formats.idoc.xml_form import read_idoc_xml, rewrite_idoc_xml
from crossdock.formats.json_text.document import read_json, read_ndjson
from crossdock.formats.json_text.writer import rewrite_json
from crossdock.formats.reading import Fault
from crossdock.formats.sniff import sniff
from crossdock.formats.x12.acknowledgement import answer, owes_answer
from crossdock.formats.x12.answers import read_acknowledgement
from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.document import X12Document
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import Interchange
from crossdock.formats.x12.writer import write_x12
from crossdock.formats.xml.document import read_xml
from crossdock.formats.xml.writer import rewrite_xml
from crossdock.mediation.opening import open_message
from tests.fuzz.corpora import golden, samples
from tests.fuzz.target import Target, inside, placed, told
from tests.unit.formats.delimited.test_document import FREE, KINDS, ORDERS
from tests.unit.formats.edifact.test_hostile import SEEDS as EDIFACT_SEEDS
from tests.unit.formats.fixed_width.test_document import BLOCKS, FILE, STOCK
from tests.unit.formats.idoc.test_idoc import SEED as IDOC_SEED
from tests.unit.formats.x12.test_hostile import SEED as X12_SEED

AT = datetime(2026, 6, 2, tzinfo=UTC)
X12_TOKENS = (
    b"~ * > ^ ~\n ISA* GS* ST*214* SE*5* GE*1* IEA*1* BIN*3* BDS*ASC*3* HL*1**S HL*2*1*O TA1* AK1* AK9* 00501".split(
        b" "
    )
)
EDIFACT_TOKENS = (
    b"' + : ? ?' UNA:+.? UNB+UNOA:4+ UNZ+1+ UNH+ UNT+5+ UNG+ UNE+ UNS+D' UIB+ CNT+ UCI+ UCM+ UNOW \xff".split(b" ")
)
XML_TOKENS = (
    *(
        b"<a>",
        b"</a>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?p ",
        b"?>",
        b"&amp;",
        b"&#65;",
        b"&e;",
        b"<!DOCTYPE a [",
    ),
    *(
        b'<!ENTITY e "x">',
        b"]>",
        b"<!ENTITY e SYSTEM 'file:///etc/passwd'>",
        b'xmlns:q="u"',
        b"<q:c/>",
        b'encoding="utf-16"',
    ),
)
JSON_TOKENS = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b":",
    b",",
    b"null",
    b"true",
    b'"":',
    b"\\u0000",
    b"\\ud800",
    b"1e400",
    b"[[[[",
)
IDOC_TOKENS = (b"EDI_DC40", b"E2EDK01005", b"E2EDP01", b"000001", b"\n", b"\r\n", b" " * 63)


def faults_told(faults: list[Fault], body: bytes) -> None:
    """Every fault has a code, a sentence, and a place inside the message."""
    for fault in faults:
        assert fault.code
        assert fault.detail
        inside(fault.place, body)


def check_x12(body: bytes) -> None:
    """Round trip, the grammar both ways, documents, and a 997, 999 and TA1 that read without a finding."""
    reading = read_x12(body)
    assert write_x12(reading) == body
    for one in reading.interchanges:
        for each in (transaction for group in one.groups for transaction in group.sets):
            each.faults.extend(check_set(each))
            check_set(each, strict=True)
            placed(X12Document(each), body)
            if each.code in ("997", "999"):
                read_acknowledgement(each)
        if owes_answer(one):
            _check_x12_answer(one)
    for fault in reading.findings():
        assert fault.code
        assert fault.detail
        assert fault.where
        assert 0 <= fault.offset <= len(body)


def _check_x12_answer(one: Interchange) -> None:
    for wanted in ("997", "999"):
        reply = read_x12(answer(one, 7, 7, AT, wanted=wanted))
        assert list(reply.findings()) == []
        for each in (transaction for group in reply.interchanges[0].groups for transaction in group.sets):
            # What the sender wrote is repeated as it is; all that is ours has the layout of the set.
            assert [fault for fault in check_set(each) if fault.code.startswith(("720-", "723-3"))] == []
            assert read_acknowledgement(each) is not None


def check_edifact(body: bytes) -> None:
    """Round trip, the grammar, documents, and a CONTRL that reads without a finding."""
    reading = read_edifact(body)
    assert write_edifact(reading) == body
    for one in reading.interchanges:
        for each in one.messages:
            validate(each)
            placed(EdifactDocument(each), body)
            if each.kind == "CONTRL":
                contrl.read_acknowledgement(each)
        for agreed in (False, True):
            if contrl.owes_answer(one, agreed=agreed):
                reply = read_edifact(contrl.answer(one, 1, AT))
                assert list(reply.findings()) == []
                assert contrl.read_acknowledgement(reply.interchanges[0].messages[0]) is not None
    for fault in reading.findings():
        assert fault.code
        assert fault.detail
        assert fault.where
        assert 0 <= fault.offset <= len(body)


def check_xml(body: bytes) -> None:
    """One document that comes back, or one fault."""
    reading = read_xml(body)
    assert len(reading.documents) + len(reading.faults) == 1
    faults_told(reading.faults, body)
    for document in reading.documents:
        placed(document, body)
        assert rewrite_xml(document) == body


def check_idoc_xml(body: bytes) -> None:
    """IDocs that come back, or faults."""
    reading = read_idoc_xml(body)
    assert reading.documents or reading.faults
    faults_told(reading.faults, body)
    for document in reading.documents:
        placed(document, body)
    assert not reading.documents or rewrite_idoc_xml(reading.documents) == body


def check_idoc_flat(body: bytes) -> None:
    """IDocs that come back, or faults."""
    for charset in ("", "cp500"):
        reading = read_idoc_flat(body, charset)
        assert reading.documents or reading.faults
        faults_told(reading.faults, body)
        for document in reading.documents:
            placed(document, body)
        assert not reading.documents or rewrite_idoc_flat(reading.documents) == body


def check_json(body: bytes) -> None:
    """A JSON text, and the same bytes as lines, that come back, or faults."""
    for reading in (read_json(body), read_ndjson(body)):
        faults_told(reading.faults, body)
        for document in reading.documents[:20]:
            placed(document, body)
        assert not reading.documents or rewrite_json(reading.documents) == body


def check_delimited(body: bytes) -> None:
    """Any rows under three layouts come back, or are told."""
    for layout in (FREE, ORDERS, KINDS):
        reading = read_delimited(body, layout)
        assert reading.documents or reading.faults
        faults_told(reading.faults, body)
        for document in reading.documents:
            placed(document, body)
            assert rewrite_delimited(document) == body


def check_fixed(body: bytes) -> None:
    """Any records, with and without line ends, come back, or are told."""
    for layout in (STOCK, BLOCKS):
        reading = read_fixed(body, layout)
        assert reading.documents or reading.faults
        faults_told(reading.faults, body)
        for document in reading.documents:
            placed(document, body)
            assert rewrite_fixed(document) == body


def check_opening(body: bytes) -> None:
    """Whatever it looks like, it is opened, told and comes back."""
    assert sniff(body).syntax
    opened = open_message(body)
    assert opened.pieces or opened.loose
    told(opened.loose)
    for piece in opened.pieces:
        told(piece.findings)
    assert opened.rewrite is None or opened.rewrite() == body


def x12_seeds() -> tuple[bytes, ...]:
    """Every X12 seed there is."""
    return (X12_SEED, *golden("x12"), *samples("x12/**/*"))


def edifact_seeds() -> tuple[bytes, ...]:
    """Every EDIFACT seed there is."""
    return (*EDIFACT_SEEDS, *golden("edifact"), *samples("edifact/**/*"))


def xml_seeds() -> tuple[bytes, ...]:
    """Every XML seed there is."""
    return (
        b'<a b="1">c<d/></a>',
        *golden("xml_file"),
        *golden("ubl"),
        *golden("gs1"),
        *samples("ubl/**/*.xml", "peppol/**/*.xml", "epcis*/**/*.xml"),
    )


def json_seeds() -> tuple[bytes, ...]:
    """Every JSON seed there is."""
    kinds = ("erp_json", "wms_json", "dcsa", "easypost", "shopify", "json_file")
    return (
        b'{"a":[1,{"b":null}]}',
        b'{"a":1}\n[2]\n',
        *(body for kind in kinds for body in golden(kind)),
        *samples("*/**/*.json"),
    )


def idoc_seeds(*, xml: bool) -> tuple[bytes, ...]:
    """Every IDoc seed there is, of one form."""
    bodies = (IDOC_SEED, b'<ORDERS05><IDOC><EDI_DC40 SEGMENT="1"><DOCNUM>1</DOCNUM></EDI_DC40></IDOC></ORDERS05>')
    found = (*bodies, *golden("idoc"), *samples("sap-idoc/**/*"))
    return tuple(body for body in found if (body.lstrip()[:1] == b"<") is xml)


def opening_seeds() -> tuple[bytes, ...]:
    """A few of each."""
    lots = (x12_seeds(), edifact_seeds(), xml_seeds(), json_seeds(), idoc_seeds(xml=True), idoc_seeds(xml=False))
    return (*(body for lot in lots for body in lot[:60]), FILE, b"a;b\n1;2\n3;4\n", b"PK\x03\x04", b"\x1f\x8b")


READERS = {
    "x12": Target(check_x12, x12_seeds, tuple(X12_TOKENS)),
    "edifact": Target(check_edifact, edifact_seeds, tuple(EDIFACT_TOKENS)),
    "xml": Target(check_xml, xml_seeds, XML_TOKENS),
    "idoc-xml": Target(check_idoc_xml, lambda: idoc_seeds(xml=True), (*XML_TOKENS, b"<IDOC>", b'SEGMENT="1"')),
    "idoc-flat": Target(check_idoc_flat, lambda: idoc_seeds(xml=False), IDOC_TOKENS),
    "json": Target(check_json, json_seeds, JSON_TOKENS),
    "delimited": Target(
        check_delimited,
        lambda: (b"no,qty\nSO-1,2\n", b"H|SO-1\nL|A|1.5\n", *golden("flat_file"), *samples("*/csv/*")),
        (b'"', b'""', b",", b"|", b"\n", b"no,qty", b"H|", b"L|", b"S|"),
    ),
    "fixed": Target(check_fixed, lambda: (FILE, *golden("flat_file")), (b"H1", b"L1", b"\r\n", b"00012", b"     ")),
    "sniff": Target(
        check_opening, opening_seeds, (*X12_TOKENS[5:], *EDIFACT_TOKENS[5:], *XML_TOKENS, *JSON_TOKENS, *IDOC_TOKENS)
    ),
}
