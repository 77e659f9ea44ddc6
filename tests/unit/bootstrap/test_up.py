"""What ends a running hub."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from crossdock.bootstrap.up import endings


@pytest.fixture
def hang_up() -> Iterator[None]:
    before = signal.getsignal(signal.SIGHUP)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hang_up")
def test_a_terminal_that_is_closed_ends_the_hub_in_order() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    assert signal.SIGHUP in endings()


@pytest.mark.usefixtures("hang_up")
def test_a_hub_that_was_told_to_outlive_its_terminal_does() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert signal.SIGHUP not in endings()
