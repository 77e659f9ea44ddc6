"""999 for who asks for it, and what a 997 of an older version cannot say (x12-envelope.md §4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.x12.acknowledgement import answer, answer_code
from crossdock.formats.x12.answers import read_acknowledgement
from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import Interchange
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

AT = datetime(2026, 6, 2, 16, 30, tzinfo=UTC)
WRONG = ("B10*PRO1*SHP-1*NV^NVTRX", "LX*1", "AT7*AF*NS***20260231*1605*UT", "MS1*VENLO**NL", "N4*X")


def received(*rows: str, version: str = "005010") -> Interchange:
    text = group([transaction("214", *rows)]).replace("004010", version)
    (one,) = read_x12(interchange([text], version=f"00{version[2:5]}")).interchanges
    (only,) = one.groups[0].sets
    only.faults.extend(check_set(only, strict=True))
    return one


def reply(one: Interchange, wanted: str = "999") -> list[list[str]]:
    text = answer(one, 7, 7, AT, wanted=wanted).decode()
    return [row.split("*") for row in text.split("~") if row]


@pytest.mark.parametrize(
    ("versions", "wanted", "code"),
    [
        (["004010"], "", "997"),
        (["004010"], "999", "997"),
        (["005010"], "", "997"),
        (["005010"], "999", "999"),
        (["005010X222A1"], "", "999"),
        (["005010X222A1"], "997", "997"),
        (["005010", "004010"], "999", "997"),
        ([], "999", "997"),
        (["rubbish"], "999", "997"),
        (["005\xb010X186"], "999", "997"),
    ],
)
def test_a_999_goes_to_who_asks_for_it(versions: list[str], wanted: str, code: str) -> None:
    assert answer_code(versions, wanted) == code


def test_a_sound_group_is_accepted_with_its_version() -> None:
    rows = reply(received(*STATUS))
    assert rows[2:-2] == [
        ["ST", "999", "0001"],
        ["AK1", "QM", "12", "005010"],
        ["AK2", "214", "0001"],
        ["IK5", "A"],
        ["AK9", "A", "1", "1", "1"],
        ["SE", "6", "0001"],
    ]


def test_who_follows_a_guide_is_answered_by_the_guide_of_the_999() -> None:
    rows = reply(received(*STATUS, version="005010X222A1"), wanted="")
    assert rows[1][8] == "005010X231A1"
    assert rows[2] == ["ST", "999", "0001", "005010X231A1"]
    assert rows[3] == ["AK1", "QM", "12", "005010X222A1"]


def test_segments_elements_and_repetitions_at_fault_are_named_one_by_one() -> None:
    rows = [row for row in reply(received(*WRONG)) if row[0] in ("IK3", "IK4", "IK5", "AK9")]
    assert rows == [
        ["IK3", "B10", "2", "", "8"],
        ["IK4", "3>>2", "140", "5", "NVTRX"],
        ["IK3", "AT7", "4", "", "8"],
        ["IK4", "5", "373", "8", "20260231"],
        ["IK3", "N4", "6", "", "2"],
        ["IK3", "N4", "6", "", "8"],
        ["IK4", "1", "19", "4", "X"],
        ["IK5", "R", "5"],
        ["AK9", "R", "1", "1", "0"],
    ]


def test_a_condition_tells_what_triggered_it() -> None:
    one = received("B10*PRO1*SHP-1*NVTR", "LX*1", "AT7*AF", version="004010")
    one.groups[0].header[8] = "005010"
    rows = [row for row in reply(one) if row[0] in ("IK3", "CTX", "IK4")]
    assert rows == [
        ["IK3", "AT7", "4", "", "8"],
        ["CTX", "SITUATIONAL TRIGGER", "AT7", "4", "", "2"],
        ["IK4", "2", "1651", "2"],
    ]


def test_a_997_of_4010_says_with_its_own_codes_what_it_has_no_codes_for() -> None:
    one = received("B10*PRO1*SHP-1*NV>TR", "LX*1**", version="004010")
    rows = [row for row in reply(one) if row[0] in ("AK3", "AK4")]
    assert ["AK4", "3", "140", "6"] in rows
    assert ["AK3", "LX", "3", "", "8"] in rows


def test_a_999_of_ours_is_sound_by_its_own_grammar_and_reads_back() -> None:
    (back,) = read_x12(answer(received(*WRONG), 7, 7, AT, wanted="999")).interchanges
    (only,) = back.groups[0].sets
    assert check_set(only, strict=True) == []
    told = read_acknowledgement(only)
    assert told is not None
    assert (told.functional, told.control, told.verdict) == ("QM", "12", "R")
    assert told.sets[0].notes[:2] == ("segment 2 B10: 720-8", "element 3>>2: 723-5 'NVTRX'")


CELLS = st.lists(st.sampled_from(("", "1", "2*", "AF", "^", ">", "20260231", "X" * 120, "\x01", "é")), max_size=8)


@given(st.lists(st.tuples(st.sampled_from(("B10", "LX", "AT7", "N1", "Q~9", "BIN")), CELLS), max_size=12))
def test_whatever_was_received_the_answer_is_sound(rows: list[tuple[str, list[str]]]) -> None:
    text = group([transaction("214", *("*".join((tag, *cells)) for tag, cells in rows))]).replace("004010", "005010")
    for one in read_x12(interchange([text], version="00501")).interchanges:
        for only in one.groups[0].sets:
            only.faults.extend(check_set(only, strict=True))
        (back,) = read_x12(answer(one, 7, 7, AT, wanted="999")).interchanges
        assert [*back.faults, *back.groups[0].faults] == []
        assert check_set(back.groups[0].sets[0], strict=True) == []
