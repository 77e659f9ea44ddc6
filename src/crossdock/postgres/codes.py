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
)

DISPOSITION_CODES: dict[Disposition, int] = {name: code for code, name in enumerate(DISPOSITIONS)}

# Facts with these dispositions are evidence only; a fold never sees them.
NOT_FOLDED = (Disposition.SUPPRESS, Disposition.REJECT, Disposition.QUARANTINE)
