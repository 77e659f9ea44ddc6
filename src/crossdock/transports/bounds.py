"""Bounds that file transports share, and the types their settings are checked by."""

from __future__ import annotations

from typing import Annotated

import msgspec

BYTES_MAX = 16 * 1024 * 1024
FILES_MAX = 200

# Of the files of one look together: they are in memory at once until each is durable.
LOOK_BYTES_MAX = 64 * 1024 * 1024

# Looked at in one round. What lies beyond comes up when those before it were moved away.
LISTED_MAX = 20_000

# Files of one look that may fail for now before it is given up: with a server that is away every one would.
LOST_MAX = 2

Bytes = Annotated[int, msgspec.Meta(ge=1, le=256 * 1024 * 1024)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Folder = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
