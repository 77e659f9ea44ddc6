"""What the documents wait for: orders, shipments and loads that bear their numbers, said by ERP, warehouse and TMS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.events.planning import CarrierAccepted, CarrierTendered, LoadBuilt, ShipmentPlanned
from crossdock.canonical.parts import Address, Incoterm, LineQuantity, Mode, OrderLine, Party, Place, Stop, StopType
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.quantity import Quantity
from crossdock.testing.assembled import Assembled
from crossdock.testing.real_input.documents import SPEAKERS, WAREHOUSE, Document

HERE = Place(location_no=WAREHOUSE, address=Address(country="US", region="NY"))
ONE = (LineQuantity("10", Quantity(Decimal(1))),)


class Teller:
    """Says what must be there for one document, dated before it, an hour after the other."""

    def __init__(self, hub: Assembled, document: Document) -> None:
        self._hub = hub
        self._start = min(fact.at for fact in document.facts) - timedelta(days=2)
        self._hours = 0

    async def say(
        self, partner: str, name: str, subject: Subject, payload: Payload, revision: int | None = None
    ) -> None:
        """One fact over HTTP."""
        self._hours += 1
        when = Occurrence(self._start + timedelta(hours=self._hours))
        body = make_envelope(name, subject, Source(SPEAKERS[partner], partner), when, payload, revision=revision)
        answer = await self._hub.post(partner, body)
        if answer.status_code != 200:
            raise AssertionError(f"{name} {subject.id}: {answer.text}")

    async def order(self, number: str, warehouse: str, lines: Sequence[LineQuantity]) -> None:
        """The order, approved for what is shipped of it."""
        amounts: dict[str, Quantity] = {}
        for line in lines:
            amounts[line.line] = amounts[line.line] + line.qty if line.line in amounts else line.qty
        ordered = tuple(OrderLine(no=no, item=f"IT-{no}", qty=qty, warehouse=warehouse) for no, qty in amounts.items())
        approved = OrderApproved(
            order_no=number,
            rev=1,
            customer=Party(no="C-1", name="Customer"),
            ship_to=HERE,
            lines=ordered,
            requested=Window(latest=self._start + timedelta(days=30)),
            incoterm=Incoterm(code="DAP"),
            currency="USD",
        )
        await self.say("erp", "order.approved", Subject("order", number), approved, revision=1)

    async def shipment(self, number: str, release: str, *, load: str = "", pro: str = "", carrier: str = "") -> None:
        """The shipment of a release (`order/warehouse/1`), planned under this number."""
        planned = ShipmentPlanned(
            tms_id=number,
            request_id=release,
            mode=Mode.LTL,
            origin=HERE,
            destination=HERE,
            load=load,
            pro_no=pro,
            carrier=carrier,
        )
        await self.say("tms", "shipment.planned", Subject("shipment", number), planned, revision=1)

    async def load(self, number: str, shipment: str, carrier: str) -> None:
        """The load of that shipment, built and offered to the carrier."""
        stops = (
            Stop(seq=1, type=StopType.PICKUP, location=HERE, shipments_on=(shipment,)),
            Stop(seq=2, type=StopType.DELIVERY, location=HERE, shipments_off=(shipment,)),
        )
        subject = Subject("load", number)
        await self.say("tms", "load.built", subject, LoadBuilt(load_id=number, shipments=(shipment,), stops=stops), 1)
        expires = self._start + timedelta(days=365)
        tender = CarrierTendered(tender_no=number, seq=1, carrier=carrier, expires_at=expires)
        await self.say("tms", "carrier.tendered", subject, tender)

    async def departure(self, load: str, shipment: str, order: str, carrier: str) -> None:
        """The carrier takes the load, if there is one, and the goods leave the dock."""
        if load:
            accepted = CarrierAccepted(tender_no=load, carrier=carrier)
            await self.say("tms", "carrier.accepted", Subject("load", load), accepted)
        left = ShipmentHandedOver(
            handover_no=f"HO-{shipment}",
            at=self._start + timedelta(hours=self._hours + 1),
            packages=(),
            lines=ONE,
            order_no=order,
            warehouse=WAREHOUSE,
        )
        await self.say("wms", "shipment.handed_over", Subject("shipment", shipment), left)


async def release(hub: Assembled, document: Document) -> None:
    """Say what the document waits for, number by number, and let what is due elapse."""
    told = Teller(hub, document)
    if document.code == "945":
        await release_advised(told, document)
    else:
        await release_carried(told, document)
    await hub.ring()


async def release_advised(told: Teller, document: Document) -> None:
    """Orders and shipments that a warehouse speaks of."""
    for fact in document.facts:
        advice = fact.payload
        if not isinstance(advice, ShipmentHandedOver):
            raise TypeError(f"{document.name} says {fact.type}, which is no advice")
        order, key = advice.order_no, f"{advice.order_no}/{advice.warehouse}/1"
        await told.order(order, advice.warehouse, advice.lines)
        await told.shipment(f"S-{order}" if fact.subject.id == key else fact.subject.id, key)


async def release_carried(told: Teller, document: Document) -> None:
    """Shipments and loads that a carrier speaks of."""
    for load, shipment, pro, carrier in dict.fromkeys(spoken_of(document)):
        order = f"SO-{shipment}"
        await told.order(order, WAREHOUSE, ONE)
        await told.shipment(shipment, f"{order}/{WAREHOUSE}/1", load=load, pro=pro, carrier=carrier)
        if load:
            await told.load(load, shipment, carrier)
        if document.code == "214":
            await told.departure(load, shipment, order, carrier)


def spoken_of(document: Document) -> Iterator[tuple[str, str, str, str]]:
    """Load, shipment, PRO number and carrier, as far as the facts name them.

    A 990 answers for a load; the number in a 214 may be either, so both bear it. A carrier's own number alone is a
    shipment's without a load.
    """
    for fact in document.facts:
        named = {ref.scheme: ref for ref in reversed(fact.refs)}
        pro = named.get("pro")
        carrier = pro.scope if pro is not None else str(getattr(fact.payload, "carrier", ""))
        if "load" in named:
            number = named["load"].id
            yield number, number if document.code == "214" else f"S-{number}", "", carrier
        elif pro is not None:
            yield "", f"S-{pro.id}", pro.id, carrier
