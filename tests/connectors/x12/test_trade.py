"""A whole trade in X12: what partners write moves the hub, what the hub asks for can be written to them."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.connectors.x12.outbound import write_document
from crossdock.formats.x12.reader import read_x12
from crossdock.ports.connector import IntakeContext, Outbound
from crossdock.ports.directory import Partner
from crossdock.testing.world import World
from tests.connectors.x12.kit import LIBRARY, file

START = datetime(2026, 6, 2, 18, 0, tzinfo=UTC)
DAY_AFTER = datetime(2026, 6, 3, 18, 0, tzinfo=UTC)
PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "x12"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "x12", sites=("NL1",)),
    "tms1": Partner("tms1", Role.TMS, "x12"),
}
SETTINGS: dict[str, dict[str, object]] = {
    "erp1": {"words": {"currency": "EUR", "incoterm": "DAP", "country": "NL"}},
    "wms-nl1": {"site": "NL1"},
    "tms1": {"words": {"mode": "ftl"}, "version": "005010"},
}
ORDER = (
    *("W05*N*SO-48216*PO-1", "N1*SF*VENLO*92*NL1", "N1*ST*HARROW*92*C-1042", "N3*14 BISHOPSGATE"),
    *("N4*LONDON**E1 6AN*GB", "G62*02*20260604", "LX*1", "W01*40*EA**VN*IT-501", "N9*LI*10", "W76*40"),
)
ROUTING = (
    *("BGN*11*RI-77*20260602*0500**SO-48216/NL1/1", "N1*SF*VENLO*92*NL1", "LX*1", "L11*SHP-88001*SI", "BLR*NVTR"),
    *("OID*SO-48216", "G62*37*20260602", "N1*ST*HARROW*92*C-1042"),
)
TAKEN = ("BAK*00*AD*SO-48216*20260602****WN-1", "PO1*10*40*EA***VN*IT-501", "ACK*IA*40*EA")
LEFT = (
    *("BSN*00*ASN-1*20260602*1602", "HL*1**S", "TD5*O*2*NVTR", "DTM*011*20260602*1558", "HL*2*1*O", "PRF*SO-48216"),
    *("HL*3*2*P", "MAN*GM*387123450000001019", "HL*4*3*I", "LIN*10*VN*IT-501", "SN1**40*EA"),
)


async def say(world: World, partner: str, code: str, *rows: str) -> list[Disposition | None]:
    role = PARTNERS[partner].role.value
    context = IntakeContext(partner, role, world.clock.now(), "Europe/Amsterdam", SETTINGS[partner])
    decoded = X12Decoder(LIBRARY).decode(file(code, *rows), "", context)
    assert [one for one in decoded.findings if one.severity == "error"] == []
    receipts = await world.tell(partner, *(fact.body for fact in decoded.facts))
    return [receipt.disposition for receipt in receipts]


def asked(world: World, kind: str) -> list[list[str]]:
    """The one command of this kind, as its partner gets it."""
    (row,) = [row for row in world.store.deliveries if row.type == kind]
    command = Outbound(1, kind, row.idempotency_key, "", row.payload, "", 1, START)
    settings = read_settings({"isa_sender": "THEM", "isa_receiver": "US", **SETTINGS[row.partner]})
    reading = read_x12(write_document(command, settings, 7, LIBRARY.book("x12", row.partner)))
    assert list(reading.findings()) == []
    return reading.interchanges[0].groups[0].sets[0].rows


async def test_an_order_is_shipped_with_every_word_of_it_in_x12() -> None:
    world = World(PARTNERS, now=START)
    assert await say(world, "erp1", "940", *ORDER) == [Disposition.APPLY]
    assert ["W01", "40", "EA", "", "VN", "IT-501"] in asked(world, "create_fulfilment_order")
    assert ["OID", "SO-48216", "", "SO-48216/NL1/1"] in asked(world, "plan_shipment")
    assert await say(world, "tms1", "754", *ROUTING) == [Disposition.APPLY]
    assert await say(world, "wms-nl1", "855", *TAKEN) == [Disposition.APPLY]
    await say(world, "wms-nl1", "856", *LEFT)
    await world.pass_time(DAY_AFTER)
    ending = world.ending()
    assert "SHP:NL1/1 HANDED_OVER" in ending.headlines["order||SO-48216"]
    assert "FO:NL1/1 HANDED_OVER" in ending.headlines["order||SO-48216"]
    assert ["MAN", "GM", "387123450000001019"] in asked(world, "confirm_handover")
    assert ["W12", "SH", "", "40", "", "EA", "", "VN", "IT-501"] in asked(world, "post_goods_issue")
    assert (ending.waiting, ending.quarantined) == (0, 0)


async def test_a_change_in_860_reaches_the_warehouse_as_a_changed_940() -> None:
    world = World(PARTNERS, now=START)
    await say(world, "erp1", "940", *ORDER)
    await say(world, "wms-nl1", "855", *TAKEN)
    changed = ("BCH*04*SA*SO-48216**1*20260602", "POC*10*QD*36**EA***VN*IT-501")
    assert await say(world, "erp1", "860", *changed) == [Disposition.APPLY]
    rows = asked(world, "update_fulfilment_order")
    assert rows[1][:3] == ["W05", "R", "SO-48216"]
    assert ["W01", "36", "EA", "", "VN", "IT-501"] in rows


async def test_a_cancellation_in_850_reaches_the_warehouse_as_a_cancelled_940() -> None:
    world = World(PARTNERS, now=START)
    await say(world, "erp1", "940", *ORDER)
    assert await say(world, "erp1", "850", "BEG*01*SA*SO-48216**20260602") == [Disposition.APPLY]
    assert asked(world, "cancel_fulfilment_order")[1][:3] == ["W05", "F", "SO-48216"]
