"""CHO as the fold sees it."""

from __future__ import annotations

from crossdock.process.channel_order.decide import ACTIONS, WATCHES, gate
from crossdock.process.channel_order.evolve import evolve
from crossdock.process.channel_order.guards import GUARDS
from crossdock.process.channel_order.state import ChannelOrderState
from crossdock.process.channel_order.table import PROGRESS, ROWS
from crossdock.process.step import HOLD_TTL, Spec, TableMachine

WAITS = dict.fromkeys(
    (
        "channel.order_paid", "channel.order_cancelled", "channel.order_refunded", "channel.order_entered",
        "channel.order_shipped", "channel.shipment_voided", "channel.order_delivered", "channel.order_stopped",
        "channel.cancel_refused",
    ),
    HOLD_TTL,
)  # fmt: skip

MACHINE = TableMachine(
    Spec(
        name="CHO",
        per_group=False,
        blank=ChannelOrderState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts={},
        watches=WATCHES,
        gate=gate,
    )
)
