"""A case ends by its proof and by nothing else (domain.md §3.10, peers.md 3.13): which fact that is, code by code."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

import crossdock.process
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.golden.twists import TWISTS, Told
from crossdock.testing.world import World
from tests.unit.app.ingest.test_any_order_everything import NOW, ROWS, history

MONTH = timedelta(days=30)
AT_THE_DOOR = {"tracking.milestone", "delivery.completed", "delivery.attempted", "pod.captured"}
LEFT = {"shipment.handed_over", "tracking.milestone", "run.dispatched"}
BOOKED = {"inventory.erp_posted", "inventory.erp_post_failed", "inventory.snapshot_taken"}
RULES_AGAIN = {"order.approved", "order.changed", "order.hold_released", "master.updated"}
FREIGHT_OVER = {"freight.settled", "freight.credited", "freight.dispute_resolved", "freight.invoiced"}
PERMITTED = {"customs.released", "customs.exit_confirmed", "customs.cancelled", "customs.accepted"}
ON_ITS_WAY = AT_THE_DOOR | LEFT | {"shipment.eta_changed", "order.changed", "order.approved", "timer.elapsed"}

# What was heard that ended the case of this code: what followed from it in the same transaction is its doing.
ENDS: dict[str, set[str]] = {
    "WHS-01": {"fulfilment.accepted", "fulfilment.rejected", "allocation.confirmed", "shipment.handed_over"},
    "WHS-02": {"order.approved", "order.changed", "order.cancel_requested", "order.line_cancelled"},
    "WHS-03": {"pick.started", "pick.completed", "pack.completed", "shipment.handed_over"},
    "WHS-04": {"order.line_cancelled", "allocation.confirmed", "allocation.shorted", "order.approved"},
    "WHS-05": {"pick.shorted", "pick.completed", "substitution.approved", "order.line_cancelled"},
    "WHS-06": {"pick.completed", "pack.completed", "shipment.handed_over"},
    "WHS-07": {"shipment.handed_over"},
    "WHS-08": {"shipment.handed_over"},
    "WHS-09": {"handover.voided"},
    "WHS-10": {*AT_THE_DOOR, "fulfilment.cancelled", "shipment.lost", "shipment.returned"},
    "WHS-12": {*BOOKED, "inventory.counted", "inventory.moved"},
    "WHS-13": {"return.dispositioned", "return.inspected", "return.initiated", "return.received"},
    "WHS-14": {"handover.voided"},
    "TRN-01": {"shipment.planned", "shipment.replanned", "carrier.accepted", "run.planned"},
    "TRN-02": {"carrier.accepted"},
    "TRN-03": {"carrier.accepted"},
    "TRN-04": LEFT,
    "TRN-05": {"tracking.milestone", "run.dispatched"},
    "TRN-06": {*AT_THE_DOOR, *LEFT},
    "TRN-07": ON_ITS_WAY,
    "TRN-08": ON_ITS_WAY,
    "TRN-09": ON_ITS_WAY,
    "TRN-10": AT_THE_DOOR,
    "TRN-11": {*AT_THE_DOOR, "delivery.rescheduled"},
    "TRN-12": {"appointment.confirmed", "appointment.rescheduled", "appointment.completed"},
    "TRN-13": {*AT_THE_DOOR, "shipment.eta_changed", "delivery.arrived", "run.completed"},
    "TRN-14": {"return.dispositioned", "return.credited"},
    "TRN-15": AT_THE_DOOR,
    "TRN-16": AT_THE_DOOR,
    "CUS-01": {"order.approved", "order.changed", "master.updated", "shipment.planned", "pack.completed"},
    "CUS-02": {"customs.accepted", "customs.rejected", "customs.amended", "customs.amendment_rejected"},
    "CUS-03": PERMITTED,
    "CUS-04": {*PERMITTED, "document.attached"},
    "CUS-05": {*PERMITTED, "customs.release_refused"},
    "CUS-06": {"customs.cancelled", "customs.cancel_denied", "customs.amended", "customs.accepted"},
    "CUS-07": {"customs.released", "customs.exit_confirmed"},
    "CUS-08": {"customs.exit_confirmed"},
    "CUS-09": {"customs.amended", "customs.exit_confirmed"},
    "CUS-10": {"order.approved", "order.changed", "master.updated"},
    "CSR-01": {*AT_THE_DOOR, "shipment.eta_changed", "order.changed", "order.approved"},
    "CSR-02": {"order.approved", "order.changed", "order.line_cancelled", "return.initiated", "return.credited"},
    "CSR-05": {"shipment.returned", "return.received", "return.credited", "tracking.milestone"},
    "CSR-06": {"pod.captured"},
    "CSR-08": {"order.approved", "order.changed", "order.line_cancelled", "shipment.handed_over"},
    "FIN-01": FREIGHT_OVER,
    "FIN-02": FREIGHT_OVER,
    "FIN-03": FREIGHT_OVER,
    "FIN-04": {*FREIGHT_OVER, "freight.accrual_posted"},
    "FIN-05": {"pod.captured"},
    "FIN-06": {"invoice.posted"},
    "FIN-07": {"invoice.credited"},
    "FIN-08": BOOKED,
    "FIN-09": {"invoice.credited", "return.credited"},
    "FIN-10": {"freight.credited", "freight.dispute_resolved"},
    "FIN-11": FREIGHT_OVER,
    "INT-06": {
        "fulfilment.cancelled", "fulfilment.cancel_rejected", "shipment.handed_over", "customs.accepted",
        "customs.rejected", "customs.cancelled", "customs.cancel_denied", "customs.amended",
        "customs.amendment_rejected", "inventory.snapshot_taken", "command.acknowledged", "command.refused",
        "order.approved",
    },
    # A release rule that blocked passes when it is asked again.
    **dict.fromkeys(("CSR-03", "MDM-01", "MDM-02", "MDM-04", "MDM-05", "MDM-06"), RULES_AGAIN),
}  # fmt: skip

# What contradicts, was not one's to say, or is implausible ends when it is corrected or taken back: the log is then
# read without it. INT-03 ends with the wait it is about, whatever ends that.
BY_CORRECTION = {"CSR-04", "INT-03", "INT-04", "INT-05", "WHS-11"}

# What no fold holds, and where a check of the hub's own, or whoever mends it, is shown to end it.
BY_CHECK = {
    "CSR-07": "integration/postgres/test_reconciliation.py",
    "INT-01": "integration/schedule/test_waiting_room.py",
    "INT-02": "integration/repair/test_readings.py",
    "INT-07": "integration/deliver/test_outcomes.py",
    "INT-08": "integration/cases/test_service_levels.py",
    "INT-09": "integration/cases/test_case_desk.py",
    "INT-10": "integration/cases/test_service_levels.py",
    "INT-11": "integration/postgres/test_reconciliation.py",
    "MDM-03": "integration/reprocess/test_reprocess.py",
}


def test_every_code_a_process_knows_has_its_end() -> None:
    """Whoever adds a case says here what ends it, or why no single fact does."""
    root = Path(crossdock.process.__path__[0])
    said = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    known = {
        code
        for path, text in said.items()
        if path.relative_to(root).parts[0] not in ("kpi", "business_state", "reconciliation")
        for code in re.findall(r'"([A-Z]{3}-\d\d)"', text)
    } & EXCEPTION_TYPES.keys()
    assert known == ENDS.keys() | BY_CORRECTION
    assert EXCEPTION_TYPES.keys() - known == BY_CHECK.keys()
    assert all((Path(__file__).parents[3] / file).is_file() for file in BY_CHECK.values())


async def ended(told: list[Told], *later: Told) -> list[tuple[str, str]]:
    """The code and the fact of every case that ended while this was heard, and a month after, and what came then."""
    world = World(PARTNERS, policy=POLICY, now=NOW)
    for one in told:
        await world.take([one])
    await world.pass_time(NOW + MONTH)
    for one in later:
        await world.take([one])
    await world.pass_time(NOW + 2 * MONTH)
    causes = [(case.code, case.cause.partition(".")) for case in world.store.case_log if not case.open]
    return [(code, world.store.events[int(dossier), int(seq)].type) for code, (dossier, _, seq) in causes if seq]


@pytest.mark.parametrize("name", TWISTS)
async def test_what_goes_otherwise_ends_cases_by_their_proof_alone(name: str) -> None:
    for code, fact in await ended(history(frozenset(), [name])):
        assert fact in ENDS.get(code, ()), f"{code} ended by {fact}"


@pytest.mark.parametrize("name", ROWS)
async def test_what_comes_a_month_late_ends_cases_by_their_proof_alone(name: str) -> None:
    """Nearly every deadline there is has passed by then."""
    for code, fact in await ended(history(frozenset({name}), []), ROWS[name]):
        assert fact in ENDS.get(code, ()), f"{code} ended by {fact}"
