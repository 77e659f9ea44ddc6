"""XML: values with their bytes, names that do not depend on the sender, byte-exact round trip (mission S-09, S-10)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crossdock.formats.fields import XML_FIELDS
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.tokens import unescaped
from crossdock.formats.xml.writer import rewrite_xml, write_xml
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.kit import needs_samples, nodes, samples, values

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ORDER = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- from Füssen -->
<o:Order xmlns:o="{UBL}Order-2" xmlns:x="{UBL}CommonBasicComponents-2" xmlns:y='{UBL}CommonAggregateComponents-2'>
  <x:ID schemeID = 'A&amp;B' >SO-1 &#228; &lt;1&gt;</x:ID>
  <x:Note><![CDATA[a < b]]> and <!-- no --> more</x:Note>
  <y:OrderLine><x:ID>10</x:ID><x:Note/></y:OrderLine>
  <y:OrderLine><x:ID>20</x:ID></y:OrderLine>
</o:Order>
""".encode()


def document(body: bytes) -> XmlDocument:
    reading = read_xml(body)
    assert reading.faults == []
    return reading.documents[0]


def test_names_are_ours_whatever_prefixes_the_sender_chose() -> None:
    order = document(ORDER)
    assert (order.syntax, order.kind, order.version) == ("xml", "Order", f"{UBL}Order-2")
    assert [node.name for node in nodes(order.root)][:5] == ["Order", "cbc:ID", "cbc:Note", "cac:OrderLine", "cbc:ID"]
    assert order.root.children[0].fields == {"@schemeID": "A&B", "": "SO-1 ä <1>"}
    assert order.root.children[1].fields == {"": "a < b and  more"}
    assert order.root.fields == {}


def test_a_namespace_nobody_declared_to_us_keeps_its_whole_name() -> None:
    order = document(b'<a xmlns:q="urn:q"><q:b q:c="1"/><b/></a>')
    assert [node.name for node in order.root.children] == ["{urn:q}b", "b"]
    assert order.root.children[0].fields == {"@{urn:q}c": "1"}


def test_every_value_knows_its_bytes_line_and_path() -> None:
    order = document(ORDER)
    first, note, _, second = order.root.children
    attribute, text = order.where(first, "@schemeID"), order.where(first, "")
    assert ORDER[attribute.start :][: attribute.length] == b"A&amp;B"
    assert ORDER[text.start :][: text.length] == b"SO-1 &#228; &lt;1&gt;"
    assert text.words == f"Order/cbc:ID (line 4, column 31, byte {text.start})"
    assert order.where(note, "").length == len("<![CDATA[a < b]]> and <!-- no --> more")
    assert order.where(second, "").words.startswith("Order/cac:OrderLine[2] (line 7, column 3, byte ")
    assert order.where(second.children[0], "").words.startswith("Order/cac:OrderLine[2]/cbc:ID (line 7")


def test_what_was_read_comes_back_and_a_changed_value_changes_only_its_own_bytes() -> None:
    order = document(ORDER)
    assert rewrite_xml(order) == ORDER
    order.root.children[0].fields = {"@schemeID": 'C"D', "": "5 < 6"}
    order.root.children[1].fields = {"": "x]]>y"}
    changed = rewrite_xml(order)
    expected = ORDER.replace(b"A&amp;B", b"C&quot;D").replace(b"SO-1 &#228; &lt;1&gt;", b"5 &lt; 6")
    expected = expected.replace(b"<![CDATA[a < b]]> and <!-- no --> more", b"<![CDATA[x]]]]><![CDATA[>y]]><!-- no -->")
    assert changed == expected
    assert document(changed).root.children[1].fields == {"": "x]]>y"}


def test_a_document_that_was_read_cannot_grow() -> None:
    order = document(ORDER)
    order.root.children.append(Node("cbc:Note", {}, 99))
    with pytest.raises(Bug, match="added to or removed"):
        rewrite_xml(order)


def test_a_tree_is_written_with_its_namespaces_at_the_root() -> None:
    line = Node("cac:OrderLine", {}, 2, [Node("cbc:Note", {"@languageID": "de", "": "a<b\r&"}, 3)])
    root = Node("Order", {}, 0, [Node("cbc:ID", {"": "SO-1"}, 1), line])
    declared = {"": f"{UBL}Order-2", "cac": f"{UBL}CommonAggregateComponents-2", "soap": "urn:unused"}
    with pytest.raises(Rejected, match="prefixes cbc"):
        write_xml(root, declared)
    body = write_xml(root, {**declared, "cbc": f"{UBL}CommonBasicComponents-2"})
    assert b"soap" not in body
    again = document(body)
    assert [node.name for node in nodes(again.root)] == [node.name for node in nodes(root)]
    assert again.root.children[1].children[0].fields == {"@languageID": "de", "": "a<b\r&"}


@pytest.mark.parametrize(("name", "value"), [("a b", "x"), ("1a", "x"), ("", "x"), ("a><b", "x"), ("a", "\x01")])
def test_what_xml_cannot_carry_is_refused_with_its_path(name: str, value: str) -> None:
    with pytest.raises(Rejected) as refusal:
        write_xml(Node("Order", {}, 0, [Node(name, {"": value}, 1)]), {})
    assert refusal.value.where.startswith("Order/")


def test_fields_are_addressed_as_attributes_and_own_text() -> None:
    node = document(ORDER).root.children[0]
    assert XML_FIELDS.getter("@schemeID")(node) == "A&B"
    assert XML_FIELDS.getter("")(node) == "SO-1 ä <1>"
    assert XML_FIELDS.getter("@missing")(node) == ""
    with pytest.raises(Rejected, match="write @name"):
        XML_FIELDS.getter("schemeID")


NAMES = st.sampled_from(["a", "b", "cbc:ID"])
TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r<&>\"'")
)
TREES = st.recursive(
    st.builds(lambda name, text: Node(name, {"": text} if text else {}, 0), NAMES, TEXTS),
    lambda inner: st.builds(
        lambda name, value, children: Node(name, {"@x": value}, 0, children), NAMES, TEXTS, st.lists(inner, min_size=1)
    ),
    max_leaves=8,
)


def plain(node: Node) -> object:
    return node.name, node.fields, [plain(child) for child in node.children]


@given(TREES, st.sampled_from([0, 2]))
def test_any_tree_is_read_as_it_was_written(tree: Node, indent: int) -> None:
    body = write_xml(tree, {"cbc": f"{UBL}CommonBasicComponents-2"}, indent=indent)
    again = document(body)
    assert plain(again.root) == plain(tree)
    assert rewrite_xml(again) == body
    for value, raw, place in values(again, body):
        assert value == unescaped(raw.decode(), attribute="/@" in place.words)


@needs_samples
def test_every_real_xml_document_is_read_and_comes_back_byte_for_byte() -> None:
    found = samples("**/*.xml")
    assert len(found) == 98
    for path in found:
        body = path.read_bytes()
        one = document(body)
        rewritten = rewrite_xml(one)
        assert rewritten == body, path.name
        assert etree.tostring(etree.fromstring(rewritten), method="c14n")
        assert all(0 <= place.start <= len(body) for _, _, place in values(one, body))
        for node in nodes(one.root):
            node.fields = dict.fromkeys(node.fields, "7")
        emptied = read_xml(rewrite_xml(one)).documents[0]
        assert {value for value, _, _ in values(emptied, b"")} <= {"7"}, "values come from the tree, not from the bytes"
