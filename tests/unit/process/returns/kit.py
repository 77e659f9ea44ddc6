"""One delivered order and everything that can be said of its returns, as facts on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.bench.trace import PARTNERS as BENCH
from crossdock.bench.trace import Order, Told
from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.events import returns as ret
from crossdock.canonical.events.money import InvoicePosted
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import LineQuantity, PackageInfo
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.order.machine import MACHINE as ORD
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.terms.returns import Returns
from crossdock.testing.world import Ending, World

PARTNERS = {**BENCH, "portal": Partner("portal", Role.PRT, "canonical_json")}
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
# The order is delivered at 1,500 minutes; returns are told by the day after that.
DELIVERED = 1500
NUMBER, GROUP = ORDER.number, f"{ORDER.number}/WH-NL1/1"
KEY = f"{NUMBER}/RQ-1"
ITEM = Subject("billing_item", GROUP)


def at(hours: float) -> datetime:
    """An instant counted from the delivery."""
    return START + timedelta(minutes=DELIVERED, hours=hours)


def qty(value: int) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value), "EA")


def say(payload: Payload, hours: float, subject: str, partner: str = "", kind: str = "return") -> Told:
    """A fact on the wire, said by its owner."""
    declared = EVENT_OF_PAYLOAD[type(payload)]
    owner = next(one for one in PARTNERS.values() if one.role in declared.owners)
    partner = partner or owner.id
    source = Source(PARTNERS[partner].role, partner, message_id=f"{partner}-{declared.name}-{hours}")
    refs = () if kind == "return" else (Reference("order", NUMBER),)
    body = make_envelope(declared.name, Subject(kind, subject), source, Occurrence(at(hours)), payload, refs=refs)
    return Told(partner, body)


def lines(*amounts: tuple[str, int], **more: object) -> tuple[ret.ReturnLine, ...]:
    """Quantities by line."""
    return tuple(ret.ReturnLine(line=line, qty=qty(amount), **more) for line, amount in amounts)  # type: ignore[arg-type]


def requested(*amounts: tuple[str, int], hours: float = 1, reason: str = "damaged", name: str = "RQ-1") -> Told:
    """The customer asks."""
    payload = ret.ReturnRequested(request_id=name, lines=lines(*amounts, reason=reason), order_no=NUMBER)
    return say(payload, hours, name)


def initiated(
    *amounts: tuple[str, int],
    hours: float = 2,
    request: str = "RQ-1",
    name: str = "RMA-1",
    until: float = 0,
    rev: int = 1,
) -> Told:
    """The ERP authorises."""
    authorised = tuple(ret.ReturnLine(line=line, qty_authorised=qty(amount)) for line, amount in amounts)
    payload = ret.ReturnInitiated(
        rma_no=name,
        lines=authorised,
        window_until=at(until) if until else None,
        order_no=NUMBER,
        request_id=request,
        rev=rev,
    )
    return say(payload, hours, name)


def received(*amounts: tuple[str, int], hours: float = 30, name: str = "RC-1", **more: object) -> Told:
    """The warehouse has it."""
    payload = ret.ReturnReceived(receipt_no=name, lines=lines(*amounts, **more), at=at(hours), rma_no="RMA-1")
    return say(payload, hours, "RMA-1")


def inspected(*amounts: tuple[str, int], hours: float = 31, name: str = "RC-1", **more: object) -> Told:
    """The warehouse looked at it."""
    payload = ret.ReturnInspected(receipt_no=name, lines=lines(*amounts, **more), rma_no="RMA-1")
    return say(payload, hours, "RMA-1")


def disposed(*amounts: tuple[str, int], hours: float = 32, name: str = "RC-1", what: str = "restock") -> Told:
    """The warehouse decided."""
    decided = lines(*amounts, disposition=ret.ReturnDisposition(what))
    return say(ret.ReturnDispositioned(receipt_no=name, lines=decided, rma_no="RMA-1"), hours, "RMA-1")


def credited(hours: float = 40, name: str = "CN-1") -> Told:
    """The ERP gave the money back."""
    amount = Money(Decimal("20.00"), "EUR")
    return say(ret.ReturnCredited(credit_no=name, amount=amount, rma_no="RMA-1"), hours, "RMA-1")


def booked(hours: float = 30.1, name: str = "RC-1") -> Told:
    """The ERP booked a receipt."""
    return say(inv.InventoryErpPosted(movement_id=name, doc_no="5000001"), hours, "RMA-1", "erp1")


def invoiced(hours: float = 0.5, name: str = "INV-1", *amounts: tuple[str, int]) -> Told:
    """The ERP billed the delivery."""
    billed = tuple(LineQuantity(line=line, qty=qty(amount)) for line, amount in amounts or (("10", 40), ("20", 100)))
    total = Money(Decimal("1400.00"), "EUR")
    return say(
        InvoicePosted(invoice_no=name, total=total, lines=billed, date="2026-06-02"), hours, GROUP, kind="billing_item"
    )


def unannounced(*amounts: tuple[str, int], hours: float = 20, sscc: str = ORDER.sscc) -> Told:
    """Goods nobody announced, in the package they left in."""
    payload = ret.ReturnUnannouncedReceived(
        receipt_no="RC-9", packages=(PackageInfo(sscc=sscc),), contents=lines(*amounts)
    )
    return say(payload, hours, "RC-9")


def delivered() -> list[Told]:
    """The order, from approval to proof."""
    facts = list(ORDER.facts())
    return [*facts[:2], *ORDER.load_facts((ORDER.shipment,)), *facts[2:]]


def policy(**terms: object) -> Policy:
    """A policy with these terms of returns."""
    return Policy(returns=Returns(**terms))  # type: ignore[arg-type]


async def world(*told: Told, terms: Policy | None = None, order: Sequence[Told] = ()) -> World:
    """A hub that knows the delivered order, and these facts one by one."""
    hub = World(PARTNERS, policy=terms or Policy(), now=at(0))
    await hub.take((one.partner, one.body) for one in order or delivered())
    await tell(hub, *told)
    return hub


async def tell(hub: World, *told: Told) -> None:
    """One fact a batch, none before it happened."""
    for one in told:
        hub.clock.at = max(hub.clock.at, decode_fact(one.body, START).at)
        await hub.take([(one.partner, one.body)])


async def ending(told: Sequence[Told], sizes: Sequence[int] = ()) -> Ending:
    """What this order of arrival ends in; everything reaches us long after it happened."""
    hub = World(PARTNERS, now=at(24 * 20))
    left = list(told)
    for size in [*sizes, *[1] * len(told)]:
        batch, left = left[:size], left[size:]
        await hub.take((one.partner, one.body) for one in batch)
    return hub.ending()


def label(hub: World, machine: str = "RET:RQ-1") -> str:
    """The state of a return."""
    row = next(dossier for dossier in hub.store.dossiers.values() if dossier.ident == f"order||{NUMBER}")
    labels = dict(part.rsplit(" ", 1) for part in row.label.split("; "))
    return labels.get(machine, "")


def books(hub: World) -> OrderState:
    """The order's books."""
    row = next(dossier for dossier in hub.store.dossiers.values() if dossier.ident == f"order||{NUMBER}")
    return msgspec.msgpack.decode(unpack(row.state).machines[ORD.name], type=OrderState)


def commands(hub: World, kind: str) -> list[dict[str, object]]:
    """Payloads of the commands of a type."""
    return [msgspec.json.decode(one.payload) for one in hub.store.deliveries if one.type == kind]


def rows(hub: World) -> list[str]:
    """The rows RET took, in canonical order."""
    events = sorted(hub.store.events.values(), key=lambda one: (one.occurred, one.seq))
    parts = [part for one in events for part in one.transitions.split("; ")]
    return [part.split(" ")[0] for part in parts if part.startswith("RET")]


def cases(hub: World) -> set[tuple[str, str]]:
    """Codes and slots of the cases about returns."""
    return {(code, slot) for code, _, slot in hub.store.cases if code in ("WHS-13", "CSR-02", "FIN-08", "FIN-09")}


def order_milestone(milestone: Milestone, minute: int = 1600) -> list[Told]:
    """What the carrier saw of the order's shipment."""
    source = Source(Role.CAR, "nvtr", message_id=f"nvtr-{milestone}")
    when = Occurrence(START + timedelta(minutes=minute))
    subject = Subject("shipment", ORDER.shipment)
    return [
        Told("nvtr", make_envelope("tracking.milestone", subject, source, when, TrackingMilestone(milestone=milestone)))
    ]


def payload_of(told: Told) -> Payload:
    """What a fact on the wire says."""
    payload = decode_fact(told.body, START).payload
    assert isinstance(payload, Payload)
    return payload


def books_of(hub: World, rma: str) -> str:
    """The id of the return an authorisation belongs to."""
    return next(name for name, back in books(hub).returns.items() if back.rma == rma)
