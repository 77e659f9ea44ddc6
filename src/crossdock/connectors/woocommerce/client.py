"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

from crossdock.connectors.woocommerce.config import Config
from crossdock.connectors.woocommerce.errors import explain
from crossdock.connectors.woocommerce.outbound import calls
from crossdock.kernel.secret import Secret
from crossdock.ports.json_calls import basic
from crossdock.ports.json_sender import JsonSender
from crossdock.ports.transport import HttpTransport


class Client(JsonSender):
    """See `JsonSender`. `token` is `<consumer key>:<consumer secret>` of our app in the shop. It has nothing to look
    in: every call sets what it says, and is sent again."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        super().__init__(
            transport, timeout_s, token, calls=calls(complete=config.complete), explain=explain, sign=basic
        )
