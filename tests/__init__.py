"""Tests, by what they need: unit (no I/O), conformance, connectors, integration (real engines), docs, house, e2e."""
