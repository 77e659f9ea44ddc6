"""What a truck does, whoever's it is: wait at the dock, leave, pass a terminal, deliver. No messages of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.demo.stage import Stage
from crossdock.demo.tariff import SCALES, FreightBill, billed, planned_kg
from crossdock.demo.wishes import Moment
from crossdock.demo.world import SITE_A, SITE_B, is_export


class Consignment(msgspec.Struct, frozen=True):
    """One shipment on a truck, as the carrier was told of it."""

    shipment_id: str
    order_no: str
    site: str
    load_id: str
    pro_no: str
    city: str


Report = Callable[[Consignment, str, datetime], None]
Upload = Callable[[str, dict[str, int], datetime], None]
UploadBill = Callable[[FreightBill], None]


async def invoice(stage: Stage, scac: str, one: Consignment) -> tuple[FreightBill, datetime]:
    """What the carrier charges for a consignment once it is delivered.

    Only FLSH has scales of its own; the others bill what the warehouse weighed, or what was booked where it does not.
    What its scales say it bills when the shipper has it: a quote that comes after the bill would explain it to nobody.
    """
    if scac == SCALES and one.site == SITE_B:
        await stage.yard.bay(one.order_no, one.site).weighed.wait()
    at = await stage.step(one.order_no, f"freight {one.site}", (30, 120))
    order = stage.orders[one.order_no]
    scales = scac == SCALES or one.site == SITE_A
    kilograms = weighed(stage, one.order_no, one.site) if scales else planned_kg(order, one.site)
    what = stage.fate(one.order_no).parts[one.site].bill
    return billed(what, scac, one.shipment_id, order, site=one.site, kilograms=kilograms), at


def weighed(stage: Stage, order_no: str, site: str) -> Decimal:
    """What stood in the bay, in kilograms."""
    return sum((Decimal(pallet.gross_kg) for pallet in stage.yard.bay(order_no, site).pallets), Decimal(0))


async def haul(stage: Stage, driver: str, consignments: tuple[Consignment, ...], report: Report) -> None:
    """Move these consignments; `report` is called with what happened: `pickup departed facility out delivered pod`."""
    for one in consignments:
        await stage.yard.bay(one.order_no, one.site).packed.wait()
    for one in consignments:
        if is_export(stage.orders[one.order_no]):
            await stage.yard.bay(one.order_no, one.site).cleared.wait()
    for one in consignments:
        bay = stage.yard.bay(one.order_no, one.site)
        bay.driver = driver
        bay.truck_came.set()
    for one in consignments:
        await stage.yard.bay(one.order_no, one.site).gone.wait()
    for one in consignments:
        # So that it is asked while the goods are on the way, and not on the day after.
        if stage.fate(one.order_no).called_off is Moment.LEFT:
            await stage.yard.bay(one.order_no, one.site).called_off.wait()
    orders = tuple(one.order_no for one in consignments)
    left = stage.move(orders, "leave", (5, 25))
    for one in consignments:
        report(one, "departed", left)
    await stage.rest(driver, f"road {orders[0]}")
    arrived = stage.move(orders, "terminal", (60, 150))
    for one in consignments:
        report(one, "facility", arrived)
        stage.yard.bay(one.order_no, one.site).abroad.set()
    for one in consignments:
        await _deliver(stage, one, report)


def counted(stage: Stage, one: Consignment) -> dict[str, int]:
    """The pieces by line the consignee signed for: what stood in the bay and nothing else."""
    pieces: dict[str, int] = {}
    for pallet in stage.yard.bay(one.order_no, one.site).pallets:
        for line, _, count in pallet.contents:
            pieces[line] = pieces.get(line, 0) + count
    return pieces


async def _deliver(stage: Stage, one: Consignment, report: Report) -> None:
    report(one, "out", await stage.step(one.order_no, "out", (90, 180)))
    bay = stage.yard.bay(one.order_no, one.site)
    bay.unloaded_at = at = await stage.step(one.order_no, "deliver", (20, 90))
    report(one, "delivered", at)
    report(one, "pod", await stage.step(one.order_no, "pod", (5, 40)))
    bay.delivered.set()
