"""Rows and trees to bytes: escapes, dropped empties, and refusal of what cannot be carried."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.formats.edifact.grammar import parse, validate
from crossdock.formats.edifact.marks import COMPONENT, REPETITION, Cell, Delimiters
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import Draft, Envelope, Party, compose, rows_of, write_edifact
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from tests.unit.formats.edifact.documents import STATUS, first, interchange, message

ENVELOPE = Envelope(
    sender=Party("4012345000009", "14"),
    receiver=Party("NVTR", "ZZZ", "DOCK"),
    at=datetime(2026, 6, 2, 9, 5, tzinfo=UTC),
    control="17",
)
FOURTH = msgspec.structs.replace(ENVELOPE, syntax=4, level="UNOW", delimiters=Delimiters(repetition="*"))


def draft(*rows: list[str]) -> Draft:
    return Draft("ORDERS", "D:96A:UN:EAN008", "1", rows)


def test_an_interchange_is_written_with_its_counts() -> None:
    body = compose(ENVELOPE, [Draft("ORDERS", "D:96A:UN", "1", [["BGM", "220", "PO-1", "9", ""]])])
    assert body == (
        b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+NVTR:ZZZ:DOCK+260602:0905+17'"
        b"UNH+1+ORDERS:D:96A:UN'BGM+220+PO-1+9'UNT+3+1'UNZ+1+17'"
    )
    assert list(read_edifact(body).findings()) == []


def test_the_header_carries_what_the_partner_agreed() -> None:
    full = msgspec.structs.replace(
        ENVELOPE, application="EANCOM", wants_answer=True, test="1", agreement="AG", advice=False, level="UNOA"
    )
    assert b"+17++EANCOM++1+AG+1'" in compose(full, [])
    assert compose(full, []).startswith(b"UNB+UNOA:3+")


def test_syntax_4_writes_the_century_and_its_repetition_character() -> None:
    body = compose(FOURTH, [draft(["STS", f"1{REPETITION}2{COMPONENT}B{REPETITION}"])])
    assert body.startswith(b"UNA:+.?*'UNB+UNOW:4+4012345000009:14+NVTR:ZZZ:DOCK+20260602:0905+17'")
    assert b"STS+1*2:B'" in body


def test_empty_components_and_elements_at_the_end_are_dropped_before_joining() -> None:
    rows: list[list[Cell]] = [["NAD", "BY", ["4012", "", "9", ""], "", ["", ""], ""], ["FTX", "", ["", "A"]], ["UNS"]]
    body = compose(ENVELOPE, [Draft("ORDERS", "D:96A:UN", "1", rows)])
    assert b"'NAD+BY+4012::9'FTX++:A'UNS'" in body


@pytest.mark.parametrize("value", ["A+B", "A:B", "A'B", "A?B", "?", "??'", "A*B", " A "])
@pytest.mark.parametrize("envelope", [ENVELOPE, FOURTH])
def test_service_characters_in_data_are_released_and_read_back(value: str, envelope: Envelope) -> None:
    body = compose(envelope, [draft(["FTX", value, f"A{COMPONENT}{value}"])])
    assert first(body).rows[1] == ["FTX", value, f"A{COMPONENT}{value}"]
    assert write_edifact(read_edifact(body)) == body


@pytest.mark.parametrize(
    ("change", "value", "where"),
    [
        ({"level": "UNOA"}, "small", "FTX-01"),
        ({"level": "UNOB"}, "Zürich", "FTX-01"),
        ({}, "€", "FTX-01"),
        ({}, "line\nline", "FTX-01"),
        ({}, f"A{COMPONENT}\x00", "FTX-01-2"),
        ({"delimiters": Delimiters(release="")}, "A+B", "FTX-01"),
        ({}, f"A{REPETITION}B", "FTX-01"),
    ],
)
def test_a_value_that_cannot_be_carried_is_refused_with_its_place(
    change: dict[str, object], value: str, where: str
) -> None:
    with pytest.raises(Rejected) as refusal:
        compose(msgspec.structs.replace(ENVELOPE, **change), [draft(["FTX", value])])
    assert refusal.value.where == where


@pytest.mark.parametrize(
    "change",
    [
        {"delimiters": Delimiters(component="+")},
        {"delimiters": Delimiters(segment="")},
        {"delimiters": Delimiters(element="++")},
        {"delimiters": Delimiters(segment="§")},
        {"level": "UNOX"},
        {"syntax": 5},
        {"control": ""},
        {"control": "1" * 15},
        {"sender": Party("")},
        {"receiver": Party("X" * 36)},
        {"receiver": Party("X", "12345")},
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Rejected, match=r"settings|set |counter"):
        compose(msgspec.structs.replace(ENVELOPE, **change), [])


def test_a_tree_becomes_the_rows_it_was_read_from() -> None:
    one = first(interchange([message("IFTSTA", *STATUS)]))
    assert rows_of(parse(one).root) == one.rows[1:-1]


def test_a_tree_of_named_fields_becomes_rows() -> None:
    loop = Node("NAD", {"01": "BY", "02": "4012", "02-3": "9"}, 0, [Node("CTA", {"02-2": "Ann"}, 0)])
    root = Node("UNH", {}, 0, [Node("BGM", ["BGM", "220"], 0), loop, Node("STS", {"01": "A", "01#2-2": "B"}, 0)])
    assert rows_of(root) == [
        ["BGM", "220"],
        ["NAD", "BY", f"4012{COMPONENT}{COMPONENT}9"],
        ["CTA", "", f"{COMPONENT}Ann"],
        ["STS", f"A{REPETITION}{COMPONENT}B"],
    ]
    with pytest.raises(Rejected, match="no field of EDIFACT"):
        rows_of(Node("UNH", {}, 0, [Node("BGM", {"1004": "x"}, 0)]))


@pytest.mark.parametrize("value", [f"A{COMPONENT}B", f"A{REPETITION}B"])
def test_a_value_cannot_add_components_or_repetitions(value: str) -> None:
    with pytest.raises(Rejected) as refusal:
        rows_of(Node("UNH", {}, 0, [Node("FTX", {"04-1": value}, 0)]))
    assert refusal.value.where == "FTX-04-1"


TEXT = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)
ROW = st.lists(st.lists(TEXT, min_size=1, max_size=4).map(COMPONENT.join), min_size=1, max_size=5)
MARKS = st.permutations("!#$%&()*;<=>@^_|~").map(
    lambda signs: Delimiters(signs[0], signs[1], ".", signs[2], signs[3], signs[4])
)


@settings(deadline=None)
@given(st.lists(ROW, max_size=6), MARKS, st.sampled_from([3, 4]))
@pytest.mark.proves("PF-18")
def test_what_is_written_is_what_is_read(cells: list[list[str]], marks: Delimiters, syntax: int) -> None:
    rows = [["FTX", *row] for row in cells]
    envelope = msgspec.structs.replace(ENVELOPE, delimiters=marks, syntax=syntax)
    body = compose(envelope, [draft(*rows)])
    reading = read_edifact(body)
    assert list(reading.findings()) == []
    assert reading.interchanges[0].messages[0].rows[1:-1] == rows
    assert write_edifact(reading) == body
    assert validate(reading.interchanges[0].messages[0]).root.name == "UNH"
