"""Looking anew is bounded in number and in time."""

from __future__ import annotations

import asyncio

import pytest

from crossdock.kernel.errors import Overloaded, Transient
from crossdock.process.terms.portal import PortalTerms
from crossdock.runtime.readthrough import ReadThrough


async def _done() -> bool:
    return True


@pytest.mark.proves("X-04", "Y-28")
async def test_only_so_many_run_at_a_time_and_the_next_is_told_at_once() -> None:
    through, begun, held = ReadThrough(PortalTerms(readthroughs_max=1)), asyncio.Event(), asyncio.Event()

    async def waits() -> bool:
        begun.set()
        await held.wait()
        return True

    first = asyncio.create_task(through.spend(waits))
    await begun.wait()
    with pytest.raises(Overloaded):
        await through.spend(_done)
    held.set()
    assert await first
    assert await through.spend(_done)


@pytest.mark.proves("portal_readthrough_budget")
async def test_what_takes_too_long_is_given_up_and_its_place_is_free_again() -> None:
    through = ReadThrough(PortalTerms(readthrough_budget_ms=1, readthroughs_max=1))

    async def never() -> bool:
        await asyncio.Event().wait()
        return True

    with pytest.raises(Transient):
        await through.spend(never)
    assert through.running == 0
    assert await ReadThrough(PortalTerms()).spend(_done), "eight tenths of a second are there without a word"
    assert PortalTerms().readthrough_budget_ms == 800


async def test_without_a_budget_nothing_is_looked_up() -> None:
    with pytest.raises(Overloaded):
        await ReadThrough(PortalTerms(readthrough_budget_ms=0)).spend(_done)
