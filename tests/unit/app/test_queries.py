"""Reading a dossier back: real process managers fold a real history, the queries explain it (I-19, I-20, I-35)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from crossdock.app import queries
from crossdock.app.states import named, states_of
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.inventory import InventoryMoved, MovementType
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.views import CommandView
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import REGISTRIES, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
STATES = states_of(REGISTRIES)


@pytest.fixture
async def history() -> tuple[World, MemoryViews, Order]:
    """One order in a load, from approval to proof."""
    world, order = World(PARTNERS), Order(1, START)
    facts = list(order.facts())
    for told in [*facts[:4], *order.load_facts((order.shipment,)), *facts[4:]]:
        await world.tell(told.partner, told.body)
    return world, MemoryViews(world.store), order


History = tuple[World, MemoryViews, Order]


@pytest.mark.parametrize("ident", ["SO-00000001", "order||SO-00000001", "SHP-00000001", "shipment||SHP-00000001"])
async def test_any_identifier_of_an_order_traces_it(history: History, ident: str) -> None:
    trace = await queries.trace(history[1], ident)
    assert trace is not None
    assert trace.ident == "order||SO-00000001"
    assert "shipment||SHP-00000001" in trace.identifiers


@pytest.mark.parametrize("ident", ["WH-NL1|IT-1", "stock||WH-NL1|IT-1"])
async def test_the_stock_of_an_item_is_found_by_warehouse_and_item(ident: str) -> None:
    world = World(PARTNERS)
    subject = Subject("stock", "WH-NL1|IT-1")
    moved = InventoryMoved(
        warehouse="WH-NL1", item="IT-1", movement_id="MV-1", type=MovementType.RECEIPT,
        qty=Quantity(Decimal(4), "EA"), at=START,
    )  # fmt: skip
    source = Source(PARTNERS["wms-nl1"].role, "wms-nl1")
    await world.tell("wms-nl1", make_envelope("inventory.moved", subject, source, Occurrence(START), moved))
    trace = await queries.trace(MemoryViews(world.store), ident)
    assert trace is not None
    assert [fact.transitions for fact in trace.facts if fact.transitions] == [("MOV-01 ->RECORDED",)]


async def test_unknown_identifier_has_no_trace(history: History) -> None:
    assert await queries.trace(history[1], "SO-9") is None
    assert await queries.trace(history[1], "pro|NVTR|nothing") is None


async def test_trace_tells_facts_in_the_order_of_the_world_with_their_rows(history: History) -> None:
    trace = await queries.trace(history[1], "SO-00000001")
    assert trace is not None
    assert [fact.occurred for fact in trace.facts] == sorted(fact.occurred for fact in trace.facts)
    first = trace.facts[0]
    assert (first.type, first.said_by) == ("order.approved", "erp1")
    assert first.transitions[0] == "ORD-01 ->NEW"
    assert msgspec.json.decode(first.payload)["order_no"] == "SO-00000001"


async def test_every_command_and_derived_fact_hangs_under_its_cause_and_back(history: History) -> None:
    trace = await queries.trace(history[1], "SO-00000001")
    assert trace is not None
    facts = {fact.id: fact for fact in trace.facts}
    assert trace.commands
    for command in trace.commands:
        assert f"command {command.id}" in facts[command.cause].caused
    derived = [fact for fact in trace.facts if fact.cause in facts]
    assert {fact.type for fact in derived} >= {"order.released", "shipment.departed", "shipment.delivered"}
    assert all(fact.id in facts[fact.cause].caused for fact in derived)


async def test_w_16_hand_over_is_one_path_and_every_posting_names_it_as_its_cause(history: History) -> None:
    """W-16: no second way to a goods issue."""
    trace = await queries.trace(history[1], "SO-00000001")
    assert trace is not None
    (handed_over,) = [fact for fact in trace.facts if fact.type == "shipment.handed_over"]
    posted = [command.type for command in trace.commands if command.cause == handed_over.id]
    assert posted[0] == "post_goods_issue"
    assert {"confirm_handover", "update_delivery_status"} <= set(posted)
    assert [command.type for command in trace.commands].count("post_goods_issue") == 1


async def test_cause_in_another_dossier_is_shown_from_elsewhere(history: History) -> None:
    world, views, order = history
    trace = await queries.trace(views, "SO-00000001")
    assert trace is not None
    foreign = {fact.cause for fact in trace.facts if fact.cause and not fact.cause.startswith(f"{trace.dossier}.")}
    assert {fact.id for fact in trace.elsewhere} == foreign & {f"{d}.{s}" for d, s in world.store.events}
    load = await queries.trace(views, order.load)
    assert load is not None
    assert load.ident == f"load||{order.load}"


async def test_lines_put_commands_under_their_facts_one_deeper(history: History) -> None:
    _, views, _ = history
    trace = await queries.trace(views, "SO-00000001")
    assert trace is not None
    lines = queries.lines(trace)
    released = next(number for number, line in enumerate(lines) if line.what.startswith("order.approved"))
    assert (lines[released].depth, lines[released + 1].depth) == (0, 1)
    assert lines[released + 1].what == "→ create_fulfilment_order"
    assert len([line for line in lines if line.what.startswith("→")]) == len(trace.commands)


async def test_order_view_names_every_field_of_every_state(history: History) -> None:
    _, views, _ = history
    order = await queries.order(views, STATES, "SO-00000001")
    assert order is not None
    assert set(order.states) == {"ORD", "FO:WH-NL1/1", "SHP:WH-NL1/1", "BIL:WH-NL1/1", "BLO"}
    assert all(
        isinstance(state, dict) and all(isinstance(name, str) for name in state) for state in order.states.values()
    )
    assert order.label.startswith("ORD FULFILLED")
    assert all(command.ended is None for command in order.open_commands)
    msgspec.json.encode(order)


async def test_ended_commands_are_in_the_trace_but_not_open(history: History) -> None:
    _, views, _ = history
    ended = CommandView(
        id=1, dossier=1, partner="tms1", type="plan_shipment", idempotency_key="k", ordering_key="o", cause="1.1",
        created=START, state="delivered", attempts=1, detail="", reference="T-1", ended=START,
    )  # fmt: skip
    views.ended.append(ended)
    trace, order = await queries.trace(views, "SO-00000001"), await queries.order(views, STATES, "SO-00000001")
    assert trace is not None
    assert order is not None
    assert ended in trace.commands
    assert ended not in order.open_commands


async def test_shipment_view_is_its_own_part_of_the_order(history: History) -> None:
    _, views, _ = history
    shipment = await queries.shipment(views, STATES, "SHP-00000001")
    assert shipment is not None
    assert shipment.order == "SO-00000001"
    assert set(shipment.states) == {"FO:WH-NL1/1", "SHP:WH-NL1/1", "BIL:WH-NL1/1"}
    types = {fact.type for fact in shipment.facts}
    assert {"shipment.planned", "tracking.milestone", "pick.completed"} <= types
    assert "order.approved" not in types
    assert await queries.shipment(views, STATES, "SHP-9") is None


async def test_pages_walk_the_whole_list_once(history: History) -> None:
    world, views, _ = history
    for number in range(2, 6):
        await world.tell("erp1", next(iter(Order(number, START).facts())).body)
    seen: list[str] = []
    cursor = 0
    while True:
        page = await queries.orders(views, before=cursor, limit=2)
        seen += [head.ident for head in page.items]
        if not page.next:
            break
        cursor = int(page.next)
    assert seen == [f"order||SO-{number:08d}" for number in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.b", "1.2.3", "9" * 19 + ".1", "²." + "1"])
def test_what_is_no_event_id_is_told(text: str) -> None:
    assert queries.event_id(text) is None


def test_event_id_is_two_numbers() -> None:
    assert queries.event_id("12.4") == (12, 4)


def test_states_deeper_than_ours_ever_are_stop_at_once() -> None:
    deep: object = 1
    for _ in range(20):
        deep = [deep]
    with pytest.raises(AssertionError, match="flat"):
        named(deep)
