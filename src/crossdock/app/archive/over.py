"""Whether everything about a dossier is over. Nothing depends on it but when its log leaves the database: what comes
late all the same brings it back."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.ports.store import DossierRow

# The states in which a machine expects nothing more, of those that decide about it; the others follow these.
OVER: Mapping[str, frozenset[str]] = {
    "ORD": frozenset({"COMPLETED", "CANCELLED"}),
    "FRT": frozenset({"SETTLED", "REVERSED"}),
    "RET": frozenset({"CLOSED", "CANCELLED", "DECLINED", "EXPIRED"}),
    "LD": frozenset({"COMPLETED", "CANCELLED"}),
    "RUN": frozenset({"COMPLETED", "CANCELLED"}),
    "APT": frozenset({"COMPLETED", "CANCELLED", "DECLINED", "NO_SHOW"}),
    "CHO": frozenset({"DELIVERED", "CANCELLED"}),
}
# The machine that says when a dossier of a kind is over; a kind without one never is (an item's stock, a warehouse).
HEADS: Mapping[str, str] = {"order": "ORD", "load": "LD", "run": "RUN", "appointment": "APT", "channel_order": "CHO"}


def is_over(row: DossierRow, registries: Mapping[str, Registry]) -> bool:
    """Whether its process managers expect nothing more, no timer runs and no lane of it is stopped."""
    kind = row.ident.partition("|")[0]
    state = unpack(row.state)
    if state.timers or state.cases or state.blocked or state.behind or kind not in HEADS:
        return False
    labels = _labels(row, registries[kind])
    return HEADS[kind] in labels and all(label in OVER[name] for name, label in labels.items() if name in OVER)


def _labels(row: DossierRow, registry: Registry) -> dict[str, str]:
    """Each machine's states, the one that is not over if there is one."""
    found: dict[str, str] = {}
    for name, packed in unpack(row.state).machines.items():
        kind = name.partition(":")[0]
        machine = registry.machine(kind)
        label = machine.label(registry.unpack(machine, packed))
        if kind not in found or label not in OVER.get(kind, ()):
            found[kind] = label
    return found
