"""Acknowledgments a partner sent us: TA1, 997 and 999 (x12-envelope.md §4)."""

from __future__ import annotations

import msgspec

from crossdock.formats.x12.tree import Row, TransactionSet, element


class SetAnswer(msgspec.Struct, frozen=True):
    """What a partner says of one set of ours: `verdict` A, E or R (M, W, X: security), `notes` its codes and places."""

    code: str
    control: str
    verdict: str
    notes: tuple[str, ...] = ()


class GroupAnswer(msgspec.Struct, frozen=True):
    """A received 997 or 999. Without `sets`, `verdict` holds for every set of the group."""

    functional: str
    control: str
    verdict: str
    sets: tuple[SetAnswer, ...] = ()
    notes: tuple[str, ...] = ()


class InterchangeAnswer(msgspec.Struct, frozen=True):
    """A received TA1: `verdict` A, E or R on our interchange `control`, `note` the three digits of element I18."""

    control: str
    verdict: str
    note: str


def read_note(row: Row) -> InterchangeAnswer:
    """A received TA1."""
    return InterchangeAnswer(element(row, 1).strip(), element(row, 4).strip(), element(row, 5).strip())


def read_acknowledgement(transaction: TransactionSet) -> GroupAnswer | None:
    """A received 997 or 999; what is missing becomes a fault of the set and the answer is None."""
    rows = transaction.rows
    first = next((row for row in rows if row[0] == "AK1"), None)
    last = next((row for row in rows if row[0] == "AK9"), None)
    for tag, row in (("AK1", first), ("AK9", last)):
        if row is None:
            detail = f"a {transaction.code} needs {tag}: send which group was judged and how"
            fault = transaction.fault("720-3", detail, len(rows) - 1)
            transaction.faults.append(msgspec.structs.replace(fault, tag=tag))
    if first is None or last is None:
        return None
    notes = tuple(f"716-{code}" for code in last[5:] if code)
    return GroupAnswer(element(first, 1), element(first, 2).strip(), element(last, 1), _set_answers(rows), notes)


def _set_answers(rows: list[Row]) -> tuple[SetAnswer, ...]:
    answers: list[SetAnswer] = []
    code = control = ""
    notes: list[str] = []
    for row in rows:
        match row[0]:
            case "AK2":
                code, control, notes = element(row, 1), element(row, 2).strip(), []
            case "AK3" | "IK3":
                notes.append(f"segment {element(row, 2)} {element(row, 1)}: 720-{element(row, 4) or '?'}")
            case "AK4" | "IK4":
                shown = f" {element(row, 4)!r}" if element(row, 4) else ""
                notes.append(f"element {element(row, 1)}: 723-{element(row, 3)}{shown}")
            case "CTX":
                notes.append("context: " + " ".join(value for value in row[1:] if value))
            case "AK5" | "IK5":
                notes.extend(f"718-{note}" for note in row[2:] if note)
                answers.append(SetAnswer(code, control, element(row, 1), tuple(notes)))
            case _:
                pass
    return tuple(answers)
