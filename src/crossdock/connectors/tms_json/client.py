"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

from crossdock.connectors.tms_json.errors import explain
from crossdock.connectors.tms_json.outbound import CALLS
from crossdock.kernel.secret import Secret
from crossdock.ports.json_sender import JsonSender
from crossdock.ports.transport import HttpTransport


class Client(JsonSender):
    """See `JsonSender`. The TMS answers what it made of a request of ours."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None = None) -> None:
        super().__init__(
            transport, timeout_s, token, calls=CALLS, explain=explain, asked_at=lambda key: f"/v2/requests/{key}"
        )
