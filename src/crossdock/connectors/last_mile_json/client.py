"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

from crossdock.connectors.last_mile_json.errors import explain
from crossdock.connectors.last_mile_json.outbound import CALLS
from crossdock.kernel.secret import Secret
from crossdock.ports.json_sender import JsonSender
from crossdock.ports.transport import HttpTransport


class Client(JsonSender):
    """See `JsonSender`. It has nothing to look in; the resolution is an idempotent resend."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None = None) -> None:
        super().__init__(transport, timeout_s, token, calls=CALLS, explain=explain)
