"""Attic: shipped test tools, never imported by production code."""
