"""Where a partner's MQTT broker is and what we read and write there."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from crossdock.ports.broker import PREFETCH_MAX, check_url

PORTS = {"mqtt": 1883, "mqtts": 8883}
DAY_S = 86_400


class MqttConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One broker of one partner, MQTT 5 at quality of service 1.

    Attributes:
        url: `mqtts://host:8883`.
        client_id: our name there; the broker keeps what comes for it while we are away, for `session_s` seconds. One
            process at a time may use it: a second one takes the connection from the first.
        topics_in: topic filters we read (`fleet/+/position`); empty when the partner only takes.
        topic_out: where we publish; empty when the partner only speaks.
        content_type: of a message that says none.
        prefetch: how many messages may be in our hands unacknowledged (the receive maximum).
    """

    url: str
    client_id: str
    kind: Literal["mqtt"] = "mqtt"
    user: str = ""
    topics_in: tuple[str, ...] = ()
    topic_out: str = ""
    session_s: Annotated[int, msgspec.Meta(ge=0, le=365 * DAY_S)] = 7 * DAY_S
    content_type: str = "application/json"
    prefetch: Annotated[int, msgspec.Meta(ge=1, le=PREFETCH_MAX)] = 200
    keepalive_s: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 30
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10.0

    def __post_init__(self) -> None:
        check_url(self.url, PORTS, "mqtts://host:8883")
        if not self.client_id:
            raise ValueError("client_id is empty: name us, or the broker keeps nothing while we are away")
        if not self.topics_in and not self.topic_out:
            raise ValueError("neither topics_in nor topic_out is given: name at least one")
        if any(sign in self.topic_out for sign in "+#"):
            raise ValueError("topic_out holds a wildcard: name one topic")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts: SplitResult = urlsplit(self.url)
        return parts.hostname or "", parts.port or PORTS[parts.scheme]

    @property
    def encrypted(self) -> bool:
        """Whether the connection is TLS."""
        return urlsplit(self.url).scheme == "mqtts"
