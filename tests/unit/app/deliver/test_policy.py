"""What becomes of a delivery after one attempt (domain.md §0.6, architecture.md §2 rule 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.deliver.policy import AGE_MAX, Attempted, Verdict, backoff, judge, settle_doubt
from crossdock.ports.connector import Limits, Outcome, OutcomeKind, Resolution
from crossdock.ports.outbox import Claimed, Ending, Phase
from tests.unit.app.deliver.given import (
    DELIVERED,
    DOWN,
    LIMITS,
    NOON,
    REFUSED,
    SLOW_DOWN,
    TIMED_OUT,
    after,
    claimed,
)

RESEND = Resolution.IDEMPOTENT_RESEND
ALMOST_ONE = 0.999_999


def judged(
    row: Claimed,
    outcome: Outcome,
    *,
    resolution: Resolution = RESEND,
    limits: Limits = LIMITS,
    at: timedelta = timedelta(0),
    fraction: float = 0.5,
    **circumstances: object,
) -> Verdict:
    return judge(Attempted(row, outcome, **circumstances), resolution, limits, NOON + at, fraction)


def test_an_accepted_command_ends_delivered_with_the_partners_reference() -> None:
    verdict = judged(claimed(), DELIVERED)
    assert verdict.end is not None
    assert (verdict.end.ending, verdict.end.reference) == (Ending.DELIVERED, "WMS-1")
    assert verdict.cases == ()


def test_int_07_is_opened_for_the_dossier_when_the_partner_refuses() -> None:
    verdict = judged(claimed(), REFUSED)
    assert verdict.end is not None
    assert verdict.end.ending is Ending.REFUSED
    (case,) = verdict.cases
    assert (case.code, case.dossier, case.subject, case.queue, case.open) == ("INT-07", 7, "SO-1", "INT", True)
    assert "unknown item" in case.detail


def test_a_transient_failure_is_a_strike_and_waits_with_full_jitter() -> None:
    requeue = judged(claimed(tries=3), DOWN, fraction=0.5).requeue
    assert requeue is not None
    assert (requeue.phase, requeue.strikes, requeue.due) == (Phase.OPEN, 1, after(seconds=2))


@pytest.mark.parametrize(("lane", "cap_s"), [(0, 60), (1, 60), (2, 300), (3, 1800)])
def test_back_off_doubles_from_one_second_to_the_cap_of_its_class(lane: int, cap_s: int) -> None:
    spans = [backoff(tries, lane, ALMOST_ONE).total_seconds() for tries in range(1, 40)]
    assert [round(span) for span in spans[:5]] == [1, 2, 4, 8, 16]
    assert spans == sorted(spans)
    assert round(spans[-1]) == cap_s


def test_jitter_is_full_so_a_crowd_does_not_come_back_at_once() -> None:
    assert backoff(6, 1, 0.0) == timedelta(0)
    assert backoff(6, 1, 0.25) == timedelta(seconds=8)


@pytest.mark.parametrize(("lane", "minutes"), [(0, 10), (1, 10), (2, 60), (3, 24 * 60)])
def test_a_command_is_parked_when_the_patience_of_its_class_is_over(lane: int, minutes: int) -> None:
    row = claimed(lane=lane, tries=2)
    just_before = judged(row, DOWN, at=timedelta(minutes=minutes, seconds=-1))
    assert just_before.requeue is not None
    verdict = judged(row, DOWN, at=timedelta(minutes=minutes))
    assert verdict.end is not None
    assert verdict.end.ending is Ending.PARKED
    (case,) = verdict.cases
    assert case.code == "INT-07"
    assert f"class P{lane}" in case.detail


def test_nothing_is_retried_more_than_attempts_max_times() -> None:
    row, tries = claimed(), 1
    while True:
        verdict = judged(row, DOWN)
        if verdict.requeue is None:
            break
        tries += 1
        row = claimed(tries=tries, strikes=verdict.requeue.strikes)
    assert tries == LIMITS.attempts_max
    assert verdict.end is not None
    assert verdict.end.ending is Ending.PARKED


def test_retry_after_is_honoured_and_is_no_strike() -> None:
    requeue = judged(claimed(), SLOW_DOWN).requeue
    assert requeue is not None
    assert (requeue.due, requeue.strikes) == (after(seconds=30), 0)


def test_an_absurd_retry_after_is_cut_to_an_hour() -> None:
    requeue = judged(claimed(lane=3), Outcome(OutcomeKind.TRANSIENT, retry_after_s=1e9)).requeue
    assert requeue is not None
    assert requeue.due == after(hours=1)


def test_patience_counts_from_when_the_way_was_last_clear() -> None:
    row = claimed(tries=2)
    healed_lately = judged(row, DOWN, at=timedelta(minutes=30), clear_since=after(minutes=25))
    assert healed_lately.requeue is not None
    healed_long_ago = judged(row, DOWN, at=timedelta(minutes=36), clear_since=after(minutes=25))
    assert healed_long_ago.end is not None


def test_a_failed_probe_is_the_endpoints_fault_not_the_commands() -> None:
    requeue = judged(claimed(tries=9, strikes=4), DOWN, at=timedelta(hours=5), probe=True).requeue
    assert requeue is not None
    assert requeue.strikes == 4


def test_even_behind_a_dead_endpoint_a_tried_command_goes_to_a_person_in_the_end() -> None:
    verdict = judged(claimed(tries=9), DOWN, at=AGE_MAX, probe=True)
    assert verdict.end is not None
    assert verdict.end.ending is Ending.PARKED


@pytest.mark.parametrize(
    ("resolution", "phase", "due"),
    [
        (Resolution.IDEMPOTENT_RESEND, Phase.UNKNOWN, after(seconds=0.5)),
        (Resolution.READ_BACK, Phase.UNKNOWN, after(seconds=10)),
        (Resolution.AWAIT_ACKNOWLEDGEMENT, Phase.AWAITING, after(minutes=15)),
    ],
)
def test_an_unknown_outcome_is_resolved_as_declared(resolution: Resolution, phase: Phase, due: object) -> None:
    requeue = judged(claimed(), TIMED_OUT, resolution=resolution).requeue
    assert requeue is not None
    assert (requeue.phase, requeue.due) == (phase, due)


def test_int_06_asks_a_person_when_the_connector_declares_it() -> None:
    verdict = judged(claimed(), TIMED_OUT, resolution=Resolution.PERSON)
    assert verdict.end is not None
    assert verdict.end.ending is Ending.PARKED
    assert [case.code for case in verdict.cases] == ["INT-06"]


@pytest.mark.proves("tm_cmd_ack_p0")
def test_an_urgent_command_waits_one_minute_for_its_acknowledgement() -> None:
    requeue = judged(claimed(lane=0), TIMED_OUT, resolution=Resolution.AWAIT_ACKNOWLEDGEMENT).requeue
    assert requeue is not None
    assert requeue.due == after(minutes=1)


def test_a_look_up_that_finds_nothing_lets_the_command_be_sent_again() -> None:
    row = claimed(phase=Phase.UNKNOWN, strikes=1, tries=2)
    requeue = judged(row, REFUSED, resolution=Resolution.READ_BACK, looked_up=True).requeue
    assert requeue is not None
    assert (requeue.phase, requeue.strikes) == (Phase.OPEN, 1)


def test_a_look_up_that_finds_it_ends_the_delivery() -> None:
    row = claimed(phase=Phase.UNKNOWN, tries=2)
    verdict = judged(row, DELIVERED, resolution=Resolution.READ_BACK, looked_up=True)
    assert verdict.end is not None
    assert verdict.end.ending is Ending.DELIVERED


@pytest.mark.parametrize("outcome", [DOWN, TIMED_OUT])
def test_a_look_up_that_fails_leaves_the_doubt(outcome: Outcome) -> None:
    row = claimed(phase=Phase.UNKNOWN, tries=2)
    requeue = judged(row, outcome, resolution=Resolution.READ_BACK, looked_up=True).requeue
    assert requeue is not None
    assert requeue.phase is Phase.UNKNOWN


def test_doubt_that_cannot_be_cleared_is_int_06_not_int_07() -> None:
    row = claimed(phase=Phase.UNKNOWN, strikes=LIMITS.attempts_max - 1, tries=5)
    verdict = judged(row, TIMED_OUT, resolution=Resolution.READ_BACK, looked_up=True)
    assert [case.code for case in verdict.cases] == ["INT-06"]


def test_a_resend_that_reached_nobody_is_still_in_doubt() -> None:
    requeue = judged(claimed(phase=Phase.UNKNOWN, tries=2), DOWN).requeue
    assert requeue is not None
    assert requeue.phase is Phase.UNKNOWN


def test_an_overdue_acknowledgement_is_parked_as_int_06() -> None:
    verdict = settle_doubt(claimed(phase=Phase.AWAITING), Resolution.AWAIT_ACKNOWLEDGEMENT, LIMITS, NOON)
    assert verdict is not None
    assert verdict.end is not None
    assert [case.code for case in verdict.cases] == ["INT-06"]


@pytest.mark.parametrize("resolution", [Resolution.IDEMPOTENT_RESEND, Resolution.READ_BACK])
def test_a_command_that_takes_every_deliverer_with_it_is_parked(resolution: Resolution) -> None:
    fresh = settle_doubt(claimed(phase=Phase.UNKNOWN, strikes=4), resolution, LIMITS, NOON)
    assert fresh is None
    verdict = settle_doubt(claimed(phase=Phase.UNKNOWN, strikes=5), resolution, LIMITS, NOON)
    assert verdict is not None
    assert verdict.end is not None
    assert verdict.end.ending is Ending.PARKED


def test_the_cases_of_a_parked_command_close_when_a_later_run_is_delivered() -> None:
    verdict = judged(claimed(parked_before=True), DELIVERED)
    assert {(case.code, case.open) for case in verdict.cases} == {("INT-06", False), ("INT-07", False)}
