"""Figures about the hub itself: what they are called, who counts them, and who reads them where they stand.

What happens in a process is counted where it happens (`Meter`); what stands in the database, or in a loop's memory, is
read when somebody asks (`Readings`). Labels are small closed sets - partners, stages, outcomes - and never hold an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class Kind(StrEnum):
    """A counter only grows, a gauge is read, a histogram counts how many were at most so large."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Metric(msgspec.Struct, frozen=True, gc=False):
    """One figure as it is declared.

    Attributes:
        name: as Prometheus has it, with the unit last and `_total` on counters.
        help: one sentence, for whoever meets it on a dashboard.
        labels: their names, in the order in which values are given.
        bounds: upper bounds of a histogram's buckets, growing.
        rows: what of mission.md §8 it shows.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    rows: tuple[str, ...] = ()


class Meter(Protocol):
    """Counts in this process. Both calls take well under a microsecond, so a batch may make a dozen of them."""

    def count(self, metric: Metric, labels: tuple[str, ...] = (), by: float = 1) -> None:
        """Add to a counter."""

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Put a value into a histogram."""


class Reading(msgspec.Struct, frozen=True, gc=False):
    """A counter or gauge as it stands, one per set of labels."""

    metric: Metric
    labels: tuple[str, ...]
    value: float


class Readings(Protocol):
    """Somewhere figures stand."""

    async def read(self, now: datetime) -> Sequence[Reading]:
        """All of them, by statements that are bounded whatever the size of the tables.

        Raises:
            Transient: they cannot be read just now; whoever asks does without them and says so.
        """


class Exposition(Protocol):
    """How figures are told to whoever collects them."""

    content_type: str

    def text(self, readings: Sequence[Reading]) -> bytes:
        """What was counted in this process, and these."""


class Instrument(Meter, Exposition, Protocol):
    """Both: what a process carries through itself."""


class Silent:
    """An `Instrument` nobody reads."""

    content_type = "text/plain"

    def count(self, metric: Metric, labels: tuple[str, ...] = (), by: float = 1) -> None:
        """See `Meter.count`."""

    def observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """See `Meter.observe`."""

    def text(self, readings: Sequence[Reading]) -> bytes:
        """See `Exposition.text`; nothing was counted and nothing is told."""
        return b""
