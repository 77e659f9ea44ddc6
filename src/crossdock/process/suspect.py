"""Whether the time of a statement can be true (domain.md §4.4, TS-11 to TS-16): a mark, never a reason to drop it.

It depends on what was said and when it reached us, so it is the same whenever it is asked and in every order of
arrival. Where a doubtful actual stands in canonical order is `Fact.placed_at`.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.kernel.instant import TimeQuality
from crossdock.process.terms.times import TimeTerms


def time_quality(fact: Fact, terms: TimeTerms) -> TimeQuality:
    """How far to trust when it happened; estimates, plans and requests may lie ahead (TS-16), and we believe
    ourselves."""
    if fact.cls is not FactClass.ACT or fact.source.system is Role.SYNC:
        return fact.occurred.quality
    ahead = fact.at - fact.received_at
    if ahead > timedelta(seconds=terms.skew_ok):
        return TimeQuality.SUSPECT_FUTURE
    if -ahead > timedelta(seconds=terms.past_ok):
        return TimeQuality.SUSPECT_PAST
    return fact.occurred.quality


def judged(fact: Fact, terms: TimeTerms) -> Fact:
    """The fact with its time marked."""
    quality = time_quality(fact, terms)
    if quality is fact.occurred.quality:
        return fact
    return replace(fact, occurred=replace(fact.occurred, quality=quality))
