"""DCSA Track & Trace: events of an ocean carrier in, nothing out. No other connector."""
