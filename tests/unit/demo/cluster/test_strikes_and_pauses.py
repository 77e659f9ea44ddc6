"""The pack of strikes, and how long the hub was silent after each."""

from __future__ import annotations

import asyncio
import itertools
import signal
from contextlib import AsyncExitStack

import pytest

from crossdock.demo.cluster.run import wanted
from crossdock.demo.cluster.striker import chosen, freezing, killing
from crossdock.demo.cluster.strikes import (
    DISK_KINDS,
    FREEZE_MORE_S,
    FREEZE_S,
    HOST_KINDS,
    SEEDS,
    Kind,
    Strike,
    strikes,
)
from crossdock.demo.cluster.watch import Blow, Look, Pause, counts, longest, pauses, recoveries
from crossdock.demo.enterprise import Flow
from crossdock.kernel.errors import Rejected


def test_every_kind_comes_once_before_any_comes_again() -> None:
    two_packs = list(itertools.islice(strikes(7), 2 * len(Kind)))
    for pack in (two_packs[: len(Kind)], two_packs[len(Kind) :]):
        assert {strike.kind for strike in pack} == set(Kind)
    assert [strike.number for strike in two_packs] == list(range(2 * len(Kind)))
    assert all(FREEZE_S <= strike.seconds < FREEZE_S + FREEZE_MORE_S for strike in two_packs)


def test_the_same_seed_strikes_the_same_and_another_otherwise() -> None:
    first, again, other = (list(itertools.islice(strikes(seed), 20)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_a_machine_does_not_allow_is_never_dealt() -> None:
    allowed = [kind for kind in Kind if kind not in DISK_KINDS]
    first = list(itertools.islice(strikes(7, allowed), len(allowed)))
    assert {strike.kind for strike in first} == set(allowed)


@pytest.mark.parametrize("left_out", [(), DISK_KINDS, HOST_KINDS, (*DISK_KINDS, *HOST_KINDS)])
def test_by_ten_seeds_in_a_row_every_kind_was_among_the_first(left_out: tuple[Kind, ...]) -> None:
    allowed = [kind for kind in Kind if kind not in left_out]
    share = -(-len(allowed) // SEEDS)
    for first in (0, 1, 7, 100):
        begun = [itertools.islice(strikes(seed, allowed), share) for seed in range(first, first + SEEDS)]
        assert {strike.kind for pack in begun for strike in pack} == set(allowed)


def test_only_what_has_the_words_in_its_name_is_dealt() -> None:
    assert wanted(list(Kind), "cable") == list(HOST_KINDS)
    assert wanted(list(Kind), "") == list(Kind)
    with pytest.raises(Rejected, match="a worker joins"):
        wanted(list(Kind), "flood")


async def test_a_role_and_a_log_server_are_struck_the_same_way() -> None:
    async with AsyncExitStack() as stack:
        alive = {f"one-{number}": await sleeper(stack) for number in (1, 2)}
        strike = Strike(0, Kind.FREEZE_ROLE, 1, 0.0, 0.0)
        pids = {name: process.pid for name, process in alive.items()}
        assert await freezing(lambda: pids)(strike) == "one-2"
        assert alive["one-2"].returncode is None
        assert await killing(lambda: pids)(strike) == "one-2"
        assert await alive["one-2"].wait() == -signal.SIGKILL
        assert alive["one-1"].returncode is None


async def sleeper(stack: AsyncExitStack) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec("sleep", "600")

    async def end() -> None:
        if process.returncode is None:
            process.kill()
            await process.wait()

    stack.push_async_callback(end)
    return process


def test_the_lot_falls_on_one_of_those_alive() -> None:
    assert chosen({"serve-2": 5, "serve-1": 4}, 6) == ("serve-1", 4)
    assert chosen({"serve-2": 5}, 6) == ("serve-2", 5)


def flow(said: int, calls: int) -> Flow:
    return Flow(said, 0, calls, 0, 0, 0)


def test_files_are_put_down_and_say_nothing_of_the_hub() -> None:
    told = {"erp": flow(3, 2), "tms": flow(4, 1), "customs": flow(9, 9)}
    assert counts(told) == (3, 4, 3)


def looks(*committed: int) -> list[Look]:
    """One a second, from second 100; the other streams move with every look."""
    return [Look(100.0 + place, (count, place, place)) for place, count in enumerate(committed)]


@pytest.mark.parametrize(
    ("committed", "pause"),
    [((1, 2, 3, 4, 5), 1.0), ((1, 1, 1, 2, 3), 3.0), ((1, 2, 2, 2, 2), 3.0), ((1, 1, 1, 1, 1), 4.0)],
)
def test_the_longest_pause_counts_from_the_strike_and_to_the_end(committed: tuple[int, ...], pause: float) -> None:
    assert longest(looks(*committed), 100.0, 104.0)[0] == pause


def test_each_strike_has_the_time_until_the_next() -> None:
    blows = [Blow("a", "x", 100.0, 0.1), Blow("b", "y", 103.0, 0.2)]
    found = pauses(blows, looks(1, 1, 1, 2, 2, 2, 3), 106.0)
    assert [(one.kind, one.committed_s) for one in found] == [("a", 3.0), ("b", 3.0)]


def test_kinds_are_added_up_with_the_slowest_first() -> None:
    found = [
        Pause("a", "x", 0.1, 1.0, 2.0, 3.0),
        Pause("b", "x", 0.1, 9.0, 1.0, 1.0),
        Pause("a", "y", 0.1, 5.0, 1.0, 1.0),
    ]
    worst, other = recoveries(found)
    assert (worst.kind, worst.strikes, worst.worst_s["committed"]) == ("b", 1, 9.0)
    assert (other.strikes, other.median_s["committed"], other.worst_s) == (
        2, 5.0, {"committed": 5.0, "queued": 2.0, "delivered": 3.0},
    )  # fmt: skip
