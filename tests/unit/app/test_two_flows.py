"""Retail and B2B on one platform (mission.md P-58, Y-37): one waits in the log, the other is decided while it is told.

Both doors lead to the same use case; only the log is in memory here (the real one: `tests/integration/jetstream`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.app.queued import QueuedIntake, work_off
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.vocabulary import Role
from crossdock.ports.backbone import Publication
from crossdock.ports.directory import Partner
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
PEAK, AT_A_TIME = 60, 25
SHOPS = Partner("shops", Role.ERP, "canonical_json", name="The ERP of the shops")
EVERYBODY = {**PARTNERS, "shops": SHOPS}


class Letter:
    """A publication as a worker pulls it."""

    attempt = 1

    def __init__(self, log: Log, said: Publication) -> None:
        self.subject, self.body = said.subject, said.body
        self.headers: Mapping[str, str] = said.headers
        self._log, self._name = log, said.msg_id

    async def ack(self) -> None:
        del self._log.kept[self._name]

    async def nak(self, delay_s: float) -> None:
        """It stays."""

    async def hold(self) -> None:
        """It stays."""


class Log:
    """ports.backbone.Backbone as far as a door and a worker need it."""

    def __init__(self) -> None:
        self.kept: dict[str, Publication] = {}

    async def publish(self, publications: Sequence[Publication]) -> None:
        self.kept |= {one.msg_id: one for one in publications if one.msg_id not in self.kept}

    def pull(self, most: int) -> list[Letter]:
        return [Letter(self, one) for one in list(self.kept.values())[:most]]


class Door:
    """`Intake` without a batcher: what is handed in is one batch."""

    def __init__(self, hub: World) -> None:
        self._hub = hub

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        return await self._hub.tell(partner.id, *bodies)

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        raise AssertionError("nobody speaks a dialect here")


def shopped(number: int) -> bytes:
    """An order of a shop, as the shops' ERP approves it."""
    body = msgspec.json.decode(next(iter(Order(number, START).facts())).body)
    body["source"] = {**body["source"], "instance": SHOPS.id, "message_id": f"shops-{number}"}
    return msgspec.json.encode(body)


async def deal(hub: World) -> list[tuple[str, str, str]]:
    """A B2B order from approval to proof; each fact is answered with what became of it before the next is told."""
    order = Order(1, START)
    answers = []
    for one in [*list(order.facts())[:4], *order.load_facts((order.shipment,)), *list(order.facts())[4:]]:
        (receipt,) = await Door(hub).facts(EVERYBODY[one.partner], [one.body])
        answers.append((receipt.status, str(receipt.disposition), receipt.transitions))
    return answers


@pytest.mark.proves("Y-37")
async def test_a_peak_of_shop_orders_waits_in_the_log_while_b2b_is_decided_at_once_as_if_it_were_alone() -> None:
    hub, alone, log = World(EVERYBODY), World(EVERYBODY), Log()
    peak = [shopped(number) for number in range(100, 100 + PEAK)]
    shop = QueuedIntake(log)  # type: ignore[arg-type]
    for body in (*peak, peak[0]):
        (receipt,) = await shop.facts(SHOPS, [body])
        assert receipt.status == "queued"
    assert (len(log.kept), len(hub.store.dossiers)) == (PEAK, 0), "durable, counted once, and no work of the core yet"
    assert await deal(hub) == await deal(alone)
    assert hub.ending() == alone.ending()
    rows = hub.store.events.values()
    assert all(row.cause in {"", *(f"{one.dossier}.{one.seq}" for one in rows)} for row in rows)
    assert all(row.cause for row in hub.store.deliveries), "each command names the fact that caused it"
    worked = 0
    while pulled := log.pull(AT_A_TIME):
        worked += await work_off(pulled, hub.partners, Door(hub))
    assert worked == PEAK
    released = [label for ident, label in hub.ending().headlines.items() if "ORD RELEASED" in label]
    assert len(released) == PEAK
