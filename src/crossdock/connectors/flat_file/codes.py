"""Words of layouts; what the partner's own words mean stands in its maps and code tables."""

from __future__ import annotations

DELIMITED = "delimited"
FIXED = "fixed"
CONTENT_TYPE = "text/plain"
SUFFIXES = {DELIMITED: "csv", FIXED: "txt"}
