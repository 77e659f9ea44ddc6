"""The deterministic simulation: production use cases on virtual time, over storage, network and partners in memory.

May import what `testing` may. `run` is the entry; `cli` calls it.
"""
