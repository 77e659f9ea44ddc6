"""One connected system as people look at it: how it stands, what it sends, when it was silent, whether it is ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from crossdock.app.overview import Edge, Watchtower, edge
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.overview import Overview, StatusCount
from crossdock.ports.readiness import Readiness, Readying
from crossdock.ports.slos import Pulse, ServiceLevels

# What flows is counted over the last hour, as on the first page; of a week the whole log of it would be read each time.
FLOWING = timedelta(minutes=60)
KEPT = timedelta(days=7)


class PartnerDetail(msgspec.Struct, frozen=True):
    """One partner; its edge is that of the last hour, kept messages are those of a week.

    `lanes` say when each kind was last heard."""

    partner: Partner
    edge: Edge
    lanes: tuple[Pulse, ...]
    messages: tuple[StatusCount, ...]


@dataclass(frozen=True, slots=True)
class PartnerRoom:
    """See the module."""

    overview: Overview
    tower: Watchtower
    levels: ServiceLevels
    directory: Directory
    readying: Readying
    clock: Clock

    async def partners(self) -> tuple[Edge, ...]:
        """Every partner as the first page shows it, those that need a hand first."""
        order = {"stop": 0, "watch": 1, "good": 2, "quiet": 3}
        edges = (await self.tower.now()).edges
        return tuple(sorted(edges, key=lambda one: (order[one.grade], one.name)))

    async def partner(self, partner_id: str) -> PartnerDetail | None:
        """One partner, `None` when none of that id is connected."""
        partner = self.directory.partner(partner_id)
        if partner is None:
            return None
        now = self.clock.now()
        since = now - FLOWING
        flow = next((one for one in await self.overview.flows(since, now) if one.partner == partner_id), None)
        sent = next((one for one in await self.overview.sent(since, now) if one.partner == partner_id), None)
        way = next((one for one in await self.overview.ways(now) if one.partner == partner_id), None)
        lanes = sorted(
            (one for one in await self.levels.pulses() if one.partner == partner_id), key=lambda one: one.lane
        )
        counts = await self.overview.statuses(partner_id, now - KEPT)
        return PartnerDetail(partner, edge(partner, flow, sent, way, now), tuple(lanes), tuple(counts))

    async def readiness(self) -> tuple[Readiness, ...]:
        """Who is ready to go live, and what is missing at whom; runs every golden sample."""
        return tuple(await self.readying.readiness())
