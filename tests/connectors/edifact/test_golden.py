"""The golden pairs beside this file: what a partner wrote, and what it means (or the other way round)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.keys import idempotency_key
from crossdock.canonical.wire import decode_command, decode_fact
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.manifest import MANIFEST
from crossdock.connectors.edifact.outbound import write_document
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.writer import write_edifact
from crossdock.ports.connector import IntakeContext, Outbound
from tests.connectors.edifact.kit import book, decoder

HERE = Path(__file__).parent
PAIRS = sorted(path.parent.name for path in HERE.glob("*/wire.edi"))


class Where(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    tz: str
    received_at: datetime
    settings: dict[str, object]


class Made(msgspec.Struct, forbid_unknown_fields=True):
    where: str
    envelope: dict[str, object]


class Heard(msgspec.Struct, forbid_unknown_fields=True, tag_field="direction", tag="in"):
    context: Where
    facts: list[Made]
    findings: list[dict[str, str]]
    control: str
    replies: list[str]


class Said(msgspec.Struct, forbid_unknown_fields=True, tag_field="direction", tag="out"):
    command: str
    kind: str
    role: str
    tz: str
    created: datetime
    number: int
    settings: dict[str, object]
    payload: dict[str, object]


def pair(name: str) -> tuple[bytes, Heard | Said]:
    body = (HERE / name / "canonical.json").read_bytes()
    return (HERE / name / "wire.edi").read_bytes(), msgspec.json.decode(body, type=Heard | Said)


def hear(wire: bytes, expected: Heard) -> None:
    given = expected.context
    context = IntakeContext("partner-1", given.role, given.received_at, given.tz, given.settings)
    decoded = decoder().decode(wire, "application/edifact", context)
    assert [Made(fact.where, msgspec.json.decode(fact.body)) for fact in decoded.facts] == expected.facts
    told = [
        {"code": one.code, "severity": one.severity, "where": one.where, "detail": one.detail}
        for one in decoded.findings
    ]
    assert told == expected.findings
    assert decoded.control == expected.control
    replies = decoder().replies(wire, context, [55] * len(decoded.reply_keys))
    assert [reply.decode() for reply in replies] == expected.replies
    for fact in decoded.facts:
        assert decode_fact(fact.body, given.received_at).type in MANIFEST.facts_in


def say(wire: bytes, expected: Said) -> None:
    payload = msgspec.json.encode(expected.payload)
    key = idempotency_key(COMMAND_TYPES[expected.command], decode_command(expected.command, payload))
    command = Outbound(1, expected.command, key, "", payload, "", 1, expected.created)
    partner = IntakeContext("partner-1", expected.role, expected.created, expected.tz, expected.settings)
    made = write_document(command, book(), read_settings(expected.settings), partner, expected.number)
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
