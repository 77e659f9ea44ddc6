"""How a contract moves through its life: who may decide what, and every decision with its reason. Pure.

`published/board.csv` says who holds which seat, `published/decisions.csv` what was decided, the oldest first and never
changed. Contracts of the first published version were there before decisions were kept; every other one needs them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from importlib.resources import files

import msgspec

from crossdock.canonical.registry import COLUMNS, FOLDER, Contract, Life
from crossdock.kernel.errors import Rejected

NEW = ""
DECISIONS, BOARD = "decisions.csv", "board.csv"
DECISION_COLUMNS = ("contract", "version", "before", "after", "on", "by", "role", "reason")


class Seat(StrEnum):
    """What somebody on the board may decide (G-08)."""

    OWNER = "owner"
    COUNCIL = "council"
    RELEASE = "release"


class Member(msgspec.Struct, frozen=True):
    """One row of the board."""

    name: str
    role: Seat


class Decision(msgspec.Struct, frozen=True):
    """One move of one contract; `before` is empty where it is proposed."""

    contract: str
    version: int
    before: str
    after: Life
    on: date
    by: str
    role: Seat
    reason: str


class Wish(msgspec.Struct, frozen=True):
    """What somebody wants decided. `owner` is needed for a new contract, `ends` and `instead` to deprecate one."""

    contract: str
    version: int
    to: Life
    by: str
    reason: str
    on: date
    owner: str = ""
    ends: date | None = None
    instead: str = ""


MOVES: Mapping[tuple[str, Life], Seat] = {
    (NEW, Life.DRAFT): Seat.OWNER,
    (Life.DRAFT, Life.APPROVED): Seat.COUNCIL,
    (Life.APPROVED, Life.DRAFT): Seat.COUNCIL,
    (Life.APPROVED, Life.ACTIVE): Seat.RELEASE,
    (Life.ACTIVE, Life.DEPRECATED): Seat.COUNCIL,
    (Life.DEPRECATED, Life.ACTIVE): Seat.COUNCIL,
    (Life.DEPRECATED, Life.RETIRED): Seat.RELEASE,
}


def decisions(text: str | None = None) -> tuple[Decision, ...]:
    """Every decision; those of this version unless a text of them is given.

    Raises:
        ValueError: a row cannot be read.
    """
    rows = csv.DictReader((_own(DECISIONS) if text is None else text).splitlines())
    return tuple(msgspec.convert(row, Decision, strict=False) for row in rows)


def board(text: str | None = None) -> tuple[Member, ...]:
    """Who holds which seat.

    Raises:
        ValueError: a row cannot be read.
    """
    rows = csv.DictReader((_own(BOARD) if text is None else text).splitlines())
    return tuple(msgspec.convert(row, Member) for row in rows)


def decide(
    wish: Wish, rows: Sequence[Contract], made: Sequence[Decision], members: Iterable[Member]
) -> tuple[Contract, Decision]:
    """The row of the registry after this move, and the decision to be kept.

    Raises:
        Rejected: there is no such move, no seat for it, no reason, or the one who proposed it would approve it.
    """
    row = next((one for one in rows if (one.contract, one.version) == (wish.contract, wish.version)), None)
    before = row.state if row is not None else NEW
    role = MOVES.get((before, wish.to))
    if role is None:
        ways = ", ".join(after for known, after in MOVES if known == before) or "nothing"
        raise Rejected(f"{wish.contract} is {before or 'not there'} and cannot become {wish.to}: it can become {ways}")
    if not wish.reason.strip():
        raise Rejected("say why: a decision without a reason is none")
    if Member(wish.by, role) not in set(members):
        raise Rejected(f"{wish.by} holds no {role} seat: ask one who does, or have {BOARD} changed")
    proposed = _proposer(made, wish.contract, wish.version)
    if wish.to is Life.APPROVED and proposed == wish.by:
        raise Rejected(f"{wish.by} proposed {wish.contract}: another member of the {role} approves it")
    decision = Decision(wish.contract, wish.version, before, wish.to, wish.on, wish.by, role, wish.reason.strip())
    return _moved(row, wish), decision


def _moved(row: Contract | None, wish: Wish) -> Contract:
    if row is None:
        if not wish.owner:
            raise Rejected(f"say who answers for {wish.contract}")
        return Contract(wish.contract, wish.version, wish.to, wish.owner, "", wish.on)
    if wish.to is Life.DEPRECATED and (wish.ends is None or not wish.instead):
        raise Rejected(f"say when {wish.contract} ends and what takes its place")
    replaced = msgspec.structs.replace(row, state=wish.to, since=wish.on)
    match wish.to:
        case Life.APPROVED:
            return msgspec.structs.replace(replaced, approved_by=wish.by)
        case Life.DRAFT:
            return msgspec.structs.replace(replaced, approved_by="")
        case Life.DEPRECATED:
            return msgspec.structs.replace(replaced, ends=wish.ends, instead=wish.instead)
        case Life.ACTIVE:
            return msgspec.structs.replace(replaced, ends=None, instead="")
        case _:
            return replaced


def undecided(
    rows: Iterable[Contract], made: Sequence[Decision], members: Iterable[Member], founding: frozenset[str]
) -> Iterator[str]:
    """What nobody with a seat decided; `founding` are the contracts of the first published version."""
    seats = set(members)
    last: dict[tuple[str, int], str] = {}
    for one in made:
        key = (one.contract, one.version)
        founded = Life.ACTIVE if one.contract in founding and one.version == 1 else NEW
        there = last.get(key, founded)
        if there != one.before or MOVES.get((one.before, one.after)) is not one.role:
            yield f"{one.contract}: no way leads from {there or 'nothing'} to {one.after} as {one.role}"
        if Member(one.by, one.role) not in seats:
            yield f"{one.contract} is {one.after} by {one.by}, who holds no {one.role} seat: have a member decide"
        if one.after is Life.APPROVED and one.by == _proposer(made, *key):
            yield f"{one.contract} is approved by {one.by}, who proposed it: another member approves it"
        last[key] = one.after
    for row in rows:
        founded = Life.ACTIVE if row.contract in founding and row.version == 1 else NEW
        if last.get((row.contract, row.version), founded) != row.state:
            yield f"{row.contract} version {row.version} is {row.state} and nobody decided it: crossdock contract move"


def rows_text(rows: Iterable[Contract]) -> str:
    """A registry as it is kept, in the order given."""
    return _text(COLUMNS, rows)


def decisions_text(made: Iterable[Decision]) -> str:
    """Decisions as they are kept."""
    return _text(DECISION_COLUMNS, made)


def _text(columns: Sequence[str], rows: Iterable[msgspec.Struct]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        values = msgspec.to_builtins(row)
        writer.writerow(["" if values[name] is None else values[name] for name in columns])
    return made.getvalue()


def _proposer(made: Iterable[Decision], contract: str, version: int) -> str:
    mine = (one.by for one in made if (one.contract, one.version, one.before) == (contract, version, NEW))
    return next(mine, "")


def _own(name: str) -> str:
    return files(FOLDER).joinpath(name).read_text("utf-8")
