"""Words of JSON messages themselves; what the partner's own words mean stands in its maps and code tables."""

from __future__ import annotations

SYNTAX = "json"
NDJSON = "ndjson"
CONTENT_TYPE = "application/json"
SUFFIX = "json"
