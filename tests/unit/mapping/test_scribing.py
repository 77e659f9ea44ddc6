"""Every element of a document of ours answers which field of the command, which rule, which version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.commands.wms import CancelFulfilmentOrder
from crossdock.kernel.tree import Node
from crossdock.mapping.compiled import CompiledMap, compile_map
from crossdock.mapping.scribing import WritingExplanation, WrittenField
from crossdock.mapping.spec import overlay, parse_map
from tests.unit.mapping.documents import CONTEXT, PlainSyntax
from tests.unit.mapping.test_outbound import command

MAP = (Path(__file__).parent / "shipping_order.toml").read_text()


@pytest.fixture(scope="module")
def order_map() -> CompiledMap:
    return compile_map(parse_map("x12/940", MAP), PlainSyntax())


def explained(order_map: CompiledMap) -> WritingExplanation:
    at = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    found = order_map.explain_writing(command(ship_by=at, customer_po="PO-9"), CONTEXT)
    assert found is not None
    return found


def field(told: WritingExplanation, node: str, name: str, number: int = 0) -> WrittenField:
    return [one for one in told.fields if (one.node, one.field) == (node, name)][number]


def test_every_field_that_is_written_is_explained_and_no_other(order_map: CompiledMap) -> None:
    at = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    root = order_map.write(command(ship_by=at, customer_po="PO-9"), CONTEXT).root
    assert root is not None

    def texts(node: Node) -> list[tuple[int, str, str, str]]:
        assert isinstance(node.fields, Mapping)
        own = [(node.at, node.name, name, text) for name, text in node.fields.items()]
        return own + [row for child in node.children for row in texts(child)]

    assert [(one.at, one.node, one.field, one.text) for one in explained(order_map).fields] == texts(root)


def test_an_element_names_the_field_of_the_command_the_rule_and_the_version(order_map: CompiledMap) -> None:
    origin = field(explained(order_map), "W01", "01", 1).origin
    assert [place.words for place in origin.places] == ["create_fulfilment_order: lines[1].qty.value"]
    assert origin.raw == ("4",)
    assert origin.rule.endswith(".fields.01")
    assert (origin.map, origin.version) == ("x12/940", order_map.spec.own)


def test_a_constant_of_the_map_has_a_rule_and_no_place(order_map: CompiledMap) -> None:
    origin = field(explained(order_map), "W05", "01").origin
    assert (origin.places, origin.raw) == ((), ())
    assert origin.rule.startswith("document.create_fulfilment_order.node[0]")


def test_a_sum_names_everything_it_adds_up(order_map: CompiledMap) -> None:
    origin = field(explained(order_map), "W76", "01").origin
    assert origin.raw == ("2.5", "4")


def test_what_the_command_says_and_nobody_writes_is_told(order_map: CompiledMap) -> None:
    told = explained(order_map)
    assert "lines[0].line" in told.unsaid
    assert "order_no" not in told.unsaid


def test_changing_a_field_of_the_command_changes_what_it_fed(order_map: CompiledMap) -> None:
    other = order_map.explain_writing(msgspec.structs.replace(command(), order_no="SO-2"), CONTEXT)
    before = order_map.explain_writing(command(), CONTEXT)
    assert other is not None
    assert before is not None
    changed = [one for one, two in zip(before.fields, other.fields, strict=True) if one.text != two.text]
    assert [(one.node, one.field) for one in changed] == [
        (one.node, one.field)
        for one in before.fields
        if any(place.words.endswith(": order_no") for place in one.origin.places)
    ]


def test_rules_of_an_overlay_name_the_partners_file() -> None:
    base = parse_map("x12/940", MAP)
    over = parse_map(
        "acme/940",
        'extends = "x12/940"\n[map]\nversion = "7"\n[[document]]\ncommand = "create_fulfilment_order"\n'
        '[[document.node]]\nname = "NTE"\nfields = { "01" = "=DEL", "02" = ".warehouse" }\n',
    )
    told = explained(compile_map(overlay(base, over), PlainSyntax()))
    origin = field(told, "NTE", "02", -1).origin
    assert (origin.map, origin.version, origin.raw) == ("acme/940", "7", ("WH-1",))


def test_a_command_that_cannot_be_said_has_no_explanation(order_map: CompiledMap) -> None:
    cancel = CancelFulfilmentOrder(cancel_id="C-1", order_no="SO-1", warehouse="W", reason="x")
    assert order_map.explain_writing(command(order_no=""), CONTEXT) is None
    assert order_map.explain_writing(cancel, CONTEXT) is None
