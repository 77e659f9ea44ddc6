"""What the runner knows of a side: how it is installed, started, played and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec
import psutil

from benchmarks.peers.machine import ROOT

BUILD = ROOT / "build" / "peers"
PROGRAMS = "benchmarks.peers.programs"


class Database(msgspec.Struct, frozen=True):
    """The PostgreSQL all sides share, each in databases of its own."""

    host: str
    port: int
    user: str

    def url(self, name: str) -> str:
        """Of one database."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{name}"


class Site(msgspec.Struct, frozen=True):
    """Where one session of a side runs: a folder for the whole run, the databases, the number of the session."""

    folder: Path
    database: Database
    session: int


class Started(msgspec.Struct, frozen=True):
    """A side that is ready: what its program must know, and the processes whose work counts."""

    at: Mapping[str, str] = {}
    processes: Sequence[psutil.Process] = ()


class Side(Protocol):
    """One side. `orders` is how many a round plays, so that a round takes some seconds; `in_flight` facts at once."""

    @property
    def name(self) -> str:
        """A word of letters, digits and underlines."""

    @property
    def title(self) -> str:
        """As the page says it."""

    @property
    def durability(self) -> str:
        """What makes it durable, as the page says it; checked while it runs."""

    @property
    def orders(self) -> int:
        """For a round."""

    @property
    def in_flight(self) -> int:
        """At most."""

    def install(self) -> str:
        """Put it under build/peers, if it is not there; its version.

        Raises:
            Unavailable: this machine cannot have it.
        """

    def prepare(self, site: Site) -> None:
        """Once a run, before the first session: schemas and the like."""

    def running(self, site: Site) -> AbstractContextManager[Started]:
        """Started while the block runs."""

    def program(self) -> Sequence[str | Path]:
        """The command that plays; the plan's path is added."""
