"""The hot path: arrivals to committed rows, one transaction a batch. `use_case.Ingest` is the door."""
