"""The worked example of domain.md §10 with the raw documents of its carrier, its warehouse and customs.

What the carrier (X12 214, 210), the warehouse's confirmation (X12 945) and customs (EDIFACT CUSRES) say goes through
their connectors; everybody else speaks canonical JSON. Dispositions and transitions are those of every row.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import NamedTuple

import pytest

from crossdock.bootstrap.library import open_library
from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.connector import Decoder, IntakeContext
from crossdock.testing.golden import said
from crossdock.testing.golden.cast import MRN
from crossdock.testing.golden.play import Player, taken_of, wanted_of
from crossdock.testing.golden.trace import TRACE, Row
from tests.connectors.edifact import kit as edifact
from tests.connectors.x12 import kit as x12

LIBRARY = open_library(partners=[("nvtr", "x12")])
DECODERS: dict[str, Decoder] = {"x12": X12Decoder(LIBRARY), "edifact": EdifactDecoder(open_library())}
TYPES = {"x12": "application/edi-x12", "edifact": "application/edifact"}
REFERENCES = (f"RFF+ABE:{said.LRN}", f"RFF+ABT:{MRN}")


class Raw(NamedTuple):
    """A document as it was sent."""

    syntax: str
    body: bytes


def seen(code: str, local: str, city: str, country: str, stop: str = "") -> Raw:
    """A 214; times are local at the place."""
    date, _, time = local.partition(" ")
    place = (f"MS1*{city}**{country}", *([f"L11*{stop}*QN"] if stop else []))
    rows = ("B10*NV7745120*SHP-88001*NVTR", "L11*BOL-88001*BM", "LX*1", f"AT7*{code}*NS***{date}*{time}", *place)
    return Raw("x12", x12.file("214", *rows))


def customs(local: str, code: str, qualifier: str = "148", kind: str = "962", *more: str) -> Raw:
    """An answer of customs, Dutch time."""
    rows = (f"BGM+{kind}+R-{code}+11", f"DTM+{qualifier}:{local}:203", f"GIS+{code}:AES", *more, *REFERENCES)
    return Raw("edifact", edifact.interchange(edifact.message("CUSRES", *rows), control=code))


RAW = {
    "R24": customs("202606011621", "515", "148", "961"),
    "R25": customs("202606011626", "528"),
    "R26": customs("202606011641", "560", "137"),
    "R32": customs("202606021330", "529", "204"),
    "R37": seen("AF", "20260602 1605", "VENLO", "NL", "1"),
    "R38": seen("AF", "20260602 1605", "VENLO", "NL", "1"),
    "R41": seen("P1", "20260602 2340", "ROTTERDAM", "NL"),
    "R43": Raw("x12", x12.file(
        "945", "W06*F*SO-100234*20260602*BOL-88001**HP-PO-55120", "N1*SF*Venlo*92*WH-NL1",
        "G62*11*20260602*8*1558*LT", "W27*M*NVTR", "LX*1", "MAN*GM*387123450000001019",
        "W12*CC*40*40*0*EA**VN*IT-501", "N9*LI*10", "LX*2", "MAN*GM*387123450000001026",
        "W12*BP*100*90*10*EA**VN*IT-778",
        "N9*LI*20", "W03*130*612*KG")),
    "R51": seen("X4", "20260603 1240", "DARTFORD", "GB"),
    "R52": seen("X1", "20260604 1035", "LONDON", "GB", "2"),
    "R53": seen("D1", "20260604 1120", "LONDON", "GB", "2"),
    "R57": Raw("x12", x12.file(
        "210", "B3**NV-INV-30091*SHP-88001*PP**20260609*139240****NVTR", "C3*EUR", "N9*CN*NV7745120", "LX*1",
        "L1*1***98000****400", "L1*1***15940****405****FUEL SURCHARGE", "L1*1***5300****CUS****CUSTOMS HANDLING",
        "L1*1***20000****DET", "L3*****139240")),
}  # fmt: skip
ZONES = {"wms-nl1": "Europe/Amsterdam", "customs": "Europe/Amsterdam"}


class RawPlayer(Player):
    """Plays rows as their raw documents where there are any."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: dict[str, tuple[str, Counter[str]]] = {}

    async def play_raw(self) -> RawPlayer:
        """Every row."""
        for row in TRACE:
            if row.name in RAW:
                await self._document(row, RAW[row.name])
            else:
                await self.play([row])
                self.raw[row.name] = (self.seen[row.name].disposition, self.seen[row.name].taken)
        return self

    async def _document(self, row: Row, raw: Raw) -> None:
        world, store = self.world, self.world.store
        await world.pass_time(row.received)
        role = world.partners.partner(row.partner)
        assert role is not None
        context = IntakeContext(row.partner, str(role.role), row.received, ZONES.get(row.partner, "Europe/London"))
        decoded = DECODERS[raw.syntax].decode(raw.body, TYPES[raw.syntax], context)
        assert [one for one in decoded.findings if one.severity == "error"] == []
        before = dict(store.events)
        (receipt,) = await world.take([(row.partner, fact.body) for fact in decoded.facts])
        self.raw[row.name] = (str(receipt.disposition), taken_of(before, store.events))


@pytest.fixture(scope="module")
def played() -> RawPlayer:
    return asyncio.run(RawPlayer().play_raw())


@pytest.mark.proves("§10")
@pytest.mark.parametrize("row", TRACE, ids=[row.name for row in TRACE])
def test_every_row_has_its_disposition_and_its_transitions_from_raw_documents(played: RawPlayer, row: Row) -> None:
    assert played.raw[row.name] == (row.disposition, wanted_of(row))


@pytest.mark.proves("§10")
def test_it_ends_as_in_canonical_json(played: RawPlayer) -> None:
    assert played.stands() == asyncio.run(Player().play(TRACE)).stands()
    assert {code for code, _, _ in played.world.store.cases} == {"INT-04"}
