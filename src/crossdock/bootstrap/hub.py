"""One process of the hub put together: stores, use cases, batcher. Roles take from it what they need.

`Variant` is the seam through which the demo plants a bug, to prove that its verdict can fail; production builds with
the
default one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from crossdock.app.fold.registry import Registry, erased
from crossdock.app.fold.session import Session
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import Intake
from crossdock.app.notify import OrderContacts
from crossdock.app.receive import SyncIntake
from crossdock.bootstrap.clock import SystemClock, SystemDice
from crossdock.bootstrap.connectors import BY_MAPS, dialects
from crossdock.bootstrap.documents import as_mapped
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import Project
from crossdock.bootstrap.shelving import bringing
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.ports.store import Store
from crossdock.postgres.as2_sent import PostgresSentMessages
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.control import PostgresControlNumbers
from crossdock.postgres.inspect import inspect
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.acknowledgment.machine import MACHINE as ACK
from crossdock.process.appointment.machine import MACHINE as APPOINTMENT
from crossdock.process.billing.machine import MACHINE as BILLING
from crossdock.process.billing.whole import MACHINE as WHOLE_BILLING
from crossdock.process.channel_order.machine import MACHINE as CHANNEL_ORDER
from crossdock.process.channel_order.telling import MACHINE as CHANNEL_LINK
from crossdock.process.customs.machine import MACHINE as CUSTOMS
from crossdock.process.customs.trade_machine import MACHINE as TRADE
from crossdock.process.delivery_task.machine import MACHINE as DELIVERY_TASK
from crossdock.process.freight.machine import LOAD_MACHINE as LOAD_FREIGHT
from crossdock.process.freight.machine import MACHINE as FREIGHT
from crossdock.process.fulfilment.machine import MACHINE as FULFILMENT
from crossdock.process.load.machine import MACHINE as LOAD
from crossdock.process.order.machine import MACHINE as ORDER
from crossdock.process.returns.machine import MACHINE as RETURN
from crossdock.process.run.machine import MACHINE as RUN
from crossdock.process.service.machine import MACHINE as SERVICE
from crossdock.process.shipment.machine import MACHINE as SHIPMENT
from crossdock.process.stock.machine import MACHINE as STOCK
from crossdock.process.variance.machine import MACHINE as VARIANCE
from crossdock.process.warehouse.machine import MACHINE as WAREHOUSE
from crossdock.runtime.batcher import Batcher, Take
from crossdock.runtime.collector import calm_collector
from crossdock.runtime.doctor import durability, refuse_unsafe
from crossdock.runtime.tracing import TracedIntake
from crossdock.runtime.watching import Watch

OURSELVES = Partner("crossdock", Role.SYNC, "canonical_json", name="Crossdock itself")

# Who is offered a fact first: the order decides, its fulfilment and shipment follow.
REGISTRIES = {
    "order": Registry(
        (
            erased(ORDER),
            erased(FULFILMENT),
            erased(SHIPMENT),
            erased(RETURN),
            erased(DELIVERY_TASK),
            erased(TRADE),
            erased(CUSTOMS),
            erased(BILLING),
            erased(WHOLE_BILLING),
            erased(FREIGHT),
            erased(ACK),
            erased(CHANNEL_LINK),
            erased(SERVICE),
        )
    ),
    "run": Registry((erased(RUN),)),
    "appointment": Registry((erased(APPOINTMENT), erased(ACK))),
    "load": Registry((erased(LOAD), erased(LOAD_FREIGHT), erased(ACK))),
    "channel_order": Registry((erased(CHANNEL_ORDER), erased(ACK))),
    "stock": Registry((erased(STOCK), erased(VARIANCE), erased(ACK))),
    "warehouse": Registry((erased(WAREHOUSE), erased(ACK))),
    # Runs of a check have a log of their own, and nothing follows from them: cases are opened by the run itself.
    "check": Registry(()),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """Which session, and what wraps the store and the batch use case."""

    session_type: type[Session] = Session
    wrap_store: Callable[[Store], Store] = lambda store: store
    wrap_take: Callable[[Take], Take] = lambda take: take


PRODUCTION = Variant()


@dataclass(frozen=True, slots=True)
class Hub:
    """What every role works with. `pool` is for everything beside the hot path.

    `intake` is the traced door for what partners send, `sync` the bare one for what we say to ourselves or run again.
    """

    project: Project
    url: str
    pool: Pool
    store: PostgresStore
    parts: Parts
    ingest: Ingest
    batcher: Batcher
    intake: Intake
    sync: SyncIntake
    watch: Watch
    wiring: Wiring
    clock: SystemClock
    dice: SystemDice


@asynccontextmanager
async def open_hub(
    project: Project, url: str, variant: Variant = PRODUCTION, watch: Watch | None = None
) -> AsyncIterator[Hub]:
    """Connect to a migrated database and build the use cases; everything is closed at the end.

    The batcher is built, not run: a role that feeds it runs it.

    Raises:
        Permanent: the server would lose what it has accepted (`fsync`, `synchronous_commit` … off).
        Transient: it cannot be reached.
    """
    settings, watch = project.settings, watch if watch is not None else Watch()
    clock, dice = SystemClock(), SystemDice()
    refuse_unsafe(durability(await inspect(url, clock)))
    async with AsyncExitStack() as stack:
        stack.enter_context(calm_collector())
        store = await PostgresStore.open(url, pool_max=settings.ingest.workers + 1)
        stack.push_async_callback(store.close)
        pool = await open_pool(url, size_min=1, size_max=settings.postgres.pool_max, name="beside")
        stack.push_async_callback(pool.close)
        numbers = PostgresControlNumbers(pool)
        library = library_of(project)
        project = as_mapped(project, library, BY_MAPS)
        parts = Parts(
            store=variant.wrap_store(store),
            directory=project.directory(),
            registries=REGISTRIES,
            policy=project.policy,
            clock=clock,
            dice=dice,
            ourselves=OURSELVES,
            session_type=variant.session_type,
            canaries=frozenset(settings.canary.partners),
            archive=bringing(project, pool, clock),
            extensions=project.extensions,
        )
        ingest = Ingest(parts)
        batcher = Batcher(
            variant.wrap_take(ingest.take),
            batch_max=settings.ingest.batch_max,
            waiting_max=settings.ingest.waiting_max,
            watch=watch,
        )
        sync = SyncIntake(batcher.submit, dialects(library, numbers), PostgresMessages(pool), clock, dice)
        yield Hub(
            project=project,
            url=url,
            pool=pool,
            store=store,
            parts=parts,
            ingest=ingest,
            batcher=batcher,
            intake=TracedIntake(sync, watch.traces) if watch.traces is not None else sync,
            sync=sync,
            watch=watch,
            wiring=Wiring(
                exchange=project.data / "exchange",
                project=project.folder,
                numbers=numbers,
                sent=PostgresSentMessages(pool),
                clock=clock,
                library=library,
                contacts=OrderContacts(PostgresViews(pool), REGISTRIES),
            ),
            clock=clock,
            dice=dice,
        )
