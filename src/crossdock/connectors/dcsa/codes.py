"""Words of DCSA's messages that say what stands in them; what an event means is in `codes/*.csv`."""

from __future__ import annotations

EVENT = "event"
RETRACTION = "retraction"
EVENTS = "events"
CLASSIFICATION = "eventClassification"
VERSION_2, VERSION_3 = "2.2", "3.0"
