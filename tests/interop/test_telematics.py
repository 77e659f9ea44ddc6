"""Telematics over MQTT into the assembled hub: a partner file is all it takes, and no burst is lost (P-11, P-20)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from crossdock.bootstrap.roles import keeper
from crossdock.bootstrap.subscriptions import readers
from crossdock.kernel.secret import Secret
from crossdock.ports.broker import Letter
from crossdock.runtime.subscriptions import Reader
from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.transports.mqtt.config import MqttConfig
from crossdock.transports.mqtt.publisher import MqttPublisher
from tests.interop.brokers import PASSWORD, USER, Broker

pytestmark = pytest.mark.interop
READINGS = 40
WAIT_S = 60.0


def report(seqs: range, *, event: str = "position") -> bytes:
    """What a unit kept since it was last heard."""
    readings = [
        {"seq": seq, "at": f"2026-06-02T{8 + seq // 60:02}:{seq % 60:02}:00+02:00", "lat": 51.37, "lon": 6.17}
        for seq in seqs
    ]
    readings[-1]["event"] = event
    return msgspec.json.encode({"unit": "U-1", "vehicle": "41-BXK-2", "load": "LD-1", "readings": readings})


@asynccontextmanager
async def reading(hub: Assembled) -> AsyncIterator[Reader]:
    """The loop of the schedule role, a round at a time."""
    (reader,) = readers(hub.hub, keeper(hub.hub)).values()
    await reader.round()
    try:
        yield reader
    finally:
        await reader.close()


async def rounds(reader: Reader, count: int) -> None:
    """Read until so many messages are through."""
    async with asyncio.timeout(WAIT_S):
        done = 0
        while done < count:
            done += await reader.round()


async def test_late_bursts_in_any_order_are_all_kept_once(data_dir: Path, durable_url: str, mosquitto: Broker) -> None:
    (data_dir / "password").write_text(PASSWORD)
    transport = {
        "kind": "mqtt",
        "url": mosquitto.url,
        "client_id": "hub",
        "user": USER,
        "topics_in": ["fleet/+/report"],
    }
    partner = {
        "role": "CAR",
        "connector": "telematics_json",
        "scacs": ["HAUL"],
        "transport": transport,
        "secrets": {"broker_password": "file:password"},
    }
    write_project(data_dir, {"hauler": partner})
    device = MqttPublisher(
        MqttConfig(url=mosquitto.url, client_id="u1", user=USER, topic_out="fleet/u1/report"), Secret(PASSWORD)
    )
    bursts = [report(range(start, start + 10)) for start in range(READINGS - 10, -10, -10)]
    async with assembled(data_dir, durable_url) as hub, reading(hub) as reader:
        for number, body in enumerate([*bursts, b"\x00no report", bursts[0]]):
            await device.publish(Letter(body, f"u1-{number}"))
        await rounds(reader, len(bursts) + 2)
        statuses = await hub.rows("select status, count(*) from message group by status order by status")
        waiting = await hub.rows("select count(*) from waiting")
    await device.close()
    assert statuses == [("accepted", 4), ("duplicate", 1), ("refused", 1)]
    assert waiting == [(READINGS,)], "no load is known yet: every reading waits for it, none is lost"
