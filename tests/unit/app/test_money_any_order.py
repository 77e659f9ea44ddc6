"""Money converges: an order's billing and freight, told in any order and with repeats, end in the same books.

States, cases and clocks are equal to the last bit; commands are those of the canonical order, and beside them only what
is declared here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.commands.erp import PostFreightAccrual
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Mode, Place
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Partner
from crossdock.testing.given import NOON
from crossdock.testing.world import TRANSIENT_COMMANDS, Ending, World
from tests.unit.process.money import (
    CASE,
    ESTIMATE,
    FO,
    ITEM,
    KEY,
    ORDER,
    SHIPMENT,
    SITE,
    approved,
    charge,
    claim,
    door,
    eur,
    handed,
    lines,
    packed,
    pod,
    posted,
)

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms1": Partner("wms1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "ops": Partner("ops", Role.OPS, "canonical_json"),
}
Told = tuple[str, bytes]
Step = tuple[str, Payload, Subject]


def seen(milestone: Milestone, stop: int) -> trk.TrackingMilestone:
    """What the TMS saw."""
    return trk.TrackingMilestone(milestone=milestone, stop_seq=stop)


BEGIN: tuple[Step, ...] = (
    ("erp1", approved("on_pod"), ORDER),
    ("wms1", wms.FulfilmentAccepted(wms_ref="W", lines=lines(l10=40, l20=10), **SITE), FO),  # type: ignore[arg-type]
    ("tms1", tms.ShipmentPlanned(tms_id="SHP-1", request_id=KEY, mode=Mode.LTL, origin=Place(location_no="WH-NL1"),
                                 destination=Place(location_no="LOC-1"), carrier="NVTR"), SHIPMENT),
    ("tms1", ESTIMATE, SHIPMENT),
    ("wms1", wms.AllocationConfirmed(lines=lines(l10=40, l20=10), **SITE), FO),  # type: ignore[arg-type]
    ("tms1", tms.CarrierTendered(tender_no="T", seq=1, carrier="NVTR", expires_at=NOON + timedelta(days=9)), SHIPMENT),
    ("tms1", tms.CarrierAccepted(tender_no="T", carrier="NVTR"), SHIPMENT),
    ("wms1", wms.WaveAssigned(wave_no="V", **SITE), FO),  # type: ignore[arg-type]
    ("wms1", wms.PickCompleted(lines=lines(l10=40, l20=10), **SITE), FO),  # type: ignore[arg-type]
    ("wms1", wms.PackCompleted(packages=(packed("P1:l10=40 l20=10", Decimal(500)),), complete=True, **SITE), FO),  # type: ignore[arg-type]
    ("wms1", handed(), FO),
)  # fmt: skip
HAPPY: tuple[Step, ...] = (
    *BEGIN,
    ("erp1", fin.FreightAccrualPosted(doc_no="A-1", amount=eur("1100.00"), period="2026-06", accrual_rev=1), CASE),
    ("tms1", seen(Milestone.DEPARTED_ORIGIN, 1), SHIPMENT),
    ("tms1", seen(Milestone.DELIVERED, 2), SHIPMENT),
    ("tms1", pod(), SHIPMENT),
    ("erp1", posted(), ITEM),
    ("tms1", claim(LHL="1000.00", FUE="110.00", DET="200.00"), SHIPMENT),
    ("ops", fin.FreightDisputed(dispute_no="D", charges=(charge("DET", "200.00"),), amount=eur("200.00")), CASE),
    ("tms1", fin.FreightCredited(credit_no="CN", invoice_no="FI-1", amount=eur("200.00"),
                                 charges=(charge("DET", "200.00"),), carrier="NVTR"), SHIPMENT),
    ("erp1", fin.FreightSettled(posted_amount=eur("1110.00"), doc_no="PAY-1"), CASE),
    ("erp1", fin.InvoicePaid(invoice_no="INV-1", amount=eur("530.00"), date="2026-06-20", payment_ref="P"), ITEM),
)  # fmt: skip
UNHAPPY: tuple[Step, ...] = (
    *BEGIN,
    ("tms1", seen(Milestone.DEPARTED_ORIGIN, 1), SHIPMENT),
    ("tms1", seen(Milestone.DELIVERED, 2), SHIPMENT),
    ("tms1", pod(), SHIPMENT),
    ("erp1", fin.InvoiceFailed(request_key="k", reason="period is closed"), ITEM),
    ("erp1", posted(), ITEM),
    ("erp1", posted("INV-9"), ITEM),
    ("tms1", lmd.PodAmended(pod_ref="POD-2", supersedes="POD-1", lines=door(l10=36, l20=10)), SHIPMENT),
    ("erp1", fin.InvoiceCredited(credit_no="C-1", invoice_no="INV-1", amount=eur("50.00")), ITEM),
    ("tms1", claim(), SHIPMENT),
    ("tms1", claim("FI-9"), SHIPMENT),
)  # fmt: skip
VOIDED: tuple[Step, ...] = (
    *BEGIN[:1],
    *BEGIN[1:],
    ("wms1", wms.HandoverVoided(handover_no="HO-1", packages=("P1",), reason="never left"), SHIPMENT),
    ("wms1", handed("HO-2"), FO),
)


def told(steps: tuple[Step, ...]) -> list[Told]:
    """Facts ten minutes apart."""
    facts = []
    for number, (partner, payload, subject) in enumerate(steps):
        source = Source(PARTNERS[partner].role, partner, message_id=f"m{number}")
        at = Occurrence(NOON + timedelta(minutes=10 * number))
        refs = (Reference("order", "SO-1"),) if subject.type == "order" else ()
        name = EVENT_OF_PAYLOAD[type(payload)].name
        facts.append((partner, make_envelope(name, subject, source, at, payload, refs=refs)))
    return facts


async def ended(facts: list[Told]) -> tuple[Ending, World]:
    """What these come to, told one by one."""
    world = World(PARTNERS, now=NOON + timedelta(days=2))
    for fact in facts:
        await world.take([fact])
    return world.ending(), world


def lasting(ending: Ending) -> frozenset[str]:
    """Commands without the transient ones."""
    return frozenset(one for one in ending.effects if one.partition(":")[0] not in TRANSIENT_COMMANDS)


def differences(one: Ending, other: Ending) -> dict[str, object]:
    """Where two endings differ."""
    found: dict[str, object] = {}
    for field in ("headlines", "cases", "timers", "waiting", "quarantined"):
        if getattr(one, field) != getattr(other, field):
            found[field] = (getattr(one, field), getattr(other, field))
    for name in one.machines.keys() | other.machines.keys():
        if one.machines.get(name) != other.machines.get(name):
            packed_ = [msgspec.msgpack.decode(end.machines.get(name, b"\xc0")) for end in (one, other)]
            found[name] = packed_
    if lasting(one) != lasting(other):
        found["effects"] = lasting(one) ^ lasting(other)
    return found


# What a view without all facts may ask for beside what the whole asks for. The ERP answers each, and what it booked,
# paid or credited too much is an open item of the books, or put right by one more posting.
MONEY_ON_THE_WAY = frozenset({"adjust_freight_accrual", "request_credit_note", "approve_freight_invoice"})


@pytest.mark.parametrize("steps", [HAPPY, UNHAPPY, VOIDED], ids=["happy", "unhappy", "voided"])
@pytest.mark.proves("X-05", "X-06", "Y-17", "Y-26")
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_order_with_repeats_gives_the_same_books(steps: tuple[Step, ...], data: st.DataObject) -> None:
    """§3.1, for money: one accrual, one invoice, whatever comes first and however often."""
    facts = told(steps)
    expected, _ = await ended(facts)
    shuffled = data.draw(st.permutations(facts))
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=4))
    ending, _ = await ended([*shuffled, *repeats])
    found = differences(expected, ending)
    more = found.pop("effects", frozenset())
    assert found == {}
    assert lasting(expected) <= lasting(ending)
    assert {one.partition(":")[0] for one in more} <= MONEY_ON_THE_WAY


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations([fact for fact in told(HAPPY) if b"accrual_posted" not in fact[1]]))
@pytest.mark.proves("RC-22", "FRT-04")
async def test_the_erps_account_comes_out_right_in_any_order(facts: list[Told]) -> None:
    """An ERP that books whatever it is asked, at once, holds in the end exactly what was paid."""
    world = World(PARTNERS, now=NOON + timedelta(days=2))
    booked: dict[str, Decimal] = {}
    for fact in facts:
        wave = [fact]
        while wave:
            await world.take(wave)
            wave = answers(world, booked)
    assert sum(booked.values()) == Decimal("1110.00")


def answers(world: World, booked: dict[str, Decimal]) -> list[Told]:
    """What the ERP says about accruals it has not answered yet."""
    found: list[Told] = []
    for row in world.store.deliveries:
        if "freight_accrual" not in row.type or row.idempotency_key in booked:
            continue
        command = msgspec.json.decode(row.payload, type=PostFreightAccrual)
        booked[row.idempotency_key] = command.amount.amount
        posted_ = fin.FreightAccrualPosted(
            doc_no=f"A-{len(booked)}", amount=command.amount, period=command.period, accrual_rev=command.accrual_rev
        )
        source = Source(Role.ERP, "erp1", message_id=f"a{len(booked)}")
        at = Occurrence(NOON + timedelta(hours=9, minutes=len(booked)))
        found.append(("erp1", make_envelope("freight.accrual_posted", CASE, source, at, posted_)))
    return found
