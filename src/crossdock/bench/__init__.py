"""Attic: the benchmark: the whole pipeline against the raw durable insert of the same bytes, in one run."""
