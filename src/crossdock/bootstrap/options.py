"""What a command was asked to do, as values: the hand-over from `cli` to `bootstrap`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from crossdock.bootstrap.settings import RoleName
from crossdock.ports.principal import Grant, Reach


class Place(msgspec.Struct, frozen=True):
    """Which installation: the folder of its project, and the engines' directory where it is not the project's own."""

    project: Path
    data: Path | None = None


class RunOptions(msgspec.Struct, frozen=True):
    """What to run there: some roles, or all. `host` and `port` go over the settings where given."""

    place: Place
    roles: tuple[RoleName, ...] = tuple(RoleName)
    host: str | None = None
    port: int | None = None


class KeyOptions(msgspec.Struct, frozen=True):
    """An API key to make. `partner` empty: it writes as nobody; `days` absent: until revoked; `customer` for the
    portal's scopes, and only for those; `reach` is the part of the business it reads and works on."""

    scopes: tuple[str, ...]
    partner: str = ""
    label: str = ""
    days: int | None = None
    by: str = "command line"
    reason: str = "made from the command line"
    customer: str = ""
    reach: Reach = Reach()


class PersonOptions(msgspec.Struct, frozen=True):
    """A person to add: roles, each within the same reach."""

    email: str
    name: str
    grants: tuple[Grant, ...]
    by: str
    reason: str


class DemoOptions(msgspec.Struct, frozen=True):
    """One run of the enterprise. `data` absent: a fresh temporary folder, removed at the end.

    `erp` is `simulated`, or the real system that takes its place.
    """

    orders: int = 200
    seed: int = 1
    faults: str = "default"
    plant: str = "none"
    erp: str = "simulated"
    stay: bool = True
    json: Path | None = None
    data: Path | None = None


class ChaosOptions(msgspec.Struct, frozen=True):
    """One run of the cluster under strikes. `data` absent: a fresh temporary folder, removed at the end.

    With `hosts` each part stands on a host of its own, made of a network namespace; `only` strikes whose kind has these
    words in it.
    """

    minutes: float = 5.0
    seed: int = 1
    hosts: bool = False
    only: str = ""
    json: Path | None = None
    data: Path | None = None


class BenchOptions(msgspec.Struct, frozen=True):
    """One run of the benchmark. `quick` takes fewer and smaller rounds, for a look and not for a figure.

    `peers` is the Python interpreter of an environment with the libraries we compare with. With `sizing` orders, only
    what so many take in the database is measured; with `cluster`, only the queued mode against the sync mode on
    clusters.
    """

    json: Path | None = None
    quick: bool = False
    data: Path | None = None
    peers: Path | None = None
    sizing: int = 0
    cluster: bool = False


class InspectOptions(msgspec.Struct, frozen=True):
    """Files to look at. `project` absent: by what we ship, unless a partner is named."""

    paths: tuple[Path, ...]
    project: Path | None = None
    partner: str = ""
    connector: str = ""
    roundtrip: bool = False
    acknowledge: bool = False
    facts: bool = False
    why: bool = False


class TestOptions(msgspec.Struct, frozen=True):
    """Golden samples to run: all of them, or one partner's. `update` takes what is made as what is expected."""

    project: Path
    partner: str = ""
    update: bool = False


class DriftOptions(msgspec.Struct, frozen=True):
    """New files of a partner to compare with its samples, and with what further `baseline` is named.

    Without `paths` the messages kept in the last `days` are the new ones, and those before them are baseline too.
    """

    place: Place
    partner: str
    paths: tuple[Path, ...] = ()
    baseline: tuple[Path, ...] = ()
    days: int = 7


class RestoreOptions(msgspec.Struct, frozen=True):
    """A data directory to make from backups. `at` absent: up to the end; `tail` is that of the hub that is gone."""

    from_: Path
    to: Path
    at: datetime | None = None
    tail: Path | None = None
    by: str = "command line"
    reason: str = "not said"
