"""What goes out: each command and derived fact once, however often the fold asks for it.

The dossier keeps prints of all it ever emitted, of what other dossiers have been told and still holds, and of the
state it last showed a partner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from crossdock.app.fold.dossier import U64, DossierState, entry, holds, pack_prints, read_prints
from crossdock.app.fold.run import Emission
from crossdock.kernel.ids import fingerprint
from crossdock.process.effects import Derive, Send

# Commands that show the present state of a thing; the target keeps the last one it is told (§2.10: "newer status").
SNAPSHOTS = frozenset({"update_order_status", "update_shipment"})


class Emitter:
    """Remembers in the dossier's state; one a session."""

    def __init__(self, state: DossierState) -> None:
        self._state = state

    def emit(self, asked: Sequence[Emission]) -> list[Emission]:
        """Those of the asked-for emissions that are new."""
        fresh: list[Emission] = []
        for emission in self._wanted(asked):
            noted = entry(emission.key_print)
            if not holds(self._state.emitted, noted):
                self._state.emitted += noted
                fresh.append(emission)
        others = told_others(asked)
        if others:
            self._state.told = pack_prints({*read_prints(self._state.told), *others})
        return fresh

    def no_longer_told(self, asked: Sequence[Emission]) -> set[int]:
        """Prints of what other dossiers have been told and a refold no longer asks for; forgotten from now on."""
        gone = set(read_prints(self._state.told)) - told_others(asked)
        self._state.told = b""
        return gone

    def _wanted(self, asked: Sequence[Emission]) -> list[Emission]:
        """Everything, but of commands that show a present state only the last of each, and only if it is news.

        A refold asks for every state a thing went through; a partner that keeps the last one it is told must never be
        told an old one after a new one. A state that comes back is told again, under a key of its own.
        """
        wanted: list[Emission] = []
        last: dict[int, tuple[Emission, Send]] = {}
        for emission in asked:
            effect = emission.effect
            if isinstance(effect, Send) and effect.type in SNAPSHOTS:
                last[fingerprint(f"{effect.type}|{effect.ordering}")] = emission, effect
            else:
                wanted.append(emission)
        for slot, (emission, send) in last.items():
            if self._state.shown.get(slot) != emission.key_print:
                self._state.shown[slot] = emission.key_print
                again = holds(self._state.emitted, entry(emission.key_print))
                wanted.append(self._renewed(emission, send) if again else emission)
        return wanted

    def _renewed(self, emission: Emission, send: Send) -> Emission:
        renewed = msgspec.structs.replace(send, key=f"{send.key}~{self._state.next_seq}")
        return emission._replace(effect=renewed, key_print=fingerprint(f"{send.type}|{renewed.key}"))


def told_others(emissions: Iterable[Emission]) -> set[int]:
    """Prints of the derived facts that belong to other dossiers; a retraction is none, it is never taken back."""
    return {
        emission.key_print & U64
        for emission in emissions
        if isinstance(emission.effect, Derive) and emission.effect.to and not emission.derived.retracts
    }
