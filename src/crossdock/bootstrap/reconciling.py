"""Reconciliation put together: who is asked for lists, what they are set against, and where results are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from crossdock.app.reconcile.left import OwnSide
from crossdock.app.reconcile.platform import Platform
from crossdock.app.reconcile.run import Runner, Sources
from crossdock.app.reconcile.service import Reconciler
from crossdock.app.sweep import match_again
from crossdock.bootstrap.connectors import MANIFESTS, TOKEN
from crossdock.bootstrap.hub import OURSELVES, REGISTRIES, Hub, open_hub
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.places import Wiring, http_of
from crossdock.bootstrap.presence import database
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.connectors.erp_json import extracts as erp
from crossdock.connectors.last_mile_json import extracts as last_mile
from crossdock.connectors.tms_json import extracts as tms
from crossdock.connectors.wms_json import extracts as wms
from crossdock.kernel.errors import Rejected
from crossdock.ports.extracts import Extract, JsonExtract, Listing
from crossdock.ports.reconciliation import ResultRow
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.reconciliation import PostgresReconciliations
from crossdock.postgres.views import PostgresViews
from crossdock.postgres.waiting import PostgresWaitingRoom
from crossdock.runtime.loops import Work

# What each kind of partner can be asked to list.
LISTINGS: Mapping[str, Mapping[str, Listing]] = {
    "erp_json": erp.LISTINGS,
    "wms_json": wms.LISTINGS,
    "tms_json": tms.LISTINGS,
    "last_mile_json": last_mile.LISTINGS,
}
SETTING = "reconcile"
PAGE_TIMEOUT_S = 30.0


def extracts_of(partners: Sequence[PartnerConfig], wiring: Wiring) -> dict[str, Extract]:
    """The partners whose files say that they offer lists (`reconcile = true`)."""
    found: dict[str, Extract] = {}
    for config in partners:
        listings = LISTINGS.get(config.manifest.kind)
        if listings is not None and config.partner.settings.get(SETTING) is True:
            tokens = config.secrets.get(TOKEN, ())
            http = http_of(config, wiring)
            found[config.partner.id] = JsonExtract(http, PAGE_TIMEOUT_S, tokens[0] if tokens else None, listings)
    return found


def reconciler_of(hub: Hub) -> Reconciler:
    """The use case over this hub's stores; its connections are closed with the hub's."""
    store, views = PostgresReconciliations(hub.pool), PostgresViews(hub.pool)
    policy = hub.project.policy
    extracts = extracts_of(hub.project.partners, hub.wiring)
    platform = Platform(views, PostgresAudit(hub.pool), store, REGISTRIES, policy)
    own = OwnSide(store, views, REGISTRIES, policy)
    runner = Runner(Sources(extracts, own, platform), store, policy, hub.clock)

    async def tell(body: bytes) -> None:
        receipt = (await hub.sync.facts(OURSELVES, [body]))[0]
        if receipt.status == "refused":
            raise Rejected(f"our own result was refused: {receipt.findings}")

    async def again() -> int:
        return await match_again(PostgresWaitingRoom(hub.pool), hub.parts)

    return Reconciler(runner, store, extracts, policy, hub.clock, tell, again)


def reconciling(hub: Hub) -> Work:
    """Run the checks that are due, one at a time."""
    return reconciler_of(hub).work_once


async def reconcile_now(place: Place, checks: Sequence[str], partner: str) -> list[ResultRow]:
    """Run checks now, beside a running hub or with its database alone.

    Raises:
        Rejected: there is no such check, or nobody offers what it needs.
    """
    project = read_project(place.project, MANIFESTS)
    async with database(place) as url, open_hub(project, url) as hub, _taking(hub):
        return await reconciler_of(hub).demand(checks, partner)


@asynccontextmanager
async def _taking(hub: Hub) -> AsyncIterator[None]:
    """The hub's batcher runs for the length of the block; its connections to partners are closed after."""
    task = asyncio.create_task(hub.batcher.run(), name="batcher")
    try:
        yield
    finally:
        hub.batcher.stop()
        await task
        for transport in hub.wiring.opened:
            await transport.close()
