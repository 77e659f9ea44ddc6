"""The facts of domain.md §2.1–2.9: a payload struct and a row for each, one module a chapter.

Field names are the specification's; `""`, `None` and `()` mean "not said".
"""
