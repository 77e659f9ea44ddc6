"""Commands written by maps: our own readers understand them, versions differ where the sets do, nothing is bent."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.bootstrap.library import CONVERTERS, SHIPPED, read_shelf
from crossdock.canonical.commands.channel import CancelSalesOrder, CreateSalesOrder
from crossdock.canonical.commands.erp import PostGoodsIssue, PostInventoryMovement, PostReturnReceipt, RequestReturn
from crossdock.canonical.commands.tms import ConfirmHandover, PlanShipment
from crossdock.canonical.commands.wms import ExpectReturn
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.events.inventory import InventoryAdjusted, InventoryMoved, MovementType
from crossdock.canonical.events.returns import ReturnLine, ReturnReceived, ReturnRequested
from crossdock.canonical.parts import Address, LineQuantity, OrderLine, Party, Place
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.client import sender as x12_sender
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.connectors.x12.outbound import write_document
from crossdock.formats.x12.check import check_set
from crossdock.formats.x12.reader import read_x12
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind
from tests.connectors.x12.kit import LIBRARY, file
from tests.connectors.x12.test_outbound import CREATE, Drop, Numbers

AT = datetime(2026, 6, 2, 14, 15, tzinfo=UTC)
SETTINGS: dict[str, object] = {"isa_sender": "NORTHWIND", "isa_receiver": "CROSSDOCK"}
TWO = Quantity(Decimal(2), "EA")
MOVEMENT = PostInventoryMovement(
    movement_id="MV-1", warehouse="NL1", item="IT-778", type=MovementType.COUNT_LOSS, qty=TWO, at=AT, lot="L26"
)
RETURN = PostReturnReceipt(
    receipt_no="RC-1", warehouse="NL1", rma_no="RMA-1", order_no="SO-1", lines=(ReturnLine(line="10", qty=TWO),)
)
ISSUE = PostGoodsIssue(
    shipment="SHP-1", handover_no="HO-1", order_no="SO-1", warehouse="NL1", lines=(LineQuantity("10", TWO),), at=AT
)
HANDOVER = ConfirmHandover(
    shipment="SHP-1", handover_no="HO-1", at=AT, packages=("387123450000001019",), lines=(LineQuantity("10", TWO),)
)
PLAN = PlanShipment(
    order_no="SO-1",
    warehouse="NL1",
    seq=1,
    request_id="SO-1/NL1/1",
    origin=Place(location_no="NL1", name="Löwenstraße"),
    destination=Place(location_no="C-1", name="Harrow"),
    lines=(LineQuantity("10", TWO),),
)
EUR = Money(Decimal("81.30"), "EUR")
SALE = CreateSalesOrder(
    channel="shop-eu",
    number="10422",
    customer=Party("C-1", "Mara"),
    ship_to=Place(name="Mara", address=Address("SE", ("Storgatan 14",), "Malmö", postal="211 42")),
    lines=(OrderLine("1", "IT-501", TWO, unit_price=Money(Decimal("39.90"), "EUR")),),
    currency="EUR",
    total=EUR,
    paid=EUR,
    shipping=Money(Decimal("1.50"), "EUR"),
)
CANCEL = CancelSalesOrder(channel="shop-eu", number="10422", cancel_id="CX-1", reason="changed her mind")
ASKED = RequestReturn(
    request_id="RR-1", order_no="SO-1", lines=(ReturnLine("10", TWO, reason="Damaged In Transit"),), eligible=False
)
COMMANDS: list[tuple[str, Payload]] = [
    ("post_inventory_movement", MOVEMENT),
    ("post_inventory_movement", replace(MOVEMENT, type=MovementType.RECEIPT)),
    ("post_return_receipt", RETURN),
    ("post_goods_issue", ISSUE),
    ("confirm_handover", HANDOVER),
    ("expect_return", ExpectReturn(rma_no="RMA-1", rev=1, warehouse="NL1", lines=(ReturnLine("10", None, TWO),))),
    ("create_sales_order", SALE),
    ("cancel_sales_order", CANCEL),
    ("cancel_sales_order", replace(CANCEL, lines=(LineQuantity("10", TWO),))),
    ("request_return", ASKED),
]


def command(kind: str, payload: Payload) -> Outbound:
    return Outbound(1, kind, f"{kind}|1", "", encode_json(payload), "", 1, AT)


def body_of(kind: str, payload: Payload, **settings: object) -> bytes:
    return write_document(command(kind, payload), read_settings(SETTINGS | settings), 17, LIBRARY.book("x12"))


def rows_of(kind: str, payload: Payload, **settings: object) -> list[list[str]]:
    reading = read_x12(body_of(kind, payload, **settings))
    assert list(reading.findings()) == []
    return reading.interchanges[0].groups[0].sets[0].rows


def read_back(kind: str, payload: Payload, **settings: object) -> Fact:
    context = IntakeContext("other", "WMS", AT, "UTC", {})
    decoded = X12Decoder(LIBRARY).decode(body_of(kind, payload, **settings), "", context)
    assert [one for one in decoded.findings if one.severity == "error"] == []
    (fact,) = decoded.facts
    return decode_fact(fact.body, AT)


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(("kind", "payload"), COMMANDS)
def test_what_we_write_is_sound_by_the_grammar_of_its_version(kind: str, payload: Payload, version: str) -> None:
    reading = read_x12(body_of(kind, payload, version=version))
    assert list(reading.findings()) == []
    (group,) = reading.interchanges[0].groups
    assert check_set(group.sets[0], strict=True) == []


def test_a_return_somebody_asks_for_is_read_back_as_the_portal_would_say_it() -> None:
    context = IntakeContext("other", "PRT", AT, "UTC", {})
    (fact,) = X12Decoder(LIBRARY).decode(body_of("request_return", ASKED), "", context).facts
    told = decode_fact(fact.body, AT).payload
    assert isinstance(told, ReturnRequested)
    assert (told.request_id, told.order_no, told.lines[0].line, told.lines[0].qty) == ("RR-1", "SO-1", "10", TWO)
    assert told.lines[0].reason == "Damaged In Transit"


def test_a_channels_order_comes_back_with_what_the_erp_approves() -> None:
    (reference,) = (row for row in rows_of("create_sales_order", SALE) if row[:2] == ["REF", "CO"])
    order = ("BEG*00*SA*SO-9**20260528", "*".join(reference), "DTM*002*20260604", "N1*BY*M*92*C-1", "N1*ST*M*92*C-1")
    words = {"currency": "EUR", "incoterm": "DAP", "country": "SE"}
    context = IntakeContext("erp", "ERP", AT, "UTC", {"words": words})
    decoded = X12Decoder(LIBRARY).decode(file("850", *order, "PO1*10*2*EA*39.9**VN*IT-501"), "", context)
    (fact,) = decoded.facts
    assert Reference("channel_order", "shop-eu/10422") in decode_fact(fact.body, AT).refs
    plain = X12Decoder(LIBRARY).decode(
        file("850", order[0], "REF*CO*4711", *order[2:], "PO1*10*2*EA*39.9**VN*IT-501"), "", context
    )
    assert "channel_order" not in {one.scheme for one in decode_fact(plain.facts[0].body, AT).refs}


def test_carriage_is_written_in_whole_cents_and_an_order_without_it_has_none() -> None:
    assert ["SAC", "C", "D240", "", "", "150"] in rows_of("create_sales_order", SALE)
    assert not [row for row in rows_of("create_sales_order", replace(SALE, shipping=None)) if row[0] == "SAC"]


def test_a_cancelled_order_and_cancelled_lines_are_two_purposes() -> None:
    assert rows_of("cancel_sales_order", CANCEL)[1][:2] == ["BCH", "01"]
    some = rows_of("cancel_sales_order", replace(CANCEL, lines=(LineQuantity("10", TWO),)))
    assert some[1][:2] == ["BCH", "04"]
    assert ["POC", "10", "DI", "2", "0", "EA"] in some


def test_goods_issued_as_we_say_are_goods_handed_over_as_we_read() -> None:
    told = read_back("post_goods_issue", ISSUE).payload
    assert isinstance(told, ShipmentHandedOver)
    assert (told.order_no, told.warehouse, told.at, told.lines[0].qty) == ("SO-1", "NL1", AT, TWO)


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_a_return_received_is_read_back_by_line(version: str) -> None:
    told = read_back("post_return_receipt", RETURN, version=version).payload
    assert isinstance(told, ReturnReceived)
    assert (told.rma_no, told.receipt_no, told.lines[0].line, told.lines[0].qty) == ("RMA-1", "RC-1", "10", TWO)


def test_a_correction_and_a_receipt_are_two_sets_of_one_command() -> None:
    adjusted = read_back("post_inventory_movement", MOVEMENT).payload
    assert isinstance(adjusted, InventoryAdjusted)
    assert (adjusted.item, adjusted.lot, adjusted.qty) == ("IT-778", "L26", TWO)
    for version in ("004010", "005010"):
        moved = read_back("post_inventory_movement", replace(MOVEMENT, type=MovementType.RECEIPT), version=version)
        assert isinstance(moved.payload, InventoryMoved)
        assert moved.payload.qty == TWO


async def test_a_file_is_named_for_the_set_it_holds() -> None:
    drop = Drop()
    sender = x12_sender("northwind", SETTINGS, Numbers(), drop, LIBRARY.book("x12"))
    await sender.send([command("post_inventory_movement", replace(MOVEMENT, type=MovementType.RECEIPT))])
    assert list(drop.files) == ["944-000000001-post_inventory_movement_1.edi"]


def test_an_issue_is_no_adjustment_and_is_refused() -> None:
    with pytest.raises(Rejected, match="no document"):
        body_of("post_inventory_movement", replace(MOVEMENT, type=MovementType.GOODS_ISSUE))


def test_a_hand_over_that_did_not_happen_is_a_cancelled_notice() -> None:
    assert rows_of("confirm_handover", replace(HANDOVER, void=True))[1][:3] == ["BSN", "01", "HO-1"]


def test_lines_of_a_receipt_stand_in_loops_from_5010_on() -> None:
    tags = {version: [row[0] for row in rows_of("post_return_receipt", RETURN, version=version)] for version in V}
    assert "LX" not in tags["004010"]
    assert tags["005010"].index("LX") < tags["005010"].index("W07")


V = ("004010", "005010")


def test_a_routing_request_exists_from_5010_on_and_folds_names() -> None:
    rows = rows_of("plan_shipment", PLAN, version="005010")
    assert ["N1", "SF", "Lowenstrasse", "92", "NL1"] in rows
    assert ["OID", "SO-1", "", "SO-1/NL1/1"] in rows
    with pytest.raises(Rejected, match="no document"):
        body_of("plan_shipment", PLAN)


def test_a_condition_without_a_code_is_said_in_words() -> None:
    for condition, coded in (("Good Condition", True), ("opened, é complete", False)):
        lines = (replace(RETURN.lines[0], condition=condition),)
        rows = rows_of("post_return_receipt", replace(RETURN, lines=lines))
        assert (["W13", "2", "EA", "07"] in rows) == coded
        assert ["G69", condition.replace("é", "e")] in rows


def test_a_warehouse_is_named_as_the_partner_names_it() -> None:
    assert ["N1", "WH", "", "92", "VENLO-1"] in rows_of("post_return_receipt", RETURN, sites={"VENLO-1": "NL1"})


TEXTS = st.text(min_size=1, max_size=40) | st.sampled_from(("A*B", "A~B", "A>B", "é" * 50, "9" * 130, "\n", " "))


@given(TEXTS, TEXTS, TEXTS, st.decimals(allow_nan=False, allow_infinity=False))
def test_whatever_a_command_says_is_written_soundly_or_refused(number: str, line: str, text: str, qty: Decimal) -> None:
    lines = (ReturnLine(line=line, qty=Quantity(qty, "EA"), condition=text),)
    place = Place(location_no=line, name=text)
    for kind, payload in (
        ("post_return_receipt", replace(RETURN, receipt_no=number, order_no=text, lines=lines)),
        ("plan_shipment", replace(PLAN, order_no=number, origin=place, destination=replace(place, name=number))),
    ):
        try:
            body = body_of(kind, payload, version="005010")
        except Rejected:
            continue
        reading = read_x12(body)
        assert list(reading.findings()) == []
        assert len(reading.interchanges[0].groups[0].sets) == 1


async def test_a_number_that_does_not_fit_is_refused_with_its_rule_and_uses_up_no_number() -> None:
    numbers, drop = Numbers(), Drop()
    sender = x12_sender("northwind", SETTINGS, numbers, drop, LIBRARY.book("x12"))
    outcomes = await sender.send(
        [
            command("post_return_receipt", replace(RETURN, receipt_no="RC-0000000000001")),
            command("post_return_receipt", RETURN),
        ]
    )
    assert [one.kind for one in outcomes] == [OutcomeKind.REFUSED, OutcomeKind.DELIVERED]
    assert "RC-0000000000001" in outcomes[0].detail
    assert "document" in outcomes[0].detail
    assert list(numbers.given.values()) == [1]
    assert list(drop.files) == ["944-000000001-post_return_receipt_1.edi"]


def test_a_partners_map_goes_before_our_python() -> None:
    problems: list[object] = []
    shelf = read_shelf(SHIPPED / "x12", "x12", problems)  # type: ignore[arg-type]
    own = parse_map(
        "own/940",
        '[map]\nsyntax = "x12"\ndocument = "940"\nversion = "1"\nsource = "the guide"\n[[document]]\n'
        'command = "create_fulfilment_order"\n[[document.node]]\nname = "W05"\n'
        'fields = { "01" = "=N", "02" = ".order_no", "03-1" = "=A", "03-2" = "=B" }\n',
    )
    book = Library({"x12": shelf}, {"wmsb": Shelf((own,))}, CONVERTERS).book("x12", "wmsb")
    body = write_document(CREATE, read_settings(SETTINGS), 17, book)
    assert b"~W05*N*SO-100234*A>B~SE*3*0001~" in body
