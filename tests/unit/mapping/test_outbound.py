"""Commands to documents: the same language the other way round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.commands.wms import CreateFulfilmentOrder, FulfilmentLine, HoldFulfilment
from crossdock.canonical.parts import Address, Place
from crossdock.kernel.errors import Rejected
from crossdock.kernel.quantity import Quantity
from crossdock.kernel.tree import Node
from crossdock.mapping.compiled import CompiledMap, Written, compile_map
from crossdock.mapping.run import ERROR
from crossdock.mapping.spec import overlay, parse_map
from tests.unit.mapping.documents import CONTEXT, PlainSyntax

HEAD = '[map]\nsyntax = "x12"\ndocument = "940"\nversion = "1"\nsource = "made up"\n'
MAP = (Path(__file__).parent / "shipping_order.toml").read_text()


def command(**changes: object) -> CreateFulfilmentOrder:
    lines = (
        FulfilmentLine("10", "SKU-1", Quantity(Decimal("2.50"), "CS")),
        FulfilmentLine("20", "SKU-2", Quantity(Decimal(4), "EA")),
    )
    place = Place(name="Store 12", address=Address("US", ("1 Main Street", "Dock 4"), "Dallas", "TX", "75201"))
    made = CreateFulfilmentOrder(order_no="SO-1", warehouse="WH-1", lines=lines, ship_to=place)
    return msgspec.structs.replace(made, **changes)


@pytest.fixture(scope="module")
def order_map() -> CompiledMap:
    return compile_map(parse_map("x12/940", MAP), PlainSyntax())


def rows(written: Written) -> list[str]:
    assert written.findings == ()
    assert written.root is not None

    def told(node: Node) -> list[str]:
        assert isinstance(node.fields, Mapping)
        own = " ".join([node.name, *(f"{name}={text}" for name, text in node.fields.items())])
        return [own, *(f"  {row}" for child in node.children for row in told(child))]

    return [row for child in written.root.children for row in told(child)]


def test_a_command_is_written_node_by_node(order_map: CompiledMap) -> None:
    at = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    assert rows(order_map.write(command(ship_by=at, customer_po="PO-9", priority="high"), CONTEXT)) == [
        "W05 01=N 02=SO-1 03=PO-9",
        "N1 01=ST 02=Store 12",
        "  N3 01=1 Main Street",
        "  N3 01=Dock 4",
        "  N4 01=Dallas 03=75201 04=US",
        "G62 01=38 02=20260302 04=0230",
        "NTE 01=WHI 02=HIGH",
        "LX 01=1",
        "  W01 01=2.5 02=CA 04=VN 05=SKU-1 06=WH-1",
        "LX 01=2",
        "  W01 01=4 02=EA 04=VN 05=SKU-2 06=WH-1",
        "W76 01=6.5 02=2",
    ]


def test_what_the_command_does_not_say_leaves_no_empty_node(order_map: CompiledMap) -> None:
    written = rows(order_map.write(command(ship_to=Place(location_no="D-1")), CONTEXT))
    assert [row.split()[0] for row in written if not row.startswith(" ")] == ["W05", "LX", "LX", "W76"]


def test_nodes_are_counted_in_the_order_they_are_written(order_map: CompiledMap) -> None:
    root = order_map.write(command(), CONTEXT).root
    assert root is not None
    assert (root.name, root.at, root.children[1].at, root.children[1].children[0].at) == ("940", 0, 2, 3)


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"order_no": "SO-1234567"}, "INT-02", "longer than 8 characters and may not be cut"),
        ({"order_no": ""}, "INT-02", "02 has nothing to stand in it"),
        ({"lines": (FulfilmentLine("10", "S", Quantity(Decimal(1), "PF")),)}, "MDM-03", "'PF' is not in table 'units'"),
    ],
)
def test_what_cannot_be_said_is_a_finding_and_no_document(
    order_map: CompiledMap, changes: dict[str, object], code: str, told: str
) -> None:
    written = order_map.write(command(**changes), CONTEXT)
    assert written.root is None
    (finding,) = written.findings
    assert (finding.code, finding.severity) == (code, ERROR)
    assert told in finding.detail
    assert finding.place.words.startswith("create_fulfilment_order: ")


def test_a_command_the_map_does_not_know_is_refused(order_map: CompiledMap) -> None:
    with pytest.raises(Rejected, match="writes no document for hold_fulfilment"):
        order_map.write(HoldFulfilment(order_no="SO-1", warehouse="WH-1", hold_id="H"), CONTEXT)


def test_the_first_document_whose_condition_holds_is_written() -> None:
    text = f"""{HEAD}
[[document]]
id = "rush"
command = "create_fulfilment_order"
kind = "940R"
when = ".priority = high"
[[document.node]]
name = "A"
[[document]]
command = "create_fulfilment_order"
[[document.node]]
name = "B"
"""
    made = compile_map(parse_map("m", text), PlainSyntax())
    assert [made.write(command(priority=one), CONTEXT).kind for one in ("high", "normal")] == ["940R", "940"]


def test_an_overlay_adds_nodes_at_the_end() -> None:
    node = '[[document.node]]\nname = "NTE"\nfields = { "01" = "=X" }'
    over = f'extends = "x12/940"\n[[document]]\nid = "create_fulfilment_order"\n{node}'
    made = compile_map(overlay(parse_map("x12/940", MAP), parse_map("acme", over)), PlainSyntax())
    assert rows(made.write(command(), CONTEXT))[-1] == "NTE 01=X"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("order_no", "is a single value: write .order_no"),
        (".order_nr", "is no single value create_fulfilment_order has"),
        ("shipto.name", "is nothing create_fulfilment_order has"),
        ("lines[itm=1].item", "is no single value"),
    ],
)
def test_a_path_to_what_the_command_does_not_have_is_a_mistake_of_the_map(path: str, told: str) -> None:
    text = MAP.replace('".customer_po"', f'"{path}"')
    with pytest.raises(Rejected) as refused:
        compile_map(parse_map("m", text), PlainSyntax())
    assert told in refused.value.detail


def test_local_extensions_of_a_command_can_be_written() -> None:
    made = compile_map(parse_map("m", MAP.replace('".customer_po"', '"ext/acme.colour"')), PlainSyntax())
    assert rows(made.write(command(ext={"acme": {"colour": "red"}}), CONTEXT))[0] == "W05 01=N 02=SO-1 03=red"


def test_what_stands_inside_of_an_item_has_its_number() -> None:
    text = HEAD + (
        '[[document]]\ncommand = "create_fulfilment_order"\n[[document.node]]\nname = "HL"\neach = "lines"\n'
        'fields = { "01" = "$index" }\n[[document.node.node]]\nname = "LIN"\nfields = { "01" = "$index" }\n'
        '[[document.node]]\nname = "CTT"\nfields = { "01" = "$index" }\n'
    )
    written = compile_map(parse_map("x12/856", text), PlainSyntax()).write(command(), CONTEXT)
    assert rows(written) == ["HL 01=1", "  LIN 01=1", "HL 01=2", "  LIN 01=2", "CTT 01=1"]
