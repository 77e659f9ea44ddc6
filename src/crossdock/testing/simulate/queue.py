"""The log of a run as one host sees it: calls take time, the log goes away, acknowledgements get lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.errors import Transient
from crossdock.ports.backbone import Publication, Pulled, Standing
from crossdock.testing.backbone import MemoryPulled
from crossdock.testing.simulate.nature import Met
from crossdock.testing.simulate.plan import Ill
from crossdock.testing.simulate.storage import LOST, Disk

INBOUND = "inbound."


def lane_topic(lane: Priority) -> str:
    """The bell of a lane."""
    return f"{INBOUND}p{lane.value}"


class SimBackbone:
    """ports.backbone.Backbone on a disk of its own."""

    def __init__(self, host: str, disk: Disk) -> None:
        self._host = host
        self._disk = disk

    async def publish(self, publications: Sequence[Publication]) -> None:
        """See `Backbone.publish`: one after the other, so a host can die between two."""
        await self._reach()
        for place, publication in enumerate(publications):
            self._disk.log.store(publication)
            if publication.subject.startswith(INBOUND):
                self._disk.nature.met[Met.QUEUED] += 1
                self._disk.ring(publication.subject.rpartition(".")[0])
                if self._disk.nature.loses_commit(self._host):
                    raise Transient(LOST)
            if place % 16 == 0:
                await self._disk.nature.effect(self._host)

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        """See `Backbone.pull`; who waits hears the lane's bell."""
        await self._reach()
        taken = self._disk.log.take(lane, count)
        self._disk.nature.met[Met.AGAIN] += sum(1 for one in taken if one.attempt > 1)
        return [SimPulled(one, self._host, self._disk) for one in taken]

    async def standing(self, lane: Priority) -> Standing:
        """See `Backbone.standing`."""
        return await self._disk.log.standing(lane)

    async def _reach(self) -> None:
        await self._disk.nature.effect(self._host)
        if self._disk.nature.lasts(Ill.LOG_AWAY, "log"):
            raise Transient("the log cannot be reached")


class SimPulled:
    """ports.backbone.Pulled, told by a host that may be gone."""

    def __init__(self, pulled: MemoryPulled, host: str, disk: Disk) -> None:
        self._pulled = pulled
        self._host = host
        self._disk = disk

    @property
    def subject(self) -> str:
        """See `Pulled.subject`."""
        return self._pulled.subject

    @property
    def body(self) -> bytes:
        """See `Pulled.body`."""
        return self._pulled.body

    @property
    def headers(self) -> Mapping[str, str]:
        """See `Pulled.headers`."""
        return self._pulled.headers

    @property
    def attempt(self) -> int:
        """See `Pulled.attempt`."""
        return self._pulled.attempt

    async def ack(self) -> None:
        """See `Pulled.ack`: nobody answers it, so nobody learns that it was lost."""
        await self._disk.nature.effect(self._host)
        if not self._disk.nature.loses_ack(self._host):
            await self._pulled.ack()

    async def nak(self, delay_s: float) -> None:
        """See `Pulled.nak`; who dies puts nothing back."""
        if not self._disk.nature.scheduler.killing:
            await self._disk.nature.effect(self._host)
            self._disk.nature.met[Met.PUT_BACK] += 1
            await self._pulled.nak(delay_s)

    async def hold(self) -> None:
        """See `Pulled.hold`."""
        await self._disk.nature.effect(self._host)
        await self._pulled.hold()
