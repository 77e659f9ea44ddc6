"""Commands to 940 and 204, and the sender that numbers and drops them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.commands.tms import TenderShipment, TransmitTender
from crossdock.canonical.commands.wms import (
    CancelFulfilmentOrder,
    CreateFulfilmentOrder,
    FulfilmentLine,
    UpdateFulfilmentOrder,
)
from crossdock.canonical.declarations import Payload
from crossdock.canonical.parts import Address, LineQuantity, Place, Stop, StopType, Totals
from crossdock.connectors.x12.client import sender as x12_sender
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.connectors.x12.outbound import file_name, write_document, write_file
from crossdock.connectors.x12.text_out import words
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.writer import STANDARD
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected, Transient
from crossdock.kernel.instant import Window
from crossdock.kernel.quantity import Quantity
from crossdock.ports.connector import IntakeContext, Outbound, OutcomeKind

CREATED = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
SETTINGS: dict[str, object] = {"isa_sender": "WMSB", "isa_receiver": "CROSSDOCK", "isa_sender_qualifier": "ZZ"}
LONDON = Place(
    location_no="LOC-HP-LON",
    name="Harrow & Pike – Läger",
    address=Address(country="GB", lines=("1 Quay St", "Dock 3"), city="London", postal="E1 6AN"),
)
ORDER = CreateFulfilmentOrder(
    order_no="SO-100234",
    warehouse="WH-NL1",
    lines=(
        FulfilmentLine(
            line="10", item="IT-501", qty=Quantity(Decimal(40)), description="Pump, big", gtin="09501101020917"
        ),
        FulfilmentLine(line="20", item="IT-778", qty=Quantity(Decimal("100.50"), "CS")),
    ),
    ship_to=LONDON,
    customer_po="HP-PO-55120",
    ship_by=datetime(2026, 6, 2, 12, tzinfo=UTC),
    carrier="NVTR",
)
TENDER = TransmitTender(
    load="LD-5",
    tender_no="T-77",
    carrier="NVTR",
    expires_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
    stops=(
        Stop(seq=2, type=StopType.DELIVERY, location=LONDON, shipments_off=("SHP-88001",)),
        Stop(
            seq=1,
            type=StopType.PICKUP,
            location=Place(gln="8712345000011", name="Venlo"),
            planned=Window(latest=datetime(2026, 6, 2, 14, tzinfo=UTC), earliest=datetime(2026, 6, 2, 12, tzinfo=UTC)),
            shipments_on=("SHP-88001", "SHP-88002"),
        ),
    ),
    shipments=(
        TenderShipment(
            shipment="SHP-88001", totals=Totals(3, Decimal("412.5")), bol_no="BOL-88001", order_no="SO-100234"
        ),
        TenderShipment(shipment="SHP-88002", totals=Totals(1, Decimal(20))),
    ),
)


def command(kind: str, payload: Payload, key: str = "") -> Outbound:
    return Outbound(
        1, kind, key or f"{kind}|SO-100234|WH-NL1|1", "order:SO-100234", encode_json(payload), "", 1, CREATED
    )


CREATE = command("create_fulfilment_order", ORDER)


def written(kind: str, payload: Payload, **settings: object) -> list[list[str]]:
    body = write_document(command(kind, payload), read_settings(SETTINGS | settings), 17)
    reading = read_x12(body)
    assert list(reading.findings()) == []
    (only,) = reading.interchanges[0].groups
    assert (only.control, reading.interchanges[0].control) == ("17", "000000017")
    return only.sets[0].rows


def test_an_order_is_a_940_with_lines_named_twice_and_a_total() -> None:
    rows = written("create_fulfilment_order", ORDER, depositor="0377912820000")
    assert rows[0] == ["ST", "940", "0001"]
    assert rows[1:] == [
        ["W05", "N", "SO-100234", "HP-PO-55120"],
        ["N1", "DE", "", "9", "0377912820000"],
        ["N1", "SF", "", "92", "WH-NL1"],
        ["N1", "ST", "Harrow & Pike - Lager", "93", "LOC-HP-LON"],
        ["N3", "1 Quay St", "Dock 3"],
        ["N4", "London", "", "E1 6AN", "GB"],
        ["N9", "RE", "1"],
        ["G62", "38", "20260602", "K", "1200", "UT"],
        ["W66", "PP", "M", "", "", "", "", "", "", "", "NVTR"],
        ["LX", "10"],
        ["W01", "40", "EA", "", "VN", "IT-501", "UK", "09501101020917"],
        ["G69", "Pump, big"],
        ["N9", "LI", "10"],
        ["LX", "20"],
        ["W01", "100.5", "CA", "", "VN", "IT-778"],
        ["N9", "LI", "20"],
        ["W76", "140.5"],
        ["SE", "19", "0001"],
    ]


def test_lines_that_are_no_numbers_are_counted_in_lx() -> None:
    lines = tuple(msgspec.structs.replace(line, line=f"L{line.line}") for line in ORDER.lines)
    rows = written("create_fulfilment_order", msgspec.structs.replace(ORDER, lines=lines))
    assert [row[1] for row in rows if row[0] == "LX"] == ["1", "2"]
    assert [row[2] for row in rows if row[:2] == ["N9", "LI"]] == ["L10", "L20"]


def test_a_cancellation_is_a_940_with_f_and_its_own_number() -> None:
    cancel = CancelFulfilmentOrder(order_no="SO-100234", warehouse="WH-NL1", cancel_id="CX-1", reason="customer")
    rows = written("cancel_fulfilment_order", cancel, sites={"VENLO": "WH-NL1"})
    assert rows[1:-1] == [
        ["W05", "F", "SO-100234"],
        ["N1", "SF", "", "92", "VENLO"],
        ["N9", "RE", "1"],
        ["N9", "TN", "CX-1"],
        ["NTE", "WHI", "customer"],
        ["W76", "0"],
    ]


def test_a_cancellation_of_lines_names_them() -> None:
    lines = (LineQuantity(line="20", qty=Quantity(Decimal(5)), item="IT-778"),)
    cancel = CancelFulfilmentOrder(order_no="SO-1", warehouse="WH-NL1", cancel_id="CX-1", lines=lines)
    assert [row for row in written("cancel_fulfilment_order", cancel) if row[0] in ("W01", "W76")] == [
        ["W01", "5", "EA", "", "VN", "IT-778"],
        ["W76", "5"],
    ]


def test_a_change_is_a_940_with_r_and_all_lines() -> None:
    change = UpdateFulfilmentOrder(order_no="SO-100234", warehouse="WH-NL1", rev=2, lines=ORDER.lines, ship_to=LONDON)
    rows = written("update_fulfilment_order", change)
    assert rows[1][:3] == ["W05", "R", "SO-100234"]
    assert sum(row[0] == "W01" for row in rows) == 2


def test_a_tender_is_a_204_with_stops_in_order() -> None:
    rows = written("transmit_tender", TENDER)
    assert rows[1:-1] == [
        ["B2", "", "NVTR", "", "LD-5", "", "PP"],
        ["B2A", "00", "LT"],
        ["L11", "T-77", "TN"],
        ["L11", "SHP-88001", "SI"],
        ["L11", "BOL-88001", "BM"],
        ["L11", "SO-100234", "SO"],
        ["L11", "SHP-88002", "SI"],
        ["G62", "64", "20260601", "1", "0800", "UT"],
        ["S5", "1", "CL"],
        ["L11", "SHP-88001", "SI"],
        ["L11", "SHP-88002", "SI"],
        ["G62", "37", "20260602", "I", "1200", "UT"],
        ["G62", "38", "20260602", "K", "1400", "UT"],
        ["N1", "SF", "Venlo", "UL", "8712345000011"],
        ["S5", "2", "PU"],
        ["L11", "SHP-88001", "SI"],
        ["N1", "ST", "Harrow & Pike - Lager", "93", "LOC-HP-LON"],
        ["N3", "1 Quay St", "Dock 3"],
        ["N4", "London", "", "E1 6AN", "GB"],
        ["L3", "432.5", "G", "", "", "", "", "", "", "", "", "4", "K"],
    ]


def test_a_withdrawn_tender_is_a_cancellation() -> None:
    rows = written("transmit_tender", msgspec.structs.replace(TENDER, cancel=True))
    assert rows[2] == ["B2A", "01", "LT"]


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        (msgspec.structs.replace(ORDER, order_no="S" * 23), "W05-02"),
        (msgspec.structs.replace(ORDER, order_no="SO*1"), "W05-02"),
        (
            msgspec.structs.replace(
                ORDER, lines=(FulfilmentLine(line="1", item="I", qty=Quantity(Decimal(1), "MTQ")),)
            ),
            "uom",
        ),
        (msgspec.structs.replace(ORDER, carrier="TOOLONG"), "W66-10"),
    ],
)
def test_an_identifier_x12_cannot_carry_is_refused_never_changed(payload: Payload, where: str) -> None:
    with pytest.raises(Rejected) as refusal:
        written("create_fulfilment_order", payload)
    assert refusal.value.where == where


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich", "Zurich"),
        ("Łódź – Straße*3", "Lodz - Strasse 3"),
        ("日本 Ltd", "Ltd"),
        ("a\r\nb~c", "a b c"),
        ("x" * 99, "x" * 20),
    ],
)
def test_words_are_folded_to_what_x12_can_carry(text: str, expected: str) -> None:
    assert words(text, 20, STANDARD) == expected


class Numbers:
    """A counter per partner and kind that gives a key the same number again."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    async def number(self, partner: str, kind: str, key: str) -> int:
        return self.given.setdefault(key, len(self.given) + 1)


class Drop:
    """A place files are put; may be out of reach."""

    def __init__(self, *, reachable: bool = True) -> None:
        self.files: dict[str, bytes] = {}
        self.reachable = reachable

    async def put(self, name: str, body: bytes) -> None:
        if not self.reachable:
            raise Transient("the folder is not mounted")
        self.files[name] = body


async def test_a_resend_replaces_the_same_file_with_the_same_bytes() -> None:
    drop = Drop()
    sender = x12_sender("wmsb", SETTINGS, Numbers(), drop)
    (first,) = await sender.send([CREATE])
    kept = dict(drop.files)
    (again,) = await sender.send([msgspec.structs.replace(CREATE, attempt=2)])
    assert first == again
    assert drop.files == kept
    assert list(kept) == ["940-000000001-create_fulfilment_order_SO-100234_WH-NL1_1.edi"]
    assert (first.kind, first.reference) == (OutcomeKind.DELIVERED, "1.0001")


async def test_the_partners_997_answers_under_the_reference_of_the_outcome() -> None:
    drop = Drop()
    (outcome,) = await x12_sender("wmsb", SETTINGS, Numbers(), drop).send([CREATE])
    (body,) = drop.files.values()
    sent = read_x12(body).interchanges[0].groups[0]
    ack = (
        f"ST*997*0001~AK1*{sent.functional}*{sent.control}~AK2*940*{sent.sets[0].control}~AK5*A~AK9*A*1*1*1~SE*6*0001~"
    )
    reply = (
        b"ISA*00*          *00*          *ZZ*WMSB           *ZZ*CROSSDOCK      *260601*0700*U*00401*000000009*0*P*>~"
        b"GS*FA*WMSB*CROSSDOCK*20260601*0700*9*X*004010~" + ack.encode() + b"GE*1*9~IEA*1*000000009~"
    )
    context = IntakeContext("wmsb", "WMS", CREATED, "UTC", SETTINGS)
    (fact,) = X12Decoder().decode(reply, "", context).facts
    assert f'"id":"{outcome.reference}","scope":"wmsb"' in fact.body.decode()


async def test_what_cannot_be_written_is_refused_and_uses_up_no_number() -> None:
    numbers = Numbers()
    wrong = command("create_fulfilment_order", msgspec.structs.replace(ORDER, order_no="SO*1"))
    outcomes = await x12_sender("wmsb", SETTINGS, numbers, Drop()).send([wrong, CREATE])
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.REFUSED, OutcomeKind.DELIVERED]
    assert "W05-02" in outcomes[0].detail
    assert list(numbers.given.values()) == [1]


@pytest.mark.parametrize(
    ("settings", "kind", "detail"),
    [({}, "create_fulfilment_order", "isa_sender"), (SETTINGS, "request_count", "route it to another connector")],
)
async def test_what_has_no_document_or_no_parties_is_refused(
    settings: dict[str, object], kind: str, detail: str
) -> None:
    (outcome,) = await x12_sender("wmsb", settings, Numbers(), Drop()).send([command(kind, ORDER)])
    assert outcome.kind is OutcomeKind.REFUSED
    assert detail in outcome.detail


async def test_a_folder_out_of_reach_is_tried_again() -> None:
    (outcome,) = await x12_sender("wmsb", SETTINGS, Numbers(), Drop(reachable=False)).send([CREATE])
    assert (outcome.kind, outcome.detail) == (OutcomeKind.TRANSIENT, "the folder is not mounted")


async def test_a_folder_cannot_be_asked_so_the_outcome_stays_unknown() -> None:
    outcome = await x12_sender("wmsb", SETTINGS, Numbers(), Drop()).look_up(CREATE)
    assert outcome.kind is OutcomeKind.UNKNOWN


def test_control_numbers_begin_again_after_nine_digits() -> None:
    file = write_file(CREATE, read_settings(SETTINGS), 1_000_000_000)
    assert (read_x12(file.body).interchanges[0].control, file.reference) == ("000000001", "1.0001")


@pytest.mark.parametrize("key", ["a/b|../c", "ключ", "x" * 400])
def test_a_file_name_is_plain_whatever_the_key(key: str) -> None:
    name = file_name(msgspec.structs.replace(CREATE, idempotency_key=key), 7, "940")
    assert name.startswith("940-000000007-")
    assert "/" not in name
    assert name.isascii()
    assert len(name) < 160
