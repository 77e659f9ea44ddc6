"""What a pair of rows is, and what follows from a difference over several runs (domain.md §3.10, §6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crossdock.app.reconcile.platform import Platform
from crossdock.app.reconcile.sides import SIDES
from crossdock.app.reconcile.terms import every_of, fields_of, grace_of
from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import CHECKS, Check
from crossdock.process.reconciliation.judge import Finding, Open, judge, turn
from crossdock.process.reconciliation.record import Compared, Field, Outcome, Record, differs
from crossdock.process.terms.reconciliation import CheckTerms, ReconciliationTerms

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
GRACE = timedelta(minutes=30)
EXACT = (Field("qty"),)


def outcome(left: Record | None, right: Record | None, *fields: Field) -> Outcome | None:
    found = judge(fields or EXACT, left, right)
    return found.outcome if found is not None else None


@pytest.mark.parametrize(
    ("field", "left", "right", "expected"),
    [
        (Field("a"), "1", "1", Outcome.MATCH),
        (Field("a"), "1", "1.0", Outcome.DIFF),
        (Field("a", Compared.NUMBER), "1", "1.000", Outcome.MATCH),
        (Field("a", Compared.NUMBER), "1", "many", Outcome.DIFF),
        (Field("a", Compared.NUMBER), "1", "NaN", Outcome.DIFF),
        (Field("a", Compared.NUMBER, percent=Decimal(2)), "100", "102", Outcome.IN_TOLERANCE),
        (Field("a", Compared.NUMBER, percent=Decimal(2)), "100", "102.1", Outcome.DIFF),
        (Field("a", Compared.NUMBER, Decimal(1), Decimal("0.5")), "10", "11", Outcome.IN_TOLERANCE),
        (Field("a", Compared.RIGHT_AT_MOST), "5", "4", Outcome.MATCH),
        (Field("a", Compared.RIGHT_AT_MOST), "5", "6", Outcome.DIFF),
        (Field("a", Compared.STAGE, Decimal(1)), "ACCEPTED", "PICKING", Outcome.IN_TOLERANCE),
        (Field("a", Compared.STAGE, Decimal(1)), "ACCEPTED", "PACKED", Outcome.DIFF),
        (Field("a", Compared.STAGE, Decimal(1)), "ACCEPTED", "on fire", Outcome.DIFF),
    ],
)
def test_how_far_apart_two_values_are(field: Field, left: str, right: str, expected: Outcome) -> None:
    assert differs(field, left, right) is expected


def test_each_class_of_outcome() -> None:
    one, other = Record("k", {"qty": "1"}), Record("k", {"qty": "2"})
    assert outcome(one, one) is Outcome.MATCH
    assert outcome(one, other) is Outcome.DIFF
    assert outcome(one, None) is Outcome.MISSING_RIGHT
    assert outcome(None, one) is Outcome.MISSING_LEFT
    assert outcome(Record("k", optional=True), None) is None
    assert outcome(Record("k", flying="a command is on its way"), None) is Outcome.IN_FLIGHT
    assert outcome(Record("k", {"qty": "1"}, flying="so"), other) is Outcome.IN_FLIGHT
    assert outcome(Record("k", {"qty": "1"}, tolerated=True), other) is Outcome.IN_TOLERANCE
    assert outcome(one, Record("k")) is Outcome.MATCH, "what one side does not say is not compared"


def test_a_difference_tells_both_sides_and_the_later_instant() -> None:
    found = judge(EXACT, Record("k", {"qty": "1"}, AT, dossier=7), Record("k", {"qty": "2"}, AT + GRACE))
    assert found is not None
    assert (found.detail, found.dossier, found.since) == ("qty: 1 here, 2 there", 7, AT + GRACE)


@pytest.mark.proves("INT-11")
def test_a_difference_is_young_then_healed_then_a_case_then_nobodys() -> None:
    finding = Finding("k", Outcome.DIFF)
    memory: Open | None = None
    steps = []
    for run in range(6):
        step = turn(finding, memory, "WHS-01", AT + run * GRACE, GRACE, healable=True)
        memory = step.memory
        steps.append((step.counts, step.heal, step.opens))
    assert steps == [
        (False, False, ()),
        (True, True, ()),
        (True, False, ("WHS-01",)),
        (True, False, ("INT-11",)),
        (True, False, ()),
        (True, False, ()),
    ]


@pytest.mark.proves("INT-11")
def test_a_break_without_a_mapped_exception_is_nobodys_at_once() -> None:
    step = turn(Finding("k", Outcome.DIFF, since=AT), None, "", AT + GRACE, GRACE, healable=False)
    assert step.opens == ("INT-11",)


def test_a_difference_is_as_old_as_the_rows_say() -> None:
    step = turn(Finding("k", Outcome.DIFF, since=AT - GRACE), None, "WHS-01", AT, GRACE, healable=False)
    assert step.opens == ("WHS-01",)
    assert step.memory.first == AT - GRACE


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_every_check_names_what_exists(check: Check) -> None:
    assert check.left in SIDES or check.asks_both or hasattr(Platform, check.left)
    assert check.right or check.own == "nothing" or check.own in SIDES or hasattr(Platform, check.own)
    codes = {*check.codes.values(), *([check.less] if check.less else [])}
    assert codes
    assert codes <= EXCEPTION_TYPES.keys()
    assert {*check.resends, *check.explained_by} <= COMMAND_TYPES.keys()
    assert check.every_s > 0


def test_a_project_sets_tolerances_graces_and_periods() -> None:
    terms = ReconciliationTerms(checks={"RC-02": CheckTerms(every_s=60, grace_s=5)})
    policy = Policy(reconciliation=terms, milestone_conflict_window=60)
    assert (every_of(CHECKS["RC-02"], policy), grace_of(CHECKS["RC-02"], policy)) == (60, 5)
    assert every_of(CHECKS["RC-01"], policy) == 900
    assert fields_of(CHECKS["RC-13"], policy)[0].absolute == 60
    assert grace_of(CHECKS["RC-17"], policy) == policy.timers.tm_cmd_ack
    assert grace_of(CHECKS["RC-18"], policy) == policy.timers.hold_ttl_orphan


@pytest.mark.proves("RC-09", "FIN-06", "FIN-07", "RC-08", "FIN-01", "FIN-02", "FIN-04")
def test_too_little_and_too_much_are_different_cases() -> None:
    assert CHECKS["RC-09"].code(Outcome.DIFF, less=True) == "FIN-06"
    assert CHECKS["RC-09"].code(Outcome.DIFF) == "FIN-07"
    assert CHECKS["RC-08"].code(Outcome.DIFF, less=True) == "FIN-02"
    assert CHECKS["RC-08"].code(Outcome.DIFF) == "FIN-01"
    assert CHECKS["RC-08"].code(Outcome.MISSING_RIGHT) == "FIN-04"
