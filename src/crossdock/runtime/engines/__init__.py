"""The two engines as child processes: PostgreSQL and NATS from their wheels, started, watched and stopped here.

Knows nothing of their protocols; `postgres` and `jetstream` speak those.
"""
