"""The desk of asks of one process, and what the schedule role does about those left half done."""

from __future__ import annotations

from datetime import timedelta

from crossdock.app.orders.asking import AskDesk
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.postgres.asks import PostgresAsks
from crossdock.postgres.card_reads import PostgresCardReads
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Work

# How late what was agreed to and left half done may be carried out, beside the minute it is left to whoever began.
ASKS, ASKS_S = "asks", 15.0
# How late an ask that nobody answers may lapse.
LAPSE, LAPSE_S = "lapsed asks", 300.0


def ask_desk(hub: Hub) -> AskDesk:
    """The desk of this process. What it says is said to this hub itself, whose answer a person waits for."""
    reads, views = PostgresCardReads(hub.pool), PostgresViews(hub.pool)
    return AskDesk(PostgresAsks(hub.pool), hub.sync, views, reads, REGISTRIES, hub.project.policy, hub.clock)


def carrying_on(hub: Hub) -> dict[str, tuple[Work, float]]:
    """What the schedule role does: carry out what was agreed to and left half done, let lapse what nobody answered."""
    desk, waits = ask_desk(hub), timedelta(days=hub.project.settings.retention.asks_days)

    async def lapse() -> int:
        return await desk.lapse(waits)

    return {ASKS: (desk.carry_on, ASKS_S), LAPSE: (lapse, LAPSE_S)}
