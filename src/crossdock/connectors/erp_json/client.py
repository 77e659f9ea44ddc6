"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

from crossdock.connectors.erp_json.errors import explain
from crossdock.connectors.erp_json.outbound import CALLS
from crossdock.kernel.secret import Secret
from crossdock.ports.json_sender import JsonSender
from crossdock.ports.transport import HttpTransport


class Client(JsonSender):
    """See `JsonSender`. The ERP answers under which document it posted our key."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None = None) -> None:
        super().__init__(
            transport,
            timeout_s,
            token,
            calls=CALLS,
            explain=explain,
            asked_at=lambda key: f"/api/v1/postings?externalKey={key}",
        )
