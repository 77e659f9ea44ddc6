"""IDocs, flat and in XML: one tree for both, positions, exact round trip, what is not known kept whole and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.fields import IDOC_FIELDS
from crossdock.formats.idoc.flat import FlatIdoc, read_idoc_flat
from crossdock.formats.idoc.flat_writer import FlatStyle, rewrite_idoc_flat, write_idoc_flat
from crossdock.formats.idoc.layouts import CONTROL_RECORD, SEGMENTS, external_name, make_segment, segment_name
from crossdock.formats.idoc.xml_form import XmlIdoc, read_idoc_xml, rewrite_idoc_xml, write_idoc_xml
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.kit import needs_samples, nodes, samples, values


def control(**more: str) -> Node:
    fields = {"TABNAM": "EDI_DC40", "MANDT": "100", "DOCNUM": "0000000000000815", "DOCREL": "750"}
    return Node("EDI_DC40", {**fields, "IDOCTYP": "ORDERS05", "MESTYP": "ORDERS", **more}, 0)


def order() -> Node:
    first = Node("E1EDP01", {"POSEX": "000010", "MENGE": "12.000", "MENEE": "PCE"}, 0)
    first.children = [Node("E1EDP20", {"WMENG": "12.000", "EDATU": "20260602"}, 0)]
    first.children.append(Node("E1EDP19", {"QUALF": "002", "IDTNR": "IT-501", "KTEXT": "Füße & <Schuhe>"}, 0))
    head = Node("E1EDK01", {"CURCY": "EUR", "BELNR": "SO-100234"}, 0)
    lines = [first, Node("E1EDP01", {"POSEX": "000020"}, 0), Node("E1EDS01", {"SUMID": "002", "SUMME": "6.75"}, 0)]
    return Node("IDOC", {}, 0, [control(), head, Node("E1EDKA1", {"PARVW": "WE", "PARTN": "4711"}, 0), *lines])


def plain(node: Node) -> object:
    return node.name, node.fields, [plain(child) for child in node.children]


def flat(body: bytes) -> FlatIdoc:
    reading = read_idoc_flat(body)
    assert reading.faults == []
    return reading.documents[0]


def test_both_forms_give_the_same_tree() -> None:
    in_flat, in_xml = write_idoc_flat([order(), order()]), write_idoc_xml([order(), order()])
    texts, elements = read_idoc_flat(in_flat), read_idoc_xml(in_xml)
    assert texts.faults == elements.faults == []
    assert len(texts.documents) == len(elements.documents) == 2
    both: list[FlatIdoc | XmlIdoc] = [*texts.documents, *elements.documents]
    for one in both:
        assert (one.syntax, one.kind, one.version) == ("idoc", "ORDERS05", "750")
        assert plain(one.root) == plain(order())


def test_flat_records_have_the_lengths_and_numbers_sap_expects() -> None:
    style = FlatStyle(names={"E1EDK01": "E2EDK01005"}, newline="\n")
    lines = write_idoc_flat([order()], style).decode().split("\n")
    assert CONTROL_RECORD.length == 524
    assert [len(line) for line in lines] == [524, *[1063] * 7, 0]
    assert [(line[:10].strip(), line[49:55], line[55:61], line[61:63]) for line in lines[1:8]] == [
        ("E2EDK01005", "000001", "000000", "01"),
        ("E2EDKA1", "000002", "000000", "01"),
        ("E2EDP01", "000003", "000000", "01"),
        ("E2EDP20", "000004", "000003", "02"),
        ("E2EDP19", "000005", "000003", "02"),
        ("E2EDP01", "000006", "000000", "01"),
        ("E2EDS01", "000007", "000000", "01"),
    ]
    blocks = "".join(lines).encode("latin-1")
    assert plain(flat(blocks).root) == plain(order())
    assert rewrite_idoc_flat([flat(blocks)]) == blocks


def test_every_value_knows_the_bytes_of_its_field() -> None:
    body = write_idoc_flat([order()])
    document = flat(body)
    item = document.root.children[3].children[1]
    place = document.where(item, "KTEXT")
    assert place.words == f"line 6, E1EDP19 KTEXT, column 102 (byte {place.start})"
    assert body[place.start :][: place.length].decode() == "Füße & <Schuhe>".ljust(70)
    assert all(raw.decode().rstrip(" ") == value for value, raw, _ in values(document, body))
    xml = write_idoc_xml([order()])
    element = read_idoc_xml(xml).documents[0]
    place = element.where(element.root.children[3].children[1], "KTEXT")
    assert xml[place.start :][: place.length].decode() == "Füße &amp; &lt;Schuhe&gt;"
    assert "ORDERS05/IDOC/E1EDP01[1]/E1EDP19/KTEXT (line " in place.words
    assert element.where(element.root.children[3], "").words.startswith("ORDERS05/IDOC/E1EDP01[1] (line ")
    assert IDOC_FIELDS.getter("KTEXT")(item) == "Füße & <Schuhe>"


def test_a_changed_value_changes_only_its_own_field() -> None:
    body, xml = write_idoc_flat([order()]), write_idoc_xml([order()])
    document, element = flat(body), read_idoc_xml(xml).documents[0]
    for one in (document, element):
        one.root.children[1].fields = {"CURCY": "USD", "BELNR": "SO-100234"}
    assert rewrite_idoc_flat([document]) == body.replace(b"EUR", b"USD")
    assert rewrite_idoc_xml([element]) == xml.replace(b"EUR", b"USD")
    for one in (document, element):
        one.root.children[1].fields = {"CURCY": "USD", "MORE": "1"}
    with pytest.raises(Rejected, match="no field of E1EDK01"):
        rewrite_idoc_flat([document])
    with pytest.raises(Bug, match="added to an IDoc"):
        rewrite_idoc_xml([element])


def test_an_unknown_segment_is_kept_whole_until_its_fields_are_declared() -> None:
    known = make_segment("Z1LOTS", "LOT:10 BEST_BEFORE:8", "E1EDP01", 63)
    style = FlatStyle(own_segments={"Z1LOTS": known})
    root = order()
    root.children[3].children.append(Node("Z1LOTS", {"LOT": "L-7", "BEST_BEFORE": "20270101"}, 0))
    body = write_idoc_flat([root], style)
    assert b"Z2LOTS000  " in body
    reading = read_idoc_flat(body)
    assert [(fault.code, fault.severity) for fault in reading.faults] == [("IDOC-SEGMENT", "warning")]
    lot = reading.documents[0].root.children[3].children[2]
    assert (lot.name, lot.fields) == ("Z1LOTS", {"SDATA": "L-7       20270101"})
    assert rewrite_idoc_flat(reading.documents) == body
    again = read_idoc_flat(body, own_segments={"Z1LOTS": known})
    assert again.faults == []
    assert plain(again.documents[0].root) == plain(root)


@pytest.mark.parametrize(
    ("external", "own"),
    [
        ("E2EDK01005", "E1EDK01"), ("E2EDK14", "E1EDK14"), ("E2EDKA1003", "E1EDKA1"), ("Z2LOTS000", "Z1LOTS"),
        ("ZE1EDT856000", "ZE1EDT856"), ("E1EDL24", "E1EDL24"), ("E2TXTP8", "E1TXTP8"), ("ZDATA", "ZDATA"),
    ],
)  # fmt: skip
def test_external_names_lose_their_version(external: str, own: str) -> None:
    assert segment_name(external) == own


def test_first_versions_are_named_so_that_they_are_read_back() -> None:
    assert all(segment_name(external_name(name)) == name for name in (*SEGMENTS, "Z1LOTS", "ZE1EDT856"))


def test_no_segment_is_longer_than_its_record_and_all_parents_are_known() -> None:
    assert len(SEGMENTS) >= 65
    assert all(
        segment.length <= 1063 and (not segment.parent or segment.parent in SEGMENTS) for segment in SEGMENTS.values()
    )
    assert all(len({cut.name for cut in one.cuts}) == len(one.cuts) for one in SEGMENTS.values())


HEAD = write_idoc_flat([Node("IDOC", {}, 0, [control()])], FlatStyle(full=False, newline="\n"))


def record(name: str, number: str, above: str) -> bytes:
    return f"{name:<30}1000000000000000815{number}{above}02x\n".encode()


@pytest.mark.parametrize(
    ("body", "code", "severity", "at"),
    [
        (b"", "IDOC-EMPTY", "error", 0),
        (b"EDI_DC40\x00", "IDOC-NUL", "error", 8),
        (record("E2EDK01", "000001", "000000"), "IDOC-CONTROL", "error", 0),
        (HEAD + b"E2EDK01  short\n", "IDOC-RECORD", "error", len(HEAD)),
        (HEAD + b"*" * 80 + b"\n", "IDOC-RECORD", "error", len(HEAD)),
        (HEAD + record("E2EDP01", "000009", "000009"), "IDOC-PARENT", "warning", len(HEAD)),
        (b"EDI_DC40  100\n", "IDOC-TYPE", "warning", 0),
    ],
)
def test_what_is_wrong_is_one_fault_at_its_byte(body: bytes, code: str, severity: str, at: int) -> None:
    reading = read_idoc_flat(body)
    assert [(one.code, one.severity, one.place.start) for one in reading.faults] == [(code, severity, at)]
    assert not reading.documents or rewrite_idoc_flat(reading.documents) == body


def test_useless_numbers_leave_the_usual_structure_of_the_type() -> None:
    body = HEAD + b"".join(record(name, n, n) for name, n in [("E2EDP01", "000001"), ("E2EDP20", "000002")])
    root = read_idoc_flat(body).documents[0].root
    assert [(child.name, len(child.children)) for child in root.children] == [("EDI_DC40", 0), ("E1EDP01", 1)]


def test_segments_nested_without_end_are_told() -> None:
    body = HEAD + b"".join(record("E2EDP01", f"{n:06d}", f"{n - 1:06d}") for n in range(1, 100))
    assert next(iter(read_idoc_flat(body).faults)).code == "IDOC-DEPTH"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<DELVRY03></DELVRY03>", "IDOC-NONE"),
        (b"<A><IDOC><E1EDL20 SEGMENT='1'/></IDOC></A>", "IDOC-CONTROL"),
        (b"<A><IDOC><EDI_DC40 SEGMENT='1'><A>1</A><A>2</A></EDI_DC40></IDOC></A>", "IDOC-FIELD"),
        (b"<A><IDOC>", "XML-SYNTAX"),
    ],
)
def test_what_is_wrong_in_xml_is_told(body: bytes, code: str) -> None:
    reading = read_idoc_xml(body)
    assert [fault.code for fault in reading.faults] == [code]
    assert not reading.documents or rewrite_idoc_xml(reading.documents) == body


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (Node("E1NONE", {}, 0), "E1NONE"),
        (Node("E1EDK01", {"NONE": "1"}, 0), "E1EDK01"),
        (Node("E1EDK01", {"CURCY": "EURO"}, 0), "E1EDK01/CURCY"),
        (Node("E1EDK01", {"CURCY": "E\n"}, 0), "E1EDK01/CURCY"),
    ],
)
def test_what_a_segment_cannot_carry_is_refused(node: Node, where: str) -> None:
    with pytest.raises(Rejected) as refusal:
        write_idoc_flat([Node("IDOC", {}, 0, [control(), node])])
    assert refusal.value.where == where


@pytest.mark.parametrize("root", [Node("IDOC", {}, 0), Node("IDOC", {}, 0, [control(IDOCTYP="")])])
def test_an_idoc_without_a_whole_control_record_is_not_written(root: Node) -> None:
    with pytest.raises(Rejected, match="EDI_DC40"):
        write_idoc_flat([root])
    with pytest.raises(Rejected, match="EDI_DC40"):
        write_idoc_xml([root])


SEED = HEAD + record("E2EDP01", "000001", "000000") + record("E2EDP19", "000002", "000001")


@given(st.integers(0, len(SEED)), st.integers(0, 90), st.text(alphabet="E2DC40_ 019\r\n\0ä", max_size=70))
def test_any_damage_is_told_and_kept_whole(at: int, length: int, text: str) -> None:
    body = SEED[:at] + text.encode() + SEED[at + length :]
    reading = read_idoc_flat(body)
    assert reading.documents or reading.faults
    assert all(0 <= fault.place.start <= len(body) and fault.detail for fault in reading.faults)
    assert not reading.documents or rewrite_idoc_flat(reading.documents) == body


@needs_samples
def test_the_real_idocs_are_read_and_come_back_byte_for_byte() -> None:
    found = samples("sap-idoc/**/*")
    assert len(found) == 12
    none = []
    for path in found:
        body = path.read_bytes()
        documents: list[FlatIdoc] | list[XmlIdoc]
        if path.suffix == ".xml":
            elements = read_idoc_xml(body).documents
            documents, written = elements, rewrite_idoc_xml(elements) if elements else b""
        else:
            texts = read_idoc_flat(body).documents
            documents, written = texts, rewrite_idoc_flat(texts)
            assert all(raw.decode().rstrip(" ") == value for value, raw, _ in values(texts[0], body))
        none += [path.name] if not documents else []
        assert not documents or written == body
        assert all(len(list(nodes(one.root))) >= 2 for one in documents)
    assert [name.partition("--")[2] for name in none] == ["missingIdocElementXml.xml"]
