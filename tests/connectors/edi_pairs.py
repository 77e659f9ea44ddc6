"""Golden pairs of EDI connectors: `wire.edi` and, in `canonical.json`, what it means or what it was made of."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.keys import idempotency_key
from crossdock.canonical.wire import decode_command
from crossdock.ports.connector import DecodedFact, Decoder, IntakeContext, Outbound, Replier


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
    created: datetime
    number: int
    settings: dict[str, object]
    payload: dict[str, object]

    @property
    def outbound(self) -> Outbound:
        """The command as a connector gets it."""
        payload = msgspec.json.encode(self.payload)
        key = idempotency_key(COMMAND_TYPES[self.command], decode_command(self.command, payload))
        return Outbound(1, self.command, key, "", payload, "", 1, self.created)


class EdiDecoder(Decoder, Replier, Protocol):
    """A decoder that answers."""


def hear(wire: bytes, expected: Heard, decoder: EdiDecoder, content_type: str) -> list[DecodedFact]:
    """The facts, once all that was heard and answered is what is expected."""
    given = expected.context
    context = IntakeContext("partner-1", given.role, given.received_at, given.tz, given.settings)
    decoded = decoder.decode(wire, content_type, context)
    assert [Made(fact.where, msgspec.json.decode(fact.body)) for fact in decoded.facts] == expected.facts
    told = [
        {"code": one.code, "severity": one.severity, "where": one.where, "detail": one.detail}
        for one in decoded.findings
    ]
    assert told == expected.findings
    assert decoded.control == expected.control
    replies = decoder.replies(wire, context, [55] * len(decoded.reply_keys))
    assert [reply.decode() for reply in replies] == expected.replies
    return list(decoded.facts)
