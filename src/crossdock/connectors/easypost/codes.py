"""Words of EasyPost's messages that say what stands in them; what a status means is in `codes/*.csv`."""

from __future__ import annotations

TRACKER = "Tracker"
EVENT = "Event"
EVENTS = "events"
TRACKERS = "trackers"
RESULT = "result"
