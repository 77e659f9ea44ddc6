"""What three servers say that one does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext

from crossdock.bootstrap.clustered.log_servers import SERVERS, LogServers
from crossdock.bootstrap.log import connected, prepare_log
from crossdock.canonical.vocabulary import Priority
from crossdock.jetstream.streams import StreamLimits, ensure_streams
from crossdock.kernel.errors import Transient
from crossdock.ports.backbone import Publication


async def test_the_same_message_published_at_once_by_many_is_there_once_and_nobody_is_refused(tmp_path: Path) -> None:
    servers = LogServers(tmp_path)
    await servers.start()
    url = ",".join(map(servers.url, servers.names))
    await prepare_log(url, SERVERS)
    same = [Publication("inbound.p1.erp", f"{number}".encode(), f"m{number}") for number in range(20)]
    async with connected(url) as one, connected(url) as other:
        await asyncio.gather(*(log.publish([*same, *same]) for log in (one, other)))
        got = [pulled.body for pulled in await one.pull(Priority.P1, 100, wait_s=10)]
    assert sorted(got) == sorted(each.body for each in same)
    await servers.stop()


async def test_streams_that_want_more_servers_than_are_up_are_asked_for_again(tmp_path: Path) -> None:
    """A cluster that begins does not know all of its servers yet; the start of the hub must outlast that."""
    servers = LogServers(tmp_path)
    await servers.start()
    try:
        async with await nats.connect(servers.url(servers.names[0])) as client:
            assert "see that all are up" in await told(client.jetstream())
    finally:
        await servers.stop()


async def told(context: JetStreamContext) -> str:
    """Why the cluster makes no stream of more copies than it has servers, once it has a leader that answers."""
    while True:
        with pytest.raises(Transient) as caught:
            await ensure_streams(context, StreamLimits(replicas=SERVERS + 2))
        if "in time" not in caught.value.detail and "healing" not in caught.value.detail:
            return caught.value.detail
