"""When the demo takes a verdict for the last."""

from __future__ import annotations

from crossdock.demo.run import Patience
from crossdock.demo.verdict import Verdict

SETTLE_S = 10.0


def verdict(*reasons: str, doubled: int = 0) -> Verdict:
    return Verdict("fail" if reasons or doubled else "pass", 20, 20, 0, doubled, {}, list(reasons), 0.0)


def test_a_good_one_is_the_last_and_so_is_one_of_an_effect_that_happened_twice() -> None:
    assert Patience(SETTLE_S).is_over(verdict(), 1.0)
    assert Patience(SETTLE_S).is_over(verdict("paid twice", doubled=1), 1.0)


def test_one_that_stays_as_it_is_for_long_enough_is_the_last() -> None:
    patience = Patience(SETTLE_S)
    assert [patience.is_over(verdict("not paid"), passed) for passed in (30.0, 35.0, 40.0, 41.0)] == [False] * 3 + [
        True
    ]


def test_one_that_sees_what_a_single_side_has_done_is_asked_for_again_however_late() -> None:
    """Quiet for long, and then six payments between the look into the ERP's books and the one into the hub's."""
    patience = Patience(SETTLE_S)
    assert not patience.is_over(verdict("not approved"), 30.0)
    assert not patience.is_over(verdict("paid by the ERP None, paid as the hub has it 15.25"), 45.0)
    assert patience.is_over(verdict(), 46.0)
