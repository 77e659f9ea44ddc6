"""The trace every side plays: orders from approval to payment, sixteen facts each, some twice, some overtaken.

The documents are canonical facts as our own hub takes them. A peer is told in addition which order and step each one
is, so that it need neither read nor correlate it: it does less than we do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from benchmarks.peers.programs.story import STEPS, Fact
from crossdock.bench.trace import CARRIER, WAREHOUSE, Order, Told
from crossdock.canonical.events.inventory import InventoryErpPosted
from crossdock.canonical.events.money import InvoicePaid, InvoicePosted
from crossdock.canonical.events.planning import ShipmentPlanned
from crossdock.canonical.parts import Mode, Place, Windows
from crossdock.kernel.money import Money

DECLARED = json.loads((Path(__file__).parent / "order_to_cash.json").read_text())
TOTAL = Money(Decimal("1234.50"), "EUR")
# How old the first fact of an order is when it arrives.
AGE = timedelta(days=5)


class CashOrder(Order):
    """A parcel order: no load shared with others, but what follows the delivery, to the customer's payment."""

    def cash_facts(self) -> Iterator[Fact]:
        """All sixteen, in the order of the declaration."""
        for step, told in zip(STEPS, self._documents(), strict=True):
            yield Fact(self.number, step, told.partner, told.body.decode())

    def _documents(self) -> Iterator[Told]:
        approved, _, *warehouse_and_carrier = self.facts()
        planned = ShipmentPlanned(
            tms_id=self.shipment,
            request_id=self.fo,
            mode=Mode.PARCEL,
            origin=Place(WAREHOUSE),
            destination=Place("LOC-HP-LON"),
            windows=Windows(),
            carrier=CARRIER,
        )
        issued = InventoryErpPosted(movement_id=f"HO-{self.number}", doc_no=f"MD-{self.number}", warehouse=WAREHOUSE)
        invoice, day = f"INV-{self.number}", self.start.date().isoformat()
        posted = InvoicePosted(invoice_no=invoice, total=TOTAL, lines=self.quantities(), date=day)
        paid = InvoicePaid(invoice_no=invoice, amount=TOTAL, date=day, payment_ref=f"PAY-{self.number}")
        yield approved
        yield self._tell("tms1", "shipment.planned", "shipment", self.shipment, 2, planned, revision=1)
        yield from warehouse_and_carrier[:6]
        yield self._tell("erp1", "inventory.erp_posted", "shipment", self.shipment, 190, issued)
        yield from warehouse_and_carrier[6:]
        yield self._tell("erp1", "invoice.posted", "billing_item", self.fo, 1600, posted)
        yield self._tell("erp1", "invoice.paid", "billing_item", self.fo, 1700, paid)


def make_trace(orders: int, *, seed: int, first: int = 1) -> list[Fact]:
    """The facts of `orders` orders as they arrive, up to `open_at_once` orders under way at any time.

    The same seed gives the same arrivals; the instants in the documents are counted from now.
    """
    dice = random.Random(seed)
    start = datetime.now(UTC).replace(microsecond=0) - AGE
    waiting = iter(range(first, first + orders))
    under_way = [_queue(number, start, dice) for number in islice(waiting, DECLARED["open_at_once"])]
    arrived: list[Fact] = []
    while under_way:
        place = dice.randrange(len(under_way))
        fact = under_way[place].pop()
        arrived += [fact] * (2 if dice.random() < DECLARED["duplicate_share"] else 1)
        if not under_way[place]:
            under_way[place : place + 1] = [_queue(number, start, dice) for number in islice(waiting, 1)]
    return arrived


def _queue(number: int, start: datetime, dice: random.Random) -> list[Fact]:
    """One order's facts, some passed by the next one; last first, so that `pop` takes the next."""
    facts = list(CashOrder(number, start).cash_facts())
    for place in range(len(facts) - 1):
        if dice.random() < DECLARED["overtaken_share"]:
            facts[place], facts[place + 1] = facts[place + 1], facts[place]
    return facts[::-1]


def write_trace(path: Path, facts: list[Fact]) -> None:
    """One JSON array a line, as `story.read_trace` reads it."""
    path.write_text("".join(json.dumps(fact) + "\n" for fact in facts))
