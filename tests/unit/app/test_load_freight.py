"""A freight case of a load: accrued when all aboard is in custody, its cost shared by weight (domain.md §1.6, §3.6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.commands.erp import AccrualCommand, PostFreightAccrual
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import planning as tms
from crossdock.canonical.parts import Mode, Place
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Partner
from crossdock.testing.given import NOON
from crossdock.testing.world import World
from tests.unit.process.money import approved, charge, claim, eur, lines, packed

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms1": Partner("wms1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
}
LOAD = Subject("load", "LD-1")
QUOTE = fin.FreightEstimated(charges=(charge("LHL", "100.00"),), total=eur("100.00"), currency="EUR")
Told = tuple[str, bytes]


class Telling:
    """Facts a minute apart."""

    def __init__(self) -> None:
        self.at = NOON
        self.count = 0

    def say(self, partner: str, subject: Subject, payload: Payload, pro: str = "") -> Told:
        """One fact on the wire."""
        self.at += timedelta(minutes=1)
        self.count += 1
        source = Source(PARTNERS[partner].role, partner, message_id=f"m{self.count}")
        refs = (Reference("order", subject.id),) if subject.type == "order" else ()
        refs += (Reference("pro", pro, "NVTR"),) if pro else ()
        name = EVENT_OF_PAYLOAD[type(payload)].name
        return partner, make_envelope(name, subject, source, Occurrence(self.at), payload, refs=refs)


def an_order(tell: Telling, number: str, kgm: str) -> list[Told]:
    """Approved, planned on the load, and packed."""
    key = f"{number}/WH-NL1/1"
    site = {"order_no": number, "warehouse": "WH-NL1"}
    fo = Subject("fulfilment_order", key)
    plan = tms.ShipmentPlanned(
        tms_id=f"SHP-{number}", request_id=key, mode=Mode.LTL, origin=Place(location_no="WH-NL1"),
        destination=Place(location_no="LOC-1"), load="LD-1",
    )  # fmt: skip
    pack = packed("P:l10=40 l20=10", Decimal(kgm))
    return [
        tell.say("erp1", Subject("order", number), approved("on_delivery", order_no=number)),
        tell.say("wms1", fo, wms.FulfilmentAccepted(wms_ref="W", lines=lines(l10=40, l20=10), **site)),  # type: ignore[arg-type]
        tell.say("tms1", Subject("shipment", f"SHP-{number}"), plan),
        tell.say("wms1", fo, wms.AllocationConfirmed(lines=lines(l10=40, l20=10), **site)),  # type: ignore[arg-type]
        tell.say("wms1", fo, wms.WaveAssigned(wave_no="V", **site)),  # type: ignore[arg-type]
        tell.say("wms1", fo, wms.PickCompleted(lines=lines(l10=40, l20=10), **site)),  # type: ignore[arg-type]
        tell.say("wms1", fo, wms.PackCompleted(packages=(pack,), complete=True, **site)),  # type: ignore[arg-type]
    ]


def handed(tell: Telling, number: str) -> Told:
    """Custody of one order's shipment."""
    gone = wms.ShipmentHandedOver(
        handover_no=f"HO-{number}", at=tell.at, packages=("P",), lines=lines(l10=40, l20=10), order_no=number,
        warehouse="WH-NL1",
    )  # fmt: skip
    return tell.say("wms1", Subject("fulfilment_order", f"{number}/WH-NL1/1"), gone)


def history(quoted_late: bool = False) -> list[Told]:
    """Two orders of 100 kg and 200 kg on one load that is quoted at 100.00, and the carrier's invoice for it."""
    tell = Telling()
    facts = [*an_order(tell, "SO-A", "100"), *an_order(tell, "SO-B", "200")]
    built = tms.LoadBuilt(load_id="LD-1", shipments=("SHP-SO-A", "SHP-SO-B"), stops=())
    tender = tms.CarrierTendered(tender_no="T", seq=1, carrier="NVTR", expires_at=NOON + timedelta(days=1))
    facts += [
        tell.say("tms1", LOAD, built),
        tell.say("tms1", LOAD, tender),
        tell.say("tms1", LOAD, tms.CarrierAccepted(tender_no="T", carrier="NVTR", pro_no="PRO-1")),
    ]
    if not quoted_late:
        facts.append(tell.say("tms1", LOAD, QUOTE))
    facts += [handed(tell, "SO-A"), handed(tell, "SO-B")]
    if quoted_late:
        facts.append(tell.say("tms1", LOAD, QUOTE))
    return [*facts, tell.say("tms1", LOAD, claim(LHL="100.00"))]


async def after(facts: list[Told]) -> World:
    """The world when these were told one by one."""
    world = World(PARTNERS, now=NOON + timedelta(days=1))
    for fact in facts:
        await world.take([fact])
    return world


def accruals(world: World) -> list[AccrualCommand]:
    """What the ERP was asked to book, all but what the last says under the same key."""
    found = [row for row in world.store.deliveries if row.type == "post_freight_accrual"]
    return [msgspec.json.decode(row.payload, type=PostFreightAccrual) for row in found]


@pytest.mark.parametrize("quoted_late", [False, True])
@pytest.mark.proves("FRT-03", "FRT-05", "FRT-06", "FRT-12")
async def test_a_load_is_accrued_once_and_its_cost_shared_by_weight(quoted_late: bool) -> None:
    """100.00 over 100 kg and 200 kg: 33.33 and 66.67."""
    world = await after(history(quoted_late))
    (accrual,) = accruals(world)
    assert (accrual.case, str(accrual.amount.amount)) == ("LD-1", "100.00")
    assert accrual.ext["allocation"] == {"SHP-SO-A": "33.33", "SHP-SO-B": "66.67"}
    labels = {row.ident: row.label for row in world.store.dossiers.values()}
    assert "FRT APPROVED" in labels["load||LD-1"]
    assert "FRT" not in labels["order||SO-A"]


@pytest.mark.proves("FRT-03")
async def test_nothing_is_accrued_before_everything_aboard_is_in_custody() -> None:
    """One shipment of two is not the load."""
    facts = [fact for fact in history() if b"HO-SO-B" not in fact[1]]
    world = await after(facts)
    assert accruals(world) == []
    assert "FRT UNMATCHED" in next(row.label for row in world.store.dossiers.values() if row.ident == "load||LD-1")


@pytest.mark.proves("FRT-03")
async def test_the_quote_may_come_before_and_after_everything() -> None:
    """Any place of the quote among the others ends in the same load."""
    facts = history()
    quote = next(fact for fact in facts if b"freight.estimated" in fact[1])
    others = [fact for fact in facts if fact is not quote]
    expected = (await after(facts)).ending()
    for place in range(0, len(others) + 1, 3):
        ending = (await after([*others[:place], quote, *others[place:]])).ending()
        assert ending.headlines == expected.headlines
        assert ending.machines["load||LD-1:FRT"] == expected.machines["load||LD-1:FRT"]


@pytest.mark.proves("FRT-05", "FRT-15")
async def test_a_bill_of_one_shipment_is_its_own_also_where_we_know_no_more_of_it_than_its_load() -> None:
    """It names shipment and PRO, and the PRO is known by the carrier's answer before the shipment is by its plan."""
    tell = Telling()
    facts = an_order(tell, "SO-A", "100")
    tender = tms.CarrierTendered(tender_no="T", seq=1, carrier="NVTR", expires_at=NOON + timedelta(days=1))
    facts += [
        tell.say("tms1", LOAD, tms.LoadBuilt(load_id="LD-1", shipments=("SHP-SO-A",), stops=())),
        tell.say("tms1", LOAD, tender),
        tell.say("tms1", LOAD, tms.CarrierAccepted(tender_no="T", carrier="NVTR", pro_no="PRO-1")),
        tell.say("tms1", Subject("shipment", "SHP-SO-A"), QUOTE),
        handed(tell, "SO-A"),
    ]
    bill = tell.say("tms1", Subject("shipment", "SHP-SO-A"), claim(LHL="100.00"), pro="PRO-1")
    expected = (await after([*facts, bill])).ending()
    assert "FRT:WH-NL1/1 APPROVED" in expected.headlines["order||SO-A"]
    late = [fact for fact in facts if b"shipment.planned" in fact[1]]
    early = [fact for fact in facts if fact not in late]
    for arrived in ([*early, bill, *late], [bill, *early, *late], [*late, bill, *early]):
        ending = (await after(arrived)).ending()
        assert ending.headlines == expected.headlines
        assert ending.machines == expected.machines


@pytest.mark.proves("Y-11")
async def test_the_freight_of_a_load_of_two_erps_is_nobodys_until_a_person_says_whose() -> None:
    """Decision 64: one case on the load, no half of an invoice in either's books, and the shares there to read."""
    hub = World({**PARTNERS, "erp2": Partner("erp2", Role.ERP, "canonical_json")}, now=NOON + timedelta(days=1))
    for partner, body in history():
        theirs = partner == "erp1" and b"SO-B" in body
        await hub.take([("erp2", body.replace(b'"erp1"', b'"erp2"')) if theirs else (partner, body)])
    freight = [row for row in hub.store.deliveries if row.type in ("post_freight_accrual", "approve_freight_invoice")]
    assert [row.partner for row in freight] == ["", ""]
    assert accruals(hub)[0].ext["allocation"] == {"SHP-SO-A": "33.33", "SHP-SO-B": "66.67"}
    assert {(code, subject) for code, subject, _ in hub.ending().cases} == {("INT-07", "load||LD-1")}
    issued = {row.partner for row in hub.store.deliveries if row.type == "post_goods_issue"}
    assert issued == {"erp1", "erp2"}
