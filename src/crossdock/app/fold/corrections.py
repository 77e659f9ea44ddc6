"""Corrections and retractions: which statements of a log count, and who may take one back (domain.md §3.1 step 7)."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.app.fold.run import Told
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Fact


def targets(everything: Sequence[Told]) -> frozenset[str]:
    """Business keys that a correction or retraction takes out of the fold, where its source may speak for the target.

    The source of a statement may take it back, and so may an owner of its kind; a lower authority may not.
    """
    speakers = [told for told in everything if told.fact.retracts or told.fact.corrects]
    if not speakers:
        return frozenset()
    stated = {told.fact.key: told.fact for told in everything}
    gone: set[str] = set()
    for told in speakers:
        for key in (told.fact.retracts, told.fact.corrects):
            target = stated.get(key)
            if target is not None and target is not told.fact and may_take_back(told.fact, target):
                gone.add(key)
    return frozenset(gone)


def orphaned(told: Told, stated: set[str]) -> bool:
    """Whether this fact takes back or corrects something nobody has said yet."""
    return any(key and key not in stated for key in (told.fact.retracts, told.fact.corrects))


def may_take_back(speaker: Fact, target: Fact) -> bool:
    """Same source, or an owner of what is taken back."""
    owners = EVENT_TYPES[target.type].owners
    return speaker.source.instance == target.source.instance or speaker.source.system in owners
