"""DBOS: a library, its workflows in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.peer import PROGRAMS, Site, Started
from benchmarks.peers.postgres import create
from benchmarks.peers.setup import pinned, python_environment


class Dbos:
    """See `peer.Side`."""

    name = "dbos"
    title = "DBOS"
    durability = "PostgreSQL"
    orders = 30
    in_flight = 32

    def install(self) -> str:
        """See `peer.Side`."""
        python_environment("dbos")
        return pinned("dbos", "dbos")

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        create(site.database, "dbos")

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        yield Started({"url": site.database.url("dbos")})

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (python_environment("dbos") / "python", "-m", f"{PROGRAMS}.on_dbos")
