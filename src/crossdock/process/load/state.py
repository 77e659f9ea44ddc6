"""What LD remembers of a load."""

from __future__ import annotations

from crossdock.canonical.parts import Equipment, Stop
from crossdock.process.step import Instance


class LoadState(Instance, frozen=True, array_like=True, gc=False):
    """One load: its shipments and stops as last said, its tender, and which shipments have ended.

    `ended` are shipments delivered, returned or lost. `tenders` counts carriers asked.
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
