"""Every field answers which bytes, which rule, which version; every piece what it fed (peers.md §3.5)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.kernel.tree import Document, Node
from crossdock.mapping.compiled import CompiledMap, DocumentMap, Mapped, compile_map
from crossdock.mapping.provenance import Explanation
from crossdock.mapping.run import MapContext
from crossdock.mapping.spec import parse_map
from tests.unit.mapping.documents import CONTEXT, PlainSyntax, purchase_order

ORDER = (Path(__file__).parent / "order.toml").read_text()


@pytest.fixture(scope="module")
def order_map() -> CompiledMap:
    return compile_map(parse_map("x12/850", ORDER), PlainSyntax())


def explained(order_map: CompiledMap) -> Explanation:
    return order_map.explain(purchase_order(), CONTEXT)


def leaves(value: object, path: str) -> dict[str, object]:
    if isinstance(value, dict):
        return {at: leaf for name, one in value.items() for at, leaf in leaves(one, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {at: leaf for index, one in enumerate(value) for at, leaf in leaves(one, f"{path}[{index}]").items()}
    return {path: value}


def payload(order_map: CompiledMap, nodes: Document) -> dict[str, object]:
    (fact,) = order_map.read(nodes, CONTEXT).facts
    return leaves(msgspec.json.decode(fact.body)["payload"], "payload")


def test_every_field_of_a_fact_has_an_origin(order_map: CompiledMap) -> None:
    (fields,) = explained(order_map).fields
    said = payload(order_map, purchase_order())
    # `order_type` is the contract's default, which canonical JSON leaves out; all else that is said is explained.
    assert {path for path in fields if path.startswith("payload.")} == {*said, "payload.order_type"}
    assert {"subject.id", "occurred", "class", "refs[0].id", "refs[1].id"} <= fields.keys()


def test_an_origin_names_bytes_rule_map_and_version(order_map: CompiledMap) -> None:
    origin = explained(order_map).fields[0]["payload.lines[1].qty.uom"]
    assert [(one.words, one.start) for one in origin.places] == [("segment 12 PO1-03", 1200)]
    assert (origin.raw, origin.rule) == (("CA",), "fact.order.fields.lines.qty.uom")
    assert (origin.map, origin.version) == ("x12/850", "3")


def test_what_a_condition_read_is_told_apart_from_what_was_read(order_map: CompiledMap) -> None:
    origin = explained(order_map).fields[0]["payload.requested.latest"]
    assert origin.raw == ("20260310", "1400", "ET")
    assert [one.words for one in origin.decided] == ["segment 5 DTM-01"]


def test_a_constant_has_a_rule_and_no_place(order_map: CompiledMap) -> None:
    origin = explained(order_map).fields[0]["payload.incoterm.code"]
    assert (origin.places, origin.raw, origin.rule) == ((), (), "fact.order.fields.incoterm.code")


def test_every_piece_tells_what_it_fed_and_what_nobody_read(order_map: CompiledMap) -> None:
    told = explained(order_map)
    assert told.fed[1, "03"] == ("0:subject.id", "0:refs[0].id", "0:payload.order_no")
    assert told.fed[2, "02"][1:] == tuple(f"0:payload.lines[{index}].unit_price.currency" for index in range(2))
    assert told.fed[1, "01"] == ()
    assert (2, "01") in told.unread
    assert (1, "02") not in told.unread
    assert not set(told.fed) & set(told.unread)


def test_changing_a_piece_changes_the_fields_it_fed_and_no_others(order_map: CompiledMap) -> None:
    """The offline test of peers.md 3.5, for every piece of the document that feeds plain text."""
    told = explained(order_map)
    before = payload(order_map, purchase_order())
    tried = 0
    for spot, fed in told.fed.items():
        changed = purchase_order()
        node = next(one for one in _walk(changed.root) if one.at == spot[0])
        fields = list(node.fields)
        if spot[1] not in ("02", "07") or not fields[int(spot[1])][:1].isalpha() or node.name in ("BEG", "CUR"):
            continue
        fields[int(spot[1])] += "X"
        node.fields = fields
        after = payload(order_map, changed)
        moved = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        assert moved == {path.partition(":")[2] for path in fed if "payload." in path}
        tried += 1
    assert tried == 7


def _walk(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _walk(child))]


def test_explaining_leaves_no_trace(order_map: CompiledMap) -> None:
    before = payload(order_map, purchase_order())
    assert explained(order_map) == explained(order_map)
    assert payload(order_map, purchase_order()) == before


def test_python_of_ones_own_can_stand_for_a_map() -> None:
    class Ours:
        """Gives nothing for anything."""

        def read(self, document: Document, context: MapContext) -> Mapped:
            return Mapped()

    own: DocumentMap = Ours()
    assert own.read(purchase_order(), CONTEXT).facts == ()
