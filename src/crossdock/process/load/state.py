"""What LD remembers of a load."""

from __future__ import annotations

from crossdock.canonical.parts import Equipment, Stop
from crossdock.process.step import Instance


class LoadState(Instance, frozen=True, array_like=True, gc=False):
    """One load: its shipments and stops as last said, its tender, and which shipments have ended.

    `ended` are shipments delivered, returned or lost. `tenders` counts carriers asked. `slots` are dock appointments.
    Of a load with a freight case, `confirmed` are shipments whose warehouse confirmed the hand-over, `weights` their
    grams.
    """

    shipments: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    tender: str = ""
    carrier: str = ""
    pro: str = ""
    tenders: int = 0
    refused_by: tuple[str, ...] = ()
    departed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    equipment: Equipment = Equipment()
    stops: tuple[Stop, ...] = ()
    slots: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    weights: dict[str, int] = {}
