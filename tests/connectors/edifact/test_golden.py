"""The golden pairs beside this file: what a partner wrote, and what it means (or the other way round)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.wire import decode_fact
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.manifest import MANIFEST
from crossdock.connectors.edifact.outbound import write_document
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import write_edifact
from crossdock.ports.connector import IntakeContext
from tests.connectors import edi_pairs
from tests.connectors.edi_pairs import Heard
from tests.connectors.edifact.kit import book, decoder

HERE = Path(__file__).parent
PAIRS = sorted(path.parent.name for path in HERE.glob("*/wire.edi"))


class Said(edi_pairs.Said, tag="out"):
    kind: str
    role: str
    tz: str


def pair(name: str) -> tuple[bytes, Heard | Said]:
    body = (HERE / name / "canonical.json").read_bytes()
    return (HERE / name / "wire.edi").read_bytes(), msgspec.json.decode(body, type=Heard | Said)


def hear(wire: bytes, expected: Heard) -> None:
    for fact in edi_pairs.hear(wire, expected, decoder(), "application/edifact"):
        assert decode_fact(fact.body, expected.context.received_at).type in MANIFEST.facts_in


def say(wire: bytes, expected: Said) -> None:
    partner = IntakeContext("partner-1", expected.role, expected.created, expected.tz, expected.settings)
    made = write_document(expected.outbound, book(), read_settings(expected.settings), partner, expected.number)
    assert made == (expected.kind, wire)


@pytest.mark.parametrize("name", PAIRS)
def test_what_was_written_means_what_stands_beside_it(name: str) -> None:
    wire, expected = pair(name)
    if isinstance(expected, Heard):
        hear(wire, expected)
    else:
        say(wire, expected)


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_says_where_it_is_from_and_is_sound_edifact(name: str) -> None:
    wire, _ = pair(name)
    assert "Message " in (HERE / name / "SOURCE.md").read_text(encoding="utf-8")
    reading = read_edifact(wire)
    for interchange in reading.interchanges:
        for message in interchange.messages:
            validate(message)
            assert message.notes == []
    assert list(reading.findings()) == []
    assert write_edifact(reading) == wire


def test_every_command_of_the_manifest_has_a_map_and_a_pair() -> None:
    said = [expected.command for _, expected in map(pair, PAIRS) if isinstance(expected, Said)]
    assert sorted(said) == sorted(MANIFEST.commands_out) == sorted(book().commands)


def test_the_manifest_names_every_fact_the_maps_make() -> None:
    made = {name for one in book().maps for name in one.facts_in}
    assert set(MANIFEST.facts_in) == made | {"command.acknowledged", "command.refused"}
