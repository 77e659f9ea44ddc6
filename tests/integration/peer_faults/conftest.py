"""The outbox of the delivery tests, for the faults that show there."""

from __future__ import annotations

from tests.integration.deliver.conftest import dock

__all__ = ["dock"]
