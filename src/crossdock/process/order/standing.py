"""How a release stands with customs, as the order keeps it: nothing declared, binding, being withdrawn, void."""

from __future__ import annotations

LIVE, ASKED, VOID = "live", "asked", "void"
BINDING = (LIVE, ASKED)
