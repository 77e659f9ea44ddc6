"""Showing that it holds: the simulated enterprise with its verdict, and the benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from crossdock.bootstrap.options import BenchOptions, ChaosOptions, DemoOptions
from crossdock.cli.options import JsonFile
from crossdock.cli.shown import finish

ORDERS, ORDERS_REAL = 200, 20
SIMULATED = "simulated"
Orders = Annotated[
    int | None,
    Parameter(
        name="--orders",
        help="How many orders to run; 200, or 20 where a real ERP has to post them all.",
        validator=validators.Number(gte=1, lte=100_000),
    ),
]
Seed = Annotated[int, Parameter(name="--seed", help="Same seed, same orders and same faults.")]
Faults = Annotated[str, Parameter(name="--faults", help="Fault plan: a name, or a TOML file.")]
Exit = Annotated[bool, Parameter(name="--exit", negative="", help="Stop after the verdict instead of staying up.")]
Plant = Annotated[str, Parameter(name="--plant", help="Plant a bug that the verdict must find; `none` plants nothing.")]
Work = Annotated[Path | None, Parameter(name="--data", help="Directory to work in; a fresh temporary one otherwise.")]
Erp = Annotated[
    str,
    Parameter(name="--erp", help="`simulated`, or `tryton`: a real one, installed beside us at the first run."),
]
Minutes = Annotated[
    float,
    Parameter(
        name="--minutes",
        help="How long orders come in and strikes fall; what follows takes some minutes more.",
        validator=validators.Number(gte=0.5, lte=1_440),
    ),
]
OnHosts = Annotated[
    bool,
    Parameter(
        name="--hosts",
        negative="",
        help="Every part on a host of its own, a network namespace whose cable can be pulled; needs root.",
    ),
]
Only = Annotated[str, Parameter(name="--only", help="Strike only in ways that have these words in their name.")]
Quick = Annotated[bool, Parameter(name="--quick", negative="", help="Smaller rounds: for a look, not for a figure.")]

Peers = Annotated[
    Path | None, Parameter(name="--peers", help="Python of an environment with badx12, to be compared with.")
]
OnCluster = Annotated[
    bool,
    Parameter(
        name="--cluster",
        negative="",
        help="Only the queued mode against the sync mode, on three log servers and a database with its standby.",
    ),
]
Sizing = Annotated[
    int,
    Parameter(
        name="--sizing",
        help="Measure instead what so many orders take in the database, table by table.",
        validator=validators.Number(gte=0, lte=1_000_000),
    ),
]


def demo(  # noqa: PLR0913  (each is an option of the command)
    *,
    orders: Orders = None,
    seed: Seed = 1,
    faults: Faults = "default",
    exit: Exit = False,  # noqa: A002  (the option's name is `--exit`)
    json: JsonFile = None,
    plant: Plant = "none",
    erp: Erp = SIMULATED,
    data: Work = None,
) -> int:
    """Run a simulated enterprise through the hub while everything goes wrong, then compare all books line by line.

    Exit 0 only if every order converged, nothing is lost, no effect happened twice and every fault ended in its place.
    """
    from crossdock.demo.run import run_demo

    options = DemoOptions(
        orders=orders or (ORDERS if erp == SIMULATED else ORDERS_REAL),
        seed=seed,
        faults=faults,
        plant=plant,
        erp=erp,
        stay=not exit,
        json=json,
        data=data.absolute() if data else None,
    )
    return finish(run_demo(options))


def chaos(
    *,
    minutes: Minutes = 5.0,
    seed: Seed = 1,
    hosts: OnHosts = False,
    only: Only = "",
    json: JsonFile = None,
    data: Work = None,
) -> int:
    """Run the same enterprise on a cluster while its processes are killed, stopped, cut off and failed over.

    Three log servers, a database with a standby, two processes a role. Exit 0 only if every order converged, nothing is
    lost and no effect happened twice; the longest pause after each kind of strike is told.
    """
    from crossdock.demo.cluster.run import run_chaos

    folder = data.absolute() if data else None
    options = ChaosOptions(minutes=minutes, seed=seed, hosts=hosts, only=only, json=json, data=folder)
    return finish(run_chaos(options))


def bench(
    *,
    json: JsonFile = None,
    quick: Quick = False,
    data: Work = None,
    peers: Peers = None,
    sizing: Sizing = 0,
    cluster: OnCluster = False,
) -> int:
    """Measure the pipeline against the raw durable insert of the same bytes, in one run on this machine."""
    from crossdock.bench.run import run_bench

    folder = data.absolute() if data else None
    options = BenchOptions(json=json, quick=quick, data=folder, peers=peers, sizing=sizing, cluster=cluster)
    return finish(run_bench(options))
