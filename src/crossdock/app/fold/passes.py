"""Passes over facts in canonical order, and what they need to know of facts and emissions; nothing is kept here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crossdock.app.fold.corrections import last_readings, may_take_back, orphaned, targets
from crossdock.app.fold.dossier import OpenedCase
from crossdock.app.fold.emit import SNAPSHOTS
from crossdock.app.fold.run import Emission, Run, Told
from crossdock.app.fold.tail import Slot
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.errors import CrossdockError
from crossdock.process.effects import Send

# How a run of a command ended that was not done; its key names the command, not the run.
REFUSED = "command.refused"


class Broken(NamedTuple):
    """A fact whose fold raised, and why."""

    told: Told
    error: str


def slots_of(emissions: Iterable[Emission]) -> frozenset[Slot]:
    """Which things' present states were shown, and what other dossiers were told."""
    slots: set[Slot] = set()
    for emission in emissions:
        effect = emission.effect
        if isinstance(effect, Send):
            if effect.type in SNAPSHOTS:
                slots.add((effect.type, effect.ordering))
        elif effect.to:
            slots.add(("", emission.key_print))
    return frozenset(slots)


def takes_back(told: Told) -> bool:
    """Whether this statement is about another."""
    return bool(told.fact.retracts or told.fact.corrects)


def is_plain(everything: Sequence[Told]) -> bool:
    """Whether no statement of a log takes another back or contradicts it."""
    keys = {told.where.key_print for told in everything}
    return len(keys) == len(everything) and not any(map(takes_back, everything))


def clean(told: Told) -> Told:
    """The same fact, not offered yet."""
    return Told(told.fact, told.where, told.seq)


def begin_anew(facts: Iterable[Told]) -> None:
    """Forget what an earlier pass made of these facts."""
    for told in facts:
        told.disposition, told.transitions, told.reason, told.waiting_for = Disposition.RECORD, [], "", ()


def fold_all(run: Run, everything: list[Told]) -> Broken | None:
    """Fold a whole log, already in canonical order, without what was corrected or retracted in it."""
    against, readings = targets(everything), last_readings(everything)
    stated = {told.fact.key for told in everything}
    folded: dict[int, int] = {}
    for told in everything:
        last = readings.get(told.fact.key)
        if last is not None and last is not told and may_take_back(last.fact, told.fact):
            told.disposition = Disposition.SUPERSEDE
            told.reason = "its message was read again, and says it otherwise"
            continue
        first = folded.get(told.where.key_print)
        if any(may_take_back(one, told.fact) for one in against.get(told.fact.key, ()) if one is not told.fact):
            told.disposition = Disposition.SUPERSEDE
            told.reason = "corrected or retracted by a later statement of its owner"
        elif first is not None and not is_refused(run, told):
            repeat_or_contradict(run, told, first)
        elif orphaned(told, stated):
            run.hold(told, "until the statement it takes back or corrects is known")
        else:
            error = attempt(run, told)
            if error:
                return Broken(told, error)
        if told.disposition is not Disposition.REJECT:
            # Who may not say a thing does not keep its owner from saying it otherwise.
            folded.setdefault(told.where.key_print, told.where.digest)
    return None


def attempt(run: Run, told: Told) -> str:
    """Fold one fact; the sentence of what broke, or nothing. A broken fold stops only its own order."""
    try:
        run.fold(told)
    except CrossdockError as error:
        return error.detail
    except Exception as error:  # noqa: BLE001  (the fold's edge: whatever a row does, the fact is kept)
        return f"{type(error).__name__}: {error}"
    return ""


def probe(run: Run, told: Told) -> tuple[Disposition, list[str]]:
    """What a fact would do to the present state, for its label only; the state it is tried on is thrown away."""
    copy = Told(told.fact, told.where, told.seq)
    attempt(run, copy)
    return copy.disposition, copy.transitions


def is_refused(run: Run, told: Told) -> bool:
    """Whether a machine would reject this fact as things stand."""
    disposition, _ = probe(run.copy(), told)
    return disposition is Disposition.REJECT


def repeat_or_contradict(run: Run, told: Told, first: int) -> None:
    """A second statement under one business key, with the content of the first or another."""
    if first == told.where.digest:
        told.disposition = Disposition.SUPPRESS
        told.reason = "said before in the same words by another of our partners"
    elif told.fact.type == REFUSED and told.fact.source.system is Role.SYNC:
        # A person sent it once more and it ended like that again: two runs of one command contradict nothing.
        told.disposition = Disposition.SUPPRESS
        told.reason = "said before of an earlier run of the same command"
    else:
        contradict(run, told)


def contradict(run: Run, told: Told) -> None:
    """Two different statements under one business key: the first in canonical order stands, a person decides
    (INT-05)."""
    told.disposition = Disposition.ESCALATE
    told.reason = f"contradicts an earlier statement with the same key {told.fact.key}"
    case = OpenedCase("INT-05", told.fact.subject.id, told.fact.key, told.reason, "")
    run.cases[case.code, case.subject, case.slot] = case
    run.case_changes.append((case, True, told))


def headline(before: str, run: Run) -> str:
    """The label of lists, `ORD EXECUTING; FO:WH-NL1/1 PACKED; …`: what this run touched, over what was there."""
    if not run.states:
        return before
    labels = dict([part.split(" ", 1) for part in before.split("; ") if part])
    for name, state in run.states.items():
        label = run.registry.machine(name.partition(":")[0]).label(state)
        if label:
            # An instance that only remembers, and has not begun, has none.
            labels[name] = label
    return "; ".join([f"{name} {label}" for name, label in labels.items()])
