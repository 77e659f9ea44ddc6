"""Words of Shippo's messages that say what stands in them; what a status means is in `codes/*.csv`."""

from __future__ import annotations

TRACK = "Track"
TRACK_UPDATED = "track_updated"
EVENT = "event"
DATA = "data"
RESULTS = "results"
