"""A cell among others: its border, and the chore of the schedule role that carries curated facts there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crossdock.app.crossing import Curation, covers, cross_once
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.log import connected
from crossdock.bootstrap.presence import Running, running
from crossdock.bootstrap.settings import CellSettings, Settings
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.border import BorderStreams
from crossdock.kernel.errors import Permanent
from crossdock.postgres.feed import PostgresFeed
from crossdock.runtime.doctor import Neighbours
from crossdock.runtime.engines.border import Border, Papers
from crossdock.runtime.loops import Work

FOLDER = "border"
CROSSING, CROSSING_S = "cross the border", 1.0


def has_border(settings: Settings) -> bool:
    """Whether this hub is a cell among others."""
    cells = settings.cells
    return bool(cells.curated or cells.sources)


def border_of(settings: Settings) -> Border:
    """The border server that `up` runs."""
    cells = settings.cells
    links = tuple(cells.links.reveal().split(",")) if cells.links is not None else ()
    password = cells.password.reveal() if cells.password is not None else ""
    return Border(settings.region, cells.listen, password, links, papers_of(cells))


def papers_of(cells: CellSettings) -> Papers | None:
    """What the border shows, if links are encrypted."""
    if cells.certificate is None or cells.key is None or cells.authority is None:
        return None
    return Papers(cells.certificate.reveal(), cells.key.reveal(), cells.authority.reveal())


def curation_of(settings: Settings) -> Curation:
    """What may cross.

    Raises:
        Permanent: a type is named that there is not.
    """
    cells = settings.cells
    for pattern in cells.curated:
        if not any(covers(pattern, type_) for type_ in EVENT_TYPES):
            raise Permanent(f"cells.curated names {pattern}, which is no type of fact: correct it")
    return Curation(settings.region, cells.curated, cells.personal)


async def prepare_border(url: str, settings: Settings) -> None:
    """Create or update the streams at the border; part of starting up.

    Raises:
        Permanent: the server refuses them, or a type is named that there is not.
        Transient: it cannot be reached.
    """
    curation_of(settings)
    cells = settings.cells
    async with connected(url) as border:
        await border.deploy_border(BorderStreams(settings.region, cells.sources, cells.replicas))


def border_url(settings: Settings, data: Path) -> str:
    """Where the border is, empty where there is none: yours, or that of the hub running on this data directory."""
    if settings.cells.url is not None:
        return settings.cells.url.reveal()
    note = running(data)
    return note.border_url if note is not None else ""


def neighbours(settings: Settings, note: Running | None) -> Neighbours | None:
    """What `doctor` looks at; none where there is no border, or no status page of it."""
    monitor_url = settings.cells.monitor_url or (note.border_monitor_url if note is not None else "")
    if not has_border(settings) or not monitor_url:
        return None
    return Neighbours(monitor_url, settings.region, linked=bool(settings.cells.sources or settings.cells.links))


@asynccontextmanager
async def crossing(hub: Hub) -> AsyncIterator[dict[str, tuple[Work, float]]]:
    """The chore and its rest, by name; nothing where nothing may cross."""
    settings = hub.project.settings
    url = border_url(settings, hub.project.data) if settings.cells.curated else ""
    if not url:
        yield {}
        return
    carrier = Carrier(url, PostgresFeed(hub.pool), curation_of(settings))
    try:
        yield {CROSSING: (carrier.carry, CROSSING_S)}
    finally:
        await carrier.close()


class Carrier:
    """Connects when it first has to: a border that is away holds up nothing else of the cell."""

    def __init__(self, url: str, feed: PostgresFeed, curation: Curation) -> None:
        self._url = url
        self._feed = feed
        self._curation = curation
        self._border: JetStreamBackbone | None = None

    async def carry(self) -> int:
        """Publish what has been committed since the last time and may cross."""
        if self._border is None:
            self._border = await JetStreamBackbone.open(self._url)
        return await cross_once(self._feed, self._border, self._curation)

    async def close(self) -> None:
        """Disconnect."""
        if self._border is not None:
            await self._border.close()
