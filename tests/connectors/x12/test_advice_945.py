"""945 to shipment.handed_over (domain.md §2.2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from tests.connectors.x12.kit import Told, idents, tell_945

W06 = "W06*F*SO-100234*20260602*BOL-88001**HP-PO-55120"
SF = "N1*SF*Venlo*92*WH-NL1"
G62 = "G62*11*20260602*8*1558*LT"
MAN = "MAN*GM*387123450000001"
W12 = "W12*CC*40*40*0*EA**VN*IT-501"


def seen(told: Told) -> ShipmentHandedOver:
    (fact,) = told.facts
    assert isinstance(fact.payload, ShipmentHandedOver)
    return fact.payload


def test_r43_of_the_worked_example() -> None:
    told = tell_945(
        W06,
        SF,
        G62,
        "LX*1",
        f"{MAN}019",
        W12,
        "LX*2",
        f"{MAN}026",
        "W12*BP*100*90*10*EA**VN*IT-778",
        "W03*130",
    )
    (fact,) = told.facts
    assert told.findings == []
    assert fact.key == "shipment.handed_over|shipment:BOL-88001|BOL-88001"
    assert (fact.at, fact.occurred.quality) == (datetime(2026, 6, 2, 13, 58, tzinfo=UTC), "location")
    assert idents(fact) == [
        "order||SO-100234",
        "shipment||BOL-88001",
        "bol||BOL-88001",
        "sscc||387123450000001019",
        "sscc||387123450000001026",
        "po||HP-PO-55120",
    ]
    payload = seen(told)
    assert (payload.order_no, payload.warehouse, payload.release_no) == ("SO-100234", "WH-NL1", 1)
    assert [(line.line, line.item, str(line.qty.value)) for line in payload.lines] == [
        ("IT-501", "IT-501", "40"),
        ("IT-778", "IT-778", "90"),
    ]


def test_the_line_is_n9_li_else_lx_of_a_loop_without_packages_else_the_item() -> None:
    told = tell_945(
        W06,
        SF,
        "LX*10",
        W12,
        "LX*1",
        f"{MAN}019",
        W12,
        "LX*7",
        f"{MAN}026",
        W12,
        "N9*LI*20",
    )
    assert [line.line for line in seen(told).lines] == ["10", "IT-501", "20"]


def test_a_line_spread_over_packages_is_summed_and_what_did_not_ship_is_left_out() -> None:
    told = tell_945(
        W06, SF, "LX*1", f"{MAN}019", W12, "N9*LI*10", "LX*2", f"{MAN}026", W12, "N9*LI*10",
        "W12*CU*5*0*5*EA**VN*IT-9", "N9*LI*30", "W03*80",
    )  # fmt: skip
    assert [(line.line, str(line.qty.value)) for line in seen(told).lines] == [("10", "80")]
    assert told.findings == []


def test_lots_are_kept_apart() -> None:
    told = tell_945(W06, SF, "LX*10", W12 + "*LOT-A", W12 + "*LOT-B")
    assert [(line.line, line.lot) for line in seen(told).lines] == [("10", "LOT-A"), ("10", "LOT-B")]


def test_the_quantities_decide_and_an_unknown_line_status_is_only_told() -> None:
    told = tell_945(W06, SF, "LX*10", "W12*ZZ*40*39*1*EA**VN*IT-501")
    assert str(seen(told).lines[0].qty.value) == "39"
    assert [(finding.code, finding.severity) for finding in told.findings] == [("MDM-03", "warning")]


def test_whs09_a_total_that_does_not_fit_is_told_and_the_goods_are_gone_all_the_same() -> None:
    told = tell_945(W06, SF, "LX*10", W12, "W03*41")
    assert len(told.facts) == 1
    assert [(finding.code, finding.severity) for finding in told.findings] == [("WHS-09", "error")]


def test_references_seal_release_carrier_and_vehicle() -> None:
    told = tell_945(
        W06, SF, "W27*M*NVTR*TRUCK**TL*AB*1234", "N9*BM*B-1", "N9*SN*SEAL-7", "N9*RE*2", "N9*CN*PRO-9", "LX*10", W12
    )
    payload = seen(told)
    assert (payload.bol, payload.seal, payload.release_no) == ("B-1", "SEAL-7", 2)
    assert (payload.receiver.carrier, payload.receiver.vehicle) == ("NVTR", "AB1234")
    assert idents(told.facts[0])[2:4] == ["bol||B-1", "pro|NVTR|PRO-9"]


def test_without_a_shipment_id_the_order_and_warehouse_name_the_shipment() -> None:
    told = tell_945("W06*F*SO-1*20260602", SF, "LX*10", W12)
    assert told.facts[0].subject.id == "SO-1/WH-NL1/1"
    assert seen(told).handover_no == "SO-1/20260602"


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("W06*F*SO-1*20260602*SHP-1*AG-1", "SHP-1"),
        ("W06*F*SO-1*20260602**AG-1", "AG-1"),
        ("W06*F*SO-1*20260602", "SO-1/20260602"),
        ("W06*F*SO-1", "0001"),
    ],
)
def test_the_handover_number_survives_a_resend(head: str, number: str) -> None:
    assert seen(tell_945(head, SF, "LX*10", W12)).handover_no == number


def test_sites_of_the_partner_are_translated() -> None:
    assert seen(tell_945(W06, SF, "LX*10", W12, sites={"WH-NL1": "NL1"})).warehouse == "NL1"
    assert seen(tell_945(W06, "LX*10", W12, site="NL1")).warehouse == "NL1"


def test_ts07_the_ship_date_alone_is_noon_at_the_warehouse() -> None:
    (fact,) = tell_945(W06, SF, "LX*10", W12).facts
    assert (fact.at, fact.occurred.quality) == (datetime(2026, 6, 2, 10, tzinfo=UTC), "date_only")


def test_mdm05_a_warehouse_whose_zone_nobody_configured_is_told() -> None:
    told = tell_945(W06, SF, G62, "LX*10", W12, tz="UTC")
    assert told.facts[0].occurred.quality == "assumed"
    assert told.codes == ["MDM-05"]
    placed = tell_945(W06, SF, "N4*VENLO**5900*NL", G62, "LX*10", W12, tz="UTC")
    assert (placed.facts[0].at.hour, placed.codes) == (13, [])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("N1*SF*X",), "X12-720-3"),
        ((W06, SF), "X12-720-3"),
        (("W06*F**20260602", SF, W12), "X12-723-1"),
        (("W06*F*SO-1*20260231", SF, W12), "X12-723-8"),
        ((W06, SF, "G62*11*20260602*8*2558*LT", W12), "X12-723-9"),
        ((W06, SF, "G62*11*2026060*8*1558*LT", W12), "X12-723-8"),
        ((W06, SF, "W12*CC*40*4O*0*EA**VN*IT-501"), "X12-723-6"),
        ((W06, SF, "W12*CC*40*-4*0*EA**VN*IT-501"), "X12-723-6"),
        ((W06, SF, "W12*CC*40*40"), "X12-723-2"),
        ((W06, SF, "LX*10", W12, "W12*CC*4*4*0*CS**VN*IT-501"), "X12-723-2"),
    ],
)
def test_a_set_with_an_error_makes_no_fact(rows: tuple[str, ...], code: str) -> None:
    told = tell_945(*rows)
    assert told.facts == []
    assert code in told.codes
