"""The entities of domain.md §1.1–1.6 as structs with natural keys, one module a section.

Fields are the specification's; `""`, `None` and `()` mean "not said".
"""
