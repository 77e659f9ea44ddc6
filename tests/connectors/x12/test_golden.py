"""The golden pairs beside this file: what a partner wrote, and what it means (or the other way round)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.connectors.x12.manifest import MANIFEST
from crossdock.connectors.x12.outbound import write_document
from crossdock.demo import x12 as other_x12
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.writer import write_x12
from crossdock.ports.connector import IntakeContext
from tests.connectors import edi_pairs
from tests.connectors.edi_pairs import Heard, Said
from tests.connectors.x12.kit import LIBRARY

HERE = Path(__file__).parent
PAIRS = sorted(path.parent.name for path in HERE.glob("*/wire.edi"))


def pair(name: str) -> tuple[bytes, Heard | Said]:
    body = (HERE / name / "canonical.json").read_bytes()
    return (HERE / name / "wire.edi").read_bytes(), msgspec.json.decode(body, type=Heard | Said)


def hear(wire: bytes, expected: Heard) -> None:
    for fact in edi_pairs.hear(wire, expected, X12Decoder(LIBRARY), "application/edi-x12"):
        kind = EVENT_TYPES[decode_fact(fact.body, expected.context.received_at).type]
        assert kind.name in MANIFEST.facts_in
        assert expected.context.role in {*kind.owners, *kind.observers}


def say(wire: bytes, expected: Said) -> None:
    settings, book = read_settings(expected.settings), LIBRARY.book("x12")
    assert write_document(expected.outbound, settings, expected.number, book) == wire
    assert expected.command in MANIFEST.commands_out


@pytest.mark.parametrize("name", PAIRS)
def test_what_was_written_means_what_stands_beside_it(name: str) -> None:
    wire, expected = pair(name)
    if isinstance(expected, Heard):
        hear(wire, expected)
    else:
        say(wire, expected)


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_says_where_it_is_from_and_is_sound_x12(name: str) -> None:
    wire, _ = pair(name)
    assert "Set " in (HERE / name / "SOURCE.md").read_text(encoding="utf-8")
    assert list(read_x12(wire).findings()) == []
    assert write_x12(read_x12(wire)) == wire


def test_every_direction_has_pairs() -> None:
    kinds = {type(pair(name)[1]) for name in PAIRS}
    assert kinds == {Heard, Said}
    assert len(PAIRS) == 36


@pytest.mark.parametrize("name", ["create_fulfilment_order", "cancel_fulfilment_order", "transmit_tender"])
def test_a_reader_written_apart_from_ours_reads_what_we_write(name: str) -> None:
    wire, expected = pair(name)
    assert isinstance(expected, Said)
    read = other_x12.read(wire)
    assert (read.sender, read.group_control) == ("CROSSDOCK", str(expected.number))
    named = {"940": ("W05", 2, "order_no"), "204": ("B2", 4, "load")}
    (entry,) = read.sets
    tag, place, field = named[entry[0][1]]
    assert other_x12.element(other_x12.find(entry, tag), place) == expected.payload[field]


def test_the_acknowledgment_of_a_reader_written_apart_names_our_command() -> None:
    wire, expected = pair("create_fulfilment_order")
    assert isinstance(expected, Said)
    read = other_x12.read(wire)
    rows = other_x12.acknowledgement(read, [True])
    parties = other_x12.Parties(("ZZ", "WMSNL1"), ("ZZ", "CROSSDOCK"))
    answer = other_x12.write(parties, 9, expected.created, "997", [rows])
    context = IntakeContext("partner-1", "WMS", expected.created, "UTC", expected.settings)
    (fact,) = X12Decoder().decode(answer, "", context).facts
    assert decode_fact(fact.body, expected.created).refs[0].ident == f"control|partner-1|{expected.number}.0001"
