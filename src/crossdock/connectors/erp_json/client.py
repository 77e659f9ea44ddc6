"""The only input and output of this connector: calls over the transport it was given."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.erp_json.errors import explain
from crossdock.connectors.erp_json.outbound import CALLS
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import call_headers, path_segment, perform, read_back, to_call
from crossdock.ports.transport import HttpTransport


class Client:
    """Sends to one partner. `token` is its API token, absent where the partner wants none; `timeout_s` ends a call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None = None) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one call after the other, so that their order is kept."""
        return [await self._send_one(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Ask under our key (resolution read_back)."""
        headers = call_headers(command, self._token)
        path = f"/api/v1/postings?externalKey={path_segment(command.idempotency_key)}"
        return await read_back(self._transport, path, headers, explain, self._timeout_s)

    async def _send_one(self, command: Outbound) -> Outcome:
        try:
            call = to_call(command, CALLS)
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        headers = call_headers(command, self._token)
        return await perform(self._transport, call, headers, explain, self._timeout_s)
