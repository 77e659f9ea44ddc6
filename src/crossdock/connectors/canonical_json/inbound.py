"""Canonical envelopes in: one JSON object, a JSON array of them, or one a line. What each says is judged further in."""

from __future__ import annotations

import msgspec

from crossdock.connectors.canonical_json.codes import BATCH_TYPES, FACTS_PER_MESSAGE_MAX
from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Decoded, DecodedFact, IntakeContext
from crossdock.ports.statements import refused

_list = msgspec.json.Decoder(list[msgspec.Raw])


class Inbound:
    """Passes envelopes through untouched, each with its place in the message."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        kind = content_type.partition(";")[0].strip().lower()
        try:
            facts = _split(body, lines=kind in BATCH_TYPES)
        except Rejected as error:
            return refused("INT-02", error)
        if len(facts) > FACTS_PER_MESSAGE_MAX:
            detail = f"{len(facts)} facts in one message: send at most {FACTS_PER_MESSAGE_MAX}"
            return refused("INT-02", Rejected(detail))
        return Decoded(facts=facts)


def _split(body: bytes, *, lines: bool) -> list[DecodedFact]:
    if lines:
        rows = enumerate(body.splitlines(), start=1)
        return [DecodedFact(row, f"line {number}") for number, row in rows if row.strip()]
    if body.lstrip()[:1] == b"[":
        entries = decode_json(body, _list)
        return [DecodedFact(bytes(entry), f"$[{place}]") for place, entry in enumerate(entries)]
    return [DecodedFact(body, "$")]
