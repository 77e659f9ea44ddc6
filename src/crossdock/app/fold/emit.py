"""What goes out: each command and derived fact once, however often the fold asks for it.

The dossier keeps prints of all it ever emitted, of what other dossiers have been told and still holds, and of the
state it last showed a partner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from crossdock.app.fold.conclude import taken_back
from crossdock.app.fold.dossier import DossierState, entry, holds
from crossdock.app.fold.run import Emission
from crossdock.canonical.commands.tms import UpdateShipment
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
        for emission in told_others(asked):
            self._state.told.setdefault(emission.key_print, 1)
        return fresh

    def came_back(self, asked: Sequence[Emission]) -> list[Emission]:
        """What was taken back from other dossiers and follows again."""
        return [emission for emission in told_others(asked) if self._state.told.get(emission.key_print, 1) % 2 == 0]

    def no_longer_told(self, asked: Sequence[Emission]) -> set[int]:
        """Prints of what other dossiers were told, still holds there, and does not follow any more."""
        follows = {emission.key_print for emission in told_others(asked)}
        return {told for told, changes in self._state.told.items() if changes % 2 and told not in follows}

    def turn(self, emission: Emission, derive: Derive) -> Derive:
        """The retraction that changes the standing of what was told: of the fact, or of the retraction before it."""
        changes = self._state.told[emission.key_print]
        self._state.told[emission.key_print] = changes + 1
        return taken_back(derive, emission.derived.key, changes)

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
                last[fingerprint(f"{effect.type}|{effect.ordering}{_aspect(effect)}")] = emission, effect
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


def _aspect(effect: Send) -> str:
    """What of a thing a telling shows: where a shipment goes and by when is one, what is in it is another."""
    update = effect.payload
    wished = isinstance(update, UpdateShipment) and update.destination is not None
    return "|wishes" if wished else ""


def told_others(emissions: Iterable[Emission]) -> list[Emission]:
    """Derived facts that belong to other dossiers; retractions of them are counted with what they retract."""
    return [
        emission
        for emission in emissions
        if isinstance(emission.effect, Derive) and emission.effect.to and not emission.derived.retracts
    ]
