"""Acts as rules: no way leads past the proof, and every act is refused or leaves a case in one of its states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.cases.acts import CHECKED, RULES, Done, Refusal, Request, Setting, acts_offered, decide, standing_of
from crossdock.app.cases.opening import Holder, prepare
from crossdock.ports.cases import Case, Worked, WorkState
from crossdock.process.policy import Policy

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)
PEOPLE = (("Ana Ruiz", "k1"), ("Bo Chen", "k2"), ("Cleo Diaz", "k1"))


def case(code: str = "TRN-09", severity: int = 2) -> Case:
    return Case(1, code, "SO-1", "", 1, severity, code[:3], "", 1, 0, NOW, NOW, "1.1")


REQUESTS = st.tuples(
    st.builds(
        Request,
        act=st.sampled_from([*RULES, "explode"]),
        by=st.just("?"),
        reason=st.just("because"),
        to=st.sampled_from(["", "Dana Evans"]),
        until=st.sampled_from([None, NOW + timedelta(minutes=5), NOW - timedelta(minutes=5), NOW + timedelta(days=90)]),
    ),
    st.sampled_from(PEOPLE),
)


@pytest.mark.proves("X-01")
@given(
    st.lists(REQUESTS, max_size=12),
    st.sampled_from([("TRN-09", True), ("INT-10", False), ("INT-07", False)]),
    st.integers(1, 4),
)
def test_no_way_ends_a_case_that_its_fold_or_a_check_holds_open(
    asked: list[tuple[Request, tuple[str, str]]], kind: tuple[str, bool], severity: int
) -> None:
    code, held = kind
    one = case(code, severity)
    desk = prepare(one, Holder(), Policy())
    dismissers: list[tuple[str, str]] = []
    for request, (person, key) in asked:
        done = decide(desk, msgspec.structs.replace(request, by=person), Setting(one, held, NOW, key))
        if isinstance(done, Refusal):
            assert done.detail
            continue
        assert done.proof == ""
        assert done.desk.state is not WorkState.RESOLVED
        if done.act in ("dismissal_proposed", "dismissed"):
            dismissers.append((person, key))
        if done.act == "dismissed" and severity <= 2:
            (first, first_key), (second, second_key) = dismissers[-2:]
            assert first != second
            assert first_key != second_key
        desk = done.desk


def test_only_what_nothing_verifies_is_offered_to_be_resolved() -> None:
    for code in ("INT-04", "MDM-01"):
        assert "resolve" in acts_offered(Worked(case(code), prepare(case(code), Holder(), Policy())), held=False)
        assert "resolve" not in acts_offered(Worked(case(code), prepare(case(code), Holder(), Policy())), held=True)
    for code in CHECKED:
        assert "resolve" not in acts_offered(Worked(case(code), prepare(case(code), Holder(), Policy())), held=False)
    found = msgspec.structs.replace(case("INT-11"), slot="RC-01 SO-1")
    assert "resolve" not in acts_offered(Worked(found, prepare(found, Holder(), Policy())), held=False)


@pytest.mark.parametrize("severity", [1, 2, 3, 4])
def test_s1_is_never_put_aside(severity: int) -> None:
    one = case(severity=severity)
    request = Request("snooze", "Ana Ruiz", "because", until=NOW + timedelta(minutes=5))
    done = decide(prepare(one, Holder(), Policy()), request, Setting(one, True, NOW, "k1"))
    assert isinstance(done, Refusal if severity == 1 else Done)


def test_a_dismissed_case_may_be_taken_up_again_and_an_ended_one_only_noted() -> None:
    one = case(severity=3)
    desk = prepare(one, Holder(), Policy())
    dismissed = decide(desk, Request("dismiss", "Ana Ruiz", "because"), Setting(one, True, NOW, "k1"))
    assert isinstance(dismissed, Done)
    assert acts_offered(Worked(one, dismissed.desk), held=True) == ("note", "reopen")
    again = decide(dismissed.desk, Request("reopen", "Bo Chen", "it is real"), Setting(one, True, NOW, "k2"))
    assert isinstance(again, Done)
    assert again.desk.state is WorkState.OPEN
    over = msgspec.structs.replace(one, closed=NOW)
    assert acts_offered(Worked(over, desk), held=False) == ("note",)
    assert standing_of(over, desk) is WorkState.AUTO_RESOLVED
    assert standing_of(over, dismissed.desk) is WorkState.DISMISSED
