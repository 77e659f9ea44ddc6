"""A place is the truth: changing the bytes it names changes that value and no other (peers §3.5, in every syntax)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crossdock.formats.delimited.document import read_delimited
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.fixed_width.document import read_fixed
from crossdock.formats.fixed_width.layout import Field, FixedLayout, FixedRecord
from crossdock.formats.idoc.flat import read_idoc_flat
from crossdock.formats.idoc.flat_writer import write_idoc_flat
from crossdock.formats.idoc.xml_form import read_idoc_xml, write_idoc_xml
from crossdock.formats.json_text.document import read_json, read_ndjson
from crossdock.formats.xml.document import read_xml
from crossdock.kernel.tree import Document, Node
from tests.unit.formats.kit import nodes

Read = Callable[[bytes], list[Document]]
CELLS = DelimitedLayout("cells", charset="cp1252", delimiter=";")
STOCK = FixedLayout("stock", (FixedRecord("row", (Field("sku", 6), Field("qty", 5, right=True, pad="0"))),))
IDOC = Node("IDOC", {}, 0, [Node("EDI_DC40", {"DOCNUM": "1", "IDOCTYP": "ORDERS05", "SNDPRN": "ÄRZTE"}, 0)])
IDOC.children.append(Node("E1EDP01", {"MENGE": "12"}, 0, [Node("E1EDP19", {"IDTNR": "A", "KTEXT": "für"}, 0)]))
XML = '<o:a xmlns:o="urn:o"><!-- ü --><b c="x&amp;ü" d=\'2\'>one<!-- 2 --><![CDATA[3]]></b>\n<b>ü</b></o:a>'.encode(
    "utf-16"
)
CSV = 'a;b\n"ü""1";2\nx;"y;\n z"\n'.encode("cp1252")
JSON = '{"ü": "\\u00fc", "n": [1, {"a": -2.5, "b": [[true], null]}], "a": {"a": "x"}}'.encode()

CASES: list[tuple[str, Read, str, bytes, int]] = [
    ("xml", lambda body: [*read_xml(body).documents], "utf-16-le", XML, 4),
    ("json", lambda body: [*read_json(body).documents], "utf-8", JSON, 6),
    ("ndjson", lambda body: [*read_ndjson(body).documents], "utf-8", JSON + b"\n\n" + JSON, 12),
    ("csv", lambda body: [*read_delimited(body, CELLS).documents], "cp1252", CSV, 4),
    ("fixed", lambda body: [*read_fixed(body, STOCK).documents], "utf-8", "Füße  00012\nA     00007".encode(), 4),
    ("idoc-flat", lambda body: [*read_idoc_flat(body).documents], "utf-8", write_idoc_flat([IDOC]), 4),
    ("idoc-xml", lambda body: [*read_idoc_xml(body).documents], "utf-8", write_idoc_xml([IDOC]), 4),
]
# Changing these changes what the rest is.
STRUCTURE = ("TABNAM", "DOCNUM", "IDOCTYP")


def leaves(documents: list[Document]) -> dict[tuple[int, int, str], str]:
    """Every value by document, node (in their order) and field."""
    return {
        (number, count, field): node.fields[field]
        for number, document in enumerate(documents)
        for count, node in enumerate(nodes(document.root))
        if isinstance(node.fields, dict)
        for field in node.fields
    }


@pytest.mark.parametrize(("name", "read", "charset", "body", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_bytes_of_a_place_are_that_value_and_no_other(
    name: str, read: Read, charset: str, body: bytes, expected: int
) -> None:
    documents = read(body)
    before = leaves(documents)
    tried = [key for key in before if key[2] not in STRUCTURE]
    for number, count, field in tried:
        document = documents[number]
        place = document.where(list(nodes(document.root))[count], field)
        begin, end = place.start, place.start + place.length
        raw = body[begin:end].decode(charset)
        quoted = raw.startswith('"')
        digits = "7" * (len(raw) - 2 * quoted)
        changed = (f'"{digits}"' if quoted else digits).encode(charset)
        after = leaves(read(body[:begin] + changed + body[end:]))
        differing = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        assert differing == {(number, count, field)}, f"{name}: {place.words}"
        assert after[number, count, field] == digits
    assert len(tried) == expected
