"""MOV: positions, postings and what can be promised (domain.md §3.8, W-05)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crossdock.canonical.events import inventory as inv
from crossdock.process.policy import Policy
from crossdock.testing.world import World
from tests.unit.process.stock import kit


@pytest.mark.proves("MOV-01", "Y-33")
async def test_a_movement_changes_the_position_and_is_posted() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0))
    assert (kit.on_hand(hub), kit.erp(hub)) == (40, 0)
    assert [one["movement_id"] for one in kit.commands(hub, "post_inventory_movement")] == ["MV-1"]
    assert kit.transitions(hub) == ["MOV-01 ->RECORDED"]
    assert kit.facts(hub, "inventory.availability_changed")[-1]["atp"] == {"value": "40", "uom": "EA"}


@pytest.mark.proves("MOV-02", "tm_erp_post")
async def test_a_booked_movement_is_in_both_books_and_no_time_runs() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0), kit.booked("MV-1", 5))
    assert (kit.on_hand(hub), kit.erp(hub)) == (40, 40)
    await hub.pass_time(kit.at(600))
    assert not hub.store.cases


@pytest.mark.proves("MOV-02")
async def test_an_answer_that_comes_before_its_movement_waits() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.booked("MV-1", 5), kit.moved("MV-1", "receipt", 40, 0))
    assert kit.erp(hub) == 40


@pytest.mark.proves("FIN-08", "tm_erp_post")
async def test_an_unanswered_posting_is_a_case_that_the_answer_closes() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0))
    await hub.pass_time(kit.at(60))
    assert set(hub.store.cases) == {("FIN-08", "WH-NL1|IT-1", "MV-1")}
    await kit.tell(hub, kit.booked("MV-1", 70))
    assert not hub.store.cases


@pytest.mark.proves("MOV-03", "MOV-04", "FIN-08")
async def test_a_refused_posting_is_a_case_until_it_is_booked() -> None:
    hub = kit.world()
    failed = kit.say(inv.InventoryErpPostFailed(movement_id="MV-1", reason="period closed"), 5)
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0), failed)
    assert ("FIN-08", "WH-NL1|IT-1", "MV-1") in hub.store.cases
    await kit.tell(hub, kit.booked("MV-1", 70))
    assert kit.transitions(hub)[:1] == ["MOV-01 ->RECORDED"]
    assert any("MOV-03 RECORDED>FAILED" in one for one in kit.transitions(hub))
    assert any("MOV-04 FAILED>POSTED" in one for one in kit.transitions(hub))
    assert ("FIN-08", "WH-NL1|IT-1", "MV-1") not in hub.store.cases


@pytest.mark.proves("MOV-05")
@pytest.mark.parametrize("answered", [True, False])
async def test_a_reversal_takes_a_movement_back_and_has_the_opposite_posted(answered: bool) -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0))
    if answered:
        await kit.tell(hub, kit.booked("MV-1", 2))
    back = kit.moved("MV-2", "adjustment", -40, 10, reverses="MV-1")
    await kit.tell(hub, back)
    assert kit.on_hand(hub) == 0
    posting = kit.commands(hub, "post_inventory_movement")[-1]
    assert (posting["reverses"], posting["qty"]) == ("MV-1", {"value": "-40", "uom": "EA"})
    await kit.tell(hub, kit.booked("MV-2", 12))
    assert kit.erp(hub) == 0
    assert any(one.startswith("MOV-05 ") and one.endswith(">REVERSED") for one in kit.transitions(hub))


async def test_a_change_of_status_moves_between_positions_and_is_posted() -> None:
    """Worked example R20: IT-778 10 available→damaged."""
    hub = kit.world()
    changed = inv.InventoryStatusChanged(
        **kit.HERE, movement_id="MV-7781", qty=kit.qty(10), from_status=inv.StockStatus.AVAILABLE,
        to_status=inv.StockStatus.DAMAGED, reason="damage",
    )  # fmt: skip
    await kit.tell(hub, kit.moved("MV-1", "receipt", 100, 0), kit.say(changed, 10))
    assert (kit.on_hand(hub), kit.on_hand(hub, "|damaged")) == (90, 10)
    posting = kit.commands(hub, "post_inventory_movement")[-1]
    assert (posting["from"], posting["to"]) == ({}, {"status": "damaged"})
    assert posting["qty"] == {"value": "10", "uom": "EA"}


async def test_a_transfer_inside_the_warehouse_is_nothing_the_erp_books() -> None:
    hub = kit.world()
    places = {"origin": inv.StockPlace("A-1"), "destination": inv.StockPlace("B-2")}
    await kit.tell(hub, kit.moved("MV-1", "receipt", 5, 0), kit.moved("MV-2", "transfer", 5, 5, **places))
    assert kit.on_hand(hub) == 5
    assert len(kit.commands(hub, "post_inventory_movement")) == 1


@pytest.mark.proves("negative_grace", "WHS-12")
async def test_less_than_nothing_is_a_case_only_when_it_lasts() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-2", "count_loss", 5, 10))
    await hub.pass_time(kit.at(30))
    assert not [case for case in hub.store.cases if case[2].endswith("negative")]
    await hub.pass_time(kit.at(45))
    assert ("WHS-12", "WH-NL1|IT-1", "|available negative") in hub.store.cases
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 50))
    assert not [case for case in hub.store.cases if case[2].endswith("negative")]


@pytest.mark.proves("negative_grace")
async def test_a_missing_receipt_that_comes_in_time_is_no_case() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-2", "count_loss", 5, 10), kit.moved("MV-1", "receipt", 40, 5))
    assert kit.on_hand(hub) == 35
    await hub.pass_time(kit.at(45))
    assert not [case for case in hub.store.cases if case[2].endswith("negative")]


@pytest.mark.proves("OW-09", "INT-04")
async def test_another_warehouse_moves_nothing_here() -> None:
    hub = World(kit.PARTNERS, policy=Policy(wms_instances={"WH-NL1": "wms-nl1"}), now=kit.START)
    foreign = inv.InventoryMoved(
        **kit.HERE, movement_id="MV-9", type=inv.MovementType.RECEIPT, qty=kit.qty(5), at=kit.at(1)
    )
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0), kit.say(foreign, 1, partner="wms-gb1"))
    assert kit.on_hand(hub) == 40
    assert [code for code, _, _ in hub.store.cases] == ["INT-04"]


async def test_safety_stock_and_what_is_spoken_for_are_not_promised() -> None:
    hub = kit.world(safety={"IT-1": Decimal(10)})
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(100, allocated=Decimal(20), picked=Decimal(5))))
    assert kit.facts(hub, "inventory.availability_changed")[-1]["atp"] == {"value": "65", "uom": "EA"}


async def test_what_lies_there_damaged_is_not_promised() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(100), kit.row(7, "damaged")))
    assert kit.facts(hub, "inventory.availability_changed")[-1]["atp"] == {"value": "100", "uom": "EA"}
