"""What LD remembers of a load."""

from __future__ import annotations

from crossdock.canonical.parts import Equipment, Stop
from crossdock.process.step import Instance
from crossdock.process.tendering import Tender


class LoadState(Instance, frozen=True, array_like=True, gc=False):
    """One load: its shipments and stops as last said, its tender, and which shipments have ended.

    `tender` is the last one made and `carrier` whom it asked; `past` are numbers and carriers of those that are over.
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
    past: tuple[tuple[str, str], ...] = ()

    @property
    def offered(self) -> Tender:
        """The tender answers are looked at against."""
        number = "" if self.state == "BUILT" else self.tender
        return Tender(number, self.carrier, self.past, taken=self.state == "ACCEPTED")
