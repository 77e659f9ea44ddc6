"""W-25: a shop's paid order becomes a sales order, and the shop hears what became of it, whatever arrives when."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Envelope, Reference, Source, Subject
from crossdock.canonical.events import channel as chn
from crossdock.canonical.events.fulfilment import FulfilmentCancelled, HandoverVoided
from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.canonical.parts import Address, LineQuantity, OrderLine, Party, Place
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.testing.world import TRANSIENT_COMMANDS, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
SHOP = "web"
NUMBER = "100045"
KEY = f"{SHOP}/{NUMBER}"
ALL = {**PARTNERS, SHOP: Partner(SHOP, Role.CHN, "canonical_json")}
HANDED_OVER = 7

LINES = (LineQuantity("a", Quantity(Decimal(1))),)

Said = tuple[str, bytes]


def sale() -> list[Said]:
    """The sales order's history, with the reference to the shop's order the ERP was given."""
    order = Order(1, START)
    order.load = "LD-1"
    said = [(one.partner, one.body) for one in order.facts()]
    approved = msgspec.json.decode(said[0][1], type=Envelope)
    refs = (*approved.refs, Reference("channel_order", KEY))
    said[0] = ("erp1", msgspec.json.encode(msgspec.structs.replace(approved, refs=refs)))
    load = [(one.partner, one.body) for one in order.load_facts((order.shipment,))]
    return [*said[:2], *load, *said[2:]]


def say(payload: Payload, name: str, minute: float, partner: str = SHOP, subject: Subject | None = None) -> Said:
    """A fact of the shop's, so many minutes from the start."""
    at = Occurrence(START + timedelta(minutes=minute))
    role = ALL[partner].role
    return partner, make_envelope(
        name, subject or Subject("channel_order", KEY), Source(role, partner), at, payload, refs=()
    )


def placed(minute: float = -30, *, rev: int = 1, first: int = 40, total: str = "145") -> Said:
    """The order of the trace, with the shop's own line numbers."""
    amounts = (("a", "IT-10", first), ("b", "IT-20", 100), ("c", "IT-30", 5))
    order = chn.ChannelOrderPlaced(
        channel=SHOP,
        number=NUMBER,
        rev=rev,
        customer=Party(no="C-1", name="Mia Kraus"),
        ship_to=Place(address=Address(country="GB", city="London", postal="N1", lines=("12 Wharf Road",))),
        lines=tuple(OrderLine(no=no, item=item, qty=Quantity(Decimal(qty))) for no, item, qty in amounts),
        currency="EUR",
        total=Money(Decimal(total), "EUR"),
    )
    return say(order, "channel.order_placed", minute)


def paid(minute: float = -20, amount: str = "145") -> Said:
    """So much in all."""
    return say(chn.ChannelOrderPaid(paid=Money(Decimal(amount), "EUR")), "channel.order_paid", minute)


def cancelled(minute: float, *scope: tuple[str, int]) -> Said:
    """By the customer."""
    lines = tuple(LineQuantity(line, Quantity(Decimal(qty))) for line, qty in scope)
    return say(chn.ChannelOrderCancelled(cancel_id="C-9", scope=lines), "channel.order_cancelled", minute)


def refunded(minute: float) -> Said:
    """Ten euros."""
    refund = chn.ChannelOrderRefunded(refund_no="R-1", amount=Money(Decimal(10), "EUR"))
    return say(refund, "channel.order_refunded", minute)


async def after(*said: Said) -> World:
    """The world when these were told, one by one."""
    world = World(ALL)
    for one in said:
        await world.take([one])
    return world


def commands(world: World) -> list[str]:
    """What went to the shop, and what of it to the ERP, in the order it was decided."""
    wanted = ("create_sales_order", "cancel_sales_order")
    return [row.type for row in world.store.deliveries if row.partner == SHOP or row.type in wanted]


def state(world: World) -> str:
    """How far the shop's order is."""
    return world.ending().headlines[f"channel_order||{KEY}"].removeprefix("CHO ")


def open_cases(world: World) -> list[str]:
    """Codes of the cases about it."""
    return sorted(code for code, subject, _ in world.ending().cases if subject == KEY)


async def test_a_paid_order_is_entered_once_and_the_shop_sees_it_leave_and_arrive() -> None:
    """S-24: the commands in their order, each once, with the shop's own line numbers and the carrier's number."""
    world = await after(placed(), paid(), paid(), placed(), *sale())
    assert state(world) == "DELIVERED"
    assert commands(world) == ["create_sales_order", "ship_channel_order", "deliver_channel_order"]
    shipped = next(row for row in world.store.deliveries if row.type == "ship_channel_order")
    told = msgspec.json.decode(shipped.payload)
    assert [(line["line"], line["qty"]["value"]) for line in told["lines"]] == [("a", "40"), ("b", "100"), ("c", "5")]
    assert (told["carrier"], told["tracking"]) == ("NVTR", ["NV1"])
    assert open_cases(world) == []
    assert (world.ending().waiting, world.ending().quarantined) == (0, 0)


@pytest.mark.parametrize("seed", range(12))
async def test_the_order_of_arrival_decides_nothing(seed: int) -> None:
    """Any order, the same end: also shipped before the shop's own message of the payment is here."""
    said = [placed(), paid(), *sale(), refunded(60)]
    expected = (await after(*said)).ending()
    shuffled = list(said)
    random.Random(seed).shuffle(shuffled)
    ending = (await after(*shuffled)).ending()
    assert ending.headlines == expected.headlines
    assert ending.machines == expected.machines
    assert ending.cases == expected.cases
    assert {one for one in ending.effects if "channel" in one or "sales" in one} == {
        one for one in expected.effects if "channel" in one or "sales" in one
    }


async def test_an_unpaid_order_waits_and_may_be_changed() -> None:
    """Nothing is entered before the money is there; what is entered is the last revision."""
    world = await after(placed(), paid(-25, "100"), placed(-22, rev=2, first=41, total="150"), paid(-21, "145"))
    assert (state(world), commands(world)) == ("UNPAID", [])
    await world.take([paid(-20, "150")])
    assert (state(world), commands(world)) == ("PAID", ["create_sales_order"])
    assert b'"41"' in world.store.deliveries[0].payload


async def test_a_cheaper_revision_may_be_covered_by_what_was_paid() -> None:
    """CHO-03."""
    world = await after(placed(), paid(-25, "100"), placed(-22, rev=2, total="100"))
    assert (state(world), commands(world)) == ("PAID", ["create_sales_order"])


async def test_an_order_of_nothing_needs_no_payment() -> None:
    """CHO-01: samples and gifts."""
    world = await after(placed(total="0"))
    assert (state(world), commands(world)) == ("PAID", ["create_sales_order"])


async def test_a_change_after_payment_is_a_persons_matter_until_it_is_undone() -> None:
    """CHO-31: the sale is not changed behind the ERP's back, nor entered twice."""
    world = await after(placed(), paid(), placed(-10, rev=2, first=39))
    assert (open_cases(world), commands(world)) == (["CSR-04"], ["create_sales_order"])
    await world.take([placed(-9, rev=3)])
    assert open_cases(world) == []


async def test_a_cancelled_order_is_not_entered_when_it_is_paid_after_all() -> None:
    """CHO-20, CHO-32; the refund closes the case."""
    world = await after(placed(), cancelled(-25), paid(-20))
    assert (state(world), commands(world), open_cases(world)) == ("CANCELLED", [], ["FIN-09"])
    await world.take([refunded(-10)])
    assert open_cases(world) == []


async def test_a_cancellation_in_the_shop_is_the_erps_to_decide() -> None:
    """CHO-21 and CHO-25: asked once; the shop that asked is not told again."""
    approved, planned = sale()[:2]
    world = await after(placed(), paid(), approved, planned, cancelled(3))
    assert (state(world), commands(world)) == ("CANCELLING", ["create_sales_order", "cancel_sales_order"])
    request = OrderCancelRequested(request_id="C-9", reason="customer")
    asked = say(request, "order.cancel_requested", 4, "erp1", Subject("order", "SO-00000001"))
    await world.take([asked])
    assert state(world) == "CANCELLING"
    gone = FulfilmentCancelled(order_no="SO-00000001", warehouse="WH-NL1", cancel_id="C-9")
    subject = Subject("fulfilment_order", "SO-00000001/WH-NL1/1")
    await world.take([say(gone, "fulfilment.cancelled", 5, "wms-nl1", subject)])
    assert (state(world), commands(world)) == ("CANCELLED", ["create_sales_order", "cancel_sales_order"])


async def test_an_unreleased_order_cancelled_in_the_erp_is_cancelled_in_the_shop() -> None:
    """CHO-26: a hold keeps it from being released, then the ERP gives it up."""
    held = msgspec.json.decode(sale()[0][1], type=Envelope)
    payload = msgspec.json.decode(held.payload)
    payload["holds"] = [{"hold_id": "H-1", "type": "credit"}]
    blocked = msgspec.structs.replace(held, payload=msgspec.Raw(msgspec.json.encode(payload)))
    request = OrderCancelRequested(request_id="E-1", reason="credit")
    given_up = say(request, "order.cancel_requested", 4, "erp1", Subject("order", "SO-00000001"))
    world = await after(placed(), paid(), ("erp1", msgspec.json.encode(blocked)), given_up)
    assert (state(world), commands(world)) == ("CANCELLED", ["create_sales_order", "cancel_channel_order"])


async def test_goods_that_left_are_shown_although_the_order_was_cancelled() -> None:
    """CHO-14: the shop shows the truth, and a person speaks with the customer."""
    world = await after(placed(), paid(), *sale()[: HANDED_OVER + 3], cancelled(170), sale()[HANDED_OVER + 3])
    assert state(world) == "SHIPPED"
    assert commands(world) == ["create_sales_order", "cancel_sales_order", "ship_channel_order"]
    assert open_cases(world) == ["CSR-04"]


async def test_a_hand_over_that_is_taken_back_is_taken_back_in_the_shop() -> None:
    """CHO-18."""
    said = sale()[: HANDED_OVER + 4]
    body = msgspec.json.decode(said[-1][1])
    assert body["type"] == "shipment.handed_over"
    number = body["payload"]["handover_no"]
    void = HandoverVoided(
        order_no="SO-00000001", warehouse="WH-NL1", handover_no=number, reason="wrong truck",
        packages=tuple(body["payload"]["packages"]),
    )  # fmt: skip
    subject = Subject(body["subject"]["type"], body["subject"]["id"])
    taken_back = say(void, "handover.voided", 190, "wms-nl1", subject)
    world = await after(placed(), paid(), *said, taken_back)
    assert commands(world) == ["create_sales_order", "ship_channel_order", "void_channel_shipment"]
    assert state(world) == "ENTERED"


async def test_a_refund_of_what_was_sold_is_credited_by_a_person() -> None:
    """CHO-35."""
    world = await after(placed(), paid(), sale()[0], refunded(10))
    assert open_cases(world) == ["FIN-09"]


async def test_two_sales_orders_for_one_order_of_the_customer_are_seen() -> None:
    """CHO-10: somebody entered it by hand as well."""
    second = sale()[0][1].replace(b"SO-00000001", b"SO-00000077")
    world = await after(placed(), paid(), sale()[0], ("erp1", second))
    assert open_cases(world) == ["INT-05"]


async def test_an_erp_that_does_not_enter_it_in_time_is_somebodys_work_and_no_longer_when_it_does() -> None:
    """INT-06."""
    world = World(ALL, now=START - timedelta(minutes=20))
    await world.take([placed(), paid()])
    await world.pass_time(START)
    assert open_cases(world) == ["INT-06"]
    await world.take([sale()[0]])
    assert (open_cases(world), state(world)) == ([], "ENTERED")


async def test_nothing_waits_that_has_nothing_to_wait_for() -> None:
    """A smaller sum of payments, lines cancelled with the whole: known, and no timer runs for them."""
    world = await after(placed(), paid(), paid(-19, "100"), cancelled(-10), paid(-9, "90"))
    await world.take([say(chn.ChannelOrderCancelled(cancel_id="C-10", scope=LINES), "channel.order_cancelled", -8)])
    assert state(world) == "CANCELLING"
    assert {name for name, _ in world.ending().timers} == {"tm_cmd_ack", "tm_cancel"}


async def test_a_cancellation_heard_after_the_payment_it_came_before_takes_the_sale_back() -> None:
    """CHO-38: the order had been entered by then; in any order of arrival the ERP is asked to cancel it."""
    world = await after(placed(), paid(), sale()[0], cancelled(-25))
    assert state(world) == "CANCELLED"
    assert commands(world) == ["create_sales_order", "cancel_sales_order"]
    assert open_cases(world) == ["FIN-09"]


@pytest.mark.parametrize("seed", range(8))
async def test_only_a_sale_that_is_taken_back_depends_on_what_is_heard_first(seed: int) -> None:
    """What may differ is declared: an order entered before its earlier cancellation was heard."""
    said = [placed(), cancelled(-25), paid(-20), sale()[0]]
    shuffled = list(said)
    random.Random(seed).shuffle(shuffled)
    one, other = (await after(*said)).ending(), (await after(*shuffled)).ending()
    assert (one.headlines, one.machines, one.cases) == (other.headlines, other.machines, other.cases)
    differing = {name.partition(":")[0] for name in one.effects ^ other.effects}
    assert differing <= TRANSIENT_COMMANDS
