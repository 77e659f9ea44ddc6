"""Corrections and retractions: which statements of a log count, and who may take one back (domain.md §3.1 step 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.app.fold.conclude import OURSELVES
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
    against: dict[str, list[Fact]] = {}
    for told in speakers:
        for key in (told.fact.retracts, told.fact.corrects):
            target = stated.get(key)
            if target is not None and target is not told.fact and may_take_back(told.fact, target):
                against.setdefault(key, []).append(told.fact)
    return frozenset(key for key in against if not stands(key, against, len(speakers)))


def stands(key: str, against: Mapping[str, Sequence[Fact]], depth: int) -> bool:
    """Whether a statement counts: nothing that counts itself is said against it. A retraction may be retracted in
    turn."""
    if depth < 0:
        # More steps than speakers is a ring of retractions: nobody started it, nobody is believed.
        return True
    return not any(stands(speaker.key, against, depth - 1) for speaker in against.get(key, ()))


def orphaned(told: Told, stated: set[str]) -> bool:
    """Whether this fact takes back or corrects something nobody has said yet."""
    return any(key and key not in stated for key in (told.fact.retracts, told.fact.corrects))


def may_take_back(speaker: Fact, target: Fact) -> bool:
    """Same source, or an owner of what is taken back, or ourselves where we passed on what somebody else had said.

    What we pass on keeps its source but names who it was passed on to, and so does our taking it back.
    """
    if speaker.source.instance == target.source.instance or speaker.source.system in EVENT_TYPES[target.type].owners:
        return True
    return speaker.source == OURSELVES and bool(target.refs) and speaker.refs == target.refs
