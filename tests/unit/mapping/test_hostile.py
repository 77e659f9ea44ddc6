"""Hostile content: nothing in a document makes a map raise, and every fact it makes is one the hub takes."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.canonical.wire import decode_fact
from crossdock.kernel.tree import Node
from crossdock.mapping.compiled import compile_map
from crossdock.mapping.run import ERROR, FINDINGS_MAX
from crossdock.mapping.spec import parse_map
from tests.unit.mapping.documents import CONTEXT, RECEIVED, PlainSyntax, document, purchase_order, segment

ORDER = compile_map(parse_map("x12/850", (Path(__file__).parent / "order.toml").read_text()), PlainSyntax())
TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", " ", "\x00", "\ud800", "9" * 40, "-", "1e9", "NaN", "20260230", "2460", "ET", "x" * 3000]),
)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_no_content_makes_a_map_raise_and_no_bad_fact_leaves_it(data: st.DataObject) -> None:
    made = purchase_order(2)
    nodes = _nodes(made.root)
    for _ in range(data.draw(st.integers(1, 4))):
        node = data.draw(st.sampled_from(nodes))
        fields = list(node.fields)
        fields[data.draw(st.integers(0, len(fields) - 1))] = data.draw(TEXT)
        node.fields = fields
    mapped = ORDER.read(made, CONTEXT)
    for fact in mapped.facts:
        assert decode_fact(fact.body, RECEIVED).type == "order.approved"
    if not mapped.facts and list(made.root.children[0].fields)[1].strip() in ("00", "05"):
        assert ERROR in {one.severity for one in mapped.findings}
    assert len(ORDER.explain(made, CONTEXT).fields) == len(mapped.facts)


@given(
    st.lists(st.sampled_from(["BEG*00*SA*P**20260301", "N1*ST*x", "PO1*1*1*EA", "REF*CO*1", "DTM*002*1"]), max_size=30)
)
@settings(max_examples=100, deadline=None)
def test_segments_in_any_number_and_order_are_mapped_or_told(rows: list[str]) -> None:
    made = document(*[segment(row) for row in rows])
    mapped = ORDER.read(made, CONTEXT)
    assert bool(mapped.findings) == (rows.count("BEG*00*SA*P**20260301") > 0)


def test_a_thousand_mistakes_give_a_bounded_list_of_findings() -> None:
    made = purchase_order(1)
    made.root.children += [segment("PO1**many*EA") for _ in range(2000)]
    mapped = ORDER.read(made, CONTEXT)
    assert (len(mapped.facts), len(mapped.findings)) == (0, FINDINGS_MAX)


def test_a_list_without_end_is_told_once_and_costs_the_fact() -> None:
    made = purchase_order(1)
    made.root.children += [segment("PO1*1*1*EA*1**VN*A")] * 20_001
    mapped = ORDER.read(made, CONTEXT)
    assert mapped.facts == ()
    assert [one.detail for one in mapped.findings] == ["more than 20000 items: send it in parts"]


def _nodes(node: Node) -> list[Node]:
    return [below for child in node.children for below in (child, *_nodes(child))]
