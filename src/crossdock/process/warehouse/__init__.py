"""A warehouse as far as its whole stock is reported at once (domain.md §3.8)."""
