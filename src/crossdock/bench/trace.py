"""The history the benchmark plays: orders from approval to proof of delivery, five to a load, some facts twice, some
late.

An order's thirteen facts come from the ERP, a warehouse, the TMS and a carrier; every fifth order's load adds three.
What each order must send is known beforehand (`expected_commands`), so the pipeline is checked before its speed is
believed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.fulfilment import (
    AllocationConfirmed,
    FulfilmentAccepted,
    PackCompleted,
    PickCompleted,
    ShipmentHandedOver,
    WaveAssigned,
)
from crossdock.canonical.events.last_mile import PodCaptured, ProofKind
from crossdock.canonical.events.order import OrderApproved, Policies
from crossdock.canonical.events.planning import CarrierAccepted, CarrierTendered, LoadBuilt, ShipmentPlanned
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Address,
    DeliveredLine,
    Incoterm,
    LineQuantity,
    Mode,
    OrderLine,
    PackageInfo,
    PackageType,
    Party,
    Place,
    RawCode,
    Receiver,
    StockAtp,
    Stop,
    StopType,
    Windows,
)
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.identifiers_checks import gs1_digit
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner

ORDERS_PER_LOAD = 5
DUPLICATE_SHARE = 0.05
OVERTAKEN_SHARE = 0.05
WAREHOUSE = "WH-NL1"
CARRIER = "NVTR"

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "canonical_json", sites=(WAREHOUSE,)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "nvtr": Partner("nvtr", Role.CAR, "canonical_json", scacs=(CARRIER,)),
}

# What one order sends when nothing goes wrong, by type and how often.
COMMANDS_PER_ORDER = {
    "create_fulfilment_order": 1,
    "plan_shipment": 1,
    "post_goods_issue": 1,
    "confirm_handover": 1,
}


class Told(msgspec.Struct, frozen=True):
    """One fact on the wire: who says it and the bytes."""

    partner: str
    body: bytes


class Order:
    """The facts of one order, in the order they happen."""

    def __init__(self, number: int, start: datetime) -> None:
        self.number = f"SO-{number:08d}"
        self.shipment = f"SHP-{number:08d}"
        self.load = f"LD-{number // ORDERS_PER_LOAD:08d}"
        self.start = start
        self.fo = f"{self.number}/{WAREHOUSE}/1"
        serial = f"{38712345000000000 + number:017d}"
        self.sscc = serial + gs1_digit(serial)
        self.lines = (("10", Decimal(40)), ("20", Decimal(100)), ("30", Decimal(5)))

    def quantities(self) -> tuple[LineQuantity, ...]:
        """All lines in full."""
        return tuple(LineQuantity(line, Quantity(amount)) for line, amount in self.lines)

    def facts(self) -> Iterator[Told]:
        """From approval to proof."""
        yield self._tell("erp1", "order.approved", "order", self.number, 0, self._approved(), revision=1)
        yield self._tell("tms1", "shipment.planned", "shipment", self.shipment, 2, self._planned(), revision=1)
        accepted = FulfilmentAccepted(
            order_no=self.number, warehouse=WAREHOUSE, wms_ref=f"W{self.number}", lines=self.quantities()
        )
        yield self._warehouse("fulfilment.accepted", 4, accepted)
        allocated = AllocationConfirmed(order_no=self.number, warehouse=WAREHOUSE, lines=self.quantities())
        yield self._warehouse("allocation.confirmed", 20, allocated)
        wave = WaveAssigned(order_no=self.number, warehouse=WAREHOUSE, wave_no="W-NL-204")
        yield self._warehouse("wave.assigned", 60, wave)
        picked = PickCompleted(order_no=self.number, warehouse=WAREHOUSE, lines=self.quantities())
        yield self._warehouse("pick.completed", 90, picked)
        package = PackageInfo(self.sscc, PackageType.PALLET, Decimal("612.400"), contents=self.quantities())
        packed = PackCompleted(order_no=self.number, warehouse=WAREHOUSE, packages=(package,), complete=True)
        yield self._warehouse("pack.completed", 120, packed)
        yield self._warehouse("shipment.handed_over", 180, self._handed_over())
        yield self._milestone(Milestone.DEPARTED_ORIGIN, 200, "VENLO", 1)
        yield self._milestone(Milestone.ARRIVED_FACILITY, 600, "ROTTERDAM", None)
        yield self._milestone(Milestone.OUT_FOR_DELIVERY, 1300, "LONDON", None)
        yield self._milestone(Milestone.DELIVERED, 1500, "LONDON", 2)
        yield self._tell("tms1", "pod.captured", "shipment", self.shipment, 1510, self._pod())

    def load_facts(self, shipments: tuple[str, ...]) -> Iterator[Told]:
        """Built, tendered, accepted: told once a load."""
        stops = (Stop(1, StopType.PICKUP, Place(WAREHOUSE)), Stop(2, StopType.DELIVERY, Place("LOC-HP-LON")))
        built = LoadBuilt(load_id=self.load, shipments=shipments, stops=stops)
        yield self._tell("tms1", "load.built", "load", self.load, 25, built, revision=1)
        expires = self.start + timedelta(minutes=90)
        tender = CarrierTendered(tender_no=f"T-{self.load}", seq=1, carrier=CARRIER, expires_at=expires)
        yield self._tell("tms1", "carrier.tendered", "load", self.load, 30, tender)
        accepted = CarrierAccepted(tender_no=f"T-{self.load}", carrier=CARRIER, pro_no=f"NV{self.load[3:]}")
        yield self._tell("nvtr", "carrier.accepted", "load", self.load, 40, accepted)

    def _tell(
        self,
        partner: str,
        name: str,
        kind: str,
        subject: str,
        minute: int,
        payload: Payload,
        revision: int | None = None,
    ) -> Told:
        at = self.start + timedelta(minutes=minute)
        body = make_envelope(
            name,
            Subject(kind, subject),
            Source(PARTNERS[partner].role, partner, message_id=f"{partner}-{subject}-{name}-{minute}"),
            Occurrence(at, offset_min=120, tz="Europe/Amsterdam", raw=at.isoformat()),
            payload,
            revision=revision,
            refs=(Reference("po", f"HP-PO-{self.number}"),) if kind == "order" else (),
        )
        return Told(partner, body)

    def _warehouse(self, name: str, minute: int, payload: Payload) -> Told:
        return self._tell("wms-nl1", name, "fulfilment_order", self.fo, minute, payload)

    def _milestone(self, milestone: Milestone, minute: int, city: str, stop: int | None) -> Told:
        place = Place(name=city, address=Address("NL", city=city), tz="Europe/Amsterdam")
        payload = TrackingMilestone(
            milestone=milestone, location=place, stop_seq=stop, raw=RawCode("AF", "NS", f"{milestone} at {city}")
        )
        return self._tell("nvtr", "tracking.milestone", "shipment", self.shipment, minute, payload)

    def _approved(self) -> OrderApproved:
        ship_to = Place(
            "LOC-HP-LON",
            "Harrow & Pike Ltd, London",
            address=Address("GB", ("12 Wharf Road",), "London", postal="N1 7GR"),
            tz="Europe/London",
        )
        return OrderApproved(
            order_no=self.number,
            rev=1,
            customer=Party("C-7781", "Harrow & Pike Ltd"),
            ship_to=ship_to,
            lines=tuple(
                OrderLine(
                    line, f"IT-{line}", Quantity(amount), warehouse=WAREHOUSE, stock=(StockAtp(WAREHOUSE, amount),)
                )
                for line, amount in self.lines
            ),
            requested=Window(self.start + timedelta(days=3)),
            incoterm=Incoterm("DAP", "London"),
            currency="EUR",
            customer_po=f"HP-PO-{self.number}",
            policies=Policies(),
        )

    def _planned(self) -> ShipmentPlanned:
        return ShipmentPlanned(
            tms_id=self.shipment,
            request_id=self.fo,
            mode=Mode.LTL,
            origin=Place(WAREHOUSE),
            destination=Place("LOC-HP-LON"),
            windows=Windows(),
            load=self.load,
            carrier=CARRIER,
        )

    def _handed_over(self) -> ShipmentHandedOver:
        return ShipmentHandedOver(
            order_no=self.number,
            warehouse=WAREHOUSE,
            handover_no=f"HO-{self.number}",
            at=self.start + timedelta(minutes=180),
            packages=(self.sscc,),
            lines=self.quantities(),
            receiver=Receiver(),
        )

    def _pod(self) -> PodCaptured:
        return PodCaptured(
            pod_ref=f"POD-{self.number}",
            attempt_no=1,
            captured_at=self.start + timedelta(minutes=1510),
            receiver="J. Pike",
            proofs=(ProofKind.SIGNATURE,),
            lines=tuple(DeliveredLine(line, Quantity(amount)) for line, amount in self.lines),
        )


def history(orders: int, *, seed: int, first: int = 1, open_at_once: int = 200) -> list[Told]:
    """The facts of `orders` orders as they arrive, `open_at_once` loads under way at any time.

    5 % of all facts come twice, 5 % are overtaken by the next fact of their order. The same seed gives the same bytes.
    """
    dice = random.Random(seed)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=5)
    queues = list(_queues(orders, first, start, dice))
    arrived: list[Told] = []
    waiting = iter(queues)
    under_way = [queue for _, queue in zip(range(open_at_once), waiting, strict=False)]
    while under_way:
        place = dice.randrange(len(under_way))
        queue = under_way[place]
        told = queue.pop()
        arrived.append(told)
        if dice.random() < DUPLICATE_SHARE:
            arrived.append(told)
        if not queue:
            fresh = next(waiting, None)
            if fresh is None:
                under_way[place] = under_way[-1]
                under_way.pop()
            else:
                under_way[place] = fresh
    return arrived


def _queues(orders: int, first: int, start: datetime, dice: random.Random) -> Iterator[list[Told]]:
    """One queue a load: its orders' facts interleaved with its own, last first (so that `pop` takes the next)."""
    for number in range(first, first + orders, ORDERS_PER_LOAD):
        # A second apart, as they arrive: facts of one instant would overtake each other beyond the share declared.
        members = [
            Order(member, start + timedelta(seconds=place))
            for place, member in enumerate(range(number, min(number + ORDERS_PER_LOAD, first + orders)))
        ]
        for member in members:
            member.load = members[0].load
        told: list[Told] = []
        streams = [overtaken(list(member.facts()), dice) for member in members]
        told += [stream[step] for step in range(4) for stream in streams]
        told += members[0].load_facts(tuple(member.shipment for member in members))
        told += [stream[step] for step in range(4, len(streams[0])) for stream in streams]
        yield told[::-1]


def overtaken(stream: list[Told], dice: random.Random) -> list[Told]:
    """One order's facts with 5 % of them passed by the next one."""
    for place in range(len(stream) - 1):
        if dice.random() < OVERTAKEN_SHARE:
            stream[place], stream[place + 1] = stream[place + 1], stream[place]
    return stream
