"""997 and TA1, both ways (x12-envelope.md §4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.formats.x12.acknowledgement import (
    acknowledge,
    answer,
    owes_answer,
)
from crossdock.formats.x12.answers import read_acknowledgement, read_note
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import WARNING, Interchange
from crossdock.formats.x12.writer import Cell
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

AT = datetime(2026, 6, 2, 16, 30, tzinfo=UTC)
GOOD = transaction("214", *STATUS)


def only(body: bytes) -> Interchange:
    (one,) = read_x12(body).interchanges
    return one


def rows(body: bytes) -> list[list[Cell]]:
    return acknowledge(only(body).groups[0])


def test_a_sound_group_is_accepted() -> None:
    assert rows(interchange([group([GOOD])])) == [
        ["AK1", "QM", "12"],
        ["AK2", "214", "0001"],
        ["AK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]


def test_each_set_is_judged_on_its_own() -> None:
    bad = transaction("214", *STATUS, control="0002", count="7")
    assert rows(interchange([group([GOOD, bad])]))[1:] == [
        ["AK2", "214", "0001"],
        ["AK5", "A"],
        ["AK2", "214", "0002"],
        ["AK5", "R", "4"],
        ["AK9", "P", "2", "2", "1"],
    ]


def test_a_group_with_wrong_totals_is_refused_as_a_whole_and_says_what_was_claimed_and_found() -> None:
    assert rows(interchange([group([GOOD], count="3")]))[1:] == [
        ["AK2", "214", "0001"],
        ["AK5", "R"],
        ["AK9", "R", "3", "1", "0", "5"],
    ]


def test_faults_of_elements_are_named_with_a_copy_of_the_value() -> None:
    status = only(interchange([group([GOOD])])).groups[0].sets[0]
    status.faults.append(status.fault("723-8", "no date", 3, 5, value="2026060X"))
    status.faults.append(status.fault("723-7", "unknown", 3, 1, value="Q~", severity=WARNING))
    status.faults.append(status.fault("720-3", "missing", 4))
    assert acknowledge(status.group)[2:-1] == [  # type: ignore[arg-type]
        ["AK3", "AT7", "4", "", "8"],
        ["AK4", "5", "", "8", "2026060X"],
        ["AK4", "1", "", "7", ""],
        ["AK3", "SE", "5", "", "3"],
        ["AK5", "R", "5"],
    ]


def test_two_codes_of_one_segment_are_two_ak3_as_each_has_room_for_one() -> None:
    status = only(interchange([group([GOOD])])).groups[0].sets[0]
    status.faults.append(status.fault("723-1", "missing", 3, 5))
    status.faults.append(status.fault("720-2", "unexpected", 3))
    rows = acknowledge(status.group)  # type: ignore[arg-type]
    assert rows[2:5] == [["AK3", "AT7", "4", "", "2"], ["AK3", "AT7", "4", "", "8"], ["AK4", "5", "", "1", ""]]


def test_warnings_alone_accept_with_errors_noted() -> None:
    status = only(interchange([group([GOOD])])).groups[0].sets[0]
    status.faults.append(status.fault("723-7", "unknown", 3, 1, value="QQ", severity=WARNING))
    assert acknowledge(status.group)[-2:] == [["AK5", "E", "5"], ["AK9", "E", "1", "1", "1"]]  # type: ignore[arg-type]


def test_the_reply_turns_the_parties_round_and_keeps_usage_and_delimiters() -> None:
    body = interchange([group([GOOD])]).replace(b"*P*>", b"*T*:").replace(b"~", b"\n")
    reply = answer(only(body), 55, 55, AT)
    assert reply.startswith(
        b"ISA*00*          *00*          *ZZ*RECEIVER       *ZZ*SENDER         *260602*1630*U*00401*000000055*0*T*:\n"
        b"GS*FA*APPRECV*APPSEND*20260602*1630*55*X*004010\nST*997*0001\nAK1*QM*12\n"
    )
    assert list(read_x12(reply).findings()) == []


def test_one_997_a_group() -> None:
    reply = only(answer(only(interchange([group([GOOD]), group([GOOD], control="13")])), 55, 55, AT))
    assert [(one.code, one.control, one.rows[1][2]) for one in reply.groups[0].sets] == [
        ("997", "0001", "12"),
        ("997", "0002", "13"),
    ]


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (interchange([group([GOOD])], ack="1"), ["TA1", "000000431", "260602", "1558", "A", "000"]),
        (interchange([group([GOOD])], trailer="000000432"), ["TA1", "000000431", "260602", "1558", "R", "001"]),
        (interchange([group([GOOD])])[:-20], ["TA1", "000000431", "260602", "1558", "R", "023"]),
    ],
)
def test_a_ta1_is_sent_when_asked_for_or_when_the_interchange_is_refused(body: bytes, note: list[str]) -> None:
    reply = only(answer(only(body), 55, 55, AT))
    assert reply.notes == [note]
    assert bool(reply.groups) is (note[4] == "A")


def test_acknowledgments_are_never_answered() -> None:
    ack = transaction("997", "AK1*OW*17", "AK9*A*1*1*1")
    assert not owes_answer(only(interchange([group([ack], kind="FA")])))
    assert not owes_answer(only(interchange(["TA1*000000017*260602*1558*A*000~"], count="0", ack="1")))
    assert owes_answer(only(interchange([group([GOOD])])))


def test_an_interchange_that_names_no_sender_cannot_be_answered() -> None:
    assert not owes_answer(only(interchange([group([GOOD])]).replace(b"SENDER  ", b"        ")))


def test_a_received_997_tells_each_set() -> None:
    ack = transaction(
        "997",
        "AK1*OW*17",
        "AK2*940*0001",
        "AK5*A",
        "AK2*940*0002",
        "AK3*W05*2**8",
        "AK4*2**5*SO-9",
        "AK5*R*5",
        "AK9*P*2*2*1",
    )
    told = read_acknowledgement(only(interchange([group([ack], kind="FA")])).groups[0].sets[0])
    assert told is not None
    assert (told.functional, told.control, told.verdict) == ("OW", "17", "P")
    assert [(one.control, one.verdict) for one in told.sets] == [("0001", "A"), ("0002", "R")]
    assert told.sets[1].notes == ("segment 2 W05: 720-8", "element 2: 723-5 'SO-9'", "718-5")


def test_a_received_999_is_read_the_same_way() -> None:
    ack = transaction("999", "AK1*OW*17", "AK2*940*0001", "IK3*W05*2**8", "IK4*2**I9*X", "IK5*E*5", "AK9*E*1*1*1")
    told = read_acknowledgement(only(interchange([group([ack], kind="FA")])).groups[0].sets[0])
    assert told is not None
    assert told.sets[0].verdict == "E"


def test_a_997_without_ak9_is_refused() -> None:
    ack = only(interchange([group([transaction("997", "AK1*OW*17")], kind="FA")])).groups[0].sets[0]
    assert read_acknowledgement(ack) is None
    assert [(fault.code, fault.tag) for fault in ack.faults] == [("720-3", "AK9")]


def test_a_received_ta1_tells_verdict_and_note() -> None:
    told = read_note(["TA1", "000000017", "260602", "1558", "R", "006"])
    assert (told.control, told.verdict, told.note) == ("000000017", "R", "006")


@pytest.mark.parametrize("terminator", [b"\x85", b"\x1c", b"\n", b"}"])
def test_the_reply_ends_its_segments_as_the_sender_does(terminator: bytes) -> None:
    reply = answer(only(interchange([group([GOOD])]).replace(b"~", terminator)), 55, 55, AT)
    assert reply.endswith(b"IEA*1*000000055" + terminator)
    assert list(read_x12(reply).findings()) == []
