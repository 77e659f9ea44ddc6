"""Reconciliation (domain.md §6): two extracts of one business object compared row by row, by checks that are data."""
