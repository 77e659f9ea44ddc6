"""How small vocabularies are stored: a smallint in the order of domain.md §0.5. A code is never reused or moved."""

from __future__ import annotations

from crossdock.canonical.vocabulary import Disposition

DISPOSITIONS: tuple[Disposition, ...] = (
    Disposition.APPLY,
    Disposition.SUPPRESS,
    Disposition.RECORD,
    Disposition.HOLD,
    Disposition.SUPERSEDE,
    Disposition.REJECT,
    Disposition.ESCALATE,
    Disposition.QUARANTINE,
    # The same two words said by a fold, not before one.
    Disposition.REJECT,
    Disposition.SUPPRESS,
)

REPEATED, TURNED_AWAY, QUARANTINED, REFUSED, KNOWN = 1, 5, 7, 8, 9

DISPOSITION_CODES: dict[Disposition, int] = {name: code for code, name in enumerate(DISPOSITIONS[: QUARANTINED + 1])}
BY_THE_FOLD = {Disposition.REJECT: REFUSED, Disposition.SUPPRESS: KNOWN}

# Facts with these codes are evidence only; a fold never sees them.
NOT_FOLDED = (REPEATED, TURNED_AWAY, QUARANTINED)


def code_of(disposition: Disposition, *, folded: bool) -> int:
    """How a disposition is stored; see `EventRow.folded`."""
    return BY_THE_FOLD.get(disposition, DISPOSITION_CODES[disposition]) if folded else DISPOSITION_CODES[disposition]
