"""One item in one warehouse, in every fact its dossier is told, and a world to tell them to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.bench.trace import Told
from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events import inventory as inv
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.policy import Policy
from crossdock.process.stock.machine import MACHINE
from crossdock.process.stock.state import StockState
from crossdock.process.terms.stock import Stock
from crossdock.testing.world import Ending, World

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "wms-gb1": Partner("wms-gb1", Role.WMS, "canonical_json", sites=("WH-GB1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
}
START = datetime(2026, 6, 1, 6, tzinfo=UTC)
WAREHOUSE, ITEM = "WH-NL1", "IT-1"
STOCK = Subject("stock", f"{WAREHOUSE}|{ITEM}")
SITE = Subject("warehouse", WAREHOUSE)
HERE = {"warehouse": WAREHOUSE, "item": ITEM}
AVAILABLE = "|available"


def at(minute: float) -> datetime:
    """An instant counted from the start."""
    return START + timedelta(minutes=minute)


def qty(value: float | str) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(str(value)), "EA")


def say(payload: Payload, minute: float, subject: Subject = STOCK, partner: str = "", seq: int | None = None) -> Told:
    """A fact on the wire, said by its owner."""
    kind = EVENT_OF_PAYLOAD[type(payload)]
    partner = partner or ("erp1" if Role.ERP in kind.owners else "wms-nl1")
    source = Source(PARTNERS[partner].role, partner, message_id=f"{partner}-{kind.name}-{minute}", seq=seq)
    return Told(partner, make_envelope(kind.name, subject, source, Occurrence(at(minute)), payload))


def moved(name: str, kind: str, value: float, minute: float, seq: int | None = None, **more: object) -> Told:
    """A movement."""
    payload = inv.InventoryMoved(
        **HERE,
        movement_id=name,
        type=inv.MovementType(kind),
        qty=qty(value),
        at=at(minute),
        seq=seq,
        **more,  # type: ignore[arg-type]
    )
    return say(payload, minute)


def row(on_hand: float, status: str = "available", **more: object) -> inv.SnapshotRow:
    """One row about the item."""
    return inv.SnapshotRow(
        item=ITEM,
        on_hand=Decimal(str(on_hand)),
        status=inv.StockStatus(status),
        **more,  # type: ignore[arg-type]
    )


def snapshot(name: str, minute: float, *rows: inv.SnapshotRow, seq: int = 0, partner: str = "wms-nl1") -> Told:
    """The whole stock of the warehouse."""
    payload = inv.InventorySnapshotTaken(snapshot_id=name, as_of=at(minute), watermark_seq=seq, rows=rows)
    return say(payload, minute, SITE, partner)


def booked(name: str, minute: float) -> Told:
    """The ERP has booked a movement."""
    return say(inv.InventoryErpPosted(movement_id=name, doc_no=f"49{name}"), minute)


def counted(name: str, count: float, book: float, minute: float) -> Told:
    """A count."""
    payload = inv.InventoryCounted(**HERE, count_id=name, counted=qty(count), book=qty(book), at=at(minute))
    return say(payload, minute)


def adjusted(name: str, value: float, minute: float, count: str = "") -> Told:
    """The warehouse corrects its books."""
    payload = inv.InventoryAdjusted(
        **HERE, movement_id=name, qty=qty(value), reason="count", at=at(minute), count_ref=count
    )
    return say(payload, minute)


def world(**terms: object) -> World:
    """A hub that has nothing yet."""
    return World(PARTNERS, policy=Policy(stock=Stock(**terms)), now=START)  # type: ignore[arg-type]


async def tell(hub: World, *told: Told) -> None:
    """One fact a batch, none before it happened."""
    for one in told:
        hub.clock.at = max(hub.clock.at, decode_fact(one.body, START).at)
        await hub.take([(one.partner, one.body)])


async def ending(told: Sequence[Told], sizes: Sequence[int] = (), policy: Policy | None = None) -> Ending:
    """What this order of arrival ends in; everything reaches us long after it happened."""
    hub = World(PARTNERS, policy=policy or Policy(), now=START + timedelta(days=5))
    left = list(told)
    for size in [*sizes, *[1] * len(told)]:
        batch, left = left[:size], left[size:]
        await hub.take((one.partner, one.body) for one in batch)
    return hub.ending()


def stock(hub: World, ident: str = f"stock||{WAREHOUSE}|{ITEM}") -> StockState:
    """The books of an item."""
    row_ = next(dossier for dossier in hub.store.dossiers.values() if dossier.ident == ident)
    return msgspec.msgpack.decode(unpack(row_.state).machines[MACHINE.name], type=StockState)


def on_hand(hub: World, name: str = AVAILABLE) -> int:
    """What lies under a lot and status, in whole pieces."""
    return stock(hub).positions[name].on_hand // 1_000_000


def erp(hub: World, name: str = AVAILABLE) -> int:
    """What the ERP books of it, in whole pieces."""
    return stock(hub).positions[name].erp // 1_000_000


def commands(hub: World, kind: str) -> list[dict[str, object]]:
    """Payloads of the commands of a type, in the order they were given."""
    return [msgspec.json.decode(one.payload) for one in hub.store.deliveries if one.type == kind]


def facts(hub: World, kind: str) -> list[dict[str, object]]:
    """Payloads of the facts of a type, in canonical order."""
    rows = sorted(hub.store.events.values(), key=lambda one: (one.occurred, one.seq))
    return [msgspec.json.decode(one.body)["payload"] for one in rows if one.type == kind]


def transitions(hub: World) -> list[str]:
    """The rows taken, in canonical order."""
    rows = sorted(hub.store.events.values(), key=lambda one: (one.occurred, one.seq))
    return [one.transitions for one in rows if one.transitions]


def failed(name: str, minute: float) -> Told:
    """The ERP could not book a movement."""
    return say(inv.InventoryErpPostFailed(movement_id=name, reason="period closed"), minute)
