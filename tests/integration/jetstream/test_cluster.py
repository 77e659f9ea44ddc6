"""What three servers say that one does not."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crossdock.bootstrap.clustered.log_servers import SERVERS, LogServers
from crossdock.bootstrap.log import connected, prepare_log
from crossdock.canonical.vocabulary import Priority
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
