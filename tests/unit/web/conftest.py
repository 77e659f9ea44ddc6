"""The front every web test calls."""

from __future__ import annotations

import pytest

from tests.unit.web.bench import Front


@pytest.fixture
def front() -> Front:
    return Front()
