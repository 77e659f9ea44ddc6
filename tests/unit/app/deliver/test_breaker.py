"""The circuit breaker: opens on failures, heals by probe, never on a guess."""

from __future__ import annotations

import pytest

from crossdock.app.deliver.breaker import PAUSE_MAX, Passage, after_outcome, passage, probing
from crossdock.app.deliver.cases import endpoint_cases
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Limits, Outcome
from crossdock.ports.directory import Partner
from crossdock.ports.outbox import BreakerState, Gate
from tests.unit.app.deliver.given import DELIVERED, DOWN, LIMITS, NOON, REFUSED, SLOW_DOWN, TIMED_OUT, after

GATE = Gate("wms-nl1")
WMS = Partner("wms-nl1", Role.WMS, "json_wms", name="Venlo")


def fed(gate: Gate, *outcomes: Outcome, limits: Limits = LIMITS) -> Gate:
    for outcome in outcomes:
        gate = after_outcome(gate, outcome, NOON, limits, was_probe=False)
    return gate


OPEN = fed(GATE, DOWN, DOWN, DOWN)


def test_it_opens_after_as_many_failures_in_a_row_as_declared() -> None:
    assert fed(GATE, DOWN, TIMED_OUT).breaker is BreakerState.CLOSED
    assert OPEN.breaker is BreakerState.OPEN
    assert OPEN.open_until == after(seconds=5)
    assert passage(OPEN, NOON) is Passage.NOTHING


@pytest.mark.parametrize("answer", [DELIVERED, REFUSED])
def test_any_answer_in_between_starts_the_count_anew(answer: Outcome) -> None:
    assert fed(GATE, DOWN, DOWN, answer, DOWN, DOWN).breaker is BreakerState.CLOSED


def test_a_partner_that_asks_us_to_slow_down_is_obeyed_not_declared_dead() -> None:
    gate = fed(GATE, *[SLOW_DOWN] * 10)
    assert gate.breaker is BreakerState.CLOSED
    assert gate.hold_until == after(seconds=30)


def test_after_the_pause_one_probe_goes_and_no_second_beside_it() -> None:
    assert passage(OPEN, after(seconds=5)) is Passage.PROBE
    half_open = probing(OPEN, after(seconds=25))
    assert half_open.breaker is BreakerState.HALF_OPEN
    assert passage(half_open, after(seconds=6)) is Passage.NOTHING


def test_a_probe_whose_deliverer_died_is_replaced_when_its_lease_ends() -> None:
    assert passage(probing(OPEN, after(seconds=25)), after(seconds=25)) is Passage.PROBE


def test_an_answered_probe_closes_it_and_notes_since_when_the_way_is_clear() -> None:
    healed = after_outcome(probing(OPEN, after(seconds=25)), REFUSED, after(seconds=7), LIMITS, was_probe=True)
    assert (healed.breaker, healed.failures, healed.opens) == (BreakerState.CLOSED, 0, 0)
    assert healed.clear_since == after(seconds=7)
    assert passage(healed, after(seconds=7)) is Passage.ALL


def test_failed_probes_come_further_and_further_apart_up_to_a_minute() -> None:
    gate, pauses = OPEN, []
    for _ in range(6):
        gate = after_outcome(probing(gate, NOON), DOWN, NOON, LIMITS, was_probe=True)
        assert gate.open_until is not None
        pauses.append((gate.open_until - NOON).total_seconds())
    assert pauses == [10, 20, 40, 60, 60, 60]
    assert PAUSE_MAX.total_seconds() == 60


def test_a_late_failure_of_a_call_begun_before_is_no_news() -> None:
    assert after_outcome(OPEN, TIMED_OUT, after(seconds=4), LIMITS, was_probe=False) == OPEN


def test_a_late_answer_is_proof_enough_to_close() -> None:
    assert after_outcome(OPEN, DELIVERED, after(seconds=4), LIMITS, was_probe=False).breaker is BreakerState.CLOSED


def test_a_throttled_probe_neither_heals_nor_hurts_but_is_obeyed() -> None:
    gate = after_outcome(probing(OPEN, after(seconds=25)), SLOW_DOWN, after(seconds=6), LIMITS, was_probe=True)
    assert gate.breaker is BreakerState.OPEN
    assert gate.hold_until == after(seconds=36)


def test_int_10_opens_once_and_closes_with_the_proof() -> None:
    (opened,) = endpoint_cases(WMS, GATE, OPEN, "503", NOON)
    assert (opened.code, opened.subject, opened.open, opened.queue) == ("INT-10", "partner|wms-nl1", True, "INT")
    assert "Venlo" in opened.detail
    assert endpoint_cases(WMS, OPEN, probing(OPEN, NOON), "", NOON) == []
    (closed,) = endpoint_cases(WMS, probing(OPEN, NOON), GATE, "accepted", NOON)
    assert not closed.open
    assert (closed.subject, closed.slot) == (opened.subject, opened.slot)
