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
    ripeness, seen, given = Ripeness(10, 100), dict[str, tuple[int, int]](), set[str]()
    for looked in looks:
        still = [name for name, stamp in looked.items() if seen.get(name) == stamp]
        new = [name for name in still if name not in given]
        assert ripeness.ripe(looked) == sorted(still, key=lambda name: (name in given, looked[name][1], name))
        seen, given = {name: looked[name] for name in still} if new else looked, set(still)


def test_what_is_new_in_a_busy_look_is_not_taken_by_the_one_right_behind_it() -> None:
    ripeness = Ripeness(10, 100)
    ripeness.ripe({"a": (1, 1)})
    assert ripeness.ripe({"a": (1, 1), "b": (1, 2)}) == ["a"]
    ripeness.forget("a")
    assert ripeness.ripe({"b": (1, 2)}) == []
    assert ripeness.ripe({"b": (1, 2)}) == ["b"]


def test_what_was_moved_away_ripens_anew_under_its_name() -> None:
    ripeness = Ripeness(10, 100)
    ripeness.ripe({"a": (1, 1), "b": (1, 1)})
    ripeness.forget("a")
    assert ripeness.ripe({"a": (1, 1), "b": (1, 1)}) == ["b"]


def test_a_look_gives_no_more_than_its_bound_and_the_oldest_first() -> None:
    ripeness = Ripeness(2, 100)
    looked = {"c": (1, 1), "a": (1, 3), "b": (1, 2)}
    ripeness.ripe(looked)
    assert ripeness.ripe(looked) == ["c", "b"]


def test_a_look_gives_no_more_bytes_than_its_bound_but_always_one_file() -> None:
    ripeness = Ripeness(10, 100)
    looked = {"big": (500, 1), "a": (60, 2), "b": (40, 3), "c": (1, 4)}
    ripeness.ripe(looked)
    given = []
    while looked:
        given.append(ripeness.ripe(looked))
        for name in given[-1]:
            ripeness.forget(name)
            del looked[name]
    assert given == [["big"], ["a", "b"], ["c"]]


def test_a_file_that_is_never_moved_away_does_not_keep_others_from_ripening() -> None:
    ripeness = Ripeness(10, 100)
    ripeness.ripe({"stuck": (1, 1)})
    assert ripeness.ripe({"stuck": (1, 1), "new": (1, 2)}) == ["stuck"]
    assert ripeness.ripe({"stuck": (1, 1), "new": (1, 2)}) == ["stuck"]
    assert ripeness.ripe({"stuck": (1, 1), "new": (1, 2)}) == ["new", "stuck"]


def test_what_failed_comes_last_until_it_is_moved_away() -> None:
    ripeness = Ripeness(10, 1000)
    looked = {"a": (1, 1), "b": (1, 2)}
    ripeness.ripe(looked)
    assert ripeness.ripe(looked) == ["a", "b"]
    ripeness.failed("a")
    ripeness.forget("b")
    later = {"a": (1, 1), "c": (1, 3)}
    ripeness.ripe(later)
    assert ripeness.ripe(later) == ["c", "a"]
    ripeness.ripe({"a": (2, 2)})
    ripeness.forget("a")
    ripeness.ripe({"a": (2, 2), "c": (1, 3)})
    assert ripeness.ripe({"a": (2, 2), "c": (1, 3)})[0] == "a"
