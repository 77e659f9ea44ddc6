"""KPIs of the messages themselves, from every dossier: K-33 and K-34, by source and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.kpi.chronicle import DOUBTFUL, Chronicle, Entry
from crossdock.process.kpi.measure import Measure


def measures(log: Chronicle) -> Iterator[Measure]:
    """How many of a source's messages had a doubtful time, and how many it had said before."""
    heard: dict[tuple[str, date], list[Entry]] = {}
    for entry in log.everything:
        source = entry.fact.source
        if source.system is not Role.SYNC:
            heard.setdefault((source.instance, entry.received.date()), []).append(entry)
    for (partner, day), entries in heard.items():
        doubtful = sum(entry.fact.occurred.quality in DOUBTFUL for entry in entries)
        repeated = sum(entry.disposition is Disposition.SUPPRESS for entry in entries)
        slot, at, count = f"{partner} {day}", entries[0].received, Decimal(len(entries))
        yield Measure("K-33", slot, at, Decimal(doubtful), count, by=partner)
        yield Measure("K-34", slot, at, Decimal(repeated), count, by=partner)
