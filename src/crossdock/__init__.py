"""Crossdock."""
