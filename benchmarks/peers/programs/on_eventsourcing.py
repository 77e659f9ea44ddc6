"""The trace on `eventsourcing`: an aggregate an order, commands as events of it, all saved to PostgreSQL.

`batch` facts are saved in one transaction (1: each alone): the library's `Application.save` of many aggregates.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event

from benchmarks.peers.programs.story import PAID, Clock, Fact, due, read_plan, read_trace, tell

# All aggregates stay in memory, which is sound where this process is the only one.
CACHE = {"AGGREGATE_CACHE_MAXSIZE": "5000", "AGGREGATE_CACHE_FASTFORWARD": "n", "DEEPCOPY_FROM_AGGREGATE_CACHE": "n"}


class Order(Aggregate):
    """What has been said of one order, and what it sent."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.seen: list[str] = []
        self.sent: list[str] = []

    @staticmethod
    def create_id(number: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"order:{number}")

    def take(self, fact: Fact) -> None:
        """A fact that came before changes nothing."""
        if fact.step not in self.seen:
            self.take_fact(fact.step, fact.partner, fact.body)
            for command in due(self.seen, self.sent):
                self.send(command)

    @event("FactTaken")
    def take_fact(self, step: str, partner: str, body: str) -> None:
        self.seen.append(step)

    @event("CommandSent")
    def send(self, command: str) -> None:
        self.sent.append(command)


class Orders(Application[UUID]):
    """The application of all orders, as its users write it."""

    name = "orders"

    def take(self, facts: Sequence[Fact]) -> None:
        """Take these in one transaction."""
        orders: dict[str, Order] = {}
        for fact in facts:
            if fact.order not in orders:
                orders[fact.order] = self.find(fact.order)
            orders[fact.order].take(fact)
        self.save(*orders.values())

    def find(self, number: str) -> Order:
        try:
            return self.repository.get(Order.create_id(number))
        except AggregateNotFoundError:
            return Order(number)


def main() -> None:
    """Play it, then read every order back from the store."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    application = Orders(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": plan.at["database"],
            "POSTGRES_HOST": plan.at["host"],
            "POSTGRES_PORT": plan.at["port"],
            "POSTGRES_USER": plan.at["user"],
            "POSTGRES_PASSWORD": "unused",
            **(CACHE if plan.at["cached"] == "yes" else {}),
        }
    )
    batch = int(plan.at["batch"])
    with Clock() as clock:
        for start in range(0, len(facts), batch):
            application.take(facts[start : start + batch])
    application.repository.cache = None
    stored = [application.find(number) for number in {fact.order for fact in facts}]
    commands = [(order.number, command) for order in stored for command in order.sent]
    tell(len(facts), clock, sum(set(order.seen) >= PAID for order in stored), commands)


if __name__ == "__main__":
    main()
