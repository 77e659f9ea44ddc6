"""Hosts of a run fall silent when their cable is pulled, and come back; the machine has nothing of them left."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from crossdock.demo.cluster.hosts import Hosts
from crossdock.runtime.engines.engine import Account
from crossdock.runtime.engines.loopback import HOST
from crossdock.runtime.engines.station import HERE, Station

# In a process of its own: whoever stands apart cannot go back.
SCRIPT = textwrap.dedent(
    """
    import asyncio, json, sys
    from crossdock.demo.cluster.hosts import Hosts
    from crossdock.kernel.errors import Permanent

    ECHO = '''
    import socket, sys
    server = socket.create_server((sys.argv[1], 8080))
    print("open", flush=True)
    one, _ = server.accept()
    while said := one.recv(16):
        one.sendall(said)
    '''

    async def repeated(reader, writer, seconds):
        writer.write(b"hello")
        try:
            async with asyncio.timeout(seconds):
                return (await reader.readexactly(5)).decode()
        except TimeoutError:
            return "silence"

    async def main():
        hosts = Hosts(("one", "two"))
        try:
            await hosts.open()
        except Permanent as error:
            return {"why": error.detail}
        one = hosts.station("one")
        server = await asyncio.create_subprocess_exec(
            *one.entry, sys.executable, "-c", ECHO, one.address, stdout=asyncio.subprocess.PIPE
        )
        await server.stdout.readline()
        reader, writer = await asyncio.open_connection(one.address, 8080)
        told = [await repeated(reader, writer, 60)]
        await hosts.pull("one")
        told.append(await repeated(reader, writer, 0.3))
        await hosts.plug("one")
        async with asyncio.timeout(60):
            told.append((await reader.readexactly(5)).decode())
        writer.close()
        await server.wait()
        return {"told": told}

    print(json.dumps(asyncio.run(main())))
    """
)


def test_a_host_is_silent_while_its_cable_is_pulled_and_loses_nothing() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True, timeout=300)
    found = json.loads(ran.stdout)
    if "why" in found:
        pytest.skip(found["why"])
    assert found["told"] == ["hello", "silence", "hello"]
    assert "hosts /run/netns" not in Path("/proc/self/mounts").read_text()
    assert not Path("/run/netns/one").exists()


async def test_without_hosts_all_of_it_stands_here_and_nothing_is_made() -> None:
    hosts = Hosts()
    await hosts.open()
    assert (hosts.outside, hosts.names, hosts.station("serve-1")) == (HOST, [], HERE)


def test_a_program_starts_on_its_host_as_its_own_user() -> None:
    postgres, there = Account("postgres", 70, 71), Station("10.77.0.10", "/run/netns/one")
    assert HERE.command(["server", "-p"], postgres) == ["server", "-p"]
    assert HERE.account(postgres) == postgres
    entered = ["nsenter", "--net=/run/netns/one", "--setuid=70", "--setgid=71", "--", "server", "-p"]
    assert there.command(["server", "-p"], postgres) == entered
    assert there.account(postgres) is None
    assert there.command(["server"], None) == ["nsenter", "--net=/run/netns/one", "--", "server"]
