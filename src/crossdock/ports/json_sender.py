"""A sender of commands as JSON calls, one after the other; connectors say what to call and how a refusal is worded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import CallFor, Explain, bearer, call_headers, path_segment, perform, read_back, to_call
from crossdock.ports.transport import HttpTransport


class JsonSender:
    """Sends to one partner. `token` is its API token, absent where the partner wants none; `timeout_s` ends a call.

    `asked_at` makes the path at which the partner can be asked what became of a call from our key, already fit for a
    path (resolution read_back); absent where it has nothing to look in, and the same call is safe to send again.
    `sign` makes the value of the Authorization header of the token.
    """

    def __init__(
        self,
        transport: HttpTransport,
        timeout_s: float,
        token: Secret | None,
        *,
        calls: Mapping[str, CallFor],
        explain: Explain,
        asked_at: Callable[[str], str] | None = None,
        sign: Callable[[Secret], str] = bearer,
    ) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._calls = calls
        self._explain = explain
        self._asked_at = asked_at
        self._token = token
        self._sign = sign

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one call after the other, so that their order is kept."""
        return [await self._send_one(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """See `Sender.look_up`."""
        if self._asked_at is None:
            return Outcome(OutcomeKind.UNKNOWN, "this system cannot be asked: the same call is safe to send again")
        headers = self._headers(command)
        path = self._asked_at(path_segment(command.idempotency_key))
        return await read_back(self._transport, path, headers, self._explain, self._timeout_s)

    async def _send_one(self, command: Outbound) -> Outcome:
        try:
            call = to_call(command, self._calls)
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        headers = self._headers(command)
        return await perform(self._transport, call, headers, self._explain, self._timeout_s)

    def _headers(self, command: Outbound) -> dict[str, str]:
        headers = call_headers(command, None)
        if self._token is not None:
            headers["Authorization"] = self._sign(self._token)
        return headers
