"""NATS as our child process: durable, closed to strangers, found again by its clients after a crash."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import psutil
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from tests.integration.engines.orphans import leave_one_behind


@pytest_asyncio.fixture
async def engine(data_dir: Path) -> AsyncIterator[EmbeddedNats]:
    engine = EmbeddedNats(data_dir / "nats")
    yield engine
    await engine.stop()


def syncs_always(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/varz") as answer:
        return json.load(answer)["jetstream"]["config"]["sync_always"] is True


async def test_syncs_every_message_and_tells_its_version(engine: EmbeddedNats) -> None:
    info = await engine.start()
    assert info.version.startswith("2.")
    assert syncs_always(info.monitor_url)


async def test_acknowledged_messages_survive_a_killed_server_at_the_same_address(engine: EmbeddedNats) -> None:
    info = await engine.start()
    connection = await nats.connect(info.url)
    await connection.jetstream().add_stream(name="KEPT", subjects=["kept"])
    await connection.jetstream().publish("kept", b"1")
    await connection.close()
    os.kill(info.pid, signal.SIGKILL)
    assert await engine.wait() == -signal.SIGKILL
    await engine.stop()
    again = await engine.start()
    assert again.url == info.url
    connection = await nats.connect(again.url)
    assert (await connection.jetstream().stream_info("KEPT")).state.messages == 1
    await connection.close()


async def test_takes_other_ports_when_its_own_are_taken(engine: EmbeddedNats) -> None:
    info = await engine.start()
    await engine.stop()
    host, port = info.address.split(":")
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind((host, int(port)))
        thief.listen()
        again = await engine.start()
    assert again.address != info.address


async def test_a_stranger_without_the_password_is_refused(engine: EmbeddedNats, data_dir: Path) -> None:
    info = await engine.start()
    host, port = info.address.split(":")
    with socket.create_connection((host, int(port))) as stranger:
        stranger.sendall(b'CONNECT {"verbose":true}\r\n')
        answers = stranger.makefile("rb")
        assert answers.readline().startswith(b"INFO ")
        assert answers.readline().startswith(b"-ERR 'Authorization Violation'")
    assert stat.S_IMODE((data_dir / "nats" / "access.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((data_dir / "nats").stat().st_mode) == 0o700


async def test_a_server_left_behind_by_a_killed_starter_is_replaced(engine: EmbeddedNats, data_dir: Path) -> None:
    orphan = leave_one_behind(EmbeddedNats, data_dir / "nats")
    assert orphan.is_running()
    assert (await engine.start()).pid != orphan.pid
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


async def test_a_second_starter_is_refused_while_the_first_lives(engine: EmbeddedNats, data_dir: Path) -> None:
    await engine.start()
    with pytest.raises(Permanent, match="in use by process"):
        await EmbeddedNats(data_dir / "nats").start()


async def test_a_setting_the_server_refuses_is_told_with_its_own_words(data_dir: Path) -> None:
    with pytest.raises(Permanent, match=r"does not start: .*sync_interval"):
        await EmbeddedNats(data_dir / "nats", sync_interval="sometimes").start()


async def test_stopping_ends_the_process_and_frees_the_folder(engine: EmbeddedNats, data_dir: Path) -> None:
    info = await engine.start()
    await engine.stop()
    await engine.stop()
    assert not psutil.pid_exists(info.pid)
    other = EmbeddedNats(data_dir / "nats")
    await other.start()
    await other.stop()


async def test_a_supervisor_starts_it_again_without_stopping_it(engine: EmbeddedNats) -> None:
    first = await engine.start()
    os.kill(first.pid, signal.SIGKILL)
    await engine.wait()
    again = await engine.start()
    assert (again.url, again.pid != first.pid) == (first.url, True)
