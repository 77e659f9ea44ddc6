"""The line numbers both sides use. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.tryton import codes
from crossdock.connectors.tryton.wire import SaleLine


def goods(lines: Sequence[SaleLine]) -> tuple[SaleLine, ...]:
    """The lines that are goods; services, titles, comments and subtotals are none."""
    return tuple(
        line for line in lines if line.type == "line" and line.product is not None and line.product.type in codes.MOVED
    )


def numbered(lines: Sequence[SaleLine]) -> dict[str, SaleLine]:
    """A sale's goods by line number.

    The number is the line's `sequence` where every line has one of its own, else Tryton's id of the line: a confirmed
    sale's lines cannot be changed, so the same sale always gives the same numbers.
    """
    kept = goods(lines)
    sequences = {line.sequence for line in kept}
    if None in sequences or len(sequences) < len(kept):
        return {str(line.id): line for line in kept}
    return {str(line.sequence): line for line in kept}
