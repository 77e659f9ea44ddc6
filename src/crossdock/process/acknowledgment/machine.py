"""ACK as the fold sees it: an overdue acknowledgment is one case a document, a late one closes it.

The document is in the partner's hands already, so nothing waits for the answer but this machine. When the time is over
is said by the fact that the document went out (`answer_by`): it is part of what was agreed with that partner then.
"""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.platform import CommandAcknowledged, TimerElapsed
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.acknowledgment.state import AWAITED, NOTHING, OVERDUE, Acknowledgments
from crossdock.process.effects import CloseCase, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy

TIMER = "tm_answer"
CASE = "INT-06"
SCHEME = "control"
# Documents remembered of one order or load: the latest answers, and what still has none.
ANSWERED_MAX = 200
AWAITED_MAX = 200

Step = Decision[Acknowledgments]

NOT_OURS: Step = Decision(Disposition.RECORD, reason="no acknowledgment is agreed for it")
KNOWN: Step = Decision(Disposition.RECORD, reason="answered already")


class AcknowledgmentMachine:
    """Implements `process.machine.Machine`."""

    name = "ACK"
    listens = frozenset({"command.acknowledged", "command.refused", f"timer:{TIMER}"})
    per_group = False
    state_type = Acknowledgments

    def decide(self, state: Acknowledgments | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        current = state or Acknowledgments()
        if trigger.startswith("timer:"):
            return _overdue(current, key, cast(TimerElapsed, fact.payload).about)
        document = document_of(fact)
        if not document:
            return NOT_OURS
        return (
            _sent(current, key, document, fact) if fact.source.system is Role.SYNC else _answer(current, key, document)
        )

    def label(self, state: Acknowledgments) -> str:
        """How far it is."""
        return OVERDUE if state.overdue else AWAITED if state.awaited else NOTHING


def document_of(fact: Fact) -> str:
    """`<partner>|<control number>` of the document a fact is about, empty when it names none."""
    return next((f"{one.scope}|{one.id}" for one in fact.refs if one.scheme == SCHEME), "")


def _sent(state: Acknowledgments, key: str, document: str, fact: Fact) -> Step:
    said = fact.payload
    if not isinstance(said, CommandAcknowledged) or said.answer_by is None or document in state.awaited:
        return NOT_OURS
    if document in state.answered:
        return KNOWN
    after = replace(state, awaited=(*state.awaited, document))
    start = StartTimer(TIMER, key, said.answer_by, document)
    if len(after.awaited) <= AWAITED_MAX:
        return _step(state, after, (start,))
    return _with_room(state, after, key, start)


def _with_room(state: Acknowledgments, after: Acknowledgments, key: str, start: StartTimer) -> Step:
    """More documents await an answer than are remembered: the oldest overdue one is forgotten, which is a case already;
    where there is none, the oldest of all becomes one at once. A late answer closes the case of either."""
    oldest = (after.overdue or after.awaited)[0]
    kept = _without(after, oldest)
    if oldest in after.overdue:
        return _step(state, kept, (start,))
    detail = _unanswered(oldest, f"yet, and {AWAITED_MAX} later documents await an answer as well")
    return _step(state, kept, (start, StopTimer(TIMER, key, oldest), OpenCase(CASE, key, detail, oldest)))


def _answer(state: Acknowledgments, key: str, document: str) -> Step:
    if document in state.answered:
        return KNOWN
    after = replace(_without(state, document), answered=(*state.answered, document)[-ANSWERED_MAX:])
    return _step(state, after, (StopTimer(TIMER, key, document), CloseCase(CASE, key, document)))


def _overdue(state: Acknowledgments, key: str, document: str) -> Step:
    if document not in state.awaited or document in state.overdue:
        return KNOWN
    after = replace(state, overdue=(*state.overdue, document))
    return _step(state, after, (OpenCase(CASE, key, _unanswered(document, "in the time agreed"), document),))


def _without(state: Acknowledgments, document: str) -> Acknowledgments:
    return replace(
        state,
        awaited=tuple(one for one in state.awaited if one != document),
        overdue=tuple(one for one in state.overdue if one != document),
    )


def _unanswered(document: str, when: str) -> str:
    partner, _, control = document.partition("|")
    return (
        f"{partner} has not acknowledged our document {control} {when}: ask it whether the document arrived and can "
        "be used, and send it again if not"
    )


def _step(before: Acknowledgments, after: Acknowledgments, effects: tuple[Effect, ...]) -> Step:
    label = MACHINE.label
    return Decision(Disposition.APPLY, before=label(before), after=label(after), state=after, effects=effects)


MACHINE = AcknowledgmentMachine()
