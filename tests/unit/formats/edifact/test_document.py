"""A message as a `Document`, and fields addressed as a mapping does."""

from __future__ import annotations

import pytest

from crossdock.formats.edifact.document import EdifactDocument, EdifactSyntax
from crossdock.formats.edifact.marks import address
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document, Node, Place, Syntax
from tests.unit.formats.edifact.documents import STATUS, first, interchange, message

SYNTAX: Syntax = EdifactSyntax()
BODY = interchange([message("IFTSTA", *STATUS, version="D:96A:UN:EAN004")], una="UNA:+.? '")


def test_a_document_tells_what_it_is() -> None:
    document: Document = EdifactDocument(first(BODY))
    assert (document.syntax, document.kind, document.version) == ("edifact", "IFTSTA", "D:96A:UN:EAN004")
    assert [node.name for node in document.root.children] == ["BGM", "DTM", "CNI", "UNT"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [("00", "DTM"), ("01", "137"), ("01-1", "137"), ("01-2", "202606021558"), ("01-9", ""), ("02", ""), ("02-1", "")],
)
def test_a_field_is_an_element_or_a_component(field: str, expected: str) -> None:
    node = EdifactDocument(first(BODY)).root.children[1]
    assert SYNTAX.getter(field)(node) == expected


@pytest.mark.parametrize(
    ("field", "expected"), [("01", "1"), ("01-2", "A"), ("01#2", "2"), ("01#2-2", "B"), ("01#3", ""), ("02", "C")]
)
def test_a_repetition_is_addressed_by_its_number(field: str, expected: str) -> None:
    body = interchange([message("IFTSTA", "STS+1:A*2:B+C")], level="UNOC:4")
    assert SYNTAX.getter(field)(EdifactDocument(first(body)).root.children[0]) == expected


@pytest.mark.parametrize("field", ["", "1", "001", "C507", "01-0", "01#0", "01-", "01-1-1", "x", "０１"])
def test_what_is_no_field_is_refused_when_the_mapping_is_compiled(field: str) -> None:
    with pytest.raises(Rejected, match="write `01`"):
        SYNTAX.getter(field)


def test_a_place_is_its_bytes_in_the_file() -> None:
    document = EdifactDocument(first(BODY))
    status = document.root.children[2].children[0]
    dtm = status.children[0]
    place = document.where(dtm, "01-2")
    assert place.words == f"UNB 431 / UNH 1 / segment 6 DTM-01-2 (byte {place.start})"
    assert BODY[place.start : place.start + place.length] == b"202606021605"
    whole = document.where(status, "")
    assert BODY[whole.start : whole.start + whole.length] == b"STS+1+21"


def test_what_is_not_there_has_a_place_without_length() -> None:
    document = EdifactDocument(first(BODY))
    place = document.where(document.root.children[0], "04")
    begin = BODY.index(b"BGM+23+STA-1+9")
    assert place == Place(f"UNB 431 / UNH 1 / segment 2 BGM-04 (byte {begin + 14})", begin + 14, 0)


def test_places_count_bytes_where_characters_have_several() -> None:
    body = interchange([message("IFTSTA", "FTX+@", "STS+1")], level="UNOW:4").replace(b"@", "Łódź+東".encode())
    document = EdifactDocument(first(body))
    place = document.where(document.root.children[0], "02")
    assert body[place.start : place.start + place.length].decode() == "東"
    assert SYNTAX.getter("02")(document.root.children[0]) == "東"


def test_an_address_has_element_component_and_repetition() -> None:
    assert address("02#3-4") == (2, 4, 3)
    assert isinstance(EdifactDocument(first(BODY)).root, Node)
