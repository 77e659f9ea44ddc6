"""Where a partner's AMQP broker is and what we read and write there."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from crossdock.ports.broker import PREFETCH_MAX, check_url

SCHEMES = ("amqp", "amqps")


class AmqpConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One broker of one partner.

    Attributes:
        url: `amqps://host/vhost`, without a password (that is a secret); the virtual host `/` is `%2F`.
        queue_in: the durable queue we read; empty when the partner only takes. It must exist.
        exchange_out: where we publish, under `routing_key_out`; empty is the default exchange, whose routing keys are
            queue names. Without `routing_key_out` the partner only speaks.
        content_type: of a message that says none.
        prefetch: how many messages may be in our hands unacknowledged.
    """

    url: str
    kind: Literal["amqp"] = "amqp"
    user: str = ""
    queue_in: str = ""
    exchange_out: str = ""
    routing_key_out: str = ""
    content_type: str = "application/json"
    prefetch: Annotated[int, msgspec.Meta(ge=1, le=PREFETCH_MAX)] = 200
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10.0

    def __post_init__(self) -> None:
        check_url(self.url, SCHEMES, "amqps://host/vhost")
        if not self.queue_in and not self.routing_key_out:
            raise ValueError("neither queue_in nor routing_key_out is given: name at least one")
