"""A canary order's life: approved, released, taken by everybody it concerns, cancelled before anything falls due.

It goes in by the same door and out by the same outbox as all orders; only who takes its commands is nobody real. We say
in the names of ERP, warehouse and TMS what they would say, so that nothing of it stays open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from crossdock.app.intake import Intake
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import FulfilmentCancelled
from crossdock.canonical.events.order import OrderApproved, OrderCancelRequested, OrderType
from crossdock.canonical.events.planning import ShipmentCancelled
from crossdock.canonical.parts import Address, Incoterm, OrderLine, Party, Place, StockAtp
from crossdock.canonical.vocabulary import Flag, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.errors import Bug
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.quantity import Quantity
from crossdock.ports.canary import ID, Canaries, CanaryRun
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Partner
from crossdock.ports.views import Views

CANCEL = "over"
DELIVERED = "delivered"
ONE = Quantity(Decimal(1))


@dataclass(frozen=True, slots=True)
class CanaryTerms:
    """One every `every_s` seconds; one that is not back after `patience_s` is given up."""

    every_s: float
    patience_s: float
    warehouse: str


@dataclass(frozen=True, slots=True)
class CanaryKeeper:
    """One order at a time. Several may run: a run is begun once, and ended once."""

    canaries: Canaries
    intake: Intake
    views: Views
    terms: CanaryTerms
    clock: Clock

    async def tend_once(self) -> int:
        """Send one that is due, or see whether the last is back; 1 when something changed.

        Raises:
            Transient: the hub is away: the canary under way is late, and will be counted so.
        """
        now = self.clock.now()
        run = await self.canaries.under_way()
        if run is not None:
            return await self._look(run, now)
        last = await self.canaries.last_sent()
        if last is not None and (now - last).total_seconds() < self.terms.every_s:
            return 0
        run = await self.canaries.begin(now)
        await self._say(Role.ERP, "order.approved", Subject("order", run.order_no), self._order(run), now, revision=1)
        return 1

    async def _look(self, run: CanaryRun, now: datetime) -> int:
        ident = f"order||{run.order_no}"
        row = next((one for one in await self.views.owners(ident) if one.ident == ident), None)
        commands = await self.views.commands(row.id) if row is not None else ()
        back = bool(commands) and all(one.state == DELIVERED for one in commands)
        if not back and (now - run.sent).total_seconds() < self.terms.patience_s:
            return 0
        ended = max((one.ended for one in commands if one.ended is not None), default=now) if back else now
        await self.canaries.end(run, ended, back=back)
        if row is not None:
            await self._cancel(run, now)
        return 1

    async def _cancel(self, run: CanaryRun, now: datetime) -> None:
        site = self.terms.warehouse
        number = f"{run.order_no}/{site}/1"
        order, part = Subject("order", run.order_no), Subject("fulfilment_order", number)
        shipment = Subject("shipment", number)
        gone = FulfilmentCancelled(order_no=run.order_no, warehouse=site, cancel_id=CANCEL)
        await self._say(Role.ERP, "order.cancel_requested", order, OrderCancelRequested(request_id=CANCEL), now)
        await self._say(Role.WMS, "fulfilment.cancelled", part, gone, now + timedelta(milliseconds=1))
        dropped = ShipmentCancelled(cancel_id=CANCEL)
        await self._say(Role.TMS, "shipment.cancelled", shipment, dropped, now + timedelta(milliseconds=2))

    def _order(self, run: CanaryRun) -> OrderApproved:
        stock = (StockAtp(self.terms.warehouse, Decimal(1)),)
        return OrderApproved(
            order_no=run.order_no,
            rev=1,
            customer=Party("CANARY", "Nobody"),
            ship_to=Place("CANARY", "Nobody", address=Address("NL", ("Nowhere 1",), "Utrecht", postal="3511 AB")),
            lines=(OrderLine("1", "CANARY", ONE, warehouse=self.terms.warehouse, stock=stock),),
            requested=Window(run.sent + timedelta(days=7)),
            incoterm=Incoterm("DAP"),
            currency="EUR",
            order_type=OrderType.SAMPLE,
        )

    async def _say(
        self,
        role: Role,
        name: str,
        subject: Subject,
        payload: Payload,
        at: datetime,
        *,
        revision: int | None = None,
    ) -> None:
        speaker = speaking(role, self.terms.warehouse)
        source = Source(role, ID, message_id=f"{subject.id}-{name}")
        flags = (Flag.SYNTHETIC,)
        body = make_envelope(name, subject, source, Occurrence(at), payload, revision=revision, flags=flags)
        receipts = await self.intake.facts(speaker, [body])
        if any(receipt.status == "refused" for receipt in receipts):
            raise Bug(f"our own intake refused {name} of a canary order: {receipts[0].findings}")


def speaking(role: Role, warehouse: str) -> Partner:
    """The canary in the name of a system of this role."""
    return Partner(ID, role, "canonical_json", sites=(warehouse,) if role is Role.WMS else ())
