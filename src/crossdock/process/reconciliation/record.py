"""What is compared: one row of an extract, and what becomes of a pair of them (domain.md §6)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import msgspec

NOTHING = Decimal(0)


class Outcome(StrEnum):
    """The outcome classes of §6. The last three are breaks once they are older than the check's grace."""

    MATCH = "match"
    IN_TOLERANCE = "match_in_tolerance"
    IN_FLIGHT = "in_flight"
    MISSING_LEFT = "missing_left"
    MISSING_RIGHT = "missing_right"
    DIFF = "diff"


BREAKS = (Outcome.MISSING_LEFT, Outcome.MISSING_RIGHT, Outcome.DIFF)
GOOD = (Outcome.MATCH, Outcome.IN_TOLERANCE)


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of one side, under the match key of its check.

    Attributes:
        values: what is compared, as text; numbers plain.
        since: from when it says so, absent for not known; never later than the extract.
        flying: what on its way explains a difference or an absence, empty for nothing.
        optional: the other side need not have it (ended, or not yet due there).
        tolerated: a difference is within what is agreed for reasons the fields do not show.
        dossier: whose of ours it is, 0 for a partner's row.
        partner: the only partner that can have the counterpart, empty for any.
    """

    key: str
    values: dict[str, str] = {}
    since: datetime | None = None
    flying: str = ""
    optional: bool = False
    tolerated: bool = False
    dossier: int = 0
    partner: str = ""


# How far a fulfilment order is; neighbours are one apart (domain.md §3.2.2).
STAGES = {
    name: rank
    for rank, names in enumerate(
        (
            ("SENT", "ACCEPTED", "ALLOCATED"),
            ("WAVED", "PICKING"),
            ("PICKED",),
            ("PACKED",),
            ("STAGED", "LOADED"),
            ("HANDED_OVER",),
        )
    )
    for name in names
}


class Compared(StrEnum):
    """How a field is compared."""

    EXACT = "exact"
    NUMBER = "number"
    RIGHT_AT_MOST = "right_at_most"
    STAGE = "stage"


class Field(msgspec.Struct, frozen=True):
    """One compared field. A difference up to the larger of `absolute` and `percent` of the left side is tolerated.

    `STAGE` compares how far two stages of a fulfilment order are apart. A field only one side names is not compared.
    """

    name: str
    compared: Compared = Compared.EXACT
    absolute: Decimal = NOTHING
    percent: Decimal = NOTHING


def quantity_of(text: str) -> Decimal | None:
    """A number, `None` for a text that is none: it then differs from every number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def differs(field: Field, left: str, right: str) -> Outcome:
    """`MATCH`, `IN_TOLERANCE` or `DIFF` of one field."""
    if left == right:
        return Outcome.MATCH
    if field.compared is Compared.EXACT:
        return Outcome.DIFF
    if field.compared is Compared.STAGE:
        left, right = (str(STAGES.get(name, name)) for name in (left, right))
    one, other = quantity_of(left), quantity_of(right)
    if one is None or other is None:
        return Outcome.DIFF
    if one == other or (field.compared is Compared.RIGHT_AT_MOST and other <= one):
        return Outcome.MATCH
    allowed = max(field.absolute, abs(one) * field.percent / 100)
    return Outcome.IN_TOLERANCE if abs(one - other) <= allowed else Outcome.DIFF
