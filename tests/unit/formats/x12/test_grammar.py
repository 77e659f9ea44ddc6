"""The tables are whole: every set parses, its segments are made of known elements, every version finds a grammar."""

from __future__ import annotations

import pytest

from crossdock.formats.x12.grammar import UNLIMITED, family, layout, make
from crossdock.formats.x12.grammar_sets import LAYOUTS_4010, LAYOUTS_5010

SETS = (
    "180 204 210 214 753 754 810 820 824 846 850 855 856 860 861 940 943 944 945 947 990 997 999".split()  # noqa: SIM905
)


def test_every_set_of_the_hub_has_a_layout() -> None:
    assert sorted({*LAYOUTS_4010, *LAYOUTS_5010}) == SETS


@pytest.mark.parametrize("version", ["4010", "5010"])
@pytest.mark.parametrize("code", SETS)
def test_every_segment_of_a_layout_has_a_make_and_every_set_a_beginning(code: str, version: str) -> None:
    root = layout(code, version)
    assert root is not None
    assert root.slots[0].mandatory
    assert not [tag for tag in root.below if make(tag, version) is None]


@pytest.mark.parametrize(
    ("version", "nearest"),
    [
        ("004010", "4010"),
        ("004010VICS", "4010"),
        ("004060", "4010"),
        ("003020", "4010"),
        ("005010X222A1", "5010"),
        ("006020", "5010"),
        ("", "4010"),
        ("rubbish", "4010"),
    ],
)
def test_a_version_is_judged_by_the_nearest_grammar(version: str, nearest: str) -> None:
    assert family(version) == nearest


def test_the_layout_of_a_214_reads_as_the_standard_has_it() -> None:
    root = layout("214", "4010")
    assert root is not None
    assert [slot.tag for slot in root.slots] == ["B10", "L11", "MAN", "K1", "N1", "MS3", "LX"]
    lx = root.slots[-1]
    assert (lx.is_loop, lx.times_max, lx.path) == (True, UNLIMITED, "LX")
    status = lx.slots[0]
    assert (status.tag, status.times_max, status.path) == ("AT7", 10, "LX/AT7")
    assert [slot.tag for slot in status.slots] == ["MS1", "MS2"]


def test_a_set_only_one_version_has_serves_the_other() -> None:
    assert layout("999", "4010") is layout("999", "4010")
    assert layout("753", "4010") is not None
    assert layout("276", "4010") is None


def test_elements_carry_type_lengths_and_conditions() -> None:
    made = make("AT7", "4010")
    assert made is not None
    date = made.elements[4]
    assert (date.number, date.type, date.length_min, date.length_max) == ("373", "DT", 8, 8)
    assert ("E", (1, 3)) in [(note.kind, note.positions) for note in made.notes]
    name = make("N1", "5010")
    assert name is not None
    assert name.elements[0].mandatory
    assert make("ZZZ", "4010") is None
