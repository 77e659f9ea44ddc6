"""Delivery: what may go to a partner now, and what becomes of it (domain.md §0.6).

`step` is the use case, the rest decides.
"""
