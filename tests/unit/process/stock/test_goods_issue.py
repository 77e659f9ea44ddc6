"""Goods issue is booked once, by the hand-over, whoever else tells of it (domain.md §3.8, W-05.5)."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.events.fulfilment import HandoverVoided
from crossdock.process.policy import Policy
from crossdock.process.terms.stock import Stock
from crossdock.testing.world import World
from tests.unit.process.stock import kit

ORDER = Order(1, kit.START)
LEFT = 180
STOCK = Subject("stock", "WH-NL1|IT-10")
IDENT = "stock||WH-NL1|IT-10"
BEFORE = kit.say(
    inv.InventorySnapshotTaken(
        snapshot_id="S-1", as_of=kit.at(0), watermark_seq=0, rows=(inv.SnapshotRow("IT-10", kit.qty(100).value),)
    ),
    0,
    kit.SITE,
)


def policy(*sites: str) -> Policy:
    """Whose stock is kept."""
    return Policy(stock=Stock(sites=sites))


async def shipped(*more: Told, sites: tuple[str, ...] = ("WH-NL1",)) -> World:
    """An order that has left, and what else is said."""
    hub = World(PARTNERS, policy=policy(*sites), now=kit.START + timedelta(days=2))
    order = [*itertools.islice(ORDER.facts(), 8)]
    for one in (BEFORE, *order, *more):
        await hub.take([(one.partner, one.body)])
    return hub


def issue(name: str, value: float, minute: float) -> Told:
    """The warehouse's own movement of the same goods."""
    payload = inv.InventoryMoved(
        warehouse="WH-NL1",
        item="IT-10",
        movement_id=name,
        type=inv.MovementType.GOODS_ISSUE,
        qty=kit.qty(value),
        at=kit.at(minute),
    )
    return kit.say(payload, minute, STOCK)


def left(hub: World) -> int:
    """What is left of the item, in pieces."""
    return kit.stock(hub, IDENT).positions[kit.AVAILABLE].on_hand // 1_000_000


async def test_a_hand_over_takes_its_goods_out_of_the_stock() -> None:
    hub = await shipped()
    assert left(hub) == 60
    assert not kit.commands(hub, "post_inventory_movement")
    assert len(kit.commands(hub, "post_goods_issue")) == 1
    assert not kit.facts(hub, "inventory.variance_detected")


@pytest.mark.proves("Y-05")
@pytest.mark.parametrize("minute", [LEFT - 1, LEFT + 1])
async def test_the_warehouses_own_movement_is_matched_and_not_counted_twice(minute: int) -> None:
    hub = await shipped(issue("MV-1", -40, minute))
    assert left(hub) == 60
    assert not kit.commands(hub, "post_inventory_movement")


async def test_another_quantity_is_another_movement() -> None:
    hub = await shipped(issue("MV-1", -7, LEFT + 1))
    assert left(hub) == 53


async def test_a_void_hand_over_puts_the_goods_back() -> None:
    hub = await shipped()
    number = str(kit.commands(hub, "post_goods_issue")[0]["handover_no"])
    void = HandoverVoided(order_no=ORDER.number, warehouse="WH-NL1", handover_no=number, reason="wrong vehicle")
    told = kit.say(void, LEFT + 5, Subject("fulfilment_order", f"{ORDER.number}/WH-NL1/1"), "wms-nl1")
    await hub.take([(told.partner, told.body)])
    assert left(hub) == 100


async def test_stock_nobody_keeps_is_not_told() -> None:
    hub = await shipped(sites=())
    assert left(hub) == 100
    assert {row.ident.partition("|")[0] for row in hub.store.dossiers.values()} == {"order", "stock", "warehouse"}


async def test_any_order_of_hand_over_movement_and_snapshot_ends_the_same() -> None:
    order = [*itertools.islice(ORDER.facts(), 8)]
    told = [BEFORE, issue("MV-1", -40, LEFT + 1), issue("MV-2", -3, LEFT + 2), order[-1]]
    endings = []
    for permutation in itertools.permutations(told):
        hub = World(PARTNERS, policy=policy("WH-NL1"), now=kit.START + timedelta(days=2))
        for one in (*order[:-1], *permutation):
            await hub.take([(one.partner, one.body)])
        endings.append(hub.ending())
    assert all(one == endings[0] for one in endings)


def answer(payload: inv.InventoryErpPosted | inv.InventoryErpPostFailed, minute: float) -> Told:
    """What the ERP says of the goods issue."""
    return kit.say(payload, minute, Subject("shipment", ORDER.shipment), "erp1")


@pytest.mark.proves("FIN-08", "tm_erp_post")
async def test_an_erp_that_confirms_and_is_silent_is_a_case_that_its_answer_closes() -> None:
    hub = World(PARTNERS, policy=Policy(stock=Stock(erp_confirms=True)), now=kit.at(LEFT + 1))
    for one in itertools.islice(ORDER.facts(), 8):
        await hub.take([(one.partner, one.body)])
    number = str(kit.commands(hub, "post_goods_issue")[0]["handover_no"])
    await hub.pass_time(kit.at(LEFT + 40))
    assert ("FIN-08", f"{ORDER.number}/WH-NL1/1", number) in hub.store.cases
    told = answer(inv.InventoryErpPosted(movement_id=number, doc_no="4900011"), LEFT + 41)
    await hub.take([(told.partner, told.body)])
    assert "FIN-08" not in {code for code, _, _ in hub.store.cases}


@pytest.mark.proves("FIN-08")
async def test_a_goods_issue_the_erp_refuses_is_always_a_case() -> None:
    hub = await shipped()
    number = str(kit.commands(hub, "post_goods_issue")[0]["handover_no"])
    told = answer(inv.InventoryErpPostFailed(movement_id=number, reason="period closed"), LEFT + 2)
    await hub.take([(told.partner, told.body)])
    assert "FIN-08" in {code for code, _, _ in hub.store.cases}
    await hub.pass_time(kit.START + timedelta(days=3))
    booked = answer(inv.InventoryErpPosted(movement_id=number, doc_no="4900011"), LEFT + 60)
    await hub.take([(booked.partner, booked.body)])
    assert "FIN-08" not in {code for code, _, _ in hub.store.cases}


def back(value: float, minute: float) -> Told:
    """The warehouse's own movement of goods that stayed after all."""
    payload = inv.InventoryMoved(
        warehouse="WH-NL1",
        item="IT-10",
        movement_id="M-BACK",
        type=inv.MovementType.GOODS_ISSUE_REVERSAL,
        qty=kit.qty(value),
        at=kit.at(minute),
    )
    return kit.say(payload, minute, STOCK)


async def voided(hub: World) -> None:
    """The hand-over did not happen."""
    number = str(kit.commands(hub, "post_goods_issue")[0]["handover_no"])
    void = HandoverVoided(order_no=ORDER.number, warehouse="WH-NL1", handover_no=number, reason="wrong vehicle")
    told = kit.say(void, LEFT + 5, Subject("fulfilment_order", f"{ORDER.number}/WH-NL1/1"), "wms-nl1")
    await hub.take([(told.partner, told.body)])


@pytest.mark.proves("W-05.5", "MOV-01", "MOV-05")
@pytest.mark.parametrize("issued", [(), (issue("M-1", -40, LEFT - 1),), (issue("M-1", -40, LEFT + 1),)])
@pytest.mark.parametrize("returned", [(), (back(40, LEFT + 4),), (back(40, LEFT + 6),)])
async def test_a_void_puts_the_goods_back_once_whoever_tells_of_it_too(
    issued: tuple[Told, ...], returned: tuple[Told, ...]
) -> None:
    """The warehouse may tell of the issue, of its reversal, of both or none, before the hand-over and void or after."""
    hub = await shipped(*issued)
    await voided(hub)
    for one in returned:
        await hub.take([(one.partner, one.body)])
    assert left(hub) == 100


@pytest.mark.proves("W-05.5", "MOV-01")
async def test_a_void_finds_its_goods_however_much_has_moved_since() -> None:
    """A busy item forgets closed movements; what a hand-over took comes back all the same."""
    hub = await shipped()
    busy = [issue(f"M-{count}", 2, LEFT + 1 + count / 100) for count in range(120)]
    await hub.take([(one.partner, one.body) for one in busy])
    before = left(hub)
    await voided(hub)
    assert left(hub) == before + 40
