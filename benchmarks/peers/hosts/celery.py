"""Celery: workers and Redis of Debian, which syncs its log at every write."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.machine import HOST, ROOT, Unavailable, free_port, run, server
from benchmarks.peers.peer import BUILD, PROGRAMS, Site, Started
from benchmarks.peers.setup import debian_packages, pinned, python_environment

PACKAGES = ("redis-server", "redis-tools", "libjemalloc2", "liblzf1")
ASK_S = 20.0
SETTINGS = ("--bind", HOST, "--appendonly", "yes", "--appendfsync", "always", "--save", "")


class Celery:
    """See `peer.Side`."""

    name = "celery"
    title = "Celery with Redis"
    durability = "Redis, synced at every write"
    orders = 60
    in_flight = 0

    def install(self) -> str:
        """See `peer.Side`."""
        python_environment("celery")
        said = run([self._redis("redis-server"), "--version"], timeout_s=ASK_S, cwd=BUILD, env=self._env())
        redis = said.partition("v=")[2].partition(" ")[0]
        return f"{pinned('celery', 'celery')}, Redis {redis}"

    def _redis(self, program: str) -> Path:
        return debian_packages("redis", PACKAGES) / "usr" / "bin" / program

    def _env(self) -> dict[str, str]:
        return {
            "LD_LIBRARY_PATH": os.pathsep.join(map(str, (BUILD / "redis" / "root" / "usr" / "lib").glob("*-linux-*")))
        }

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        (site.folder / "redis").mkdir(exist_ok=True)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        place, port = site.folder / "redis", free_port()
        env = {"PYTHONPATH": str(ROOT), "PEERS_REDIS": f"redis://{HOST}:{port}/0"}
        store = [self._redis("redis-server"), *SETTINGS, "--port", str(port), "--dir", place]
        bare = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        app = ("-A", f"{PROGRAMS}.on_celery", "worker", "--concurrency", "2", "-l", "WARNING", *bare)
        workers = [python_environment("celery") / "celery", *app]
        with server(store, log=place / "redis.log", port=port, cwd=place, env=self._env()) as redis:
            ask = [self._redis("redis-cli"), "-p", str(port), "config", "get", "appendfsync"]
            if "always" not in run(ask, timeout_s=ASK_S, cwd=place, env=self._env()):
                raise Unavailable("redis-cli config get appendfsync", "Redis does not sync every write")
            with server(workers, log=place / "celery.log", port=None, cwd=ROOT, env=env) as celery:
                yield Started({"PEERS_REDIS": env["PEERS_REDIS"]}, [redis, celery])

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (python_environment("celery") / "python", "-m", f"{PROGRAMS}.on_celery")
