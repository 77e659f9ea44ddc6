"""The schedule role: everything that happens because time passes rather than because somebody sent something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crossdock.app.deliver.answers import end_answered
from crossdock.app.deliver.echo import echo_once
from crossdock.app.ingest.parts import Parts
from crossdock.app.intake import Intake
from crossdock.app.sweep import match_again, watch_waiting
from crossdock.app.wake import Wakes, ring_due
from crossdock.ports.alarms import Alarms
from crossdock.ports.clock import Clock
from crossdock.ports.outbox import Outbox
from crossdock.ports.waiting import WaitingRoom
from crossdock.runtime.loops import Health, Loop, Work


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each loop rests when there was nothing to do, in seconds."""

    alarms_s: float = 0.5
    echo_s: float = 0.5
    answers_s: float = 1.0
    relay_s: float = 0.2
    sweep_s: float = 5.0
    chores_s: float = 600.0
    pickup_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Movement:
    """What the clockwork drives. `relay` and each of `pickups` return how many events or files they moved; `chores` are
    done now and then (forgetting what has lapsed). `rests_s` says for some of them how long they rest."""

    alarms: Alarms
    ingest: Wakes
    outbox: Outbox
    intake: Intake
    waiting: WaitingRoom
    parts: Parts
    relay: Work | None = None
    pickups: Mapping[str, Work] = field(default_factory=dict)
    chores: Mapping[str, Work] = field(default_factory=dict)
    rests_s: Mapping[str, float] = field(default_factory=dict)


class Clockwork:
    """The loops of one scheduler. Several schedulers may run: each work leases or fences what it takes."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self.loops = {loop.health.name: loop for loop in loops}

    async def run(self) -> None:
        """Run all loops until `stop`."""
        async with asyncio.TaskGroup() as group:
            for name, loop in self.loops.items():
                group.create_task(loop.run(), name=name)

    def stop(self) -> None:
        """End every loop after its round under way."""
        for loop in self.loops.values():
            loop.stop()

    def health(self) -> list[Health]:
        """How every loop is doing."""
        return [loop.health for loop in self.loops.values()]


def wind(movement: Movement, clock: Clock, pace: Pace = Pace()) -> Clockwork:
    """Build the loops of the schedule role."""

    async def alarms() -> int:
        return await ring_due(movement.alarms, movement.ingest, clock)

    async def echo() -> int:
        return await echo_once(movement.outbox, movement.intake, movement.parts.ourselves, movement.parts.directory)

    async def answers() -> int:
        return await end_answered(movement.outbox, clock)

    async def sweep() -> int:
        left = await match_again(movement.waiting, movement.parts)
        return left + await watch_waiting(movement.waiting, clock)

    loops = [
        Loop("alarms", alarms, idle_s=pace.alarms_s, clock=clock),
        Loop("echo", echo, idle_s=pace.echo_s, clock=clock),
        Loop("answers", answers, idle_s=pace.answers_s, clock=clock),
        Loop("sweep", sweep, idle_s=pace.sweep_s, clock=clock),
    ]
    if movement.relay is not None:
        loops.append(Loop("relay", movement.relay, idle_s=pace.relay_s, clock=clock))
    loops += [
        Loop(f"pickup {name}", work, idle_s=movement.rests_s.get(name, pace.pickup_s), clock=clock, partner=name)
        for name, work in movement.pickups.items()
    ]
    loops += [
        Loop(name, work, idle_s=movement.rests_s.get(name, pace.chores_s), clock=clock)
        for name, work in movement.chores.items()
    ]
    return Clockwork(loops)
