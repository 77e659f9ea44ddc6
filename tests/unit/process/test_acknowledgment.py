"""ACK: an overdue acknowledgment is one case, a late one closes it, in whatever order they are told (issue 3)."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import msgspec
import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Fact, Reference, Source, Subject
from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.process.acknowledgment.machine import ANSWERED_MAX, AWAITED_MAX, MACHINE, TIMER
from crossdock.process.acknowledgment.state import Acknowledgments
from crossdock.process.effects import CloseCase, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.testing.given import NOON, elapsed, fact
from crossdock.testing.world import OURSELVES, World

KEY = "SO-1"
DUE = NOON + timedelta(hours=4)
DOCUMENT = "wms-b|10.0001"
CONTROL = Reference("control", "10.0001", "wms-b")


def sent(due: datetime | None = DUE) -> Fact:
    """Our word that a document went out."""
    payload = CommandAcknowledged(command="x", idempotency_key="k", reference="10.0001", answer_by=due)
    return msgspec.structs.replace(fact(payload, Subject("order", KEY), by=Role.SYNC), refs=(CONTROL,))


def answer(*, refused: bool = False) -> Fact:
    """The partner's functional acknowledgment."""
    about = Subject("command", "control:10.0001")
    payload = (
        CommandRefused(command="x", idempotency_key=about.id, reason="no")
        if refused
        else CommandAcknowledged(command="x", idempotency_key=about.id)
    )
    return msgspec.structs.replace(fact(payload, about, by=Role.WMS, instance="wms-b"), refs=(CONTROL,))


def step(state: Acknowledgments | None, told: Fact) -> Decision[Acknowledgments]:
    """One decision."""
    trigger = f"timer:{TIMER}" if told.type == "timer.elapsed" else told.type
    return MACHINE.decide(state, KEY, trigger, told, Policy())


def over(*facts: Fact) -> Acknowledgments:
    """The state after these."""
    state = Acknowledgments()
    for told in facts:
        state = step(state, told).state or state
    return state


def test_a_document_with_an_agreed_answer_starts_its_timer() -> None:
    decision = step(None, sent())
    assert decision.effects == (StartTimer(TIMER, KEY, DUE, DOCUMENT),)
    assert decision.after == "AWAITED"


def test_a_document_nobody_acknowledges_is_none_of_its_business() -> None:
    assert step(None, sent(due=None)).disposition is Disposition.RECORD


def test_an_answer_in_time_ends_the_wait() -> None:
    decision = step(over(sent()), answer())
    assert decision.after == ""
    assert decision.effects == (StopTimer(TIMER, KEY, DOCUMENT), CloseCase("INT-06", KEY, DOCUMENT))


def test_a_refusal_is_an_answer_too() -> None:
    assert step(over(sent()), answer(refused=True)).after == ""


@pytest.mark.proves("PF-08")
def test_an_overdue_answer_is_one_case_that_says_what_to_do() -> None:
    decision = step(over(sent()), elapsed(TIMER, KEY, about=DOCUMENT, at=DUE))
    (case,) = decision.effects
    assert isinstance(case, OpenCase)
    assert (case.code, case.subject, case.slot) == ("INT-06", KEY, DOCUMENT)
    assert "wms-b has not acknowledged our document 10.0001" in case.detail
    assert decision.after == "OVERDUE"
    state = over(sent(), elapsed(TIMER, KEY, about=DOCUMENT, at=DUE))
    assert step(state, elapsed(TIMER, KEY, about=DOCUMENT, at=DUE)).effects == ()


@pytest.mark.proves("PF-08")
def test_a_late_answer_closes_the_case() -> None:
    state = over(sent(), elapsed(TIMER, KEY, about=DOCUMENT, at=DUE))
    decision = step(state, answer())
    assert CloseCase("INT-06", KEY, DOCUMENT) in decision.effects
    assert decision.after == ""


def test_an_answer_dated_before_its_document_is_an_answer() -> None:
    """Partners' clocks: in canonical order the acknowledgment may stand before the document it answers."""
    decision = step(over(answer()), sent())
    assert decision.effects == ()
    assert decision.disposition is Disposition.RECORD


def test_an_answer_told_twice_changes_nothing() -> None:
    assert step(over(sent(), answer()), answer()).disposition is Disposition.RECORD


def numbered(number: int) -> Fact:
    """Our word that the document of this number went out."""
    return msgspec.structs.replace(sent(), refs=(Reference("control", f"10.{number:04}", "wms-b"),))


def overdue_of(number: int) -> Fact:
    """The time to acknowledge that one is over."""
    return elapsed(TIMER, KEY, about=f"wms-b|10.{number:04}", at=DUE)


def test_of_more_documents_than_are_remembered_the_oldest_becomes_a_case_at_once() -> None:
    full = over(*map(numbered, range(1, AWAITED_MAX + 1)))
    decision = step(full, numbered(AWAITED_MAX + 1))
    assert decision.state is not None
    assert (len(decision.state.awaited), decision.state.awaited[0]) == (AWAITED_MAX, "wms-b|10.0002")
    start, stop, case = decision.effects
    assert (start.about, stop) == ("wms-b|10.0201", StopTimer(TIMER, KEY, DOCUMENT))
    assert (case.code, case.slot) == ("INT-06", DOCUMENT)
    assert "has not acknowledged our document 10.0001 yet" in case.detail
    late = step(decision.state, answer())
    assert CloseCase("INT-06", KEY, DOCUMENT) in late.effects, "its answer still closes the case"


def test_one_that_is_overdue_is_forgotten_before_any_other_and_its_case_stays() -> None:
    full = over(*map(numbered, range(1, AWAITED_MAX + 1)), overdue_of(7))
    decision = step(full, numbered(AWAITED_MAX + 1))
    assert [type(effect) for effect in decision.effects] == [StartTimer]
    assert decision.state is not None
    assert decision.state.overdue == ()
    assert "wms-b|10.0007" not in decision.state.awaited
    assert decision.state.awaited[0] == DOCUMENT


def test_answers_are_remembered_up_to_a_bound_the_oldest_forgotten_first() -> None:
    state = Acknowledgments(answered=tuple(f"wms-b|9.{number}" for number in range(ANSWERED_MAX)))
    after = step(state, answer()).state
    assert after is not None
    assert (len(after.answered), after.answered[0], after.answered[-1]) == (ANSWERED_MAX, "wms-b|9.1", DOCUMENT)


async def test_whatever_order_they_come_in_the_end_is_the_same() -> None:
    """I3: approval, our word that the document went out, its acknowledgment; the document links its number."""
    order = Order(1, NOON)
    approved = next(iter(order.facts()))
    at, later = Occurrence(NOON + timedelta(minutes=5)), Occurrence(NOON + timedelta(minutes=9))
    out = make_envelope(
        "command.acknowledged",
        Subject("order", order.number),
        Source(Role.SYNC, "crossdock"),
        at,
        CommandAcknowledged(command="x", idempotency_key="k", reference="10.0001", answer_by=DUE),
        refs=(Reference("order", order.number), CONTROL),
    )
    back = make_envelope(
        "command.acknowledged",
        Subject("command", "control:10.0001"),
        Source(Role.WMS, "wms-nl1"),
        later,
        CommandAcknowledged(command="x", idempotency_key="control:10.0001"),
        refs=(CONTROL,),
    )
    partners = {**PARTNERS, "crossdock": OURSELVES}
    endings = []
    for told in itertools.permutations([("erp1", approved.body), ("crossdock", out), ("wms-nl1", back)]):
        world = World(partners)
        for one in told:
            await world.take([one])
        endings.append(world.ending())
    for ending in endings:
        assert ending == endings[0]
    assert endings[0].waiting == 0
    assert not any(name == TIMER for name, *_ in endings[0].timers)
