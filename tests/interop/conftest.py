"""Servers of the system, one of each a test run, each with all its data in a temporary folder."""

from __future__ import annotations

import gc
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import pytest

from tests.interop import brokers

T = TypeVar("T")


def in_folder(name: str, open_it: Callable[[Path], AbstractContextManager[T]]) -> Iterator[T]:
    """A server in a folder of its own; the folder is closed to others, as some of them insist."""
    with (
        tempfile.TemporaryDirectory(prefix=f"crossdock-{name}-", ignore_cleanup_errors=True) as folder,
        open_it(Path(folder)) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[brokers.Broker]:
    """A RabbitMQ."""
    yield from in_folder("rabbitmq", brokers.rabbitmq)


@pytest.fixture(scope="session")
def mosquitto() -> Iterator[brokers.Broker]:
    """A Mosquitto."""
    yield from in_folder("mosquitto", brokers.mosquitto)


@pytest.fixture(scope="session")
def kafka() -> Iterator[brokers.Broker]:
    """A Kafka. Its client loses a connection of its own when the broker goes away under it (aiokafka 0.14)."""
    yield from in_folder("kafka", brokers.kafka)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
