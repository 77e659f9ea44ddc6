"""Guards and actions of APT by the names its table uses, and how its state follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.fleet import CancelAppointment, RescheduleAppointment
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.returns import (
    AppointmentCheckedIn,
    AppointmentCompleted,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentKind,
    AppointmentNoShow,
    AppointmentRequested,
    AppointmentRescheduled,
    AppointmentServiceStarted,
)
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.kernel.instant import Window, from_micros, micros
from crossdock.process.appointment.state import AppointmentState
from crossdock.process.commands import content_hash, send
from crossdock.process.docks import DOCK, LOAD_PREFIX, request_slot
from crossdock.process.effects import CloseCase, Derive, Effect, Link, OpenCase, StartTimer
from crossdock.process.machine import Decision, Row
from crossdock.process.policy import Policy
from crossdock.process.step import Action, Watch, entered, raise_case, start, stop

Effects = tuple[Effect, ...]
PROBLEM = "TRN-12"


def gate(
    state: AppointmentState, key: str, trigger: str, fact: Fact, policy: Policy
) -> Decision[AppointmentState] | None:
    """Who may speak of a slot is a matter of role."""
    return None


# -- guards -----------------------------------------------------------------------------------------------------------


def unasked(state: AppointmentState, fact: Fact, policy: Policy) -> bool:
    """The dock booked it by itself, or for somebody else."""
    return not cast(AppointmentConfirmed, fact.payload).request_id


def too_late(state: AppointmentState, fact: Fact, policy: Policy) -> bool:
    """The vehicle is expected at this door after the slot has ended."""
    eta = micros(cast(ShipmentEtaChanged, fact.payload).eta)
    grace = policy.appointments.appt_grace * 1_000_000
    return state.kind == AppointmentKind.DELIVERY and eta > state.slot_us[1] + grace


def in_time(state: AppointmentState, fact: Fact, policy: Policy) -> bool:
    """It fits."""
    return state.kind == AppointmentKind.DELIVERY and not too_late(state, fact, policy)


def for_it_alone(state: AppointmentState, fact: Fact, policy: Policy) -> bool:
    """The shipment that does not happen was the only one the slot is for."""
    return [one for one in state.about if not one.startswith(LOAD_PREFIX)] == [fact.subject.id]


GUARDS = {guard.__name__: guard for guard in (unasked, too_late, in_time, for_it_alone)}


# -- state ------------------------------------------------------------------------------------------------------------


def evolve(state: AppointmentState, fact: Fact, row: Row) -> AppointmentState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def _span(window: Window) -> tuple[int, int]:
    """Begin and end; a window open on one side is an instant."""
    earliest, latest = window.earliest or window.latest, window.latest or window.earliest
    return (micros(earliest) if earliest else 0, micros(latest) if latest else 0)


def _requested(state: AppointmentState, fact: Fact) -> AppointmentState:
    asked = cast(AppointmentRequested, fact.payload)
    earliest, latest = _span(asked.window)
    return replace(
        state, request=asked.request_id, kind=asked.kind.value, place=asked.location, about=asked.about,
        earliest_us=earliest, latest_us=latest,
    )  # fmt: skip


def _confirmed(state: AppointmentState, fact: Fact) -> AppointmentState:
    booked = cast(AppointmentConfirmed, fact.payload)
    about = state.about or tuple(ref.id for ref in fact.refs if ref.scheme == "shipment")
    return replace(state, number=booked.appt_no, slot_us=_span(booked.slot), rev=booked.rev, about=about)


def _moved(state: AppointmentState, fact: Fact) -> AppointmentState:
    moved = cast(AppointmentRescheduled, fact.payload)
    moves = tuple(sorted({*state.moves, moved.rev}))
    if moved.rev < state.rev:
        return replace(state, moves=moves)
    return replace(state, slot_us=_span(moved.slot), rev=moved.rev, moves=moves)


def _expected(state: AppointmentState, fact: Fact) -> AppointmentState:
    return replace(state, eta_us=micros(cast(ShipmentEtaChanged, fact.payload).eta))


def _arrived(state: AppointmentState, fact: Fact) -> AppointmentState:
    return replace(state, arrived_us=micros(cast(AppointmentCheckedIn, fact.payload).at))


def _begun(state: AppointmentState, fact: Fact) -> AppointmentState:
    return replace(state, begun_us=micros(cast(AppointmentServiceStarted, fact.payload).at))


def _over(state: AppointmentState, fact: Fact) -> AppointmentState:
    done = cast(AppointmentCompleted, fact.payload)
    begun = micros(done.start)
    return replace(state, begun_us=begun, ended_us=micros(done.end), arrived_us=state.arrived_us or begun)


LEARN: Mapping[str, Callable[[AppointmentState, Fact], AppointmentState]] = {
    "appointment.requested": _requested,
    "appointment.confirmed": _confirmed,
    "appointment.rescheduled": _moved,
    "shipment.eta_changed": _expected,
    "appointment.checked_in": _arrived,
    "appointment.service_started": _begun,
    "appointment.completed": _over,
}


# -- actions ----------------------------------------------------------------------------------------------------------


def link(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Our request and the dock's number both lead here."""
    return tuple(Link(Reference("appointment", one)) for one in dict.fromkeys((state.request, state.number)) if one)


def tell(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Everything that concerns the loads and shipments the slot is for, as the dock said it."""
    return tuple(
        Derive(
            fact.type, Subject("appointment", state.number or key), cast(Payload, fact.payload), to=(to,), copied=True
        )
        for to in map(_whom, state.about)
    )


def _whom(about: str) -> Reference:
    if about.startswith(LOAD_PREFIX):
        return Reference("load", about[len(LOAD_PREFIX) :])
    return Reference("shipment", about)


def start_noshow(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nobody has come some time after the slot: then nobody will."""
    end = from_micros(state.slot_us[1]) + timedelta(seconds=policy.appointments.appt_noshow_after)
    return (StartTimer("appt_noshow_after", key, end),)


def check_promise(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A slot after what was promised, or moved too often, is for a person."""
    if state.latest_us and state.slot_us[1] > state.latest_us:
        return (OpenCase(PROBLEM, key, "the slot ends after the window we need: agree another or change the promise"),)
    if len(state.moves) > policy.appointments.max_reschedules:
        return (OpenCase(PROBLEM, key, f"the slot was moved {len(state.moves)} times: call the dock"),)
    return (CloseCase(PROBLEM, key),)


def ask_alternative(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The first free slot inside the window we need, as a new appointment; else a person."""
    for window in cast(AppointmentDeclined, fact.payload).alternatives:
        earliest, latest = _span(window)
        if earliest >= state.earliest_us and latest <= state.latest_us:
            return _ask(state, window)
    return (OpenCase(PROBLEM, key, "declined, and no alternative inside the window we need: book by hand"),)


def ask_again(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Nobody came: a person hears of it, and a new slot is asked for while the window lasts."""
    missed = OpenCase(PROBLEM, key, "nobody came to the slot: call the carrier")
    at = micros(cast(AppointmentNoShow, fact.payload).at)
    if not state.request or at >= state.latest_us:
        return (missed,)
    return (missed, *_ask(state, Window(latest=from_micros(state.latest_us), earliest=from_micros(at))))


def _ask(state: AppointmentState, window: Window) -> Effects:
    """A new request is a new appointment; its number follows from the one before it."""
    base, _, count = state.request.rpartition(".")
    request = f"{base}.{int(count) + 1}" if base and count.isdecimal() else f"{state.request}.2"
    return request_slot(request, state.place, AppointmentKind(state.kind), window, state.about)


def ask_later(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The vehicle will be late for it: ask for the next slot after it comes, and let a person know."""
    eta = cast(ShipmentEtaChanged, fact.payload).eta
    late = OpenCase(PROBLEM, key, f"expected {eta:%Y-%m-%d %H:%MZ}, after the slot: agree a later one")
    latest = max(from_micros(state.latest_us), eta + (from_micros(state.slot_us[1]) - from_micros(state.slot_us[0])))
    window = Window(latest=latest, earliest=eta)
    moved = RescheduleAppointment(
        request_id=f"{state.request or key}@{content_hash(window)}", appt_no=state.number, window=window, reason="late"
    )
    return (late, send(moved, DOCK))


def give_back(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What it was for does not happen."""
    reason = getattr(fact.payload, "reason", "")
    cancel = CancelAppointment(request_id=f"{state.request or key}/cancel", appt_no=state.number or key, reason=reason)
    return (send(cancel, DOCK),)


def at_ease(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What there was to worry about is over."""
    return (CloseCase(PROBLEM, key),)


ACTIONS: Mapping[str, Action[AppointmentState]] = {
    **{
        action.__name__: action
        for action in (link, tell, check_promise, ask_alternative, ask_again, ask_later, give_back, at_ease)
    },
    "+noshow": start_noshow,
    "-noshow": stop("appt_noshow_after"),
    "+tm_appt": start("tm_appt"),
    "-tm_appt": stop("tm_appt"),
}


# -- remembered and answered without moving ---------------------------------------------------------------------------


def _nobody_came(
    state: AppointmentState, key: str, fact: Fact, policy: Policy
) -> tuple[AppointmentState | None, Effects]:
    if state.state not in ("CONFIRMED", "AT_RISK"):
        return None, ()
    missed = AppointmentNoShow(appt_no=state.number, at=fact.at)
    return None, (Derive("appointment.no_show", Subject("appointment", state.number), missed, inferred=True),)


def _no_answer(
    state: AppointmentState, key: str, fact: Fact, policy: Policy
) -> tuple[AppointmentState | None, Effects]:
    return None, raise_case(PROBLEM, "the dock does not answer: call it")(state, key, fact, policy)


def _evidence(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> tuple[AppointmentState | None, Effects]:
    """Late or not, what happened at the dock is evidence of detention."""
    return LEARN[fact.type](state, fact), tell(state, key, fact, policy)


def _learned(state: AppointmentState, key: str, fact: Fact, policy: Policy) -> tuple[AppointmentState | None, Effects]:
    return LEARN[fact.type](state, fact), ()


WATCHES: Mapping[str, Watch[AppointmentState]] = {
    "timer:appt_noshow_after": _nobody_came,
    "timer:tm_appt": _no_answer,
    "appointment.checked_in": _evidence,
    "appointment.completed": _evidence,
    "shipment.eta_changed": _learned,
}
