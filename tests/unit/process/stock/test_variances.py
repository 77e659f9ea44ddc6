"""VAR: a difference is looked at again, counted, and corrected on the side that is wrong (domain.md §3.8, X-20)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crossdock.testing.world import World
from tests.unit.process.stock import kit

CASE = ("WHS-12", "WH-NL1|IT-1", "|available")


async def drifted(before: int = 100, now: int = 95, **terms: object) -> World:
    """A second snapshot that does not agree with the books."""
    hub = kit.world(**terms)
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(before)), kit.snapshot("S-2", 60, kit.row(now)))
    hub.clock.at = kit.at(60)
    return hub


def rows(hub: World) -> list[str]:
    """The rows VAR took."""
    return [part for one in kit.transitions(hub) for part in one.split("; ") if part.startswith("VAR")]


@pytest.mark.proves("VAR-01", "WHS-12", "X-20", "Y-33", "RC-07")
async def test_a_snapshot_that_disagrees_wins_and_is_a_variance() -> None:
    hub = await drifted()
    assert kit.on_hand(hub) == 95
    assert rows(hub) == ["VAR-01 ->OPEN"]
    assert CASE in hub.store.cases
    found = kit.facts(hub, "inventory.variance_detected")[-1]
    assert (found["wms"], found["erp"], found["diff"]) == tuple(
        {"value": value, "uom": "EA"} for value in ("95", "100", "-5")
    )


@pytest.mark.proves("variance_value_min")
@pytest.mark.parametrize(
    ("now", "terms", "found"),
    [
        (99, {}, False),
        (98, {}, True),
        (98, {"unit_values": {"IT-1": Decimal(12)}}, False),
        (98, {"unit_values": {"IT-1": Decimal("12.5")}}, True),
        (98, {"tolerance_pct": Decimal(3)}, False),
    ],
)
async def test_small_differences_are_none(now: int, terms: dict[str, object], found: bool) -> None:
    hub = await drifted(now=now, **terms)
    assert (CASE in hub.store.cases) is found


async def test_what_the_erp_has_been_asked_to_book_explains_a_difference() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(100)), kit.moved("MV-1", "receipt", 40, 10))
    assert not kit.facts(hub, "inventory.variance_detected")


@pytest.mark.proves("VAR-02")
async def test_a_posting_that_explains_it_heals_it() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(100)), kit.moved("MV-1", "receipt", 40, 10))
    from_erp = kit.failed("MV-1", 12)
    await kit.tell(hub, from_erp)
    assert CASE in hub.store.cases
    await kit.tell(hub, kit.booked("MV-1", 20))
    assert rows(hub) == ["VAR-01 ->OPEN", "VAR-02 OPEN>RESOLVED"]
    assert not hub.store.cases


@pytest.mark.proves("VAR-03", "VAR-04", "VAR-06", "variance_recheck", "tm_count")
async def test_a_count_that_agrees_with_the_warehouse_corrects_the_erp() -> None:
    hub = await drifted()
    await hub.pass_time(kit.at(125))
    asked = kit.commands(hub, "request_count")
    assert [(one["warehouse"], one["item"]) for one in asked] == [("WH-NL1", "IT-1")]
    await kit.tell(hub, kit.counted("C-1", 95, 95, 130))
    posting = kit.commands(hub, "post_inventory_movement")[-1]
    assert (posting["type"], posting["qty"]) == ("count_loss", {"value": "-5", "uom": "EA"})
    await kit.tell(hub, kit.booked(str(posting["movement_id"]), 135))
    assert rows(hub) == [
        "VAR-01 ->OPEN", "VAR-03 OPEN>COUNTING", "VAR-04 COUNTING>ERP_ADJUST", "VAR-06 ERP_ADJUST>RESOLVED",
    ]  # fmt: skip
    assert (kit.on_hand(hub), kit.erp(hub)) == (95, 95)
    assert [one["resolution"] for one in kit.facts(hub, "inventory.variance_resolved")] == ["erp_adjusted"]
    assert not hub.store.cases


@pytest.mark.proves("VAR-05", "VAR-06")
async def test_a_count_that_agrees_with_the_erp_corrects_the_warehouse_and_posts_nothing() -> None:
    hub = await drifted()
    await hub.pass_time(kit.at(125))
    await kit.tell(hub, kit.counted("C-1", 100, 95, 130), kit.adjusted("MV-9", 5, 135, count="C-1"))
    assert not kit.commands(hub, "post_inventory_movement")
    assert (kit.on_hand(hub), kit.erp(hub)) == (100, 100)
    assert rows(hub)[-2:] == ["VAR-05 COUNTING>WMS_ADJUST", "VAR-06 WMS_ADJUST>RESOLVED"]
    assert not hub.store.cases


@pytest.mark.proves("VAR-05", "VAR-06")
async def test_a_count_that_agrees_with_nobody_has_the_erp_book_only_what_it_lacks() -> None:
    hub = await drifted()
    await hub.pass_time(kit.at(125))
    await kit.tell(hub, kit.counted("C-1", 98, 95, 130), kit.adjusted("MV-9", 3, 135, count="C-1"))
    posting = kit.commands(hub, "post_inventory_movement")[-1]
    assert (posting["movement_id"], posting["qty"]) == ("MV-9", {"value": "-2", "uom": "EA"})
    await kit.tell(hub, kit.booked("MV-9", 140))
    assert (kit.on_hand(hub), kit.erp(hub)) == (98, 98)
    assert rows(hub)[-1] == "VAR-06 WMS_ADJUST>RESOLVED"
    assert not hub.store.cases


@pytest.mark.proves("variance_value_auto")
async def test_a_dear_correction_waits_for_finance_and_the_erps_own_books_settle_it() -> None:
    hub = await drifted(unit_values={"IT-1": Decimal(60)})
    await hub.pass_time(kit.at(125))
    await kit.tell(hub, kit.counted("C-1", 95, 95, 130))
    assert not kit.commands(hub, "post_inventory_movement")
    assert ("WHS-12", "WH-NL1|IT-1", "|available aged") in hub.store.cases
    await kit.tell(hub, kit.snapshot("E-1", 200, kit.row(95), partner="erp1"))
    assert rows(hub)[-1] == "VAR-06 ERP_ADJUST>RESOLVED"
    assert not hub.store.cases


@pytest.mark.proves("tm_variance", "tm_count")
async def test_time_escalates_what_nobody_settles() -> None:
    hub = await drifted()
    await hub.pass_time(kit.at(60 * 48))
    slots = {slot for code, _, slot in hub.store.cases if code == "WHS-12"}
    assert slots == {"|available", "|available aged", "|available count"}


async def test_a_late_movement_has_its_item_compared_again() -> None:
    hub = await drifted()
    hub.clock.at = kit.at(60 * 30)
    await kit.tell(hub, kit.moved("MV-7", "receipt", 1, 61))
    before = len(kit.facts(hub, "inventory.variance_detected"))
    await hub.pass_time(kit.at(60 * 32))
    assert len(kit.facts(hub, "inventory.variance_detected")) == before + 1


async def test_a_count_is_as_old_as_it_is() -> None:
    """Movements after it do not make it wrong: the warehouse's book of that moment is what it is compared with."""
    hub = await drifted()
    await hub.pass_time(kit.at(125))
    await kit.tell(hub, kit.moved("MV-3", "receipt", 10, 131), kit.counted("C-1", 95, 95, 130))
    await kit.tell(hub, kit.booked("MV-3", 140))
    assert "VAR-04 COUNTING>ERP_ADJUST" in rows(hub)
    assert kit.on_hand(hub) == 105
