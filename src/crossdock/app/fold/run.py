"""One pass over facts in canonical order: offer each to the machines that listen, cascade, and try the held ones again.

A `Run` is a working object that lives for one fold; nothing in it is shared. What it did is read off afterwards:
`states` (of the machines it moved), `timers`, `cases`, `held`, `emissions`, and on every `Told` its disposition and
the rows taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple

import msgspec

from crossdock.app.fold.conclude import OURSELVES, command_fact, derived_fact, told_fact
from crossdock.app.fold.dossier import OpenedCase, Place, Timer, due_us, place
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.scoping import LOAD, ORDER, SHIPMENT, Scoping
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import micros
from crossdock.process.effects import CloseCase, Derive, Effect, Link, OpenCase, Send, StartTimer, StopTimer, Tell
from crossdock.process.machine import Decision, Machine
from crossdock.process.policy import Policy
from crossdock.process.terms.authority import MILESTONE
from crossdock.process.told import CaseChanged

# A cascade longer than this is a loop between two machines: our bug, not the sender's.
CASCADE_MAX = 64

TIMER = "timer.elapsed"
HELD_TOO_LONG = "INT-03"

# What a fact waits for that is held for want of another fact, not of a machine's state.
NOBODY = "-"

# What one fact's dispositions by several machines add up to: the first of these that any of them gave.
WEIGHT = {
    disposition: place
    for place, disposition in enumerate(
        (
            Disposition.REJECT,
            Disposition.ESCALATE,
            Disposition.HOLD,
            Disposition.APPLY,
            Disposition.SUPERSEDE,
            Disposition.SUPPRESS,
            Disposition.RECORD,
        )
    )
}


class Told(msgspec.Struct, eq=False, gc=False):
    """A fact on its way through a fold: where it stands, and what became of it."""

    fact: Fact
    where: Place
    seq: int
    disposition: Disposition = Disposition.RECORD
    transitions: list[str] = []
    reason: str = ""
    waiting_for: tuple[str, ...] = ()

    def begin(self) -> None:
        """Forget what it waited for; it is being offered again."""
        self.waiting_for = ()


class Emission(NamedTuple):
    """A command or derived fact asked for, and the fact that asked. `derived` is the fact; of a command, its cause."""

    effect: Send | Derive
    key_print: int
    cause: Told
    derived: Fact


class Run:
    """One fold. Give it facts in canonical order through `fold`."""

    def __init__(self, ident: str, registry: Registry, policy: Policy) -> None:
        self.ident = ident
        self.number = ident.split("|", 2)[2]
        self.registry = registry
        self.policy = policy
        self.scoping = Scoping(policy) if policy.overrides else None
        self.packed: dict[str, msgspec.Raw] = {}
        self.states: dict[str, msgspec.Struct] = {}
        self.unpacked: dict[str, msgspec.Struct] = {}
        self.timers: dict[tuple[str, str, str], Timer] = {}
        self.cases: dict[tuple[str, str, str], OpenedCase] = {}
        self.case_changes: list[tuple[OpenedCase, bool, Told]] = []
        self.aliases: dict[int, str] = {}
        self.links: list[str] = []
        self.held: list[Told] = []
        self.emissions: list[Emission] = []
        self.changes = 0

    # -- the pass -----------------------------------------------------------------------------------------------

    def fold(self, told: Told) -> None:
        """Offer one fact and everything that follows from it."""
        if told.fact.type == TIMER and not self._timer_ran(told.fact):
            told.disposition = Disposition.RECORD
            told.reason = "the timer had been stopped or moved before this instant"
            return
        if self.policy.authority.claims and (reason := evidence_only(told.fact, self.policy)):
            told.reason = reason
            return
        progress = self._tell(told, only=())
        while progress and self.held:
            progress = self._retry_held()

    def copy(self) -> Run:
        """The same state of things, to try a fact on."""
        run = Run(self.ident, self.registry, self.policy)
        run.packed, run.unpacked = self.packed, self.unpacked | self.states
        run.timers, run.cases, run.aliases = dict(self.timers), dict(self.cases), dict(self.aliases)
        return run

    def hold(self, told: Told, reason: str) -> None:
        """Keep a fact on hold that no machine was asked about."""
        told.disposition = Disposition.HOLD
        told.reason = reason
        told.waiting_for = (NOBODY,)
        self.held.append(told)

    def _hold_derived(self, told: Told, fact: Fact, name: str) -> None:
        """Keep a fact concluded here on hold for one machine; what it does later is told with its cause."""
        for held in self.held:
            if held.fact is fact:
                held.waiting_for = (*held.waiting_for, name)
                return
        held = Told(fact, place(fact), told.seq, Disposition.HOLD, told.transitions, waiting_for=(name,))
        self.held.append(held)

    def _retry_held(self) -> bool:
        """Offer held facts again, in canonical order, until one of them moves something."""
        return any(
            self._tell(waiting, only=waiting.waiting_for)
            for waiting in sorted(self.held, key=attrgetter("where"))
            if waiting.waiting_for != (NOBODY,)
        )

    def _tell(self, told: Told, only: tuple[str, ...]) -> bool:
        """Offer a fact and its cascade; whether any machine's state or any link changed."""
        before = self.changes
        fact = told.fact
        if told in self.held:
            self.held.remove(told)
        told.begin()
        queue: deque[tuple[Fact, str, tuple[str, ...]]] = deque(((fact, trigger_of(fact), only),))
        result = Disposition.RECORD
        for _ in range(CASCADE_MAX):
            if not queue:
                self._end_wait(told, queue)
            if not queue:
                break
            current, trigger, names = queue.popleft()
            offered = self._offer(told, current, trigger, names, queue)
            if current is fact:
                result = offered
        else:
            raise Bug(f"{fact.type} starts a cascade of more than {CASCADE_MAX} facts in {self.ident}")
        told.disposition = heavier(result, Disposition.APPLY) if told.transitions else result
        if told.disposition is Disposition.APPLY:
            # What a machine that had nothing to do with it said is no reason for anything.
            told.reason = ""
        if told.waiting_for:
            self.held.append(told)
        return self.changes != before

    def _offer(
        self,
        told: Told,
        fact: Fact,
        trigger: str,
        only: tuple[str, ...],
        queue: deque[tuple[Fact, str, tuple[str, ...]]],
    ) -> Disposition:
        if fact.retracts and fact.source == OURSELVES:
            # What we told and take back is told in one order of arrival and not in another: no machine may learn of it.
            return Disposition.RECORD
        # Who waits is told by machine: a fact's group may be another by now, when a link has named it.
        waiting = {name.partition(":")[0] for name in only} if only else only
        result, common, links = Disposition.RECORD, "", -1
        for machine in self.registry.listeners(trigger):
            if machine.per_group and links != len(self.links):
                # Anew only when a machine before this one has linked something.
                common, links = self.group_of(fact), len(self.links)
            group = common if machine.per_group else ""
            if fact.type == TIMER and (self.key(group) != fact.subject.id or machine.per_group != bool(group)):
                # A timer is about the instance that started it, and nobody else's.
                continue
            if machine.per_group and not group:
                if fact is told.fact and not is_whole(fact, self.number):
                    result = heavier(result, Disposition.HOLD)
                    told.waiting_for = (*told.waiting_for, machine.name)
                    told.reason = f"until a document links {fact.subject.type} {fact.subject.id} to a warehouse release"
                continue
            name = f"{machine.name}:{group}" if group else machine.name
            if only and machine.name not in waiting:
                continue
            policy = self.policy if self.scoping is None else self.policy_of(group, fact)
            decision = machine.decide(self.state(name, machine), self.key(group), trigger, fact, policy)
            result = heavier(result, decision.disposition)
            self._take(told, fact, name, decision, queue)
        return result

    def _take(
        self,
        told: Told,
        fact: Fact,
        name: str,
        decision: Decision[msgspec.Struct],
        queue: deque[tuple[Fact, str, tuple[str, ...]]],
    ) -> None:
        if decision.state is not None:
            self.states[name] = decision.state
            self.changes += 1
        if decision.row:
            told.transitions.append(f"{decision.row} {decision.before or '-'}>{decision.after}")
        if decision.reason:
            told.reason = decision.reason
        if decision.disposition is Disposition.HOLD:
            if fact is told.fact:
                told.waiting_for = (*told.waiting_for, name)
            else:
                self._hold_derived(told, fact, name)
        # Most effects end what seldom runs or is open: those are told apart here, without a call.
        for effect in decision.effects:
            kind = type(effect)
            if (kind is not StopTimer or self.timers) and (kind is not CloseCase or self.cases):
                self._effect(told, fact, effect, queue)

    def _effect(self, told: Told, fact: Fact, effect: Effect, queue: deque[tuple[Fact, str, tuple[str, ...]]]) -> None:
        # The most frequent first: a pattern is tried at a time.
        match effect:
            case Send():
                self.emissions.append(Emission(effect, fingerprint(f"{effect.type}|{effect.key}"), told, fact))
                trigger = f"cmd:{effect.type}"
                if self.registry.listeners(trigger):
                    queue.append((command_fact(effect, fact), trigger, ()))
            case StopTimer():
                self._stop(effect)
            case StartTimer():
                timer = Timer(effect.name, effect.scope, effect.about, due_us(effect.due))
                self.timers[effect.name, effect.scope, effect.about] = timer
            case Derive():
                derived = self.conclude(effect, told, fact)
                if not effect.to:
                    queue.append((derived, effect.type, ()))
            case CloseCase() | OpenCase():
                self._case(told, fact, effect, queue)
            case Tell():
                if self.registry.listeners(effect.trigger):
                    about = Subject("instance", self.key(effect.group))
                    queue.append((told_fact(effect.trigger, about, effect.payload, fact), effect.trigger, ()))
            case Link():
                ident = effect.reference.ident
                if effect.group:
                    self.aliases[fingerprint(ident)] = effect.group
                self.links.append(ident)
                # A fact held for want of a group may have one now.
                self.changes += 1

    def _case(
        self, told: Told, fact: Fact, effect: OpenCase | CloseCase, queue: deque[tuple[Fact, str, tuple[str, ...]]]
    ) -> None:
        """Open or close a case; where that changes anything, machines that listen for its code learn it in the same
        cascade."""
        if isinstance(effect, CloseCase) and effect.every:
            for code, subject, slot in [key for key in self.cases if key[:2] == (effect.code, effect.subject)]:
                self._case(told, fact, CloseCase(code, subject, slot), queue)
            return
        key = (effect.code, effect.subject, effect.slot)
        opened = isinstance(effect, OpenCase)
        if opened == (key in self.cases):
            return
        if isinstance(effect, OpenCase):
            case = self.cases[key] = OpenedCase(effect.code, effect.subject, effect.slot, effect.detail, "")
        else:
            case = self.cases.pop(key)
        self.case_changes.append((case, opened, told))
        trigger = f"case:{effect.code}"
        if self.registry.listeners(trigger):
            changed = CaseChanged(code=effect.code, slot=effect.slot, opened=opened)
            queue.append((told_fact(trigger, Subject("instance", effect.subject), changed, fact), trigger, ()))

    def conclude(self, effect: Derive, told: Told, fact: Fact | None = None) -> Fact:
        """Note a derived fact, concluded from `fact` (or from what was told) while `told` was folded."""
        derived = derived_fact(effect, fact or told.fact)
        address = ",".join([reference.ident for reference in effect.to]) if effect.to else ""
        self.emissions.append(Emission(effect, fingerprint(f"{derived.key}|{address}"), told, derived))
        return derived

    def _stop(self, effect: StopTimer) -> None:
        for key in [key for key in self.timers if key[1] == effect.scope and key[0] == effect.name]:
            if not effect.about or effect.about == key[2]:
                del self.timers[key]

    def _end_wait(self, told: Told, queue: deque[tuple[Fact, str, tuple[str, ...]]]) -> None:
        """A fact that waits no more, whatever became of it, waited too long no more either."""
        if told.waiting_for or not (self.timers or self.cases):
            return
        about = told.fact.key
        for key in [key for key in self.timers if key[2] == about]:
            del self.timers[key]
        for code, subject, slot in [key for key in self.cases if key[2] == about and key[0] == HELD_TOO_LONG]:
            self._case(told, told.fact, CloseCase(code, subject, slot), queue)

    def _timer_ran(self, fact: Fact) -> bool:
        """Whether the timer this fact says elapsed was running, with this due instant, at this place in the order."""
        payload = fact.payload
        key = (getattr(payload, "name", ""), fact.subject.id, getattr(payload, "about", ""))
        timer = self.timers.get(key)
        if timer is None or timer.due_us != micros(fact.at):
            return False
        del self.timers[key]
        return True

    # -- what the pass needs ------------------------------------------------------------------------------------

    def state(self, name: str, machine: Machine[msgspec.Struct]) -> msgspec.Struct | None:
        """The machine's state, unpacked on first use."""
        state = self.states.get(name) or self.unpacked.get(name)
        if state is None:
            packed = self.packed.get(name)
            if packed is not None:
                state = self.unpacked[name] = self.registry.unpack(machine, packed)
        return state

    def policy_of(self, group: str, fact: Fact) -> Policy:
        """The policy of a decision: where overrides exist, by what this fold knows of the order and its carrier."""
        if self.scoping is None:
            return self.policy
        names = {ORDER: ORDER, SHIPMENT: f"{SHIPMENT}:{group}", LOAD: LOAD}
        known = {
            kind: self.state(name, self.registry.machine(kind))
            for kind, name in names.items()
            if name in self.states or name in self.unpacked or name in self.packed
        }
        return self.scoping.policy(known, group, fact)

    def key(self, group: str) -> str:
        """An instance's key: `SO-1` or `SO-1/WH-NL1/1`."""
        return f"{self.number}/{group}" if group else self.number

    def group_of(self, fact: Fact) -> str:
        """The group a fact is about: by its subject, by what its payload says, then by its references."""
        if self.aliases:
            known = self.aliases.get(fingerprint(f"{fact.subject.type}||{fact.subject.id}"))
            if known:
                return known
        stated = stated_group(fact, self.number)
        if stated:
            return stated
        for reference in fact.refs:
            if reference.id.startswith(f"{self.number}/"):
                return reference.id[len(self.number) + 1 :]
            known = self.aliases.get(fingerprint(reference.ident))
            if known:
                return known
        return ""

    def label(self) -> str:
        """The label of lists, `ORD EXECUTING; FO:WH-NL1/1 PACKED; …`, of all machines in the order they began."""
        parts: list[str] = []
        for name in dict.fromkeys((*self.packed, *self.states)):
            machine = self.registry.machine(name.partition(":")[0])
            state = self.state(name, machine)
            label = machine.label(state) if state is not None else ""
            if label:
                parts.append(f"{name} {label}")
        return "; ".join(parts)

    def headlines(self) -> dict[str, str]:
        """Every machine's state name, unpacking what this run has not touched."""
        names = self.packed.keys() | self.states.keys()
        labels: dict[str, str] = {}
        for name in sorted(names):
            machine = self.registry.machine(name.partition(":")[0])
            state = self.state(name, machine)
            label = machine.label(state) if state is not None else ""
            if label:
                labels[name] = label
        return labels


def evidence_only(fact: Fact, policy: Policy) -> str:
    """The rule of `authority.toml` by which this statement is never taken; empty where there is none.

    Milestones are claims of their shipment, which notes them (`process.shipment.claims`): one may confirm another.
    """
    rule = policy.authority.rule(fact.source.instance, fact.type) if fact.type != MILESTONE else None
    if rule is None or rule.take != "evidence":
        return ""
    return f"{fact.source.instance} says {fact.type}: its claim is evidence only (authority.toml, {rule.id})"


def heavier(one: Disposition, other: Disposition) -> Disposition:
    """The one of two dispositions that says more about a fact."""
    return one if WEIGHT[one] <= WEIGHT[other] else other


def trigger_of(fact: Fact) -> str:
    """What machines listen for: the type, or the timer's own name."""
    if fact.type == TIMER:
        return f"timer:{getattr(fact.payload, 'name', '')}"
    return fact.type


def is_whole(fact: Fact, number: str) -> bool:
    """Whether a fact is about the one bill of a whole order: no release of it is meant, and none is waited for."""
    return fact.subject.type == "billing_item" and fact.subject.id == number


def stated_group(fact: Fact, number: str) -> str:
    """The group a fact names outright: `warehouse` and `release_no` in its payload, or a key of ours as its subject."""
    if fact.subject.type == "return":
        # A return is a group of its own: the request, the authorisation that answers none, or an unannounced receipt.
        return str(getattr(fact.payload, "request_id", "") or fact.subject.id)
    warehouse = getattr(fact.payload, "warehouse", "")
    if warehouse:
        return f"{warehouse}/{getattr(fact.payload, 'release_no', 0) or 1}"
    for text in (fact.subject.id, getattr(fact.payload, "request_id", "")):
        if isinstance(text, str) and text.startswith(f"{number}/"):
            # A bill of one line is named after its release and its line: `SO-1/WH-NL1/1#10`.
            return text[len(number) + 1 :].partition("#")[0]
    return ""


def timers_by_key(timers: Iterable[Timer]) -> dict[tuple[str, str, str], Timer]:
    """Timers as a run keeps them."""
    return {(timer.name, timer.scope, timer.about): timer for timer in timers}


def cases_by_key(cases: Iterable[OpenedCase]) -> dict[tuple[str, str, str], OpenedCase]:
    """Open cases as a run keeps them."""
    return {(case.code, case.subject, case.slot): case for case in cases}
