"""Crossdock itself: the pipeline in process, and its serving role over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers.machine import HOST, ROOT, free_port, run, server
from benchmarks.peers.peer import PROGRAMS, Site, Started
from benchmarks.peers.postgres import create
from crossdock.bench.project import write_project

MIGRATE_S = 120.0


class Crossdock:
    """See `peer.Side`; `per_request` 0 is the pipeline in the program's own process."""

    durability = "PostgreSQL"

    def __init__(self, name: str, title: str, *, per_request: int, orders: int, in_flight: int) -> None:
        self.name = name
        self.title = title
        self.per_request = per_request
        self.orders = orders
        self.in_flight = in_flight

    def install(self) -> str:
        """See `peer.Side`."""
        return version("crossdock")

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        project = write_project(site.folder / self.name)
        create(site.database, self.name)
        env = {"CROSSDOCK_POSTGRES__URL": site.database.url(self.name)}
        command = [sys.executable, "-m", "crossdock", "migrate", "--yes", "--project", project]
        run(command, timeout_s=MIGRATE_S, cwd=ROOT, env=env)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        project = site.folder / self.name
        database = f"{self.name}_{site.session}"
        create(site.database, database, template=self.name)
        url = site.database.url(database)
        at = {"url": url, "project": str(project), "per_request": str(self.per_request)}
        if not self.per_request:
            yield Started(at)
            return
        env = {"CROSSDOCK_POSTGRES__URL": url}
        port, log = free_port(), project / "serve.log"
        role = ("-m", "crossdock.bootstrap.child", "serve", str(project), str(project / "data"), HOST, str(port))
        with server([sys.executable, *role], log=log, port=port, cwd=ROOT, env=env) as serving:
            yield Started({**at, "serving": f"{HOST}:{port}"}, [serving])

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (sys.executable, "-m", f"{PROGRAMS}.on_crossdock")
