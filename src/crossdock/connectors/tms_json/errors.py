"""How this TMS words a no."""

from __future__ import annotations

from crossdock.ports.json_calls import Told, told

# It refuses to plan one request twice; the plan it has is the one we asked for.
ALREADY_DONE = frozenset({"duplicate_plan"})


def explain(body: bytes) -> Told:
    """Its request id, or its reason."""
    return told(body, "requestId", ALREADY_DONE)
