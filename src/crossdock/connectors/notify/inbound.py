"""Nothing comes in: people answer elsewhere. Pure."""

from __future__ import annotations

from crossdock.ports.connector import Decoded, Finding, IntakeContext


class Inbound:
    """See `Decoder`."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        return Decoded(
            findings=[Finding("NOT-SPOKEN", "a notify partner sends nothing: say it over canonical_json", "$")]
        )
