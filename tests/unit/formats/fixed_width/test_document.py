"""Fixed-width records: declared layouts, positions, exact round trip, faults instead of guesses."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.fixed_width.document import FixedDocument, read_fixed
from crossdock.formats.fixed_width.layout import Field, FixedLayout, FixedRecord
from crossdock.formats.fixed_width.writer import rewrite_fixed, write_fixed
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.kit import values

STOCK = FixedLayout(
    "stock",
    (
        FixedRecord("head", (Field("order", 8, 3, required=True), Field("city", 6)), tag="H1"),
        FixedRecord("line", (Field("sku", 4, 3), Field("qty", 5, right=True, pad="0")), tag="L1", parent="head"),
    ),
    "2",
    "cp1252",
)
BLOCKS = FixedLayout("blocks", (FixedRecord("row", (Field("a", 2), Field("b", 3, right=True))),), record_length=5)
FILE = "H1SO-1    Köln\r\nL1A   00012\r\nL1B   00000\r\n\r\nH1SO-2  \n".encode("cp1252")


def document(body: bytes, layout: FixedLayout) -> FixedDocument:
    reading = read_fixed(body, layout)
    assert reading.faults == []
    return reading.documents[0]


def test_fields_are_cut_without_padding_and_records_stand_under_their_parent() -> None:
    file = document(FILE, STOCK)
    assert (file.syntax, file.kind, file.version) == ("fixed", "stock", "2")
    first, second = file.root.children
    assert first.fields == {"order": "SO-1", "city": "Köln"}
    assert [line.fields for line in first.children] == [{"sku": "A", "qty": "12"}, {"sku": "B", "qty": "0"}]
    assert second.fields == {"order": "SO-2", "city": ""}
    assert rewrite_fixed(file) == FILE


def test_every_value_knows_the_bytes_of_its_field() -> None:
    file = document(FILE, STOCK)
    line = file.root.children[0].children[0]
    place = file.where(line, "qty")
    assert (place.words, FILE[place.start :][: place.length]) == ("record 2, column 7 qty (byte 22)", b"00012")
    assert file.where(line, "").length == 11
    assert all(raw.decode("cp1252").strip(" 0") == value.strip("0") for value, raw, _ in values(file, FILE))


def test_a_changed_value_changes_only_its_own_field() -> None:
    file = document(FILE, STOCK)
    first, second = file.root.children
    first.children[0].fields = {"sku": "A", "qty": "7"}
    second.fields = {"order": "SO-2", "city": "Ulm"}
    assert rewrite_fixed(file) == FILE.replace(b"00012", b"00007").replace(b"SO-2  \n", b"SO-2    Ulm   \n")
    second.fields = {"order": "SO-2"}
    with pytest.raises(Bug, match="record 5"):
        rewrite_fixed(file)


def test_records_without_line_ends_are_cut_by_their_length() -> None:
    body = b"ab 12cd  3"
    file = document(body, BLOCKS)
    assert [row.fields for row in file.root.children] == [{"a": "ab", "b": "12"}, {"a": "cd", "b": "3"}]
    assert rewrite_fixed(file) == write_fixed(file.root, BLOCKS) == body


@pytest.mark.parametrize(
    ("body", "code", "severity", "at"),
    [
        (b"", "FIX-EMPTY", "error", 0),
        (b" \r\n", "FIX-EMPTY", "error", 0),
        (b"H1\x00", "FIX-NUL", "error", 2),
        (b"H1\x81", "FIX-CHARSET", "error", 2),
        (b"H1SO-1\nX1\n", "FIX-RECORD", "error", 7),
        (b"H1        Ulm\n", "FIX-REQUIRED", "error", 2),
        (b"L1A   00012\n", "FIX-PARENT", "error", 0),
        (b"H1SO-1    Ulm   more", "FIX-LENGTH", "warning", 0),
    ],
)
def test_what_is_wrong_is_one_fault_at_its_byte(body: bytes, code: str, severity: str, at: int) -> None:
    reading = read_fixed(body, STOCK)
    assert [(one.code, one.severity, one.place.start) for one in reading.faults] == [(code, severity, at)]
    assert all(rewrite_fixed(file) == body for file in reading.documents)


@pytest.mark.parametrize(
    ("node", "where"),
    [
        (Node("head", {}, 0), "head[1]/order"),
        (Node("head", {"order": "123456789"}, 0), "head[1]/order"),
        (Node("head", {"order": "1 "}, 0), "head[1]/order"),
        (Node("head", {"order": "1\n2"}, 0), "head[1]/order"),
        (Node("head", {"order": "1", "more": "x"}, 0), "head[1]"),
        (Node("foot", {}, 0), "foot"),
        (Node("line", {"qty": "07"}, 0), "line[1]/qty"),
        (Node("head", {"order": "\u0416"}, 0), ""),
    ],
)
def test_what_the_layout_cannot_carry_is_refused(node: Node, where: str) -> None:
    with pytest.raises(Rejected) as refusal:
        write_fixed(Node("stock", {}, -1, [node]), STOCK)
    assert refusal.value.where == where


def test_a_layout_that_contradicts_itself_is_refused_with_all_that_is_wrong() -> None:
    table = {"name": "x", "charset": "klingon", "records": [{"name": "a", "fields": [{"name": "f", "length": 0}]}]}
    with pytest.raises(msgspec.ValidationError, match=r"charset 'klingon' is not known; a field needs a length"):
        msgspec.convert(table, FixedLayout)
    with pytest.raises(ValueError, match="overlap"):
        FixedLayout("x", (FixedRecord("a", (Field("f", 5, 1), Field("g", 2, 4))),))


TEXTS = st.text(alphabet="ab é", max_size=6).map(str.strip)
LINES = st.tuples(TEXTS.map(lambda text: text[:4].strip()), st.integers(0, 99_999).map(str))


@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS, st.lists(LINES, max_size=3)), min_size=1, max_size=4))
def test_any_records_are_read_as_they_were_written(heads: list[tuple[str, str, list[tuple[str, str]]]]) -> None:
    root = Node("stock", {}, -1)
    for order, city, rows in heads:
        below = [Node("line", {"sku": sku, "qty": qty}, 0) for sku, qty in rows]
        root.children.append(Node("head", {"order": order, "city": city}, 0, below))
    body = write_fixed(root, STOCK)
    file = document(body, STOCK)
    assert [plain(node) for node in file.root.children] == [plain(node) for node in root.children]
    assert rewrite_fixed(file) == body


def plain(node: Node) -> object:
    return node.name, node.fields, [plain(child) for child in node.children]


@given(st.text(alphabet="HL1A0 \r\n\0é", max_size=60) | st.text(max_size=20), st.sampled_from([STOCK, BLOCKS]))
def test_any_text_at_all_is_told_and_kept_whole(text: str, layout: FixedLayout) -> None:
    body = text.encode("utf-8" if layout is BLOCKS else "cp1252", "replace")
    reading = read_fixed(body, layout)
    assert reading.documents or reading.faults
    assert all(0 <= fault.place.start <= len(body) and fault.detail for fault in reading.faults)
    assert all(rewrite_fixed(file) == body for file in reading.documents)
