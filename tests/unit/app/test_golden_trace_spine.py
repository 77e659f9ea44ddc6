"""The worked example of domain.md §10, without customs and appointments, through the use case.

Time passes as in the trace. Where a fact is overtaken (R43 comes a day late) the dossier is folded again; what it
says and what it leads to are those of the specification.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.fold.dossier import unpack
from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import last_mile as lmd
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import order as erp
from crossdock.canonical.events import planning as tms
from crossdock.canonical.events import tracking as trk
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import (
    Charge,
    ChargeCode,
    DeliveredLine,
    Incoterm,
    LineQuantity,
    Mode,
    OrderLine,
    PackageInfo,
    Party,
    Place,
    StockAtp,
    Stop,
    StopType,
    Windows,
)
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.order.ledger import account
from crossdock.process.order.machine import MACHINE as ORD
from crossdock.process.order.rollup import fulfilment_status, overlays
from crossdock.process.order.state import OrderState
from crossdock.testing.world import World

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "wms-gb1": Partner("wms-gb1", Role.WMS, "canonical_json", sites=("WH-GB1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "nvtr": Partner("nvtr", Role.CAR, "canonical_json", scacs=("NVTR",)),
    "lmd1": Partner("lmd1", Role.LMD, "canonical_json"),
    "ops": Partner("ops", Role.OPS, "canonical_json"),
}
LONDON = Place(location_no="LOC-HP-LON", gln="5012345007779", tz="Europe/London")
SSCC_NL = ("387123450000001019", "387123450000001026")
SSCC_GB = "050123450000044101"
ORDER = Subject("order", "SO-100234")
SHN, SHG = Subject("shipment", "SHP-88001"), Subject("shipment", "SHP-88002")
LOAD = Subject("load", "LD-4501")
CASE = Subject("freight_case", "SO-100234/WH-NL1/1")
NL = {"order_no": "SO-100234", "warehouse": "WH-NL1"}
GB = {"order_no": "SO-100234", "warehouse": "WH-GB1"}
FON = Subject("fulfilment_order", "SO-100234/WH-NL1/1")
FOG = Subject("fulfilment_order", "SO-100234/WH-GB1/1")


def when(text: str) -> datetime:
    """`02 14:05` as an instant of June 2026."""
    return datetime.strptime(
        f"2026-06-{text}", "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    ).replace(tzinfo=UTC)


def qty(value: int) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value), "EA")


def lines(**amounts: int) -> tuple[LineQuantity, ...]:
    """Quantities by line: `l10=40`."""
    return tuple(LineQuantity(line=name[1:], qty=qty(amount)) for name, amount in amounts.items())


def door(**amounts: int) -> tuple[DeliveredLine, ...]:
    """Delivered by line."""
    return tuple(DeliveredLine(line=name[1:], delivered=qty(amount)) for name, amount in amounts.items())


def eur(amount: str) -> Money:
    """Euros."""
    return Money(Decimal(amount), "EUR")


def order_line(number: str, amount: int, price: str, warehouse: str) -> OrderLine:
    """A line only one warehouse stocks; GB1 has none of IT-778."""
    stock = (StockAtp(warehouse=warehouse, atp=Decimal(500)),)
    return OrderLine(no=number, item=f"IT-{number}", qty=qty(amount), unit_price=eur(price), stock=stock)


def approved() -> erp.OrderApproved:
    """R1."""
    return erp.OrderApproved(
        order_no="SO-100234", rev=1, customer=Party(no="C-7781", name="Harrow & Pike Ltd"),
        customer_po="HP-PO-55120", ship_to=LONDON,
        lines=(order_line("10", 40, "120.00", "WH-NL1"), order_line("20", 100, "18.50", "WH-NL1"),
               order_line("30", 5, "640.00", "WH-GB1")),
        requested=Window(latest=when("04 16:00")), incoterm=Incoterm(code="DAP", place="London"), currency="EUR",
    )  # fmt: skip


def planned(tms_id: str, warehouse: str, mode: Mode, load: str = "") -> tms.ShipmentPlanned:
    """R4, R5."""
    return tms.ShipmentPlanned(
        tms_id=tms_id, request_id=f"SO-100234/{warehouse}/1", mode=mode, origin=Place(location_no=warehouse),
        destination=LONDON, load=load,
        windows=Windows(pickup=Window(latest=when("02 16:00"))),
    )  # fmt: skip


def run(run_id: str, attempt: int) -> tuple[Subject, lmd.RunPlanned, lmd.RunDispatched]:
    """R13 and R28, R31 and R45."""
    task = lmd.RunTask(task="DT-88002", shipment="SHP-88002", attempt_no=attempt)
    plan = lmd.RunPlanned(run_id=run_id, date="2026-06-02", depot="LON", tasks=(task,))
    return Subject("run", run_id), plan, lmd.RunDispatched(dispatched_at=when("02 06:00"), tasks=(task,))


RA, RA_PLANNED, RA_OUT = run("RUN-5521", 1)
RB, RB_PLANNED, RB_OUT = run("RUN-5530", 2)
BUILT = tms.LoadBuilt(
    load_id="LD-4501", shipments=("SHP-88001",),
    stops=(Stop(seq=1, type=StopType.PICKUP, location=Place(location_no="WH-NL1"), shipments_on=("SHP-88001",)),
           Stop(seq=2, type=StopType.DELIVERY, location=LONDON, shipments_off=("SHP-88001",))),
)  # fmt: skip
TENDERED = tms.CarrierTendered(tender_no="TND-4501-1", seq=1, carrier="NVTR", expires_at=when("01 07:31:20"))
ACCEPTED = tms.CarrierAccepted(tender_no="TND-4501-1", carrier="NVTR", pro_no="NV7745120")
NL_PACKS = (
    PackageInfo(sscc=SSCC_NL[0], kgm=Decimal(300), contents=lines(l10=40)),
    PackageInfo(sscc=SSCC_NL[1], kgm=Decimal("312.4"), contents=lines(l20=90)),
)
SHORT = wms.PickShorted(line="20", requested=qty(100), picked=qty(90), reason="DAMAGED", **NL)
LATE_945 = wms.ShipmentHandedOver(
    handover_no="HO-NL-3391", at=when("02 13:58"), packages=SSCC_NL, lines=lines(l10=40, l20=90), bol="BOL-88001", **NL
)
GB_OUT = wms.ShipmentHandedOver(
    handover_no="HO-GB-77", at=when("02 05:45"), packages=(SSCC_GB,), lines=lines(l30=5), **GB
)
ATTEMPT_1 = lmd.DeliveryAttempted(
    attempt_no=1, at=when("02 08:52"), result=lmd.AttemptResult.FAILED, reason="consignee.closed"
)
POD_GB = lmd.PodCaptured(
    pod_ref="POD-88002-2",
    attempt_no=2,
    captured_at=when("03 08:20:30"),
    receiver="H. Pike",
    proofs=(),
    lines=door(l30=5),
)
POD_NL = lmd.PodCaptured(
    pod_ref="POD-NV7745120",
    attempt_no=1,
    captured_at=when("04 10:22"),
    receiver="H. Pike",
    proofs=(),
    lines=door(l10=40, l20=90),
)


def seen(milestone: Milestone, place: str = "", stop: int | None = None) -> trk.TrackingMilestone:
    """A 214."""
    return trk.TrackingMilestone(
        milestone=milestone, stop_seq=stop, location=Place(location_no=place) if place else None
    )


DEPARTED = seen(Milestone.DEPARTED_ORIGIN, stop=1)


def charge(code: str, amount: str, basis: str = "", rate: str = "") -> Charge:
    """A freight charge."""
    return Charge(code=ChargeCode(code), amount=eur(amount), basis=basis, rate=Decimal(rate) if rate else None)


ESTIMATE = fin.FreightEstimated(
    charges=(charge("LHL", "950.00", "kg", "1.60026"), charge("FUE", "142.50", "pct", "15"),
             charge("CUS", "57.50", "package", "26.50")),
    total=eur("1150.00"), currency="EUR", rate_ref="NVTR-2026",
)  # fmt: skip
CLAIM = fin.FreightInvoiced(
    carrier="NVTR", invoice_no="NV-INV-30091", type=fin.CarrierInvoiceType.INVOICE, date="2026-06-09",
    charges=(charge("LHL", "980.00"), charge("FUE", "159.40"), charge("CUS", "53.00"), charge("DET", "200.00")),
    total=eur("1392.40"),
)  # fmt: skip
DISPUTED = fin.FreightDisputed(dispute_no="DSP-118", charges=(charge("DET", "200.00"),), amount=eur("200.00"))
CREDIT = fin.FreightCredited(
    credit_no="NV-CRN-30091-1", invoice_no="NV-INV-30091", amount=eur("200.00"), charges=(charge("DET", "200.00"),),
    carrier="NVTR",
)  # fmt: skip
SETTLED = fin.FreightSettled(posted_amount=eur("1192.40"), doc_no="PAY-1")


def booked(rev: int, amount: str) -> fin.FreightAccrualPosted:
    """The ERP's answer to an accrual."""
    return fin.FreightAccrualPosted(doc_no=f"ACC-{rev}", amount=eur(amount), period="2026-06", accrual_rev=rev)


def invoice(number: str, total: str, **amounts: int) -> fin.InvoicePosted:
    """R49, R56."""
    return fin.InvoicePosted(invoice_no=number, total=eur(total), lines=lines(**amounts), date="2026-06-05")


# R, received, occurred, who, about, what, disposition, transitions; rows of later issues are left out.
TRACE: list[tuple[int, str, str, str, Subject, Payload, str, str]] = [
    (1, "01 06:02:11", "01 06:02:10", "erp1", ORDER, approved(), "APPLY",
     "ORD-01 NEW; ORD-02 RELEASED; FO-01 SENT; SHP-01 PLANNING; FO-01 SENT; SHP-01 PLANNING"),
    (3, "01 06:02:41", "01 06:02:40", "wms-gb1", FOG, wms.FulfilmentAccepted(wms_ref="G1", lines=lines(l30=5), **GB),
     "APPLY",
     "ORD-06 EXECUTING; FO-02 ACCEPTED"),
    (4, "01 06:03:06", "01 06:03:05", "tms1", SHG, planned("SHP-88002", "WH-GB1", Mode.OWN_FLEET), "APPLY",
     "SHP-02 PLANNED; DT-01 PLANNED"),
    (5, "01 06:04:31", "01 06:04:30", "tms1", SHN, planned("SHP-88001", "WH-NL1", Mode.LTL, "LD-4501"), "APPLY",
     "SHP-02 PLANNED"),
    (6, "01 06:04:32", "01 06:04:30", "tms1", SHN, ESTIMATE, "APPLY", "FRT-01 ESTIMATED"),
    (7, "01 06:06:01", "01 06:06", "wms-nl1", FON, wms.FulfilmentAccepted(wms_ref="N1", lines=lines(l10=40), **NL),
     "APPLY", "FO-02 ACCEPTED"),
    (8, "01 06:20:03", "01 06:20", "wms-gb1", FOG, wms.AllocationConfirmed(lines=lines(l30=5), **GB), "APPLY",
     "FO-04 ALLOCATED"),
    (9, "01 06:31:02", "01 06:31", "wms-nl1", FON, wms.AllocationConfirmed(lines=lines(l10=40, l20=100), **NL),
     "APPLY", "FO-04 ALLOCATED"),
    (10, "01 06:31:15", "01 06:31:14", "tms1", LOAD, BUILT, "APPLY", "LD-01 BUILT"),
    (11, "01 06:31:21", "01 06:31:20", "tms1", LOAD, TENDERED, "APPLY", "LD-02 TENDERED"),
    (12, "01 06:58:10", "01 06:58", "nvtr", LOAD, ACCEPTED, "APPLY", "LD-03 ACCEPTED"),
    (13, "01 07:10:05", "01 07:10", "lmd1", RA, RA_PLANNED, "APPLY", "RUN-01 PLANNED"),
    (15, "01 09:00:04", "01 09:00", "wms-gb1", FOG, wms.WaveAssigned(wave_no="W-GB-118", **GB), "APPLY", "FO-07 WAVED"),
    (16, "01 09:31:02", "01 09:31", "wms-gb1", FOG, wms.PickCompleted(lines=lines(l30=5), **GB), "APPLY",
     "FO-09 PICKED"),
    (17, "01 10:10:03", "01 10:10", "wms-gb1", FOG,
     wms.PackCompleted(packages=(PackageInfo(sscc=SSCC_GB, contents=lines(l30=5)),), complete=True, **GB), "APPLY",
     "FO-13 PACKED"),
    (18, "01 11:00:05", "01 11:00", "wms-nl1", FON, wms.WaveAssigned(wave_no="W-NL-204", **NL), "APPLY", "FO-07 WAVED"),
    (19, "01 12:40:20", "01 12:40", "wms-nl1", FON, SHORT, "APPLY", "FO-10 PICKING; ORD-09 EXECUTING"),
    (22, "01 12:55:04", "01 12:55", "wms-nl1", FON, wms.PickCompleted(lines=lines(l10=40, l20=90), **NL), "APPLY",
     "FO-09 PICKED"),
    (23, "01 14:20:10", "01 14:20", "wms-nl1", FON, wms.PackCompleted(packages=NL_PACKS, complete=True, **NL),
     "APPLY", "FO-13 PACKED"),
    (27, "02 05:45:12", "02 05:45", "wms-gb1", SHG, GB_OUT, "APPLY",
     "FO-16 HANDED_OVER; SHP-10 HANDED_OVER; BIL-01 PENDING"),
    (28, "02 06:00:03", "02 06:00", "lmd1", RA, RA_OUT, "APPLY",
     "RUN-03 DISPATCHED"),
    (29, "02 08:52:30", "02 08:52", "lmd1", SHG, ATTEMPT_1, "APPLY", "DT-05 FAILED; SHP-16 ATTEMPT_FAILED"),
    (30, "02 09:05", "02 09:04:58", "lmd1", SHG,
     lmd.DeliveryRescheduled(attempt_no=2, window=Window(latest=when("03 09:00"), earliest=when("03 07:00"))),
     "APPLY", "DT-06 PLANNED"),
    (31, "02 09:06:02", "02 09:06", "lmd1", RB, RB_PLANNED, "APPLY", "RUN-01 PLANNED"),
    (37, "02 14:18", "02 14:05", "nvtr", SHN, DEPARTED, "HOLD", ""),
    (38, "02 14:23:30", "02 14:05", "nvtr", SHN, DEPARTED, "SUPPRESS", ""),
    (41, "03 01:02", "02 21:40", "nvtr", SHN, seen(Milestone.DEPARTED_FACILITY, "RTM"), "APPLY", "SHP-14 IN_TRANSIT"),
    (43, "03 05:10", "02 13:58", "wms-nl1", FON, LATE_945, "APPLY",
     "FO-16 HANDED_OVER; SHP-31 IN_TRANSIT; BIL-01 PENDING; FRT-03 ACCRUED"),
    (44, "03 05:10:40", "03 05:10:30", "erp1", CASE, booked(1, "1180.00"), "APPLY", ""),
    (45, "03 06:05:03", "03 06:05", "lmd1", RB, RB_OUT, "APPLY", "RUN-03 DISPATCHED"),
    (46, "03 06:30", "03 06:30", "erp1", SHN, seen(Milestone.DELIVERED), "REJECT", ""),
    (47, "03 08:20:20", "03 08:20", "lmd1", SHG, lmd.DeliveryCompleted(attempt_no=2, at=when("03 08:20")), "APPLY",
     "DT-07 COMPLETED; SHP-19 DELIVERED"),
    (48, "03 08:20:45", "03 08:20:30", "lmd1", SHG, POD_GB, "APPLY",
     "SHP-20 CLOSED; DT-11 COMPLETED; BIL-02 REQUESTED"),
    (49, "03 08:25:10", "03 08:25", "erp1", SHG, invoice("INV-90071", "3200.00", l30=5), "APPLY", "BIL-04 POSTED"),
    (51, "03 11:55", "03 11:40", "nvtr", SHN, seen(Milestone.ARRIVED_FACILITY, "DFD"), "APPLY", "SHP-14 IN_TRANSIT"),
    (52, "04 09:50", "04 09:35", "nvtr", SHN, seen(Milestone.ARRIVED_DELIVERY, stop=2), "APPLY", "SHP-14 IN_TRANSIT"),
    (53, "04 10:31", "04 10:20", "nvtr", SHN, seen(Milestone.DELIVERED, stop=2), "APPLY", "SHP-19 DELIVERED"),
    (54, "04 14:00:05", "04 14:00", "erp1", ORDER,
     erp.OrderLineCancelled(line_no="20", qty=qty(10), cancel_id="LC-1"), "APPLY",
     "ORD-20 EXECUTING; ORD-16 FULFILLED"),
    (55, "05 07:45:30", "04 10:22", "tms1", SHN, POD_NL, "APPLY", "SHP-20 CLOSED; BIL-02 REQUESTED"),
    (56, "05 07:52:05", "05 07:52", "erp1", SHN, invoice("INV-90078", "6465.00", l10=40, l20=90), "APPLY",
     "BIL-04 POSTED; ORD-18 COMPLETED"),
    (57, "09 09:00:12", "09 09:00", "tms1", SHN, CLAIM, "APPLY", "FRT-05 INVOICED; FRT-07 MISMATCHED"),
    (58, "09 10:15", "09 10:15", "ops", SHN, DISPUTED, "APPLY", "FRT-09 DISPUTED"),
    (59, "12 08:40", "12 08:39:50", "tms1", SHN, CREDIT, "APPLY",
     "FRT-10 INVOICED; FRT-06 MATCHED; FRT-12 APPROVED"),
    (61, "12 08:40:40", "12 08:40:30", "erp1", CASE, booked(2, "12.40"), "APPLY", ""),
    (60, "15 06:00:30", "15 06:00", "erp1", SHN, SETTLED, "APPLY", "FRT-13 SETTLED"),
]  # fmt: skip

SNAPSHOTS = {
    29: ("EXECUTING", "partially_shipped", "CONFIRMED", "ATTEMPT_FAILED"),
    41: ("EXECUTING", "partially_shipped", "IN_TRANSIT", "ATTEMPT_FAILED"),
    48: ("EXECUTING", "partially_shipped", "IN_TRANSIT", "CLOSED"),
    53: ("EXECUTING", "partially_shipped", "DELIVERED", "CLOSED"),
    54: ("FULFILLED", "delivered", "DELIVERED", "CLOSED"),
    55: ("FULFILLED", "delivered", "CLOSED", "CLOSED"),
}


def body_of(row: tuple[int, str, str, str, Subject, Payload, str, str]) -> bytes:
    """The row's fact on the wire."""
    number, _, occurred, partner, subject, payload, _, _ = row
    source = Source(PARTNERS[partner].role, partner, message_id=f"R{number}")
    name = EVENT_OF_PAYLOAD[type(payload)].name
    refs = (Reference("order", "SO-100234"),) if subject.type == "order" else ()
    return make_envelope(name, subject, source, Occurrence(when(occurred)), payload, refs=refs)


def rows_taken(transitions: str) -> set[str]:
    """`FO-16 PACKED>HANDED_OVER; …` as `FO-16 HANDED_OVER`."""
    return {f"{part.split()[0]} {part.rpartition('>')[2]}" for part in transitions.split("; ") if part}


async def played(upto: int = 99) -> tuple[World, dict[int, tuple[str, set[str]]], dict[int, tuple[str, ...]]]:
    """The trace as it was received, up to a row: outcome by row, snapshots by row."""
    world = World(PARTNERS, now=when("01 06:00"))
    outcomes: dict[int, tuple[str, set[str]]] = {}
    snapshots: dict[int, tuple[str, ...]] = {}
    for row in TRACE:
        if row[0] > upto:
            break
        await world.pass_time(when(row[1]))
        receipts = await world.tell(row[3], body_of(row))
        outcomes[row[0]] = (str(receipts[0].disposition), rows_taken(receipts[0].transitions))
        snapshots[row[0]] = snapshot(world)
    return world, outcomes, snapshots


def snapshot(world: World) -> tuple[str, ...]:
    """Order control, fulfilment status, and both shipments."""
    row = next(row for row in world.store.dossiers.values() if row.ident == "order||SO-100234")
    labels = dict(part.split(" ", 1) for part in row.label.split("; "))
    status = fulfilment_status(order_state(world))
    return labels["ORD"], status, labels.get("SHP:WH-NL1/1", ""), labels.get("SHP:WH-GB1/1", "")


def order_state(world: World) -> OrderState:
    """ORD's stored state."""
    row = next(row for row in world.store.dossiers.values() if row.ident == "order||SO-100234")
    return msgspec.msgpack.decode(unpack(row.state).machines["ORD"], type=ORD.state_type)


async def test_every_row_has_its_disposition_and_its_transitions() -> None:
    """§10.2."""
    _, outcomes, _ = await played()
    for number, _, _, _, _, _, disposition, transitions in TRACE:
        expected = {" ".join(part.split()) for part in transitions.split("; ") if part}
        assert outcomes[number] == (disposition, expected), f"R{number}"


async def test_states_after_given_rows() -> None:
    """§10.3, without the money columns."""
    _, _, snapshots = await played()
    assert {number: snapshots[number] for number in SNAPSHOTS} == SNAPSHOTS


async def test_line_ledger_at_the_end() -> None:
    """§10.3: ordered, cancelled, released, picked, packed, shipped, delivered, backordered."""
    world, _, _ = await played()
    state = order_state(world)
    books = {}
    for number in ("10", "20", "30"):
        one = account(state, number)
        books[number] = tuple(
            amount // 1_000_000
            for amount in (
                one.ordered,
                one.cancelled,
                one.released,
                one.picked,
                one.packed,
                one.shipped,
                one.delivered,
                one.backordered,
            )
        )
    assert books == {
        "10": (40, 0, 40, 40, 40, 40, 40, 0),
        "20": (100, 10, 100, 90, 90, 90, 90, 0),
        "30": (5, 0, 5, 5, 5, 5, 5, 0),
    }
    assert overlays(state) == ()


async def test_effects_happen_exactly_once() -> None:
    """Two goods issues and hand-over confirmations; one resend; the refused status leaves one open case."""
    world, _, _ = await played()
    sent = [row.type for row in world.store.deliveries]
    counts = {name: sent.count(name) for name in ("create_fulfilment_order", "plan_shipment", "tender_load",
        "post_goods_issue",
                                                   "confirm_handover", "create_delivery_task",
                                                       "resend_ship_confirmation")}  # fmt: skip
    assert counts == {
        "create_fulfilment_order": 2, "plan_shipment": 2, "tender_load": 1, "post_goods_issue": 2,
            "confirm_handover": 2,
        "create_delivery_task": 1, "resend_ship_confirmation": 1,
    }  # fmt: skip
    assert len(world.store.deliveries) == len({row.idempotency_key for row in world.store.deliveries})
    assert {code for code, _, _ in world.store.cases} == {"INT-04"}


async def test_a_confirmation_before_the_carriers_scan_needs_no_hold() -> None:
    """Variant (a): R43 before R37: SHP-10 then SHP-12, WHS-08 never opens."""
    world, _, _ = await played(upto=31)
    early = next(row for row in TRACE if row[0] == 43)
    await world.tell("wms-nl1", body_of(early))
    scan = next(row for row in TRACE if row[0] == 37)
    receipts = await world.tell("nvtr", body_of(scan))
    assert rows_taken(receipts[0].transitions) == {"SHP-12 IN_TRANSIT"}
    assert not any(row.type == "resend_ship_confirmation" for row in world.store.deliveries)


@pytest.mark.parametrize("number", [39])
async def test_the_inferred_departure_moves_visibility_but_no_stock(number: int) -> None:
    """R39: half an hour after R37 the departure is inferred; no goods issue for NL1 before R43."""
    world, _, snapshots = await played(upto=41)
    assert snapshots[41][2] == "IN_TRANSIT", number
    assert [row.type for row in world.store.deliveries].count("post_goods_issue") == 1
    assert "WHS-08" in {code for code, _, _ in world.store.cases}
