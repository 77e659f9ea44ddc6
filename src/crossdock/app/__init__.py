"""Hall: use cases, one transaction each; no clock, no loop, no driver."""
