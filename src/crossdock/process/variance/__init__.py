"""Differences between what lies in a warehouse and what the ERP books (domain.md §3.8, VAR)."""
