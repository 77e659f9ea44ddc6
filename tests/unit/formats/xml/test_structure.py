"""What a document breaks of its own language is told with its place; what the language leaves open is not."""

from __future__ import annotations

import pytest

from crossdock.formats.reading import ERROR, WARNING, Fault
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.structure import (
    BREACHES_MAX,
    MISSING,
    ORDER,
    REPEATED,
    UNKNOWN,
    Structure,
    breaches,
    parse_structure,
    structure_of,
)
from tests.unit.formats.kit import needs_samples, samples

LANGUAGE = parse_structure("""
name = "Toy"
source = "made up for this test"
closed = true
[documents]
box = "id! note* size lid thing+"
[elements]
thing = "name!"
""")
OPEN = parse_structure("""
name = "Toy"
source = "made up for this test"
closed = false
[documents]
box = "id! thing+"
[elements]
""")
SOUND = "<box><id>1</id><note/><note/><size/><thing><name/></thing><thing><more/><name/></thing></box>"


def told(text: str, language: Structure = LANGUAGE, *, strict: bool = False) -> list[Fault]:
    document = read(text.encode())
    return breaches(document, document.root, "box", language, strict=strict)


def read(body: bytes) -> XmlDocument:
    (document,) = read_xml(body).documents
    return document


def test_a_sound_document_is_told_nothing() -> None:
    assert told(SOUND) == []


@pytest.mark.parametrize(
    ("damage", "code", "place", "detail"),
    [
        (("<id>1</id>", ""), MISSING, "box (", "id is not there: Toy demands it in every box, send it"),
        (("<size/>", "<size/><size/>"), REPEATED, "box/size[2] (", "size is there more than once"),
        (("<size/>", "<odd/>"), UNKNOWN, "box/odd (", "odd is no element Toy has in box: leave it out"),
        (("</box>", "<size/></box>"), REPEATED, "box/size[2] (", "size is there more than once"),
        (("</box>", "<lid/></box>"), ORDER, "box/lid (", "lid stands behind thing: Toy has it before that in box"),
        (("<more/><name/>", "<more/>"), MISSING, "box/thing[2] (", "name is not there: Toy demands it in every thing"),
    ],
)
def test_each_breach_is_told_once_with_its_place(damage: tuple[str, str], code: str, place: str, detail: str) -> None:
    (fault,) = told(SOUND.replace(*damage))
    assert (fault.code, fault.severity) == (code, WARNING)
    assert fault.place.words.startswith(place)
    assert detail in fault.detail


def test_one_element_too_early_does_not_put_all_behind_it_out_of_place() -> None:
    text = SOUND.replace("<id>1</id>", "").replace("<size/>", "<size/><id>1</id>")
    assert [fault.code for fault in told(text)] == [ORDER]


def test_who_is_strict_has_errors() -> None:
    assert [fault.severity for fault in told("<box/>", strict=True)] == [ERROR, ERROR]


def test_a_language_told_in_part_says_nothing_of_the_rest() -> None:
    assert told("<box><thing/><odd/><id/><id/></box>", OPEN) == []
    assert [fault.code for fault in told("<box><odd/></box>", OPEN)] == [MISSING, MISSING]


def test_a_document_the_language_does_not_have_is_not_judged() -> None:
    document = read(b"<crate/>")
    assert breaches(document, document.root, "crate", LANGUAGE, strict=True) == []


def test_a_document_of_nothing_but_breaches_is_told_briefly() -> None:
    assert len(told("<box>" + "<odd/>" * 500 + "</box>")) == BREACHES_MAX


@needs_samples
@pytest.mark.parametrize("folder", ["ubl", "peppol"])
def test_documents_of_others_are_sound(folder: str) -> None:
    """OASIS's and Peppol's own examples hold to what we say UBL is, or we say it wrongly."""
    judged = 0
    for path in samples(f"{folder}/**/*.xml"):
        document = read(path.read_bytes())
        told_of = breaches(document, document.root, document.kind, structure_of("ubl"), strict=False)
        assert told_of == [], path.name
        judged += document.kind in structure_of("ubl").documents
    assert judged >= 9
