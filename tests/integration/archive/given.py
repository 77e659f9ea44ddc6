"""Orders that are over: approved, called off, let go by everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crossdock.bench.trace import Order
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import FulfilmentCancelled
from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.canonical.events.planning import ShipmentCancelled
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.postgres.connection import Pool, transaction
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=500)


def approved(number: int) -> bytes:
    return next(iter(Order(number, START).facts())).body


def over(number: int) -> list[tuple[str, bytes]]:
    """An order that is approved, called off, and let go by its warehouse and its planner."""
    order = Order(number, START)
    wished = OrderCancelRequested(request_id=f"C-{number}", reason="customer")
    stopped = FulfilmentCancelled(
        order_no=order.number, warehouse="WH-NL1", cancel_id=f"C-{number}", lines=order.quantities()
    )
    said = (
        ("erp1", Role.ERP, "order.cancel_requested", Subject("order", order.number), wished),
        ("wms-nl1", Role.WMS, "fulfilment.cancelled", Subject("fulfilment_order", order.fo), stopped),
        ("tms1", Role.TMS, "shipment.cancelled", Subject("shipment", order.fo), ShipmentCancelled(cancel_id="C")),
    )
    return [
        ("erp1", approved(number)),
        *(
            (partner, make_envelope(name, about, Source(role, partner, message_id=f"{name}-{number}"),
                                    Occurrence(START + timedelta(hours=hour)), payload))
            for hour, (partner, role, name, about, payload) in enumerate(said, 1)
        ),
    ]  # fmt: skip


async def settle(pool: Pool) -> None:
    """Let everything that is on its way be gone, as the deliverer would."""
    async with transaction(pool) as connection:
        await connection.execute("delete from delivery")


async def told(world: World, pool: Pool, *numbers: int) -> None:
    for number in numbers:
        await world.take(over(number))
    async with transaction(pool) as connection:
        ids = [row[0] for row in await (await connection.execute("select id from dossier")).fetchall()]
    world.clock.at = START + timedelta(days=5)
    await world.ingest.wake(ids, world.clock.now())
    await settle(pool)
