"""Paths and conditions: what they find, what they refuse, and that a hostile document cannot make them slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mapping.grammar import parse_condition, parse_path
from crossdock.mapping.paths import Paths
from crossdock.mapping.run import Exhausted, Run
from tests.unit.mapping.documents import CONTEXT, PlainDocument, PlainSyntax, document, purchase_order, segment

PATHS = Paths(PlainSyntax())
ORDER = purchase_order(20)


def text(path: str, within: str = "", made: PlainDocument = ORDER) -> str | None:
    run = Run(made, CONTEXT)
    node = PATHS.all(parse_path(within))(made.root, run)[0] if within else made.root
    return PATHS.text(parse_path(path))(node, run)


def holds(condition: str, within: str = "") -> bool:
    run = Run(ORDER, CONTEXT)
    node = PATHS.all(parse_path(within))(ORDER.root, run)[0] if within else ORDER.root
    return PATHS.test(parse_condition(condition))(node, run)


@pytest.mark.parametrize(
    ("path", "within", "found"),
    [
        ("BEG.03", "", "PO-4711"),
        ("BEG.04", "", None),
        ("BEG.77", "", None),
        ("XYZ.01", "", None),
        ("N1[01=ST].02", "", "Store 12"),
        ("N1[01=ST]/N4.02", "", "TX"),
        ("N1/N4.02", "", "TX"),
        ("REF[01 in IA|CO].02", "", "SO-1"),
        ("REF[2].02", "", "VENDOR-9"),
        ("REF[-1].02", "", "VENDOR-9"),
        ("REF[3].02", "", None),
        ("PO1[03=CA][2].07", "", "SKU-2"),
        ("PO1[-1]/PID.05", "", "Article 20"),
        ("*[01=PO-4711 or 03=PO-4711].01", "", "00"),
        ("N1[01=BY and .03=92].04", "", "C-1"),
        ("N1[N4.02=TX].02", "", "Store 12"),
        ("'PO1'[01=7].02", "", "70"),
        (".07", "PO1[01=3]", "SKU-3"),
        ("/CUR.02", "PO1", "USD"),
        ("../BEG.03", "PO1", "PO-4711"),
        ("../.02", "N1/N4", "Store 12"),
        ("../../CUR.02", "N1/N4", "USD"),
        ("../../../CUR.02", "N1/N4", None),
        ("$partner", "", "acme"),
        ("$kind", "", "850"),
        ("$nothing", "", None),
    ],
)
def test_a_path_reads_the_first_node_it_finds(path: str, within: str, found: str | None) -> None:
    assert text(path, within) == found


def test_a_component_is_the_business_of_the_syntax() -> None:
    made = document(segment("SV1*HC:99213*40"))
    assert text("SV1.01-2", made=made) == "99213"


def test_text_is_trimmed_and_blank_text_is_not_there() -> None:
    made = document(segment("N1*  Store 12  *   "))
    assert (text("N1.01", made=made), text("N1.02", made=made)) == ("Store 12", None)


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("BEG.01 in 00|05", True),
        ("BEG.01 not in 00|05", False),
        ("BEG.01=00 and CUR.02 = USD", True),
        ("BEG.01 = 05 or not (CUR.02 = EUR)", True),
        ("not BEG.01 = 00", False),
        ("BEG.04", False),
        ("N1[01=ST]/N4.01 = 'Dallas'", True),
        ("N1[01=ST].02 = 'Store 12' and CTT.01 >= 20", True),
        ("CTT.01 < 20.0", False),
        ("BEG.03 > 1", False),
        ("XYZ.01 = ''", True),
        ("XYZ.01 != 5", True),
        ("$partner = acme", True),
    ],
)
def test_a_condition_compares_what_is_read(condition: str, held: bool) -> None:
    assert holds(condition) is held


def test_conditions_inside_a_list_speak_of_each_node() -> None:
    assert holds(".02 > 25 and PID.05", "PO1[01=3]")
    assert not holds(".02 > 25", "PO1[01=2]")


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "N1[", "N1[01=ST", "N1]", "N1//N4.01", "N1/.02", "N1[01=ST]x", "a b.01", "..", "../", "N1/..", "'x"),
        *("../../", "N1[]", "N1[01=]", "N1[01='x]", "N1[(01=ST]", "N1[01=ST) or 02]", "N1[01 not 5]", "N1[02 > x].03"),
        *("/".join(["A"] * 20) + ".01", "A[" * 30 + "01=1" + "]" * 30),
    ],
)
def test_what_is_no_path_is_refused_with_what_is_wrong(path: str) -> None:
    with pytest.raises(Rejected) as refused:
        PATHS.text(parse_path(path))
    assert len(refused.value.detail) > 20


@pytest.mark.parametrize("condition", ["", "and", "BEG.01 =", "BEG.01 = 1 2", "(BEG.01", "not " * 40 + "BEG.01"])
def test_what_is_no_condition_is_refused_with_what_is_wrong(condition: str) -> None:
    with pytest.raises(Rejected):
        parse_condition(condition)


def test_a_field_the_syntax_does_not_know_is_told_when_the_map_is_compiled() -> None:
    with pytest.raises(Rejected, match="fields are positions or names"):
        PATHS.text(parse_path("BEG.!x"))


def test_each_names_nodes_never_a_field() -> None:
    with pytest.raises(Rejected, match="leave out the field"):
        PATHS.all(parse_path("PO1.01"))


@given(st.text(alphabet="N1[]()=.|/'$ andortinPO0-", max_size=40))
def test_any_text_is_a_path_or_is_refused(written: str) -> None:
    refused = []
    for parse in (parse_path, parse_condition):
        try:
            parse(written)
        except Rejected as error:
            refused.append(error.detail)
    assert all(refused)


def test_a_document_that_would_take_for_ever_ends_the_reading() -> None:
    wide = document(*[segment(f"PO1*{number}") for number in range(3000)])
    pairs = PATHS.all(parse_path("/PO1[01=0]"))
    run = Run(wide, CONTEXT)
    run.left = 50_000
    with pytest.raises(Exhausted):
        [pairs(node, run) for node in wide.root.children]


def test_the_deepest_tree_is_walked_without_recursion() -> None:
    node = segment("Z*end")
    for _ in range(5000):
        node = segment("L*x", node)
    made = PlainDocument(Node("850", ["850"], 0, [node]))
    deepest = made.root
    while deepest.children:
        deepest = deepest.children[0]
    assert PATHS.text(parse_path("../.01"))(deepest, Run(made, CONTEXT)) == "x"
