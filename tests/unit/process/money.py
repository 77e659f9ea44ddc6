"""One order with prices, its shipment and its freight, told to the process managers of an order's dossier together."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

import msgspec

from crossdock.app.fold.dossier import place
from crossdock.app.fold.run import Run, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Charge,
    ChargeCode,
    DeliveredLine,
    Incoterm,
    LineQuantity,
    Mode,
    OrderLine,
    PackageInfo,
    Party,
    Place,
    StockAtp,
)
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.process.billing.state import BillingState
from crossdock.process.effects import Derive, Send
from crossdock.process.freight.state import FreightState
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.testing.given import NOON, elapsed, fact

ORDER = Subject("order", "SO-1")
FO = Subject("fulfilment_order", "SO-1/WH-NL1/1")
SHIPMENT = Subject("shipment", "SHP-1")
ITEM = Subject("billing_item", "SO-1/WH-NL1/1")
CASE = Subject("freight_case", "SO-1/WH-NL1/1")
KEY = "SO-1/WH-NL1/1"
GROUP = "WH-NL1/1"
SITE = {"order_no": "SO-1", "warehouse": "WH-NL1"}
P = TypeVar("P", bound=msgspec.Struct)


def eur(amount: str) -> Money:
    """Euros."""
    return Money(Decimal(amount), "EUR")


def qty(value: int) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value), "EA")


def lines(**amounts: int) -> tuple[LineQuantity, ...]:
    """Quantities by line: `l10=40`."""
    return tuple(LineQuantity(line=name[1:], qty=qty(amount)) for name, amount in amounts.items())


def door(**amounts: int) -> tuple[DeliveredLine, ...]:
    """Delivered by line."""
    return tuple(DeliveredLine(line=name[1:], delivered=qty(amount)) for name, amount in amounts.items())


def charge(code: str, amount: str, basis: str = "", rate: str = "", qty_: str = "", by: str = "") -> Charge:
    """A freight charge."""
    return Charge(
        code=ChargeCode(code), amount=eur(amount), basis=basis, rate=Decimal(rate) if rate else None,
        qty=Decimal(qty_) if qty_ else None, authorised_by=by,
    )  # fmt: skip


def approved(policy: str = "", incoterm: str = "FCA", **changes: object) -> erp.OrderApproved:
    """Line 10: 40 at 12.50; line 20: 10 at 3.00; both in WH-NL1."""
    stock = (StockAtp(warehouse="WH-NL1", atp=Decimal(500)),)
    named = erp.Policies(invoice_policy=erp.InvoicePolicy(policy) if policy else None)
    base: dict[str, object] = {
        "order_no": "SO-1",
        "rev": 1,
        "customer": Party(no="C-1"),
        "ship_to": Place(location_no="LOC-1", tz="Europe/London"),
        "lines": (
            OrderLine(no="10", item="IT-10", qty=qty(40), unit_price=eur("12.50"), stock=stock),
            OrderLine(no="20", item="IT-20", qty=qty(10), unit_price=eur("3.00"), stock=stock),
        ),
        "requested": Window(latest=NOON + timedelta(days=3)),
        "incoterm": Incoterm(code=incoterm),
        "currency": "EUR",
        "policies": named,
    }
    return erp.OrderApproved(**{**base, **changes})  # type: ignore[arg-type]


def handed(number: str = "HO-1", **amounts: int) -> wms.ShipmentHandedOver:
    """Custody left the dock."""
    gone = lines(**(amounts or {"l10": 40, "l20": 10}))
    return wms.ShipmentHandedOver(handover_no=number, at=NOON, packages=("P1",), lines=gone, **SITE)  # type: ignore[arg-type]


def pod(ref: str = "POD-1", **amounts: int) -> lmd.PodCaptured:
    """A clean proof of delivery."""
    kept = door(**(amounts or {"l10": 40, "l20": 10}))
    return lmd.PodCaptured(pod_ref=ref, attempt_no=1, captured_at=NOON, receiver="R", proofs=(), lines=kept)


def posted(number: str = "INV-1", total: str = "530.00", **amounts: int) -> fin.InvoicePosted:
    """The ERP's invoice: 40 x 12.50 + 10 x 3.00."""
    billed = lines(**(amounts or {"l10": 40, "l20": 10}))
    return fin.InvoicePosted(invoice_no=number, total=eur(total), lines=billed, date="2026-06-02")


ESTIMATE = fin.FreightEstimated(
    charges=(charge("LHL", "900.00", "kg", "2.00"), charge("FUE", "90.00", "pct", "10")), total=eur("990.00"),
    currency="EUR",
)  # fmt: skip


def claim(number: str = "FI-1", kind: str = "invoice", total: str = "", **charges: str) -> fin.FreightInvoiced:
    """The carrier's invoice, of 1000.00 and 100.00 unless said: what 500 kg come to."""
    parts = tuple(charge(code, amount) for code, amount in (charges or {"LHL": "1000.00", "FUE": "100.00"}).items())
    amount = total or str(sum(part.amount.amount for part in parts))
    return fin.FreightInvoiced(
        carrier="NVTR", invoice_no=number, type=fin.CarrierInvoiceType(kind), date="2026-06-09", charges=parts,
        total=eur(amount),
    )  # fmt: skip


def packed(text: str, kgm: Decimal) -> PackageInfo:
    """`P1:l10=40 l20=10` as a package."""
    number, _, contents = text.partition(":")
    amounts = {line: int(amount) for line, amount in (part.split("=") for part in contents.split())}
    return PackageInfo(package_no=number, kgm=kgm, contents=lines(**amounts))


class Story:
    """One dossier's fold, told fact by fact in canonical order, a minute apart."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.run = Run("order||SO-1", REGISTRIES["order"], policy or Policy())
        self.at = NOON
        self.seq = 0

    def tell(self, payload: Payload, about: Subject, *, name: str = "", by: Role | None = None) -> Told:
        """One more fact; what became of it."""
        self.at += timedelta(minutes=1)
        return self.fold(fact(payload, about, at=self.at, name=name, by=by))

    def ring(self, name: str, about: str = "", scope: str = KEY) -> Told:
        """The clock of this name runs out, when it is due."""
        timer = self.run.timers[name, scope, about]
        due = datetime.fromtimestamp(timer.due_us / 1_000_000, NOON.tzinfo)
        self.at = max(self.at, due)
        return self.fold(elapsed(name, scope, about=about, at=due))

    def fold(self, one: Fact) -> Told:
        """Offer a fact made elsewhere."""
        self.seq += 1
        told = Told(one, place(one), self.seq)
        told.transitions = []
        self.run.fold(told)
        return told

    # -- the usual ways ---------------------------------------------------------------------------------------------

    def planned(
        self, policy: str = "", incoterm: str = "FCA", packs: tuple[str, ...] = ("P1:l10=40 l20=10",), **changes: object
    ) -> Story:
        """Approved, released, packed, planned with a carrier that took it; a pack is `number:line=quantity …`."""
        self.tell(approved(policy, incoterm, **changes), ORDER)
        plan = tms.ShipmentPlanned(
            tms_id="SHP-1", request_id=KEY, mode=Mode.LTL, origin=Place(location_no="WH-NL1"),
            destination=Place(location_no="LOC-1"), carrier="NVTR",
        )  # fmt: skip
        self.tell(plan, SHIPMENT)
        self.tell(wms.FulfilmentAccepted(wms_ref="W", lines=lines(l10=40, l20=10), **SITE), FO)  # type: ignore[arg-type]
        self.tell(wms.AllocationConfirmed(lines=lines(l10=40, l20=10), **SITE), FO)  # type: ignore[arg-type]
        tender = tms.CarrierTendered(tender_no="T-1", seq=1, carrier="NVTR", expires_at=NOON + timedelta(days=1))
        self.tell(tender, SHIPMENT)
        self.tell(tms.CarrierAccepted(tender_no="T-1", carrier="NVTR"), SHIPMENT)
        self.tell(wms.WaveAssigned(wave_no="V", **SITE), FO)  # type: ignore[arg-type]
        self.tell(wms.PickCompleted(lines=lines(l10=40, l20=10), **SITE), FO)  # type: ignore[arg-type]
        packages = tuple(packed(pack, Decimal(500) / len(packs)) for pack in packs)
        self.tell(wms.PackCompleted(packages=packages, complete=True, **SITE), FO)  # type: ignore[arg-type]
        return self

    def shipped(self, policy: str = "", incoterm: str = "FCA") -> Story:
        """… and handed over."""
        self.planned(policy, incoterm)
        self.tell(handed(), FO)
        return self

    def departed(self) -> Told:
        """The carrier left."""
        return self.tell(trk.TrackingMilestone(milestone=Milestone.DEPARTED_ORIGIN, stop_seq=1), SHIPMENT)

    def delivered(self) -> Told:
        """The carrier says so."""
        return self.tell(trk.TrackingMilestone(milestone=Milestone.DELIVERED, stop_seq=2), SHIPMENT)

    def accrued(self) -> Story:
        """… quoted for, and handed over: 1000.00 line haul and 100.00 fuel are owed."""
        self.planned()
        self.tell(ESTIMATE, SHIPMENT)
        self.tell(handed(), FO)
        return self

    # -- reading off --------------------------------------------------------------------------------------------------

    def sent(self, kind: str) -> list[Payload]:
        """Payloads of the distinct commands of a type, in order."""
        found: dict[str, Payload] = {}
        for emission in self.run.emissions:
            if isinstance(emission.effect, Send) and emission.effect.type == kind:
                found.setdefault(emission.effect.key, emission.effect.payload)
        return list(found.values())

    def concluded(self, kind: str) -> list[Payload]:
        """Payloads of the facts concluded of a type."""
        return [
            emission.effect.payload
            for emission in self.run.emissions
            if isinstance(emission.effect, Derive) and emission.effect.type == kind
        ]

    def cases(self, prefix: str = "FIN") -> set[tuple[str, str]]:
        """Open cases of a queue: code and slot."""
        return {(code, slot) for code, _, slot in self.run.cases if code.startswith(prefix)}

    def timers(self) -> set[str]:
        """Names of the running clocks of the release."""
        return {name for name, scope, _ in self.run.timers if scope == KEY}

    def _state(self, name: str, kind: type[P]) -> P:
        state = self.run.states.get(name)
        assert isinstance(state, kind), f"{name} has not begun"
        return state

    @property
    def bil(self) -> BillingState:
        """The billing item."""
        return self._state(f"BIL:{GROUP}", BillingState)

    @property
    def frt(self) -> FreightState:
        """The freight case."""
        return self._state(f"FRT:{GROUP}", FreightState)

    @property
    def order(self) -> OrderState:
        """The order."""
        return self._state("ORD", OrderState)


def rows(told: Told, prefix: str) -> list[str]:
    """The rows of one machine a fact took, with the state it came to: `BIL-04 POSTED`."""
    return [f"{part.split()[0]} {part.rpartition('>')[2]}" for part in told.transitions if part.startswith(prefix)]
