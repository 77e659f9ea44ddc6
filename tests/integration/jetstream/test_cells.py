"""Two cells and the link between their borders: what is curated arrives once, nothing else crosses, a cut heals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import nats
import pytest
import pytest_asyncio
from nats.errors import NoRespondersError

from crossdock.app.crossing import Curation, cross_once
from crossdock.canonical.vocabulary import Disposition
from crossdock.demo.cluster.proxy import Proxy
from crossdock.jetstream.backbone import JetStreamBackbone
from crossdock.jetstream.border import ABROAD, CURATED, BorderStreams
from crossdock.ports.feed import FeedRow, Position
from crossdock.runtime.doctor import Neighbours, Patient, examine
from crossdock.runtime.engines.border import Border
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from crossdock.runtime.engines.loopback import HOST, free_ports

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
# A busy machine, and a source that looks for its other side again every few seconds.
PATIENCE_S = 240.0


class Log:
    """A cell's log in memory (ports.feed.Feed). While it `dies`, its reader ends before the cursor is moved."""

    def __init__(self) -> None:
        self.rows: list[FeedRow] = []
        self.dies = False
        self._at = Position()

    def happens(self, type_: str, disposition: Disposition = Disposition.APPLY) -> str:
        place = len(self.rows) + 1
        body = json.dumps({"type": type_, "subject": {"type": "order", "id": f"SO-{place}"}}).encode()
        at = Position(place, place, 1)
        self.rows.append(FeedRow(at, 1, f"order||SO-{place}", type_, disposition, "erp", NOON, NOON, "", body))
        return f"{place}.1"

    async def cursor(self, name: str) -> Position:
        return self._at

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        return [row for row in self.rows if row.position > after][:limit]

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        if not self.dies:
            self._at = after
        return not self.dies


class Cell:
    """A border with its server, a connection to look with, and a log."""

    def __init__(self, region: str, border: JetStreamBackbone, client: nats.NATS, monitor_url: str) -> None:
        self.region = region
        self.border = border
        self.client = client
        self.monitor_url = monitor_url
        self.log = Log()

    async def cross(self) -> None:
        while await cross_once(self.log, self.border, Curation(self.region, ("shipment.*",))):
            if self.log.dies:
                return

    async def ids(self, stream: str) -> list[str]:
        """The events in a stream, in its order."""
        context = self.client.jetstream(timeout=60)
        last = (await context.stream_info(stream)).state.last_seq
        return [json.loads((await context.get_msg(stream, seq)).data or b"{}")["id"] for seq in range(1, last + 1)]


async def opened(stack: AsyncExitStack, folder: Path, border: Border, source: str) -> Cell:
    engine = EmbeddedNats(folder / border.domain, border=border)
    info = await engine.start()
    stack.push_async_callback(engine.stop)
    backbone = await JetStreamBackbone.open(info.url)
    stack.push_async_callback(backbone.close)
    await backbone.deploy_border(BorderStreams(border.domain, (source,)))
    client = await nats.connect(info.url)
    stack.push_async_callback(client.close)
    return Cell(border.domain, backbone, client, info.monitor_url)


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[tuple[Cell, Cell, Proxy]]:
    """Cells `eu` and `us`, and the road between them."""
    port = free_ports(("leaf",))["leaf"]
    async with AsyncExitStack() as stack:
        road = Proxy((HOST, port))
        await road.open()
        stack.push_async_callback(road.close)
        link = f"nats-leaf://cell:secret@{HOST}:{road.port}"
        eu = await opened(stack, tmp_path, Border("eu", listen=f"{HOST}:{port}", password="secret"), "us")
        us = await opened(stack, tmp_path, Border("us", links=(link,)), "eu")
        yield eu, us, road


async def arrived(cell: Cell, wanted: Sequence[str]) -> None:
    """Wait until as many are there; then they are these, each once, in their order."""
    context = cell.client.jetstream(timeout=60)
    reading = await context.pull_subscribe("", stream=ABROAD)
    got: list[str] = []
    while len(got) < len(wanted):
        got += [json.loads(one.data)["id"] for one in await reading.fetch(len(wanted), timeout=PATIENCE_S)]
    assert got == list(wanted)
    assert (await context.stream_info(ABROAD)).state.messages == len(wanted)


async def test_curated_facts_arrive_once_and_nothing_else_crosses(world: tuple[Cell, Cell, Proxy]) -> None:
    eu, us, _ = world
    there = [eu.log.happens("shipment.planned"), eu.log.happens("shipment.handed_over")]
    eu.log.happens("order.approved")
    eu.log.happens("shipment.planned", Disposition.HOLD)
    here = [us.log.happens("shipment.planned")]
    await asyncio.gather(eu.cross(), us.cross())
    await arrived(us, there)
    await arrived(eu, here)
    assert (await eu.ids(CURATED), await us.ids(CURATED)) == (there, here)
    for cell, other in ((eu, "us"), (us, "eu")):
        # Nobody speaks in another's name, and nobody touches what another keeps.
        await cell.client.publish(f"curated.{other}.shipment.forged", b'{"id": "forged"}')
        for act in ("PURGE", "DELETE"):
            with pytest.raises(NoRespondersError):
                await cell.client.request(f"$JS.{other}.API.STREAM.{act}.{CURATED}", b"", timeout=60)
        with pytest.raises(NoRespondersError):
            await cell.client.request(f"$JS.{other}.API.STREAM.INFO.{ABROAD}", b"", timeout=60)
    assert (await eu.ids(CURATED), await us.ids(CURATED)) == (there, here)
    checks = await examine(Patient(neighbours=Neighbours(us.monitor_url, "us", linked=True)))
    assert [(check.name, check.ok) for check in checks] == [
        ("cells.reachable", True), ("cells.domain", True), ("cells.links", True),
    ]  # fmt: skip


async def test_a_cut_link_holds_up_no_cell_and_loses_and_doubles_nothing(world: tuple[Cell, Cell, Proxy]) -> None:
    eu, us, road = world
    there, here = [eu.log.happens("shipment.planned")], [us.log.happens("shipment.planned")]
    await asyncio.gather(eu.cross(), us.cross())
    await arrived(us, there)
    await arrived(eu, here)
    port = road.port
    await road.close()
    there += [eu.log.happens("shipment.planned") for _ in range(20)]
    here += [us.log.happens("shipment.planned") for _ in range(20)]
    # The relay of one dies between publishing and noting it, and publishes the page again.
    eu.log.dies = True
    await eu.cross()
    eu.log.dies = False
    await asyncio.gather(eu.cross(), us.cross())
    assert (await eu.ids(CURATED), await us.ids(CURATED)) == (there, here)
    await road.open(port)
    await arrived(us, there)
    await arrived(eu, here)
