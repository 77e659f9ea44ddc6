"""The dossiers folded last, kept unpacked: an order whose facts come one after the other is not unpacked each time.

Nothing is believed that the store does not say: what is kept is used only if the state loaded, in the transaction that
will fence it by version, is byte for byte the one it was packed as.
"""

from __future__ import annotations

import msgspec

from crossdock.app.fold.dossier import DossierState
from crossdock.app.fold.tail import Tail

# Some 25 KB each, most of it the facts of the tail.
KEPT_MAX = 2048


class Unpacked(msgspec.Struct):
    """A dossier's state taken apart. Whoever holds it may change it: it belongs to nobody else."""

    packed: bytes
    state: DossierState
    machines: dict[str, msgspec.Struct]
    tail: Tail


class Memory:
    """Bounded; the dossier not folded for longest goes first. One a process, for one event loop."""

    def __init__(self) -> None:
        self._kept: dict[int, Unpacked] = {}

    def take(self, dossier: int, packed: bytes) -> Unpacked | None:
        """What is kept of this state, which leaves the memory with it: what fails half-way must not be found again."""
        kept = self._kept.pop(dossier, None)
        return kept if kept is not None and kept.packed == packed else None

    def keep(self, dossier: int, unpacked: Unpacked) -> None:
        """Remember what has been committed."""
        self._kept.pop(dossier, None)
        self._kept[dossier] = unpacked
        if len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]
