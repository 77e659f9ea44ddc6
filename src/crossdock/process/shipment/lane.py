"""Whether a planned shipment needs an export declaration (domain.md §3.3.1 SHP-02, §9.4): SHP's word to customs.

An order that nothing says to cross a border gets no answer: it would be the same for every parcel of a domestic day.
"""

from __future__ import annotations

from typing import NamedTuple

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.customs import CustomsNotRequired, CustomsRequired
from crossdock.canonical.events.planning import ShipmentPlanned, ShipmentReplanned
from crossdock.canonical.parts import Mode, Place
from crossdock.process.effects import Derive, Effect
from crossdock.process.policy import Policy
from crossdock.process.shipment.conclude import subject_of
from crossdock.process.shipment.state import ShipmentState


class Lane(NamedTuple):
    """From which country to which, as far as known; `declared` when goods on it must be, and by which rule or not."""

    text: str
    declared: bool
    rule: str


def check_lane(state: ShipmentState, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
    """`customs.required` or `customs.not_required`, anew for every plan that may have changed the answer."""
    if isinstance(fact.payload, ShipmentReplanned) and fact.payload.mode is None:
        return ()
    plan = fact.payload if isinstance(fact.payload, ShipmentPlanned) else None
    lane = judge(state, plan, policy)
    if lane is None:
        return ()
    if not lane.declared:
        answer = CustomsNotRequired(rule=lane.rule, lane=lane.text)
        return (Derive("customs.not_required", subject_of(state, key), answer),)
    required = CustomsRequired(
        shipment=state.tms_id,
        rule=lane.rule,
        lane=lane.text,
        order_no=state.order_no,
        warehouse=state.warehouse,
        release_no=state.release_no,
        mode=Mode(state.mode),
        origin=plan.origin if plan is not None else None,
        destination=plan.destination if plan is not None else None,
    )
    return (Derive("customs.required", subject_of(state, key), required),)


def judge(state: ShipmentState, plan: ShipmentPlanned | None, policy: Policy) -> Lane | None:
    """The answer for a plan; `None` where no question arises."""
    here, there = countries(state, plan, policy)
    text = f"{here or '?'}>{there or '?'}"
    said = state.cross_border or (plan is not None and plan.customs_required)
    if here and there:
        if here == there:
            return Lane(text, False, "same_country") if said else None
        union = policy.customs.shared_union(here, there)
        if union:
            return Lane(text, False, f"customs_union:{union}")
    elif not said:
        return None
    if state.mode in policy.customs.carrier_clears:
        return Lane(text, False, f"carrier_clears:{state.mode}")
    if state.own_fleet and not (here and there):
        return Lane(text, False, "own_fleet_stays_inside")
    return Lane(text, True, "countries_differ" if here and there else "said_to_cross_a_border")


def countries(state: ShipmentState, plan: ShipmentPlanned | None, policy: Policy) -> tuple[str, str]:
    """Where it starts and where it goes, empty where nobody said."""
    site = policy.sites.get(state.warehouse)
    here = (site.country if site is not None else "") or _country(plan.origin if plan is not None else None)
    there = _country(plan.destination if plan is not None else None) or state.ship_to
    return here, there


def _country(place: Place | None) -> str:
    if place is None:
        return ""
    return place.address.country if place.address is not None else place.unlocode[:2]
