"""Corrections and retractions: which statements of a log count, and who may take one back (domain.md §3.1 step 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.app.fold.conclude import OURSELVES
from crossdock.app.fold.run import Told
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Role


def targets(everything: Sequence[Told]) -> Mapping[str, Sequence[Fact]]:
    """Corrections and retractions that count, by the business key they take out of the fold.

    They take out what their source may take back: its own statement, and one of a kind it owns; a lower authority
    may not. Two systems may have said something under one key, and only one of them have taken it back.
    """
    speakers = [told for told in everything if told.fact.retracts or told.fact.corrects]
    if not speakers:
        return {}
    stated: dict[str, list[Fact]] = {}
    for told in everything:
        stated.setdefault(told.fact.key, []).append(told.fact)
    against: dict[str, list[Fact]] = {}
    for told in speakers:
        for key in (told.fact.retracts, "" if is_restated(told.fact) else told.fact.corrects):
            if any(one is not told.fact and may_take_back(told.fact, one) for one in stated.get(key, ())):
                against.setdefault(key, []).append(told.fact)
    depth = len(speakers)
    return {key: [one for one in against[key] if stands(one.key, against, depth)] for key in against}


def stands(key: str, against: Mapping[str, Sequence[Fact]], depth: int) -> bool:
    """Whether a statement counts: nothing that counts itself is said against it. A retraction may be retracted in
    turn."""
    if depth < 0:
        # More steps than speakers is a ring of retractions: nobody started it, nobody is believed.
        return True
    return not any(stands(speaker.key, against, depth - 1) for speaker in against.get(key, ()))


def is_restated(fact: Fact) -> bool:
    """Whether a fact stands in the place of what was said under its own key: its message was read again."""
    return bool(fact.corrects) and fact.corrects == fact.key


def last_readings(everything: Sequence[Told]) -> dict[str, Told]:
    """The reading that counts, by business key: the last one, as `causation_id` numbers them, whenever it arrived."""
    last: dict[str, Told] = {}
    for told in everything:
        if is_restated(told.fact):
            known = last.get(told.fact.key)
            if known is None or _reading(known) < _reading(told):
                last[told.fact.key] = told
    return last


def _reading(told: Told) -> tuple[str, int]:
    return told.fact.causation_id, told.where.digest


def orphaned(told: Told, stated: set[str]) -> bool:
    """Whether this fact takes back or corrects something nobody has said yet."""
    return any(key and key not in stated for key in (told.fact.retracts, told.fact.corrects))


def may_take_back(speaker: Fact, target: Fact) -> bool:
    """Same source, or an owner of what is taken back, or ourselves where we passed on what somebody else had said.

    A warehouse system owns what it says of its own warehouse only (OW-03). What we pass on keeps its source but names
    who it was passed on to, and so does our taking it back.
    """
    if speaker.source.instance == target.source.instance:
        return True
    if speaker.source.system in EVENT_TYPES[target.type].owners:
        return Role.WMS not in (speaker.source.system, target.source.system)
    return speaker.source == OURSELVES and bool(target.refs) and speaker.refs == target.refs
