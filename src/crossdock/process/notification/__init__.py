"""Who is told what of an order (domain.md §9.6): a pure reading of its log, after duplicates and contradictions."""
