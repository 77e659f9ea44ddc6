"""Reconciliation as a use case (domain.md §6): extracts taken as of one instant, compared, healed, made cases."""
