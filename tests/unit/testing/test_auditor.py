"""The auditor says what is wrong, and nothing where nothing is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import DeliveryRow, DossierRow, EventRow, WriteSet
from crossdock.testing.simulate.auditor import Auditor
from crossdock.testing.simulate.nature import Nature
from crossdock.testing.simulate.partners import Entry
from crossdock.testing.simulate.plan import Plan
from crossdock.testing.simulate.scheduler import Scheduler
from crossdock.testing.simulate.storage import Disk

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BODY = b'{"type":"order.approved","source":{"message_id":"M-1"}}'


@pytest.fixture
def auditor() -> Auditor:
    """One before whom nothing has happened."""
    opened = Auditor(frozenset({"tms1"}))
    scheduler = Scheduler(NOON, lambda _owner, _error: None)
    opened.disk = Disk(Nature(Plan(1, (), ()), scheduler), opened.committed)
    return opened


def event(kind: str = "order.approved", partner: str = "erp1", seq: int = 1) -> EventRow:
    """An applied fact."""
    return EventRow(1, seq, kind, Disposition.APPLY, partner, NOON, NOON, BODY, f"{kind}|order:SO-1|1")


def entry(key: str, delivery: int) -> Entry:
    """An effect in the ERP's books."""
    return Entry(key, "post_goods_issue", "shipment:SHP-1", delivery, 0)


def test_what_is_stored_and_done_once_in_order_is_right(auditor: Auditor) -> None:
    auditor.committed(WriteSet(events=[event()]))
    auditor.accepted("erp1", BODY, True)
    auditor.effect("erp1", entry("a", 1))
    auditor.effect("erp1", entry("b", 2))
    assert auditor.violations == []


def test_i1_a_message_nobody_kept(auditor: Auditor) -> None:
    auditor.accepted("erp1", BODY, True)
    assert auditor.violations == ["I1 erp1 order.approved M-1 was told to be accepted, and is nowhere"]


def test_i2_an_effect_twice_and_one_out_of_order(auditor: Auditor) -> None:
    for key, delivery in (("a", 2), ("a", 2), ("b", 1)):
        auditor.effect("erp1", entry(key, delivery))
    assert auditor.violations == ["I2 erp1 did a twice", "order: erp1 did delivery 1 of shipment:SHP-1 after 2"]


def test_i2_a_fact_applied_twice(auditor: Auditor) -> None:
    auditor.committed(WriteSet(events=[event(), event(seq=2)]))
    assert auditor.violations[0].startswith("I2 order.approved|order:SO-1|1 of erp1 stands twice")


def test_i4_a_shipment_that_goes_back(auditor: Auditor) -> None:
    for version, state in enumerate(("DELIVERED", "IN_TRANSIT"), 1):
        auditor.committed(WriteSet(dossiers=[DossierRow(1, "order||SO-1", version, f"SHP:WH-1/1 {state}", b"")]))
    assert auditor.violations == ["I4 order||SO-1 SHP:WH-1/1 went back to IN_TRANSIT"]


def test_i6_a_claim_of_one_who_does_not_own_it(auditor: Auditor) -> None:
    auditor.committed(WriteSet(events=[event("tracking.milestone")]))
    assert auditor.violations[0].startswith("I6 erp1 does not own tracking")


def test_i7_a_command_without_a_cause(auditor: Auditor) -> None:
    row = DeliveryRow(1, 1, "erp1", "post_goods_issue", "a", "shipment:SHP-1", 1, "1.9", "", b"{}", NOON)
    auditor.committed(WriteSet(deliveries=[row]))
    assert auditor.violations == ["I7 a names '1.9' as its cause, and there is no such fact"]


def test_at_the_end_a_command_nobody_did_and_goods_nobody_issued(auditor: Auditor) -> None:
    row = DeliveryRow(1, 1, "erp1", "post_goods_issue", "a|HO-1", "shipment:SHP-1", 1, "1.1", "", b"{}", NOON)
    auditor.disk.store.deliveries.append(row)
    auditor.over()
    assert auditor.violations == ["I1 erp1 never did a|HO-1"]
    left = b'{"type":"shipment.handed_over","source":{"message_id":"M-2"},"payload":{"handover_no":"HO-1"}}'
    auditor.accepted("wms-nl1", left, True)
    auditor.over()
    assert "I5 hand-over HO-1: 1 left, 0 issued" in auditor.violations
