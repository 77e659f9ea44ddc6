"""Every side there is, in the order of the first round. `orders` is so chosen that a session plays for some seconds."""

from __future__ import annotations

from benchmarks.peers.hosts.celery import Celery
from benchmarks.peers.hosts.crossdock import Crossdock
from benchmarks.peers.hosts.dbos import Dbos
from benchmarks.peers.hosts.eventsourcing import Eventsourcing
from benchmarks.peers.hosts.n8n import N8n
from benchmarks.peers.hosts.restate import Restate
from benchmarks.peers.hosts.temporal import Temporal
from benchmarks.peers.peer import Side

OWN = "crossdock_in_process"
OWN_HTTP = "crossdock_http_100"
OWN_HTTP_1 = "crossdock_http_1"


def all_sides() -> list[Side]:
    """Ours among the others, so that both meet the machine as it is at the time."""
    return [
        Crossdock(OWN, "Crossdock, in process", per_request=0, orders=1_200, in_flight=1),
        Eventsourcing("eventsourcing_batch", "eventsourcing, 500 facts a save", batch=500, cached=False, orders=300),
        Restate(),
        Crossdock(OWN_HTTP, "Crossdock, HTTP, 100 facts a request", per_request=100, orders=800, in_flight=8),
        Dbos(),
        Temporal(),
        Crossdock(OWN_HTTP_1, "Crossdock, HTTP, one fact a request", per_request=1, orders=200, in_flight=64),
        Celery(),
        N8n(),
        Eventsourcing(
            "eventsourcing_cached", "eventsourcing, 500 facts a save, with cache", batch=500, cached=True, orders=600
        ),
        Eventsourcing("eventsourcing_single", "eventsourcing, each fact saved", batch=1, cached=False, orders=40),
    ]
