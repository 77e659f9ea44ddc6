"""APT: a dock slot from request to end of service, and what it tells (domain.md §3.9; mission W-09; TRN-12, RC-23)."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import returns as dock
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.parts import Place, Stop, StopType
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence, Window, micros
from crossdock.ports.directory import Partner
from crossdock.process.appointment.machine import MACHINE
from crossdock.process.appointment.state import AppointmentState
from crossdock.process.effects import CloseCase, Derive, Send
from crossdock.process.load.machine import MACHINE as LOAD
from crossdock.process.policy import Policy
from crossdock.process.shipment.machine import MACHINE as SHIPMENT
from crossdock.process.terms.appointments import AppointmentTerms
from crossdock.testing.given import Given, after, cases, elapsed, fact, sends, tells, timers
from crossdock.testing.world import World
from tests.unit.process import examples as ex

ASKED = Subject("appointment", "LD-1.2.1")
BOOKED = Subject("appointment", "APT-310")
DOCK = Place(location_no="LOC-HP-LON")
NEEDED = Policy(appointments=AppointmentTerms(required_at=("LOC-HP-LON",)))


def window(begin: float, end: float) -> Window:
    return Window(latest=after(hours=end), earliest=after(hours=begin))


def requested(kind: dock.AppointmentKind = dock.AppointmentKind.DELIVERY) -> dock.AppointmentRequested:
    return dock.AppointmentRequested(
        request_id="LD-1.2.1", location=DOCK, kind=kind, window=window(24, 48), about=("load:LD-1", "SHP-1", "SHP-2")
    )


def confirmed(begin: float = 25, end: float = 26) -> dock.AppointmentConfirmed:
    return dock.AppointmentConfirmed(appt_no="APT-310", slot=window(begin, end), request_id="LD-1.2.1")


def moved(begin: float, end: float, rev: int) -> dock.AppointmentRescheduled:
    return dock.AppointmentRescheduled(appt_no="APT-310", slot=window(begin, end), rev=rev)


def born(*more: Payload, policy: Policy | None = None) -> Given[AppointmentState]:
    """Requested and confirmed for 25 to 26 o'clock, then told these."""
    start = Given(MACHINE, "LD-1.2.1", policy=policy)
    start.given(fact(requested(), ASKED, by=Role.SYNC), fact(confirmed(), BOOKED))
    return start.given(*(fact(payload, BOOKED, at=after(hours=number)) for number, payload in enumerate(more, 1)))


def eta(hours: float) -> trk.ShipmentEtaChanged:
    return trk.ShipmentEtaChanged(eta=after(hours=hours))


@pytest.mark.proves("APT-01", "APT-02", "tm_appt")
def test_a_request_waits_for_the_dock_and_a_confirmation_is_told_to_whom_it_is_for() -> None:
    start = Given(MACHINE, "LD-1.2.1")
    opened = start.when(fact(requested(), ASKED, by=Role.SYNC))
    assert (opened.row, timers(opened.effects)) == ("APT-01", {"tm_appt": after(minutes=4 * 60 + 1)})
    assert cases(start.when(elapsed("tm_appt", "LD-1.2.1")).effects) == ["TRN-12"]
    decision = start.when(fact(confirmed(), BOOKED))
    assert decision.row == "APT-02"
    assert tells(decision.effects) == [
        ("appointment.confirmed", Reference("load", "LD-1")),
        ("appointment.confirmed", Reference("shipment", "SHP-1")),
        ("appointment.confirmed", Reference("shipment", "SHP-2")),
    ]
    assert CloseCase("TRN-12", "LD-1.2.1") in decision.effects


@pytest.mark.proves("APT-02")
def test_a_slot_nobody_asked_for_is_taken_but_an_answer_waits_for_its_request() -> None:
    by_itself = replace(confirmed(), request_id="")
    assert Given(MACHINE, "APT-310").when(fact(by_itself, BOOKED)).after == "CONFIRMED"
    assert Given(MACHINE, "APT-310").when(fact(confirmed(), BOOKED)).disposition is Disposition.HOLD


@pytest.mark.proves("APT-03")
def test_the_first_alternative_inside_the_window_is_asked_for_as_a_new_appointment() -> None:
    def declined(*free: Window) -> dock.AppointmentDeclined:
        return dock.AppointmentDeclined(request_id="LD-1.2.1", alternatives=free)

    def answer(*free: Window) -> tuple[list[str], list[str], list[str]]:
        start = Given(MACHINE, "LD-1.2.1").given(fact(requested(), ASKED, by=Role.SYNC))
        decision = start.when(fact(declined(*free), ASKED))
        assert (decision.row, decision.after) == ("APT-03", "DECLINED")
        return sends(decision.effects), [to.id for _, to in tells(decision.effects)], cases(decision.effects)

    assert answer(window(20, 22), window(30, 31)) == (["request_appointment"], ["LD-1.2.2"], [])
    assert answer(window(60, 61)) == ([], [], ["TRN-12"])
    assert answer() == ([], [], ["TRN-12"])


@pytest.mark.proves("APT-04", "max_reschedules", "TRN-12")
def test_a_slot_that_moves_too_often_or_past_the_promise_is_for_a_person() -> None:
    twice = born(moved(26, 27, 2), moved(27, 28, 3))
    assert twice.now().slot_us == (micros(after(hours=27)), micros(after(hours=28)))
    third = twice.when(fact(moved(28, 29, 4), BOOKED))
    assert (third.row, cases(third.effects)) == ("APT-04", ["TRN-12"])
    assert cases(born().when(fact(moved(48, 49, 2), BOOKED)).effects) == ["TRN-12"]
    assert cases(born().when(fact(moved(30, 31, 2), BOOKED)).effects) == []


@pytest.mark.proves("APT-05", "APT-06", "appt_grace")
def test_an_arrival_after_the_slot_puts_it_at_risk_and_a_better_one_clears_it() -> None:
    slot = born()
    assert slot.when(fact(eta(26.5), ex.SHIPMENT)).after == "CONFIRMED"
    late = slot.when(fact(eta(26.6), ex.SHIPMENT))
    assert (late.row, late.after, cases(late.effects)) == ("APT-05", "AT_RISK", ["TRN-12"])
    assert sends(late.effects) == ["reschedule_appointment"]
    better = slot.when(fact(eta(25.5), ex.SHIPMENT))
    assert (better.row, better.after) == ("APT-06", "CONFIRMED")
    assert CloseCase("TRN-12", "LD-1.2.1") in better.effects
    slot.when(fact(eta(28), ex.SHIPMENT))
    assert slot.when(fact(moved(28, 29, 2), BOOKED)).row == "APT-06"


@pytest.mark.proves("APT-05")
def test_when_it_will_be_delivered_says_nothing_of_its_pick_up() -> None:
    start = Given(MACHINE, "LD-1.2.1").given(
        fact(requested(dock.AppointmentKind.PICKUP), ASKED, by=Role.SYNC), fact(confirmed(), BOOKED)
    )
    assert start.when(fact(eta(90), ex.SHIPMENT)).after == "CONFIRMED"


@pytest.mark.proves("APT-07", "APT-08", "APT-09", "K-42")
def test_dwell_counts_from_the_slot_where_the_vehicle_came_early() -> None:
    early = born(dock.AppointmentCheckedIn(appt_no="APT-310", at=after(hours=24)))
    assert early.now().state == "CHECKED_IN"
    early.given(fact(dock.AppointmentServiceStarted(appt_no="APT-310", at=after(hours=25)), BOOKED, at=after(hours=25)))
    assert early.now().state == "IN_SERVICE"
    done = dock.AppointmentCompleted(appt_no="APT-310", start=after(hours=25), end=after(hours=27))
    decision = early.when(fact(done, BOOKED, at=after(hours=27)))
    assert (decision.row, early.now().dwell_us) == ("APT-09", 2 * 3600 * 1_000_000)
    assert [kind for kind, _ in tells(decision.effects)] == ["appointment.completed"] * 3
    late = born(dock.AppointmentCheckedIn(appt_no="APT-310", at=after(hours=26)))
    late.given(fact(done, BOOKED, at=after(hours=27)))
    assert late.now().dwell_us == 3600 * 1_000_000


@pytest.mark.proves("APT-09")
def test_a_service_that_is_over_was_begun_whatever_was_never_said() -> None:
    done = dock.AppointmentCompleted(appt_no="APT-310", start=after(hours=25), end=after(hours=26))
    slot = born(done)
    assert (slot.now().state, slot.now().arrived_us) == ("COMPLETED", micros(after(hours=25)))
    slot.given(fact(dock.AppointmentCheckedIn(appt_no="APT-310", at=after(hours=24.5)), BOOKED, at=after(hours=24.5)))
    assert slot.now().arrived_us == micros(after(hours=24.5))


@pytest.mark.proves("APT-10", "appt_noshow_after", "TRN-12")
def test_nobody_coming_is_concluded_from_the_clock_and_asked_for_again() -> None:
    slot = born()
    (due,) = timers(
        Given(MACHINE, "LD-1.2.1").given(fact(requested(), ASKED, by=Role.SYNC)).when(fact(confirmed(), BOOKED)).effects
    ).values()
    assert due == after(hours=27)
    rung = slot.when(elapsed("appt_noshow_after", "LD-1.2.1", at=due))
    (concluded,) = [effect for effect in rung.effects if isinstance(effect, Derive)]
    assert (concluded.type, concluded.inferred) == ("appointment.no_show", True)
    decision = slot.when(fact(concluded.payload, BOOKED, at=due))
    assert (decision.row, decision.after, cases(decision.effects)) == ("APT-10", "NO_SHOW", ["TRN-12"])
    (command,) = [effect for effect in decision.effects if isinstance(effect, Send)]
    assert command.type == "request_appointment"
    assert command.payload.window == Window(latest=after(hours=48), earliest=due)  # type: ignore[attr-defined]


@pytest.mark.proves("APT-10", "TRN-12")
def test_who_has_checked_in_has_come_whatever_is_said() -> None:
    slot = born(dock.AppointmentCheckedIn(appt_no="APT-310", at=after(hours=25)))
    said = slot.when(fact(dock.AppointmentNoShow(appt_no="APT-310", at=after(hours=26)), BOOKED, at=after(hours=26)))
    assert (said.disposition, cases(said.effects), slot.now().state) == (Disposition.ESCALATE, ["TRN-12"], "CHECKED_IN")


@pytest.mark.proves("APT-11")
def test_a_slot_is_given_back_when_what_it_is_for_does_not_happen() -> None:
    slot = born()
    off = slot.when(fact(tms.LoadCancelled(load_id="LD-1", reason="flood"), ex.LOAD))
    assert sends(off.effects) == ["cancel_appointment"]
    gone = slot.when(fact(dock.AppointmentCancelled(appt_no="APT-310"), BOOKED))
    assert (gone.row, gone.after) == ("APT-11", "CANCELLED")
    one_of_two = born().when(fact(ex.told("shipment.cancelled").payload, ex.SHIPMENT))
    assert sends(one_of_two.effects) == []


def load_with_stops(policy: Policy) -> Given[object]:
    built = tms.LoadBuilt(
        load_id="LD-1",
        shipments=("SHP-1", "SHP-2"),
        stops=(
            Stop(1, StopType.PICKUP, Place(location_no="WH-NL1"), window(10, 12)),
            Stop(2, StopType.DELIVERY, DOCK, window(24, 48), shipments_off=("SHP-1",)),
            Stop(3, StopType.DELIVERY, DOCK),
        ),
    )
    start: Given[object] = Given(LOAD, "LD-1", policy=policy)  # type: ignore[type-var]
    return start.given(fact(built, ex.LOAD), ex.told("carrier.tendered"))


@pytest.mark.proves("APT-01")
def test_a_load_asks_for_slots_where_nobody_comes_without_one_as_soon_as_it_has_a_carrier() -> None:
    decision = load_with_stops(NEEDED).when(ex.told("carrier.accepted"))
    (command,) = [effect for effect in decision.effects if isinstance(effect, Send)]
    assert command.payload.request_id == "LD-1.2.1"  # type: ignore[attr-defined]
    assert command.payload.about == ("load:LD-1", "SHP-1")  # type: ignore[attr-defined]
    assert ("appointment.requested", Reference("appointment", "LD-1.2.1")) in tells(decision.effects)
    assert sends(load_with_stops(Policy()).when(ex.told("carrier.accepted")).effects) == []


@pytest.mark.proves("APT-11")
def test_a_cancelled_load_tells_the_slots_it_asked_for_and_those_it_was_told_of() -> None:
    load = load_with_stops(NEEDED).given(ex.told("carrier.accepted"), fact(confirmed(), BOOKED))
    told = [to.id for kind, to in tells(load.when(ex.told("load.cancelled")).effects) if to.scheme == "appointment"]
    assert told == ["LD-1.2.1", "LD-1.3.1", "APT-310"]


@pytest.mark.proves("APT-02", "APT-05")
def test_a_shipment_shows_its_slot_to_the_tms_and_tells_it_when_it_will_come() -> None:
    goods = Given(SHIPMENT, ex.KEY).given(ex.told("cmd:plan_shipment"), ex.told("shipment.planned"))
    goods.given(ex.told("carrier.tendered"), ex.told("carrier.accepted"))
    shown = goods.when(fact(confirmed(), BOOKED))
    assert sends(shown.effects) == ["update_shipment"]
    decision = goods.when(fact(eta(30), ex.SHIPMENT))
    assert tells(decision.effects) == [("shipment.eta_changed", Reference("appointment", "APT-310"))]


PARTNERS = {
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "dock1": Partner("dock1", Role.DOCK, "canonical_json"),
}
Told = tuple[str, Subject, Payload, float]
Ended = tuple[dict[str, str], frozenset[str], frozenset[tuple[str, str, str]]]


def history() -> list[Told]:
    """A load whose delivery slot is confirmed, moved, late, and used."""
    built = tms.LoadBuilt(
        load_id="LD-1", shipments=("SHP-1",), stops=(Stop(2, StopType.DELIVERY, DOCK, window(24, 48)),)
    )
    tendered = tms.CarrierTendered(tender_no="T-1", seq=1, carrier="NVTR", expires_at=after(hours=5))
    accepted = tms.CarrierAccepted(tender_no="T-1", carrier="NVTR", pro_no="P-1")
    come = dock.AppointmentCheckedIn(appt_no="APT-310", at=after(hours=28))
    done = dock.AppointmentCompleted(appt_no="APT-310", start=after(hours=28), end=after(hours=29))
    return [
        ("tms1", ex.LOAD, built, 0.0),
        ("tms1", ex.LOAD, tendered, 0.1),
        ("tms1", ex.LOAD, accepted, 0.2),
        ("dock1", BOOKED, confirmed(), 0.3),
        ("dock1", BOOKED, moved(28, 29, 2), 1),
        ("dock1", BOOKED, come, 28),
        ("dock1", BOOKED, done, 29),
    ]


def body(told: Told) -> bytes:
    partner, subject, payload, hours = told
    kind = EVENT_OF_PAYLOAD[type(payload)].name
    source = Source(PARTNERS[partner].role, partner)
    return make_envelope(kind, subject, source, Occurrence(after(hours=hours)), payload)


@pytest.mark.proves("APT-01", "APT-02", "APT-04", "APT-07", "APT-09")
@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
async def test_any_order_of_arrival_ends_the_same(dice: random.Random, twice: bool) -> None:
    told = [(one[0], body(one)) for one in history()]
    straight = await _ending(told)
    shuffled = told + (dice.sample(told, 3) if twice else [])
    dice.shuffle(shuffled)
    assert await _ending(shuffled) == straight
    headlines, effects, open_cases = straight
    assert headlines["appointment||LD-1.2.1"] == "APT COMPLETED"
    assert "request_appointment:LD-1.2.1" in effects
    assert open_cases == frozenset()


async def _ending(
    told: list[tuple[str, bytes]],
) -> tuple[dict[str, str], frozenset[str], frozenset[tuple[str, str, str]]]:
    world = World(PARTNERS, policy=NEEDED, now=datetime(2026, 6, 3, tzinfo=UTC))
    for partner, said in told:
        await world.tell(partner, said)
    ending = world.ending()
    return ending.headlines, ending.effects, ending.cases
