"""CloudEvents in binary mode over Kafka and NATS: their attributes come along with the content type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg

from crossdock.jetstream.partner import taken_of as taken_from_nats
from crossdock.ports.described import said_of
from crossdock.transports.kafka.subscription import taken_of as taken_from_kafka


@dataclass
class Kept:
    """A record as the Kafka client hands it out."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def test_kafka_headers_of_an_event_travel_with_the_content_type() -> None:
    headers: list[tuple[str, bytes | None]] = [
        ("content-type", b"application/json"),
        ("ce_id", b"7"),
        ("ce_type", "a.é".encode()),
        ("other", b"x"),
    ]
    taken = taken_from_kafka(Kept("events", 0, 5, b"{}", [*headers, ("ce_gone", None)]))
    assert said_of(taken.content_type) == {"ce-id": "7", "ce-type": "a.é"}
    assert taken.content_type.startswith("application/json;")


def test_nats_headers_of_an_event_travel_with_the_content_type() -> None:
    headers = {"Content-Type": "application/json", "ce-id": "7", "Ce-Type": "a.b"}
    taken = taken_from_nats(Msg(Client(), "events.x", data=b"{}", headers=headers))
    assert said_of(taken.content_type) == {"ce-id": "7", "ce-type": "a.b"}


def test_messages_that_are_no_events_keep_their_content_type() -> None:
    assert taken_from_kafka(Kept("t", 0, 5, b"{}", [("content-type", b"text/csv")])).content_type == "text/csv"
    assert (
        taken_from_nats(Msg(Client(), "x", data=b"{}", headers={"content-type": "text/csv"})).content_type == "text/csv"
    )
