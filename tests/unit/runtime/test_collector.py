"""The collector is calm while a hub is open, still finds cycles, and is as it was afterwards."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from crossdock.runtime.collector import THRESHOLDS, calm_collector


class Node:
    """One end of a cycle."""

    other: Node


@pytest.fixture(autouse=True)
def nothing_set_aside() -> Iterator[None]:
    """As in a process of our own: the test run's own objects are set aside again afterwards."""
    gc.unfreeze()
    yield
    gc.freeze()


def test_thresholds_are_put_back_and_nothing_stays_set_aside() -> None:
    before = gc.get_threshold()
    with calm_collector():
        assert gc.get_threshold() == THRESHOLDS
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_the_inner_of_two_puts_nothing_back_that_the_outer_set_aside() -> None:
    with calm_collector():
        with calm_collector():
            pass
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() == 0


def test_a_cycle_made_meanwhile_is_collected_without_being_asked_for() -> None:
    with calm_collector():
        one, two = Node(), Node()
        one.other, two.other = two, one
        gone = weakref.ref(one)
        del one, two
        kept: list[list[int]] = [[] for _ in range(THRESHOLDS[0] + 1)]
        assert gone() is None
        assert len(kept) > THRESHOLDS[0]
