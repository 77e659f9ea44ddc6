"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from crossdock.connectors.woocommerce.config import Config
from crossdock.connectors.woocommerce.errors import explain
from crossdock.connectors.woocommerce.outbound import calls
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import call_headers, perform, to_call
from crossdock.ports.transport import HttpTransport


class Client:
    """Sends to one shop. `token` is `<consumer key>:<consumer secret>` of our app there; `timeout_s` ends a call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token
        self._calls = calls(complete=config.complete)

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one call after the other, so that their order is kept."""
        return [await self._send_one(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """It has nothing to look in; the resolution is an idempotent resend."""
        return Outcome(OutcomeKind.UNKNOWN, "every call sets what it says: the same call is safe to send again")

    async def _send_one(self, command: Outbound) -> Outcome:
        try:
            call = to_call(command, self._calls)
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        headers = call_headers(command, None)
        if self._token is not None:
            headers["Authorization"] = f"Basic {base64.b64encode(self._token.reveal().encode()).decode()}"
        return await perform(self._transport, call, headers, explain, self._timeout_s)
