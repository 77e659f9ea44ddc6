"""How a SAP system words a no over HTTP: a line of text, or a page whose title says it."""

from __future__ import annotations

import re

from crossdock.mediation.posting import explain_text
from crossdock.ports.json_calls import Told

TITLE_MAX = 200
_TITLE = re.compile(rb"<title>([^<]{1,500})</title>", re.IGNORECASE)


def explain(body: bytes) -> Told:
    """Its reason. What became of the IDoc itself, its audit message says later."""
    title = _TITLE.search(body[:4096])
    if title is not None:
        return Told(detail=title[1].decode("utf-8", "replace").strip()[:TITLE_MAX])
    return explain_text(body)
