"""A warehouse's whole stock: rows replace positions, younger movements come on top (domain.md §3.8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.canonical.commands.wms import RequestInventorySnapshot
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_command
from tests.unit.process.stock import kit


async def test_rows_replace_the_position_and_younger_movements_come_on_top() -> None:
    hub = kit.world()
    await kit.tell(
        hub,
        kit.moved("MV-1", "receipt", 40, 0, seq=1),
        kit.moved("MV-2", "receipt", 7, 10, seq=2),
        kit.snapshot("S-1", 20, kit.row(100), seq=1),
    )
    assert kit.on_hand(hub) == 107


async def test_a_movement_the_watermark_covers_changes_nothing_however_late_it_comes() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-1", 20, kit.row(100), seq=5), kit.moved("MV-5", "receipt", 40, 30, seq=5))
    assert kit.on_hand(hub) == 100


async def test_without_a_counter_time_tells_what_a_snapshot_holds() -> None:
    hub = kit.world()
    await kit.tell(
        hub,
        kit.snapshot("S-1", 20, kit.row(100)),
        kit.moved("MV-1", "receipt", 9, 10),
        kit.moved("M2", "receipt", 1, 30),
    )
    assert kit.on_hand(hub) == 101


async def test_an_older_snapshot_that_comes_later_changes_nothing() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-2", 60, kit.row(100)), kit.snapshot("S-1", 20, kit.row(80)))
    assert kit.on_hand(hub) == 100


async def test_an_item_the_next_snapshot_does_not_name_is_gone() -> None:
    hub = kit.world()
    other = inv.SnapshotRow(item="IT-2", on_hand=Decimal(5))
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(3), other), kit.snapshot("S-2", 60, other))
    assert kit.on_hand(hub) == 0


async def test_a_lot_the_snapshot_does_not_name_is_gone() -> None:
    hub = kit.world()
    await kit.tell(
        hub,
        kit.snapshot("S-1", 0, kit.row(3, lot="L1"), kit.row(4, lot="L2")),
        kit.snapshot("S-2", 60, kit.row(4, lot="L2")),
    )
    assert (kit.on_hand(hub, "L1|available"), kit.on_hand(hub, "L2|available")) == (0, 4)


async def test_the_first_snapshot_is_an_opening_balance_and_no_variance() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.moved("MV-1", "receipt", 40, 0), kit.snapshot("S-1", 20, kit.row(500)))
    assert not kit.facts(hub, "inventory.variance_detected")
    await kit.tell(hub, kit.booked("MV-1", 30))
    assert (kit.on_hand(hub), kit.erp(hub)) == (500, 500)


async def test_what_the_erp_reports_is_compared_with_and_moves_nothing() -> None:
    hub = kit.world()
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(100)), kit.snapshot("E-1", 10, kit.row(90), partner="erp1"))
    assert (kit.on_hand(hub), kit.erp(hub)) == (100, 90)
    assert [one["diff"]["value"] for one in kit.facts(hub, "inventory.variance_detected")] == ["10"]  # type: ignore[index]


async def test_a_large_snapshot_is_taken_in_portions() -> None:
    """Each portion is a transaction of its own; nothing is lost and a repetition is a duplicate."""
    hub = kit.world()
    rows = tuple(inv.SnapshotRow(item=f"IT-{number}", on_hand=Decimal(number)) for number in range(1_000))
    whole = kit.snapshot("S-1", 0, *rows)
    await kit.tell(hub, whole)
    assert len(hub.store.dossiers) == 1_001
    assert kit.stock(hub, "stock||WH-NL1|IT-999").positions[kit.AVAILABLE].base == 999_000_000
    receipts = await hub.take([(whole.partner, whole.body)])
    assert receipts[0].disposition is Disposition.SUPPRESS


async def test_a_report_nobody_may_make_is_not_divided() -> None:
    hub = kit.world()
    await hub.take([("tms1", kit.snapshot("S-1", 0, kit.row(3), partner="tms1").body)])
    assert not hub.store.dossiers
    assert len(hub.store.waiting) == 1


@pytest.mark.proves("tm_cmd_ack")
async def test_a_report_that_is_due_is_asked_for_and_missed() -> None:
    hub = kit.world(snapshot_every_s=3600)
    await kit.tell(hub, kit.snapshot("S-1", 0, kit.row(3)))
    await hub.pass_time(kit.at(61))
    asked = [one for one in hub.store.deliveries if one.type == "request_inventory_snapshot"]
    assert [decode_command(one.type, one.payload) for one in asked] == [
        RequestInventorySnapshot(warehouse="WH-NL1", window="2026-06-01T07:00")
    ]
    await hub.pass_time(kit.at(80))
    assert ("INT-06", "WH-NL1", "snapshot") in hub.store.cases
    await kit.tell(hub, kit.snapshot("S-2", 81, kit.row(3)))
    assert not hub.store.cases
    assert hub.clock.now() == kit.START + timedelta(minutes=81)


HISTORY = (
    kit.snapshot("S-0", 0, kit.row(100), kit.row(4, "damaged"), seq=1),
    kit.moved("MV-2", "receipt", 40, 5, seq=2),
    kit.booked("MV-2", 6),
    kit.moved("MV-3", "count_loss", 3, 10, seq=3),
    kit.snapshot("S-1", 12, kit.row(137), kit.row(4, "damaged"), seq=2),
    kit.booked("MV-3", 13),
    kit.moved("MV-4", "receipt", 1, 15, seq=4),
    kit.moved("MV-5", "adjustment", -1, 16, seq=5, reverses="MV-4"),
    kit.snapshot("E-1", 20, kit.row(120), kit.row(4, "damaged"), partner="erp1"),
    kit.counted("C-1", 134, 134, 90),
    kit.adjusted("MV-6", 2, 95),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_ends_the_same(data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.integers(0, len(HISTORY) - 1), max_size=4))
    arrived = data.draw(st.permutations([*range(len(HISTORY)), *repeated]))
    sizes = data.draw(st.lists(st.integers(1, 6), max_size=5))
    assert await kit.ending([HISTORY[place] for place in arrived], sizes) == await kit.ending(HISTORY)
