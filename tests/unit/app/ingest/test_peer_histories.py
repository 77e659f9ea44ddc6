"""Faults of peers that are about the order of arrival: a late status, an event long before its order (peers.md §5)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.connector import IntakeContext
from crossdock.testing.world import Ending, World
from tests.connectors.x12.kit import LIBRARY
from tests.unit.formats.x12.documents import group, interchange, transaction

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
FACTS = [(one.partner, one.body) for one in (*ORDER.facts(), *ORDER.load_facts((ORDER.shipment,)))]
# Departed, arrived at a terminal, out for delivery, an attempt, delivered, and the proof that it was.
STATUSES = (
    ("AF", "20260601", "1000"),
    ("X4", "20260601", "1800"),
    ("X6", "20260601", "2200"),
    ("OA", "20260602", "0600"),
    ("D1", "20260602", "0900"),
)


def status_214(code: str, day: str, time: str) -> tuple[str, bytes]:
    """The fact a carrier's 214 with this status makes."""
    rows = (f"B10*NV1*{ORDER.shipment}*NVTR", "LX*1", f"AT7*{code}*NS***{day}*{time}*UT")
    body = interchange([group([transaction("214", *rows)], kind="QM")])
    given = IntakeContext("nvtr", "CAR", START + timedelta(days=3), "UTC", {})
    (fact,) = X12Decoder(LIBRARY).decode(body, "application/edi-x12", given).facts
    return "nvtr", fact.body


async def told(arrived: Sequence[tuple[str, bytes]]) -> Ending:
    """What the order ends in when the carrier's documents come in this order, one by one."""
    world = World(PARTNERS)
    await world.take(fact for fact in FACTS if b'"tracking.milestone"' not in fact[1])
    for one in arrived:
        await world.take([one])
    return world.ending()


@pytest.mark.proves("PF-01")
async def test_every_permutation_of_a_214_history_ends_delivered() -> None:
    """All 120 orders of five real documents: a status that comes after "delivered" undoes nothing."""
    documents = [status_214(*status) for status in STATUSES]
    expected = await told(documents)
    assert "SHP:WH-NL1/1 CLOSED" in expected.headlines["order||SO-00000001"]
    for arrived in itertools.permutations(documents):
        assert await told(arrived) == expected


@pytest.mark.proves("PF-02")
async def test_an_event_a_week_before_its_order_is_applied_and_nothing_is_lost() -> None:
    """Everything of an order, its approval a week after the rest: it ends as if that had come first."""
    approval, *events = [(one.partner, one.body) for one in ORDER.facts()]
    early = World(PARTNERS, now=START + timedelta(days=3))
    await early.take(reversed(events))
    assert early.ending().waiting == len(events)
    await early.pass_time(early.clock.at + timedelta(days=7))
    await early.take([approval])
    straight = World(PARTNERS, now=early.clock.at)
    await straight.take([approval, *events])
    assert early.ending() == straight.ending()
    assert "ORD FULFILLED" in straight.ending().headlines["order||SO-00000001"]
    assert {disposition for _, disposition in early.dispositions()} == {"APPLY"}
