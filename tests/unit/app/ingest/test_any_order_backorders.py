"""A short pick, the stock that comes for it, and the second release: whatever arrives first (domain.md §3.2.4; I3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import msgspec
import pytest
from msgspec.structs import replace

from crossdock.bench.trace import PARTNERS, WAREHOUSE, Order
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import FulfilmentAccepted, PickShorted
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.parts import LineQuantity, StockAtp
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.testing.refolded import refolded
from crossdock.testing.world import TRANSIENT_COMMANDS, Ending, World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
Told = tuple[str, bytes]


def said(partner: str, kind: str, subject: Subject, minute: int, payload: Payload, revision: int | None = None) -> Told:
    source = Source(PARTNERS[partner].role, partner, message_id=f"{partner}-{kind}-{minute}-{subject.id}")
    at = Occurrence(START + timedelta(minutes=minute))
    return partner, make_envelope(kind, subject, source, at, payload, revision=revision)


def history(order: Order = ORDER) -> list[Told]:
    """Thirty of forty are found; fifteen more come, and ten of them go."""
    facts = [(one.partner, one.body) for one in list(order.facts())[:5]]
    first = decode_fact(facts[0][1], START).payload
    assert isinstance(first, OrderApproved)
    more = (replace(first.lines[0], stock=(StockAtp(WAREHOUSE, Decimal(15)),)), *first.lines[1:])
    short = PickShorted(
        order_no=order.number, warehouse=WAREHOUSE, line="10", requested=Quantity(Decimal(40)),
        picked=Quantity(Decimal(30)), reason="damaged",
    )  # fmt: skip
    second = FulfilmentAccepted(
        order_no=order.number, warehouse=WAREHOUSE, release_no=2, wms_ref="W2",
        lines=(LineQuantity("10", Quantity(Decimal(10))),),
    )  # fmt: skip
    subject, release = Subject("order", order.number), f"{order.number}/{WAREHOUSE}/2"
    return [
        *facts,
        said("wms-nl1", "pick.shorted", Subject("fulfilment_order", order.fo), 80, short),
        said("erp1", "order.approved", subject, 400, replace(first, rev=2, lines=more), revision=2),
        said("wms-nl1", "fulfilment.accepted", Subject("fulfilment_order", release), 410, second),
    ]


async def outcome(told: Sequence[Told]) -> tuple[Ending, Counter[str], World]:
    world = World(PARTNERS)
    for one in told:
        await world.take([one])
    ending = world.ending()
    kept = frozenset(effect for effect in ending.effects if effect.partition(":")[0] not in TRANSIENT_COMMANDS)
    return replace(ending, effects=kept), Counter(row.type for row in world.store.deliveries), world


def each_fact_anywhere(told: Sequence[Told]) -> list[list[Told]]:
    """Backwards, twice over, and every single fact as much earlier or later as can be."""
    moved = [[*told[::-1]], [one for one in told for _ in range(2)]]
    for place, one in enumerate(told):
        rest = [*told[:place], *told[place + 1 :]]
        moved += [[*rest[:new], one, *rest[new:]] for new in range(len(told)) if new != place]
    return moved


@pytest.mark.proves("backorder_min_release_pct", "ORD-09")
async def test_what_waited_is_released_once_whatever_came_first() -> None:
    told = history()
    expected, sent, world = await outcome(told)
    assert sent["create_fulfilment_order"] == 2
    (again,) = [
        msgspec.json.decode(row.payload)
        for row in world.store.deliveries
        if row.type == "create_fulfilment_order" and row.idempotency_key.endswith("|2")
    ]
    assert [(line["line"], line["qty"]["value"]) for line in again["lines"]] == [("10", "10")]
    assert "FO:WH-NL1/2 ACCEPTED" in expected.headlines[f"order||{ORDER.number}"]
    assert not expected.cases
    assert refolded(world) == []
    for arrived in each_fact_anywhere(told):
        ending, counted, _ = await outcome(arrived)
        assert ending == expected
        assert counted["create_fulfilment_order"] == 2


def handed_out(arrived: Sequence[str], promised: Sequence[str]) -> str:
    """Who gets the pieces by §3.2.4 as written: of those known to wait when they come, the first promised."""
    place = arrived.index("pieces")
    known = [one for one in promised if one in arrived[:place]]
    return known[0] if known else arrived[place + 1]


@pytest.mark.proves("backorder_min_release_pct")
async def test_who_gets_what_comes_depends_on_arrival_unless_an_order_is_named() -> None:
    """Decision 63: two wait for the same pieces. Handed out when they come, who is heard of late loses; by the ERP's
    word, which is about one order, it is that one in every order of arrival.
    """
    other = Order(2, START)
    promised = [ORDER.number, other.number]
    assert {handed_out(arrived, promised) for arrived in permutations([*promised, "pieces"])} == set(promised)
    begun, (named, accepted), theirs = history()[:-2], history()[-2:], history(other)[:-2]
    for told in permutations([begun, [named], [accepted], theirs]):
        _, _, world = await outcome([one for part in told for one in part])
        again = {row.idempotency_key for row in world.store.deliveries if row.type == "create_fulfilment_order"}
        second = {key for key in again if key.endswith("|2")}
        assert [ORDER.number in key for key in second] == [True]
        assert any(other.number in key for key in again)
