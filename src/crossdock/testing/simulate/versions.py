"""Two versions of the code side by side: the next one's process managers remember one thing more, at the end of each
state, as a new version adds it. Each reads what the other has stored."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import msgspec

from crossdock.app.fold.dossier import pack, unpack
from crossdock.app.fold.registry import AnyMachine, Registry
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.store import DossierRow

Registries = Mapping[str, Registry]


def _grown(machine: AnyMachine) -> AnyMachine:
    """The machine with states that have a last field of which today's code knows nothing."""
    grown = copy.copy(machine)
    fields = [("since_next_version", int, 1)]
    state = msgspec.defstruct(
        f"Next{machine.state_type.__name__}",
        fields,
        bases=(machine.state_type,),
        frozen=True,
        array_like=True,
        gc=False,
    )
    object.__setattr__(grown, "state_type", state)
    return grown


def _next_version() -> Registries:
    return {kind: Registry([_grown(machine) for machine in registry.machines]) for kind, registry in REGISTRIES.items()}


TODAY: Registries = REGISTRIES
NEXT: Registries = _next_version()
VERSIONS = (TODAY, NEXT)


def as_today(row: DossierRow) -> DossierRow:
    """The row as today's code would have stored it, whichever version did."""
    registry = TODAY[row.ident.partition("|")[0]]
    state = unpack(row.state)
    for name, packed in state.machines.items():
        machine = registry.machine(name.partition(":")[0])
        state.machines[name] = registry.pack(registry.unpack(machine, packed))
    return msgspec.structs.replace(row, state=pack(state))


def is_of_next(row: DossierRow) -> bool:
    """Whether the next version stored any of this row."""
    return as_today(row).state != row.state
