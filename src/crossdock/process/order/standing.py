"""How a release stands with customs, as the order keeps it: nothing declared, binding, being withdrawn, void.

And with our own vehicle: it is to go with it, it is out on it, or somebody has stood at the door.
"""

from __future__ import annotations

LIVE, ASKED, VOID = "live", "asked", "void"
BINDING = (LIVE, ASKED)
OWN, OUT, TRIED = "own", "out", "tried"
