"""What the golden samples of GS1 XML do not show: its header, messages of several documents, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.connectors.gs1.codes import fulfilment_order, sscc
from crossdock.connectors.gs1.config import read_config
from crossdock.connectors.gs1.outbound import composer
from crossdock.formats.sniff import sniff
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.mediation.witness import WatchedLibrary, Witness
from crossdock.ports.connector import Decoded, IntakeContext, Outbound

GOLDEN = Path(__file__).parent / "gs1" / "golden"
LIBRARY = open_library()
NOW = datetime(2026, 6, 10, tzinfo=UTC)


def decode(body: bytes, role: str, **words: str) -> Decoded:
    context = IntakeContext("p1", role, NOW, "UTC", {"words": words})
    return KINDS["gs1"].decoder(LIBRARY).decode(body, "", context)


def wire(name: str) -> bytes:
    return (GOLDEN / name / "wire.xml").read_bytes()


def command(name: str) -> Outbound:
    case = json.loads((GOLDEN / name / "case.json").read_bytes())
    return Outbound(1, case["command"], case["key"], "", json.dumps(case["payload"]).encode(), "", 1, NOW)


def test_a_bad_document_of_a_message_costs_only_itself() -> None:
    decoded = decode(wire("order_wrong"), "ERP", incoterm="DAP")
    assert [json.loads(fact.body)["subject"]["id"] for fact in decoded.facts] == ["SO-100236"]
    assert all("order[1]" in finding.where for finding in decoded.findings)


def test_a_message_shows_itself_by_its_namespace() -> None:
    assert sniff(wire("status")).family == "gs1"


def test_what_a_role_may_not_say_is_not_taken_from_it() -> None:
    decoded = decode(wire("despatch"), "CAR")
    assert decoded.facts == []
    assert "no map reads despatchAdvice from a CAR partner" in decoded.findings[0].detail


def test_an_order_without_our_number_is_told_by_order_and_site() -> None:
    body = wire("despatch").replace(b"SO-100234/WH-NL1/1", b"SO-9")
    (fact,) = decode(body, "WMS", site="WH-7").facts
    told = json.loads(fact.body)
    assert told["subject"]["id"] == "SO-9/WH-7/1"
    assert (told["payload"]["order_no"], told["payload"]["warehouse"]) == ("SO-9", "WH-7")


def test_our_despatch_advice_is_read_back() -> None:
    context = IntakeContext("p1", "ERP", NOW, "UTC", {"us": "5012345000015", "partner": "8712345000011"})
    write = composer(context, LIBRARY.book("gs1"), read_config(context.settings))
    (fact,) = decode(write(command("despatch_out"), 1).body, "WMS", site="WH-NL1").facts
    payload = json.loads(fact.body)["payload"]
    assert (payload["handover_no"], payload["order_no"]) == ("DA-88001", "SO-100234")
    assert [line["line"] for line in payload["lines"]] == ["10", "20"]


def test_without_both_glns_nothing_is_sent() -> None:
    context = IntakeContext("p1", "WMS", NOW, "UTC", {"us": "5012345000015"})
    with pytest.raises(Rejected, match="set `us` and `partner`"):
        composer(context, LIBRARY.book("gs1"), read_config(context.settings))(command("order_out"), 1)


def test_every_element_we_write_tells_its_rule() -> None:
    witness = Witness()
    book = WatchedLibrary(LIBRARY, witness).book("gs1")
    context = IntakeContext("p1", "TMS", NOW, "UTC", {"us": "5012345000015", "partner": "8712345000011"})
    composer(context, book, read_config(context.settings))(command("plan_out"), 1)
    (seen,) = witness.writings
    weight = next(one for one in seen.told.fields if one.node == "totalGrossWeight" and not one.field)
    assert (weight.text, weight.origin.map) == ("412.5", "gs1/transportInstruction")
    assert [place.words for place in weight.origin.places] == ["plan_shipment: totals.gross_kgm"]


def test_settings_of_the_wrong_type_are_told() -> None:
    with pytest.raises(Permanent, match="settings of this gs1 partner"):
        read_config({"us": 5012345000015})


@pytest.mark.parametrize(("text", "number"), [("00387123450000001019", "387123450000001019"), ("BOX-1", "BOX-1")])
def test_an_sscc_loses_its_application_identifier(text: str, number: str) -> None:
    assert sscc(text) == number


@pytest.mark.parametrize(("text", "number"), [("SO-1/WH/2", "SO-1/WH/2"), ("SO-1/WH", ""), ("a/b/c", ""), ("//1", "")])
def test_only_a_number_of_ours_is_a_fulfilment_order(text: str, number: str) -> None:
    assert fulfilment_order(text) == number
