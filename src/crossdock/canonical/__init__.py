"""Ground: the logistics language (domain.md §0–§2): envelope, entities, events, commands, codes, catalogue.

Imports kernel only. Every struct is frozen, versioned and exported as JSON Schema.
"""
