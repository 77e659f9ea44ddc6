"""A contract moves by decisions of those who hold the seat, with a reason; nobody approves a proposal of their own."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from crossdock.canonical.lifecycle import (
    Decision,
    Member,
    Seat,
    Wish,
    board,
    decide,
    decisions,
    decisions_text,
    rows_text,
    undecided,
)
from crossdock.canonical.registry import Contract, Life, contract_names, contracts, published, rows_of
from crossdock.kernel.errors import Rejected

DAY = date(2026, 11, 22)
NAME = "events/goods.moved"
BOARD = (
    Member("WMS team", Seat.OWNER), Member("WMS team", Seat.COUNCIL), Member("ERP team", Seat.COUNCIL),
    Member("platform", Seat.RELEASE),
)  # fmt: skip
PROPOSE = Wish(NAME, 1, Life.DRAFT, "WMS team", "goods move between docks", DAY, owner="WMS")
APPROVE = Wish(NAME, 1, Life.APPROVED, "ERP team", "finance can book by it", DAY)
ACTIVATE = Wish(NAME, 1, Life.ACTIVE, "platform", "goes out with the next release", DAY)
DEPRECATE = Wish(
    NAME, 1, Life.DEPRECATED, "ERP team", "version 2 says units", DAY, ends=date(2027, 5, 1), instead=f"{NAME} 2"
)
LIFE = (PROPOSE, APPROVE, ACTIVATE, DEPRECATE, Wish(NAME, 1, Life.RETIRED, "platform", "nobody speaks it", DAY))


def lived(*wishes: Wish) -> tuple[list[Contract], list[Decision]]:
    """Registry and decisions after these."""
    rows: list[Contract] = []
    made: list[Decision] = []
    for wish in wishes:
        row, decision = decide(wish, rows, made, BOARD)
        rows, made = [row], [*made, decision]
    return rows, made


@pytest.mark.parametrize("length", range(1, len(LIFE) + 1))
def test_a_whole_life_is_decided_step_by_step_and_nothing_is_missing(length: int) -> None:
    rows, made = lived(*LIFE[:length])
    assert rows[0].state is LIFE[length - 1].to
    assert [one.reason for one in made] == [one.reason for one in LIFE[:length]]
    assert list(undecided(rows, made, BOARD, frozenset())) == []


def test_who_approves_and_what_takes_its_place_stand_in_the_registry() -> None:
    (row,), _ = lived(*LIFE[:4])
    assert (row.approved_by, row.ends, row.instead) == ("ERP team", date(2027, 5, 1), f"{NAME} 2")


@pytest.mark.parametrize(
    ("before", "wish", "said"),
    [
        ((), APPROVE, "is not there and cannot become approved: it can become draft"),
        (LIFE[:1], ACTIVATE, "is draft and cannot become active: it can become approved"),
        ((), msgspec.structs.replace(PROPOSE, reason="  "), "say why"),
        ((), msgspec.structs.replace(PROPOSE, by="platform"), "platform holds no owner seat"),
        ((), msgspec.structs.replace(PROPOSE, owner=""), "say who answers for"),
        (LIFE[:1], msgspec.structs.replace(APPROVE, by="WMS team"), "WMS team proposed events/goods.moved: another"),
        (LIFE[:3], msgspec.structs.replace(DEPRECATE, instead=""), "say when events/goods.moved ends"),
    ],
)
def test_a_move_without_seat_reason_or_way_is_refused(before: tuple[Wish, ...], wish: Wish, said: str) -> None:
    rows, made = lived(*before)
    with pytest.raises(Rejected, match=said):
        decide(wish, rows, made, BOARD)


def test_a_registry_changed_by_hand_is_told() -> None:
    rows, made = lived(PROPOSE)
    forged = [msgspec.structs.replace(rows[0], state=Life.ACTIVE, approved_by="me")]
    (said,) = undecided(forged, made, BOARD, frozenset())
    assert said == f"{NAME} version 1 is active and nobody decided it: crossdock contract move"


def test_a_decision_of_somebody_without_the_seat_or_of_the_proposer_is_told() -> None:
    rows, made = lived(PROPOSE, APPROVE)
    strange = [made[0], msgspec.structs.replace(made[1], by="a stranger")]
    alone = [made[0], msgspec.structs.replace(made[1], by="WMS team")]
    assert any("a stranger, who holds no council seat" in one for one in undecided(rows, strange, BOARD, frozenset()))
    assert any("WMS team, who proposed it" in one for one in undecided(rows, alone, BOARD, frozenset()))


def test_a_founding_contract_needs_no_decision_until_it_moves() -> None:
    row = Contract(NAME, 1, Life.ACTIVE, "WMS", "data council", DAY)
    assert list(undecided([row], [], BOARD, frozenset({NAME}))) == []
    moved, decision = decide(DEPRECATE, [row], [], BOARD)
    assert list(undecided([moved], [decision], BOARD, frozenset({NAME}))) == []


def test_registry_and_decisions_survive_being_kept() -> None:
    rows, made = lived(*LIFE[:4])
    assert rows_of(rows_text(rows)) == tuple(rows)
    assert decisions(decisions_text(made)) == tuple(made)
    assert rows_of(rows_text(contracts())) == contracts()


def test_everything_in_our_own_registry_was_decided() -> None:
    founding = frozenset(contract_names(published()[0].shape))
    assert list(undecided(contracts(), decisions(), board(), founding)) == []
