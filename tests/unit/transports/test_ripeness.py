"""When a file may be taken: it has stood still for two looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crossdock.transports.ripeness import Ripeness

STAMPS = st.tuples(st.integers(0, 3), st.integers(0, 3))
LOOKS = st.lists(st.dictionaries(st.sampled_from("abcd"), STAMPS), max_size=8)


@given(LOOKS)
def test_ripe_is_what_has_not_changed_since_the_last_look_that_gave_none(
    looks: list[dict[str, tuple[int, int]]],
) -> None:
    ripeness, seen = Ripeness(10), dict[str, tuple[int, int]]()
    for looked in looks:
        still = [name for name, stamp in looked.items() if seen.get(name) == stamp]
        assert ripeness.ripe(looked) == sorted(still, key=lambda name: (looked[name][1], name))
        seen = {name: looked[name] for name in still} if still else looked


def test_what_is_new_in_a_busy_look_is_not_taken_by_the_one_right_behind_it() -> None:
    ripeness = Ripeness(10)
    ripeness.ripe({"a": (1, 1)})
    assert ripeness.ripe({"a": (1, 1), "b": (1, 2)}) == ["a"]
    ripeness.forget("a")
    assert ripeness.ripe({"b": (1, 2)}) == []
    assert ripeness.ripe({"b": (1, 2)}) == ["b"]


def test_what_was_moved_away_ripens_anew_under_its_name() -> None:
    ripeness = Ripeness(10)
    ripeness.ripe({"a": (1, 1), "b": (1, 1)})
    ripeness.forget("a")
    assert ripeness.ripe({"a": (1, 1), "b": (1, 1)}) == ["b"]


def test_a_look_gives_no_more_than_its_bound_and_the_oldest_first() -> None:
    ripeness = Ripeness(2)
    looked = {"c": (1, 1), "a": (1, 3), "b": (1, 2)}
    ripeness.ripe(looked)
    assert ripeness.ripe(looked) == ["c", "b"]
