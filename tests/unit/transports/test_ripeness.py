"""When a file may be taken: it has stood still for two looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crossdock.transports.ripeness import Ripeness

STAMPS = st.tuples(st.integers(0, 3), st.integers(0, 3))
LOOKS = st.lists(st.dictionaries(st.sampled_from("abcd"), STAMPS), max_size=8)


@given(LOOKS)
def test_ripe_is_exactly_what_two_looks_in_a_row_saw_alike(looks: list[dict[str, tuple[int, int]]]) -> None:
    ripeness, before = Ripeness(10), dict[str, tuple[int, int]]()
    for looked in looks:
        alike = [name for name, stamp in looked.items() if before.get(name) == stamp]
        assert ripeness.ripe(looked) == sorted(alike, key=lambda name: (looked[name][1], name))
        before = looked


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
