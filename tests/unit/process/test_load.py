"""What LD asks for and tells its shipments (domain.md §3.3.2, §1.8; mission W-18)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.planning import LoadChanged
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
