"""Our side of the checks on transport and customs (RC-06, RC-10 … RC-14, RC-19, RC-23, RC-25)."""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.app.reconcile.dossier import Dossier
from crossdock.app.reconcile.orders import plain
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import from_micros, micros
from crossdock.process.amounts import whole
from crossdock.process.appointment.state import AppointmentState
from crossdock.process.customs.state import DeclarationState
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.load.state import LoadState
from crossdock.process.reconciliation.record import Record
from crossdock.process.run.state import RunState
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.sums import added

LOAD_OVER = ("COMPLETED", "CANCELLED")
UNDER_WAY = ("HANDED_OVER", "IN_TRANSIT", "OUT_FOR_DELIVERY", "ATTEMPT_FAILED")
BEFORE_THE_WAY = ("PLANNED", "TENDERED", "CONFIRMED")
# What is expected next, as the timer that waits for it.
MILESTONES = ("tm_pickup", "tm_departure", "tm_milestone", "tm_ofd", "tm_reattempt")
SCANNERS = (Role.CAR, Role.LMD, Role.TMS)
MOVING_FACTS = ("tracking.", "delivery.")
NOBODY = ("DECLINED", "NO_SHOW", "CANCELLED")
SECOND = 1_000_000


def _shipment(dossier: Dossier, group: str, one: ShipmentState) -> str:
    return one.tms_id or f"{one.order_no}/{group}"


def load_contents(dossier: Dossier) -> Iterator[Record]:
    """RC-06: every shipment a load is said to carry, under `load|shipment`."""
    load = dossier.one("LD", LoadState)
    for shipment in load.shipments if load is not None else ():
        over = load is not None and (load.state in LOAD_OVER or shipment in load.ended)
        yield Record(f"{dossier.number}|{shipment}", since=dossier.since, optional=over, dossier=dossier.id)


def loads_of_shipments(dossier: Dossier) -> Iterator[Record]:
    """RC-06: the load each live shipment is in."""
    for group, one in dossier.groups("SHP", ShipmentState):
        if one.load:
            live = one.state in (*BEFORE_THE_WAY, *UNDER_WAY)
            key = f"{one.load}|{_shipment(dossier, group, one)}"
            yield Record(key, since=dossier.since, optional=not live, dossier=dossier.id)


def tender_carriers(dossier: Dossier) -> Iterator[Record]:
    """RC-19: the carrier that accepted, under `load|shipment`."""
    load = dossier.one("LD", LoadState)
    if load is not None and load.carrier and load.state not in ("BUILT", "TENDERED"):
        for shipment in load.shipments:
            yield Record(
                f"{dossier.number}|{shipment}", {"carrier": load.carrier}, dossier.since, optional=True,
                dossier=dossier.id,
            )  # fmt: skip


def execution_carriers(dossier: Dossier) -> Iterator[Record]:
    """RC-19: the carrier that has the goods."""
    for group, one in dossier.groups("SHP", ShipmentState):
        if one.load and one.carrier and one.state in UNDER_WAY:
            key = f"{one.load}|{_shipment(dossier, group, one)}"
            yield Record(key, {"carrier": one.carrier}, dossier.since, optional=True, dossier=dossier.id)


def expected_milestones(dossier: Dossier) -> Iterator[Record]:
    """RC-10: what was seen, and what is waited for; a wait that is over without it is a missing milestone."""
    yield from seen_milestones(dossier)
    for timer in dossier.timers:
        if timer.name in MILESTONES:
            due = from_micros(timer.due_us)
            flying = "" if due <= dossier.at else f"due by {due:%Y-%m-%d %H:%M}Z"
            yield Record(f"{timer.scope}|{timer.name}", since=due, flying=flying, dossier=dossier.id)


def seen_milestones(dossier: Dossier) -> Iterator[Record]:
    """RC-10: every slot that is filled, under `shipment|milestone|place|cycle`."""
    for group, one in dossier.groups("SHP", ShipmentState):
        for slot in sorted(one.track.slots):
            yield Record(f"{_shipment(dossier, group, one)}|{slot}", dossier=dossier.id)


def customs_released(dossier: Dossier) -> Iterator[Record]:
    """RC-11: declarations that let goods out: released before they departed, and out in the usual time after."""
    for _, one in dossier.groups("CD", DeclarationState):
        if not one.released_us and not one.departed_us:
            continue
        expected = dossier.due("exit_expected")
        flying = f"expected out by {expected:%Y-%m-%d}" if expected is not None and expected > dossier.at else ""
        late = one.departed_us and (not one.released_us or one.state in ("HELD", "REFUSED"))
        yield Record(
            one.mrn or one.lrn,
            {"released": "no" if late else "yes"},
            from_micros(one.departed_us) if one.departed_us else None,
            flying="" if late else flying,
            optional=not one.departed_us or one.state == "CANCELLED",
            dossier=dossier.id,
        )


def customs_exits(dossier: Dossier) -> Iterator[Record]:
    """RC-11: exits confirmed, and departures of what was not released: those went out all the same."""
    for _, one in dossier.groups("CD", DeclarationState):
        late = one.departed_us and (not one.released_us or one.state in ("HELD", "REFUSED"))
        if one.state == "EXITED" or late:
            yield Record(one.mrn or one.lrn, {"released": "yes"}, optional=True, dossier=dossier.id)


def declared(dossier: Dossier) -> Iterator[Record]:
    """RC-12: quantities declared of what was handed over, under `mrn|line`."""
    for _, one in dossier.groups("CD", DeclarationState):
        if one.handed and one.state not in ("CANCELLED", "REQUIRED"):
            flying = "an amendment is under way" if one.state == "AMENDING" else ""
            for goods in one.lodged.goods:
                key = f"{one.mrn or one.lrn}|{goods.order_line}"
                values = {"quantity": plain(whole(goods.qty.value))}
                yield Record(key, values, dossier.since, flying=flying, dossier=dossier.id)


def handed_declared(dossier: Dossier) -> Iterator[Record]:
    """RC-12: quantities handed over under a declaration."""
    for _, one in dossier.groups("CD", DeclarationState):
        if one.handed and one.state not in ("CANCELLED", "REQUIRED"):
            for line, quantity in sorted(added(one.handed.values()).items()):
                values = {"quantity": plain(quantity)}
                yield Record(f"{one.mrn or one.lrn}|{line}", values, dossier=dossier.id)


def carrier_milestones(dossier: Dossier) -> Iterator[Record]:
    """RC-13: what carriers said themselves, under `subject|what`."""
    yield from _told_by(dossier, Role.CAR)


def tms_milestones(dossier: Dossier) -> Iterator[Record]:
    """RC-13: what the TMS said of the same."""
    yield from _told_by(dossier, Role.TMS)


def _told_by(dossier: Dossier, role: Role) -> Iterator[Record]:
    """The first statement of each; the other feed need not have it as long as it has told nothing at all."""
    moving = [fact for fact in dossier.facts if fact.type.startswith(MOVING_FACTS)]
    both = {Role.CAR, Role.TMS} <= {fact.source.system for fact in moving}
    first: dict[str, int] = {}
    for fact in moving:
        if fact.source.system is role:
            first.setdefault(f"{dossier.number}|{fact.type}|{getattr(fact.payload, 'milestone', '')}", micros(fact.at))
    for key, at_us in first.items():
        at = str(at_us // SECOND)
        yield Record(key, {"at": at}, from_micros(at_us), optional=not both, dossier=dossier.id)


def run_tasks(dossier: Dossier) -> Iterator[Record]:
    """RC-14: the tasks of a run that is over, under `run|task`."""
    run = dossier.one("RUN", RunState)
    for task in sorted(run.tasks) if run is not None else ():
        closed = run is not None and run.closed
        yield Record(f"{dossier.number}|{task}", since=dossier.since, optional=not closed, dossier=dossier.id)


def run_outcomes(dossier: Dossier) -> Iterator[Record]:
    """RC-14: the tasks whose outcome was told."""
    run = dossier.one("RUN", RunState)
    for task, shipment in sorted(run.tasks.items()) if run is not None else ():
        if run is not None and {task, shipment} & run.done.keys():
            yield Record(f"{dossier.number}|{task}", optional=True, dossier=dossier.id)


def stops(dossier: Dossier) -> Iterator[Record]:
    """RC-23: stops where nobody unloads without a slot, under the request we make for them (`load.stop`)."""
    load = dossier.one("LD", LoadState)
    if load is None or load.state not in ("ACCEPTED", "IN_EXECUTION"):
        return
    for stop in load.stops:
        if stop.planned is not None and dossier.policy.appointments.needs(stop.location.location_no):
            at = {"at": str(int(stop.planned.earliest.timestamp()))} if stop.planned.earliest is not None else {}
            yield Record(f"{dossier.number}.{stop.seq}", at, dossier.since, dossier=dossier.id)


def bookings(dossier: Dossier) -> Iterator[Record]:
    """RC-23: slots docks have given for our requests."""
    slot = dossier.one("APT", AppointmentState)
    if slot is not None and slot.request.count(".") >= 2 and slot.state not in NOBODY and slot.slot_us[0]:
        key = slot.request.rpartition(".")[0]
        yield Record(key, {"at": str(slot.slot_us[0] // SECOND)}, dossier.since, optional=True, dossier=dossier.id)


def packages_shipped(dossier: Dossier) -> Iterator[Record]:
    """RC-25: every package a warehouse handed to a carrier."""
    for group, one in dossier.groups("FO", FulfilmentState):
        way = dossier.states.get(f"SHP:{group}")
        quiet = not isinstance(way, ShipmentState) or way.own_fleet
        for sscc in sorted({sscc for ssccs in one.handed.values() for sscc in ssccs}):
            yield Record(sscc, since=dossier.since, optional=quiet, dossier=dossier.id)


def packages_scanned(dossier: Dossier) -> Iterator[Record]:
    """RC-25: packages of shipments somebody on the way has seen."""
    for group, one in dossier.groups("SHP", ShipmentState):
        seen = one.delivered_us or any(slot.role in SCANNERS for slot in one.track.slots.values())
        goods = dossier.states.get(f"FO:{group}")
        if seen and isinstance(goods, FulfilmentState):
            for sscc in sorted({sscc for ssccs in goods.handed.values() for sscc in ssccs}):
                yield Record(sscc, optional=True, dossier=dossier.id)
