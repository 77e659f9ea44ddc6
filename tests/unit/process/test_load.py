"""What LD asks for and tells its shipments (domain.md §3.3.2, §1.8; mission W-18)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.planning import (
    CarrierAccepted,
    CarrierRejected,
    CarrierTendered,
    LoadChanged,
    TenderCancelled,
    TenderExpired,
)
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.effects import Send
from crossdock.process.load.machine import MACHINE
from crossdock.process.load.state import LoadState
from crossdock.process.policy import Policy
from crossdock.testing.given import Given, after, cases, derives, elapsed, fact, sends, tells, timers
from tests.unit.process import examples as ex


def load(*more: str, policy: Policy | None = None) -> Given[LoadState]:
    """LD-1 with SHP-1 and SHP-2, then told these."""
    return Given(MACHINE, "LD-1", policy=policy).given(ex.told("load.built"), *(ex.told(name) for name in more))


@pytest.mark.parametrize("name", ["carrier.accepted", "carrier.rejected", "tender.expired", "tender.cancelled"])
def test_the_tenders_fate_is_told_to_every_shipment(name: str) -> None:
    """SHP-06 to SHP-08, each in its own dossier."""
    told = tells(load("carrier.tendered").when(ex.told(name)).effects)
    assert [(kind, to.ident) for kind, to in told] == [(name, "shipment||SHP-1"), (name, "shipment||SHP-2")]


def test_a_carrier_that_wants_documents_gets_one() -> None:
    """`transmit_tender` to the carrier itself, for carriers of `edi_carriers` only."""
    plain = load().when(ex.told("carrier.tendered"))
    assert sends(plain.effects) == []
    decision = load(policy=Policy(edi_carriers=("NVTR",))).when(ex.told("carrier.tendered"))
    command = next(effect for effect in decision.effects if isinstance(effect, Send))
    assert (command.type, command.to.role, command.to.scac) == ("transmit_tender", Role.CAR, "NVTR")
    assert timers(decision.effects)["tm_tender"] == after(60)


@pytest.mark.proves("tm_tender", "TRN-02")
def test_an_unanswered_tender_expires_and_the_next_carrier_is_asked() -> None:
    """`tm_tender` concludes tender.expired: LD-04, TRN-02, and the one that was silent is left out."""
    born = load("carrier.tendered")
    assert derives(born.when(elapsed("tm_tender", "LD-1", at=after(60))).effects) == ["tender.expired"]
    decision = born.when(ex.told("tender.expired"))
    assert (cases(decision.effects), sends(decision.effects)) == (["TRN-02"], ["tender_load"])
    command = next(effect for effect in decision.effects if isinstance(effect, Send))
    assert command.payload.exclude == ("NVTR",)  # type: ignore[attr-defined]


@pytest.mark.proves("TRN-03")
def test_the_list_of_carriers_ends() -> None:
    """TRN-03."""
    decision = load("carrier.tendered", policy=Policy(max_tenders=1)).when(ex.told("carrier.rejected"))
    assert (cases(decision.effects), sends(decision.effects)) == (["TRN-03"], [])


@pytest.mark.proves("LD-09", "TRN-03")
def test_a_withdrawal_after_acceptance_looks_for_another() -> None:
    """LD-09."""
    decision = load("carrier.tendered", "carrier.accepted").when(ex.told("carrier.rejected"))
    assert (decision.row, cases(decision.effects)) == ("LD-09", ["TRN-03"])


@pytest.mark.parametrize(
    ("milestone", "stop", "whom"),
    [
        (Milestone.ARRIVED_PICKUP, 1, ["SHP-1", "SHP-2"]),
        (Milestone.DELIVERED, 2, ["SHP-1"]),
        (Milestone.DELIVERED, 3, ["SHP-2"]),
        (Milestone.ARRIVED_FACILITY, None, ["SHP-1", "SHP-2"]),
    ],
)
def test_sightings_go_to_those_they_are_about(milestone: Milestone, stop: int | None, whom: list[str]) -> None:
    """Pick-up stops to those who get on, delivery stops to those who get off, the rest to all aboard."""
    told = tells(load().when(fact(ex.seen(milestone, stop_seq=stop), ex.LOAD, by=Role.CAR)).effects)
    assert [to.id for _, to in told] == whom


def test_those_who_have_got_off_are_not_told_any_more() -> None:
    """All aboard at that time."""
    born = load("carrier.tendered", "carrier.accepted", "shipment.departed", "shipment.delivered")
    told = tells(born.when(fact(ex.seen(Milestone.DEPARTED_FACILITY), ex.LOAD, by=Role.CAR)).effects)
    assert [to.id for _, to in told] == ["SHP-2"]


def test_the_load_is_done_when_the_last_shipment_has_ended() -> None:
    """LD-06, LD-07: each counts once, whatever it is told again."""
    born = load("carrier.tendered", "carrier.accepted", "shipment.departed", "shipment.delivered")
    assert born.when(ex.told("shipment.delivered", at=after(5))).row == ""
    last = born.when(fact(ex.delivered(), Subject("shipment", "SHP-2"), by=Role.SYNC))
    assert (last.row, last.after) == ("LD-07", "COMPLETED")


ANSWERS = ("carrier.accepted", "carrier.rejected", "tender.expired", "tender.cancelled")


def answer(name: str, tender: str, carrier: str) -> Fact:
    """What became of this tender."""
    payload = {
        "carrier.accepted": CarrierAccepted(tender_no=tender, carrier=carrier),
        "carrier.rejected": CarrierRejected(tender_no=tender, carrier=carrier),
        "tender.expired": TenderExpired(tender_no=tender, carrier=carrier),
        "tender.cancelled": TenderCancelled(tender_no=tender),
    }[name]
    return fact(payload, ex.LOAD, at=after(20))


def offer(tender: str, carrier: str) -> Fact:
    """The load is offered to this carrier."""
    return fact(CarrierTendered(tender_no=tender, seq=2, carrier=carrier, expires_at=after(90)), ex.LOAD, at=after(15))


@pytest.mark.proves("LD-03", "LD-04", "LD-10")
@pytest.mark.parametrize("over", ["carrier.rejected", "tender.expired", "tender.cancelled"])
@pytest.mark.parametrize("late", ANSWERS)
def test_an_answer_to_a_tender_that_is_over_moves_nothing(over: str, late: str) -> None:
    """TND-1 of NVTR is over and FLSH is asked: what NVTR says of TND-1 now is no answer of FLSH."""
    born = load("carrier.tendered", over).given(offer("TND-2", "FLSH"))
    decision = born.when(answer(late, "TND-1", "NVTR"))
    assert decision.disposition is (Disposition.HOLD if late == "carrier.accepted" else Disposition.RECORD)
    assert (born.now().state, tells(decision.effects), cases(decision.effects)) == ("TENDERED", [], [])
    assert born.when(answer("carrier.accepted", "TND-2", "FLSH")).row == "LD-03"


@pytest.mark.proves("LD-03")
def test_the_next_carrier_is_known_by_its_name_where_the_number_stays() -> None:
    """A routing guide may go through all its carriers under one number."""
    born = load("carrier.tendered", "tender.expired").given(offer("TND-1", "FLSH"))
    assert born.when(answer("carrier.accepted", "TND-1", "NVTR")).disposition is Disposition.HOLD
    assert born.when(answer("carrier.accepted", "TND-1", "FLSH")).row == "LD-03"


@pytest.mark.proves("LD-03")
def test_an_acceptance_may_come_before_its_tender_is_made() -> None:
    """It waits, whether nobody is asked or another carrier is."""
    early = answer("carrier.accepted", "TND-2", "FLSH")
    assert load().when(early).disposition is Disposition.HOLD
    born = load("carrier.tendered")
    assert born.when(early).disposition is Disposition.HOLD
    assert born.given(ex.told("tender.expired"), offer("TND-2", "FLSH")).when(early).row == "LD-03"


@pytest.mark.proves("LD-03", "TRN-16")
def test_two_carriers_that_have_both_accepted_are_a_contradiction_to_solve() -> None:
    """The second takes it; the first was too late, and may come for the goods."""
    born = load("carrier.tendered", "tender.expired")
    born.given(offer("TND-2", "FLSH"), answer("carrier.accepted", "TND-2", "FLSH"))
    decision = born.when(answer("carrier.accepted", "TND-1", "NVTR"))
    assert (decision.disposition, cases(decision.effects)) == (Disposition.ESCALATE, ["TRN-16"])
    assert (born.now().state, born.now().carrier) == ("ACCEPTED", "FLSH")


@pytest.mark.proves("LD-03")
def test_a_990_without_a_tenders_number_answers_what_its_carrier_was_offered() -> None:
    """We read the load's own number in its place."""
    born = load("carrier.tendered")
    assert born.when(answer("carrier.accepted", "LD-1", "FLSH")).disposition is Disposition.HOLD
    assert born.when(answer("carrier.accepted", "LD-1", "NVTR")).row == "LD-03"


@pytest.mark.proves("LD-02")
def test_an_offer_waits_until_the_one_before_it_is_over() -> None:
    """One tender at a time: the TMS may tell of the next before the carrier's no has come."""
    born = load("carrier.tendered")
    assert born.when(offer("TND-2", "FLSH")).disposition is Disposition.HOLD
    assert born.given(ex.told("carrier.rejected")).when(offer("TND-2", "FLSH")).row == "LD-02"


@pytest.mark.proves("LD-05", "LD-09")
def test_a_carrier_that_is_asked_again_may_still_give_it_back() -> None:
    """A load that outgrew its tender is offered to its carrier under another number (LD-05); its no is a withdrawal."""
    born = load("carrier.tendered", "carrier.accepted").given(offer("TND-1001", "NVTR"))
    assert born.when(answer("carrier.accepted", "TND-1001", "NVTR")).disposition is Disposition.RECORD
    assert born.when(answer("carrier.rejected", "TND-7", "FLSH")).disposition is Disposition.HOLD, "not the carrier's"
    assert born.when(answer("carrier.rejected", "TND-1001", "NVTR")).row == "LD-09"


@pytest.mark.proves("LD-05")
def test_a_shipment_taken_off_a_tendered_load_has_no_carrier() -> None:
    """LD-05."""
    decision = load("carrier.tendered").when(ex.told("load.changed"))
    assert [(kind, to.id) for kind, to in tells(decision.effects)] == [("tender.cancelled", "SHP-2")]


def test_what_comes_before_the_load_waits() -> None:
    """A tender of a load that has not been built."""
    assert Given(MACHINE, "LD-1").when(ex.told("carrier.tendered")).disposition is Disposition.HOLD


def test_a_cancelled_load_withdraws_its_tender() -> None:
    """LD-08."""
    decision = load("carrier.tendered").when(ex.told("load.cancelled"))
    assert (decision.row, sends(decision.effects)) == ("LD-08", ["cancel_tender"])


@pytest.mark.proves("retender_threshold_pct", "LD-05")
@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"added": ("SHP-3",)}, True),  # half as much again, by number
        ({"added": ("SHP-3",), "removed": ("SHP-2",)}, False),  # one for another
        ({"stops": ex.STOPS}, False),  # the same stops
        ({"stops": ex.STOPS[:2]}, True),
    ],
)
def test_a_load_that_outgrew_its_tender_is_offered_to_its_carrier_anew(change: dict[str, object], asked: bool) -> None:
    told = fact(LoadChanged(rev=2, **change), ex.LOAD)  # type: ignore[arg-type]
    decision = load("carrier.tendered", "carrier.accepted").when(told)
    assert (decision.row, "tender_load" in sends(decision.effects)) == ("LD-05", asked)
    assert "tender_load" not in sends(load("carrier.tendered").when(told).effects), "nobody has taken it yet"


@pytest.mark.proves("retender_threshold_pct")
@pytest.mark.parametrize(("grams", "asked"), [(10_000, False), (10_001, True)])
def test_weights_count_where_they_are_known(grams: int, asked: bool) -> None:
    born = load("carrier.tendered", "carrier.accepted")
    weights = {"SHP-1": 60_000, "SHP-2": 40_000, "SHP-3": grams}
    born.state = replace(born.now(), weights=weights)
    decision = born.when(fact(LoadChanged(rev=2, added=("SHP-3",)), ex.LOAD))
    assert ("tender_load" in sends(decision.effects)) is asked
