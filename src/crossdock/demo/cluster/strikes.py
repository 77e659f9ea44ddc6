"""What is done to the cluster, in which order: a pack of every kind of strike, shuffled anew by the seed. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from enum import StrEnum

import msgspec

from crossdock.demo.world import pick, stable


class Kind(StrEnum):
    """A kind of strike, in words of the report."""

    KILL_ROLE = "kill -9 of a role"
    FREEZE_ROLE = "SIGSTOP of a role"
    LEAVE = "a role leaves in order"
    JOIN = "a worker joins and leaves"
    KILL_LOG_LEADER = "kill -9 of the log's leader"
    KILL_LOG_SERVER = "kill -9 of a log server"
    FREEZE_LOG_SERVER = "SIGSTOP of a log server"
    RESTART_DATABASE = "restart of the database"
    KILL_DATABASE = "kill -9 of the database"
    FREEZE_DATABASE = "SIGSTOP of the database"
    FAIL_OVER = "fail-over to the standby"
    KILL_STANDBY = "kill -9 of the standby"
    CUT_DOOR = "connections to the door cut"
    CUT_DATABASE = "connections to the database cut"
    CUT_LOG = "connections to the log cut"
    FULL_DATABASE = "disk of a database server full"
    FULL_LOG = "disk of a log server full"
    SLOW_DATABASE = "slow fsync of a database server"
    SLOW_LOG = "slow fsync of a log server"
    SILENCE_ROLE = "cable of a role's host pulled"
    SILENCE_DATABASE = "cable of a database host pulled"
    SILENCE_LOG = "cable of a log host pulled"


class Strike(msgspec.Struct, frozen=True):
    """One of them. `lot` picks whom it hits; it lasts `seconds` where it is one that ends by itself."""

    number: int
    kind: Kind
    lot: int
    seconds: float
    rest_s: float


# These need a file system that may be filled and stopped.
DISK_KINDS = (Kind.FULL_DATABASE, Kind.FULL_LOG, Kind.SLOW_DATABASE, Kind.SLOW_LOG)

# These need hosts of their own.
HOST_KINDS = (Kind.SILENCE_ROLE, Kind.SILENCE_DATABASE, Kind.SILENCE_LOG)

# Does one, and tells whom it hit.
Act = Callable[[Strike], Awaitable[str]]

LOTS = 1_000
# A run may end before its pack does; by this many seeds in a row every kind has been among the first ones.
SEEDS = 10
FREEZE_S, FREEZE_MORE_S = 2.0, 4
REST_S, REST_MORE_S = 5.0, 6


def strikes(seed: int, kinds: Collection[Kind] = tuple(Kind)) -> Iterator[Strike]:
    """Without end; every one of these kinds once before any comes again.

    The first strikes of ten seeds in a row are all of the kinds together, so that none is missed by short runs.
    """
    number = 0
    while True:
        pack = number // len(kinds)
        for kind in led(seed, sorted(kinds, key=lambda one: stable(seed, "pack", str(pack), one.name))):
            name = str(number)
            yield Strike(
                number,
                kind,
                pick(seed, LOTS, "lot", name),
                FREEZE_S + pick(seed, FREEZE_MORE_S * 10, "seconds", name) / 10,
                REST_S + pick(seed, REST_MORE_S * 10, "rest", name) / 10,
            )
            number += 1


def led(seed: int, pack: Sequence[Kind]) -> list[Kind]:
    """The same pack with this seed's share of all kinds first: the whole of them, dealt to ten seeds in turn."""
    order = [kind for kind in Kind if kind in pack]
    share = -(-len(order) // SEEDS)
    first = {order[(seed * share + place) % len(order)] for place in range(share)}
    return sorted(pack, key=lambda one: one not in first)
