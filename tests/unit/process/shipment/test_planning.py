"""Transport nobody can plan, and carriers nobody finds (domain.md §3.11, TRN-01, TRN-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from crossdock.canonical.envelope import Source
from crossdock.canonical.events.planning import CarrierTendered
from crossdock.canonical.parts import Mode
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.effects import CloseCase, Send, StopTimer
from crossdock.process.load.decide import tender_next
from crossdock.process.load.state import LoadState
from crossdock.process.policy import Policy
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.shipment.planning import next_carrier
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.step import latest
from crossdock.process.terms.transport import TransportTerms
from crossdock.testing.given import Given, after, cases, elapsed, sends, timers
from tests.unit.process import examples as ex


def planning() -> Given[ShipmentState]:
    state = ShipmentState(state="PLANNING", order_no="SO-1", warehouse="WH-NL1")
    return Given(MACHINE, ex.KEY, state=state)


@pytest.mark.proves("SHP-03", "plan_fail_patience", "TRN-01")
def test_the_warehouse_waits_while_nobody_can_plan_and_nothing_is_cancelled() -> None:
    born = planning()
    failed = ex.told("shipment.plan_failed")
    decision = born.when(failed)
    assert (sends(decision.effects), cases(decision.effects)) == (["hold_fulfilment"], ["TRN-01"])
    assert timers(decision.effects) == {"plan_fail_patience": latest(failed) + timedelta(hours=8)}
    assert cases(born.when(elapsed("plan_fail_patience", ex.KEY)).effects) == ["TRN-01"]


@pytest.mark.proves("SHP-04", "TRN-01")
def test_a_plan_after_all_lets_it_go_on() -> None:
    born = planning()
    born.when(ex.told("shipment.plan_failed"))
    decision = born.when(ex.told("shipment.planned"))
    assert (decision.row, "release_fulfilment_hold" in sends(decision.effects)) == ("SHP-04", True)
    assert StopTimer("plan_fail_patience", ex.KEY) in decision.effects
    assert CloseCase("TRN-01", ex.KEY) in decision.effects
    assert born.when(elapsed("plan_fail_patience", ex.KEY)).effects == ()


@pytest.mark.proves("SHP-06", "SHP-07", "SHP-08")
@pytest.mark.parametrize("name", ["carrier.accepted", "carrier.rejected", "tender.expired", "tender.cancelled"])
def test_a_shipment_tendered_by_itself_hears_only_of_its_own_tender(name: str) -> None:
    """Without a load: what the first carrier says of its tender is nothing the second has said. What a load tells is
    of the load's tender, which it looks at itself.
    """
    born = planning().given(ex.told("shipment.planned"), ex.told("carrier.tendered"), ex.told("carrier.rejected"))
    second = CarrierTendered(tender_no="TND-2", seq=2, carrier="FLSH", expires_at=after(60))
    born.given(ex.told("carrier.tendered", second))
    decision = born.when(ex.told(name))
    assert (decision.disposition in (Disposition.HOLD, Disposition.RECORD), decision.row) == (True, "")
    told = replace(ex.told(name), source=Source(Role.SYNC, "crossdock"))
    assert born.when(told).row in ("SHP-06", "SHP-07", "SHP-08")


@pytest.mark.proves("TRN-03", "spot_allowed")
@pytest.mark.parametrize(("allowed", "tenders", "spot"), [(True, 5, True), (False, 5, False), (True, 6, False)])
def test_the_spot_market_is_asked_once_where_that_is_allowed(allowed: bool, tenders: int, spot: bool) -> None:
    """The case stays open either way."""
    policy = Policy(transport=TransportTerms(spot_allowed=allowed))
    refused = ex.told("carrier.rejected")
    both = (
        tender_next(LoadState(state="BUILT", tenders=tenders), "LD-1", refused, policy),
        next_carrier(ShipmentState(state="PLANNED", tms_id="S", tenders=tenders), ex.KEY, refused, policy),
    )
    for effects in both:
        asked = [one.payload.spot for one in effects if isinstance(one, Send)]  # type: ignore[attr-defined]
        assert (cases(effects), asked) == (["TRN-03"], [True] if spot else [])


@pytest.mark.proves("SHP-25")
def test_the_end_of_a_task_never_overtakes_its_beginning() -> None:
    """One order of commands: a platform does not know a task before it has been told of it."""
    born = planning()
    begun = born.when(ex.told("shipment.planned", ex.planned(mode=Mode.OWN_FLEET)))
    ended = born.when(ex.told("shipment.cancelled"))
    orderings = {
        effect.type: effect.ordering
        for effect in (*begun.effects, *ended.effects)
        if isinstance(effect, Send) and effect.type.endswith("_delivery_task")
    }
    assert orderings == dict.fromkeys(("create_delivery_task", "cancel_delivery_task"), "shipment:SHP-1")
