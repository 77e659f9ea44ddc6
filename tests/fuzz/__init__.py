"""Targets any bytes may be thrown at: a coverage-guided fuzzer (`make fuzz`) and a quick seeded smoke of the suite."""
