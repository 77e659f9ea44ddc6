"""Stock of one item in one warehouse (domain.md §3.8): positions, movements and what can be promised."""
