"""One pair of rows judged (domain.md §6): what it is, why, and whether it is a break yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from crossdock.process.reconciliation.record import BREAKS, Field, Outcome, Record, differs


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one key. `since` is when the difference began, as far as the rows tell; `detail` is for people."""

    key: str
    outcome: Outcome
    left: str = ""
    right: str = ""
    detail: str = ""
    since: datetime | None = None
    dossier: int = 0

    @property
    def is_break(self) -> bool:
        """Whether the two sides contradict each other, whatever its age."""
        return self.outcome in BREAKS


def judge(fields: Sequence[Field], left: Record | None, right: Record | None) -> Finding | None:
    """What a pair is; `None` for a row that needs no counterpart and has none.

    A difference one side explains by what is on its way is in flight; how old it must be to count is not judged here.
    """
    one = left or right
    assert one is not None, "a key comes from one of the sides"
    if left is not None and right is not None:
        return _both(fields, left, right)
    if one.optional:
        return None
    outcome = Outcome.MISSING_RIGHT if left is not None else Outcome.MISSING_LEFT
    where = "missing with the other side" if left is not None else "not known here"
    said = _said(one)
    return Finding(
        key=one.key,
        outcome=Outcome.IN_FLIGHT if one.flying else outcome,
        left=said if left is not None else "",
        right=said if left is None else "",
        detail=one.flying or where,
        since=one.since,
        dossier=one.dossier,
    )


def _both(fields: Sequence[Field], left: Record, right: Record) -> Finding:
    worst, apart = Outcome.MATCH, []
    for field in fields:
        if field.name not in left.values or field.name not in right.values:
            continue
        here, there = left.values[field.name], right.values[field.name]
        found = differs(field, here, there)
        if found is Outcome.DIFF:
            worst = Outcome.DIFF
            apart.append(f"{field.name}: {here} here, {there} there")
        elif found is Outcome.IN_TOLERANCE and worst is Outcome.MATCH:
            worst = found
    flying = left.flying or right.flying
    if worst is Outcome.DIFF and (left.tolerated or right.tolerated):
        worst = Outcome.IN_TOLERANCE
    instants = [record.since for record in (left, right) if record.since is not None]
    return Finding(
        key=left.key,
        outcome=Outcome.IN_FLIGHT if worst is Outcome.DIFF and flying else worst,
        left=_said(left),
        right=_said(right),
        detail="; ".join([*apart, *([flying] if apart and flying else [])]),
        since=max(instants, default=None),
        dossier=left.dossier or right.dossier,
    )


def _said(record: Record) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(record.values.items()))


class Open(msgspec.Struct, frozen=True, omit_defaults=True):
    """A difference as it is remembered from run to run.

    Attributes:
        first: since when it is known. `runs`: in how many runs it was a break. `healed`: the remedy was tried.
        code: the exception it opened, empty for none; `unowned` when INT-11 was opened as well.
    """

    key: str
    first: datetime
    runs: int = 0
    healed: bool = False
    code: str = ""
    unowned: bool = False


class Turn(msgspec.Struct, frozen=True):
    """What a run does about one difference: its memory after it, and whether to heal, or to open which cases."""

    memory: Open
    counts: bool = False
    heal: bool = False
    opens: tuple[str, ...] = ()


UNOWNED = "INT-11"
RUNS_MAX = 3


def turn(finding: Finding, known: Open | None, code: str, at: datetime, grace: timedelta, *, healable: bool) -> Turn:
    """One step of the cycle of §3.10 for a difference: young, healed once, then a case, in the third run nobody's.

    `code` is the mapped exception, empty for none.
    """
    first = min(known.first if known is not None else at, finding.since or at)
    before = known or Open(finding.key, first)
    if at - first < grace:
        return Turn(msgspec.structs.replace(before, first=first))
    runs = before.runs + 1
    heal = healable and not before.healed
    memory = msgspec.structs.replace(before, first=first, runs=runs, healed=before.healed or heal)
    if heal:
        return Turn(memory, counts=True, heal=True)
    opens = [] if memory.code or not code else [code]
    if (not code or runs >= RUNS_MAX) and not memory.unowned and UNOWNED not in opens:
        opens.append(UNOWNED)
    unowned = memory.unowned or UNOWNED in opens
    memory = msgspec.structs.replace(memory, code=memory.code or code, unowned=unowned)
    return Turn(memory, counts=True, opens=tuple(opens))
