"""Words of CloudEvents.

Source: CloudEvents 1.0.2, JSON event format 1.0.2, HTTP protocol binding 1.0.2 (cloudevents.io).
"""

from __future__ import annotations

SPECVERSION = "1.0"
BATCH = "application/cloudevents-batch"
STRUCTURED = "application/cloudevents"
JSON = "application/json"
# What an event of another Crossdock, or of ours, is called; its data is a canonical fact.
OWN_TYPES = "crossdock."
CANONICAL = "canonical_json"
EVENTS_MAX = 1_000
FINDINGS_MAX = 1_000
