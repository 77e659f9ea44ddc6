"""Sets read by maps: what is missing or unknown is told where it stands, and a bad set costs only itself."""

from __future__ import annotations

import pytest

from crossdock.bootstrap.library import CONVERTERS, SHIPPED, read_shelf
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.inventory import InventoryMoved
from crossdock.canonical.events.order import OrderApproved
from crossdock.connectors.x12.inbound import SPOKEN_BY, X12Decoder
from crossdock.connectors.x12.manifest import MANIFEST
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from crossdock.ports.connector import IntakeContext
from tests.connectors.x12.kit import KIND, LIBRARY, RECEIVED, Told, context, file, idents, reply, tell
from tests.unit.formats.x12.documents import group, interchange, transaction

WORDS = {"currency": "EUR", "incoterm": "DAP", "country": "NL"}
ORDER = (
    "BEG*00*SA*SO-48213**20260528",
    "DTM*002*20260604",
    "N1*BY*HARROW*92*C-1042",
    "N1*ST*HARROW*92*C-1042",
    "PO1*10*40*EA*120.00**VN*IT-501",
)
NOTICE = (
    "BSN*00*ASN-1*20260602*1602",
    "HL*1**S",
    "N1*SF*VENLO*92*NL1",
    "HL*2*1*O",
    "PRF*SO-1",
    "HL*3*2*I",
    "LIN*10*VN*IT-501",
    "SN1**4*EA",
    "HL*4*1*O",
    "PRF*SO-2",
    "HL*5*4*I",
    "LIN*10*VN*IT-501",
    "SN1**6*EA",
)
BAD = {
    "850": ("ERP", ORDER[:2] + ORDER[2:3] + ORDER[4:], ["N1", "6", "", "3"]),
    "860": ("ERP", ("BCH*04*SA*SO-1***20260529", "POC*10*QD*3**EA***VN*IT-501"), ["BCH", "2", "", "8"]),
    "940": ("ERP", ("W05*N*SO-1", "LX*1", "W01*4*EA**VN*IT-501"), ["N1", "5", "", "3"]),
    "180": ("ERP", ("BGN*11*RMA-1*20260612", "RDR*RA"), ["BLI", "4", "", "3"]),
    "810": ("ERP", ("BIG*20260605*INV-1**PO-1", "IT1*1*1*EA*3**VN*IT-501"), ["TDS", "4", "", "3"]),
    "820": ("ERP", ("BPR*I*10*C*ACH************20260619", "ENT*1", "RMR*IV*INV-1"), ["RMR", "4", "RMR", "8"]),
    "944": ("WMS", ("W17*F*20260601*", "N1*WH*VENLO*92*NL1", "W07**EA**VN*IT-501", "W14*1"), ["W07", "4", "", "8"]),
    "947": ("WMS", ("W15*20260601", "N1*WH*VENLO*92*NL1", "W19*AU*-3*EA**VN*IT-778"), ["W15", "2", "", "8"]),
    "861": (
        "WMS",
        ("BRA*RA-1*20260612*00*1", "DTM*050*20260612", "N1*WH**92*NL1", "RCD*1*48*CA"),
        ["LIN", "5", "", "3"],
    ),
    "846": ("WMS", ("BIA*00*MM*S-1*20260601", "REF*ZZ*7", "N1*WH*VENLO*92*NL1"), ["LIN", "5", "", "3"]),
    "855": ("WMS", ("BAK*00*AD*SO-1*20260528", "PO1*1*4*EA***VN*IT-501"), ["N1", "", "", "3"]),
    "856": ("WMS", NOTICE[:5], ["HL", "5", "HL", "3"]),
    "210": ("CAR", ("B3**INV-1*SHP-1*PP**20260609*100****NVTR", "C3*EUR"), ["LX", "4", "", "3"]),
    "754": ("TMS", ("BGN*11*RI-1*20260601", "N1*SF*VENLO*92*NL1", "LX*1"), ["L11", "4", "LX", "3"]),
    "824": ("WMS", ("BGN*11*AA-1*20260529", "OTI*TR*OQ*SO-1***20260529"), ["OTI", "3", "OTI", "8"]),
}


def told(code: str, role: str, *rows: str, **settings: object) -> Told:
    return tell(
        file(code, *rows), IntakeContext("nvtr", role, RECEIVED, "Europe/Amsterdam", {"words": WORDS, **settings})
    )


def answered(code: str, role: str, *rows: str) -> list[list[str]]:
    return reply(file(code, *rows), context(role, words=WORDS))


def test_every_set_a_role_may_send_is_read() -> None:
    known = {*LIBRARY.book("x12").kinds, "945", "990", "214", "997", "999"}
    assert set().union(*SPOKEN_BY.values()) <= known
    assert set(BAD) == set(LIBRARY.book("x12").kinds)


def test_the_maps_make_and_write_what_the_manifest_promises() -> None:
    book = LIBRARY.book("x12")
    made = {fact for one in book.maps for fact in one.facts_in}
    by_python = {"carrier.accepted", "carrier.rejected", "tracking.milestone"}
    assert made | by_python == set(MANIFEST.facts_in)
    assert set(book.commands) < set(MANIFEST.commands_out)


@pytest.mark.parametrize("code", sorted(BAD))
def test_what_is_missing_refuses_the_set_and_is_acknowledged_where_it_is_missing(code: str) -> None:
    role, rows, (tag, at, _, flaw) = BAD[code]
    found = told(code, role, *rows)
    assert found.facts == []
    errors = [one for one in found.findings if one.severity == "error"]
    assert errors, found.findings
    assert all(one.code.startswith("X12-72") and one.cause and "byte" in one.where for one in errors)
    answer = answered(code, role, *rows)
    assert any(row[:2] == ["AK3", tag] and row[2] == (at or row[2]) and row[-1] == flaw for row in answer), answer
    assert ["AK5", "R", "5"] in answer


UNKNOWN = {
    "850": ("ERP", ("BEG*00*Q9*SO-1**20260528", *ORDER[1:]), ["2", "92", "7"]),
    "944": ("WMS", ("W17*C*20260601*RC-1*RMA-1", "N1*WH*VENLO*92*NL1", "W07*2*EA", "N9*LI*10", "W13*2*EA*77"), ["3"]),
    "947": ("WMS", ("W15*20260601**A-1", "N1*WH*VENLO*92*NL1", "W19*QQ*-3*EA**VN*IT-778"), ["1", "181", "7"]),
    "210": ("CAR", ("B3**I-1*SHP-1*PP**20260609*100*QQ***NVTR", "C3*EUR", "LX*1", "L1*1***100****400"), ["8"]),
    "180": ("ERP", ("BGN*11*R-1*20260612", "BLI*VN*IT*2*EA", "N9*LI*10", "RDR*RA*Q9"), ["2", "1293", "7"]),
}


@pytest.mark.parametrize("code", sorted(UNKNOWN))
def test_an_unknown_code_goes_to_a_person_and_the_set_is_accepted_with_errors(code: str) -> None:
    role, rows, element = UNKNOWN[code]
    found = told(code, role, *rows)
    assert found.facts == []
    (finding,) = [one for one in found.findings if one.severity == "error"]
    assert finding.code == "MDM-03"
    assert finding.cause
    answer = answered(code, role, *rows)
    assert any(row[0] == "AK4" and row[1 : 1 + len(element)] == element for row in answer), answer
    assert ["AK5", "E", "5"] in answer


def test_a_purpose_no_rule_speaks_of_is_never_lost_without_a_word() -> None:
    found = told("850", "ERP", "BEG*07*SA*SO-1**20260528", *ORDER[1:])
    assert found.facts == []
    (finding,) = found.findings
    assert (finding.code, finding.severity) == ("INT-02", "error")
    assert "BEG-01" in finding.where
    assert ["AK5", "E", "5"] in answered("850", "ERP", "BEG*07*SA*SO-1**20260528", *ORDER[1:])


def test_lines_spread_over_many_stores_are_no_single_order() -> None:
    found = told("850", "ERP", *ORDER, "SDQ*EA*92*0001*20*0002*20")
    assert found.facts == []
    assert found.codes == ["INT-02"]


@pytest.mark.proves("PF-12")
def test_of_a_mixed_interchange_the_good_sets_count_and_the_bad_one_is_refused_where_it_is_wrong() -> None:
    good = transaction("850", *ORDER, control="0001")
    bad = transaction("850", *ORDER[:4], "PO1*10**EA*120.00**VN*IT-501", control="0002")
    change = transaction("860", "BCH*04*SA*SO-48213**1*20260529", "POC*10*QD*36**EA***VN*IT-501", control="0001")
    body = interchange([group([good, bad], kind="PO"), group([change], kind="PC", control="13")])
    given = context("ERP", words=WORDS)
    found = tell(body, given)
    assert [fact.type for fact in found.facts] == ["order.approved", "order.changed"]
    (finding,) = found.findings
    assert (finding.code, finding.cause) == ("X12-723-1", "fact.order.fields.lines.qty.value")
    assert "ST 0002 / segment 6 PO1-02 (byte" in finding.where
    assert [row for row in reply(body, given) if row[0].startswith("AK")] == [
        ["AK1", "PO", "12"],
        ["AK2", "850", "0001"],
        ["AK5", "A"],
        ["AK2", "850", "0002"],
        ["AK3", "PO1", "6", "", "8"],
        ["AK4", "2", "380", "1"],
        ["AK5", "R", "5"],
        ["AK9", "P", "2", "2", "1"],
        ["AK1", "PC", "13"],
        ["AK2", "860", "0001"],
        ["AK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]


def test_what_every_line_lacks_because_the_head_lacks_it_is_told_once() -> None:
    lines = [row for number in range(1, 51) for row in (f"LX*{number}", f"W07*{number}*EA**VN*IT-501")]
    found = told("944", "WMS", "W17*F*RCT1*RC-1", "N1*WH*VENLO*92*NL1", *lines, "W14*1275")
    assert [one.code for one in found.findings if one.severity == "error"] == ["X12-723-8"]


def test_each_order_of_a_ship_notice_is_a_hand_over_of_its_own() -> None:
    found = told("856", "WMS", *NOTICE)
    handed = [fact.payload for fact in found.facts if isinstance(fact.payload, ShipmentHandedOver)]
    assert [(one.order_no, one.handover_no) for one in handed] == [("SO-1", "ASN-1"), ("SO-2", "ASN-1")]
    assert len({fact.subject.id for fact in found.facts}) == 2


def test_a_later_release_of_an_order_is_named_as_our_940_names_it() -> None:
    found = told("856", "WMS", *NOTICE[:5], "REF*RE*2", *NOTICE[5:8])
    (fact,) = found.facts
    assert isinstance(fact.payload, ShipmentHandedOver)
    assert (fact.payload.release_no, fact.subject.id) == (2, "SO-1/NL1/2")
    found = told("855", "WMS", "BAK*00*AD*SO-1*20260528", "REF*RE*2", "N1*WH*V*92*NL1", "PO1*10*4*EA***VN*IT-501")
    assert [fact.subject.id for fact in found.facts] == ["SO-1/NL1/2"]


def test_a_warehouse_is_named_as_we_name_it() -> None:
    rows = ("W17*F*20260601*RC-1", "N1*WH*VENLO*92*VENLO-1", "W07*2*EA**VN*IT-501", "W14*2")
    for sites in ({"VENLO-1": "NL1"}, {"VENLO-1": ""}):
        (fact,) = told("944", "WMS", *rows, site="NL1", sites=sites).facts
        assert isinstance(fact.payload, InventoryMoved)
        assert (fact.payload.warehouse, fact.subject.id) == ("NL1", "NL1|IT-501")


def library(**partner: str) -> Library:
    problems: list[object] = []
    shelf = read_shelf(SHIPPED / "x12", "x12", problems)  # type: ignore[arg-type]
    own = Shelf(tuple(parse_map(name, text) for name, text in partner.items()))
    return Library({"x12": shelf}, {"nvtr": own}, CONVERTERS)


def read(made: Library, body: bytes, given: IntakeContext) -> list[str]:
    decoded = X12Decoder(made).decode(body, "", given)
    assert [one for one in decoded.findings if one.severity == "error"] == []
    return [fact.body.decode() for fact in decoded.facts]


def test_a_partners_overlay_says_what_is_different_about_this_partner() -> None:
    over = 'extends = "x12/850"\n[map]\nversion = "1"\n[[fact]]\nid = "order"\n[fact.fields]\nrev = "REF[01=RV].02"\n'
    body = file("850", ORDER[0], "REF*RV*3", *ORDER[1:])
    (fact,) = read(library(over=over), body, context("ERP", words=WORDS))
    assert '"rev":3' in fact


def test_a_partners_own_map_goes_before_our_python_and_opens_a_set_its_role_may_not_send() -> None:
    own = (
        '[map]\nsyntax = "x12"\ndocument = "{0}"\nversion = "1"\nsource = "the partner\'s guide"\n[[fact]]\n'
        'type = "carrier.accepted"\nsubject = {{ id = "B1.02" }}\n'
        '[fact.fields]\ntender_no = "B1.02"\ncarrier = "B1.01"\npro_no = "=OURS"\n'
    )
    rows = ("B1*NVTR*LD-1*20260601*A",)
    (fact,) = read(library(one=own.format("990")), file("990", *rows), context("CAR"))
    assert '"pro_no":"OURS"' in fact
    body = interchange([group([transaction("991", *rows)], kind="GF")])
    (fact,) = read(library(one=own.format("991")), body, context("CAR"))
    assert '"carrier":"NVTR"' in fact
    assert X12Decoder(LIBRARY).decode(body, "", context("CAR")).facts == []


def test_a_date_of_shipping_is_no_date_of_delivery() -> None:
    (fact,) = told("850", "ERP", ORDER[0], "DTM*010*20260603", *ORDER[2:]).facts
    assert isinstance(fact.payload, OrderApproved)
    window = fact.payload.requested
    assert window.latest is None
    assert window.earliest is not None
    assert window.earliest.date().isoformat() == "2026-06-03"


def test_an_order_is_found_by_its_own_number_and_the_buyers() -> None:
    (fact,) = told("850", "ERP", *ORDER[:1], "REF*CO*PO-7", *ORDER[1:]).facts
    assert isinstance(fact.payload, OrderApproved)
    assert idents(fact) == ["order||SO-48213", "po||PO-7"]
    assert fact.payload.customer_po == "PO-7"


def test_our_documents_go_under_the_codes_of_their_groups() -> None:
    assert {KIND[code] for code in ("943", "944", "945", "947", "856", "753")} == {"AR", "RE", "SW", "AW", "SH", "RF"}
