"""One dossier during one batch: which facts are new, whether its log must be folded again, and what came of it.

Fast path: every new fact stands behind the frontier and nothing is held, so the fold goes on from the stored state.
Refold: otherwise; of the end alone where a mark kept in memory stands before the new facts (`app.fold.tail`), else of
everything: the caller then hands in the log (`needs_history`), and the fold starts from nothing. All give the same
state; `crossdock audit` and the property tests compare them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable
from operator import attrgetter
from typing import NamedTuple

import msgspec

from crossdock.app.fold.dossier import (
    KEY_BYTES,
    OpenedCase,
    Place,
    Timer,
    holds,
    pack,
    place,
    seen_entry,
    unpack,
)
from crossdock.app.fold.emit import Emitter
from crossdock.app.fold.memory import Unpacked
from crossdock.app.fold.passes import (
    Broken,
    attempt,
    begin_anew,
    clean,
    fold_all,
    headline,
    is_plain,
    probe,
    slots_of,
    takes_back,
)
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Emission, Run, Told, cases_by_key, timers_by_key
from crossdock.app.fold.tail import Mark, Tail
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import DossierRow
from crossdock.process.effects import Derive
from crossdock.process.policy import Policy


class Stored(NamedTuple):
    """A fact of the log as the database has it."""

    fact: Fact
    seq: int
    disposition: Disposition


class CaseChange(NamedTuple):
    """A case opened or closed, and the sequence number of the fact that did it (0: the refold as a whole)."""

    case: OpenedCase
    opened: bool
    cause_seq: int


CaseMoves = list[tuple[OpenedCase, bool, Told | None]]


class Partial(NamedTuple):
    """The end of the fold folded again from a mark, with these new facts in their places."""

    fresh: list[Told]
    mark: int
    run: Run
    told: list[Told]
    cases: CaseMoves


class Session:
    """Collects one dossier's outcome over the rounds of a batch; `row()` packs it."""

    def __init__(self, row: DossierRow, registry: Registry, policy: Policy, kept: Unpacked | None = None) -> None:
        self.id = row.id
        self.ident = row.ident
        self.version = row.version
        self.archived = row.archived
        self.registry = registry
        self.policy = policy
        self.state = unpack(row.state) if kept is None else kept.state
        # The states of machines as far as they have been unpacked; they are never changed, only replaced.
        self.machines = {} if kept is None else kept.machines
        self.packed = b""
        # Of a dossier that begins here the whole log is known.
        self.tail = Tail(plain=not row.version) if kept is None else kept.tail
        self._partial: Partial | None = None
        self._stored: dict[int, Disposition] = {}
        self.label = row.label
        self.told: list[Told] = []
        self.suppressed: list[Told] = []
        self.emissions: list[Emission] = []
        self.case_changes: list[CaseChange] = []
        self.reworded: list[OpenedCase] = []
        self.links: list[str] = []
        self.redisposed: dict[int, Told] = {}
        self.history: list[Stored] | None = None
        self.touched = False
        self.rang = False
        self._contradicted = False
        self._emitter = Emitter(self.state)

    # -- what to fold -------------------------------------------------------------------------------------------

    def admit(self, facts: Iterable[Fact], turned_away: Container[int] = ()) -> list[Told]:
        """Number these facts, drop exact duplicates (kept in `suppressed`), return the others in canonical order.

        Args:
            turned_away: places in `facts` of those whose source may not say them (`reject` takes them).
        """
        fresh: list[Told] = []
        for number, fact in enumerate(facts):
            where = place(fact)
            refused = number in turned_away
            told = Told(fact, where, self.state.next_seq)
            self.state.next_seq += 1
            self.touched = True
            entry = seen_entry(fact, where, turned_away=refused)
            if holds(self.state.seen, entry):
                told.disposition = Disposition.SUPPRESS
                self.suppressed.append(told)
                continue
            self._contradicted = self._contradicted or (not refused and holds(self.state.seen, entry[:KEY_BYTES]))
            self.state.seen += entry
            fresh.append(told)
        if len(fresh) > 1:
            fresh.sort(key=attrgetter("where"))
        return fresh

    def must_refold(self, fresh: list[Told]) -> bool:
        """Whether these facts cannot simply be folded on top."""
        if not fresh:
            return False
        if self.state.held or fresh[0].where < self.state.frontier:
            return True
        return self._contradicted or any(map(takes_back, fresh))

    def needs_history(self, fresh: list[Told]) -> bool:
        """Whether the stored log must be loaded before `fold`."""
        if not self.version or self.history is not None or not self.must_refold(fresh):
            return False
        self._partial = self._fold_tail(fresh)
        return self._partial is None

    # -- folding ------------------------------------------------------------------------------------------------

    def fold(self, fresh: list[Told]) -> Broken | None:
        """Fold new facts (from `admit`). On `Broken` nothing of this call has been kept but the numbers given."""
        if not fresh:
            return None
        if self._partial is not None and self._partial.fresh is fresh:
            self._take(self._partial)
            return None
        if self.must_refold(fresh):
            return self._refold(fresh)
        mark = self._mark()
        run = self._resume_at(mark)
        for told in fresh:
            error = attempt(run, told)
            if error:
                return Broken(told, error)
        if self.tail.plain and not self.state.held:
            self.tail.marks.append(mark)
            self.tail.add(fresh, slots_of(run.emissions))
        self._keep(run, fresh, run.case_changes)
        last = fresh[-1].where
        self.state.frontier = (last.at_us, last.rank, last.key_print, last.digest)
        return None

    def _resume(self) -> Run:
        return self._resume_at(self._mark())

    def _mark(self) -> Mark:
        state = self.state
        return Mark(
            state.frontier,
            state.machines,
            self.machines,
            state.timers,
            state.cases,
            state.aliases,
            self.tail.length,
        )

    def _fold_tail(self, fresh: list[Told]) -> Partial | None:
        """Fold again from the last mark before these facts; `None` when only the whole log can tell what follows.

        That is: when statements take others back, when another dossier was told what does not follow any more, when a
        present state that was shown is not shown again, or when a case is open again whose cause lies before the mark.
        """
        state, tail = self.state, self.tail
        mark = tail.before(fresh[0]) if tail.plain and not self._contradicted else -1
        if mark < 0 or state.behind or state.blocked or any(map(takes_back, fresh)):
            return None
        steps = tail.behind(mark)
        mine = {id(told) for told in self.told}
        told = [step.told if id(step.told) in mine else clean(step.told) for step in steps]
        begin_anew([*self.told, *fresh])
        told = sorted([*told, *fresh], key=attrgetter("where"))
        run = self._resume_at(tail.marks[mark])
        if any(attempt(run, one) for one in told):
            return None
        shown = slots_of(run.emissions)
        if not all(step.slots <= shown for step in steps) or self._emitter.came_back(run.emissions):
            return None
        cases = self._case_difference(run)
        reopened = any(opened and cause is None for _, opened, cause in cases)
        return None if reopened else Partial(fresh, mark, run, told, cases)

    def _resume_at(self, mark: Mark) -> Run:
        run = Run(self.ident, self.registry, self.policy)
        run.unpacked = dict(mark.unpacked)
        run.packed = dict(mark.packed)
        run.timers = timers_by_key(mark.timers)
        run.cases = cases_by_key(mark.cases)
        run.aliases = dict(mark.aliases)
        return run

    def _take(self, partial: Partial) -> None:
        """Keep what `_fold_tail` found."""
        self._partial = None
        run, fresh = partial.run, partial.fresh
        again = {told.seq: told for told in partial.told}
        before = {step.told.seq: step.told for step in self.tail.behind(partial.mark)}
        for seq, was in before.items():
            if again[seq] is not was and not self._redispose(again[seq], was.disposition):
                again[seq] = was
        self._label_overtaken(fresh, run)
        self._keep(run, fresh, partial.cases)
        self.label = run.label()
        self.tail.replace(partial.mark, list(again.values()), slots_of(run.emissions))
        last = partial.told[-1].where
        self.state.frontier = (last.at_us, last.rank, last.key_print, last.digest)

    def _refold(self, fresh: list[Told]) -> Broken | None:
        behind = set(self.state.behind)
        old = [
            Told(stored.fact, place(stored.fact), stored.seq)
            for stored in self.history or ()
            if stored.seq not in behind
        ]
        everything = sorted([*old, *self.told, *fresh], key=lambda told: told.where)
        begin_anew([*self.told, *fresh])
        self.tail = Tail(plain=is_plain(everything))
        run = Run(self.ident, self.registry, self.policy)
        broken = fold_all(run, everything)
        if broken is not None:
            return broken
        self._take_back(run, [*old, *self.told])
        self._compare(old)
        self._label_overtaken(fresh, run)
        self.label = ""
        self._keep(run, fresh, self._case_difference(run))
        last = everything[-1].where if everything else Place(0, 0, 0, 0)
        self.state.frontier = (last.at_us, last.rank, last.key_print, last.digest)
        return None

    def _take_back(self, run: Run, before: list[Told]) -> None:
        """Tell other dossiers that what they were told, and no longer follows, did not occur.

        Only prints of what was told are kept; what it was is found by folding the log as it was before.
        """
        gone = self._emitter.no_longer_told(run.emissions)
        for emission in self._emitter.came_back(run.emissions):
            if isinstance(emission.effect, Derive):
                run.conclude(self._emitter.turn(emission, emission.effect), emission.cause)
        if not gone:
            return
        earlier = Run(self.ident, self.registry, self.policy)
        fold_all(earlier, sorted((Told(told.fact, told.where, told.seq) for told in before), key=attrgetter("where")))
        for emission in earlier.emissions:
            if isinstance(emission.effect, Derive) and emission.key_print in gone:
                run.conclude(self._emitter.turn(emission, emission.effect), emission.cause)

    def _compare(self, old: list[Told]) -> None:
        """Note stored facts whose disposition the refold changed (a held one released, one superseded)."""
        stored = {entry.seq: entry.disposition for entry in self.history or ()}
        for told in old:
            self._redispose(told, stored[told.seq])

    def _redispose(self, told: Told, before: Disposition) -> bool:
        """Note what a stored fact turns out to be now; whether that is what the log shall say from now on."""
        stored = self._stored.setdefault(told.seq, before)
        if told.disposition == stored and told.seq not in self.redisposed:
            return True
        if stored is Disposition.APPLY and told.disposition is Disposition.RECORD:
            return False
        self.redisposed[told.seq] = told
        return True

    def _label_overtaken(self, fresh: list[Told], run: Run) -> None:
        """Tell an overtaken fact's story as it looks now: the row that matches the stored state, RECORD when nothing
        moves."""
        for told in fresh:
            if told.disposition is not Disposition.APPLY or told.where >= self.state.frontier:
                continue
            disposition, rows = probe(self._resume(), told)
            if rows:
                told.transitions = rows
            elif disposition is Disposition.RECORD and run.headlines() == self._resume().headlines():
                told.disposition = Disposition.RECORD

    def _case_difference(self, run: Run) -> CaseMoves:
        before = cases_by_key(self.state.cases)
        changes: CaseMoves = []
        causes = {(case.code, case.subject, case.slot): told for case, opened, told in run.case_changes if opened}
        for key, case in run.cases.items():
            if key not in before:
                changes.append((case, True, causes.get(key)))
        proofs = {(case.code, case.subject, case.slot): told for case, opened, told in run.case_changes if not opened}
        for key, case in before.items():
            if key not in run.cases:
                changes.append((case, False, proofs.get(key)))
        return changes

    def _reword(self, run: Run) -> None:
        """An open case says what the whole log says of it, not what was known when it was opened."""
        for case in self.state.cases:
            same = run.cases.get((case.code, case.subject, case.slot))
            if same is not None and same.detail != case.detail:
                self.reworded.append(same)

    def _keep(self, run: Run, fresh: list[Told], changes: Iterable[tuple[OpenedCase, bool, Told | None]]) -> None:
        state = self.state
        self.emissions += self._emitter.emit(run.emissions)
        for case, opened, told in changes:
            self.case_changes.append(CaseChange(case, opened, told.seq if told is not None else 0))
        self._reword(run)
        for name, machine_state in run.states.items():
            run.packed[name] = self.registry.pack(machine_state)
        state.machines = run.packed
        self.machines = run.unpacked | run.states
        state.timers = list(run.timers.values())
        state.cases = list(run.cases.values())
        state.aliases = run.aliases
        state.held = [told.seq for told in run.held]
        self.links += [ident for ident in dict.fromkeys(run.links) if ident not in self.links]
        self.told.extend(fresh)
        self.label = headline(self.label, run)

    def block(self, told: Told, lane: str) -> None:
        """Quarantine: this fact is out of the fold, its lane waits behind it (architecture.md §2 rule 5)."""
        told.disposition = Disposition.QUARANTINE
        self.suppressed.append(told)
        if lane not in self.state.blocked:
            self.state.blocked.append(lane)

    def wait_behind(self, told: Told) -> None:
        """Keep a fact of a blocked lane in sequence, out of the fold, until the lane is released."""
        told.disposition = Disposition.HOLD
        told.reason = "behind a quarantined fact of the same order and lane"
        self.state.behind.append(told.seq)
        self.suppressed.append(told)

    def reopen(self, lane: str, lane_of: Callable[[Fact], str], culprit: Stored | None) -> Broken | None:
        """Free a lane and fold the whole log again, with the culprit (mended by now) or without it (skipped).

        `history` must have been set; facts behind other lanes stay behind.
        """
        self.unblock(lane, lane_of)
        if culprit is not None:
            self.history = [*(self.history or []), culprit]
        return self._refold([])

    def unblock(self, lane: str, lane_of: Callable[[Fact], str]) -> None:
        """Free a lane; the next fact folds the whole log again, with what waited behind it."""
        self.history = self.history or []
        behind = set(self.state.behind)
        self.state.behind = [entry.seq for entry in self.history if entry.seq in behind and lane_of(entry.fact) != lane]
        self.state.blocked = [blocked for blocked in self.state.blocked if blocked != lane]
        self.touched = self._contradicted = True

    def reject(self, told: Told, reason: str, partner: str) -> None:
        """Keep as evidence, never apply: the source has no authority (domain.md §3.1 step 5, INT-04)."""
        told.disposition = Disposition.REJECT
        told.reason = reason
        self.suppressed.append(told)
        case = OpenedCase("INT-04", told.fact.subject.id, f"{told.fact.type} by {partner}", reason, "")
        self.case_changes.append(CaseChange(case, True, told.seq))

    # -- reading off ----------------------------------------------------------------------------------------------

    def row(self) -> DossierRow:
        """The dossier as it goes back to the store, one version on."""
        self.packed = pack(self.state)
        return DossierRow(self.id, self.ident, self.version + 1, self.label, self.packed)

    def machine_state(self, name: str) -> msgspec.Struct | None:
        """What this machine has made of everything folded so far; `None` where it has not begun."""
        packed = self.state.machines.get(name)
        if name in self.machines or packed is None:
            return self.machines.get(name)
        return self.registry.unpack(self.registry.machine(name.partition(":")[0]), packed)

    def unpacked(self) -> Unpacked:
        """What `row` packed, for the next batch; the session must not be used any more."""
        return Unpacked(self.packed, self.state, self.machines, self.tail)

    def next_seq(self) -> int:
        """Take the next sequence number, for a derived fact that enters the log."""
        seq = self.state.next_seq
        self.state.next_seq += 1
        return seq

    def forget_elapsed(self, told: Collection[Timer]) -> None:
        """Drop timers that have been told of: what is still there of them cannot elapse a second time.

        A timer that an elapsed one started stays, however long it has been due: it is told of when it is woken next.
        """
        self.state.timers = [timer for timer in self.state.timers if timer not in told]
        self.tail.clear()

    def alarm(self) -> int | None:
        """When the alarm must ring in microseconds, 0 to remove it, `None` to leave it.

        It is only ever moved to an earlier time, or set anew after it rang: a timer that is stopped costs no write, at
        the price of one idle waking.
        """
        due = min((timer.due_us for timer in self.state.timers), default=0)
        if self.rang:
            self.state.alarm_us = due
            return due
        if due and (not self.state.alarm_us or due < self.state.alarm_us):
            self.state.alarm_us = due
            return due
        return None
