"""What a carrier bills in the simulated enterprise, and when."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from crossdock.demo import faults, world
from crossdock.demo.calendar import Calendar
from crossdock.demo.ledger import FaultLedger
from crossdock.demo.peers.haulage import Consignment, invoice
from crossdock.demo.stage import Stage
from crossdock.demo.tariff import SCALES
from crossdock.demo.yard import Pallet, Yard

START = datetime(2026, 6, 2, 6, tzinfo=UTC)


async def test_a_carrier_with_scales_bills_when_the_shipper_was_quoted_what_they_say() -> None:
    """Billed before, a lighter load is a mismatch that nobody's quote explains any more."""
    book = world.orders(1, 60)
    order = next(one for one in book if world.SITE_B in one.sites and world.lane(one, world.SITE_B) is world.Mode.LTL)
    ledger = FaultLedger(faults.plan("none", 1, book))
    stage = Stage(1, Calendar(START, START + timedelta(days=2)), Yard(), ledger, {order.order_no: order}, 0.0)
    bay = stage.yard.bay(order.order_no, world.SITE_B)
    bay.pallets = (Pallet("1", "100", ()),)
    one = Consignment("SHP-1", order.order_no, world.SITE_B, "LD-1", "PRO-1", "Ghent")
    own, other = (asyncio.create_task(invoice(stage, scac, one)) for scac in (SCALES, "NVTR"))
    await other
    assert not own.done()
    quoted = stage.move((order.order_no,), "weigh", (5, 15))
    bay.weighed.set()
    bill, at = await own
    assert at > quoted
    assert bill.charges["LHL"] - bill.over.get("LHL", 0) == 44
