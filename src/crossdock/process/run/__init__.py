"""RUN: a vehicle's day. It gathers the tasks aboard and tells each of them what concerns it (domain.md §3.3.3)."""
