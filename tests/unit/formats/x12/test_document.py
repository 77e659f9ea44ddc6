"""Sets as trees: loops, hierarchies, fields and the bytes they stand at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crossdock.formats.x12.document import LEVELS_MAX, X12Document, X12Syntax, rows_of
from crossdock.formats.x12.reader import read_x12
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "x12"
NOTICE = (
    "BSN*00*S1*20260602*1200",
    "HL*1**S",
    "TD1*CTN*2",
    "HL*2*1*O",
    "PRF*PO1",
    "HL*3*2*I",
    "LIN*1*VN*IT-1",
    "HL*4*1*O",
    "CTT*4",
)


def document(body: bytes) -> X12Document:
    return X12Document(read_x12(body).interchanges[0].groups[0].sets[0])


def of(code: str, *rows: str) -> X12Document:
    return document(interchange([group([transaction(code, *rows)])]))


def drawn(node: Node) -> object:
    return (node.name, [drawn(child) for child in node.children]) if node.children else node.name


def every(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from every(child)


def test_a_loop_is_the_segment_that_opens_it() -> None:
    made = of("214", *STATUS, "MS1*VENLO**NL", "LX*2", "AT7*D1*NS***20260603*1605*UT")
    assert (made.syntax, made.kind, made.version) == ("x12", "214", "004010")
    assert drawn(made.root) == ("ST", ["B10", ("LX", [("AT7", ["MS1"])]), ("LX", ["AT7"]), "SE"])


def test_levels_of_an_856_stand_under_their_parent() -> None:
    assert drawn(of("856", *NOTICE).root) == (
        "ST",
        ["BSN", ("HL", ["TD1", ("HL", ["PRF", ("HL", ["LIN"])]), "HL"]), "CTT", "SE"],
    )


def test_a_level_without_a_known_parent_stands_at_the_top() -> None:
    made = of("856", "BSN*00*S1*20260602*1200", "HL*1*9*S", "HL*2*2*O", "HL*2*1*O")
    assert drawn(made.root) == ("ST", ["BSN", ("HL", ["HL"]), "HL", "SE"])


def test_levels_are_not_nested_beyond_reason() -> None:
    levels = [f"HL*{number}*{number - 1 or ''}*I" for number in range(1, 400)]
    depth, rows = 0, [of("856", "BSN*00*S1*20260602*1200", *levels).root]
    while rows:
        depth, rows = depth + 1, [child for node in rows for child in node.children]
    assert depth <= LEVELS_MAX + 3


def test_a_set_without_a_layout_is_flat() -> None:
    assert drawn(of("276", "BHT*1", "HL*1", "HL*2*1").root) == ("ST", ["BHT", "HL", "HL", "SE"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("01", "A>B^C>D"),
        ("01-2", "B"),
        ("01#2", "C>D"),
        ("01#2-1", "C"),
        ("01-3", ""),
        ("01#3", ""),
        ("02", "E"),
        ("09", ""),
    ],
)
def test_fields_are_elements_components_and_repetitions(field: str, value: str) -> None:
    text = group([transaction("276", "REF*A>B^C>D*E")])
    made = document(interchange([text], version="00501"))
    node = made.root.children[0]
    assert X12Syntax().getter(field)(node) == value
    if value:
        place = made.where(node, field)
        body = interchange([text], version="00501")
        assert body[place.start : place.start + place.length].decode() == value
        assert place.words.startswith(f"ISA 000000431 / GS 12 / ST 0001 / segment 2 REF-{field} (byte ")


@pytest.mark.parametrize("field", ["", "1", "x", "01-", "01#", "01-0", "@a", "01-1-1"])
def test_a_field_written_otherwise_is_refused(field: str) -> None:
    with pytest.raises(Rejected, match="is no field of X12"):
        X12Syntax().getter(field)


def test_a_node_knows_its_own_place() -> None:
    body = interchange([group([transaction("214", *STATUS)])])
    made = document(body)
    place = made.where(made.root.children[0], "")
    assert body[place.start : place.start + place.length] == b"B10*PRO1*SHP-1*NVTR"


def test_a_tree_goes_back_to_rows_in_document_order() -> None:
    made = of("856", *NOTICE)
    assert ["*".join(row) for row in rows_of(made.root)] == list(NOTICE)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")
def test_every_segment_of_every_real_set_has_one_place_in_its_tree() -> None:
    sets = 0
    for path in sorted(one for one in SAMPLES.rglob("*") if one.is_file()):
        for transaction_set in (t for i in read_x12(path.read_bytes()).interchanges for g in i.groups for t in g.sets):
            made = X12Document(transaction_set)
            assert sorted(node.at for node in every(made.root)) == list(range(len(transaction_set.texts))), path.name
            sets += 1
    assert sets > 300
