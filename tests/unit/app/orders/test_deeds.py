"""What may be said by hand about an order or a freight case, in which words, and when it takes two."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.orders.deeds import OF_MONEY, fact_of, offers, on_behalf_of, saying_of, why_two
from crossdock.app.reconcile.dossier import Dossier, stored
from crossdock.bench.trace import PARTNERS as TRACE_PARTNERS
from crossdock.bench.trace import Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Priority, Role
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.asks import Ask, Wish
from crossdock.process.policy import Policy
from crossdock.process.scopes import Override, Scope
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.play import upto
from crossdock.testing.world import World

NOW = when("10 08:00")
PART = "WH-NL1/1"


def dossier_of(world: World, ident: str, policy: Policy) -> Dossier:
    row = next(row for row in world.store.dossiers.values() if row.ident == ident)
    return stored(row, REGISTRIES, policy, NOW)


async def mismatched(policy: Policy = POLICY) -> Dossier:
    """The worked example with the carrier's claim of 1392.40 for what was accrued at 1180.00."""
    world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
    for row in upto("R57"):
        world.clock.at = row.received
        if row.partner:
            await world.tell(row.partner, row.body())
    return dossier_of(world, "order||SO-100234", policy)


async def released() -> Dossier:
    order = Order(1, NOW)
    world = World(TRACE_PARTNERS, now=NOW + timedelta(hours=1))
    await world.tell("erp1", next(iter(order.facts())).body)
    return dossier_of(world, f"order||{order.number}", Policy())


def asked(wish: Wish, dossier: Dossier, second: str = "") -> Ask:
    said = encode_json(saying_of(7, wish, "Ana", dossier)).decode()
    words = (wish.deed, wish.about, wish.value, wish.reason, "Ana", "person:1")
    return Ask(7, dossier.id, dossier.ident, NOW, *words, two="", said=said, second=second)


def wish(deed: str, value: str = "", about: str = "") -> Wish:
    return Wish(deed, about, value, "the bank called")


def two(deed: Wish, dossier: Dossier) -> str:
    return why_two(decode_fact(fact_of(asked(deed, dossier)), NOW), dossier, deed.about)


async def test_a_released_order_can_be_held_or_cancelled_and_both_take_two() -> None:
    dossier = await released()
    assert [one.deed for one in offers(dossier)] == ["hold", "cancel"]
    assert two(wish("hold", "credit"), dossier) == "it is urgent"
    assert two(wish("cancel"), dossier) == "it is urgent"


async def test_what_is_urgent_is_what_the_catalogue_calls_p0() -> None:
    assert EVENT_TYPES["order.held"].priority is Priority.P0
    assert EVENT_TYPES["order.hold_released"].priority is not Priority.P0


@pytest.mark.proves("ops_override_limit")
@pytest.mark.parametrize(
    ("deed", "amount", "limit", "why"),
    [
        ("approve_freight", "1000.00", "1000.00", ""),
        ("approve_freight", "1000.01", "1000.00", "it is more than 1000.00 EUR"),
        ("approve_freight", "1392.40", "1400.00", ""),
        ("approve_freight", "1435.00", "5000.00", "it is more than 250.00 EUR away from what was accrued"),
        ("dispute_freight", "200.00", "200.00", ""),
        ("dispute_freight", "200.01", "200.00", "it is more than 200.00 EUR"),
    ],
)
async def test_money_above_the_limit_takes_two(deed: str, amount: str, limit: str, why: str) -> None:
    policy = msgspec.structs.replace(POLICY, money=MoneyTerms(ops_override_limit=Decimal(limit)))
    assert two(wish(deed, amount, PART), await mismatched(policy)) == why


@pytest.mark.proves("ops_override_limit")
async def test_the_limit_is_that_of_the_scope() -> None:
    """A carrier that is trusted less has a lower one."""
    lower = Override(Scope(carrier="NVTR"), {"money": {"ops_override_limit": Decimal("100.00")}})
    policy = msgspec.structs.replace(POLICY, overrides=(lower,))
    assert two(wish("dispute_freight", "100.01", PART), await mismatched(policy)) == "it is more than 100.00 EUR"


async def test_an_offer_proposes_what_is_claimed_and_contested() -> None:
    proposed = {one.deed: (one.about, one.amount, one.currency) for one in offers(await mismatched())}
    assert proposed["approve_freight"] == (PART, "1392.40", "EUR")
    assert proposed["dispute_freight"][0] == PART
    assert Decimal(proposed["dispute_freight"][1]) > 0


async def test_the_fact_carries_whose_word_it_is_who_gave_it_why_and_who_agreed() -> None:
    ask = asked(wish("hold", "credit"), await released(), second="Bo")
    fact = decode_fact(fact_of(ask), NOW)
    assert (fact.type, fact.source.system, fact.source.instance, fact.at) == ("order.held", Role.OPS, "console", NOW)
    assert getattr(fact.payload, "hold_id", "") == "OPS-7"
    assert getattr(fact.payload, "ext", {}) == {
        "ops": {"by": "Ana", "reason": "the bank called", "ask": "7", "on_behalf_of": "ERP", "second": "Bo"},
        "approval": {"second": "Bo"},
    }


async def test_the_same_ask_says_the_same_bytes() -> None:
    """What the dossier became meanwhile is no part of them."""
    ask = asked(wish("approve_freight", "1300", PART), await mismatched())
    assert fact_of(ask) == fact_of(msgspec.structs.replace(ask, outcome="APPLY", ended=NOW))
    assert on_behalf_of("freight.approved") == ""


@pytest.mark.parametrize(
    "deed",
    [
        wish("hold", "credit"),
        wish("release_hold", about="OPS-9"),
        wish("approve_freight", "", PART),
        wish("approve_freight", "a lot", PART),
        wish("approve_freight", "-5", PART),
        wish("approve_freight", "NaN", PART),
        wish("approve_freight", "1e30", PART),
        wish("approve_freight", "1.00001", PART),
        wish("approve_freight", "5", "nowhere"),
        wish("strange"),
    ],
)
async def test_what_cannot_be_done_is_refused(deed: Wish) -> None:
    """The order of the worked example is completed."""
    with pytest.raises(Rejected):
        saying_of(1, deed, "Ana", await mismatched())


async def test_a_hold_is_of_a_kind() -> None:
    with pytest.raises(Rejected, match="kind"):
        saying_of(1, wish("hold", "mood"), "Ana", await released())


async def test_only_money_is_the_consoles_own_to_say() -> None:
    dossiers = (await released(), await mismatched())
    for dossier in dossiers:
        for one in offers(dossier):
            deed = Wish(one.deed, one.about, one.amount or (one.choices[0] if one.choices else ""), "because")
            assert (on_behalf_of(saying_of(1, deed, "Ana", dossier).type) == "") is (one.deed in OF_MONEY)
