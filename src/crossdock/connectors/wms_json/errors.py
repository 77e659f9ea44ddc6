"""How this warehouse words a no."""

from __future__ import annotations

from crossdock.ports.json_calls import Told, told

ALREADY_DONE = frozenset({"already_exists"})


def explain(body: bytes) -> Told:
    """Its id of an outbound order, or its reason; an order taken before under our reference is done, not refused."""
    return told(body, "id", ALREADY_DONE)
