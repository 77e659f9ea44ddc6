"""Delimited files: declared layouts, positions, exact round trip, faults instead of guesses, no formulas let out."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.delimited.cells import meaning
from crossdock.formats.delimited.document import DelimitedDocument, read_delimited
from crossdock.formats.delimited.layout import Column, DelimitedLayout, Record
from crossdock.formats.delimited.writer import rewrite_delimited, write_delimited
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.kit import needs_samples, nodes, samples, values

ORDERS = DelimitedLayout("orders", "1", records=(Record("row", (Column("no", True), Column("qty", False, 6, ","))),))
KINDS = DelimitedLayout(
    "pick",
    delimiter="|",
    quote="",
    header=False,
    key_column=1,
    charset="cp1252",
    newline="\n",
    records=(
        Record("head", (Column("kind"), Column("order", True)), key="H"),
        Record("line", (Column("kind"), Column("sku"), Column("qty", decimal=".")), key="L", parent="head"),
        Record("serial", (Column("kind"), Column("sn")), key="S", parent="line"),
        Record("note", (Column("kind"), Column("text")), key="N", parent="head"),
    ),
)
FREE = DelimitedLayout("any", header=False)


def document(body: bytes, layout: DelimitedLayout) -> DelimitedDocument:
    reading = read_delimited(body, layout)
    assert reading.faults == []
    return reading.documents[0]


def test_the_header_names_the_columns_in_any_order() -> None:
    body = 'qty,no\r\n"1,50",SO-1\r\n2,"Füs""sen"\r\n'.encode()
    file = document(body, ORDERS)
    assert (file.syntax, file.kind, file.version) == ("delimited", "orders", "1")
    assert [row.fields for row in file.root.children] == [{"qty": "1,50", "no": "SO-1"}, {"qty": "2", "no": 'Füs"sen'}]
    place = file.where(file.root.children[1], "no")
    assert place.words == f"row 3, column 2 no (byte {place.start})"
    assert body[place.start :][: place.length] == 'Füs""sen'.join('""').encode()
    assert rewrite_delimited(file) == body


def test_a_changed_value_changes_only_its_own_cell() -> None:
    file = document(b'no,qty\n"SO-1", 7 \n\nSO-2,\n', DelimitedLayout("o"))
    file.root.children[0].fields = {"no": "a,b", "qty": " 7 "}
    assert rewrite_delimited(file) == b'no,qty\n"a,b", 7 \n\nSO-2,\n'
    file.root.children[0].fields = {"no": "a,b"}
    with pytest.raises(Bug, match="row 2"):
        rewrite_delimited(file)


def test_records_stand_under_their_declared_parent() -> None:
    body = "H|SO-1\nL|A|1\nS|77\nS|78\nL|B|2.5\nN|für\nH|SO-2\n".encode("cp1252")
    file = document(body, KINDS)
    first, second = file.root.children
    assert [(child.name, len(child.children)) for child in first.children] == [("line", 2), ("line", 0), ("note", 0)]
    assert (first.fields["order"], second.children) == ("SO-1", []) if isinstance(first.fields, dict) else False
    assert first.children[2].fields == {"kind": "N", "text": "für"}
    assert rewrite_delimited(file) == write_delimited(file.root, KINDS) == body


@pytest.mark.parametrize(
    ("body", "layout", "code", "at"),
    [
        (b"", FREE, "DSV-EMPTY", 0),
        (b"\r\n\r\n", FREE, "DSV-EMPTY", 0),
        (b"a,\x00", FREE, "DSV-NUL", 2),
        (b"a,\xff", FREE, "DSV-CHARSET", 2),
        (b"a,b\n1\n", FREE, "DSV-RAGGED", 4),
        (b"a,b\n1,2,3\n", FREE, "DSV-RAGGED", 4),
        (b'a,b\nx,"y', FREE, "DSV-QUOTE", 6),
        (b'a,b\n"x"y,z', FREE, "DSV-QUOTE", 4),
        (b"no,no,qty\n", ORDERS, "DSV-HEADER", 0),
        (b"qty\n1\n", ORDERS, "DSV-HEADER", 0),
        (b"no,qty\n,1\n", ORDERS, "DSV-REQUIRED", 7),
        (b"no,qty\na,1234567\n", ORDERS, "DSV-LENGTH", 9),
        (b"no,qty\na,1.5\n", ORDERS, "DSV-NUMBER", 9),
        (b"H|1\nX|1\n", KINDS, "DSV-RECORD", 4),
        (b"L|A|1\n", KINDS, "DSV-PARENT", 0),
        (b"H|" + b"|" * 20_000, KINDS, "DSV-CELLS", 0),
        (b'"a"' + b",x" * 20_000, FREE, "DSV-CELLS", 0),
        (b"H|1\nL|A|1\nH|2\nS|9\n", KINDS, "DSV-PARENT", 14),
    ],
)
def test_what_is_wrong_is_one_error_at_its_byte(body: bytes, layout: DelimitedLayout, code: str, at: int) -> None:
    reading = read_delimited(body, layout)
    assert [(fault.code, fault.place.start) for fault in reading.errors] == [(code, at)]
    assert all(rewrite_delimited(file) == body for file in reading.documents)


def test_mixed_line_ends_and_unknown_columns_are_remarked_and_read() -> None:
    reading = read_delimited(b"\xef\xbb\xbfno,more\na,1\r\nb,2\r", ORDERS)
    assert [(fault.code, fault.severity) for fault in reading.faults] == [
        ("DSV-COLUMN", "warning"),
        ("DSV-NEWLINE", "warning"),
        ("DSV-NEWLINE", "warning"),
    ]
    assert [row.fields for row in reading.documents[0].root.children] == [{"no": n, "more": m} for n, m in ("a1", "b2")]


def test_a_file_of_nothing_but_faults_is_given_up_and_kept_whole() -> None:
    body = b"a,b\n" + b"x\n" * 5000
    reading = read_delimited(body, FREE)
    assert len(reading.faults) == 1001
    assert reading.faults[-1].code == "DSV-BOUND"
    assert rewrite_delimited(reading.documents[0]) == body


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+2", b"'=1+2"),
        ("@SUM(A1)", b"'@SUM(A1)"),
        ("\tx", b'"\'\tx"'.replace(b'"', b"")),
        ("-5", b"-5"),
        ("+31612345678", b"+31612345678"),
        ("-5+cmd", b"'-5+cmd"),
        ('a "b", c', b'"a ""b"", c"'),
        (" a", b'" a"'),
    ],
)
def test_a_spreadsheet_runs_nothing_of_what_we_write(value: str, written: bytes) -> None:
    root = Node("orders", {}, -1, [Node("row", {"no": value}, 0)])
    layout = DelimitedLayout("orders", header=False, records=(Record("row", (Column("no"),)),))
    assert write_delimited(root, layout) == written + b"\r\n"


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (Node("head", {}, 0), "head[1]/order"),
        (Node("head", {"order": "1", "more": "x"}, 0), "head[1]"),
        (Node("foot", {}, 0), "foot"),
        (Node("line", {"qty": "x"}, 0), "line[1]/qty"),
        (Node("head", {"order": "a|b"}, 0), ""),
        (Node("head", {"order": "\u0416"}, 0), ""),
    ],
)
def test_what_the_layout_cannot_carry_is_refused(node: Node, where: str) -> None:
    with pytest.raises(Rejected) as refusal:
        write_delimited(Node("pick", {}, -1, [node]), KINDS)
    assert refusal.value.where == where


def test_a_layout_that_contradicts_itself_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"delimiter must be one .*; newline must be"):
        msgspec.convert({"name": "x", "delimiter": ";;", "newline": "x"}, DelimitedLayout)
    with pytest.raises(ValueError, match="a parent comes first"):
        DelimitedLayout("x", header=False, key_column=1, records=(Record("a", parent="b"), Record("b")))


CELLS = st.text(alphabet=st.sampled_from('ab,;"\n\r |é='), max_size=6)
PLAIN = DelimitedLayout("t", header=False, guard_formulas=False, records=(Record("row", (Column("a"), Column("b"))),))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6).filter(lambda rows: any(map(any, rows))))
def test_any_rows_are_read_as_they_were_written(rows: list[tuple[str, str]]) -> None:
    body = write_delimited(Node("t", {}, -1, [Node("row", {"a": a, "b": b}, 0) for a, b in rows]), PLAIN)
    file = document(body, PLAIN)
    assert [row.fields for row in file.root.children] == [{"a": a, "b": b} for a, b in rows]
    assert rewrite_delimited(file) == body
    assert all(meaning(raw.decode(), '"') == value for value, raw, _ in values(file, body))


@given(st.text(alphabet='ab,"\n\r|HLS \0é', max_size=60) | st.text(max_size=20), st.sampled_from([FREE, ORDERS, KINDS]))
def test_any_text_at_all_is_told_and_kept_whole(text: str, layout: DelimitedLayout) -> None:
    body = text.encode()
    reading = read_delimited(body, layout)
    assert reading.documents or reading.faults
    assert all(0 <= fault.place.start <= len(body) and fault.detail for fault in reading.faults)
    assert all(rewrite_delimited(file) == body for file in reading.documents)


@needs_samples
def test_the_real_files_are_read_and_come_back_byte_for_byte() -> None:
    found = samples("erp-order/csv/*")
    assert len(found) == 2
    for path in found:
        body = path.read_bytes()
        file = document(body, DelimitedLayout("order"))
        assert rewrite_delimited(file) == body
        assert len(file.root.children) in (3, 4)
        for node in nodes(file.root):
            node.fields = dict.fromkeys(node.fields, "7")
        assert {value for value, _, _ in values(document(rewrite_delimited(file), file.layout), b"")} == {"7"}
