"""Content types a canonical message may have. There are no codes to map: the language is ours."""

from __future__ import annotations

BATCH_TYPES = frozenset({"application/x-ndjson", "application/jsonl"})
FACTS_PER_MESSAGE_MAX = 1000
