"""CONTRL, both ways (edifact-envelope.md §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crossdock.formats.edifact.acknowledgement import MessageAnswer, answer, owes_answer, read_acknowledgement
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.marks import Spot
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.tree import WARNING, Interchange
from tests.unit.formats.edifact.documents import STATUS, first, group, interchange, message, only

AT = datetime(2026, 6, 2, 16, 30, tzinfo=UTC)
GOOD = message("IFTSTA", *STATUS)
UCI = "UCI+431+SENDER:14+RECEIVER:14"


def told(one: Interchange) -> list[str]:
    """The segments between UNH and UNT of the answer, which itself must have nothing wrong."""
    reply = answer(one, 55, AT)
    assert list(read_edifact(reply).findings()) == []
    validate(first(reply))
    assert first(reply).faults == []
    return first(reply).texts[1:-1]


def test_a_sound_interchange_is_acknowledged_with_each_message() -> None:
    assert told(only(interchange([GOOD, message("IFTSTA", *STATUS, control="2")]))) == [
        f"{UCI}+7",
        "UCM+1+IFTSTA:D:96A:UN+7",
        "UCM+2+IFTSTA:D:96A:UN+7",
    ]


def test_the_answer_turns_the_parties_round_and_keeps_syntax_and_service_characters() -> None:
    body = interchange([GOOD], una="UNA:+.? '", level="UNOA:2")
    assert answer(only(body), 55, AT).startswith(
        b"UNA:+.? 'UNB+UNOA:2+RECEIVER:14+SENDER:14+260602:1630+55'UNH+1+CONTRL:D:3:UN'UCI+431+SENDER:14+RECEIVER:14+7'"
    )
    other = b"UNA|^,! ~" + body.removeprefix(b"UNA:+.? '").translate(bytes.maketrans(b":+?'", b"|^!~"))
    assert answer(only(other), 55, AT).startswith(b"UNA|^,! ~UNB^UNOA|2^RECEIVER|14^")


def test_syntax_4_is_answered_in_syntax_4() -> None:
    body = interchange([GOOD], una="UNA:+.?*'", level="UNOW:4")
    reply = answer(only(body), 55, AT)
    assert reply.startswith(b"UNA:+.?*'UNB+UNOW:4+RECEIVER:14+SENDER:14+20260602:1630+55'UNH+1+CONTRL:4:1:UN'")


def test_a_test_interchange_is_answered_by_one() -> None:
    body = interchange([GOOD]).replace(b"+431'UNH", b"+431++++++1'UNH")
    assert only(body).is_test
    assert b"+55++++++1'UNH" in answer(only(body), 55, AT)


def test_each_message_is_judged_on_its_own() -> None:
    bad = message("IFTSTA", *STATUS, control="2", count="9")
    assert told(only(interchange([GOOD, bad]))) == [
        f"{UCI}+7",
        "UCM+1+IFTSTA:D:96A:UN+7",
        "UCM+2+IFTSTA:D:96A:UN+4+29+UNT+2",
    ]


def test_faults_inside_a_message_are_told_at_their_segments_and_elements() -> None:
    bad = message("IFTSTA", "BGM+2300", "XYZ+1", "CNI+1+A:B:C:D:E:F", "STS+1+1", control="2")
    one = only(interchange([GOOD, bad]))
    for each in one.messages:
        validate(each)
    assert told(one) == [
        f"{UCI}+7",
        "UCM+1+IFTSTA:D:96A:UN+7",
        "UCM+2+IFTSTA:D:96A:UN+4",
        "UCS+2",
        "UCD+39+2:1",
        "UCS+3+15",
        "UCS+4",
        "UCD+16+3:5",
    ]


def test_syntax_4_names_the_repetition_at_fault() -> None:
    one = only(interchange([GOOD], level="UNOC:4"))
    one.messages[0].faults.append(one.messages[0].fault("UCD-39", "too long", 4, Spot(1, 2, 3)))
    assert told(one)[-2:] == ["UCS+5", "UCD+39+2:2:3"]


def test_warnings_reject_nothing() -> None:
    one = only(interchange([GOOD]))
    one.messages[0].faults.append(one.messages[0].fault("UCD-12", "unknown", 4, Spot(1), severity=WARNING))
    assert told(one)[1:] == ["UCM+1+IFTSTA:D:96A:UN+7"]
    assert not owes_answer(one)


def test_a_fault_of_the_mapping_alone_rejects_the_message() -> None:
    one = only(interchange([GOOD]))
    one.messages[0].faults.append(one.messages[0].fault("MAP-1", "no such order", 3))
    assert told(one)[1:] == ["UCM+1+IFTSTA:D:96A:UN+4"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (interchange([GOOD], count="2"), f"{UCI}+4+29+UNZ+2"),
        (interchange([GOOD], trailer="9"), f"{UCI}+4+28+UNZ+3"),
        (interchange([GOOD]).partition(b"UNZ")[0], f"{UCI}+4+13+UNZ"),
        (interchange([]), f"{UCI}+4+32+UNZ"),
        (interchange([GOOD, "LIN+1'"], count="1"), f"{UCI}+4+33"),
    ],
)
def test_an_interchange_with_a_fault_of_its_own_is_rejected_whole(body: bytes, expected: str) -> None:
    assert told(only(body)) == [expected]
    assert owes_answer(only(body))


def test_groups_are_answered_as_groups() -> None:
    second = message("IFTSTA", *STATUS, control="2")
    body = interchange([group([GOOD]), group([second], control="13", count="5")])
    assert told(only(body)) == [
        f"{UCI}+7",
        "UCF+12+APPSEND+APPRECV+7",
        "UCM+1+IFTSTA:D:96A:UN+7",
        "UCF+13+APPSEND+APPRECV+4+29+UNE+2",
    ]


CONTRL = message("CONTRL", "UCI+17+US:14+THEM:14+7", version="D:3:UN")
BAD = message("CONTRL", "UCI+17+US:14+THEM:14+7", version="D:3:UN", count="9")


@pytest.mark.parametrize(
    ("body", "agreed", "expected"),
    [
        (interchange([GOOD]), False, False),
        (interchange([GOOD]), True, True),
        (interchange([GOOD], ack="1"), False, True),
        (interchange([GOOD], ack="2"), False, True),
        (interchange([GOOD], ack="0"), False, False),
        (interchange([GOOD, message("IFTSTA", control="2", count="9")]), False, True),
        (interchange([CONTRL], ack="1"), True, False),
        (interchange([BAD], ack="1"), True, False),
        (interchange([CONTRL, message("IFTSTA", *STATUS, control="2")], ack="1"), False, True),
        (interchange([CONTRL], count="7"), True, False),
        (GOOD.encode(), True, False),
        (interchange([GOOD], control="", ack="1"), True, False),
        (interchange([GOOD], ack="1").replace(b"SENDER:14", b""), True, False),
        (interchange([GOOD], ack="1").replace(b"SENDER:14", b"S" * 36), True, False),
        (b"UNB|UNOA:1|A|B'", True, False),
    ],
)
def test_an_answer_is_owed_when_asked_agreed_or_something_was_rejected(
    body: bytes, agreed: bool, expected: bool
) -> None:
    assert owes_answer(only(body), agreed=agreed) is expected


def test_a_contrl_among_others_is_not_answered() -> None:
    body = interchange([CONTRL, message("IFTSTA", *STATUS, control="2")], ack="1")
    assert told(only(body)) == [f"{UCI}+7", "UCM+2+IFTSTA:D:96A:UN+7"]


@pytest.mark.parametrize(
    ("level", "name", "expected"),
    [("UNOA:3", b"Sender", b"UNOB:3"), ("UNOC:3", "Zürich".encode(), b"UNOC:3"), ("UNOA:3", b"\xd6", b"UNOC:3")],
)
def test_what_must_be_repeated_decides_the_character_set(level: str, name: bytes, expected: bytes) -> None:
    one = only(interchange([GOOD], level=level).replace(b"SENDER", name))
    reply = answer(one, 55, AT)
    assert expected in reply
    assert only(reply).receiver == one.sender


def received(*rows: str) -> bytes:
    return interchange([message("CONTRL", *rows, version="D:3:UN")])


def test_a_received_contrl_tells_each_message() -> None:
    body = received("UCI+17+US:14+THEM:14+7", "UCM+1+ORDERS:D:96A:UN+7", "UCM+2+ORDERS:D:96A:UN+4+29+UNT", "UCS+3+35")
    body = body.replace(b"UCS+3+35'UNT+6", b"UCS+3+35'UCD+39+2:1'UNT+7")
    heard = read_acknowledgement(first(body))
    assert heard is not None
    assert (heard.control, heard.sender, heard.receiver, heard.action) == ("17", ("US", "14"), ("THEM", "14"), "7")
    assert heard.messages == (
        MessageAnswer("1", "ORDERS", "7"),
        MessageAnswer("2", "ORDERS", "4", ("UCM-29", "segment 3: UCS-35", "element 2-1: UCD-39")),
    )


def test_a_received_rejection_tells_its_code_and_groups_theirs() -> None:
    heard = read_acknowledgement(first(received("UCI+17+US+THEM+4+23")))
    assert heard is not None
    assert (heard.action, heard.note, heard.messages) == ("4", "UCI-23", ())
    grouped = read_acknowledgement(first(received("UCI+17+US+THEM+7", "UCF+5+A+B+4+29")))
    assert grouped is not None
    assert grouped.groups == (("5", "4"),)


def test_a_contrl_without_uci_is_refused() -> None:
    one = first(received("UCM+1+ORDERS:D:96A:UN+7"))
    assert read_acknowledgement(one) is None
    assert [(fault.code, fault.tag) for fault in one.faults] == [("UCS-13", "UCI")]


@pytest.mark.parametrize("make", [interchange, lambda parts: interchange(parts, level="UNOC:4")])
def test_our_own_answer_reads_back_as_what_we_said(make: Callable[[list[str]], bytes]) -> None:
    bad = message("IFTSTA", *STATUS, control="2", trailer="3")
    heard = read_acknowledgement(first(answer(only(make([GOOD, bad])), 55, AT)))
    assert heard is not None
    assert [(each.control, each.action, each.notes) for each in heard.messages] == [
        ("1", "7", ()),
        ("2", "4", ("UCM-28",)),
    ]


def test_a_name_whose_bytes_would_be_read_as_another_is_repeated_in_utf_8() -> None:
    """`C3 A9` is two letters in Latin-1 and one in UTF-8, and what a partner reads of it is anybody's guess."""
    one = only(interchange([GOOD], level="UNOC:4").replace(b"SENDER", "\xc3\xa9".encode()))
    reply = answer(one, 55, AT)
    assert reply.startswith(b"UNB+UNOW:4+RECEIVER:14+" + "\xc3\xa9".encode())
    assert list(read_edifact(reply).findings()) == []
