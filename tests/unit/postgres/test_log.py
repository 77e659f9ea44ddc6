"""Rows of the log: what goes into the row of its cause comes out of it again, and what would lose something stays."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug
from crossdock.ports.store import EventRow
from crossdock.postgres.log import (
    CONCLUDED_MAX,
    FURTHEST,
    TRANSITIONS,
    StoredEvent,
    gathered,
    pack_concluded,
    pack_moves,
    type_of,
    unpack_concluded,
    unpack_moves,
    views_of,
)
from crossdock.postgres.packing import pack_keyed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

# How many lines were released first, and what they say.
RELEASED = 602
DIGEST = "8609c4a7efab9c9eff9b9beaa74daf898d242f8b25e15bd624a40a92959be989"


def fact(seq: int, *, dossier: int = 7, cause: str = "", name: str = "pick.completed") -> EventRow:
    body = b'{"type":"%s","seq":%d}' % (name.encode(), seq)
    key = f"{name}|order:SO-1|{seq}"
    return EventRow(
        dossier, seq, name, Disposition.APPLY, "wms", NOON, NOON, body, key, cause=cause, concluded=bool(cause)
    )


CAUSE = fact(4)
CONCLUSION = fact(9, cause="7.4", name="order.fulfilled")


def test_a_conclusion_goes_into_the_row_of_its_cause_and_the_order_stays() -> None:
    other = fact(5)
    assert gathered([CAUSE, CONCLUSION, other]) == [(CAUSE, [CONCLUSION]), (other, ())]


@pytest.mark.parametrize(
    "different",
    [
        {"disposition": Disposition.HOLD},
        {"reason": "why"},
        {"transitions": "FO-09 WAVED>PICKED"},
        {"message": "m1"},
        {"occurred": NOON + timedelta(microseconds=1)},
        {"received": NOON + timedelta(seconds=1)},
        {"key": "order.fulfilled.again|order:SO-1|9"},
        {"cause": "8.4"},
        {"cause": "7.3"},
        {"cause": "7.40"},
        {"cause": "a name of the partner's own"},
        {"concluded": False},
        {"seq": 3},
        {"seq": 4 + FURTHEST + 1},
    ],
    ids=str,
)
def test_what_the_row_of_its_cause_cannot_say_has_a_row_of_its_own(different: dict[str, object]) -> None:
    row = msgspec.structs.replace(CONCLUSION, **different)
    assert gathered([CAUSE, row]) == [(CAUSE, ()), (row, ())]


def test_a_row_takes_no_more_than_it_can_count() -> None:
    conclusions = [fact(5 + n, cause="7.4") for n in range(CONCLUDED_MAX + 1)]
    assert gathered([CAUSE, *conclusions]) == [(CAUSE, conclusions[:-1]), (conclusions[-1], ())]


ROWS = st.lists(
    st.builds(
        fact,
        st.integers(1, 12),
        dossier=st.integers(1, 2),
        cause=st.sampled_from(["", "1.1", "1.2", "2.1", "2.12", "x"]),
    ),
    unique_by=lambda row: (row.dossier, row.seq),
)


@given(ROWS)
def test_every_row_is_written_once_and_comes_back_as_it_was(rows: list[EventRow]) -> None:
    back: list[EventRow] = []
    for row, conclusions in gathered(rows):
        kept = unpack_concluded(row.seq, pack_concluded(row, conclusions) if conclusions else None)
        back.append(row)
        back += [
            msgspec.structs.replace(
                row,
                concluded=True,
                seq=seq,
                type=one.type,
                partner=one.partner,
                body=one.body,
                key=one.key,
                cause=f"{row.dossier}.{row.seq}",
            )
            for seq, one in kept
        ]
    assert sorted(back, key=lambda row: (row.dossier, row.seq)) == sorted(rows, key=lambda row: (row.dossier, row.seq))


def stored(concluded: bytes | None, moves: bytes | None = None, transitions: str = "") -> StoredEvent:
    return StoredEvent(
        dossier=7,
        seq=4,
        type=None,
        disposition=Disposition.SUPERSEDE,
        folded=True,
        partner="wms",
        occurred=NOON,
        received=NOON,
        recorded=NOON,
        body=pack_keyed(CAUSE.body, CAUSE.key, CAUSE.type),
        cause="",
        message="m1",
        transitions=transitions,
        moves=moves,
        reason="corrected",
        concluded=concluded,
    )


def test_a_reader_sees_each_under_its_own_id_with_its_cause() -> None:
    told, concluded = views_of(stored(pack_concluded(CAUSE, [CONCLUSION])))
    assert (told.id, told.type, told.disposition, told.reason) == (
        "7.4",
        CAUSE.type,
        Disposition.SUPERSEDE,
        "corrected",
    )
    assert (concluded.id, concluded.type, concluded.cause) == ("7.9", "order.fulfilled", "7.4")
    assert (concluded.body, concluded.key, concluded.partner) == (CONCLUSION.body, CONCLUSION.key, "wms")
    assert (concluded.disposition, concluded.reason, concluded.message) == (Disposition.APPLY, "", "")


def test_transitions_in_words_are_later_than_those_in_numbers() -> None:
    moves = pack_moves("FO-09 WAVED>PICKED; FO-13 PICKED>PACKED")
    assert moves is not None
    assert len(moves) == 4
    (told,) = views_of(stored(None, moves))
    assert told.transitions == "FO-09 WAVED>PICKED; FO-13 PICKED>PACKED"
    (again,) = views_of(stored(None, moves, "FO-99 A>B"))
    assert again.transitions == "FO-99 A>B"


def test_a_transition_that_is_not_listed_stays_in_words() -> None:
    assert pack_moves("FO-09 WAVED>PICKED; FO-99 A>B") is None
    assert pack_moves("") is None
    assert unpack_moves(None) == ""


def test_every_transition_listed_comes_back() -> None:
    whole = "; ".join(TRANSITIONS)
    assert unpack_moves(pack_moves(whole)) == whole
    assert len(set(TRANSITIONS)) == len(TRANSITIONS)


def test_a_line_that_was_released_never_moves() -> None:
    released = "\n".join(TRANSITIONS[:RELEASED])
    assert hashlib.sha256(released.encode()).hexdigest() == DIGEST


def test_a_number_of_a_later_version_is_told_as_such() -> None:
    with pytest.raises(Bug, match="run the version that wrote it"):
        unpack_moves(b"\xff\xff")


def test_a_damaged_row_says_so() -> None:
    whole = pack_concluded(CAUSE, [CONCLUSION, fact(10, cause="7.4")])
    one_number_lost = b"\x01" + whole[1:3] + whole[5:]
    for damaged in (whole[:-1], one_number_lost):
        with pytest.raises(Bug, match="restore the row"):
            unpack_concluded(4, damaged)


def test_a_type_is_that_of_the_column_or_of_the_key() -> None:
    assert type_of("a.type", "b.type|x") == "a.type"
    assert type_of(None, "b.type|x") == "b.type"
