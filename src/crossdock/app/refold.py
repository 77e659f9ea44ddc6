"""What is stored of a dossier against the full fold of its log, each difference by name (decisions 0001 and 0012).

The stored state was folded a fact at a time, from marks in memory and from changes; here everything is folded at once
from the log alone. The two must say the same. What differs by right is compared as what it means:

- `seen` is a set: the facts of the log that were not repetitions themselves.
- `emitted`, `told` and `shown` remember what was done, and may hold more than follows today: what follows must be among
  what was emitted, what other dossiers were told must stand exactly if it follows, and of a command that shows a
  present state the last one must be the one shown.
- A timer that follows may be missing once the log holds the fact that it elapsed; the alarm may ring too early.
- A fact that came late and moved nothing is called recorded where the fold of everything calls it applied.
- Machine states are compared field by field, not byte for byte; facts behind a quarantined one take no part.

The fold here is that of today's policy and version: after a change of either, dossiers folded before it may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from crossdock.app.fold.conclude import is_concluded
from crossdock.app.fold.dossier import ENTRY_BYTES, DossierState, Timer, entry, holds, place, seen_entry, unpack
from crossdock.app.fold.emit import SNAPSHOTS, told_others
from crossdock.app.fold.passes import fold_all
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import TIMER, Emission, Run, Told, cases_by_key
from crossdock.app.states import named
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import CrossdockError
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import from_micros, micros
from crossdock.ports.audit import Discrepancy, Kind, StoredDossier
from crossdock.ports.store import StoredFact
from crossdock.process.effects import Send
from crossdock.process.policy import Policy

# Differences told of one dossier and kind: the first say where to look.
TOLD_MAX = 5

_SAME = {Disposition.RECORD: Disposition.APPLY}

Difference = tuple[Kind, str]


class Folded(NamedTuple):
    """A dossier read and folded: `facts` are all of its log, those of them folded again in `everything`."""

    stored: StoredDossier
    state: DossierState
    facts: list[tuple[Told, StoredFact]]
    everything: list[tuple[Told, Disposition]]
    run: Run


def differences(stored: StoredDossier, registry: Registry, policy: Policy) -> list[Discrepancy]:
    """What is not as the log says, at most five of a kind; empty where all is well. Never raises."""
    found: list[Discrepancy] = []
    counts: dict[Kind, int] = {}
    for kind, detail in _differences(stored, registry, policy):
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= TOLD_MAX:
            found.append(Discrepancy(kind, stored.row.ident, detail))
    return found


def _differences(stored: StoredDossier, registry: Registry, policy: Policy) -> Iterator[Difference]:
    folded = _fold(stored, registry, policy)
    if isinstance(folded, str):
        yield Kind.FOLD_BROKEN, folded
        return
    for kind, told in (
        (Kind.STATE_DIFFERS, _machines(folded)),
        (Kind.TIMER_DIFFERS, _timers(folded)),
        (Kind.CASE_DIFFERS, _cases(folded)),
        (Kind.LOG_DIFFERS, _log(folded)),
        (Kind.MEMORY_DIFFERS, _memory(folded)),
        (Kind.TOLD_DIFFERS, _told(folded)),
    ):
        for detail in told:
            yield kind, detail


def _fold(stored: StoredDossier, registry: Registry, policy: Policy) -> Folded | str:
    """Everything read and folded, or the sentence of why it cannot be."""
    own = f"{stored.row.id}."
    try:
        state = unpack(stored.row.state)
        facts: list[tuple[Told, StoredFact]] = []
        for kept in stored.log:
            fact = decode_fact(kept.body, kept.received, f"{own}{kept.seq}")
            if not is_concluded(fact, kept.cause, stored.row.id):
                facts.append((Told(fact, place(fact), kept.seq), kept))
    except msgspec.MsgspecError as error:
        return f"its state cannot be unpacked ({error}): restore the row from a backup"
    except CrossdockError as error:
        return f"a fact of its log cannot be read ({error.detail}): restore the row from a backup"
    behind = set(state.behind)
    everything = [(told, kept.disposition) for told, kept in facts if kept.folded and told.seq not in behind]
    everything.sort(key=lambda one: one[0].where)
    run = Run(stored.row.ident, registry, policy)
    broken = fold_all(run, [told for told, _ in everything])
    if broken is not None:
        return f"its log cannot be folded: {broken.told.fact.type} ({own}{broken.told.seq}) breaks it: {broken.error}"
    return Folded(stored, state, facts, everything, run)


def _machines(folded: Folded) -> Iterator[str]:
    """States of process managers, field by field, and the headline made of them."""
    run, kept = folded.run, folded.state.machines
    for name in sorted(kept.keys() | run.states.keys()):
        again = run.states.get(name)
        if again is None:
            yield f"{name} is stored, and nothing in the log begins it"
        elif name not in kept:
            yield f"{name} is not stored, and the log begins it"
        elif bytes(run.registry.pack(again)) != bytes(kept[name]):
            machine = run.registry.machine(name.partition(":")[0])
            try:
                before = run.registry.unpack(machine, kept[name])
            except msgspec.MsgspecError as error:
                yield f"{name} cannot be unpacked: {error}"
                continue
            yield from _fields(name, named(before), named(again))
    label = dict(part.partition(" ")[::2] for part in folded.stored.row.label.split("; ") if part)
    if label != run.headlines():
        yield f"its label says {label}, the log {run.headlines()}"


def _fields(path: str, before: object, again: object) -> Iterator[str]:
    """Where two values differ, down to the last field that can be named."""
    if before == again:
        return
    if isinstance(before, dict) and isinstance(again, dict):
        for key in sorted(before.keys() | again.keys()):
            yield from _fields(f"{path}.{key}", before.get(key), again.get(key))
    elif isinstance(before, list) and isinstance(again, list) and len(before) == len(again):
        for number, (one, other) in enumerate(zip(before, again, strict=True)):
            yield from _fields(f"{path}[{number}]", one, other)
    else:
        yield f"{path} is stored as {before!r:.200}, the log makes it {again!r:.200}"


def _timers(folded: Folded) -> Iterator[str]:
    """Timers that run, and the alarm that must ring for the first of them."""
    state, alarm = folded.state, folded.stored.alarm
    kept, again = set(state.timers), set(folded.run.timers.values())
    elapsed = {
        Timer(
            getattr(told.fact.payload, "name", ""), told.fact.subject.id, getattr(told.fact.payload, "about", ""), due
        )
        for told, _ in folded.facts
        if told.fact.type == TIMER and (due := micros(told.fact.at))
    }
    for timer in _sorted(kept - again):
        yield f"{_words(timer)} runs, and nothing in the log starts it"
    for timer in _sorted(again - kept - elapsed):
        yield f"{_words(timer)} does not run, and the log starts it"
    rings_us = micros(alarm) if alarm is not None else 0
    if rings_us != state.alarm_us:
        yield f"the alarm is set for {alarm}, its state says {from_micros(state.alarm_us) if state.alarm_us else None}"
    first = min(state.timers, key=lambda timer: timer.due_us, default=None)
    if first is not None and (not rings_us or rings_us > first.due_us):
        yield f"no alarm rings in time for {_words(first)}"


def _sorted(timers: Iterable[Timer]) -> list[Timer]:
    return sorted(timers, key=lambda timer: (timer.due_us, timer.name, timer.scope, timer.about))


def _words(timer: Timer) -> str:
    about = f" about {timer.about}" if timer.about else ""
    return f"timer {timer.name} of {timer.scope}{about}, due {from_micros(timer.due_us):%Y-%m-%dT%H:%M:%S.%fZ}"


def _cases(folded: Folded) -> Iterator[str]:
    """Cases its state holds open, and the list of open cases people work from."""
    kept, again = cases_by_key(folded.state.cases), folded.run.cases
    for key in sorted(kept.keys() - again.keys()):
        yield f"case {' '.join(key)} is held open, and nothing in the log opens it"
    for key in sorted(again.keys() - kept.keys()):
        yield f"case {' '.join(key)} is not held open, and the log opens it"
    for key in sorted(kept.keys() & again.keys()):
        if kept[key].detail != again[key].detail:
            yield f"case {' '.join(key)} says {kept[key].detail!r:.200}, the log {again[key].detail!r:.200}"
    for key in sorted(kept.keys() - folded.stored.cases):
        yield f"case {' '.join(key)} is held open, and missing in the list of open cases"


def _log(folded: Folded) -> Iterator[str]:
    """What the log calls each fact, what is on hold, and what waits behind quarantine."""
    state, stored = folded.state, folded.stored
    for told, kept in folded.everything:
        if _SAME.get(kept, kept) is not _SAME.get(told.disposition, told.disposition):
            yield f"{stored.row.id}.{told.seq} {told.fact.type} is called {kept}, the fold makes it {told.disposition}"
    held = {told.seq for told in folded.run.held}
    if set(state.held) != held:
        yield f"facts {sorted(state.held)} are on hold, by the log {sorted(held)}"
    for lane in sorted(set(state.blocked) - stored.lanes):
        yield f"lane {lane} is blocked, and no fact of it stands in quarantine: nobody can release it"
    facts = {told.seq: told.fact.type for told, _ in folded.facts}
    for seq in sorted(state.behind):
        if seq not in facts:
            yield f"fact {seq} waits behind quarantine, and the log has none of that number"
        elif EVENT_TYPES[facts[seq]].lane.value not in state.blocked:
            yield f"{stored.row.id}.{seq} {facts[seq]} waits behind a lane that is not blocked"


def _memory(folded: Folded) -> Iterator[str]:
    """What the next fact is judged by: numbers, place in canonical order, the duplicate test, identifiers."""
    state, stored = folded.state, folded.stored
    if state.next_seq != stored.last_seq + 1:
        yield f"the next fact gets number {state.next_seq}, the last one has {stored.last_seq}"
    last = folded.everything[-1][0].where if folded.everything else (0, 0, 0, 0)
    if tuple(state.frontier) != tuple(last):
        yield f"its last fact stands at {tuple(state.frontier)} in canonical order, by the log at {tuple(last)}"
    seen = {state.seen[at : at + ENTRY_BYTES] for at in range(0, len(state.seen), ENTRY_BYTES)}
    facts = {seen_entry(told.fact, told.where, turned_away=is_turned_away(kept)): told for told, kept in folded.facts}
    for lost in sorted(facts.keys() - seen):
        told = facts[lost]
        name = f"{stored.row.id}.{told.seq} {told.fact.type}"
        yield f"{name} is not known to have come: if it comes again it is applied twice"
    if strange := len(seen - facts.keys()):
        yield f"{strange} facts are taken for repetitions of what the log does not have"
    if state.aliases != folded.run.aliases:
        yield f"identifiers lead to the parts {sorted(state.aliases.values())}, by the log {_parts(folded.run)}"
    for ident in sorted({stored.row.ident, *folded.run.links} - stored.idents):
        yield f"{ident} is linked in the log, and does not lead here"


def is_turned_away(kept: StoredFact) -> bool:
    """Whether its source might not say it, whatever the dossier knows."""
    return kept.disposition is Disposition.REJECT and not kept.folded


def _parts(run: Run) -> list[str]:
    return sorted(run.aliases.values())


def _told(folded: Folded) -> Iterator[str]:
    """Commands and facts for other dossiers: what follows was sent, what was told still follows."""
    state, asked = folded.state, folded.run.emissions
    last: dict[int, Emission] = {}
    for emission in asked:
        effect = emission.effect
        if isinstance(effect, Send) and effect.type in SNAPSHOTS:
            last[fingerprint(f"{effect.type}|{effect.ordering}")] = emission
        elif not holds(state.emitted, entry(emission.key_print)):
            yield f"{_effect(emission)} follows from the log and never went out"
    for slot, emission in last.items():
        if state.shown.get(slot) != emission.key_print:
            yield f"{_effect(emission)} is the state now, and another was shown last"
    others = {emission.key_print: emission for emission in told_others(asked)}
    for print_, emission in others.items():
        if state.told.get(print_, 0) % 2 == 0:
            yield f"{_effect(emission)} follows from the log, and its dossier was not told or told the contrary"
    standing = {print_ for print_, changes in state.told.items() if changes % 2}
    if wrong := len(standing - others.keys()):
        yield f"{wrong} facts stand in other dossiers that do not follow from the log any more"


def _effect(emission: Emission) -> str:
    effect = emission.effect
    return f"{effect.type} {effect.key if isinstance(effect, Send) else emission.derived.key}"
