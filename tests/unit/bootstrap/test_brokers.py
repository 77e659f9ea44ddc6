"""Brokers in partner files: what is read, what is published, and what is told before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.brokers import subscription_of, takes
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.project import PartnerConfig, read_project
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.bootstrap.transports import BrokerSettings
from crossdock.testing.assembled import write_project

KINDS = {
    "amqp": ({"url": "amqps://broker.example/%2F"}, {"queue_in": "status"}, {"routing_key_out": "orders"}),
    "mqtt": ({"url": "mqtts://broker.example", "client_id": "hub"}, {"topics_in": ["fleet/#"]}, {"topic_out": "out"}),
    "kafka": ({"servers": ["broker.example:9092"]}, {"topics_in": ["status"]}, {"topic_out": "orders"}),
    "nats": ({"url": "tls://broker.example"}, {"stream_in": "S", "consumer_in": "hub"}, {"subject_out": "orders"}),
}


def partner(folder: Path, **transport: object) -> PartnerConfig:
    write_project(folder, {"hauler": {"role": "CAR", "connector": "carrier_json", "transport": transport}})
    return read_project(folder, MANIFESTS, {}).partners[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_is_read_and_written_as_the_file_says(tmp_path: Path, kind: str) -> None:
    there, source, target = KINDS[kind]
    for number, (reads, writes) in enumerate([(True, False), (False, True), (True, True)]):
        table = {**there, **(source if reads else {}), **(target if writes else {})}
        config = partner(tmp_path / str(number), kind=kind, **table)
        assert isinstance(config.transport, BrokerSettings)
        assert (subscription_of(config) is not None, takes(config.transport)) == (reads, writes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_that_is_neither_read_nor_written_is_told(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ConfigurationError, match="name at least one"):
        partner(tmp_path, kind=kind, **KINDS[kind][0])


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"kind": "amqp", "url": "http://x", "queue_in": "q"}, "no broker address"),
        ({"kind": "amqp", "url": "http://u:p@x", "queue_in": "q"}, "url holds a password"),
        ({"kind": "amqp", "url": "amqp://u:p@x/", "queue_in": "q"}, "url holds a password"),
        ({"kind": "mqtt", "url": "mqtt://x", "client_id": "", "topics_in": ["a"]}, "client_id is empty"),
        ({"kind": "mqtt", "url": "mqtt://x", "client_id": "h", "topic_out": "a/#"}, "wildcard"),
        ({"kind": "kafka", "servers": ["x"], "topic_out": "a"}, "at least one broker"),
        ({"kind": "kafka", "servers": ["x:1"], "topics_in": ["a"], "group": ""}, "group is empty"),
        ({"kind": "nats", "url": "nats://x", "stream_in": "S"}, "go together"),
        ({"kind": "amqp", "url": "amqp://x/", "queue_in": "q", "prefetch": 0}, "prefetch"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_write(tmp_path: Path, table: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        partner(tmp_path, **table)
