"""Restate: its server from the npm package, our service beside it under Hypercorn."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.machine import HOST, ROOT, Unavailable, free_port, run, server
from benchmarks.peers.peer import BUILD, PROGRAMS, Site, Started
from benchmarks.peers.setup import node_packages, python_environment

PACKAGE = "@restatedev/restate-server-linux-x64"
VERSION = "1.7.12"
SETTINGS_S = 20.0
REGISTER_S = 60.0
# What would make an acknowledgement come before the disk has it.
MUST_BE_FALSE = ("rocksdb-disable-wal", "rocksdb-disable-wal-fsync")


class Restate:
    """See `peer.Side`."""

    name = "restate"
    title = "Restate"
    durability = "its own log, synced"
    orders = 150
    in_flight = 64

    def install(self) -> str:
        """See `peer.Side`."""
        python_environment("restate")
        settings = run([self._binary(), "--dump-config"], timeout_s=SETTINGS_S, cwd=BUILD)
        weak = [name for name in MUST_BE_FALSE if f"{name} = true" in settings]
        if weak:
            raise Unavailable("restate-server --dump-config", f"not durable: {weak}")
        return VERSION

    def _binary(self) -> Path:
        return node_packages("restate-npm", [f"{PACKAGE}@{VERSION}"]) / PACKAGE / "bin" / "restate-server"

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        (site.folder / "restate").mkdir(exist_ok=True)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        place = site.folder / "restate"
        ingress, admin, inner, ours = (free_port() for _ in range(4))
        env = {
            "RESTATE_BASE_DIR": str(place / "data"),
            "RESTATE_DISABLE_TELEMETRY": "true",
            "RESTATE_INGRESS__BIND_ADDRESS": f"{HOST}:{ingress}",
            "RESTATE_ADMIN__BIND_ADDRESS": f"{HOST}:{admin}",
        }
        inside = ("--bind-ip", HOST, "--bind-port", str(inner), "--listen-mode", "tcp", "--no-logo")
        hypercorn = python_environment("restate") / "hypercorn"
        serve = [hypercorn, "-b", f"{HOST}:{ours}", "--worker-class", "uvloop", f"{PROGRAMS}.on_restate:app"]
        path = {"PYTHONPATH": str(ROOT)}
        with (
            server([self._binary(), *inside], log=place / "server.log", port=ingress, cwd=place, env=env) as engine,
            server(serve, log=place / "service.log", port=ours, cwd=ROOT, env=path) as service,
        ):
            register(f"http://{HOST}:{admin}/deployments", f"http://{HOST}:{ours}")
            yield Started({"ingress": f"http://{HOST}:{ingress}"}, [engine, service])

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (python_environment("restate") / "python", "-m", f"{PROGRAMS}.on_restate")


def register(admin: str, service: str) -> None:
    """Tell the server where the service is."""
    body = json.dumps({"uri": service, "force": True}).encode()
    request = urllib.request.Request(admin, body, {"content-type": "application/json"})  # noqa: S310  (of this machine)
    with urllib.request.urlopen(request, timeout=REGISTER_S) as answer:  # noqa: S310
        answer.read()
