"""Why is it so? Each change of a field with the fact that brought it, the rule that took it, and what was passed over.

Nothing of this is stored: the log is folded again under a witness, so the answer is the decision itself, not a note
somebody wrote beside it (peers.md idea 3.6, domain.md §9: policy version and rule of every decision).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from crossdock.app.fold.passes import fold_all
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.witness import Step, Witness
from crossdock.app.history import facts_of
from crossdock.app.queries import find
from crossdock.app.states import named
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Rejected
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EVENTS_MAX, EventView, Views
from crossdock.process.effects import Derive, OpenCase, Send
from crossdock.process.machine import KEEP, PRIOR
from crossdock.process.policy import Policy

# What people ask about when they name no field.
STATE = "state"
REASONS_MAX = 500
CLAIMS_MAX = 100

LOST = frozenset({Disposition.REJECT, Disposition.SUPERSEDE, Disposition.ESCALATE, Disposition.RECORD})


class Change(msgspec.Struct, frozen=True):
    """One field before and after; `None` is "not there"."""

    field: str
    before: object
    after: object


class Refused(msgspec.Struct, frozen=True):
    """A row that was not taken, and why."""

    row: str
    target: str
    because: str


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A statement: where it stands in the log, who made it, when it happened, and the message it came in."""

    event: str
    type: str
    by: str
    occurred: datetime
    message: str = ""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One decision. `concluded` is the fact of ours it was made of, where the statement was not the direct cause.

    `policy` is its version, `scope` the most specific override that was laid over it, `default` for none.
    """

    said: Said
    machine: str
    rule: str
    guard: str
    policy: str
    scope: str
    changes: tuple[Change, ...]
    concluded: str = ""
    refused: tuple[Refused, ...] = ()
    led_to: tuple[str, ...] = ()


class Claim(msgspec.Struct, frozen=True):
    """A statement that did not decide, and why not; it stays visible (domain.md §1.7)."""

    said: Said
    disposition: Disposition
    reason: str


class _Known(NamedTuple):
    """A state, which nobody changes in place, and its leaves."""

    state: msgspec.Struct | None
    leaves: Mapping[str, object]


class Answer(msgspec.Struct, frozen=True):
    """Why a dossier is as it is. `value` is what the field holds now in each process manager that has it."""

    ident: str
    field: str
    policy: str
    value: dict[str, object]
    reasons: tuple[Reason, ...]
    claims: tuple[Claim, ...]


async def why(
    views: Views, registries: Mapping[str, Registry], policy: Policy, ident: str, field: str = STATE
) -> Answer | None:
    """Why `field` of what this identifier leads to is what it is; `None` when the identifier leads nowhere.

    Args:
        field: `state`, `delivered_us`, `lines.20.cancelled`, `SHP:WH-NL1/1.carrier`; any end, or the head of one.

    Raises:
        Rejected: no such field ever changed, or the log cannot be folded.
    """
    row = await find(views, ident)
    return why_of(row, await views.events(row.id), registries, policy, field) if row is not None else None


def why_of(
    row: DossierRow, events: Sequence[EventView], registries: Mapping[str, Registry], policy: Policy, field: str
) -> Answer:
    """See `why`: of a dossier whose log has been read.

    Raises:
        Rejected: as there.
    """
    if len(events) == EVENTS_MAX:
        raise Rejected(f"{row.ident} has more than {EVENTS_MAX} facts: it cannot be folded in one go")
    witness = Witness(row.ident, registries[row.ident.partition("|")[0]], policy)
    broken = fold_all(witness, facts_of(row.id, events))
    if broken is not None:
        raise Rejected(f"{row.ident} cannot be folded: {broken.told.fact.type} breaks it: {broken.error}")
    said = {event.seq: event for event in events}
    reasons = tuple(_reasons(witness.steps, said, field))
    value = {
        path: leaf
        for name, state in sorted(witness.states.items())
        for path, leaf in sorted(leaves(named(state), name).items())
        if meant(path, field)
    }
    if not reasons and not value:
        raise Rejected(f"{row.ident} has no field {field}: ask without one for its states, or look at the order's view")
    machines = {reason.machine.partition(":")[0] for reason in reasons}
    triggers = {trigger for name in machines for trigger in witness.registry.machine(name).listens}
    return Answer(row.ident, field, policy.version, value, reasons[:REASONS_MAX], tuple(_claims(events, triggers)))


def leaves(value: object, path: str) -> dict[str, object]:
    """Every leaf of a named state by its path; an empty table or list is a leaf."""
    if isinstance(value, dict) and value:
        return {at: leaf for key, item in value.items() for at, leaf in leaves(item, f"{path}.{key}").items()}
    return {path: value}


def meant(path: str, field: str) -> bool:
    """Whether a path is the field asked for: all of it, its end, or anything below it."""
    return f".{field}." in f".{path}."


def _reasons(steps: Iterable[Step], said: Mapping[int, EventView], field: str) -> Iterator[Reason]:
    known: dict[str, _Known] = {}
    for step in steps:
        changes = tuple(change for change in _changes(step, known) if meant(change.field, field))
        if changes:
            taken = _taken(step)
            yield Reason(
                said=_said(said[step.told.seq]),
                machine=step.machine,
                rule=step.decision.row or "gate",
                guard=step.candidates[taken].guard if taken >= 0 else "",
                policy=step.policy.version,
                scope=step.policy.scope,
                changes=changes,
                concluded=step.fact.type if step.fact is not step.told.fact else "",
                refused=tuple(_refused(step)),
                led_to=tuple(_led_to(step)),
            )


def _changes(step: Step, known: dict[str, _Known]) -> Iterator[Change]:
    """What the step changed; `known` holds where each machine was left, for its next step begins there."""
    if step.before is step.after:
        return
    before, after = _leaves_of(step.before, step.machine, known), _leaves_of(step.after, step.machine, known)
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield Change(path, before.get(path), after.get(path))


def _leaves_of(state: msgspec.Struct | None, machine: str, known: dict[str, _Known]) -> Mapping[str, object]:
    held = known.get(machine)
    if held is None or held.state is not state:
        held = known[machine] = _Known(state, leaves(named(state), machine) if state is not None else {})
    return held.leaves


def _refused(step: Step) -> Iterator[Refused]:
    """The rows for this fact in this state that were passed over, in the order they were looked at."""
    taken = _taken(step)
    for place, row in enumerate(step.candidates):
        if place != taken:
            because = f"not so: {row.guard}" if taken < 0 or place < taken else "a row before it was taken"
            yield Refused(row.id, row.target, because)


def _taken(step: Step) -> int:
    """Where the row that was taken stands among the candidates; -1 when none was."""
    decision = step.decision
    for place, row in enumerate(step.candidates):
        if row.id == decision.row and row.target in (decision.after, KEEP, PRIOR):
            return place
    return -1


def _led_to(step: Step) -> Iterator[str]:
    for effect in step.decision.effects:
        match effect:
            case Send():
                yield f"{effect.type} to {effect.to.role.value}"
            case Derive():
                yield f"{effect.type}{' for ' + effect.to[0].ident if effect.to else ''}"
            case OpenCase():
                yield f"case {effect.code}: {effect.detail}"
            case _:
                pass


def _claims(events: Iterable[EventView], triggers: set[str]) -> list[Claim]:
    lost = [
        Claim(_said(event), event.disposition, event.reason)
        for event in events
        if event.disposition in LOST and event.reason and event.type in triggers
    ]
    return lost[-CLAIMS_MAX:]


def _said(event: EventView) -> Said:
    return Said(event.id, event.type, event.partner, event.occurred, event.message)
