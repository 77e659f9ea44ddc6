"""The worked example of domain.md §10, all sixty rows, through the use case; what deviates is in decision record 0024.

Time passes as in the trace. Where a fact is overtaken (R43 comes a day late) the dossier is folded again; what it
says and what it leads to are those of the specification.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from crossdock.process.order.double_entry import gaps
from crossdock.process.order.ledger import account
from crossdock.process.order.rollup import billing_status, fulfilment_status, overlays
from crossdock.testing.golden.play import Player, stands_wanted, wanted_of
from crossdock.testing.golden.trace import TRACE, Row

pytestmark = pytest.mark.proves("§10")


@pytest.fixture(scope="module")
def played() -> Player:
    """The trace as it was received."""
    return asyncio.run(Player().play(TRACE))


@pytest.mark.parametrize("row", TRACE, ids=[row.name for row in TRACE])
def test_every_row_has_its_disposition_and_its_transitions(played: Player, row: Row) -> None:
    """§10.2: exactly these, and every instance named stands where the row takes it."""
    seen = played.seen[row.name]
    assert (seen.disposition, seen.taken) == (row.disposition, wanted_of(row))
    for instance, ends in stands_wanted(row).items():
        assert seen.stands[instance] in ends, instance


# Commands each row leads to, for every row that leads to any (§10.2, last column). Notices are 0024's.
COMMANDS = {
    "R1": "create_fulfilment_order plan_shipment create_fulfilment_order plan_shipment update_order_status",
    "R4": "create_delivery_task",
    "R5": "create_declaration",
    "R8": "update_shipment",
    "R9": "tender_load update_shipment",
    "R12": "update_carrier_assignment update_order_status request_appointment",
    "R14": "update_shipment",
    "R17": "update_shipment",
    "R20": "post_inventory_movement",
    "R23": "submit_declaration update_shipment",
    "R26": "hold_shipment block_loading",
    "R27": "post_goods_issue confirm_handover update_delivery_status",
    "R28": "update_delivery_status",
    "R29": "reschedule_delivery",
    "R32": "release_shipment_hold unblock_loading",
    "R39": "resend_ship_confirmation",
    "R42": "update_delivery_status",
    "R43": "post_goods_issue confirm_handover update_delivery_status post_freight_accrual update_delivery_status",
    "R47": "update_delivery_status",
    "R48": "request_invoice",
    "R53": "update_delivery_status",
    "R54": "update_order_status",
    "R55": "request_invoice",
    "R56": "update_order_status",
    "R58": "open_freight_dispute",
    "R59": "adjust_freight_accrual approve_freight_invoice",
}
NOTICES = ("notify_customer", "notify_internal", "publish_projection")


def test_every_row_leads_to_its_commands(played: Player) -> None:
    found = {name: Counter(one for one in seen.commands if one not in NOTICES) for name, seen in played.seen.items()}
    expected = {name: Counter(names.split()) for name, names in COMMANDS.items()}
    assert {name: commands for name, commands in found.items() if commands} == expected


# Order control, fulfilment and billing; headlines of both shipments; customs and freight (§10.3).
SNAPSHOTS = {
    "R1": ("RELEASED", "unfulfilled", "not_due", "PLANNING", "BS-28", "PLANNING", "BS-28", "", ""),
    "R26": ("EXECUTING", "in_process", "not_due", "CONFIRMED", "BS-17", "CONFIRMED", "BS-24", "HELD", "ESTIMATED"),
    "R29": ("EXECUTING", "partially_shipped", "not_due", "CONFIRMED", "BS-17", "ATTEMPT_FAILED", "BS-06", "HELD",
            "ESTIMATED"),
    "R39": ("EXECUTING", "partially_shipped", "not_due", "IN_TRANSIT", "BS-14", "ATTEMPT_FAILED", "BS-06", "RELEASED",
            "ESTIMATED"),
    "R43": ("EXECUTING", "partially_shipped", "not_due", "IN_TRANSIT", "BS-15", "ATTEMPT_FAILED", "BS-06", "EXITED",
            "ACCRUED"),
    "R48": ("EXECUTING", "partially_shipped", "due", "IN_TRANSIT", "BS-15", "CLOSED", "BS-09", "EXITED", "ACCRUED"),
    "R49": ("EXECUTING", "partially_shipped", "partially_invoiced", "IN_TRANSIT", "BS-15", "CLOSED", "BS-09", "EXITED",
            "ACCRUED"),
    "R53": ("EXECUTING", "partially_shipped", "partially_invoiced", "DELIVERED", "BS-07", "CLOSED", "BS-09", "EXITED",
            "ACCRUED"),
    "R54": ("FULFILLED", "delivered", "partially_invoiced", "DELIVERED", "BS-07", "CLOSED", "BS-09", "EXITED",
            "ACCRUED"),
    "R56": ("COMPLETED", "delivered", "invoiced", "CLOSED", "BS-09", "CLOSED", "BS-09", "EXITED", "ACCRUED"),
    "R60": ("COMPLETED", "delivered", "invoiced", "CLOSED", "BS-09", "CLOSED", "BS-09", "EXITED", "SETTLED"),
}  # fmt: skip


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_states_and_headlines_after_given_rows(played: Player, name: str) -> None:
    """§10.3, with BS-xx of FLOW."""
    seen = played.seen[name]
    assert seen.tiles is not None
    stands, parts = seen.stands, seen.tiles.parts
    assert (
        stands["ORD"], fulfilment_status(seen.order), billing_status(seen.order),
        stands["SHN"], parts["WH-NL1/1"].flow.id, stands["SHG"], parts["WH-GB1/1"].flow.id,
        stands.get("CD", ""), stands.get("FRT", ""),
    ) == SNAPSHOTS[name]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "group", "facet", "state"),
    [
        ("R11", "WH-NL1/1", "flow", "BS-19"), ("R17", "WH-GB1/1", "flow", "BS-24"),
        ("R24", "WH-NL1/1", "compliance", "BS-39"), ("R26", "WH-NL1/1", "compliance", "BS-37"),
        ("R44a", "WH-NL1/1", "money", "BS-50"), ("R47", "WH-GB1/1", "flow", "BS-07"),
        ("R57", "WH-NL1/1", "money", "BS-47"), ("R58", "WH-NL1/1", "money", "BS-48"),
        ("R60", "WH-NL1/1", "money", "BS-51"),
    ],
)  # fmt: skip
@pytest.mark.proves("BS-19", "BS-24", "BS-39", "BS-37", "BS-50", "BS-07", "BS-47", "BS-48", "BS-51")
def test_business_states_named_in_the_trace(played: Player, name: str, group: str, facet: str, state: str) -> None:
    tiles = played.seen[name].tiles
    assert tiles is not None
    assert getattr(tiles.parts[group], facet).id == state


def test_line_ledger_at_the_end(played: Player) -> None:
    """§10.3, and no document is missing in the second leg of the ledger."""
    state = played.order()
    columns = (
        "ordered",
        "cancelled",
        "released",
        "picked",
        "packed",
        "shipped",
        "delivered",
        "backordered",
        "invoiced",
    )
    books = {
        number: tuple(getattr(account(state, number), column) // 1_000_000 for column in columns)
        for number in ("10", "20", "30")
    }
    assert books == {
        "10": (40, 0, 40, 40, 40, 40, 40, 0, 40),
        "20": (100, 10, 100, 90, 90, 90, 90, 0, 90),
        "30": (5, 0, 5, 5, 5, 5, 5, 0, 5),
    }
    assert overlays(state) == ()
    assert gaps(state) == ()


def test_effects_happen_exactly_once(played: Player) -> None:
    """§10.3: whatever moves goods or money is asked for once, with these amounts."""
    once = played.world.store.deliveries
    assert len(once) == len({row.idempotency_key for row in once})
    assert {str(one["handover_no"]) for one in played.commands("post_goods_issue")} == {"HO-GB-77", "HO-NL-3391"}
    assert [one["movement_id"] for one in played.commands("post_inventory_movement")] == ["MV-7781"]
    assert [one["amount"] for one in played.commands("post_freight_accrual")] == [
        {"amount": "1180.00", "currency": "EUR"}
    ]
    assert [one["amount"] for one in played.commands("adjust_freight_accrual")] == [
        {"amount": "12.40", "currency": "EUR"}
    ]
    assert len(played.commands("request_invoice")) == 2
    assert len(played.commands("approve_freight_invoice")) == 1


@pytest.mark.proves("X-10")
def test_one_held_one_suppressed_one_rejected_and_these_cases(played: Player) -> None:
    """§10.3: INT-04 stays open and does not keep the order from being completed. TRN-01 is 0024's."""
    found = Counter(seen.disposition for seen in played.seen.values())
    assert (found["HOLD"], found["SUPPRESS"], found["REJECT"]) == (1, 1, 1)
    assert played.opened() == {"WHS-05", "CUS-03", "TRN-10", "WHS-08", "INT-04", "FIN-01", "FIN-11", "TRN-01"}
    assert {code for code, _, _ in played.world.store.cases} == {"INT-04"}
