"""Alarms to `timer.elapsed`: lease what is due, hand it to the use case that folds it, give the lease back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from crossdock.kernel.errors import Bug, CrossdockError, Transient
from crossdock.ports.alarms import Alarms
from crossdock.ports.clock import Clock

ALARMS_MAX = 500

# Longer than a wake ever takes; a scheduler that died is replaced after this.
LEASE = timedelta(seconds=30)


class Wakes(Protocol):
    """The use case that folds what time decided (`app.ingest`)."""

    async def wake(self, dossiers: Sequence[int], now: datetime) -> int:
        """Fold every timer of these dossiers due by `now` and set their alarms anew, in one transaction."""


async def ring_due(alarms: Alarms, ingest: Wakes, clock: Clock, *, limit: int = ALARMS_MAX) -> int:
    """Wake the dossiers whose alarm is due; returns how many.

    One dossier that cannot be folded does not keep the others asleep: the batch is then woken one by one.

    Raises:
        Transient: the database is away; the alarms ring again when their lease ends.
        Bug: these dossiers' timers cannot be folded; they are tried again, a lease apart.
    """
    now = clock.now()
    lease_until = now + LEASE
    dossiers = await alarms.take(now, limit=limit, lease_until=lease_until)
    if not dossiers:
        return 0
    stuck = await _wake(ingest, dossiers, now)
    woken = [dossier for dossier in dossiers if dossier not in stuck]
    # Whatever is due later than what was taken has been set anew, even if a slow wake made it due by now.
    await alarms.done(woken, now, lease_until=lease_until)
    if stuck:
        raise Bug(f"the timers of {len(stuck)} dossiers cannot be folded: {'; '.join(list(stuck.values())[:3])}")
    return len(woken)


async def _wake(ingest: Wakes, dossiers: Sequence[int], now: datetime) -> dict[int, str]:
    """Wake all; what broke, by dossier."""
    try:
        await ingest.wake(dossiers, now)
    except Transient:
        raise
    except CrossdockError as error:
        if len(dossiers) == 1:
            return {dossiers[0]: f"dossier {dossiers[0]}: {error.detail}"}
    else:
        return {}
    stuck: dict[int, str] = {}
    for dossier in dossiers:
        stuck |= await _wake(ingest, [dossier], now)
    return stuck
