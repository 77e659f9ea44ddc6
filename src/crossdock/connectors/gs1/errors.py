"""How servers that take XML word a no: a line of text."""

from __future__ import annotations

from crossdock.mediation.posting import explain_text
from crossdock.ports.json_calls import Told


def explain(body: bytes) -> Told:
    """Its reason where it is text."""
    return explain_text(body)
