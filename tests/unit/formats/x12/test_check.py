"""Sets against their grammar: which code, where, and how grave (x12-envelope.md §3, elements 720 and 723)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.grammar import layout
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.shape import lay_out
from crossdock.formats.x12.tree import Fault, TransactionSet
from tests.unit.formats.x12.documents import group, interchange, transaction

HEAD = "B10*PRO1*SHP-1*NVTR"
AT7 = "AT7*AF*NS***20260602*1605*UT"
SOUND = (HEAD, "LX*1", AT7, "MS1*VENLO**NL", "MS2*NVTR*TR1")


def one(*rows: str, code: str = "214", version: str = "004010") -> TransactionSet:
    text = group([transaction(code, *rows)]).replace("004010", version)
    return read_x12(interchange([text], version=f"00{version[2:5]}")).interchanges[0].groups[0].sets[0]


def told(*rows: str, strict: bool = False, code: str = "214", version: str = "004010") -> list[tuple[str, int, int]]:
    """Code, segment and element of each fault."""
    faults = check_set(one(*rows, code=code, version=version), strict=strict)
    return [(fault.code, fault.segment, fault.element) for fault in faults]


def test_a_sound_set_has_no_fault_however_strict() -> None:
    assert told(*SOUND, strict=True) == []
    assert told(*SOUND, strict=True) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((HEAD, "LX*1", AT7, "ZZ9*1"), ("720-1", 5, 0)),
        ((HEAD, AT7), ("720-2", 3, 0)),
        (("LX*1", AT7), ("720-3", 4, 0)),
        ((HEAD, "LX*1", *[AT7] * 11), ("720-4", 14, 0)),
        ((HEAD, "LX*1", AT7, "MS1*VENLO**NL", "MS1*VENLO**NL"), ("720-5", 6, 0)),
        ((HEAD, "BEG*00*NE*1**20260602"), ("720-6", 3, 0)),
        ((HEAD, "LX*1", AT7, "B10*PRO1*SHP-1*NVTR"), ("720-7", 5, 0)),
        (("B10*PRO1*SHP-1", "LX*1", AT7), ("723-1", 2, 3)),
        ((HEAD, "LX*1", "AT7*AF"), ("723-2", 4, 2)),
        ((HEAD, "LX*1*2", AT7), ("723-3", 3, 2)),
        ((HEAD, "N1*SF*X", "N4*V**59*NL"), ("723-4", 4, 1)),
        (("B10*PRO1*SHP-1*NVTRX", "LX*1", AT7), ("723-5", 2, 3)),
        ((HEAD, "LX*A", AT7), ("723-6", 3, 1)),
        ((HEAD, "LX*1", "AT7*AF*NS***20260231*1605*UT"), ("723-8", 4, 5)),
        ((HEAD, "LX*1", "AT7*AF*NS***20260602*2505*UT"), ("723-9", 4, 6)),
        ((HEAD, "LX*1", "AT7*AF*NS*AA*NS*20260602*1605*UT"), ("723-10", 4, 3)),
    ],
)
def test_each_breach_has_its_code_and_its_place(rows: tuple[str, ...], fault: tuple[str, int, int]) -> None:
    assert fault in told(*rows)
    # What was seen once is known by its profile: it must be told again all the same.
    assert fault in told(*rows)


def faults(*rows: str, strict: bool = False, version: str = "004010") -> dict[str, Fault]:
    return {fault.code: fault for fault in check_set(one(*rows, version=version), strict=strict)}


def test_only_what_takes_the_meaning_away_is_an_error() -> None:
    sloppy = faults("B10*PRO1*SHP-1*NVTRX", AT7, "ZZ9*1")
    assert {fault.severity for fault in sloppy.values()} == {"warning"}
    grave = faults("LX*A", "AT7*AF*NS***20260231*2505*UT")
    assert {code for code, fault in grave.items() if fault.severity == "error"} == {
        "720-3",
        "723-6",
        "723-8",
        "723-9",
    }


def test_strict_takes_every_breach_as_an_error() -> None:
    assert {fault.severity for fault in faults("B10*PRO1*SHP-1*NVTRX", AT7, "LX*1**", strict=True).values()} == {
        "error"
    }
    assert "720-10" in faults(HEAD, "LX*1**", AT7, strict=True)
    assert faults(HEAD, "LX*1**", AT7) == {}


def test_a_version_without_tables_of_its_own_is_only_warned() -> None:
    assert {fault.severity for fault in faults("LX*A", AT7, version="004060").values()} == {"warning"}


def test_a_fault_names_the_missing_segment_the_element_number_and_the_value() -> None:
    found = faults("B10*PRO1*SHP-1*NVTRX", "LX*1", "AT7*AF*NS***2026AB02*1605*UT")
    assert (found["723-5"].number, found["723-5"].value) == ("140", "NVTRX")
    assert found["723-8"].where.startswith("ISA 000000431 / GS 12 / ST 0001 / segment 4 AT7-05 (byte ")
    assert faults("LX*1", AT7)["720-3"].tag == "B10"


def test_blanks_behind_a_value_do_not_count() -> None:
    assert told("B10*PRO1*SHP-1*NV    ", "LX*1   ", AT7, strict=True) == []
    # The same profile without the blanks is too long, and is not mistaken for the one before.
    assert told("B10*PRO1*SHP-1*NVTRNV", "LX*1", AT7) == [("723-5", 2, 3)]


def test_repetitions_are_judged_one_by_one() -> None:
    found = check_set(one("B10*PRO1*SHP-1*NV^NVTRX", "LX*1", AT7, version="005010"))
    assert [(fault.code, fault.repetition, fault.value) for fault in found] == [("723-5", 2, "NVTRX")]


def test_a_longer_tag_is_not_taken_for_its_first_three_signs() -> None:
    assert told(*SOUND) == []
    assert ("720-1", 4, 0) in told(HEAD, "LX*1", "AT7X*AF*NS***20260602*1605*UT", "MS1*VENLO**NL", "MS2*NVTR*TR1")


def test_a_set_without_a_layout_is_not_judged() -> None:
    assert told("BHT*1", code="276") == []


def test_binary_data_may_hold_any_delimiter() -> None:
    rows = (HEAD, "LX*1", AT7, "EFI*05", "BIN*7*a~b*c~d")
    assert told(*rows) == []


ROWS = st.lists(
    st.tuples(
        st.sampled_from(("B10", "LX", "AT7", "MS1", "N1", "N4", "L11", "HL", "BIN", "CD3", "Q", "é", "")),
        st.lists(
            st.sampled_from(("", "1", "AF", "20260602", "X" * 99, "a>b", "1^2", "\x01", "-.", "9999")), max_size=9
        ),
    ),
    max_size=20,
)


@given(ROWS, st.sampled_from(("214", "856", "850", "999", "820")), st.sampled_from(("004010", "005010")))
def test_whatever_stands_in_a_set_it_is_judged_alike_twice(
    rows: list[tuple[str, list[str]]], code: str, version: str
) -> None:
    made = one(*("*".join((tag, *cells)) for tag, cells in rows), code=code, version=version)
    for strict in (False, True):
        found = check_set(made, strict=strict)
        assert found == check_set(made, strict=strict)
        assert len(found) <= 100
        assert all(1 <= fault.segment <= len(made.texts) and fault.detail for fault in found)


@given(
    st.lists(st.sampled_from(("LX", "AT7", "MS1", "L11", "N1", "CD3", "PRF", "SPO", "EFI", "BIN", "XX")), max_size=40)
)
def test_a_loop_is_opened_before_what_stands_in_it(tags: list[str]) -> None:
    root = layout("214", "4010")
    assert root is not None
    shape = lay_out(root, "4010", ["ST", *tags, "SE"])
    assert len(shape.parents) == len(tags) + 2
    assert all(parent < at or at == 0 for at, parent in enumerate(shape.parents))
