"""EPCIS 1.2 and 2.0: visibility events in, and facts of ours as events out. No other connector."""
