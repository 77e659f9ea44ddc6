"""Orders of two customers in a hub in memory, and the portal over it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import msgspec

from crossdock.app.portal.curate import curate
from crossdock.app.portal.follow import Curator
from crossdock.app.portal.look import Portal
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Address, Party, Place
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.errors import Overloaded
from crossdock.kernel.instant import Occurrence
from crossdock.ports.portal import PortalOrder
from crossdock.process.policy import Policy
from crossdock.process.terms.portal import PortalTerms
from crossdock.testing.portal import MemoryPortal
from crossdock.testing.views import MemoryViews
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


class CustomersOrder(Order):
    """An order of this customer, with words only it may read."""

    def __init__(self, number: int, start: datetime = START, customer: str = "C-7781", mark: str = "") -> None:
        super().__init__(number, start)
        self.customer, self.mark = customer, mark

    def _approved(self) -> OrderApproved:
        order = super()._approved()
        lines = tuple(msgspec.structs.replace(line, description=f"Widget {self.mark}") for line in order.lines)
        party = Party(self.customer, f"Customer {self.mark or self.customer}")
        place = msgspec.structs.replace(order.ship_to, name=f"Dock {self.mark}")
        po = f"PO-{self.mark or self.number}"
        return msgspec.structs.replace(order, customer=party, lines=lines, ship_to=place, customer_po=po)

    def all(self) -> list[Told]:
        """Its facts and its load's, in the order they happen."""
        facts = list(self.facts())
        return [*facts[:4], *self.load_facts((self.shipment,)), *facts[4:]]

    def say(
        self,
        payload: Payload,
        name: str,
        minute: int,
        *,
        partner: str = "tms1",
        subject: Subject | None = None,
        cls: FactClass = FactClass.ACT,
        retracts: str = "",
    ) -> Told:
        """One more fact about its shipment."""
        role = Role.PRT if partner == "portal" else PARTNERS[partner].role
        at = self.start + timedelta(minutes=minute)
        body = make_envelope(
            name,
            subject or Subject("shipment", self.shipment),
            Source(role, partner, message_id=f"{partner}-{self.number}-{name}-{minute}"),
            Occurrence(at),
            payload,
            cls=cls,
            retracts=retracts,
        )
        return Told(partner, body)

    def seen(self, milestone: Milestone, minute: int, city: str, *, stop: int | None = None) -> Told:
        """A carrier's scan."""
        place = Place(name=f"Hub {city}", address=Address("NL", ("Secret street 1",), city))
        payload = TrackingMilestone(milestone=milestone, location=place, stop_seq=stop)
        return self.say(payload, "tracking.milestone", minute, partner="nvtr")


class Unbounded:
    """A budget that always has room."""

    spent = 0

    async def spend(self, work: Callable[[], Awaitable[bool]]) -> bool:
        self.spent += 1
        return await work()


class Nothing:
    """A budget that is used up."""

    async def spend(self, work: Callable[[], Awaitable[bool]]) -> bool:
        raise Overloaded("used up")


async def tell(world: World, *told: Told) -> None:
    for one in told:
        await world.tell(one.partner, one.body)


async def shown(world: World, number: str, terms: PortalTerms | None = None) -> PortalOrder:
    """The order as curated now."""
    views = MemoryViews(world.store)
    row = (await views.owners(f"order||{number}"))[0]
    policy = Policy(portal=terms or PortalTerms())
    found = curate(row, await views.events(row.id), REGISTRIES, policy, world.clock.now())
    assert found is not None
    return found


def curator_of(world: World, store: MemoryPortal) -> Curator:
    return Curator(MemoryViews(world.store), store, REGISTRIES, Policy(), world.clock)


def portal_of(world: World, store: MemoryPortal, budget: Unbounded | Nothing) -> Portal:
    return Portal(store, curator_of(world, store), budget, PortalTerms(), world.clock)
