"""`eventsourcing`: a library, aggregates in PostgreSQL; each fact saved alone, and in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.peer import PROGRAMS, Site, Started
from benchmarks.peers.postgres import create
from benchmarks.peers.setup import pinned, python_environment


class Eventsourcing:
    """See `peer.Side`; `batch` facts are saved in one transaction, aggregates `cached` or read back for each."""

    durability = "PostgreSQL"
    in_flight = 1

    def __init__(self, name: str, title: str, *, batch: int, cached: bool, orders: int) -> None:
        self.name = name
        self.title = title
        self.batch = batch
        self.cached = cached
        self.orders = orders

    def install(self) -> str:
        """See `peer.Side`."""
        python_environment("eventsourcing")
        return pinned("eventsourcing", "eventsourcing")

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        create(site.database, self.name)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        at = site.database
        address = {"host": at.host, "port": str(at.port), "user": at.user, "database": self.name}
        yield Started({**address, "batch": str(self.batch), "cached": "yes" if self.cached else "no"})

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (python_environment("eventsourcing") / "python", "-m", f"{PROGRAMS}.on_eventsourcing")
