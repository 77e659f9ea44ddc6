"""Delimited and fixed-width files with a declared layout, by the partner's own maps."""
