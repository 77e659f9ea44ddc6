"""Each map: what it cannot do without is a finding at its place, and a code nobody knows is never a default."""

from __future__ import annotations

import pytest

from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.canonical.milestones import Milestone
from tests.connectors.edifact.kit import STATUS, context, interchange, message, tell

DESADV = (
    "BGM+351+DA-1+9",
    "DTM+137:202606021200:203",
    "RFF+ON:SO-1",
    "NAD+SF+WH-1::92",
    "CPS+1",
    "LIN+10",
    "QTY+12:4:PCE",
)
ORDERS = (
    *("BGM+220+SO-1+9", "DTM+137:202606010830:203", "DTM+63:20260604:102", "NAD+BY+C-1", "CUX+2:EUR:9", "TOD+5++DAP"),
    *("LIN+10", "PIA+5+IT-1:SA", "QTY+21:4:PCE", "UNS+S"),
)
ORDRSP = ("BGM+231+WO-1+29", "DTM+137:202606010830:203", "RFF+ON:SO-1", "NAD+SU+WH-1", "LIN+10", "QTY+113:4", "UNS+S")
INVRPT = ("BGM+35+ST-1+9", "DTM+137:202606010830:203", "NAD+WH+WH-1", "LIN+1++0950110102091:EN", "QTY+145:4")
RECADV = ("BGM+632+GR-1+9", "DTM+50:202606010830:203", "NAD+DP+WH-1", "CPS+1", "LIN+1++0950110102091:EN", "QTY+48:4")
IFCSUM = ("BGM+85+LD-1+9", "DTM+137:202606010830:203", "TDT+20++3", "LOC+5+NLVEN:139:6", "CNI+1+SHP-1")
INVOIC = (
    *("BGM+380+I-1+9", "DTM+137:20260601:102", "RFF+CU:SHP-1", "NAD+SE+NVTR", "CUX+2:EUR:4"),
    *("LIN+1", "MOA+203:5", "UNS+S", "MOA+77:5"),
)
CUSRES = ("BGM+962+R-1+11", "DTM+148:202606010830:203", "GIS+32", "RFF+ABE:L-1", "RFF+ABT:M-1")
IFTMBC = ("BGM+770+B-1+29", "RFF+TN:T-1", "RFF+SI:LD-1", "TDT+20++3++NVTR", "NAD+CA+NVTR")
CASES = {
    "IFTMBC": ("CAR", IFTMBC),
    "IFTSTA": ("CAR", STATUS),
    "DESADV": ("WMS", DESADV),
    "ORDERS": ("ERP", ORDERS),
    "ORDRSP": ("WMS", ORDRSP),
    "INVRPT": ("WMS", INVRPT),
    "RECADV": ("WMS", RECADV),
    "IFCSUM": ("TMS", IFCSUM),
    "INVOIC": ("CAR", INVOIC),
    "CUSRES": ("CUS", CUSRES),
}


@pytest.mark.parametrize("kind", CASES)
def test_the_least_a_message_must_say_makes_one_fact(kind: str) -> None:
    role, rows = CASES[kind]
    told = tell(interchange(message(kind, *rows)), context(role))
    assert (len(told.facts), told.errors) == (1, [])


@pytest.mark.parametrize(
    ("kind", "old", "new", "segment", "says"),
    [
        ("IFTSTA", "STS+1+21", "STS+1", "STS", "send the status in STS C555"),
        ("DESADV", "RFF+ON:SO-1", "RFF+DQ:1", "UNH", "send our order number in RFF+ON"),
        ("DESADV", "QTY+12:4:PCE", "QTY+21:4", "LIN", "send the quantity despatched in QTY+12"),
        ("ORDERS", "CUX+2:EUR:9", "CUX+2", "CUX", "send the currency in CUX"),
        ("ORDERS", "DTM+63:20260604:102", "DTM+3:20260604:102", "UNH", "send when delivery is wanted"),
        ("ORDERS", "PIA+5+IT-1:SA", "PIA+5+IT-1:XX", "LIN", "send the item in PIA"),
        ("IFTMBC", "RFF+TN:T-1", "RFF+ON:SO-1", "UNH", "send our tender number in RFF+TN"),
        ("ORDRSP", "RFF+ON:SO-1", "RFF+VN:SO-1", "UNH", "send our order number in RFF+ON"),
        ("INVRPT", "LIN+1++0950110102091:EN", "LIN+1", "LIN", "send the item in PIA or as a GTIN"),
        ("RECADV", "QTY+48:4", "QTY+21:4", "LIN", "send the quantity received"),
        ("IFCSUM", "LOC+5+NLVEN:139:6", "LOC+92+NLVEN:139:6", "TDT", "send the places of loading"),
        ("INVOIC", "MOA+77:5", "MOA+79:5", "UNH", "send the total in MOA+77"),
        ("CUSRES", "RFF+ABT:M-1", "RFF+AFB:M-1", "UNH", "send the customs number (MRN) in RFF+ABT"),
    ],
)
def test_what_a_fact_cannot_do_without_is_asked_for_at_its_place(
    kind: str, old: str, new: str, segment: str, says: str
) -> None:
    role, rows = CASES[kind]
    told = tell(interchange(message(kind, *(new if row == old else row for row in rows))), context(role))
    assert told.facts == []
    found = next(one for one in told.findings if says in one.detail)
    assert (found.code, found.severity) == ("INT-02", "error")
    assert f" {segment}" in found.where.partition(" (")[0]


@pytest.mark.parametrize(
    ("kind", "old", "new", "facts"),
    [
        ("IFTSTA", "STS+1+21", "STS+1+ZZ", 0),
        ("INVRPT", "QTY+145:4", "QTY+145:4'INV++77", 0),
        ("INVOIC", "LIN+1", "LIN+1'PIA+5+ZZ9:SA", 1),
        ("IFCSUM", "TDT+20++3", "TDT+20++77", 1),
    ],
)
def test_a_code_nobody_knows_is_told_and_never_taken_for_another(kind: str, old: str, new: str, facts: int) -> None:
    role, rows = CASES[kind]
    sent = "'".join(new if row == old else row for row in rows).split("'")
    told = tell(interchange(message(kind, *sent)), context(role))
    assert len(told.facts) == facts
    assert [one.code for one in told.findings] == ["MDM-03"]


def milestone(*rows: str) -> TrackingMilestone:
    told = tell(interchange(message("IFTSTA", *STATUS[:3], *rows)), context())
    assert told.errors == []
    payload = told.facts[0].payload
    assert isinstance(payload, TrackingMilestone)
    return payload


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        (("STS+1+1",), Milestone.ARRIVED_FACILITY),
        (("STS+1+1", "NAD+DP+C-1"), Milestone.ARRIVED_DELIVERY),
        (("STS+1+1", "NAD+SF+WH-1"), Milestone.ARRIVED_PICKUP),
        (("STS+1+24",), Milestone.DEPARTED_FACILITY),
        (("STS+1+24", "NAD+CZ+WH-1"), Milestone.DEPARTED_ORIGIN),
        (("STS+1+73",), Milestone.DELIVERED),
        (("STS+1+53",), Milestone.CHECKPOINT),
    ],
)
def test_the_party_beside_an_arrival_tells_the_end_of_the_way(rows: tuple[str, ...], meant: Milestone) -> None:
    read = milestone(*rows)
    assert (read.milestone, read.partial) == (meant, rows == ("STS+1+73",))


def test_a_status_of_another_category_than_transport_is_no_milestone() -> None:
    told = tell(interchange(message("IFTSTA", *STATUS[:3], "STS+2+21")), context())
    assert (told.facts, [one.code for one in told.findings]) == ([], ["MDM-03"])


def test_goods_named_by_their_labels_are_the_packages_of_the_status() -> None:
    read = milestone("STS+1+49", "GID+1+1:CT", "PCI+33E", "GIN+BJ+00387123450000001019")
    assert read.packages == ("387123450000001019",)


def test_the_buyers_address_stands_in_where_no_delivery_party_is_named() -> None:
    buyer = "NAD+BY+C-1++BUYER+1 ROAD+TOWN++1000+NL"
    rows = tuple(buyer if row == "NAD+BY+C-1" else row for row in ORDERS)
    (alone,) = tell(interchange(message("ORDERS", *rows)), context("ERP")).facts
    named = (*rows[:4], "NAD+DP+D-1++DOCK+2 ROAD+CITY++2000+BE", *rows[4:])
    (both,) = tell(interchange(message("ORDERS", *named)), context("ERP")).facts
    assert isinstance(alone.payload, OrderApproved)
    assert isinstance(both.payload, OrderApproved)
    assert (alone.payload.ship_to.location_no, both.payload.ship_to.location_no) == ("C-1", "D-1")
    assert both.payload.ship_to.address is not None
    assert both.payload.ship_to.address.lines == ("2 ROAD",)


def test_a_cancelled_order_is_a_wish_to_cancel() -> None:
    rows = ("BGM+220+SO-1+1", *ORDERS[1:])
    (fact,) = tell(interchange(message("ORDERS", *rows)), context("ERP")).facts
    assert (fact.type, fact.subject.id) == ("order.cancel_requested", "SO-1")


def test_a_despatch_advice_without_labels_is_whole_and_empty_lines_did_not_leave() -> None:
    rows = (*DESADV, "LIN+20", "QTY+12:0:PCE")
    (fact,) = tell(interchange(message("DESADV", *rows)), context("WMS", site="WH-NL1")).facts
    assert isinstance(fact.payload, ShipmentHandedOver)
    assert (fact.payload.packages, [one.line for one in fact.payload.lines]) == ((), ["10"])
    assert fact.subject.id == "SO-1/WH-NL1/1"


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("17", "customs.declared"),
        ("6", "customs.docs_requested"),
        ("7", "customs.held"),
        ("15", "customs.amended"),
        ("16", "customs.amendment_rejected"),
        ("33", "customs.rejected"),
        ("104", "customs.cancel_denied"),
        ("129", "customs.cancelled"),
    ],
)
def test_the_processing_indicator_of_customs_says_which_fact_it_is(code: str, meant: str) -> None:
    rows = tuple(f"GIS+{code}" if row == "GIS+32" else row for row in CUSRES)
    told = tell(interchange(message("CUSRES", *rows)), context("CUS"))
    assert ([fact.type for fact in told.facts], told.errors) == ([meant], [])


@pytest.mark.parametrize(
    ("indicator", "meant"),
    [
        ("4:AES", []),
        ("590:AES", []),
        ("WRN:USA", []),
        ("528", []),
        ("99:CDS", []),
        ("8:CDS", []),
        ("09:CDS", ["customs.released"]),
        ("10:CDS", ["customs.cancelled"]),
        ("03:CDS", ["customs.rejected"]),
    ],
)
def test_an_outcome_counts_only_in_the_code_list_it_is_named_by(indicator: str, meant: list[str]) -> None:
    """The same number is a release in 7365 and nothing in AES; what means nothing is told, never guessed."""
    rows = tuple(f"GIS+{indicator}" if row == "GIS+32" else row for row in CUSRES)
    told = tell(interchange(message("CUSRES", *rows)), context("CUS"))
    assert [fact.type for fact in told.facts] == meant
    assert bool(told.findings) is not bool(meant)


def test_the_receipt_of_an_amendment_is_not_the_declarations() -> None:
    rows = ("BGM+961+R-1+4", "DTM+148:202606010830:203", "GIS+17", "RFF+ABE:L-1", "RFF+ACD:1-6566a6de")
    told = tell(interchange(message("CUSRES", *rows)), context("CUS"))
    assert (list(told.facts), len(told.findings)) == ([], 1)


def test_a_version_that_is_no_number_is_asked_for() -> None:
    rows = ("BGM+961+R-1+11", "DTM+148:202606010830:203", "GIS+17", "RFF+ABE:L-1", "RFF+ACD:one")
    told = tell(interchange(message("CUSRES", *rows)), context("CUS"))
    assert (list(told.facts), [code for code, *_ in told.errors]) == ([], ["INT-02"])


def test_a_credit_note_names_the_invoice_it_takes_back() -> None:
    rows = ("BGM+381+C-1+9", *INVOIC[1:3], "RFF+IV:I-1", *INVOIC[3:])
    (fact,) = tell(interchange(message("INVOIC", *rows)), context("CAR")).facts
    assert fact.type == "freight.credited"


def test_a_consolidation_that_is_withdrawn_cancels_the_load() -> None:
    rows = ("BGM+85+LD-1+1", *IFCSUM[1:])
    (fact,) = tell(interchange(message("IFCSUM", *rows)), context("TMS")).facts
    assert (fact.type, fact.subject.id) == ("load.cancelled", "LD-1")


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        ("BGM+770+B-1+9", ["carrier.accepted"]),
        ("BGM+770+B-1+9+AP", ["carrier.accepted"]),
        ("BGM+770+B-1+9+RE", ["carrier.rejected"]),
        ("BGM+770+B-1+27", ["carrier.rejected"]),
        ("BGM+770+B-1+4", []),
        ("BGM+770+B-1+9+CA", []),
    ],
)
def test_only_a_plain_yes_takes_a_tender_and_a_condition_is_neither(head: str, meant: list[str]) -> None:
    told = tell(interchange(message("IFTMBC", head, *IFTMBC[1:])), context("CAR"))
    assert [fact.type for fact in told.facts] == meant
    assert bool(told.findings) != bool(meant)


def test_the_wanted_date_of_the_first_line_stands_in_for_the_orders() -> None:
    rows = (*ORDERS[:2], *ORDERS[3:9], "DTM+2:20260604:102", *ORDERS[9:])
    (fact,) = tell(interchange(message("ORDERS", *rows)), context("ERP")).facts
    assert isinstance(fact.payload, OrderApproved)
    assert fact.payload.requested.latest is not None
    assert fact.payload.requested.latest.day == 4
