"""Looking at bytes with the eyes of a running hub: the same report `crossdock inspect` prints, for pages and APIs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crossdock.bootstrap.offline.inspect import Wanted, inspect_bytes
from crossdock.bootstrap.offline.readiness import readiness
from crossdock.bootstrap.offline.speaking import partner_of
from crossdock.bootstrap.project import Project
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.mediation.library import Library
from crossdock.ports.clock import Clock
from crossdock.ports.inspecting import CRASH, Report
from crossdock.ports.readiness import Readiness


@dataclass(frozen=True, slots=True)
class ProjectInspector:
    """See `ports.inspecting.Inspector`: by this project's partners and maps, in a thread of its own."""

    project: Project
    library: Library
    clock: Clock

    async def inspect(self, name: str, body: bytes, *, partner: str = "", why: bool = False) -> Report:
        """See `Inspector.inspect`."""
        try:
            config = partner_of(self.project, partner) if partner else None
        except Permanent as error:
            raise Rejected(error.detail) from error
        wanted = Wanted(self.clock.now(), config, facts=True, why=why, acknowledge=True)
        return await asyncio.to_thread(self._report, name, body, wanted)

    def _report(self, name: str, body: bytes, wanted: Wanted) -> Report:
        try:
            return inspect_bytes(name, body, self.library, wanted)
        except Exception as error:  # noqa: BLE001  (whatever is in the bytes, there is a report)
            return Report(name, "unknown", CRASH, error=f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class ProjectReadying:
    """See `ports.readiness.Readying`: the list `crossdock partners` prints, in a thread with a loop of its own."""

    folder: Path

    async def readiness(self) -> Sequence[Readiness]:
        """See `Readying.readiness`."""
        return await asyncio.to_thread(lambda: asyncio.run(readiness(self.folder)))
