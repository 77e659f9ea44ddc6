"""The customs system's own EDIFACT, and that it understands what the hub's writer writes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.demo import edifact
from crossdock.demo.edifact import pick, row
from crossdock.demo.peers.customs import pick_answer, spoil

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BODY = (row("BGM", "961", "R-1", "11"), row("GIS", "528:AES"), row("RFF", "ABE:L1"), row("LOC", "42", "NL000510"))


def document() -> bytes:
    return edifact.write("DOUANE:ZZ", "CROSSDOCK:ZZ", 7, AT, "CUSRES", "D:96A", BODY)


def test_what_is_written_can_be_read() -> None:
    got = edifact.read(document())
    assert (got.control, got.sender, got.receiver, got.kind) == ("7", "DOUANE:ZZ", "CROSSDOCK:ZZ", "CUSRES")
    assert got.rows == BODY


def test_signs_of_the_syntax_inside_of_a_text_are_released_and_come_back() -> None:
    text = "it's 1+1: yes?"
    body = ((("FTX",), ("AAO",), ("",), ("",), (text,)),)
    raw = edifact.write("A", "B", 1, AT, "CUSRES", "D:96A", body)
    assert edifact.read(b"UNA:+.? '" + raw).rows == body


@pytest.mark.parametrize(
    ("tag", "qualifier", "expected"),
    [("GIS", "", ("528", "AES")), ("RFF", "ABE", ("L1",)), ("LOC", "42", ("NL000510",)), ("RFF", "ABT", ())],
)
def test_a_value_is_found_by_its_qualifier(tag: str, qualifier: str, expected: tuple[str, ...]) -> None:
    assert pick(BODY, tag, qualifier) == expected


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"", "no UNB"),
        (document().replace(b"UNZ+1+7", b"UNZ+1+8"), "UNZ does not close interchange 7"),
        (spoil(document()), "UNT does not close message 1"),
    ],
)
def test_a_broken_envelope_is_not_read(broken: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        edifact.read(broken)


@pytest.mark.parametrize(
    ("rows", "action"),
    [
        ((row("UCI", "3", "CROSSDOCK:ZZ", "DOUANE:ZZ", "7"),), "7"),
        ((row("UCI", "3", "A", "B", "7"), row("UCM", "1", "CUSRES:D:96A:UN", "4")), "4"),
        ((), ""),
    ],
)
def test_one_message_refused_is_a_refusal(rows: tuple[edifact.Row, ...], action: str) -> None:
    assert pick_answer(rows) == action
