"""Repairs: fold again, show what would change, let a second person approve, do exactly that. `impact` compares two
projects over history the same way. Imports the fold, the ingest and ports; no clock of its own."""
