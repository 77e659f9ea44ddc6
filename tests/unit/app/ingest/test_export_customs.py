"""Export customs through the whole hub, as days go by: what everybody is told, and when (W-06, Y-03, Y-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.app.intake import Receipt
from crossdock.canonical.commands.customs import CreateDeclaration, SubmitDeclaration
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.events.order import OrderApproved, OrderChanged
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Address, FieldChange, Mode, Place, StockAtp, Stop, StopType, TradeData
from crossdock.canonical.wire import decode_command, decode_fact
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.outbound import write_document
from crossdock.kernel.instant import Window
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import IntakeContext, Outbound
from crossdock.ports.store import DeliveryRow
from crossdock.testing.export import LONDON, PARTNERS, VENLO, Export, Told
from crossdock.testing.world import World
from tests.connectors.edifact.kit import book, decoder

GROUP = "WH-NL1/1"


class Days:
    """A hub at which facts arrive a second after they happened."""

    def __init__(self, told: Export) -> None:
        self.export = told
        self.world = World(PARTNERS, now=told.at(0))

    async def hear(self, *told: Told) -> list[Receipt]:
        """Each at its time, deadlines passing before it."""
        receipts: list[Receipt] = []
        for one in told:
            at = decode_fact(one.body, self.world.clock.at).at + timedelta(seconds=1)
            await self.world.pass_time(max(self.world.clock.at, at))
            receipts += await self.world.tell(one.partner, one.body)
        return receipts

    def sent(self, since: int = 0) -> list[str]:
        """Commands that went out, after so many."""
        return [row.type for row in self.world.store.deliveries[since:]]

    def last(self, name: str) -> DeliveryRow:
        """The last command of that name."""
        return next(row for row in reversed(self.world.store.deliveries) if row.type == name)

    def states(self) -> dict[str, str]:
        """The order's machines by name."""
        label = self.world.ending().headlines[f"order||{self.export.number}"]
        return dict(part.rsplit(" ", 1) for part in label.split("; "))

    def open(self) -> set[str]:
        """Codes of the cases that are open."""
        return {code for code, _, _ in self.world.ending().cases}


async def since(days: Days, *told: Told) -> tuple[list[str], set[str]]:
    """What these led to: commands, and cases open now."""
    before = len(days.world.store.deliveries)
    await days.hear(*told)
    return days.sent(before), days.open()


@pytest.mark.proves("W-06.1", "W-06.2", "Y-03", "CD-01", "CD-03", "SHP-02")
async def test_an_export_is_drafted_when_planned_and_handed_in_when_packed_and_booked() -> None:
    """R5 and R23 of the golden trace; customs hears what was packed, not what was asked for."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out()[:-1])
    assert days.states()[f"CD:{GROUP}"] == "DRAFT"
    assert "submit_declaration" not in days.sent()
    await days.hear(told.packed(120, 38))
    handed_in = decode_command("submit_declaration", days.last("submit_declaration").payload)
    assert isinstance(handed_in, SubmitDeclaration)
    assert (handed_in.lrn, handed_in.version, handed_in.goods[0].qty.value) == (told.lrn, 1, Decimal(38))
    assert days.last("submit_declaration").partner == "customs"


@pytest.mark.proves("W-06.4", "W-06.5", "W-06.6", "X-08", "Y-04", "CD-07", "CD-09", "CD-14", "SHP-26", "SHP-27", "T-10")
async def test_a_control_stops_the_shipment_everywhere_until_customs_lets_go() -> None:
    """R26, R32 and R42: no system asks another, each is told."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out(), told.declared(), told.accepted())
    commands, cases = await since(days, told.held())
    assert sorted(commands) == ["block_loading", "hold_shipment", *["notify_internal"] * 3]
    assert "CUS-03" in cases
    commands, cases = await since(days, told.released())
    assert sorted(commands) == ["release_shipment_hold", "unblock_loading"]
    assert "CUS-03" not in cases
    await days.hear(told.handed_over(), told.departed())
    commands, cases = await since(days, told.exit_confirmed())
    assert commands == ["update_delivery_status"]
    assert (days.states()[f"CD:{GROUP}"], cases & {"CUS-07", "CUS-08", "CUS-09"}) == ("EXITED", set())
    assert [row.type for row in days.world.store.events.values()].count("document.attached") == 1


@pytest.mark.proves("W-06.3", "X-09", "Y-25", "INT-06", "CUS-02", "tm_customs_ack")
@pytest.mark.proves("Y-25")
async def test_customs_that_does_not_answer_is_seen_and_blocks_until_it_does() -> None:
    """The acknowledgment is missing: alert, export stays blocked; the answer clears it."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out())
    await days.world.pass_time(told.at(160))
    assert "INT-06" in days.open()
    await days.world.pass_time(told.at(190))
    assert {"INT-06", "CUS-02"} <= days.open()
    await days.hear(told.declared(200), told.accepted(201))
    assert not {"INT-06", "CUS-02"} & days.open()
    assert days.states()[f"CD:{GROUP}"] == "ACCEPTED"


@pytest.mark.proves("CD-24", "CUS-07")
async def test_goods_that_leave_without_release_are_a_breach() -> None:
    """Variant (c) of the golden trace: CUS-07, and the carrier is called back."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out(), told.declared(), told.accepted(), told.held(), told.handed_over(), told.departed())
    assert "CUS-07" in days.open()
    await days.world.pass_time(told.at(660))
    assert days.sent().count("intercept_shipment") == 1


@pytest.mark.proves("CD-24")
async def test_a_release_that_was_only_late_takes_the_breach_back() -> None:
    """It had happened before the departure: no case, no call."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out(), told.declared(), told.accepted(), told.handed_over(), told.departed())
    assert "CUS-07" in days.open()
    await days.world.tell("customs", told.released(300).body)
    assert "CUS-07" not in days.open()
    await days.world.pass_time(told.at(700))
    assert "intercept_shipment" not in days.sent()


@pytest.mark.proves("CD-02", "CD-06", "CUS-01")
async def test_missing_data_are_asked_for_and_taken_from_the_order_when_they_come() -> None:
    """A change of the ERP by single fields completes the draft."""
    told = Export(trade=TradeData(origin_country="NL", net_kgm=Decimal("9.7")))
    days = Days(told)
    await days.hear(told.approved(), told.planned())
    assert (days.states()[f"CD:{GROUP}"], "CUS-01" in days.open()) == ("REQUIRED", True)
    code = OrderChanged(rev=2, changes=(FieldChange(path="lines[10].trade.hs_code", new="84137051"),))
    commands, cases = await since(days, told.erp(30, code, revision=2))
    assert "create_declaration" in commands
    assert not {"CUS-01", "CSR-04"} & cases


@pytest.mark.proves("OW-08", "INT-04")
async def test_only_customs_lifts_what_customs_has_stopped() -> None:
    """A carrier's code is an observation, an ERP's claim is refused."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out(), told.declared(), told.accepted(), told.held())
    seen = trk.TrackingMilestone(milestone=Milestone.EXPORT_RELEASED)
    claim = cus.CustomsReleased(lrn=told.lrn, mrn=told.mrn, released_at=told.at(300))
    receipts = await days.hear(
        told.transport(300, seen, partner="nvtr"), told.tell("erp1", 301, Subject("declaration", told.lrn), claim)
    )
    assert receipts[-1].disposition == "REJECT"
    assert days.states()[f"CD:{GROUP}"] == "HELD"
    assert "unblock_loading" not in days.sent()


@pytest.mark.proves("SHP-02", "CD-01", "CG-07")
async def test_of_one_order_only_the_shipment_that_crosses_the_border_is_declared() -> None:
    """R4 and R5 of the golden trace: one from Venlo, one from Daventry, both to London."""
    told = Export()
    days = Days(told)
    order = decode_fact(told.approved().body, told.at(0)).payload
    assert isinstance(order, OrderApproved)
    near = replace(order.lines[0], no="30", item="IT-912", stock=(StockAtp(warehouse="WH-GB1", atp=Decimal(5)),))
    both = replace(order, lines=(*order.lines, replace(near, qty=Quantity(Decimal(5), "EA"))))
    daventry = Place(location_no="WH-GB1", address=Address(country="GB", city="Daventry"))
    fleet = tms.ShipmentPlanned(
        tms_id="SHP-8", request_id=f"{told.number}/WH-GB1/1", mode=Mode.OWN_FLEET, origin=daventry, destination=LONDON
    )
    await days.hear(
        told.erp(0, both, revision=1), told.tell("tms1", 1, Subject("shipment", "SHP-8"), fleet), told.planned()
    )
    assert {name: state for name, state in days.states().items() if name.startswith("CD")} == {f"CD:{GROUP}": "DRAFT"}
    notes = [row.body for row in days.world.store.events.values() if row.type == "customs.not_required"]
    assert [b"same_country" in body for body in notes] == [True]
    draft = decode_command("create_declaration", days.last("create_declaration").payload)
    assert isinstance(draft, CreateDeclaration)
    assert [one.order_line for one in draft.goods] == ["10"]


@pytest.mark.proves("SHP-02", "SHP-06")
async def test_a_carrier_that_takes_the_load_takes_the_shipment() -> None:
    """Consolidation: what the load is told opens the gate of every declaration aboard."""
    told = Export()
    days = Days(told)

    def about_load(minutes: float, payload: Payload, partner: str = "tms1") -> Told:
        return told.tell(partner, minutes, Subject("load", "LD-7"), payload)

    plan = tms.ShipmentPlanned(
        tms_id=told.shipment,
        request_id=told.group,
        mode=Mode.FTL,
        origin=VENLO,
        destination=LONDON,
        load="LD-7",
        windows=tms.Windows(pickup=Window(latest=told.at(2000))),
    )
    stops = (
        Stop(seq=1, type=StopType.PICKUP, location=VENLO, shipments_on=(told.shipment,)),
        Stop(seq=2, type=StopType.DELIVERY, location=LONDON, shipments_off=(told.shipment,)),
    )
    await days.hear(
        told.approved(),
        told.transport(2, plan),
        told.accepted_by_warehouse(),
        told.allocated(),
        about_load(21, tms.LoadBuilt(load_id="LD-7", shipments=(told.shipment,), stops=stops)),
        about_load(22, tms.CarrierTendered(tender_no="T", seq=1, carrier="NVTR", expires_at=told.at(90))),
        about_load(50, tms.CarrierAccepted(tender_no="T", carrier="NVTR"), "nvtr"),
        told.wave(),
        told.picked(),
    )
    commands, _ = await since(days, told.packed())
    assert "submit_declaration" in commands


# -- in documents -----------------------------------------------------------------------------------------------------

SETTINGS = {"sender": "CUSTOMS", "receiver": "CROSSDOCK", "depositor": "8712345000004"}


def as_cusdec(row: DeliveryRow, told: Export) -> str:
    """The document customs gets."""
    context = IntakeContext("customs", "CUS", told.at(0), "UTC", SETTINGS)
    command = Outbound(1, row.type, row.idempotency_key, "", row.payload, "", 1, told.at(0))
    kind, wire = write_document(command, book(), read_settings(SETTINGS), context, 17)
    assert kind == "CUSDEC"
    return wire.decode()


def cusres(told: Export, minutes: float, *rows: str) -> Sequence[Told]:
    """What customs answers, as facts."""
    at = f"{told.at(minutes):%Y%m%d%H%M}"
    body = [
        "UNH+1+CUSRES:D:96A:UN", "BGM+961+R-1+11", f"DTM+148:{at}:203", *rows[:1], f"RFF+ABE:{told.lrn}", *rows[1:],
    ]  # fmt: skip
    lines = [f"UNB+UNOC:3+CUSTOMS+CROSSDOCK+{at[2:8]}:{at[8:]}+1", *body, f"UNT+{len(body) + 1}+1", "UNZ+1+1"]
    context = IntakeContext("customs", "CUS", told.at(minutes), "UTC", SETTINGS)
    made = decoder().decode(("'".join(lines) + "'").encode(), "application/edifact", context)
    assert not [one for one in made.findings if one.severity == "error"], made.findings
    return [Told("customs", one.body) for one in made.facts]


@pytest.mark.proves("W-06.8", "P-48", "CD-03", "CD-04", "CD-05", "CD-09", "CD-14")
async def test_the_whole_way_by_cusdec_and_cusres() -> None:
    """Rejected, corrected, accepted, released, gone: documents out, documents in, no other word between us."""
    told = Export()
    days = Days(told)
    await days.hear(*told.way_out())
    first = as_cusdec(days.last("submit_declaration"), told)
    assert f"BGM+830+{told.lrn}+47'" in first
    assert "RFF+ACD:1'" in first
    await days.hear(*cusres(told, 121, "GIS+515:AES", "RFF+ACD:1"), *cusres(told, 122, "GIS+556:AES", "RFF+ACD:1"))
    assert days.states()[f"CD:{GROUP}"] == "REJECTED"
    await days.hear(
        told.approved(200, rev=2, trade=TradeData(hs_code="84137059", origin_country="NL", net_kgm=Decimal(9)))
    )
    assert "RFF+ACD:2'" in as_cusdec(days.last("submit_declaration"), told)
    number = f"RFF+ABT:{told.mrn}"
    await days.hear(*cusres(told, 201, "GIS+515:AES", "RFF+ACD:2"), *cusres(told, 202, "GIS+528:AES", number))
    await days.hear(*cusres(told, 203, "GIS+560:AES", number), *cusres(told, 300, "GIS+529:AES", number))
    assert days.states()[f"CD:{GROUP}"] == "RELEASED"
    await days.hear(told.handed_over(), told.departed(), *cusres(told, 1800, "GIS+599:AES", number))
    assert days.states()[f"CD:{GROUP}"] == "EXITED"
    assert not {"CUS-01", "CUS-02", "CUS-03", "CUS-07", "CUS-09", "INT-05"} & days.open()
