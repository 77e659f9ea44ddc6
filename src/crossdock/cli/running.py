"""Running the hub: all of it in one go, or one role of it on this host."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.bootstrap.options import RunOptions
from crossdock.bootstrap.settings import RoleName
from crossdock.cli.options import HERE, Data, Project, place
from crossdock.cli.shown import finish, print_json

Host = Annotated[str | None, Parameter(name="--host", help="Address to listen on, over http.host.")]
Port = Annotated[
    int | None,
    Parameter(
        name="--port",
        help="Port to listen on, over http.port; 0 takes a free one.",
        validator=validators.Number(gte=0, lte=65535),
    ),
]
PrintConfig = Annotated[
    bool, Parameter(name="--print-config", negative="", help="Print the effective settings without secrets, and stop.")
]


def up(
    *,
    project: Project = HERE,
    data: Data = None,
    host: Host = None,
    port: Port = None,
    print_config: PrintConfig = False,
) -> int:
    """Run the whole hub: engines, ingress, deliverers and timers, until interrupted.

    Starts PostgreSQL and NATS from their wheels under the data directory unless `postgres.url` and `nats.url` name
    yours, brings the database up to date, and stops what it started.
    """
    if print_config:
        return _print_config(project, data)
    from crossdock.bootstrap.up import run_up

    return finish(run_up(RunOptions(place(project, data), host=host, port=port)))


def serve(
    *,
    project: Project = HERE,
    data: Data = None,
    host: Host = None,
    port: Port = None,
    print_config: PrintConfig = False,
) -> int:
    """Run the ingress and the APIs on this host; needs `postgres.url` and `nats.url`, or a running `up`."""
    return _print_config(project, data) if print_config else _role(RoleName.SERVE, project, data, host, port)


def work(*, project: Project = HERE, data: Data = None) -> int:
    """Run a worker for the queued flow on this host."""
    return _role(RoleName.WORK, project, data)


def deliver(*, project: Project = HERE, data: Data = None) -> int:
    """Run the deliverers on this host: commands to partners, in order, within their limits."""
    return _role(RoleName.DELIVER, project, data)


def schedule(*, project: Project = HERE, data: Data = None) -> int:
    """Run timers, file pickup, reconciliation and the relay on this host."""
    return _role(RoleName.SCHEDULE, project, data)


def _role(role: RoleName, project: Project, data: Data, host: str | None = None, port: int | None = None) -> int:
    from crossdock.bootstrap.roles import run_role

    return finish(run_role(role, RunOptions(place(project, data), (role,), host, port)), fast=True)


def _print_config(project: Project, data: Data) -> int:
    from crossdock.bootstrap.commands import effective_settings

    return print_json(effective_settings(place(project, data)))
