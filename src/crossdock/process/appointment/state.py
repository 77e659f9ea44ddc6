"""What APT remembers of one appointment. Instants are microseconds since 1970, 0 for not known."""

from __future__ import annotations

from crossdock.canonical.parts import Place
from crossdock.process.step import Instance


class AppointmentState(Instance, frozen=True, array_like=True, gc=False):
    """One appointment.

    Attributes:
        request: the id we asked under; empty where the dock booked by itself. `number`: the dock's own.
        kind: `pickup` or `delivery`. `about`: shipments and loads it is for, loads as `load:<id>`.
        earliest_us, latest_us: the window asked for; its end is the promise to keep.
        slot_us: begin and end of the booked slot.
        moves: revisions by which the slot was moved. `rev`: the newest.
        eta_us: when the vehicle is expected. `arrived_us`, `begun_us`, `ended_us`: what happened at the dock.
    """

    request: str = ""
    number: str = ""
    kind: str = ""
    place: Place = Place()
    about: tuple[str, ...] = ()
    earliest_us: int = 0
    latest_us: int = 0
    slot_us: tuple[int, int] = (0, 0)
    rev: int = 0
    moves: tuple[int, ...] = ()
    eta_us: int = 0
    arrived_us: int = 0
    begun_us: int = 0
    ended_us: int = 0

    @property
    def dwell_us(self) -> int:
        """How long the vehicle was kept: from check-in, or the begin of the slot where it came early (§3.9 APT-09)."""
        if not self.ended_us:
            return 0
        return max(self.ended_us - max(self.arrived_us or self.begun_us, self.slot_us[0]), 0)
