"""Where a partner's Kafka is and what we read and write there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from crossdock.ports.broker import PREFETCH_MAX


class Mechanism(StrEnum):
    """How we say who we are; the password is a secret of the partner file."""

    PLAIN = "PLAIN"
    SCRAM_256 = "SCRAM-SHA-256"
    SCRAM_512 = "SCRAM-SHA-512"


class KafkaConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One cluster of one partner.

    Attributes:
        servers: `host:port` of brokers to ask first.
        group: our consumer group; a new one begins at the oldest message.
        topics_in: topics we read; empty when the partner only takes.
        topic_out: where we publish; empty when the partner only speaks.
        user: with it, `mechanism` and the password; without it nobody is logged in.
        content_type: of a message that says none.
        prefetch: how many messages one look may bring.
    """

    servers: tuple[str, ...]
    kind: Literal["kafka"] = "kafka"
    group: str = "crossdock"
    topics_in: tuple[str, ...] = ()
    topic_out: str = ""
    tls: bool = False
    user: str = ""
    mechanism: Mechanism = Mechanism.SCRAM_512
    content_type: str = "application/json"
    prefetch: Annotated[int, msgspec.Meta(ge=1, le=PREFETCH_MAX)] = 200
    message_bytes_max: Annotated[int, msgspec.Meta(ge=1024, le=64 * 1024 * 1024)] = 8 * 1024 * 1024
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10.0

    def __post_init__(self) -> None:
        if not self.servers or not all(name.rpartition(":")[2].isdigit() for name in self.servers):
            raise ValueError('servers must name at least one broker: ["host:9092"]')
        if not self.topics_in and not self.topic_out:
            raise ValueError("neither topics_in nor topic_out is given: name at least one")
        if self.topics_in and not self.group:
            raise ValueError("group is empty: name the consumer group that remembers how far we have read")

    @property
    def protocol(self) -> str:
        """Kafka's word for encryption and login together."""
        return ("SASL_" if self.user else "") + ("SSL" if self.tls else "PLAINTEXT")
