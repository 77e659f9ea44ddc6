"""The rows of domain.md §10.2 in the order they were received, with the disposition and the transitions they must have.

Beside the sixty rows stand what the specification does not show: the stock of Venlo before it begins (R0), and the
ERP's two answers to accruals (R44a, R59a). R2 and R44 are conclusions from R1 and R43, in their transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from crossdock.canonical.catalogue import EVENT_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.testing.golden import said
from crossdock.testing.golden.cast import (
    CASE,
    DAV,
    FOG,
    FON,
    LOAD,
    NO,
    ORDER,
    PARTNERS,
    RA,
    RB,
    SHG,
    SHN,
    SITE,
    SLOT,
    STOCK,
    VEN,
    lines,
    when,
)

CUSTOMS = Subject("declaration", said.LRN)


class Row(NamedTuple):
    """One row. Without a partner it is time that passes. `taken` are the transitions, as `SHN SHP-13 IN_TRANSIT`."""

    name: str
    received: datetime
    occurred: datetime
    partner: str
    subject: Subject
    payload: Payload | None
    disposition: str
    taken: frozenset[str]

    def body(self) -> bytes:
        """The row's fact in canonical JSON."""
        assert self.payload is not None, "time has no body"
        source = Source(PARTNERS[self.partner].role, self.partner, message_id=self.name)
        kind = EVENT_OF_PAYLOAD[type(self.payload)].name
        refs = (Reference("order", "SO-100234"),) if self.subject.type == "order" else ()
        cls = FactClass.EST if kind == "shipment.eta_changed" else FactClass.ACT
        return make_envelope(kind, self.subject, source, Occurrence(self.occurred), self.payload, refs=refs, cls=cls)


def row(  # noqa: PLR0913, PLR0917  (a line of a table reads best as a line)
    name: str,
    received: str,
    occurred: str,
    partner: str,
    subject: Subject,
    payload: Payload | None,
    taken: str = "",
    disposition: str = "APPLY",
) -> Row:
    """A line of the table."""
    steps = frozenset(part for part in taken.split("; ") if part)
    return Row(name, when(received), when(occurred), partner, subject, payload, disposition, steps)


_DEPARTED = said.seen(Milestone.DEPARTED_ORIGIN, stop=1)

# fmt: off
TRACE: tuple[Row, ...] = (
    row("R0", "01 05:00", "01 05:00", "wms-nl1", SITE, said.OPENING),
    row("R1", "01 06:02:11", "01 06:02:10", "erp1", ORDER, said.APPROVED,
        "ORD ORD-01 NEW; ORD ORD-02 RELEASED; FON FO-01 SENT; FOG FO-01 SENT; SHN SHP-01 PLANNING;"
        " SHG SHP-01 PLANNING"),
    row("R3", "01 06:02:41", "01 06:02:40", "wms-gb1", FOG,
        wms.FulfilmentAccepted(wms_ref="G1", lines=lines(l30=5), order_no=NO, warehouse=DAV),
        "FOG FO-02 ACCEPTED; ORD ORD-06 EXECUTING"),
    row("R4", "01 06:03:06", "01 06:03:05", "tms1", SHG, said.PLANNED_GB, "SHG SHP-02 PLANNED; DT DT-01 PLANNED"),
    row("R5", "01 06:04:31", "01 06:04:30", "tms1", SHN, said.PLANNED_NL, "SHN SHP-02 PLANNED; CD CD-01 DRAFT"),
    row("R6", "01 06:04:32", "01 06:04:30", "tms1", SHN, said.ESTIMATE, "FRT FRT-01 ESTIMATED"),
    row("R7", "01 06:06:01", "01 06:06", "wms-nl1", FON,
        wms.FulfilmentAccepted(wms_ref="N1", lines=lines(l10=40), order_no=NO, warehouse=VEN), "FON FO-02 ACCEPTED"),
    row("R8", "01 06:20:03", "01 06:20", "wms-gb1", FOG,
        wms.AllocationConfirmed(lines=lines(l30=5), order_no=NO, warehouse=DAV), "FOG FO-04 ALLOCATED"),
    row("R9", "01 06:31:02", "01 06:31", "wms-nl1", FON,
        wms.AllocationConfirmed(lines=lines(l10=40, l20=100), order_no=NO, warehouse=VEN), "FON FO-04 ALLOCATED"),
    row("R10", "01 06:31:15", "01 06:31:14", "tms1", LOAD, said.BUILT, "LD LD-01 BUILT"),
    row("R11", "01 06:31:21", "01 06:31:20", "tms1", LOAD, said.TENDERED, "LD LD-02 TENDERED; SHN SHP-05 TENDERED"),
    row("R12", "01 06:58:10", "01 06:58", "nvtr", LOAD, said.ACCEPTED,
        "LD LD-03 ACCEPTED; SHN SHP-06 CONFIRMED; APT APT-01 REQUESTED"),
    row("R13", "01 07:10:05", "01 07:10", "lmd1", RA, said.RA_PLANNED,
        "RA RUN-01 PLANNED; DT DT-02 ASSIGNED; SHG SHP-09 CONFIRMED"),
    row("R14", "01 07:25:00", "01 07:24:58", "dock", SLOT, said.SLOT_BOOKED, "APT APT-02 CONFIRMED"),
    row("R15", "01 09:00:04", "01 09:00", "wms-gb1", FOG,
        wms.WaveAssigned(wave_no="W-GB-118", order_no=NO, warehouse=DAV),
        "FOG FO-07 WAVED"),
    row("R16", "01 09:31:02", "01 09:31", "wms-gb1", FOG,
        wms.PickCompleted(lines=lines(l30=5), order_no=NO, warehouse=DAV),
        "FOG FO-09 PICKED"),
    row("R17", "01 10:10:03", "01 10:10", "wms-gb1", FOG,
        wms.PackCompleted(packages=said.GB_PACKS, complete=True, order_no=NO, warehouse=DAV), "FOG FO-13 PACKED"),
    row("R18", "01 11:00:05", "01 11:00", "wms-nl1", FON,
        wms.WaveAssigned(wave_no="W-NL-204", order_no=NO, warehouse=VEN),
        "FON FO-07 WAVED"),
    row("R19", "01 12:40:20", "01 12:40", "wms-nl1", FON, said.SHORT, "FON FO-10 PICKING; ORD ORD-09 EXECUTING"),
    row("R20", "01 12:41:02", "01 12:41", "wms-nl1", STOCK, said.DAMAGED, "MV MOV-01 RECORDED"),
    row("R21", "01 12:42:10", "01 12:42:05", "erp1", STOCK, said.BOOKED, "MV MOV-02 POSTED"),
    row("R22", "01 12:55:04", "01 12:55", "wms-nl1", FON,
        wms.PickCompleted(lines=lines(l10=40, l20=90), order_no=NO, warehouse=VEN),
        "FON FO-09 PICKED"),
    row("R23", "01 14:20:10", "01 14:20", "wms-nl1", FON,
        wms.PackCompleted(packages=said.NL_PACKS, complete=True, order_no=NO, warehouse=VEN), "FON FO-13 PACKED"),
    row("R24", "01 14:21:05", "01 14:21", "customs", CUSTOMS, said.DECLARED, "CD CD-03 SUBMITTED"),
    row("R25", "01 14:26:04", "01 14:26", "customs", CUSTOMS, said.MRN_GIVEN, "CD CD-04 ACCEPTED"),
    row("R26", "01 14:41:07", "01 14:41", "customs", CUSTOMS, said.STOPPED, "CD CD-07 HELD; SHN SHP-26 CONFIRMED"),
    row("R27", "02 05:45:12", "02 05:45", "wms-gb1", SHG, said.GB_OUT,
        "FOG FO-16 HANDED_OVER; SHG SHP-10 HANDED_OVER; BLG BIL-01 PENDING"),
    row("R28", "02 06:00:03", "02 06:00", "lmd1", RA, said.RA_OUT,
        "RA RUN-03 DISPATCHED; DT DT-03 OUT; SHG SHP-12 IN_TRANSIT; SHG SHP-15 OUT_FOR_DELIVERY"),
    row("R29", "02 08:52:30", "02 08:52", "lmd1", SHG, said.ATTEMPT_1, "DT DT-05 FAILED; SHG SHP-16 ATTEMPT_FAILED"),
    row("R30", "02 09:05", "02 09:04:58", "lmd1", SHG, said.AGAIN, "DT DT-06 PLANNED"),
    row("R31", "02 09:06:02", "02 09:06", "lmd1", RB, said.RB_PLANNED, "RB RUN-01 PLANNED; DT DT-02 ASSIGNED"),
    row("R32", "02 11:30:09", "02 11:30", "customs", CUSTOMS, said.FREED, "CD CD-09 RELEASED; SHN SHP-27 CONFIRMED"),
    row("R33", "02 12:00:04", "02 12:00", "lmd1", RA, said.RA_BACK, "RA RUN-04 COMPLETED"),
    row("R34", "02 13:10:05", "02 13:10", "dock", SLOT, said.CHECKED_IN, "APT APT-07 CHECKED_IN"),
    row("R35", "02 14:02:06", "02 14:02", "dock", SLOT, said.SERVED, "APT APT-09 COMPLETED"),
    row("R36", "02 14:10", "02 14:09:30", "tms1", SHN, said.LATER, "SHN SHP-39 CONFIRMED"),
    row("R37", "02 14:18", "02 14:05", "nvtr", SHN, _DEPARTED, disposition="HOLD"),
    row("R38", "02 14:23:30", "02 14:05", "nvtr", SHN, _DEPARTED, disposition="SUPPRESS"),
    row("R39", "02 14:48", "02 14:48", "", SHN, None, "SHN SHP-13 IN_TRANSIT; LD LD-06 IN_EXECUTION; FON FO-26 PACKED"),
    row("R40", "02 18:48", "02 18:48", "", SHN, None),
    row("R41", "03 01:02", "02 21:40", "nvtr", SHN, said.seen(Milestone.DEPARTED_FACILITY, "RTM"),
        "SHN SHP-14 IN_TRANSIT"),
    row("R42", "03 03:20:30", "03 03:20", "customs", CUSTOMS, said.EXITED, "CD CD-14 EXITED"),
    row("R43", "03 05:10", "02 13:58", "wms-nl1", FON, said.late_945(),
        "FON FO-16 HANDED_OVER; SHN SHP-31 IN_TRANSIT; BLN BIL-01 PENDING; FRT FRT-03 ACCRUED"),
    row("R44a", "03 05:10:40", "03 05:10:30", "erp1", CASE, said.booked(1, "1180.00")),
    row("R45", "03 06:05:03", "03 06:05", "lmd1", RB, said.RB_OUT,
        "RB RUN-03 DISPATCHED; DT DT-03 OUT; SHG SHP-17 OUT_FOR_DELIVERY"),
    row("R46", "03 06:30", "03 06:30", "erp1", SHN, said.seen(Milestone.DELIVERED), disposition="REJECT"),
    row("R47", "03 08:20:20", "03 08:20", "lmd1", SHG, said.AT_DOOR, "DT DT-07 COMPLETED; SHG SHP-19 DELIVERED"),
    row("R48", "03 08:20:45", "03 08:20:30", "lmd1", SHG, said.POD_GB,
        "DT DT-11 COMPLETED; SHG SHP-20 CLOSED; BLG BIL-02 REQUESTED"),
    row("R49", "03 08:25:10", "03 08:25", "erp1", SHG, said.invoice("INV-90071", "3200.00", l30=5),
        "BLG BIL-04 POSTED"),
    row("R50", "03 09:30:02", "03 09:30", "lmd1", RB, said.RB_BACK, "RB RUN-04 COMPLETED"),
    row("R51", "03 11:55", "03 11:40", "nvtr", SHN, said.seen(Milestone.ARRIVED_FACILITY, "DFD"),
        "SHN SHP-14 IN_TRANSIT"),
    row("R52", "04 09:50", "04 09:35", "nvtr", SHN, said.seen(Milestone.ARRIVED_DELIVERY, stop=2),
        "SHN SHP-14 IN_TRANSIT"),
    row("R53", "04 10:31", "04 10:20", "nvtr", SHN, said.seen(Milestone.DELIVERED, stop=2),
        "SHN SHP-19 DELIVERED; LD LD-07 COMPLETED"),
    row("R54", "04 14:00:05", "04 14:00", "erp1", ORDER, said.LINE_CANCELLED,
        "ORD ORD-20 EXECUTING; ORD ORD-16 FULFILLED"),
    row("R55", "05 07:45:30", "04 10:22", "tms1", SHN, said.POD_NL, "SHN SHP-20 CLOSED; BLN BIL-02 REQUESTED"),
    row("R56", "05 07:52:05", "05 07:52", "erp1", SHN, said.invoice("INV-90078", "6465.00", l10=40, l20=90),
        "BLN BIL-04 POSTED; ORD ORD-18 COMPLETED"),
    row("R57", "09 09:00:12", "09 09:00", "tms1", SHN, said.claim(), "FRT FRT-05 INVOICED; FRT FRT-07 MISMATCHED"),
    row("R58", "09 10:15", "09 10:15", "ops", SHN, said.DISPUTED, "FRT FRT-09 DISPUTED"),
    row("R59", "12 08:40", "12 08:39:50", "tms1", SHN, said.CREDIT,
        "FRT FRT-10 INVOICED; FRT FRT-06 MATCHED; FRT FRT-12 APPROVED"),
    row("R59a", "12 08:40:40", "12 08:40:30", "erp1", CASE, said.booked(2, "12.40")),
    row("R60", "15 06:00:30", "15 06:00", "erp1", SHN, said.SETTLED, "FRT FRT-13 SETTLED"),
)
# fmt: on
