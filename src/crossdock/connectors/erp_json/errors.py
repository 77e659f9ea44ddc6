"""How this ERP words a no."""

from __future__ import annotations

from crossdock.ports.json_calls import Told, told

# A goods issue for the same hand-over under another key is a posting that exists: nothing is left to do, and above all
# nothing may be posted again.
ALREADY_DONE = frozenset({"already_posted"})


def explain(body: bytes) -> Told:
    """Its document number, or its reason."""
    return told(body, "documentNo", ALREADY_DONE)
