"""Guards and actions of LD by the names its table uses, and what it answers without moving.

A load tells its shipments what concerns them as facts of their own (source SYNC, subject the shipment), per stop where
the fact is about one (domain.md §1.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from crossdock.canonical.commands.tms import CancelTender, TenderLoad, TenderShipment, TransmitTender
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.planning import (
    CarrierTendered,
    LoadCancelled,
    LoadChanged,
    TenderCancelled,
    TenderExpired,
)
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import RUNGS, Milestone
from crossdock.canonical.parts import Stop
from crossdock.canonical.vocabulary import Role
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, Tell
from crossdock.process.load.docking import book_docks, booked, give_docks_back
from crossdock.process.load.evolve import ended, in_custody, left
from crossdock.process.load.state import LoadState
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import Action, latest, seconds, stop
from crossdock.process.tendering import weigh
from crossdock.process.told import ASK_EXECUTION, EXECUTION, Execution

Effects = tuple[Effect, ...]
TMS = Address(Role.TMS)
# Tenders are numbered by carrier asked; those of a changed load by its revision, from here on.
AGAIN_FROM = 1_000
DEPARTED_RANK = RUNGS[Milestone.DEPARTED_ORIGIN].rank
DOOR_RANK = RUNGS[Milestone.ARRIVED_DELIVERY].rank


def gate(state: LoadState, key: str, trigger: str, fact: Fact, policy: Policy) -> Decision[LoadState] | None:
    """Offers and answers are of the tender they name; who may speak for a load is a matter of role."""
    if state.state not in ("BUILT", "TENDERED", "ACCEPTED"):
        return None
    return weigh(state, state.offered, key, trigger, fact, policy)


def all_ended(state: LoadState, fact: Fact, policy: Policy) -> bool:
    """With this one, every shipment of the load has ended."""
    return set(state.shipments) <= {*state.ended, fact.subject.id}


def outgrown(state: LoadState, fact: Fact, policy: Policy) -> bool:
    """It is not the load the carrier took: other stops, or so much more or less of it (`retender_threshold_pct`).

    It is measured by weight where every shipment's is known, else by the number of shipments.
    """
    change = cast(LoadChanged, fact.payload)
    if change.stops and [_where(stop) for stop in change.stops] != [_where(stop) for stop in state.stops]:
        return True
    weights = state.weights if set(state.shipments) <= set(state.weights) else dict.fromkeys(state.shipments, 1)
    before = sum(weights[one] for one in state.shipments)
    usual = before // max(len(state.shipments), 1)
    gone = sum(weights.get(one, 0) for one in change.removed)
    more = sum(state.weights.get(one, usual) for one in change.added if one not in state.shipments)
    return abs(more - gone) * 100 > policy.transport.retender_threshold_pct * before


def _where(stop: Stop) -> tuple[int, str, str]:
    return stop.seq, str(stop.type), stop.location.key


GUARDS = {"all_ended": all_ended, "outgrown": outgrown}


# -- telling shipments ------------------------------------------------------------------------------------------------


def tell(shipments: Iterable[str], kind: str, payload: Payload) -> Effects:
    """The same statement about each of these shipments, in its own dossier."""
    return tuple(
        Derive(kind, Subject("shipment", shipment), payload, to=(Reference("shipment", shipment),))
        for shipment in shipments
    )


def pass_on(shipments: Iterable[str], fact: Fact) -> Effects:
    """What was seen of the load, as seen of each of these shipments (§1.8)."""
    return tuple(
        Derive(
            fact.type,
            Subject("shipment", shipment),
            cast(Payload, fact.payload),
            to=(Reference("shipment", shipment),),
            copied=True,
        )
        for shipment in shipments
    )


def tell_shipments(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """All of them."""
    return tell(state.shipments, fact.type, cast(Payload, fact.payload))


def tell_removed(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A shipment taken off a tendered load has no carrier any more."""
    if state.state == "BUILT":
        return ()
    gone = TenderCancelled(tender_no=state.tender, reason=f"taken off load {key}")
    return tell(state.removed, "tender.cancelled", gone)


def aboard(state: LoadState, stop_seq: int | None, rank: int) -> tuple[str, ...]:
    """Whom a sighting is about: who gets on or off at that stop, else everyone aboard.

    A load none of whose stops says who gets on or off is one where everyone does.
    """
    for one in state.stops if any(each.shipments_on or each.shipments_off for each in state.stops) else ():
        if one.seq == stop_seq:
            return (
                one.shipments_on
                if rank <= DEPARTED_RANK
                else one.shipments_off
                if rank >= DOOR_RANK
                else state.shipments
            )
    return tuple(shipment for shipment in state.shipments if shipment not in state.ended)


def named(state: LoadState, fact: Fact) -> tuple[str, ...]:
    """The shipments of this load a fact names outright: it reached the load by a number they share, and is theirs."""
    said = {fact.subject.id} if fact.subject.type == "shipment" else set()
    said |= {reference.id for reference in fact.refs if reference.scheme == "shipment"}
    return tuple(shipment for shipment in state.shipments if shipment in said)


# -- actions ----------------------------------------------------------------------------------------------------------


def link(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The movement's numbers lead here; the shipments' numbers stay with their orders."""
    bol = getattr(fact.payload, "bol_no", "")
    links = [Link(Reference("load", key))]
    if bol:
        links.append(Link(Reference("bol", str(bol))))
    return tuple(links)


def carrier_found(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A carrier took it: the search for one is over, and its number leads here (CG-05)."""
    found = (CloseCase("TRN-02", key), CloseCase("TRN-03", key))
    return (*found, Link(Reference("pro", state.pro, state.carrier))) if state.pro else found


def start_tender(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The carrier's time to answer ends when the tender says; one that was over when it was sent says nothing."""
    tender = cast(CarrierTendered, fact.payload)
    if tender.expires_at > fact.at:
        return (StartTimer("tm_tender", key, tender.expires_at),)
    pickup = min((at for stop in state.stops if (at := _begins(stop)) is not None), default=None)
    far = pickup is not None and pickup - fact.at > timedelta(seconds=policy.transport.tender_far)
    wait = timedelta(seconds=policy.transport.tender_early) if far else seconds(policy, "tm_tender")
    return (StartTimer("tm_tender", key, latest(fact) + wait),)


def _begins(stop: Stop) -> datetime | None:
    return stop.planned.earliest or stop.planned.latest if stop.planned is not None else None


def transmit_tender(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A carrier that takes tenders as documents gets this one from us (X12 204)."""
    tender = cast(CarrierTendered, fact.payload)
    if tender.carrier not in policy.edi_carriers:
        return ()
    command = TransmitTender(
        load=key,
        tender_no=tender.tender_no,
        carrier=tender.carrier,
        stops=state.stops,
        shipments=tuple(TenderShipment(shipment=shipment) for shipment in state.shipments),
        seq=tender.seq,
        expires_at=tender.expires_at,
        rate=tender.rate,
        equipment=state.equipment,
    )
    return (send(command, Address(Role.CAR, scac=tender.carrier)),)


def tender_next(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Have the next carrier asked, unless the list is exhausted."""
    if state.tenders >= policy.max_tenders:
        spot = TenderLoad(load=key, rev=state.tenders + 1, exclude=state.refused_by, spot=True)
        asked = (send(spot, TMS),) if policy.transport.spot_allowed and state.tenders == policy.max_tenders else ()
        detail = f"{state.tenders} tenders without a carrier: buy spot, re-date or use own fleet"
        return (OpenCase("TRN-03", key, detail), *asked)
    again = send(TenderLoad(load=key, rev=state.tenders + 1, exclude=state.refused_by), TMS)
    if fact.type == "tender.expired":
        return (OpenCase("TRN-02", key, "no carrier answered in time: call, extend or go on to the next"), again)
    return (again,)


def confirm_again(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The carrier that took it is asked whether it takes it as it is now: the tender goes out once more."""
    return (send(TenderLoad(load=key, rev=AGAIN_FROM + cast(LoadChanged, fact.payload).rev), TMS),)


def carrier_withdrew(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """A carrier that had accepted gives the load back."""
    return (OpenCase("TRN-03", key, f"{state.carrier} withdrew after accepting: find another carrier"),)


def cancel_tender(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Withdraw the offer of a load that does not happen."""
    if not state.tender or state.prior == "BUILT":
        return ()
    reason = cast(LoadCancelled, fact.payload).reason
    return (send(CancelTender(tender_no=state.tender, load=key, reason=reason), TMS),)


def tell_execution(state: LoadState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Let the freight case of the load know what happened to it; custody counts as the warehouses confirmed it."""
    aboard_all = set(state.shipments)
    done = Execution(
        shipment="",
        load=key,
        carrier=state.carrier,
        accepted=bool(state.pro) or state.state in ("ACCEPTED", "IN_EXECUTION", "COMPLETED"),
        handed=bool(aboard_all) and aboard_all <= set(state.confirmed),
        delivered=bool(aboard_all) and aboard_all <= set(state.delivered),
        cancelled=state.state == "CANCELLED",
        gross_g=sum(state.weights.values()) if aboard_all <= set(state.weights) else 0,
        stops=len(state.stops),
        weights={shipment: state.weights.get(shipment, 0) for shipment in state.shipments},
    )
    return (Tell(EXECUTION, done),)


ACTIONS: Mapping[str, Action[LoadState]] = {
    **{
        action.__name__: action
        for action in (
            link, carrier_found, tell_shipments, tell_removed, transmit_tender, tender_next, carrier_withdrew,
            cancel_tender, confirm_again, tell_execution, book_docks, give_docks_back,
        )
    },
    "+tm_tender": start_tender,
    "-tm_tender": stop("tm_tender"),
}  # fmt: skip


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watch = Callable[[LoadState, str, Fact, Policy], tuple[LoadState | None, Effects]]


def _expired(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    if state.state != "TENDERED":
        return None, ()
    return None, (
        Derive("tender.expired", Subject("load", key), TenderExpired(tender_no=state.tender, carrier=state.carrier)),
    )


def _seen(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    seen = cast(TrackingMilestone, fact.payload)
    whom = named(state, fact) or aboard(state, seen.stop_seq, RUNGS[seen.milestone].rank)
    return None, pass_on(whom, fact)


def _told(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    return None, pass_on(named(state, fact) or aboard(state, None, 0), fact)


def _left(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    changed = left(state, fact)
    return (None, ()) if changed is state else (changed, tell_execution(changed, key, fact, policy))


def _custody(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    changed = in_custody(state, fact)
    return (None, ()) if changed == state else (changed, tell_execution(changed, key, fact, policy))


def _quoted(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    """A load with a freight case of its own has to know when its shipments are handed over, and what they weigh."""
    quote = cast(Payload, fact.payload)
    return None, tuple(
        Derive(fact.type, Subject("load", key), quote, to=(Reference("shipment", shipment),), copied=True)
        for shipment in state.shipments
    )


def _asked(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    return None, tell_execution(state, key, fact, policy)


def _ended(state: LoadState, key: str, fact: Fact, policy: Policy) -> tuple[LoadState | None, Effects]:
    changed = ended(state, fact)
    return (None, ()) if changed is state else (changed, tell_execution(changed, key, fact, policy))


WATCHES: Mapping[str, Watch] = {
    "appointment.confirmed": booked,
    "timer:tm_tender": _expired,
    "tracking.milestone": _seen,
    "shipment.eta_changed": _told,
    "shipment.exception_reported": _told,
    "shipment.departed": _left,
    **dict.fromkeys(("shipment.handed_over", "handover.voided", "shipment.replanned"), _custody),
    "freight.estimated": _quoted,
    ASK_EXECUTION: _asked,
    "shipment.delivered": _ended,
    "shipment.returned": _ended,
}
