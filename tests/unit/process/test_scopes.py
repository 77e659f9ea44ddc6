"""Policy by scope (domain.md §9): the most specific scope wins, key by key, whatever the order of the files."""

from __future__ import annotations

from itertools import permutations

import pytest

from crossdock.process.policy import Policy
from crossdock.process.scopes import Facets, Override, Scope

HERE = Facets("C-1", "GB", "NL", "WH-1", "DHL", "sales", "acme")
# From the most specific to the least, as the specification has them.
SCOPES = (
    Scope(customer="C-1", lane="NL>GB"),
    Scope(customer="C-1"),
    Scope(carrier="DHL"),
    Scope(lane="*>GB"),
    Scope(order_type="sales"),
    Scope(tenant="acme"),
)


@pytest.mark.parametrize("winner", range(len(SCOPES)))
def test_the_most_specific_scope_wins_in_any_order(winner: int) -> None:
    overrides = [Override(scope, {"max_attempts": 10 + place}) for place, scope in enumerate(SCOPES)][winner:]
    for order in list(permutations(overrides))[:24]:
        policy = Policy(overrides=order).for_(HERE)
        assert (policy.max_attempts, policy.scope) == (10 + winner, SCOPES[winner].label)


def test_each_key_is_decided_for_itself() -> None:
    """A wide scope rules what the narrow one leaves open; sections are laid over, not replaced."""
    base = Policy(
        overrides=(
            Override(Scope(customer="C-1"), {"timers": {"tm_ofd": 60}}),
            Override(Scope(lane="WH-1>*"), {"timers": {"tm_ofd": 7, "tm_pod": 8}}),
        )
    )
    timers = base.for_(HERE).timers
    assert (timers.tm_ofd, timers.tm_pod, timers.tm_pick) == (60, 8, Policy().timers.tm_pick)


@pytest.mark.parametrize(
    ("lane", "fits"),
    [("NL>GB", True), ("WH-1>GB", True), ("*>GB", True), ("NL>*", True), ("DE>GB", False), ("NL>NO", False)],
)
def test_a_lane_is_from_where_to_where(lane: str, fits: bool) -> None:
    assert Scope(lane=lane).fits(HERE) is fits


@pytest.mark.parametrize(
    "scope",
    [{}, {"carrier": "A", "warehouse": "B"}, {"lane": "NL"}, {"lane": "NL>GB>NO"}, {"customer": "C", "tenant": "T"}],
)
def test_a_scope_has_a_place_in_the_order(scope: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"scope|lane"):
        Scope(**scope)


def test_elsewhere_nothing_changes() -> None:
    policy = Policy(overrides=(Override(Scope(customer="C-2"), {"max_attempts": 9}),)).for_(HERE)
    assert (policy.max_attempts, policy.scope, policy.label) == (3, "default", "")
