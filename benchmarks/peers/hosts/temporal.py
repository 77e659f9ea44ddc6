"""Temporal: its server built from its Go module, history in PostgreSQL, a worker process beside it.

The lists a person would search by (its visibility store) are in SQLite: its PostgreSQL schema wants an extension that
the shared server has not, and nothing here reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.machine import HOST, ROOT, free_port, run, server
from benchmarks.peers.peer import PROGRAMS, Site, Started
from benchmarks.peers.postgres import create
from benchmarks.peers.setup import go_programs, pinned, python_environment

VERSION = "v1.32.0"
MODULE = "go.temporal.io/server/cmd"
SCHEMA_S = 120.0
ROLES = ("frontend", "matching", "history", "worker")


class Temporal:
    """See `peer.Side`."""

    name = "temporal"
    title = "Temporal"
    durability = "PostgreSQL"
    orders = 30
    in_flight = 64

    def __init__(self) -> None:
        self._ports: dict[str, tuple[int, int]] = {}

    def install(self) -> str:
        """See `peer.Side`."""
        python_environment("temporal")
        self._programs()
        return f"server {VERSION.removeprefix('v')}, SDK {pinned('temporal', 'temporalio')}"

    def _programs(self) -> Path:
        return go_programs("temporal", VERSION, {"server": f"{MODULE}/server", "sql": f"{MODULE}/tools/sql"})

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        at = site.database
        # The same in every session: members of an earlier one are remembered for a while.
        self._ports = {role: (free_port(), free_port()) for role in ROLES}
        create(at, "temporal")
        (site.folder / "temporal").mkdir(exist_ok=True)
        where = ("--plugin", "postgres12", "--ep", at.host, "-p", str(at.port), "-u", at.user, "--pw", "unused")
        tool = [self._programs() / "sql", *where, "--db", "temporal"]
        run([*tool, "setup-schema", "-v", "0.0"], timeout_s=SCHEMA_S, cwd=site.folder)
        update = [*tool, "update-schema", "--schema-name", "postgresql/v12/temporal"]
        run(update, timeout_s=SCHEMA_S, cwd=site.folder)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        place = site.folder / "temporal"
        config = configuration(site, self._ports, place)
        (place / "config.yaml").write_text(json.dumps(config, indent=2))
        start = [self._programs() / "server", "--config-file", place / "config.yaml", "--allow-no-auth", "start"]
        port = self._ports["frontend"][0]
        address = f"{HOST}:{port}"
        plan = place / "worker.json"
        plan.write_text(json.dumps({"trace": "", "at": {"address": address}, "in_flight": 0}))
        work = [*self.program(), plan, "work"]
        path = {"PYTHONPATH": str(ROOT)}
        with server(start, log=place / "server.log", port=port, cwd=place) as engine:
            run([*self.program(), plan, "namespace"], timeout_s=SCHEMA_S, cwd=ROOT, env=path)
            with server(work, log=place / "worker.log", port=None, cwd=ROOT, env=path) as worker:
                yield Started({"address": address}, [engine, worker])

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (python_environment("temporal") / "python", "-m", f"{PROGRAMS}.on_temporal")


def configuration(site: Site, ports: dict[str, tuple[int, int]], place: Path) -> dict[str, object]:
    """The server's, all roles in one process, after its own sample for PostgreSQL (JSON is YAML too)."""
    at = site.database
    postgres = {
        "pluginName": "postgres12",
        "databaseName": "temporal",
        "connectAddr": f"{at.host}:{at.port}",
        "connectProtocol": "tcp",
        "user": at.user,
        "password": "unused",
        "maxConns": 20,
        "maxIdleConns": 20,
        "maxConnLifetime": "1h",
    }
    sqlite = {
        "pluginName": "sqlite",
        "databaseName": str(place / "visibility.db"),
        "connectAddr": "localhost",
        "connectProtocol": "tcp",
        "connectAttributes": {"cache": "private", "setup": "true", "journal_mode": "wal", "synchronous": "2"},
        "maxConns": 1,
        "maxIdleConns": 1,
        "maxConnLifetime": "1h",
    }
    rpc = {
        role: {"rpc": {"grpcPort": port, "membershipPort": members, "bindOnIP": HOST}}
        for role, (port, members) in ports.items()
    }
    return {
        "log": {"stdout": True, "level": "warn"},
        "persistence": {
            "defaultStore": "history",
            "visibilityStore": "visibility",
            "numHistoryShards": 4,
            "datastores": {"history": {"sql": postgres}, "visibility": {"sql": sqlite}},
        },
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": HOST}},
        "services": rpc,
        "clusterMetadata": {
            "enableGlobalNamespace": False,
            "failoverVersionIncrement": 10,
            "masterClusterName": "active",
            "currentClusterName": "active",
            "clusterInformation": {
                "active": {
                    "enabled": True,
                    "initialFailoverVersion": 1,
                    "rpcName": "frontend",
                    "rpcAddress": f"{HOST}:{ports['frontend'][0]}",
                }
            },
        },
        "dcRedirectionPolicy": {"policy": "noop"},
    }
