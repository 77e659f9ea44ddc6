"""A hub with a history, a desk of repairs under another project than it was folded by, and the two who use it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from crossdock.app.ingest.parts import Parts
from crossdock.app.repair.plans import Hand, Proposal, RepairDesk
from crossdock.app.repair.reading import Reader
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.clock import SystemDice
from crossdock.ports.repair import Item, Plan, Selection
from crossdock.postgres.connection import Pool
from crossdock.postgres.repair import PostgresRepairs
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.world import World

START = Order(1, World(PARTNERS).clock.now()).start
# The ERP bills of its own accord; under the other project the hub asks for every invoice.
BEFORE = Policy(version="before", money=MoneyTerms(invoiced_by="erp"))
AFTER = Policy(version="after")

ANA, BEN = Hand("Ana Ruiz", "key-1"), Hand("Ben Okoro", "key-2")
EVERYTHING = Selection(everything=True)


@dataclass
class Shop:
    """The hub with its clock, and its desks."""

    world: World
    parts: Parts
    pool: Pool
    url: str

    async def tell(self, facts: Sequence[Told]) -> None:
        for fact in facts:
            await self.world.take([(fact.partner, fact.body)])

    def desk(self, policy: Policy = AFTER, reader: Reader | None = None) -> RepairDesk:
        parts = dataclasses.replace(self.parts, policy=policy)
        read = reader or Reader({}, parts.directory)
        return RepairDesk(parts, PostgresRepairs(self.pool), read, self.world.clock, SystemDice())

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.url) as connection:
            assert connection.execute(statement.encode(), values).rowcount >= 1


async def driven(desk: RepairDesk, plan: Plan) -> Plan:
    """The plan once nothing more is to do now."""
    while await desk.step(plan.id):
        pass
    return await desk.read(plan.id)


async def proposed(desk: RepairDesk, selection: Selection = EVERYTHING, edited: bytes | None = None) -> Plan:
    """A plan of Ana's, worked out."""
    asked = Proposal(selection, "the hub bills from now on", edited)
    return await driven(desk, await desk.propose(asked, ANA))


async def applied(desk: RepairDesk, plan: Plan) -> Plan:
    """The same plan approved by Ben and applied."""
    await desk.approve(plan.id, BEN, "looks right")
    return await driven(desk, await desk.apply(plan.id, BEN, "go"))


async def items_of(desk: RepairDesk, plan: Plan) -> tuple[Item, ...]:
    """The first page of what it does."""
    return (await desk.items(plan.id, 0, 200)).items
