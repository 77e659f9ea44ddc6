"""What a customer sees of an order, and above all what it does not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.portal.words import ROWS, STEPS, WORDS
from crossdock.bench.trace import PARTNERS
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.events.tracking import ShipmentEtaChanged
from crossdock.canonical.milestones import Milestone
from crossdock.process.terms.portal import PortalTerms
from crossdock.testing.world import World
from tests.unit.app.portal.given import START, CustomersOrder, shown, tell


@pytest.mark.proves("W-24", "Y-09")
async def test_an_order_is_told_in_the_customers_words() -> None:
    world, order = World(PARTNERS), CustomersOrder(1, mark="RED")
    await tell(world, *order.all())
    seen = await shown(world, order.number)
    (shipment,) = seen.shipments
    assert (seen.customer, seen.po, seen.status, seen.phase) == ("C-7781", "PO-RED", "Delivered", "delivered")
    assert [one.label for one in shipment.milestones] == [
        "Order confirmed", "Being prepared", "Carrier booked", "Shipped", "In transit", "Arrived at a transit point",
        "Out for delivery", "Delivered", "Proof of delivery received",
    ]  # fmt: skip
    assert STEPS[shipment.step] == "Delivered"
    assert [line.delivered for line in seen.lines] == [Decimal(40), Decimal(100), Decimal(5)]
    assert seen.lines[0].description == "Widget RED"
    (proof,) = shipment.proofs
    assert (proof.receiver, proof.lines[0].description) == ("J. Pike", "Widget RED")


@pytest.mark.proves("W-24")
async def test_no_internal_id_reaches_the_customer() -> None:
    world, order = World(PARTNERS), CustomersOrder(1)
    await tell(world, *order.all())
    text = msgspec.json.encode(await shown(world, order.number)).decode()
    internal = (
        order.shipment,
        order.load,
        "LD-",
        "T-LD",
        "WH-NL1",
        "NV00000000",
        "wms-nl1",
        "tms1",
        "erp1",
        "W-NL-204",
    )
    assert [name for name in internal if name in text] == []


@pytest.mark.proves("Y-09")
async def test_a_checkpoint_a_loading_and_another_stop_of_the_load_are_not_shown() -> None:
    world, order = World(PARTNERS), CustomersOrder(1)
    await tell(world, *order.all()[:12])
    before = await shown(world, order.number)
    await tell(
        world,
        order.seen(Milestone.CHECKPOINT, 300, "Tilburg"),
        order.seen(Milestone.RECEIVED_BY_PARTNER, 310, "Breda"),
        order.seen(Milestone.ARRIVED_FACILITY, 320, "Delft", stop=3),
        order.seen(Milestone.LOADED, 170, "Venlo"),
    )
    after = await shown(world, order.number)
    assert after.shipments[0].milestones == before.shipments[0].milestones
    await tell(world, order.seen(Milestone.DEPARTED_FACILITY, 700, "Gouda"))
    last = (await shown(world, order.number)).shipments[0].milestones[-1]
    assert (last.label, last.place) == ("Left a transit point", "Gouda")
    assert "street" not in str(last)


@pytest.mark.proves("eta_portal_delta")
async def test_an_estimate_is_shown_when_it_moved_enough() -> None:
    world, order = World(PARTNERS), CustomersOrder(1)
    await tell(world, *order.all()[:12])
    first = START + timedelta(days=2)
    for minute, at in ((210, first), (220, first + timedelta(hours=1)), (230, first + timedelta(hours=5))):
        said = ShipmentEtaChanged(eta=at, confidence=Decimal("0.8"))
        await tell(world, order.say(said, "shipment.eta_changed", minute))
        eta = (await shown(world, order.number)).shipments[0].eta
        assert eta is not None
        assert eta.confidence == Decimal("0.8")
        assert eta.at == (first if minute < 230 else first + timedelta(hours=5))
    near = await shown(world, order.number, PortalTerms(eta_delta_line=60))
    assert near.shipments[0].eta == eta


async def test_a_project_may_keep_a_milestone_to_itself() -> None:
    world, order = World(PARTNERS), CustomersOrder(1)
    await tell(world, *order.all())
    shipment = (await shown(world, order.number, PortalTerms(hidden=("booked", "arrived_facility")))).shipments[0]
    assert not {"Carrier booked", "Arrived at a transit point"} & {one.label for one in shipment.milestones}


def test_every_row_of_the_table_names_a_fact_that_exists_and_never_an_internal_scan() -> None:
    assert [row.type for row in ROWS if row.type not in EVENT_TYPES] == []
    never = {Milestone.CHECKPOINT, Milestone.LOADED, Milestone.ARRIVED_PICKUP, Milestone.RECEIVED_BY_PARTNER,
             Milestone.EXITED, Milestone.DAMAGED, Milestone.LOST}  # fmt: skip
    assert not {row.milestone for row in ROWS} & never
    assert len(WORDS) == len(ROWS)
    assert not [row.type for row in ROWS if row.type.split(".")[0] in ("load", "tender", "freight", "run.assigned")]
