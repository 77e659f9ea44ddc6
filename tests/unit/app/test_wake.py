"""Ringing alarms: every dossier due is woken, and one that cannot be folded keeps no other asleep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.wake import LEASE, ring_due
from crossdock.kernel.errors import Bug, CrossdockError, Transient

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class StillClock:
    """ports.clock.Clock that stands at noon."""

    def now(self) -> datetime:
        return NOON


class RunningClock:
    """ports.clock.Clock that is a minute later whenever it is asked: every wake is slow."""

    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        return NOON + timedelta(minutes=self.asked - 1)


class Bell:
    """ports.alarms.Alarms over a list; remembers what was given back."""

    def __init__(self, *due: int) -> None:
        self.due = list(due)
        self.leased_until: datetime | None = None
        self.given_back: list[int] = []
        self.as_of: datetime | None = None

    async def take(self, now: datetime, *, limit: int, lease_until: datetime) -> list[int]:
        self.leased_until = lease_until
        taken, self.due = self.due[:limit], self.due[limit:]
        return taken

    async def done(self, dossiers: Sequence[int], now: datetime, *, lease_until: datetime) -> None:
        assert lease_until == self.leased_until
        self.as_of = now
        self.given_back += dossiers


class Sleepers:
    """app.wake.Wakes: folds every batch without one of `broken`, and nothing at all while `away`."""

    def __init__(self, *, broken: Sequence[int] = (), away: bool = False) -> None:
        self.broken = set(broken)
        self.away = away
        self.woken: list[int] = []

    async def wake(self, dossiers: Sequence[int], now: datetime) -> int:
        if self.away:
            raise Transient("PostgreSQL did not answer")
        if self.broken.intersection(dossiers):
            raise CrossdockError("the fold broke")
        self.woken += dossiers
        return len(dossiers)


async def test_what_is_due_is_woken_once_and_its_lease_given_back() -> None:
    bell, sleepers = Bell(1, 2, 3), Sleepers()
    assert await ring_due(bell, sleepers, StillClock(), limit=2) == 2
    assert await ring_due(bell, sleepers, StillClock(), limit=2) == 1
    assert await ring_due(bell, sleepers, StillClock(), limit=2) == 0
    assert sleepers.woken == bell.given_back == [1, 2, 3]
    assert bell.leased_until == NOON + LEASE
    assert timedelta(seconds=10) <= LEASE <= timedelta(minutes=1)


async def test_an_alarm_that_fell_due_during_a_slow_wake_is_given_back_too() -> None:
    bell = Bell(1)
    assert await ring_due(bell, Sleepers(), RunningClock()) == 1
    assert (bell.given_back, bell.as_of) == ([1], NOON)


async def test_one_broken_dossier_keeps_no_other_asleep_and_stays_leased() -> None:
    bell, sleepers = Bell(1, 2, 3), Sleepers(broken=[2])
    with pytest.raises(Bug, match="dossier 2: the fold broke"):
        await ring_due(bell, sleepers, StillClock())
    assert sleepers.woken == bell.given_back == [1, 3]


async def test_while_the_database_is_away_every_lease_stays_and_nothing_is_lost() -> None:
    bell = Bell(1, 2)
    with pytest.raises(Transient):
        await ring_due(bell, Sleepers(away=True), StillClock())
    assert bell.given_back == []
