"""Words of XML messages themselves; what the partner's own words mean stands in its maps and code tables."""

from __future__ import annotations

SYNTAX = "xml"
CONTENT_TYPE = "application/xml"
SUFFIX = "xml"
