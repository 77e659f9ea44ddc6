"""JSON: values as they are written with their bytes, byte-exact round trip, and nothing ambiguous let through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.fields import JSON_FIELDS
from crossdock.formats.json_text.document import JsonDocument, read_json, read_ndjson
from crossdock.formats.json_text.writer import JsonShape, rewrite_json, write_json, write_ndjson
from crossdock.formats.reading import Reading
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.kit import needs_samples, nodes, samples, values

ORDER = """\ufeff{
  "no": "SO-1", "total": 1.50, "big": 1E400, "paid": true, "note": null, "a/b": "\\u00fc \\"x\\"",
  "ship_to": {"city": "Füssen"},
  "lines": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 10}],
  "tags": ["x", 7], "empty": [], "route": [[4.5, 52], []]
}
""".encode()


def document(body: bytes) -> JsonDocument:
    reading = read_json(body, "order", "7")
    assert reading.faults == []
    return reading.documents[0]


def test_members_are_text_as_written_and_objects_are_children() -> None:
    order = document(ORDER)
    assert (order.syntax, order.kind, order.version, order.root.name) == ("json", "order", "7", "$")
    assert order.root.fields == {
        "no": "SO-1", "total": "1.50", "big": "1E400", "paid": "true", "note": "", "a/b": 'ü "x"'
    }  # fmt: skip
    assert [(child.name, child.fields) for child in order.root.children] == [
        ("ship_to", {"city": "Füssen"}),
        ("lines", {"sku": "A", "qty": "2"}),
        ("lines", {"sku": "B", "qty": "10"}),
        ("tags", {"": "x"}),
        ("tags", {"": "7"}),
        ("route", {}),
        ("route", {}),
    ]
    assert [(child.name, child.fields) for child in order.root.children[5].children] == [
        ("item", {"": "4.5"}),
        ("item", {"": "52"}),
    ]
    assert JSON_FIELDS.getter("a/b")(order.root) == 'ü "x"'


def test_every_value_knows_its_bytes_and_its_pointer() -> None:
    order = document(ORDER)
    for value, raw, _ in values(order, ORDER):
        read = json.loads(raw, parse_float=str, parse_int=str)
        assert value == ("" if read is None else "true" if read is True else read)
    line = order.root.children[2]
    assert order.where(line, "qty").words.startswith("/lines/1/qty (byte ")
    assert order.where(order.root, "a/b").words.startswith("/a~1b (byte ")
    assert order.where(order.root.children[5].children[1], "").words.startswith("/route/0/1 (byte ")
    whole = order.where(line, "")
    assert ORDER[whole.start :][: whole.length] == b'{"sku": "B", "qty": 10}'


def test_what_was_read_comes_back_and_a_changed_value_changes_only_its_own_bytes() -> None:
    order = document(ORDER)
    assert rewrite_json([order]) == ORDER
    assert isinstance(order.root.fields, dict)
    order.root.fields = order.root.fields | {"no": 'SO-"2"', "total": "2.25", "note": "now", "paid": "maybe"}
    expected = ORDER.replace(b'"SO-1"', b'"SO-\\"2\\""').replace(b"1.50", b"2.25")
    assert rewrite_json([order]) == expected.replace(b"null", b'"now"').replace(b"true", b'"maybe"')
    order.root.fields = {"no": "only"}
    with pytest.raises(Bug, match="added to or removed from the root"):
        rewrite_json([order])


def test_lines_are_documents_and_a_bad_line_is_told_while_the_others_are_read() -> None:
    body = b'{"a": 1}\r\n\n{"a": }\n[2] 3\n{"b": "\xc3\xa4"}'
    reading = read_ndjson(body)
    assert [one.root.fields for one in reading.documents] == [{"a": "1"}, {"b": "ä"}]
    assert [(fault.code, fault.place.start) for fault in reading.faults] == [("JSON-SYNTAX", 17), ("JSON-MORE", 23)]
    assert reading.faults[0].place.words == "line 3, byte 6"
    place = reading.documents[1].where(reading.documents[1].root, "b")
    assert body[place.start :][: place.length] == b'"\xc3\xa4"'
    assert rewrite_json(reading.documents) == body


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        (b"", "JSON-EMPTY", 0),
        (b" \n", "JSON-EMPTY", 2),
        (b'{"a": 1} {', "JSON-MORE", 9),
        (b'{"a": 1,}', "JSON-SYNTAX", 8),
        (b'{"\xc3\xa4": x}', "JSON-SYNTAX", 7),
        (b'{"a": "\x00"}', "JSON-SYNTAX", 7),
        (b'{"a": {"b": "\\u0000"}}', "JSON-NUL", 6),
        (b'["\\ud83d\\ude00", "\\ud83d"]', "JSON-TEXT", 17),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "JSON-KEY", 14),
        (b'["NaN", NaN]', "JSON-NUMBER", 8),
        (b'{"a": -Infinity}', "JSON-NUMBER", 6),
        (b'{"a": "\xff"}', "JSON-CHARSET", 7),
        ('{"a": 1}'.encode("utf-16"), "JSON-CHARSET", 0),
        (b"[" * 70 + b"]" * 70, "JSON-DEPTH", 64),
        (b"[" * 100_000, "JSON-DEPTH", 0),
        (b"[" + b"0," * 2_000_000, "JSON-BOUND", 0),
    ],
)
def test_what_is_wrong_is_one_fault_at_its_byte(body: bytes, code: str, at: int) -> None:
    reading = read_json(body)
    assert reading.documents == []
    assert [(fault.code, fault.place.start) for fault in reading.faults] == [(code, at)]


def test_trees_are_written_with_declared_types() -> None:
    root = Node("$", {"no": "SO-1", "total": "1.50", "paid": "true", "note": ""}, 0)
    root.children = [Node("lines", {"qty": "2"}, 1), Node("tags", {"": "x"}, 2), Node("tags", {"": "y"}, 3)]
    names = {"numbers": ["total", "qty"], "booleans": ["paid"], "nullable": ["note"], "lists": ["lines"]}
    shape = JsonShape(**{name: frozenset(members) for name, members in names.items()})
    expected = b'{"no":"SO-1","total":1.50,"paid":true,"note":null,"lines":[{"qty":2}],"tags":["x","y"]}'
    assert write_json(root, shape) == expected
    assert write_ndjson([root, Node("$", {}, 0)], shape) == expected + b"\n{}\n"


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (Node("$", {"qty": "two"}, 0), "/qty"),
        (Node("$", {"qty": "01"}, 0), "/qty"),
        (Node("$", {"a": "\0"}, 0), "/a"),
        (Node("$", {"a": "1"}, 0, [Node("a", {}, 1)]), "/a"),
        (Node("$", {"a": "\ud800"}, 0), ""),
    ],
)
def test_what_json_cannot_carry_is_refused_with_its_pointer(node: Node, where: str) -> None:
    with pytest.raises(Rejected) as refusal:
        write_json(node, JsonShape(numbers=frozenset({"qty"})))
    assert refusal.value.where == where


TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_any_json_value_is_read_placed_and_written_back(value: object, indent: int | None, escaped: bool) -> None:
    body = json.dumps(value, indent=indent, ensure_ascii=escaped).encode()
    one = document(body)
    assert rewrite_json([one]) == body
    for text, raw, _ in values(one, body):
        read = json.loads(raw, parse_float=str, parse_int=str)
        assert text == (read if isinstance(read, str) else json.dumps(read).replace("null", ""))
    assert len(list(nodes(one.root))) == len(one.spots)


MARKUP = st.sampled_from(
    ["{", "}", "[", "]", ",", ":", '"a"', '"', "\\", "1", "-", "null", "NaN", " ", "\n", "\\u0000"]
)


@given(st.lists(MARKUP, max_size=25).map("".join) | st.text(max_size=30))
def test_any_text_at_all_is_read_back_or_refused(text: str) -> None:
    body = text.encode()
    for reading in (read_json(body), read_ndjson(body)):
        check(reading, body)


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_read_back_or_refused(body: bytes) -> None:
    check(read_json(body), body)


def check(reading: Reading[JsonDocument], body: bytes) -> None:
    assert all(0 <= fault.place.start <= len(body) and fault.detail for fault in reading.faults)
    if reading.documents:
        assert rewrite_json(reading.documents) == body


@needs_samples
def test_every_real_json_document_is_read_and_comes_back_byte_for_byte() -> None:
    found = [path for path in samples("**/*.json", "erp-order/order-json/*") if path.name != "index.json"]
    refused = []
    for path in found:
        body = path.read_bytes()
        reading = read_json(body)
        refused += [(path.name, fault.code) for fault in reading.faults]
        for one in reading.documents:
            assert rewrite_json([one]) == body, path.name
            for node in nodes(one.root):
                node.fields = dict.fromkeys(node.fields, "7")
            assert {value for value, _, _ in values(read_json(rewrite_json([one])).documents[0], b"")} <= {"7"}
    assert len(found) >= 100
    assert refused == []
