"""A dossier's log as KPIs read it: what applied, in the order of the world, by type and by warehouse release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition, FactClass, Flag
from crossdock.kernel.instant import TimeQuality
from crossdock.process.terms.expectations import DEFAULTS, LaneMilestone

P = TypeVar("P", bound=Payload)

DOUBTFUL = frozenset(
    {
        TimeQuality.ASSUMED,
        TimeQuality.AMBIGUOUS,
        TimeQuality.DATE_ONLY,
        TimeQuality.SUSPECT_FUTURE,
        TimeQuality.SUSPECT_PAST,
    }
)
# Not exact enough for a KPI in minutes.
COARSE = frozenset({TimeQuality.ASSUMED, TimeQuality.DATE_ONLY})


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One fact of the log, what became of it, when it was durable here, and which warehouse release it is about."""

    fact: Fact
    disposition: Disposition
    recorded: datetime
    group: str = ""

    @property
    def at(self) -> datetime:
        """When it happened, as far as that can be true."""
        return self.fact.placed_at

    @property
    def received(self) -> datetime:
        """When it reached us."""
        return self.fact.received_at

    @property
    def exact(self) -> bool:
        """Whether its time counts where minutes do."""
        return self.fact.occurred.quality not in COARSE

    @property
    def inferred(self) -> bool:
        """Whether nobody said it."""
        return Flag.INFERRED in self.fact.flags or self.fact.occurred.quality is TimeQuality.INFERRED


class Chronicle:
    """Everything one dossier was told, oldest first; `template` is what the project expects of its shipments."""

    def __init__(self, ident: str, entries: Iterable[Entry], template: tuple[LaneMilestone, ...] = DEFAULTS) -> None:
        self.ident = ident
        self.template = template
        self.number = ident.rpartition("|")[2]
        self.everything: Sequence[Entry] = sorted(
            entries, key=lambda entry: (entry.at, entry.fact.rank, entry.fact.key)
        )
        self._applied = [entry for entry in self.everything if entry.disposition is Disposition.APPLY]

    def said(self, payload: type[Payload], group: str | None = None) -> list[Entry]:
        """What applied with this payload, of one warehouse release or of all; estimates and plans are left out."""
        return [
            entry
            for entry in self._applied
            if type(entry.fact.payload) is payload
            and entry.fact.cls in (FactClass.ACT, FactClass.COR)
            and (group is None or entry.group == group)
        ]

    def estimates(self, payload: type[Payload], group: str) -> list[Entry]:
        """What applied with this payload of one warehouse release, however sure it was."""
        return [entry for entry in self._applied if type(entry.fact.payload) is payload and entry.group == group]

    def first(self, payload: type[Payload], group: str | None = None) -> Entry | None:
        """The first of them."""
        return next(iter(self.said(payload, group)), None)

    def last(self, payload: type[Payload], group: str | None = None) -> Entry | None:
        """The last of them."""
        return next(iter(reversed(self.said(payload, group))), None)

    def groups(self) -> tuple[str, ...]:
        """The warehouse releases anything is said of."""
        return tuple(dict.fromkeys(entry.group for entry in self._applied if entry.group))


def payload_of(entry: Entry, kind: type[P]) -> P:
    """The entry's payload, which is of this kind."""
    payload = entry.fact.payload
    assert isinstance(payload, kind), "a chronicle is asked by payload"
    return payload
